"""Other people's list of troublesome strings, in every text of an incident record."""

import html
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.world import AT, Town

from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.drafts import open_incident
from shelterbelt.cases.models import Incident
from shelterbelt.people.queries import persons_matching
from shelterbelt.rules.fields import clean_text
from shelterbelt.store.asker import as_agency

NAUGHTY = json.loads((Path(os.environ["SHELTERBELT_ORACLES"]) / "naughty" / "blns.json").read_text())
EVENTS = {"happened_at-day": "2026-03-01", "happened_at-time": "21:30", "revision": "0"}


def test_every_troublesome_string_is_kept_or_named_and_never_breaks_a_page(
    place: Town, signed_in: Any
) -> None:
    officer = signed_in(place.officer)
    for start in range(0, len(NAUGHTY), 12):
        with as_agency(place.police.id, at=AT):
            draft = open_incident(by=place.officer, at=AT)
        text = "\n".join(NAUGHTY[start : start + 12])
        answer = officer.post(
            f"/incidents/{draft.ref}/events/", {**EVENTS, "narrative": text, "place": "here"}
        )
        assert answer.status_code in (302, 422)
        _said, problem = clean_text(text, 20_000)
        assert (answer.status_code == 422) == (problem is not None)
        shown = officer.get(f"/incidents/{draft.ref}/events/")
        assert shown.status_code == 200
        assert b"<script>alert" not in shown.content


@pytest.mark.parametrize(
    "name",
    ["Ž", "宝玉", "ليلى", "O'Brien-Łukasz", "José", "Jose\u0301", "नेहा", "W" * 300, "\u202eevil\u202c"],
)
def test_a_name_in_any_script_is_recorded_shown_and_found(place: Town, signed_in: Any, name: str) -> None:
    officer = signed_in(place.officer)
    with as_agency(place.police.id, at=AT):
        draft = open_incident(by=place.officer, at=AT)
    people = {"p0-name": name, "p0-role": "survivor", "blocks": "2", "revision": "0"}
    assert officer.post(f"/incidents/{draft.ref}/people/", people).status_code == 302
    assert officer.post(f"/incidents/{draft.ref}/events/", {**EVENTS, "narrative": "x"}).status_code == 302
    assert officer.post(f"/incidents/{draft.ref}/check/").status_code == 302
    kept, _problem = clean_text(name, 300, lines=False)
    page = officer.get(f"/incidents/{draft.ref}/").content.decode()
    assert f"<bdi>{html.escape(kept)}</bdi>" in page or html.escape(kept, quote=True) in page
    assert "\u202e" not in page
    with as_agency(place.police.id, at=AT):
        assert persons_matching(name, agency=place.police.id).exists()


def test_a_name_that_is_too_long_is_kept_and_named(place: Town, signed_in: Any) -> None:
    officer = signed_in(place.officer)
    with as_agency(place.police.id, at=AT):
        draft = open_incident(by=place.officer, at=AT)
    people = {"p0-name": "W" * 301, "p0-role": "survivor", "blocks": "2", "revision": "0"}
    answer = officer.post(f"/incidents/{draft.ref}/people/", people)
    assert answer.status_code == 422
    assert "301 characters long" in answer.content.decode()
    with as_agency(place.police.id, at=AT):
        assert opened(Incident.objects.get(id=draft.id))["people"]["p0-name"] == "W" * 301


def test_an_incident_in_the_future_is_named_beside_its_field(place: Town, signed_in: Any) -> None:
    officer = signed_in(place.officer)
    with as_agency(place.police.id, at=AT):
        draft = open_incident(by=place.officer, at=AT)
    wrong = {**EVENTS, "happened_at-day": "2099-01-01", "narrative": "x"}
    answer = officer.post(f"/incidents/{draft.ref}/events/", wrong)
    assert answer.status_code == 422
    assert "in the future" in answer.content.decode()
