"""How values look: levels as words and shapes, moments in the agency's zone, names in any script."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from tests.ui.conftest import rendered

import shelterbelt.ui

UI = Path(shelterbelt.ui.__file__).parent
AT = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
ASKER = {"time_zone": "America/Chicago"}


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("code", "word", "bars"),
    [("low", "Low", 1), ("medium", "Medium", 2), ("high", "High", 3), ("extreme", "Extreme", 4)],
)
def test_a_level_is_a_word_and_as_many_bars_as_it_has_steps(code: str, word: str, bars: int) -> None:
    page = rendered("{% load look %}{% level code %}", code=code)
    assert plain(page) == f"Danger level: {word}"
    assert page.count("is-full") == bars


@pytest.mark.parametrize("code", ["", None, "grave"])
def test_an_unknown_level_never_looks_like_a_low_one(code: str | None) -> None:
    page = rendered("{% load look %}{% level code %}", code=code)
    assert plain(page) == "Danger level: Not known"
    assert "sb-level--low" not in page


def test_a_moment_is_told_in_the_agency_s_own_time() -> None:
    with override("en"):
        page = rendered("{% load look %}{% when at %}", at=AT, asker=ASKER)
    assert (
        plain(page) == "Nov 20, 2026, 9:30 PM".replace(" PM", "\u202fPM")
        or plain(page) == "Nov 20, 2026, 9:30 PM"
    )
    assert 'datetime="2026-11-20T21:30-06:00"' in page
    with override("es"):
        assert plain(rendered("{% load look %}{% when at %}", at=AT, asker=ASKER)) == "20 nov 2026, 21:30"


def test_a_day_stays_the_day_that_it_is() -> None:
    with override("en"):
        assert (
            plain(rendered("{% load look %}{% when day %}", day=date(2026, 11, 20), asker=ASKER))
            == "Nov 20, 2026"
        )
        assert plain(rendered("{% load look %}{{ told|day }}", told="1988-08-02")) == "Aug 2, 1988"
    with override("es"):
        assert plain(rendered("{% load look %}{{ told|day }}", told="1988-08-02")) == "2 ago 1988"
    for told in ("", "about 1988", "<b>"):
        assert rendered("{% load look %}{{ told|day }}", told=told) == told.replace("<", "&lt;").replace(
            ">", "&gt;"
        )


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(minutes=40), "in 40 minutes"),
        (timedelta(hours=1), "in 1 hour"),
        (timedelta(hours=-5), "5 hours late"),
        (timedelta(days=-3), "3 days late"),
    ],
)
def test_what_is_due_is_said_from_now(gap: timedelta, said: str) -> None:
    page = rendered("{% load look %}{% due moment at=at %}", moment=AT + gap, at=AT, asker=ASKER)
    assert plain(page) == said
    assert ("sb-late" in page) is (gap < timedelta(0))


def test_a_name_of_any_direction_is_isolated_and_cannot_become_markup() -> None:
    assert (
        rendered("{% load look %}{% isolate name %}", name="عبد <b>")
        == '<bdi class="sb-name" dir="auto">عبد &lt;b&gt;</bdi>'
    )


def test_the_not_found_page_is_the_same_bytes_for_everybody_and_carries_nothing() -> None:
    with override("es"):
        alone = render_to_string("ui/pages/404.html")
    with override("en"):
        who = {"asker": {"name": "Noor", "agency": "Here"}, "menu": [{"url": "/x", "label": "X"}]}
        asked = render_to_string("ui/pages/404.html", who)
    assert alone == asked
    for carried in ("<form", "csrf", "token", "nonce", "Noor", "<script"):
        assert carried not in alone


@pytest.mark.parametrize("name", ["404", "500", "403_csrf", "400"])
def test_pages_for_what_went_wrong_need_nothing_to_be_made(name: str) -> None:
    assert "<main" in render_to_string(f"ui/pages/{name}.html")


def test_no_page_and_no_part_has_anything_inline() -> None:
    wrong = []
    for page in UI.parent.glob("*/pages/**/*.html"):
        text = page.read_text(encoding="utf-8")
        for found in re.finditer(
            r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=|javascript:|//cdn",
            text,
        ):
            wrong.append(f"{page.relative_to(UI.parent)}: {found[0]}")
    assert wrong == []


def colours() -> dict[str, str]:
    text = (UI / "sass" / "_settings.scss").read_text()
    return dict(re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", text, re.M))


def lightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("text", ["ink", "ink-soft", "teal", "teal-deep", "slate", "plum", "amber", "leaf"])
@pytest.mark.parametrize(
    "ground", ["paper", "sheet", "sand", "teal-wash", "plum-wash", "amber-wash", "leaf-wash"]
)
def test_every_text_colour_can_be_read_on_every_ground(text: str, ground: str) -> None:
    pair = sorted((lightness(colours()[text]), lightness(colours()[ground])), reverse=True)
    assert (pair[0] + 0.05) / (pair[1] + 0.05) >= 4.5


def test_no_colour_is_an_alarm_red() -> None:
    for name, colour in colours().items():
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        assert not (red > 150 and green < 90 and blue < 90), name
