"""Pictures of danger over time: plain values in, sound SVG out, nothing that a strict policy would refuse."""

import itertools
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.ui.drawing import CLOSE, LEFT, RIGHT, Drawing, Mark, Shade, Step, Tick, draw, groups

AT = datetime(2026, 3, 4, tzinfo=UTC)
DAY = timedelta(days=1)
BANDS = ("Low", "Medium", "High", "Extreme")


def picture(**more: Any) -> Drawing:
    told: dict[str, Any] = {
        "title": "Danger over time",
        "says": "Medium, then high.",
        "bands": BANDS,
        "from_at": AT,
        "until_at": AT + 40 * DAY,
        "steps": (Step(AT, AT + 10 * DAY, 1.5), Step(AT + 10 * DAY, AT + 40 * DAY, 2.5)),
    }
    return Drawing(**{**told, **more})


def parts(drawing: Drawing, name: str) -> list[ElementTree.Element]:
    """The elements of a picture whose class has this part."""
    tree = ElementTree.fromstring(str(draw(drawing)))
    return [one for one in tree.iter() if f"sb-drawn__{name}" in one.get("class", "").split()]


def test_it_has_a_title_and_says_in_words_what_is_in_it() -> None:
    tree = ElementTree.fromstring(str(draw(picture())))
    space = "{http://www.w3.org/2000/svg}"
    assert tree.get("role") == "img"
    named = {one.get("id"): one.text for one in tree if one.tag in (f"{space}title", f"{space}desc")}
    assert [named[id] for id in tree.get("aria-labelledby", "").split()] == [
        "Danger over time",
        "Medium, then high.",
    ]


def test_every_band_is_a_word_and_no_percentage_is_written() -> None:
    words = [one.text for one in parts(picture(), "words")]
    assert words == list(BANDS)
    assert all("%" not in (text or "") for text in words)


def test_nothing_in_it_needs_a_script_a_style_or_another_place() -> None:
    drawn = str(draw(picture(marks=(Mark(AT + DAY, 1),), shades=(Shade(AT, AT + DAY, 1, 3),))))
    for refused in ("style=", "<style", "<script", "href", "onload", "url("):
        assert refused not in drawn


def test_words_from_outside_stay_words() -> None:
    drawn = str(draw(picture(title='<b a="1">', says="&", bands=("<i>", "b"))))
    assert "<b" not in drawn and "<i>" not in drawn
    assert ElementTree.fromstring(drawn) is not None


def test_a_higher_band_lies_higher_and_a_later_day_further_right() -> None:
    drawing = picture()
    assert drawing.down(3.5) < drawing.down(2.5) < drawing.down(0.5)
    assert LEFT == drawing.across(AT) < drawing.across(AT + DAY) < drawing.across(AT + 40 * DAY) == RIGHT


def test_the_line_goes_upright_where_the_level_changes() -> None:
    flat, rise, after = parts(picture(), "line")
    assert rise.get("x1") == rise.get("x2") == flat.get("x2") == after.get("x1")
    assert (rise.get("y1"), rise.get("y2")) == (flat.get("y1"), after.get("y1"))


def test_an_interval_is_shaded_from_its_least_to_its_greatest() -> None:
    drawing = picture(shades=(Shade(AT, AT + 20 * DAY, 1, 3),))
    (shade,) = parts(drawing, "shade")
    assert float(shade.get("y", "")) == drawing.down(3)
    assert float(shade.get("y", "")) + float(shade.get("height", "")) == drawing.down(1)


def test_marks_that_would_cover_each_other_share_a_place() -> None:
    drawing = picture(marks=tuple(Mark(AT + day * DAY, number) for number, day in ((1, 0), (2, 1), (3, 30))))
    assert [one.text for one in parts(drawing, "number")] == ["1–2", "3"]
    assert len(parts(drawing, "fall")) == 3


def test_what_is_only_planned_looks_planned() -> None:
    (mark,) = parts(picture(marks=(Mark(AT + DAY, 1, ahead=True),)), "mark")
    assert "sb-drawn__mark--ahead" in mark.get("class", "")


def test_now_is_drawn_only_where_it_lies_inside() -> None:
    assert len(parts(picture(now_at=AT + DAY, now_words="Today"), "now")) == 1
    assert parts(picture(now_at=AT + 40 * DAY), "now") == []


def test_the_first_and_the_last_day_stay_inside() -> None:
    ticks = tuple(Tick(AT + day * DAY, str(day)) for day in (0, 20, 40))
    assert [one.get("text-anchor") for one in parts(picture(ticks=ticks), "words--small")] == [
        "start",
        "middle",
        "end",
    ]


def test_a_picture_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="span of time"):
        picture(until_at=AT)


@given(
    st.lists(st.floats(-50, 90, allow_nan=False), max_size=30),
    st.lists(st.tuples(st.floats(0, 40), st.floats(0, 5), st.floats(0, 5)), max_size=5),
)
def test_nothing_is_drawn_outside_and_every_mark_is_there(
    days: list[float], spans: list[tuple[float, float, float]]
) -> None:
    marks = tuple(Mark(AT + day * DAY, number) for number, day in enumerate(sorted(days), start=1))
    shades = tuple(Shade(AT + day * DAY, AT + 40 * DAY, min(a, b), max(a, b)) for day, a, b in spans)
    drawing = picture(marks=marks, shades=shades)
    for shade in parts(drawing, "shade"):
        left, wide = (float(shade.get(name, "").rstrip("%")) for name in ("x", "width"))
        top, high = (float(shade.get(name, "")) for name in ("y", "height"))
        assert left >= LEFT and left + wide <= RIGHT + 0.62
        assert top >= drawing.down(4) - 0.01 and top + high <= drawing.foot + 2.01
    places = groups(drawing)
    assert sorted(mark.number for _, group in places for mark in group) == list(range(1, len(days) + 1))
    assert all(after[0] - before[0] >= CLOSE for before, after in itertools.pairwise(places))
