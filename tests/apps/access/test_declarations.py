"""Whom a worker says they know is closed to them, at once or after a look; and nothing tells them whether there was anybody."""

from typing import Any

import pytest

from shelterbelt.access.actions import appoint, change_details, close_account
from shelterbelt.access.models import Conflict, Declaration, Wall, Worker, WorkerToken
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import entrust, lift, raise_wall, restrict
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.people.actions import declare, end_declaration
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_conflicts import against, known_as, sees
from tests.world import AT, DAY, Town

TOMO = {"name": "Tomo Wern", "born_on": "1979-02-03", "phones": ["+13128670142"]}
FORM = {
    "name": "Tomo Wern",
    "born_on-year": "1979",
    "born_on-month": "2",
    "born_on-day": "3",
    "how": "My brother-in-law.",
}


def says(by: Worker, **told: Any) -> Declaration:
    with as_agency(by.agency_id, at=AT, worker=by.id):
        return declare({"how": "A relative.", **told}, by=by, at=AT)


def found(place: Town) -> list[tuple[str, str]]:
    with as_agency(place.police.id, at=AT):
        return [(c.strength, c.state) for c in Conflict.objects.order_by("found_at")]


def test_a_file_about_somebody_a_worker_declares_is_closed_to_them_at_once(place: Town) -> None:
    case = against(place, **TOMO)
    assert sees(place.officer_two, case)
    says(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    assert not sees(place.officer_two, case)
    assert sees(place.detective, case)


def test_a_file_that_comes_after_the_declaration_is_never_open_to_them(place: Town) -> None:
    says(place.officer_two, name="Wern, Tomo", phones=["312 867 0142"])
    case = against(place, **TOMO)
    assert not sees(place.officer_two, case)


def test_a_name_alone_waits_for_the_reviewer(place: Town) -> None:
    case = against(place, name="Tomo Wern")
    says(place.officer_two, name="Tomo Wern")
    assert sees(place.officer_two, case)
    assert found(place) == [("weak", "open")]


def test_another_name_that_somebody_goes_by_counts(place: Town) -> None:
    case = against(place, **TOMO)
    says(place.officer_two, name="Tomi", other_names=["Tomo Wern"], born_on="1979-02-03")
    assert not sees(place.officer_two, case)


def test_who_was_cleared_of_a_chance_match_and_then_says_they_know_them_is_walled(place: Town) -> None:
    case = against(place, **TOMO)
    known_as(place.officer_two, **TOMO)
    with as_agency(place.police.id, at=AT):
        lift(Wall.objects.get(), by=None, at=AT, reason="A namesake.")
        Conflict.objects.update(state="cleared")
    known_as(place.officer_two, **TOMO)
    assert sees(place.officer_two, case), "what was cleared stays cleared"
    says(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    assert not sees(place.officer_two, case)
    assert found(place) == [("strong", "walled")]


def test_who_stands_before_a_wall_already_is_compared_all_the_same(place: Town) -> None:
    case = against(place, **TOMO)
    assert case.other_id is not None
    with as_agency(place.police.id, at=AT):
        raise_wall(
            case.other_id,
            agency=place.police.id,
            worker=place.officer_two.id,
            basis="survivor_named",
            reason="",
            by=None,
            at=AT,
        )
    says(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    with as_agency(place.police.id, at=AT):
        assert sorted(Wall.objects.values_list("basis", flat=True)) == ["declared", "survivor_named"]


def test_a_worker_who_is_walled_by_what_they_say_is_told_nothing(place: Town, signed_in: Any) -> None:
    against(place, **TOMO)
    walled, other = signed_in(place.officer_two), signed_in(place.detective)
    hit = walled.post("/known/", FORM)
    miss = other.post("/known/", {**FORM, "name": "Somebody Else"})
    assert (hit.status_code, hit["Location"]) == (miss.status_code, miss["Location"]) == (302, "/known/")
    page = walled.get("/known/").content.decode()
    assert "Tomo Wern" in page and "brother-in-law" in page
    assert "Tomo Wern" not in other.get("/known/").content.decode()
    with as_agency(place.police.id, at=AT):
        assert Wall.objects.filter(worker_id=place.officer_two.id, basis="declared").exists()


def test_what_is_missing_is_said_and_what_was_typed_stays(place: Town, signed_in: Any) -> None:
    answer = signed_in(place.officer_two).post("/known/", {**FORM, "how": "", "born_on-month": "13"})
    assert answer.status_code == 422
    assert "Tomo Wern" in answer.content.decode()
    with as_agency(place.police.id, at=AT):
        assert not Declaration.objects.exists()


def test_a_declaration_that_is_ended_opens_nothing_and_closes_nothing_new(
    place: Town, signed_in: Any
) -> None:
    case = against(place, **TOMO)
    made = says(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    assert signed_in(place.officer_two).post(f"/known/{made.ref}/end/").status_code == 302
    assert not sees(place.officer_two, case)
    assert sees(place.officer_two, against(place, **TOMO))
    with as_agency(place.police.id, at=AT):
        assert not WorkerToken.objects.filter(declaration=made).exists()


def test_nobody_ends_what_somebody_else_declared(place: Town, signed_in: Any) -> None:
    made = says(place.officer_two, name="Tomo Wern")
    client = signed_in(place.officer)
    assert client.post(f"/known/{made.ref}/end/").content == client.get("/nowhere/").content
    with as_agency(place.police.id, at=AT):
        assert Declaration.objects.get(id=made.id).ended_at is None


def test_a_worker_is_compared_from_the_day_their_account_opens(place: Town) -> None:
    case = against(place, **TOMO)
    with as_agency(place.police.id, at=AT, worker=place.administrator.id):
        worker, _once = appoint(
            by=place.administrator,
            code=f"o-{place.police.ref[:8].lower()}",
            name="Tomo Wern",
            roles=["officer"],
            details={"born_on": "1979-02-03"},
            at=AT,
        )
    assert not sees(worker, case)


def test_what_an_administrator_learns_of_a_worker_closes_files_about_them(
    place: Town, signed_in: Any
) -> None:
    case = against(place, **TOMO)
    page = f"/accounts/{place.officer_two.ref}/details/"
    told = {**FORM, "phone": "312 867 0142"}
    assert signed_in(place.administrator).post(page, told).status_code == 302
    assert not sees(place.officer_two, case)
    shown = signed_in(place.administrator).get(page).content.decode()
    assert "Tomo Wern" in shown and "1979" in shown


def test_nobody_changes_who_they_are_themselves(place: Town, signed_in: Any) -> None:
    client = signed_in(place.administrator)
    page = f"/accounts/{place.administrator.ref}/details/"
    assert client.get(page).status_code == client.post(page, FORM).status_code == 404
    assert signed_in(place.officer).get(f"/accounts/{place.officer_two.ref}/details/").status_code == 404
    with (
        pytest.raises(NotForYou),
        as_agency(place.police.id, at=AT, worker=place.administrator.id),
    ):
        change_details(place.administrator, TOMO, by=place.administrator, at=AT)


def test_walls_stay_when_what_is_known_of_a_worker_is_taken_away(place: Town) -> None:
    case = against(place, **TOMO)
    with as_agency(place.police.id, at=AT, worker=place.administrator.id):
        change_details(place.officer_two, TOMO, by=place.administrator, at=AT)
        change_details(place.officer_two, {"name": "Robin Other"}, by=place.administrator, at=AT + DAY)
    assert not sees(place.officer_two, case)
    assert sees(place.officer_two, against(place, **TOMO))


def test_nobody_is_compared_with_a_closed_account(place: Town) -> None:
    says(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    with as_agency(place.police.id, at=AT, worker=place.administrator.id):
        close_account(place.officer_two, by=place.administrator, at=AT)
        assert not WorkerToken.objects.filter(worker_id=place.officer_two.id).exists()
    against(place, **TOMO)
    assert found(place) == []


def test_a_wall_that_somebody_raises_reaches_what_they_may_not_see_themselves(place: Town) -> None:
    """Whoever is not in the team of a restricted file, and learns something of a worker, walls that file too."""
    case = against(place, **TOMO)
    with as_agency(place.police.id, at=AT):
        restrict(case.id, agency=place.police.id, team=[place.detective.id], reason="x", by=None, at=AT)
    says(place.officer_two, name="Tomo Wern", born_on="1979-02-03")
    with as_agency(place.police.id, at=AT):
        entrust(case.id, place.officer_two.id, agency=place.police.id, by=None, at=AT)
    assert not sees(place.officer_two, case)
    assert sees(place.detective, case)


def test_what_was_declared_lies_sealed(place: Town) -> None:
    made = says(place.officer_two, name="Tomo Wern", how="A neighbour.")
    with as_agency(place.police.id, at=AT):
        row = Declaration.objects.get(id=made.id)
        assert b"Wern" not in bytes(row.sealed) and b"neighbour" not in bytes(row.sealed)
        assert opened(row)["how"] == "A neighbour."


def test_ending_twice_leaves_one_line(place: Town) -> None:
    from shelterbelt.ledger.models import Entry

    made = says(place.officer_two, name="Tomo Wern")
    with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        end_declaration(made, by=place.officer_two, at=AT)
        end_declaration(made, by=place.officer_two, at=AT)
        assert Entry.objects.filter(about=made.id, kind="declaration.ended").count() == 1


def test_a_case_is_nobody_elses_to_lose(place: Town) -> None:
    case = against(place, **TOMO)
    says(place.nurse, name="Tomo Wern", born_on="1979-02-03")
    with as_agency(place.police.id, at=AT):
        assert Case.objects.filter(id=case.id).exists() and not Wall.objects.exists()
