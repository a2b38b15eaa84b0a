"""A wall or a restriction hides a thing and all that belongs to it, whatever else would open it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from shelterbelt.access.models import Wall, Worker
from shelterbelt.access.rules import may, visible
from shelterbelt.access.walls import entrust, lift, raise_wall, restrict
from shelterbelt.cases.actions import (
    Party,
    Recorded,
    open_direct_case,
    open_incident,
    record_incident,
    write_note,
)
from shelterbelt.cases.models import Case, Incident, Involvement, Note
from shelterbelt.cases.policy import SEE_CASE, SEE_INCIDENT
from shelterbelt.people.models import Person, Token
from shelterbelt.people.queries import persons_matching
from shelterbelt.store.asker import as_agency
from tests.world import AT, DAY, HOUR, Town


@dataclass
class Seen:
    """What one worker finds of one incident and its case."""

    case: bool
    listed: bool
    open_to_database: bool
    incident: bool
    people: int
    tokens: int
    found_by_name: int
    notes: int


def an_incident(place: Town, by: Worker, *, parties: list[Party] | None = None) -> Recorded:
    with as_agency(by.agency_id, at=AT, worker=by.id):
        draft = open_incident(by=by, at=AT)
        told = parties or [
            Party("survivor", {"name": "Ines Calder"}),
            Party("perpetrator", {"name": "Tomo Wern"}),
        ]
        done = record_incident(draft, content={}, parties=told, happened_at=AT, by=by, at=AT)
        assert done.case is not None
        write_note(done.case, text="Spoke at the door.", category="", by=by, at=AT)
        return done


def seen(done: Recorded, by: Worker, *, at=AT) -> Seen:  # type: ignore[no-untyped-def]
    assert done.case is not None
    with as_agency(by.agency_id, at=at, worker=by.id):
        ids = [p.id for p in done.people]
        return Seen(
            case=may(by, SEE_CASE, done.case, at=at),
            listed=visible(by, SEE_CASE, Case.objects.all(), at=at).filter(id=done.case.id).exists(),
            open_to_database=Case.objects.filter(id=done.case.id).exists(),
            incident=visible(by, SEE_INCIDENT, Incident.objects.all(), at=at)
            .filter(id=done.incident.id)
            .exists(),
            people=Person.objects.filter(id__in=ids).count(),
            tokens=Token.objects.filter(person_id__in=ids).count(),
            found_by_name=len(
                list(persons_matching("Tomo Wern", agency=by.agency_id).filter(person_id__in=ids))
            ),
            notes=Note.objects.filter(case_id=done.case.id).count(),
        )


NOTHING_OF_CASE = {"case": False, "listed": False, "open_to_database": False, "incident": False, "notes": 0}


def wall_before(by: Worker, thing, *, at=AT) -> Wall:  # type: ignore[no-untyped-def]
    with as_agency(by.agency_id, at=at):
        return raise_wall(
            thing,
            agency=by.agency_id,
            worker=by.id,
            basis="reviewer",
            reason="They know each other.",
            by=None,
            at=at,
        )


def test_a_wall_on_a_party_hides_the_person_the_incident_the_case_and_all_under_it(place: Town) -> None:
    done = an_incident(place, place.officer)
    before = seen(done, place.officer_two)
    assert (before.case, before.listed, before.notes, before.found_by_name) == (True, True, 1, 1)
    wall_before(place.officer_two, done.people[1].id)
    after = seen(done, place.officer_two)
    assert {name: getattr(after, name) for name in NOTHING_OF_CASE} == NOTHING_OF_CASE
    assert after.found_by_name == 0 and after.people == 1, "the other party is a person of their own"
    assert seen(done, place.detective) == before, "nobody else loses anything"


def test_what_is_recorded_later_about_a_walled_party_is_hidden_in_the_same_moment(place: Town) -> None:
    first = an_incident(place, place.officer)
    wall_before(place.officer_two, first.people[1].id)
    later = an_incident(
        place,
        place.officer,
        parties=[Party("survivor", {"name": "Sol Arden"}), Party("perpetrator", known=first.people[1])],
    )
    assert not seen(later, place.officer_two).incident
    assert not seen(later, place.officer_two).open_to_database
    assert seen(later, place.detective).case


def test_a_lifted_wall_hides_nothing_and_leaves_its_story(place: Town) -> None:
    done = an_incident(place, place.officer)
    whole = seen(done, place.officer_two)
    wall = wall_before(place.officer_two, done.people[1].id)
    with as_agency(place.police.id, at=AT, worker=place.reviewer.id):
        lift(wall, by=place.reviewer.id, at=AT)
        assert Wall.objects.get(id=wall.id).lifted_at == AT
    assert seen(done, place.officer_two) == whole


def test_a_restricted_file_is_seen_by_its_team_alone_and_by_jobs(place: Town) -> None:
    done = an_incident(place, place.officer)
    assert done.case is not None
    with as_agency(place.police.id, at=AT):
        restrict(
            done.case.id,
            agency=place.police.id,
            team=[place.detective.id],
            reason="A colleague.",
            by=None,
            at=AT,
        )
    team, other = seen(done, place.detective), seen(done, place.supervisor)
    assert (team.case, team.listed, team.incident, team.notes) == (True, True, True, 1)
    assert {name: getattr(other, name) for name in NOTHING_OF_CASE} == NOTHING_OF_CASE
    with as_agency(place.police.id, at=AT):
        assert Case.objects.filter(id=done.case.id).exists(), "a job acts for the agency"


def test_somebody_let_in_for_an_hour_is_out_again_after_it(place: Town) -> None:
    done = an_incident(place, place.officer)
    assert done.case is not None
    with as_agency(place.police.id, at=AT):
        restrict(done.case.id, agency=place.police.id, team=[], reason="A colleague.", by=None, at=AT)
        for thing in (done.case.id, done.incident.id):
            entrust(thing, place.officer.id, agency=place.police.id, by=None, at=AT, until=AT + HOUR)
    assert seen(done, place.officer).case
    assert seen(done, place.officer, at=AT + HOUR - timedelta(seconds=1)).listed
    assert not seen(done, place.officer, at=AT + HOUR).case
    assert not seen(done, place.officer, at=AT + HOUR).open_to_database


def test_no_trust_passes_a_wall(place: Town) -> None:
    done = an_incident(place, place.officer)
    assert done.case is not None
    wall_before(place.officer_two, done.people[0].id)
    with as_agency(place.police.id, at=AT):
        restrict(
            done.case.id, agency=place.police.id, team=[place.officer_two.id], reason="x", by=None, at=AT
        )
    assert not seen(done, place.officer_two).case and not seen(done, place.officer_two).open_to_database


def test_a_walled_agency_loses_what_an_agreement_opens_and_the_holder_nothing(place: Town) -> None:
    from shelterbelt.consent.actions import open_agreement

    done = an_incident(place, place.officer)
    assert done.case is not None
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        open_agreement(
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
    assert seen(done, place.prosecutor_worker).listed
    with as_agency(place.police.id, at=AT):
        raise_wall(
            done.people[0].id,
            agency=place.police.id,
            viewer=place.prosecutor.id,
            basis="survivor_named",
            reason="x",
            by=None,
            at=AT,
        )
    gone = seen(done, place.prosecutor_worker)
    assert not (gone.case or gone.listed or gone.open_to_database or gone.incident)
    assert seen(done, place.officer).listed


# Tables that name a thing and stand open to their own agency all the same.
NO_BARS = {"records_erasure": "outlives the case that was erased; ids and instants alone"}


def test_every_table_about_a_person_a_case_or_an_incident_stands_behind_bars(node: None) -> None:
    """A new table cannot be forgotten: what points to a thing has the restrictive policy."""
    from django.apps import apps
    from django.db import connection

    things = {Person, Case, Incident}
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_policies where permissive = 'RESTRICTIVE'")
        behind = {row[0] for row in cursor.fetchall()}
    for model in apps.get_models():
        points = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        named = {field.attname for field in model._meta.concrete_fields} & {
            "case_id",
            "incident_id",
            "person_id",
        }
        if model._meta.app_label in ("access", "ledger") or model._meta.db_table in NO_BARS:
            continue
        if points & things or model in things or named:
            assert model._meta.db_table in behind, f"{model._meta.db_table} is about a thing and has no bars"


@pytest.mark.parametrize("role", ["administrator", "reviewer", "records_officer"])
def test_the_roles_that_look_after_the_agency_open_no_case(place: Town, role: str) -> None:
    done = an_incident(place, place.officer)
    found = seen(done, getattr(place, role))
    assert not found.case and not found.listed and not found.incident
    assert Involvement.objects.count() == 0, "nobody asks: nothing is seen"
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        other = open_direct_case(survivor={"name": "Uma"}, other=None, words={}, by=place.advocate, at=AT)
        assert not may(getattr(place, role), SEE_CASE, other, at=AT)
