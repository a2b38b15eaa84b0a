"""Following a ledger: the protocol opens exactly what it says, once, whoever commits late."""

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.access.rules import NotForYou
from shelterbelt.assessments import actions as assessments
from shelterbelt.cases.actions import Party, correct_roles, open_direct_case, open_incident, record_incident
from shelterbelt.cases.models import Case, Incident
from shelterbelt.ledger.actions import record
from shelterbelt.ledger.models import Entry
from shelterbelt.response import actions
from shelterbelt.response.follow import follow, waiting
from shelterbelt.response.jobs import follow_agency
from shelterbelt.response.models import Action
from shelterbelt.response.queries import action_by_ref, notes_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

NAMED = [Party("survivor", {"name": "Amina Okoro"}), Party("perpetrator", {"name": "Sam Weller"})]
UNDETERMINED = [Party("undetermined", {"name": "Ari"}), Party("undetermined", {"name": "Noor"})]


def report(
    place: Town, parties: list[Party] = NAMED, *, at: datetime = AT, **content: dict[str, Any]
) -> tuple[Incident, Case | None]:
    with as_agency(place.police.id, at=at, worker=place.officer.id):
        draft = open_incident(by=place.officer, at=at)
        made = record_incident(
            draft, content=content, parties=parties, happened_at=at - HOUR, by=place.officer, at=at
        )
    return made.incident, made.case


def opened(place: Town, agency: Any = None) -> dict[str, timedelta]:
    of = agency or place.police
    with as_agency(of.id, at=AT):
        rows = Action.objects.filter(agency=of, done_at=None).order_by("due_at", "rule")
        return {row.rule: row.due_at - AT for row in rows}


def test_a_recorded_incident_opens_exactly_what_the_protocol_says(place: Town) -> None:
    incident, case = report(place)
    follow(place.police.id, at=AT + timedelta(seconds=1))
    assert opened(place) == {
        "offer_advocate_call": HOUR,
        "detective_follow_up": DAY,
        "order_information": DAY,
        "safety_check": 3 * DAY,
        "assessment_first": 30 * DAY,
    }
    with as_agency(place.police.id, at=AT):
        rows = {row.rule: row for row in Action.objects.filter(agency=place.police)}
        assert {row.case_id for row in rows.values()} == {case.id if case else None}
        assert rows["offer_advocate_call"].owner_id == place.officer.id
        assert rows["detective_follow_up"].owner_id is None
        assert rows["detective_follow_up"].unit_id == place.detectives.id
        assert rows["safety_check"].incident_id == incident.id
        assert case
        assert Case.objects.get(id=case.id).next_due_at == AT + HOUR
        assert Entry.objects.filter(agency_id=place.police.id, kind="action.opened").count() == 5


def test_following_twice_opens_nothing_twice(place: Town) -> None:
    report(place)
    follow(place.police.id, at=AT)
    before = opened(place)
    assert follow(place.police.id, at=AT + HOUR) > 0  # what following itself wrote
    assert follow(place.police.id, at=AT + HOUR) == 0
    assert opened(place) == before
    assert not waiting(place.police.id, at=AT)


def test_pressure_on_the_neck_opens_a_medical_evaluation(place: Town) -> None:
    report(place, events={"abuse": ["strangulation"]})
    follow(place.police.id, at=AT)
    assert opened(place)["medical_evaluation"] == HOUR


def test_undetermined_roles_open_a_review_and_no_case(place: Town) -> None:
    incident, case = report(place, UNDETERMINED)
    follow(place.police.id, at=AT)
    assert case is None
    assert opened(place)["roles_review"] == DAY
    with as_agency(place.police.id, at=AT):
        assert not Action.objects.filter(agency=place.police).exclude(incident=incident).exists()


def test_finished_screen_does_not_double_the_offer_that_is_open(place: Town) -> None:
    incident, _ = report(place)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        screen = assessments.start_screen(incident=incident, by=place.officer, at=AT)
        assessments.answer(screen, "strangulation_attempt", "yes", 0, by=place.officer, at=AT)
        assessments.answer(screen, "weapon_used_or_threatened", "yes", 0, by=place.officer, at=AT)
        assessments.finish_screen(screen, by=place.officer, at=AT + timedelta(minutes=10))
    follow(place.police.id, at=AT + HOUR)
    now = opened(place)
    assert now["offer_advocate_call"] == HOUR
    assert "offer_advocate_call_after_screen" not in now
    assert now["medical_evaluation_after_screen"] == HOUR + timedelta(minutes=10)


def test_level_replaces_the_next_assessment_and_no_machine_lowers_it(place: Town) -> None:
    _, case = report(place)
    assert case
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        assessments.set_level(case, "extreme", ["gun_access"], "", by=place.detective, at=AT + HOUR)
    follow(place.police.id, at=AT + HOUR)
    now = opened(place)
    assert now["assessment_next"] == HOUR + 3 * DAY
    assert "assessment_first" not in now
    report(place)
    follow(place.police.id, at=AT + 2 * HOUR)
    with as_agency(place.police.id, at=AT):
        assert Case.objects.get(id=case.id).level == "extreme"


def test_second_door_opens_the_advocates_own_plan_and_nothing_elsewhere(place: Town) -> None:
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)
    for agency in (place.advocates, place.police, place.shelter):
        follow(agency.id, at=AT)
    assert opened(place, place.advocates) == {"safety_planning": 3 * DAY, "assessment_first": 30 * DAY}
    assert opened(place) == {}
    assert opened(place, place.shelter) == {}


