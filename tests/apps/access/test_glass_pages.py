"""The pages of broken glass: asked by a reference, agreed by somebody else; no byte tells whether there is such a file."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shelterbelt.access.models import Alert, Glass, Glimpse, Worker
from shelterbelt.access.queries import name_of
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_walls import an_incident
from tests.world import AT, Town

REASON = "A threat on the telephone."


def closed_case(place: Town) -> Case:
    """A police case with a note and an incident, restricted to the detective."""
    case = an_incident(place, place.officer).case
    assert case is not None
    with as_agency(place.police.id, at=AT):
        restrict(
            case.id, agency=place.police.id, team=[place.detective.id], reason="A colleague.", by=None, at=AT
        )
    return case


def walled_case(place: Town, worker: Worker) -> Case:
    case = closed_case(place)
    with as_agency(place.police.id, at=AT):
        raise_wall(
            case.id, agency=place.police.id, worker=worker.id, basis="reviewer", reason="", by=None, at=AT
        )
    return case


def asks(client: Client, ref: str, *, part: str = "notes", who: str = "second") -> Any:
    return client.post("/glass/", {"ref": ref, "category": part, "reason": REASON, "who": who})


def test_a_file_is_asked_for_agreed_to_read_and_closed(place: Town, signed_in: Any) -> None:
    case = closed_case(place)
    officer, supervisor = signed_in(place.officer_two), signed_in(place.supervisor)
    assert officer.get(f"/cases/{case.ref}/").status_code == 404
    asked = asks(officer, f"http://localhost/cases/{case.ref}/")
    assert asked.status_code == 302
    assert b"a second person is asked" in officer.get(asked.url).content
    offered = supervisor.get("/glass/").content.decode()
    assert REASON in offered and name_of(place.officer_two) in offered
    assert "Ines Calder" not in offered and case.ref not in offered, "the second person learns of no file"
    agree = re.search(r'action="(/glass/[^"]+/agree/)"', offered)
    assert agree is not None
    assert supervisor.post(agree.group(1)).status_code == 302
    page = officer.get(f"/cases/{case.ref}/")
    text = page.content.decode()
    assert page.status_code == 200 and "Ines Calder" in text and "Spoke at the door." in text
    for other in ("What is due", "It rests on", "Write a note", "Who has looked"):
        assert other not in text, f"{other}: glass was broken for the notes"
    for closed in ("notes/new", "level", "looks", "held"):
        assert officer.get(f"/cases/{case.ref}/{closed}/").status_code == 404
    assert officer.post(asked.url + "close/").status_code == 302
    assert officer.get(f"/cases/{case.ref}/").status_code == 404
    with as_agency(place.police.id, at=AT):
        assert Reading.objects.filter(what="case", about=case.id, by=place.officer_two.id).exists()


@pytest.mark.parametrize(
    ("part", "seen", "unseen"),
    [
        ("who", ["Ines Calder"], ["Spoke at the door.", "Timeline", "What is due"]),
        ("incidents", ["Incident", "Timeline"], ["Spoke at the door.", "What is due"]),
        ("steps", ["What is due"], ["Spoke at the door.", "Timeline"]),
        ("danger", ["Danger"], ["Spoke at the door.", "Timeline", "What is due"]),
    ],
)
def test_each_part_shows_itself_alone(
    place: Town, signed_in: Any, part: str, seen: list[str], unseen: list[str]
) -> None:
    case = closed_case(place)
    officer = signed_in(place.officer_two)
    asked = asks(officer, case.ref, part=part)
    signed_in(place.supervisor).post(asked.url + "agree/")
    text = officer.get(f"/cases/{case.ref}/").content.decode().split("<main")[1]
    assert all(word in text for word in seen), part
    assert not any(word in text for word in unseen), part


def test_alone_on_duty_the_reviewer_is_told_before_it_opens(place: Town, signed_in: Any) -> None:
    case = closed_case(place)
    officer = signed_in(place.officer_two)
    asked = asks(officer, case.ref, who="alone")
    assert officer.get(f"/cases/{case.ref}/").status_code == 404, "asking opens nothing"
    with as_agency(place.police.id, at=AT):
        assert Alert.objects.filter(kind="glass_alone", worker_id=place.officer_two.id).exists()
        assert Entry.objects.filter(kind="reviewer.paged").exists()
    assert b"is about to open a restricted file alone" in signed_in(place.reviewer).get("/alerts/").content
    officer.post(asked.url + "open/")
    assert officer.get(f"/cases/{case.ref}/").status_code == 200


def plain(answer: Any, *refs: str) -> str:
    """An answer without what is new in each: references, tokens."""
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    for ref in refs:
        text = text.replace(ref, "REF")
    return re.sub(r"/glass/[A-Za-z0-9_-]{22}/", "/glass/X/", text)


@pytest.mark.parametrize("who", ["second", "alone"])
def test_walled_foreign_and_never_written_are_asked_and_answered_alike(
    place: Town, signed_in: Any, who: str
) -> None:
    from shelterbelt.cases.actions import open_direct_case

    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        hers = open_direct_case(survivor={"name": "Uma"}, other=None, words={}, by=place.advocate, at=AT)
    refs = {
        "walled": walled_case(place, place.officer_two).ref,
        "never": "Zq4vY0tqk2J3cXo8m1nB5w",
        "theirs": hers.ref,
        "restricted": closed_case(place).ref,
    }
    officer = signed_in(place.officer_two)
    asks(officer, refs["never"])
    told: dict[str, Any] = {}
    for name, ref in refs.items():
        with as_agency(place.police.id, at=AT):
            Glass.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as asking:
            asked = asks(officer, ref, who=who)
        with CaptureQueriesContext(connection) as looking:
            page = plain(officer.get(asked.url), ref)
            listed = plain(officer.get("/glass/"), ref)
        told[name] = (asked.status_code, len(asking), len(looking), page, listed)
        if who == "alone" and name != "restricted":
            assert officer.post(asked.url + "open/").status_code == 302
            assert plain(officer.get(asked.url), ref) == page, "pressing the button tells nothing either"
            with as_agency(place.police.id, at=AT):
                assert not Glimpse.objects.filter(worker_id=place.officer_two.id).exists()
    assert told["walled"] == told["never"] == told["theirs"] == told["restricted"]


def test_who_may_not_ask_finds_no_such_page(place: Town, signed_in: Any) -> None:
    for by in (place.advocate, place.shelter_worker, place.reviewer, place.administrator, place.coordinator):
        answer = signed_in(by).get("/glass/")
        assert answer.status_code == 404, by.code
        assert b"/glass/" not in signed_in(by).get("/").content
    assert b'href="/glass/"' in signed_in(place.officer).get("/work/").content


def test_a_reference_that_is_none_is_said_before_anything_is_asked(place: Town, signed_in: Any) -> None:
    answer = asks(signed_in(place.officer_two), "Ines Calder")
    assert answer.status_code == 422
    with as_agency(place.police.id, at=AT):
        assert not Glass.objects.exists()


def test_what_somebody_else_asked_for_is_nobodys_to_open(place: Town, signed_in: Any) -> None:
    asked = asks(signed_in(place.officer_two), closed_case(place).ref)
    for step in ("", "open/", "close/", "reviewed/"):
        client = signed_in(place.officer)
        answer = client.get(asked.url) if not step else client.post(asked.url + step)
        assert answer.status_code == 404, step
    assert signed_in(place.officer_two).post(asked.url + "agree/").status_code == 404
