"""Glass opens one part of a restricted file for an hour, with a reason and a second person; no wall, no victim service."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from shelterbelt.access.bars import CATEGORIES
from shelterbelt.access.glass import (
    GLASS_LASTS,
    agree_glass,
    ask_glass,
    close_glass,
    decline_glass,
    end_glass_of,
    open_alone,
    review_glass,
)
from shelterbelt.access.models import Alert, Bar, Glass, Glimpse, Worker
from shelterbelt.access.policy import AGREE_GLASS
from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.agencies.sealed import opened
from shelterbelt.assessments.actions import set_level
from shelterbelt.assessments.models import LevelSet
from shelterbelt.cases.models import Case, CaseIncident, Incident, Involvement, Note
from shelterbelt.cases.policy import SEE_BOARD, SEE_CASE, SEE_INCIDENT, WRITE_CASE
from shelterbelt.disclosures.seen import looks_at
from shelterbelt.ledger.actions import reading
from shelterbelt.ledger.models import Entry
from shelterbelt.people.models import Person
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_walls import an_incident
from tests.world import AT, DAY, HOUR, Town, worker

MINUTE = timedelta(minutes=1)


def closed_case(place: Town, *, team: tuple[Worker, ...] = ()) -> Case:
    """A police case with everything in it, restricted to a team that is not these workers."""
    done = an_incident(place, place.officer)
    assert done.case is not None
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        set_level(
            done.case, level="high", factors=[], reason="They know the house.", by=place.detective, at=AT
        )
    with as_agency(place.police.id, at=AT):
        restrict(
            done.case.id,
            agency=place.police.id,
            team=[place.detective.id, *(one.id for one in team)],
            reason="A colleague.",
            by=None,
            at=AT,
        )
    return done.case


def asked(by: Worker, ref: str, category: str = "who", *, alone: bool = False, at: datetime = AT) -> Glass:
    with as_agency(by.agency_id, at=at, worker=by.id):
        return ask_glass(ref, category, "A threat on the telephone.", alone=alone, by=by, at=at)


def agreed(glass: Glass, by: Worker, *, at: datetime = AT) -> None:
    with as_agency(by.agency_id, at=at, worker=by.id):
        agree_glass(glass, by=by, at=at)


def refused(act: Any, *words: Any, **more: Any) -> bool:
    try:
        act(*words, **more)
    except NotForYou:
        return True
    return False


@dataclass(frozen=True)
class Shown:
    """What a worker sees of one case: object, list and database of the case, then the parts in the database."""

    case: bool
    listed: bool
    row: bool
    board: bool
    writes: bool
    notes: int
    levels: int
    incidents: int
    incident: bool
    roles: int
    work: int


def shown(case: Case, by: Worker, *, at: datetime = AT) -> Shown:
    with as_agency(case.agency_id, at=at):
        incidents = [
            row.incident for row in CaseIncident.objects.filter(case=case).select_related("incident")
        ]
    with as_agency(by.agency_id, at=at, worker=by.id):
        people = [case.survivor_id, case.other_id]
        return Shown(
            case=may(by, SEE_CASE, case, at=at),
            listed=visible(by, SEE_CASE, Case.objects.all(), at=at).filter(id=case.id).exists(),
            row=Case.objects.filter(id=case.id).exists(),
            board=visible(by, SEE_BOARD, Case.objects.all(), at=at).filter(id=case.id).exists(),
            writes=may(by, WRITE_CASE, case, at=at),
            notes=Note.objects.filter(case=case).count(),
            levels=LevelSet.objects.filter(case=case).count(),
            incidents=visible(
                by, SEE_INCIDENT, Incident.objects.filter(id__in=[i.id for i in incidents]), at=at
            ).count(),
            incident=any(may(by, SEE_INCIDENT, one, at=at) for one in incidents),
            roles=Involvement.objects.filter(person_id__in=people).count(),
            work=Action.objects.filter(case=case).count(),
        )


NOTHING = Shown(False, False, False, False, False, 0, 0, 0, False, 0, 0)
PARTS = {
    "who": {},
    "danger": {"levels"},
    "incidents": {"incidents", "roles"},
    "steps": {"work"},
    "notes": {"notes"},
}


@pytest.mark.parametrize("category", CATEGORIES)
def test_glass_opens_the_face_and_one_part_and_nothing_else(place: Town, settle: Any, category: str) -> None:
    case = closed_case(place)
    settle(place.police)
    assert shown(case, place.officer_two) == NOTHING
    agreed(asked(place.officer_two, case.ref, category), place.supervisor)
    seen = shown(case, place.officer_two)
    assert (seen.case, seen.listed, seen.row) == (True, True, True)
    assert not seen.board and not seen.writes, "glass is for looking, and lists nothing"
    parts = {name for name in ("notes", "levels", "incidents", "roles", "work") if getattr(seen, name)}
    assert parts == set(PARTS[category])
    assert seen.incident == bool(seen.incidents), "the rule says of one row what the database says"
    with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        assert Person.objects.filter(id=case.survivor_id).exists()
    assert shown(case, place.supervisor) == NOTHING, "the second person sees nothing of it"


def test_after_sixty_minutes_it_is_closed_by_the_database_itself(place: Town) -> None:
    case = closed_case(place)
    agreed(asked(place.officer_two, case.ref), place.supervisor)
    assert shown(case, place.officer_two, at=AT + GLASS_LASTS - timedelta(seconds=1)).row
    assert shown(case, place.officer_two, at=AT + GLASS_LASTS) == NOTHING
    assert timedelta(minutes=60) == GLASS_LASTS


def test_whoever_asks_cannot_be_the_second_person_nor_can_a_reviewer_or_an_outsider(place: Town) -> None:
    case = closed_case(place)
    glass = asked(place.officer_two, case.ref)
    for other in (place.officer_two, place.reviewer, place.administrator, place.records_officer, place.nurse):
        assert refused(agreed, glass, other), other.code
    assert shown(case, place.officer_two) == NOTHING
    with as_agency(place.police.id, at=AT):
        assert Glass.objects.get(id=glass.id).broken_at is None


def test_no_second_person_no_glass_and_a_no_is_final(place: Town) -> None:
    case = closed_case(place)
    glass = asked(place.officer_two, case.ref)
    assert shown(case, place.officer_two) == NOTHING
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        decline_glass(glass, by=place.supervisor, at=AT)
    assert refused(agreed, glass, place.officer)
    late = asked(place.officer_two, case.ref)
    assert refused(agreed, late, place.supervisor, at=AT + HOUR), "what was asked lapses after an hour"


def test_alone_the_reviewer_is_paged_in_a_transaction_before_it_opens(place: Town) -> None:
    case = closed_case(place)
    glass = asked(place.officer_two, case.ref, alone=True)
    with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        assert refused(open_alone, glass, by=place.officer_two, at=AT), "not in the same breath as the page"
        assert Alert.objects.filter(kind="glass_alone", worker_id=place.officer_two.id).count() == 1
        assert Entry.objects.filter(kind="reviewer.paged", about=glass.id).exists()
    with as_agency(place.police.id, at=AT + MINUTE, worker=place.officer_two.id):
        assert open_alone(glass, by=place.officer_two, at=AT + MINUTE)
    assert shown(case, place.officer_two, at=AT + MINUTE).row
    never = asked(place.officer_two, case.ref)
    with as_agency(place.police.id, at=AT + MINUTE, worker=place.officer_two.id):
        assert refused(open_alone, never, by=place.officer_two, at=AT + MINUTE), "only who said so"


def test_where_no_reviewer_is_nobody_opens_alone(place: Town) -> None:
    case = closed_case(place)
    with as_agency(place.police.id, at=AT):
        Worker.objects.filter(id=place.reviewer.id).update(is_active=False)
    assert refused(asked, place.officer_two, case.ref, alone=True)


def test_a_wall_is_never_opened_before_or_after(place: Town) -> None:
    case = closed_case(place)
    other = an_incident(place, place.officer)
    assert other.case is not None

    def wall(thing: Any) -> None:
        with as_agency(place.police.id, at=AT):
            raise_wall(
                thing,
                agency=place.police.id,
                worker=place.officer_two.id,
                basis="reviewer",
                reason="",
                by=None,
                at=AT,
            )

    wall(other.case.id)
    only_walled = asked(place.officer_two, other.case.ref)
    assert refused(agreed, only_walled, place.supervisor)
    glass = asked(place.officer_two, case.ref)
    wall(case.survivor_id)
    assert refused(agreed, glass, place.supervisor), "a wall that was raised meanwhile"
    walled = asked(place.officer_two, case.ref, alone=True)
    with as_agency(place.police.id, at=AT + MINUTE, worker=place.officer_two.id):
        assert not open_alone(walled, by=place.officer_two, at=AT + MINUTE)
    assert shown(case, place.officer_two) == NOTHING
    open_before = asked(place.officer, case.ref)
    agreed(open_before, place.supervisor)
    with as_agency(place.police.id, at=AT):
        raise_wall(
            case.id,
            agency=place.police.id,
            worker=place.officer.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    assert shown(case, place.officer) == NOTHING, "a wall closes what stands open"


def test_what_is_asked_for_leaves_the_same_rows_whether_it_exists_or_not(place: Town) -> None:
    case = closed_case(place)
    walled = closed_case(place)
    with as_agency(place.police.id, at=AT):
        raise_wall(
            walled.id,
            agency=place.police.id,
            worker=place.officer_two.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    open_case = an_incident(place, place.officer).case
    assert open_case is not None
    kept = []
    for ref in (walled.ref, "A" * 22, open_case.ref, case.ref):
        glass = asked(place.officer_two, ref)
        with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
            row = Glass.objects.get(id=glass.id)
            kept.append((row.thing_id, row.agency_id, row.second_id, opened(row)["reason"]))
        with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
            offered = (
                visible(place.supervisor, AGREE_GLASS, Glass.objects.all(), at=AT)
                .filter(id=glass.id)
                .exists()
            )
        assert offered == (ref == case.ref), (
            "a second person is asked about what glass may open, and nothing else"
        )
    assert kept[0] == kept[1] == kept[2]


def test_glass_never_opens_a_victim_service(place: Town) -> None:
    from shelterbelt.cases.actions import open_direct_case

    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        hers = open_direct_case(survivor={"name": "Uma"}, other=None, words={}, by=place.advocate, at=AT)
    with as_agency(place.advocates.id, at=AT):
        restrict(hers.id, agency=place.advocates.id, team=[], reason="", by=None, at=AT)
    assert refused(asked, place.advocate, hers.ref), "who works for a victim service does not even ask"
    for by in (place.officer, place.prosecutor_worker, place.nurse):
        with as_agency(by.agency_id, at=AT):
            assert asked(by, hers.ref).thing_id is None


def test_between_system_agencies_glass_needs_a_living_agreement_and_a_release_is_none(place: Town) -> None:
    from shelterbelt.consent.actions import end_grant, open_agreement
    from shelterbelt.consent.models import Grant

    case = closed_case(place)
    second = worker(place.prosecutor, "prosecutor")
    assert asked(place.prosecutor_worker, case.ref).thing_id is None
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        grant = open_agreement(
            place.police,
            place.prosecutor,
            ["case_file"],
            None,
            "charging",
            AT,
            AT + DAY,
            by=place.supervisor,
            at=AT,
        )
    assert shown(case, place.prosecutor_worker) == NOTHING, "an agreement opens no restricted file"
    glass = asked(place.prosecutor_worker, case.ref, "notes")
    assert glass.agency_id == place.police.id, "the holder keeps it, and its reviewer reads it"
    agreed(glass, second)
    seen = shown(case, place.prosecutor_worker)
    assert (seen.case, seen.listed, seen.row) == (True, True, True)
    again = asked(place.prosecutor_worker, case.ref)
    agreed(again, place.supervisor)
    late = asked(place.prosecutor_worker, case.ref)
    with as_agency(place.police.id, at=AT):
        grant = Grant.objects.get(id=grant.id)
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        end_grant(grant, by=place.supervisor, at=AT)
    assert shown(case, place.prosecutor_worker) == NOTHING, "glass lives no longer than the agreement"
    assert refused(agreed, late, second)


def test_the_second_person_is_not_told_of_a_file_behind_a_wall_of_their_own(place: Town) -> None:
    case = closed_case(place)
    glass = asked(place.officer_two, case.ref)
    with as_agency(place.police.id, at=AT):
        raise_wall(
            case.survivor_id,
            agency=place.police.id,
            worker=place.supervisor.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
        assert Bar.objects.filter(thing_id=case.id, worker_id=place.supervisor.id).exists()
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        assert not Glass.objects.filter(id=glass.id).exists(), "nor in the database"
    with as_agency(place.police.id, at=AT):
        assert Glass.objects.filter(id=glass.id).exists()
        assert not visible(place.supervisor, AGREE_GLASS, Glass.objects.all(), at=AT).exists(), (
            "nor by the rule"
        )
    assert refused(agreed, glass, place.supervisor)


def test_what_was_opened_can_be_closed_early_and_ends_with_the_account(place: Town) -> None:
    case = closed_case(place)
    for end in ("close", "account"):
        glass = asked(place.officer_two, case.ref)
        agreed(glass, place.supervisor)
        assert shown(case, place.officer_two).row
        with as_agency(place.police.id, at=AT + MINUTE, worker=place.officer_two.id):
            if end == "close":
                close_glass(glass, by=place.officer_two, at=AT + MINUTE)
            else:
                end_glass_of(place.officer_two.id, AT + MINUTE)
        assert shown(case, place.officer_two, at=AT + MINUTE) == NOTHING
        with as_agency(place.police.id, at=AT + MINUTE):
            assert not Glimpse.objects.filter(
                until_at__gt=AT + MINUTE, worker_id=place.officer_two.id
            ).exists()


def test_the_reviewer_looks_into_it_and_nobody_else_can(place: Town) -> None:
    case = closed_case(place)
    glass = asked(place.officer_two, case.ref)
    agreed(glass, place.supervisor)
    for by in (place.officer_two, place.supervisor, place.administrator):
        with as_agency(place.police.id, at=AT, worker=by.id):
            assert refused(review_glass, glass, by=by, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.reviewer.id):
        review_glass(glass, by=place.reviewer, at=AT)
        row = Glass.objects.get(id=glass.id)
        assert (row.reviewed_by, row.reviewed_at) == (place.reviewer.id, AT)
        kinds = list(Entry.objects.filter(about__in=[glass.id, case.id]).values_list("kind", flat=True))
    assert {"glass.asked", "glass.agreed", "glass.broken", "glass.reviewed"} <= set(kinds)


def test_the_access_log_says_who_broke_it_why_for_what_and_who_agreed(place: Town) -> None:
    case = closed_case(place)
    agreed(asked(place.officer_two, case.ref, "notes"), place.supervisor)
    with as_agency(place.police.id, at=AT + MINUTE, worker=place.officer_two.id):
        reading("case", about=case.id, by=place.officer_two.id, agency=place.police.id, at=AT + MINUTE)
    with as_agency(place.police.id, at=AT + HOUR, worker=place.detective.id):
        lines = [line for line in looks_at(case).lines if line.name == name_of(place.officer_two)]
    assert {line.what for line in lines} >= {"The case", "A closed file was opened for an hour"}
    for line in lines:
        assert line.why == (
            f"The glass was broken (The notes), and {name_of(place.supervisor)} agreed: A threat on the telephone."
        )


def test_nothing_is_asked_without_a_reason_or_for_everything(place: Town) -> None:
    case = closed_case(place)
    with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        for category, reason in (("who", "  "), ("", "A threat."), ("everything", "A threat.")):
            with pytest.raises(ValueError):
                ask_glass(case.ref, category, reason, alone=False, by=place.officer_two, at=AT)