def test_an_entry_that_commits_late_is_not_passed_over(place: Town, database: str) -> None:
    """An older transaction is still open while a younger one commits and the ledger is followed."""
    incident, _ = report(place)
    agency = place.police.id
    follow(agency, at=AT)
    follow(agency, at=AT)
    screen_id = _finished_screen(place, incident)
    follow(agency, at=AT)
    follow(agency, at=AT)
    with psycopg.connect(database) as late:
        late.execute("select set_config('app.agency', %s, true)", (str(agency),))
        late.execute(
            "insert into ledger_entry (agency_id, kind, about, by, at, digest, xid)"
            " values (%s, 'screen.finished', %s, null, %s, '', ledger_xid())",
            (agency, screen_id, AT + HOUR),
        )
        with as_agency(agency, at=AT):
            record("case.nothing", about=uuid7(), by=None, agency=agency, at=AT)
        assert follow(agency, at=AT) == 0
        assert waiting(agency, at=AT)
        late.commit()
    with as_agency(agency, at=AT):
        Action.objects.filter(kind="medical_evaluation").update(done_at=AT)
    assert follow(agency, at=AT + HOUR) == 2
    assert opened(place)["medical_evaluation_after_screen"] == 2 * HOUR


def _finished_screen(place: Town, incident: Incident) -> Any:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        screen = assessments.start_screen(incident=incident, by=place.officer, at=AT)
        assessments.answer(screen, "strangulation_attempt", "yes", 0, by=place.officer, at=AT)
        assessments.finish_screen(screen, by=place.officer, at=AT)
    return screen.id


def test_done_action_is_done_once_and_moves_the_case_on(place: Town) -> None:
    _, case = report(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        action = Action.objects.get(agency=place.police, rule="offer_advocate_call")
        for minutes in (1, 2):
            done = actions.complete_action(
                action,
                "declined",
                "Nej tack – مرة أخرى",
                by=place.officer,
                at=AT + timedelta(minutes=minutes),
            )
        assert (done.outcome, done.done_at) == ("declined", AT + timedelta(minutes=1))
        assert [note["note"] for note in notes_of(done)] == ["Nej tack – مرة أخرى"]
        assert case
        assert Case.objects.get(id=case.id).next_due_at == AT + DAY


def test_work_that_is_passed_on_stays_open(place: Town) -> None:
    report(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        action = Action.objects.get(agency=place.police, rule="safety_check")
        actions.complete_action(action, "passed_on", "End of shift", by=place.officer, at=AT)
        row = Action.objects.get(id=action.id)
        assert (row.done_at, row.owner_id) == (None, None)
        actions.take_action(row, place.officer_two, at=AT)
        assert Action.objects.get(id=action.id).owner_id == place.officer_two.id


def test_another_agency_can_neither_find_nor_do_the_work(place: Town) -> None:
    report(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT):
        action = Action.objects.get(agency=place.police, rule="safety_check")
    with as_agency(place.prosecutor.id, at=AT, worker=place.prosecutor_worker.id):
        with pytest.raises(NotForYou):
            action_by_ref(action.ref, by=place.prosecutor_worker, at=AT)
        with pytest.raises(NotForYou):
            actions.complete_action(action, "done", "", by=place.prosecutor_worker, at=AT)
    assert not connection.in_atomic_block


def test_the_job_wakes_itself_once_while_something_is_not_settled(place: Town, database: str) -> None:
    agency = place.police.id
    with psycopg.connect(database) as late:
        late.execute("select pg_current_xact_id()")
        report(place)
        for _run in range(2):
            follow_agency(agency=str(agency))
        assert opened(place) == {}
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from procrastinate_jobs where queueing_lock = %s and status = 'todo'",
                (f"response.follow:{agency}",),
            )
            assert cursor.fetchone()[0] == 1
        late.rollback()
    follow_agency(agency=str(agency))
    assert "safety_check" in opened(place)


def test_an_imported_report_opens_no_work(place: Town) -> None:
    incident, _ = report(place)
    with as_agency(place.police.id, at=AT):
        Incident.objects.filter(id=incident.id).update(source="chicago")
    follow(place.police.id, at=AT)
    assert opened(place) == {}


def test_a_known_case_is_looked_at_again_after_something_new(place: Town) -> None:
    _, case = report(place)
    assert case
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        known = [Party("survivor", known=case.survivor), Party("perpetrator", known=case.other)]
        draft = open_incident(by=place.officer, at=AT + 2 * DAY)
        record_incident(
            draft, content={}, parties=known, happened_at=AT + DAY, by=place.officer, at=AT + 2 * DAY
        )
    follow(place.police.id, at=AT + 2 * DAY)
    now = opened(place)
    assert now["assessment_first"] == 2 * DAY  # brought forward from thirty days, a day after what happened
    assert now["safety_check"] == 3 * DAY  # the sooner one stands
    assert len([rule for rule in now if rule.startswith("assessment")]) == 1


def test_work_of_an_incident_follows_it_into_its_case(place: Town) -> None:
    incident, _ = report(place, UNDETERMINED)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        people = list(incident.involvements.values_list("person_id", flat=True))
        roles = dict(zip(people, ("survivor", "perpetrator"), strict=True))
        case = correct_roles(incident, roles, by=place.supervisor, at=AT + HOUR)
        assert case
    follow(place.police.id, at=AT + HOUR)
    with as_agency(place.police.id, at=AT):
        assert not Action.objects.filter(agency=place.police, case=None).exists()
        assert Case.objects.get(id=case.id).next_due_at == AT + HOUR
