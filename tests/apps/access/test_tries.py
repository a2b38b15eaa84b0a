"""Every "not found" leaves a line that says nothing; later the reviewer learns which of them met a wall, and nobody else does."""

from datetime import timedelta
from typing import Any

from shelterbelt.access.glass import ask_glass
from shelterbelt.access.models import Missed, Worker
from shelterbelt.access.policy import SEE_TRIES
from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import visible
from shelterbelt.access.tries import KEPT, KEPT_MET, forget, note, resolve, tries_met
from shelterbelt.access.walls import entrust, raise_wall
from shelterbelt.cases.models import Case, Note
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.access.test_glass_pages import closed_case, walled_case
from tests.apps.access.test_walls import an_incident
from tests.world import AT, DAY, Town

NEVER = "Zq4vY0tqk2J3cXo8m1nB5w"


def lines(place: Town, by: Worker) -> list[Missed]:
    with as_agency(place.police.id, at=AT):
        return list(Missed.objects.filter(worker_id=by.id).order_by("id"))


def met(place: Town, by: Worker) -> list[str]:
    with as_agency(place.police.id, at=now()):
        resolve(place.police.id, at=now())
    return [row.met for row in lines(place, by)]


def seen_by(by: Worker) -> list[Any]:
    with as_agency(by.agency_id, at=now(), worker=by.id):
        return tries_met(by=by, at=now())


def test_each_not_found_leaves_one_line_whatever_was_there(place: Town, signed_in: Any) -> None:
    walled = walled_case(place, place.officer_two)
    officer = signed_in(place.officer_two)
    for address in (
        f"/cases/{walled.ref}/",
        f"/cases/{NEVER}/",
        "/cases/Ines-Calder/",
        "/no-such-page/",
        "/accounts/",
        "/glass/x/open/",
    ):
        before = len(lines(place, place.officer_two))
        assert officer.get(address).status_code == 404
        assert len(lines(place, place.officer_two)) == before + 1, address
    before = len(lines(place, place.officer_two))
    assert officer.get("/work/").status_code == 200
    assert len(lines(place, place.officer_two)) == before, "what is found leaves none"


def test_what_was_typed_is_nowhere_in_the_table(place: Town, signed_in: Any) -> None:
    signed_in(place.officer_two).get("/cases/Ines-Calder/")
    row = lines(place, place.officer_two)[0]
    assert (row.route, len(row.mark)) == ("case", 16)
    assert b"Calder" not in bytes(row.mark)
    with as_agency(place.council.id, at=AT):
        other = place.coordinator
        note(other, "case", "Ines-Calder", at=AT)
        assert bytes(Missed.objects.get().mark) != bytes(row.mark), "each agency under a key of its own"


def test_a_job_finds_out_later_which_of_them_met_a_wall(place: Town, signed_in: Any) -> None:
    walled, closed = walled_case(place, place.officer_two), closed_case(place)
    with as_agency(place.police.id, at=AT):
        child = Note.objects.filter(case=walled).first()
    assert child is not None
    officer = signed_in(place.officer_two)
    for ref in (walled.ref, NEVER, closed.ref, child.ref):
        officer.get(f"/cases/{ref}/")
    assert [row.met for row in lines(place, place.officer_two)] == [""] * 4, (
        "the answer has waited for nothing"
    )
    assert met(place, place.officer_two) == ["wall", "nothing", "restricted", "wall"]


def test_a_wall_before_an_agency_is_found_as_well(place: Town, signed_in: Any) -> None:
    case = an_incident(place, place.officer).case
    assert case is not None
    with as_agency(place.police.id, at=AT):
        raise_wall(
            case.id,
            agency=place.police.id,
            viewer=place.prosecutor.id,
            basis="survivor_named",
            reason="",
            by=None,
            at=AT,
        )
    assert signed_in(place.prosecutor_worker).get(f"/cases/{case.ref}/").status_code == 404
    with as_agency(place.prosecutor.id, at=now()):
        assert resolve(place.prosecutor.id, at=now()) == 1
        assert Missed.objects.get().met == "wall"


def test_who_is_entrusted_met_nothing(place: Town, signed_in: Any) -> None:
    closed = closed_case(place)
    with as_agency(place.police.id, at=AT):
        entrust(closed.id, place.officer_two.id, agency=place.police.id, by=None, at=AT)
    signed_in(place.officer_two).get(f"/cases/{closed.ref}/no-such-part/")
    assert met(place, place.officer_two) in ([], ["nothing"])


def test_asking_for_glass_is_a_try_only_where_a_wall_stands(place: Town) -> None:
    walled, closed = walled_case(place, place.officer_two), closed_case(place)
    with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        for ref in (walled.ref, closed.ref, NEVER):
            ask_glass(ref, "who", "A threat.", alone=False, by=place.officer_two, at=AT)
    assert met(place, place.officer_two) == ["wall", "nothing", "nothing"]


def test_the_reviewer_sees_who_how_often_and_when_and_nobody_else_does(place: Town, signed_in: Any) -> None:
    walled = walled_case(place, place.officer_two)
    officer = signed_in(place.officer_two)
    for _ in range(3):
        officer.get(f"/cases/{walled.ref}/")
    officer.get(f"/cases/{NEVER}/")
    met(place, place.officer_two)
    shown = seen_by(place.reviewer)
    assert [(line.who, line.met, line.times) for line in shown] == [(name_of(place.officer_two), "wall", 3)]
    assert walled.ref not in repr(shown) and str(walled.id) not in repr(shown)
    for by in (place.supervisor, place.administrator, place.records_officer, place.officer_two):
        assert seen_by(by) == [], by.code
        with as_agency(place.police.id, at=AT, worker=by.id):
            assert not visible(by, SEE_TRIES, Missed.objects.all(), at=AT).exists()


def test_a_wall_that_hides_the_case_from_its_own_officer_is_found_after_it_was_raised(
    place: Town, signed_in: Any
) -> None:
    case = an_incident(place, place.officer_two).case
    assert case is not None
    officer = signed_in(place.officer_two)
    assert officer.get(f"/cases/{case.ref}/").status_code == 200
    with as_agency(place.police.id, at=AT):
        raise_wall(
            case.survivor_id, agency=place.police.id, worker=place.officer_two.id, basis="declared", reason="", by=None, at=AT
        )  # fmt: skip
        assert Case.objects.filter(id=case.id).exists()
    assert officer.get(f"/cases/{case.ref}/").status_code == 404
    assert met(place, place.officer_two) == ["wall"]


def test_lines_go_when_they_are_too_old(place: Town) -> None:
    walled = walled_case(place, place.officer_two)
    at = now()
    with as_agency(place.police.id, at=at):
        for ref in (NEVER, walled.ref):
            note(place.officer_two, "case", ref, at=at)
        resolve(place.police.id, at=at)
        forget(at=at + KEPT - timedelta(seconds=1))
        assert Missed.objects.count() == 2
        forget(at=at + KEPT + DAY)
        assert [row.met for row in Missed.objects.all()] == ["wall"]
        forget(at=at + KEPT_MET + DAY)
        assert not Missed.objects.exists()
