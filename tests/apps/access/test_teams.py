"""A file that is closed to a team: nobody else finds it, nobody is left locked out of opening it, and nothing is forgotten."""

from typing import Any

import pytest

from shelterbelt.access.models import Wall, Worker
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.access.walls import raise_wall
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.closing import close_to_team, join_team, leave_team, open_to_all
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.access.test_conflicts import against
from tests.world import AT, Town, worker


@pytest.fixture
def case(place: Town) -> Case:
    return against(place, name="Tomo Wern")


def sees(by: Worker, case: Case) -> bool:
    """At the real clock: pages close and open at the moment of their request."""
    at = now()
    with as_agency(by.agency_id, at=at, worker=by.id):
        return visible(by, SEE_CASE, Case.objects.all(), at=at).filter(id=case.id).exists()


def closed(place: Town, case: Case, *team: Worker, by: Worker | None = None) -> None:
    by = by or place.supervisor
    with as_agency(by.agency_id, at=AT, worker=by.id):
        close_to_team(case, team=team, reason="A colleague is in it.", by=by, at=AT)


def test_a_supervisor_closes_a_file_to_a_team_on_its_page(place: Town, case: Case, signed_in: Any) -> None:
    client = signed_in(place.supervisor)
    page = f"/cases/{case.ref}/team/"
    assert page in client.get(f"/cases/{case.ref}/").content.decode()
    assert client.post(page, {"team": [place.detective.ref], "reason": ""}).status_code == 422
    assert sees(place.officer, case)
    told = {"team": [place.detective.ref], "reason": "A colleague is in it."}
    assert client.post(page, told).status_code == 302
    assert sees(place.supervisor, case) and sees(place.detective, case)
    assert not sees(place.officer, case) and not sees(place.officer_two, case)
    other = signed_in(place.officer)
    assert other.get(f"/cases/{case.ref}/").content == other.get("/nowhere/").content
    shown = client.get(page).content.decode()
    assert place.detective.code in shown and place.supervisor.code in shown
    with as_agency(place.police.id, at=AT):
        assert b"colleague" not in bytes(Wall.objects.get().sealed)


def test_the_team_is_changed_on_its_page(place: Town, case: Case, signed_in: Any) -> None:
    closed(place, case, place.detective)
    client, page = signed_in(place.supervisor), f"/cases/{case.ref}/team/"
    assert client.post(page, {"worker": place.officer.ref}).status_code == 302
    assert sees(place.officer, case)
    assert client.post(f"{page}{place.officer.ref}/leave/").status_code == 302
    assert not sees(place.officer, case) and sees(place.detective, case)
    assert client.post(f"{page}{place.supervisor.ref}/leave/").status_code == 404, (
        "nobody locks the door from inside"
    )
    assert sees(place.supervisor, case)
    assert client.post(f"{page}end/", {"reason": "It is over."}).status_code == 302
    assert sees(place.officer, case) and sees(place.officer_two, case)
    with as_agency(place.police.id, at=AT):
        assert opened(Wall.objects.get())["lifted_because"] == "It is over."


def test_who_left_a_team_is_not_in_it_when_the_file_is_closed_again(place: Town, case: Case) -> None:
    closed(place, case, place.detective)
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        open_to_all(case, reason="x", by=place.supervisor, at=AT)
    closed(place, case, place.officer)
    assert sees(place.officer, case) and not sees(place.detective, case)


def test_a_member_of_the_team_who_is_no_supervisor_changes_nothing(
    place: Town, case: Case, signed_in: Any
) -> None:
    closed(place, case, place.detective)
    client, page = signed_in(place.detective), f"/cases/{case.ref}/team/"
    assert client.get(f"/cases/{case.ref}/").status_code == 200
    assert client.get(page).status_code == client.post(page, {"worker": place.officer.ref}).status_code == 404
    with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=place.detective.id):
        join_team(case, place.officer, by=place.detective, at=AT)


def test_a_supervisor_outside_the_team_cannot_open_it(place: Town, case: Case, signed_in: Any) -> None:
    second = worker(place.police, "supervisor")
    closed(place, case, place.detective)
    assert signed_in(second).get(f"/cases/{case.ref}/team/").status_code == 404
    for act in (
        lambda: open_to_all(case, reason="x", by=second, at=AT),
        lambda: join_team(case, second, by=second, at=AT),
        lambda: leave_team(case, place.detective.id, by=second, at=AT),
    ):
        with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=second.id):
            act()
    assert not sees(second, case) and sees(place.detective, case)


def test_a_wall_before_a_member_stays_where_it_is(place: Town, case: Case) -> None:
    with as_agency(place.police.id, at=AT):
        raise_wall(
            case.survivor_id,
            agency=place.police.id,
            worker=place.detective.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    closed(place, case, place.detective)
    assert not sees(place.detective, case)


@pytest.mark.parametrize("who", ["nurse", "administrator", "reviewer", "records_officer", "uninvited"])
def test_nobody_joins_a_team_who_could_not_see_a_case_at_all(place: Town, case: Case, who: str) -> None:
    with pytest.raises(NotForYou):
        closed(place, case, getattr(place, who))
    closed(place, case)
    with pytest.raises(NotForYou), as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        join_team(case, getattr(place, who), by=place.supervisor, at=AT)


def test_an_officer_closes_no_file(place: Town, case: Case) -> None:
    with pytest.raises(NotForYou):
        closed(place, case, place.officer_two, by=place.officer)
    assert sees(place.detective, case)
