"""The plan in a survivor's own file: made by the two, part by part, nothing required, nothing written over."""

from typing import Any

import pytest
from django.db import connection

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor
from shelterbelt.ledger.models import Entry
from shelterbelt.safety.actions import Overtaken, begin_plan, choose, end_plan, write_part
from shelterbelt.safety.files import begin_file, end_trust, entrust
from shelterbelt.safety.models import (
    NOT_FOR_US,
    REMOVED,
    SKIPPED,
    OwnFile,
    PartVersion,
    PlanPart,
    SafetyPlan,
    Trusted,
)
from shelterbelt.safety.queries import (
    own_plans,
    part_of,
    parts_of,
    plan_by_ref,
    plan_for_paper,
    plans_of,
    trusted_workers,
    versions_of,
)
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.safety.conftest import PEOPLE, PLACE, WHERE, WORDS, Home
from tests.world import AT, HOUR, worker

EN: dict[str, Any] = {"language": "en"}


def test_a_worker_and_a_survivor_write_one_plan_and_each_part_says_who_wrote_it(home: Home) -> None:
    home.wrote(PEOPLE, WORDS)
    with home.asks(home.survivor):
        (plan,) = plans_of(home.survivor.id, by=home.survivor, at=AT)
        seen = part_of(plan, PEOPLE, by=home.survivor, at=AT, **EN)
        assert seen.newest and not seen.newest.own_hand and "Robin" in seen.newest.by_name
        assert [line.values for line in seen.newest.lines] == [("Quezzelvorp",)]
        write_part(plan, PLACE, WHERE, after=0, by=home.survivor, at=AT + HOUR)
    with home.asks(home.by, at=AT + HOUR):
        told = part_of(home.plan, PLACE, by=home.by, at=AT + HOUR, **EN)
        assert told.newest and told.newest.own_hand and told.newest.answers == WHERE
        lines = Entry.objects.filter(kind="plan.written").order_by("id").values_list("by", flat=True)
        assert list(lines) == [home.by.id, home.survivor.id]


def test_a_workers_words_are_changed_or_taken_out_by_the_survivor_and_the_two_still_read_what_stood_there(
    home: Home,
) -> None:
    home.wrote(PEOPLE, WORDS)
    with home.asks(home.survivor, at=AT + HOUR):
        (plan,) = plans_of(home.survivor.id, by=home.survivor, at=AT)
        write_part(plan, PEOPLE, {}, state=REMOVED, after=1, by=home.survivor, at=AT + HOUR)
        assert part_of(plan, PEOPLE, by=home.survivor, at=AT, **EN).state == REMOVED
        earlier = versions_of(plan, PEOPLE, by=home.survivor, at=AT, **EN)
        assert [(one.number, one.own_hand) for one in earlier] == [(2, True), (1, False)]
        assert earlier[1].answers == WORDS
    with home.asks(home.by, at=AT + HOUR):
        assert not plan_for_paper(home.plan, home.by, AT).parts
        assert len(versions_of(home.plan, PEOPLE, by=home.by, at=AT, **EN)) == 2


def test_nothing_is_required_and_left_out_is_a_state_like_any_other(home: Home) -> None:
    home.wrote(PEOPLE, {}, state=SKIPPED)
    home.wrote(PLACE, {}, state=NOT_FOR_US)
    with home.asks(home.by):
        faces = {one.part.id: one.state for one in parts_of(home.plan, by=home.by, at=AT, **EN)}
        assert (faces[PEOPLE], faces[PLACE]) == (SKIPPED, NOT_FOR_US)
        assert set(faces.values()) == {"", SKIPPED, NOT_FOR_US}


def test_what_was_chosen_brings_parts_and_takes_none_away_that_was_written(home: Home) -> None:
    with home.asks(home.by):
        before = {one.part.id for one in parts_of(home.plan, by=home.by, at=AT, **EN)}
        choose(
            home.plan, risks=["stalking", "economic", "nonsense"], situations=["leaving"], by=home.by, at=AT
        )
        plan = plan_by_ref(home.plan.ref, by=home.by, at=AT)
        more = {one.part.id for one in parts_of(plan, by=home.by, at=AT, **EN)}
        assert before < more
        new = sorted(more - before)[0]
        write_part(plan, new, {}, after=0, by=home.by, at=AT)
        choose(plan, risks=[], situations=[], by=home.by, at=AT)
        plan = plan_by_ref(home.plan.ref, by=home.by, at=AT)
        assert {one.part.id for one in parts_of(plan, by=home.by, at=AT, **EN)} == before | {new}


def test_two_who_write_at_once_do_not_write_over_each_other(home: Home) -> None:
    home.wrote(PEOPLE, WORDS)
    with home.asks(home.survivor):
        (plan,) = plans_of(home.survivor.id, by=home.survivor, at=AT)
        with pytest.raises(Overtaken):
            write_part(plan, PEOPLE, {}, after=0, by=home.survivor, at=AT)


def test_a_version_that_stands_is_changed_by_nobody(home: Home) -> None:
    home.wrote(PEOPLE, WORDS)
    with as_agency(home.town.advocates.id, at=AT):
        assert PartVersion.objects.update(written_by=uuid7()) == 0
    with home.asks(home.by):
        assert PartVersion.objects.all().delete()[0] == 0
        assert PartVersion.objects.count() == 1


def test_a_part_that_the_library_does_not_have_is_refused(home: Home) -> None:
    with pytest.raises(NotForYou), home.asks(home.by):
        write_part(home.plan, "no_such_part", {}, after=0, by=home.by, at=AT)


