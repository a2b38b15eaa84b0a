"""The incident record as an officer meets it: step by step, nothing typed lost, nothing recorded twice."""

import io
import json
from typing import Any

import pytest
from PIL import Image
from tests.world import AT, Town

from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.drafts import open_incident
from shelterbelt.cases.models import Case, Custody, Evidence, Incident
from shelterbelt.store.asker import as_agency


@pytest.fixture
def draft(place: Town) -> Incident:
    with as_agency(place.police.id, at=AT):
        return open_incident(by=place.officer, at=AT)


def revision(place: Town, incident: Incident, step: str) -> int:
    with as_agency(place.police.id, at=AT):
        return int(opened(Incident.objects.get(id=incident.id)).get(step, {}).get("_revision", 0))


PEOPLE = {
    "p0-name": "Wren Ashby",
    "p0-role": "survivor",
    "p1-name": "Sol Ashby",
    "p1-role": "perpetrator",
    "blocks": "2",
    "revision": "0",
}
EVENTS = {
    "happened_at-day": "2026-03-01",
    "happened_at-time": "21:30",
    "narrative": "Shouting, then a push.",
    "revision": "0",
}


def test_a_whole_record_becomes_a_case(place: Town, draft: Incident, signed_in: Any) -> None:
    officer = signed_in(place.officer)
    assert officer.post(f"/incidents/{draft.ref}/people/", PEOPLE).status_code == 302
    assert officer.post(f"/incidents/{draft.ref}/events/", EVENTS).status_code == 302
    answer = officer.post(f"/incidents/{draft.ref}/check/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("/recorded/")
    assert officer.post(f"/incidents/{draft.ref}/check/").status_code == 302
    with as_agency(place.police.id, at=AT):
        assert Case.objects.filter(attached__incident_id=draft.id).count() == 1


def test_what_cannot_be_read_is_kept_and_named_beside_its_field(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    officer = signed_in(place.officer)
    wrong = {**EVENTS, "happened_at-day": "2026-02-30", "narrative": "Kept <b>words</b>"}
    answer = officer.post(f"/incidents/{draft.ref}/events/", wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "2026-02-30" in page
    assert "Kept &lt;b&gt;words" in page
    assert "govuk-error-message" in page
    assert "2026-02-30" in officer.get(f"/incidents/{draft.ref}/events/").content.decode()


def test_an_incomplete_record_is_not_recorded(place: Town, draft: Incident, signed_in: Any) -> None:
    officer = signed_in(place.officer)
    assert officer.post(f"/incidents/{draft.ref}/check/").status_code == 422
    with as_agency(place.police.id, at=AT):
        assert Incident.objects.get(id=draft.id).recorded_at is None


def test_a_draft_is_saved_while_it_is_typed(place: Town, draft: Incident, signed_in: Any) -> None:
    officer = signed_in(place.officer)
    url = f"/incidents/{draft.ref}/events/draft/"
    sent = json.dumps({"revision": 0, "fields": {"narrative": "Half a sent"}})
    first = officer.put(url, sent, content_type="application/json")
    assert first.json()["revision"] == 1
    again = officer.put(url, sent, content_type="application/json")
    assert again.json()["revision"] == 1
    other = json.dumps({"revision": 0, "fields": {"narrative": "Other words"}})
    conflict = signed_in(place.officer_two).put(url, other, content_type="application/json")
    assert conflict.status_code == 409
    assert conflict.json()["fields"] == {"narrative": "Half a sent"}
    assert "Half a sent" in officer.get(f"/incidents/{draft.ref}/events/").content.decode()


def test_two_officers_are_told_and_neither_loses_words(place: Town, draft: Incident, signed_in: Any) -> None:
    url = f"/incidents/{draft.ref}/events/"
    signed_in(place.officer).post(url, {**EVENTS, "narrative": "First words"})
    answer = signed_in(place.officer_two).post(url, {**EVENTS, "narrative": "Second words"})
    assert answer.status_code == 409
    assert "First words" in answer.content.decode()
    assert "Second words" in answer.content.decode()


def test_a_picture_is_sealed_and_its_place_is_gone_from_the_derivative(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "CANARY-PLACE"
    Image.new("RGB", (40, 30), "white").save(picture, "JPEG", exif=exif)
    officer = signed_in(place.officer)
    picture.seek(0)
    picture.name = "kitchen.jpg"
    sent = {"file": picture, "kind": "photo_scene", "about": "Kitchen"}
    assert officer.post(f"/incidents/{draft.ref}/files/", sent).status_code == 302
    with as_agency(place.police.id, at=AT):
        evidence = Evidence.objects.get(incident=draft)
    looked = officer.get(f"/files/{evidence.ref}/")
    assert looked.status_code == 200
    assert b"CANARY" not in looked.content
    whole = officer.post(f"/files/{evidence.ref}/original/")
    assert whole.content == picture.getvalue()
    with as_agency(place.police.id, at=AT):
        kinds = list(
            Custody.objects.filter(evidence=evidence).order_by("at", "id").values_list("kind", flat=True)
        )
    assert kinds == ["taken_in", "looked_at", "copied_out"]


def test_another_agency_gets_the_page_that_does_not_exist(
    place: Town, draft: Incident, signed_in: Any
) -> None:
    missing = signed_in(place.advocate).get("/no-such-page/")
    for url in (
        f"/incidents/{draft.ref}/",
        f"/incidents/{draft.ref}/events/",
        f"/incidents/{draft.ref}/files/",
    ):
        answer = signed_in(place.advocate).get(url)
        assert (answer.status_code, answer.content) == (404, missing.content)


def test_no_field_asks_what_must_not_be_asked(place: Town, draft: Incident, signed_in: Any) -> None:
    officer = signed_in(place.officer)
    for step in ("scene", "people", "events", "harm", "account", "explained"):
        page = officer.get(f"/incidents/{draft.ref}/{step}/").content.decode().lower()
        for word in ("immigra", "citizen", "orientation", "diagnos"):
            assert word not in page


@pytest.mark.parametrize(
    ("part", "typed"), [("day", "2031-02-30"), ("time", "25:99"), ("day", "last Friday")]
)
def test_an_impossible_date_or_time_stays_as_it_was_typed(
    place: Town, draft: Incident, signed_in: Any, part: str, typed: str
) -> None:
    wrong = {**EVENTS, f"happened_at-{part}": typed}
    page = signed_in(place.officer).post(f"/incidents/{draft.ref}/events/", wrong).content.decode()
    field = page.split(f'name="happened_at-{part}"')[1][:200]
    kind = page.split(f'name="happened_at-{part}"')[0][-200:] + field
    assert typed in field
    assert 'type="text"' in kind
