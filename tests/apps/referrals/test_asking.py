"""Her choice: what is kept where, what a no changes, and what the police learn afterwards."""

import threading
from typing import Any

import pytest
from django.db import connection

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.actions import mark_delivered
from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case, Incident
from shelterbelt.referrals.actions import ask_contact, note_consultation
from shelterbelt.referrals.models import ContactChoice
from shelterbelt.referrals.queries import choices_of, instructions_of_case
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.store.asker import as_agency
from tests.apps.referrals.cast import ASKED, CANARIES, NAME, a_request, an_incident, body_of, said_yes
from tests.world import AT, HOUR, Town

TABLES = "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"


def dump() -> dict[str, list[str]]:
    """Every row the asking agency can see of every table, as text with bytes spelt out."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'select * from "{table}"')
            found[table] = [
                " ".join(
                    v.tobytes().decode("latin-1") if isinstance(v, memoryview) else repr(v)
                    for v in map(_plain, row)
                )
                for row in cursor.fetchall()
            ]
        return found


def _plain(value: Any) -> Any:
    return memoryview(value) if isinstance(value, bytes) else value


def test_contact_details_stand_in_no_column_and_in_no_incident_report(place: Town) -> None:
    incident = an_incident(place)
    choice = said_yes(place, incident)
    with as_agency(place.police.id, at=AT):
        rows = dump()
        report = str(opened(Incident.objects.get(id=incident.id)))
        case = str(opened(Case.objects.get(attached__incident=incident)))
        kept = str(opened(ContactChoice.objects.get(id=choice.id)))
    text = "\n".join(line for lines in rows.values() for line in lines)
    assert str(choice.id) in text
    for canary in CANARIES:
        assert canary not in text and canary not in report and canary not in case
        assert canary in kept


def test_a_yes_goes_to_the_agency_that_was_chosen_and_says_what_was_said(place: Town) -> None:
    choice = said_yes(place, an_incident(place))
    body = body_of(choice.letter_id, place.police)
    assert body["reference"] == choice.ref
    assert body["name"] == ASKED["name"] and body["words"] == ASKED["words"]
    assert body["instructions"]["code_word"] == "canaryword" and body["instructions"]["email"] == ""
    with as_agency(place.police.id, at=AT):
        assert Letter.objects.get(id=choice.letter_id).to_id == place.advocates.id


def test_declining_leaves_everything_else_byte_equal(place: Town) -> None:
    incident = an_incident(place)
    moving = {"referrals_contactchoice", "ledger_entry", "procrastinate_jobs", "procrastinate_events"}
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        before = dump()
        choice = ask_contact(incident, wanted=False, by=place.officer, at=AT)
    with as_agency(place.police.id, at=AT):
        after = dump()
        assert opened(choice) == {"wish": "no"}
    assert choice.letter_id is None and choice.to is None
    changed = {table for table in after if sorted(after[table]) != sorted(before[table])}
    assert "referrals_contactchoice" in changed
    assert changed <= moving


def test_a_no_opens_no_work_and_neither_does_a_yes_that_was_sent(place: Town, settle: Any) -> None:
    from shelterbelt.response.models import Action

    incident = an_incident(place)
    settle(place.police)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        before = sorted(Action.objects.values_list("kind", "due_at"))
        ask_contact(incident, wanted=False, by=place.officer, at=AT)
    settle(place.police)
    with as_agency(place.police.id, at=AT):
        assert sorted(Action.objects.values_list("kind", "due_at")) == before
        assert before


def test_a_second_click_makes_one_request(place: Town) -> None:
    incident, made, gate = an_incident(place), [], threading.Barrier(2)

    def click() -> None:
        gate.wait()
        made.append(said_yes(place, incident, once="same form").id)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(made) == 2 and len(set(made)) == 1
    with as_agency(place.police.id, at=AT):
        assert ContactChoice.objects.filter(incident=incident).count() == 1
        assert Letter.objects.count() == 1


def test_police_learn_that_it_was_delivered_and_never_more(place: Town) -> None:
    incident = an_incident(place)
    choice = said_yes(place, incident)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        (sent,) = choices_of(incident, by=place.officer, at=AT)
        assert sent["delivered_at"] is None
        mark_delivered(Letter.objects.get(id=choice.letter_id), at=AT + HOUR)
        (delivered,) = choices_of(incident, by=place.officer, at=AT)
    assert delivered["delivered_at"] == AT + HOUR
    assert set(delivered) == {"ref", "wish", "wanted", "to", "asked_at", "consulted", "delivered_at"}
    assert not any(canary in str(delivered) for canary in CANARIES)


def test_a_request_goes_to_a_victim_service_agency_only(place: Town) -> None:
    incident = an_incident(place)
    for to in (place.prosecutor, place.hospital, None):
        with as_agency(place.police.id, at=AT, worker=place.officer.id), pytest.raises(ValueError):
            ask_contact(incident, wanted=True, to=to, instructions=ASKED, by=place.officer, at=AT)
    with as_agency(place.police.id, at=AT):
        assert not ContactChoice.objects.filter(incident=incident).exists()


def test_instructions_that_the_other_side_would_refuse_are_not_sent(place: Town) -> None:
    incident = an_incident(place)
    for wrong in ({"channels": []}, {"days": []}, {"zone": "Moon/Base"}, {"from": "25:00"}, {"name": ""}):
        with pytest.raises(BadLetter):
            said_yes(place, incident, **wrong)
    with as_agency(place.police.id, at=AT):
        assert not Letter.objects.exists()


def test_only_the_police_who_hold_the_incident_ask(place: Town) -> None:
    incident = an_incident(place)
    for who in (place.advocate, place.prosecutor_worker, place.nurse, place.uninvited):
        with as_agency(who.agency_id, at=AT, worker=who.id), pytest.raises(NotForYou):
            ask_contact(incident, wanted=False, by=who, at=AT)


def test_consulting_the_advocate_is_noted_once_and_names_nobody(place: Town) -> None:
    incident = an_incident(place)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        choice = ask_contact(incident, wanted=False, by=place.officer, at=AT)
        note_consultation(choice, by=place.officer, at=AT)
        note_consultation(choice, by=place.officer, at=AT)
        (answer,) = choices_of(incident, by=place.officer, at=AT)
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from ledger_entry where kind = 'advocate.consulted' and about = %s",
                [choice.id],
            )
            assert cursor.fetchone() == (1,)
    assert answer["consulted"] and answer["wish"] == "no"


def test_police_find_the_instructions_for_their_own_safety_check(place: Town) -> None:
    incident = an_incident(place)
    said_yes(place, incident)
    with as_agency(place.police.id, at=AT):
        told = instructions_of_case(Case.objects.get(attached__incident=incident))
    assert told is not None and told["code_word"] == "canaryword"


def test_names_of_any_script_come_out_as_they_went_in(place: Town) -> None:
    from shelterbelt.referrals.queries import request_content

    for name in ("𝒲ren 🌿", "نور", "Ñ" * 300, "O'Brien\"; drop table", NAME):
        request = a_request(place, name=name, words=f"<script>{name}</script>\n{{{{ x }}}}")
        with as_agency(place.advocates.id, at=AT):
            told = request_content(request)
        assert told["name"] == name and told["words"] == f"<script>{name}</script>\n{{{{ x }}}}"