def test_the_plan_for_oneself_is_one_and_each_child_has_their_own(home: Home) -> None:
    with home.asks(home.by):
        assert begin_plan(home.file, by=home.by, at=AT).id == home.plan.id
        child = begin_plan(home.file, whom="child", called="Wren", by=home.by, at=AT)
        other = begin_plan(home.file, whom="child", called="Sol", by=home.by, at=AT)
        assert len({home.plan.id, child.id, other.id}) == 3
        end_plan(other, by=home.by, at=AT)
        assert {plan.id for plan in own_plans(by=home.by, at=AT)} == {home.plan.id, child.id}


# Nobody else


def test_a_colleague_a_supervisor_and_another_survivor_find_nothing(home: Home) -> None:
    home.wrote(PEOPLE, WORDS)
    others = [home.colleague, worker(home.town.advocates, "supervisor"), home.town.advocates_administrator]
    stranger = Survivor(uuid7(), home.town.advocates.id, uuid7())
    for by in (*others, home.town.shelter_worker, stranger):
        with home.asks(by):
            for table in (OwnFile, SafetyPlan, PlanPart, PartVersion, Trusted):
                assert not table.objects.exists(), (by, table)
            with pytest.raises(NotForYou):
                plan_by_ref(home.plan.ref, by=by, at=AT)
            for act in (
                lambda by=by: write_part(home.plan, PEOPLE, {}, after=1, by=by, at=AT),
                lambda by=by: choose(home.plan, risks=[], situations=[], by=by, at=AT),
                lambda by=by: plan_for_paper(home.plan, by, AT),
                lambda by=by: begin_plan(home.file, by=by, at=AT),
                lambda by=by: trusted_workers(home.file, by=by, at=AT),
            ):
                with pytest.raises(NotForYou):
                    act()


def test_beginning_a_file_that_is_entrusted_to_others_is_refused_like_anything_else(home: Home) -> None:
    with pytest.raises(NotForYou), home.asks(home.colleague):
        begin_file(home.case.survivor, by=home.colleague, at=AT)
    with as_agency(home.town.advocates.id, at=AT):
        assert list(Trusted.objects.values_list("worker_id", flat=True)) == [home.by.id]


def test_two_who_begin_a_file_at_the_same_moment_begin_one(home: Home, monkeypatch: Any) -> None:
    """The second one looked before the first one was done."""
    looks = OwnFile.objects.none()
    monkeypatch.setattr("shelterbelt.safety.files.OwnFile.objects.filter", lambda **_which: looks)
    with pytest.raises(NotForYou), home.asks(home.colleague):
        begin_file(home.case.survivor, by=home.colleague, at=AT)
    with as_agency(home.town.advocates.id, at=AT):
        assert Trusted.objects.count() == 1


def test_no_session_of_a_worker_entrusts_itself(home: Home) -> None:
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), home.asks(home.colleague), connection.cursor() as cursor:
        cursor.execute(
            "insert into safety_trusted (id, ref, agency_id, person_id, worker_id, from_at)"
            " values (%s, 'x', %s, %s, %s, %s)",
            (uuid7(), home.town.advocates.id, home.survivor.id, home.colleague.id, AT),
        )


def test_whom_the_survivor_lets_in_reads_it_and_whom_they_let_go_reads_nothing(home: Home) -> None:
    with home.asks(home.survivor):
        (file,) = OwnFile.objects.all()
        entrust(file, home.colleague, by=home.survivor, at=AT)
    with home.asks(home.colleague):
        assert plan_by_ref(home.plan.ref, by=home.colleague, at=AT)
        assert len(trusted_workers(home.file, by=home.colleague, at=AT)) == 2
    with home.asks(home.survivor, at=AT + HOUR):
        end_trust(file, home.by.id, by=home.survivor, at=AT + HOUR)
        assert [one[0] for one in trusted_workers(file, by=home.survivor, at=AT + HOUR)] == [
            home.colleague.id
        ]
    with pytest.raises(NotForYou), home.asks(home.by, at=AT + HOUR):
        plan_by_ref(home.plan.ref, by=home.by, at=AT + HOUR)
    with home.asks(home.by, at=AT + HOUR):
        assert not SafetyPlan.objects.exists()


def test_a_worker_of_another_agency_or_without_the_right_is_not_let_in(home: Home) -> None:
    for other in (home.town.shelter_worker, home.town.advocates_records):
        with pytest.raises(NotForYou), home.asks(home.by):
            entrust(home.file, other, by=home.by, at=AT)


def test_a_minor_in_their_own_right_has_a_file_that_a_parents_worker_does_not_see(home: Home) -> None:
    from shelterbelt.cases.actions import open_direct_case

    with home.asks(home.by):
        begin_plan(home.file, whom="child", called="Wren", by=home.by, at=AT)
    with home.asks(home.colleague):
        theirs = open_direct_case(
            survivor={"name": "Wren", "born_on": "2010-01-01"}, other=None, words={}, by=home.colleague, at=AT
        )
        file = begin_file(theirs.survivor, by=home.colleague, at=AT)
        plan = begin_plan(file, by=home.colleague, at=AT)
        assert [one.id for one in own_plans(by=home.colleague, at=AT)] == [plan.id]
    for by in (home.by, home.survivor):
        with pytest.raises(NotForYou), home.asks(by):
            plan_by_ref(plan.ref, by=by, at=AT)


def test_nothing_of_a_plan_lies_open_in_the_database(home: Home, thief: Any) -> None:
    from tests.apps.test_dump import dumped

    home.wrote(PEOPLE, WORDS)
    home.wrote(PLACE, WHERE)
    words = (b"Quezzel", b"contacts", b"safe_places", b"stalking")
    assert not [
        (table, word) for table, data in dumped(thief) for word in words
        if word in data and table.startswith("safety_")
    ]  # fmt: skip
