"""The reviewer decides what a match alone does not say, lifts walls with a reason, and reads no file."""

from typing import Any

import pytest

from shelterbelt.access.models import Conflict, Wall, Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.people.actions import decide_conflict, lift_wall
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_conflicts import against, known_as, sees
from tests.apps.access.test_declarations import TOMO, says
from tests.world import AT, HOUR, Town, worker

PARTY = {"name": "Tomo Wern", "phones": ["+13125550190"], "address": "9 Quiet Lane"}


@pytest.fixture
def case(place: Town) -> Case:
    """A case against somebody whose name a worker has."""
    made = against(place, **PARTY)
    known_as(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    return made


def the(place: Town, model: Any) -> Any:
    with as_agency(place.police.id, at=AT):
        return model.objects.get()


def decide(place: Town, *, walled: bool, by: Worker | None = None) -> None:
    by = by or place.reviewer
    with as_agency(place.police.id, at=AT, worker=by.id):
        decide_conflict(the(place, Conflict), walled=walled, reason="Asked both.", by=by, at=AT)


def test_the_desk_shows_what_is_needed_and_nothing_else(place: Town, case: Case, signed_in: Any) -> None:
    client = signed_in(place.reviewer)
    desk = client.get("/review/").content.decode()
    ref = the(place, Conflict).ref
    assert f"/review/{ref}/" in desk and place.officer_two.code in desk
    page = client.get(f"/review/{ref}/").content.decode()
    assert "Tomo Wern" in page and "Feb 3, 1979" in page and "the full name" in page
    for hidden in ("Ines Calder", "Quiet Lane", "0190", case.ref, "caused"):
        assert hidden not in desk + page


def test_the_decision_walls_and_keeps_its_reason(place: Town, case: Case, signed_in: Any) -> None:
    page = f"/review/{the(place, Conflict).ref}/"
    client = signed_in(place.reviewer)
    assert client.post(page, {"decision": "wall", "reason": " "}).status_code == 422
    assert sees(place.officer_two, case)
    assert client.post(page, {"decision": "wall", "reason": "They were married."}).status_code == 302
    assert not sees(place.officer_two, case)
    assert sees(place.detective, case)
    row = the(place, Conflict)
    assert (row.state, row.decided_by, opened(row)["reason"]) == (
        "walled",
        place.reviewer.id,
        "They were married.",
    )
    assert b"married" not in bytes(row.sealed) + bytes(the(place, Wall).sealed)
    assert client.get(page).status_code == 404, "what is decided waits no more"


def test_a_cleared_match_stays_cleared_and_hides_nothing(place: Town, case: Case) -> None:
    decide(place, walled=False)
    known_as(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    assert sees(place.officer_two, case)
    assert the(place, Conflict).state == "cleared"


def test_nothing_is_decided_twice(place: Town, case: Case) -> None:
    decide(place, walled=True)
    with pytest.raises(NotForYou):
        decide(place, walled=False)
    assert not sees(place.officer_two, case)


@pytest.mark.parametrize(
    "role", ["supervisor", "administrator", "records_officer", "officer_two", "detective"]
)
def test_nobody_in_the_chain_of_command_decides_or_lifts(
    place: Town, case: Case, signed_in: Any, role: str
) -> None:
    by = getattr(place, role)
    with pytest.raises(NotForYou):
        decide(place, walled=False, by=by)
    decide(place, walled=True)
    wall = the(place, Wall)
    with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=by.id):
        lift_wall(wall, reason="x", by=by, at=AT)
    assert signed_in(by).get("/review/").status_code == 404
    assert signed_in(by).post(f"/review/walls/{wall.ref}/", {"reason": "x"}).status_code == 404


def test_a_reviewer_of_another_agency_finds_nothing(place: Town, case: Case, signed_in: Any) -> None:
    other = signed_in(worker(place.prosecutor, "reviewer"))
    ref = the(place, Conflict).ref
    assert other.get(f"/review/{ref}/").status_code == 404
    assert ref not in other.get("/review/").content.decode()


def test_the_reviewer_decides_nothing_about_themselves(place: Town, signed_in: Any) -> None:
    against(place, **PARTY)
    known_as(place.reviewer, name="Tomo Wern")
    client = signed_in(place.reviewer)
    ref = the(place, Conflict).ref
    assert ref not in client.get("/review/").content.decode()
    assert client.get(f"/review/{ref}/").status_code == 404
    with pytest.raises(NotForYou):
        decide(place, walled=False)
    second = worker(place.police, "reviewer")
    assert ref in signed_in(second).get("/review/").content.decode()
    decide(place, walled=True, by=second)
    wall = the(place, Wall)
    assert client.get(f"/review/walls/{wall.ref}/").status_code == 404
    with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=place.reviewer.id):
        lift_wall(wall, reason="x", by=place.reviewer, at=AT)


def test_a_wall_is_lifted_with_a_reason_and_its_match_is_cleared(place: Town, signed_in: Any) -> None:
    case = against(place, **TOMO)
    says(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    wall = the(place, Wall)
    client = signed_in(place.reviewer)
    assert "Tomo Wern" in client.get("/review/").content.decode()
    page = f"/review/walls/{wall.ref}/"
    assert client.post(page, {"reason": ""}).status_code == 422
    assert not sees(place.officer_two, case)
    assert client.post(page, {"reason": "Another person of that name."}).status_code == 302
    assert sees(place.officer_two, case)
    assert opened(the(place, Wall))["lifted_because"] == "Another person of that name."
    assert the(place, Conflict).state == "cleared"
    assert client.get(page).status_code == 404


def test_what_a_survivor_asked_for_is_not_the_reviewers(place: Town, signed_in: Any) -> None:
    case = against(place, **PARTY)
    with as_agency(place.police.id, at=AT):
        wall = raise_wall(
            case.survivor_id,
            agency=place.police.id,
            worker=place.officer_two.id,
            basis="survivor_named",
            reason="",
            by=None,
            at=AT,
        )
    client = signed_in(place.reviewer)
    assert wall.ref not in client.get("/review/").content.decode()
    assert client.post(f"/review/walls/{wall.ref}/", {"reason": "x"}).status_code == 404
    with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=place.reviewer.id):
        lift_wall(wall, reason="x", by=place.reviewer, at=AT)
    assert not sees(place.officer_two, case)


def test_the_reviewers_wall_reaches_a_file_that_is_closed_to_the_reviewer(place: Town, case: Case) -> None:
    from shelterbelt.access.walls import entrust

    with as_agency(place.police.id, at=AT):
        restrict(case.id, agency=place.police.id, team=[place.detective.id], reason="x", by=None, at=AT)
    decide(place, walled=True)
    with as_agency(place.police.id, at=AT):
        entrust(case.id, place.officer_two.id, agency=place.police.id, by=None, at=AT)
    assert not sees(place.officer_two, case)


def test_broken_glass_and_tries_stand_on_the_desk(place: Town, case: Case, signed_in: Any) -> None:
    decide(place, walled=True)
    met = signed_in(place.officer_two)
    for _again in range(3):
        assert met.get(f"/cases/{case.ref}/").status_code == 404
    from shelterbelt.access.tries import resolve

    with as_agency(place.police.id, at=AT + HOUR):
        resolve(place.police.id, at=AT + HOUR)
    desk = signed_in(place.reviewer).get("/review/").content.decode()
    assert "Asked for what is closed to them" in desk and "a wall" in desk
    assert case.ref not in desk
