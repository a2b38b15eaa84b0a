"""Messages between a survivor and the worker they trust: nobody else sees one, nor that there is one; nothing else leaves."""

from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.conversations.actions import (
    begin_wish,
    change_habits,
    choose_response,
    forget_old,
    let_read_earlier,
    note_read,
    tell_hours,
    write_message,
)
from shelterbelt.conversations.actions.writing import Reached, Wanted
from shelterbelt.conversations.models import Message
from shelterbelt.conversations.queries import (
    conversation,
    entrusted_to,
    file_by_ref,
    hours_of,
    unread_of,
    waiting_words,
)
from shelterbelt.ledger.models import Entry
from shelterbelt.notices.models import Notice
from shelterbelt.safety.files import end_trust, entrust
from shelterbelt.store.asker import as_agency
from tests.apps.conversations.conftest import Two, two_of
from tests.apps.portal.visiting import by_own_hand
from tests.world import AT, DAY, HOUR, worker

ALLOWED: dict[str, Any] = {
    "channels": ["text"], "number": "+13125550123", "windows": [{"days": list("0123456"), "from": "", "until": ""}],
    "zone": "America/Chicago", "voicemail": True, "shared_device": False, "code_word": "canaryword",
}  # fmt: skip


def writes(two: Two, text: str, at: Any = AT) -> None:
    with by_own_hand(two.hand, at=at):
        write_message(two.file, text, by=two.hand, at=at)


def answers(two: Two, text: str, at: Any = AT, by: Worker | None = None, **more: Any) -> None:
    by = by or two.advocate
    with as_agency(two.town.advocates.id, at=at, worker=by.id):
        write_message(two.file, text, by=by, at=at, **more)


def seen_by(two: Two, by: Worker, at: Any = AT) -> list[str]:
    with as_agency(two.town.advocates.id, at=at, worker=by.id):
        return [one.text for one in conversation(two.file, by=by, at=at)]


def test_the_two_read_each_other_in_order(two: Two) -> None:
    writes(two, "May I come on Monday?")
    answers(two, "Yes, at ten.", at=AT + HOUR)
    assert seen_by(two, two.advocate, AT + HOUR) == ["May I come on Monday?", "Yes, at ten."]
    with by_own_hand(two.hand, at=AT + HOUR):
        found = conversation(two.file, by=two.hand, at=AT + HOUR)
        assert [(one.mine, one.text) for one in found] == [
            (True, "May I come on Monday?"),
            (False, "Yes, at ten."),
        ]
        assert unread_of(two.file, by=two.hand) == 1


def test_words_lie_sealed_and_the_ledger_says_only_that_there_was_a_message(two: Two) -> None:
    writes(two, "canarywords")
    with as_agency(two.town.advocates.id, at=AT):
        row = Message.objects.get(person_id=two.hand.id)
        assert b"canarywords" not in bytes(row.sealed)
        assert Entry.objects.get(kind="message.written", about=row.id).by == two.hand.id


def test_a_colleague_sees_no_message_and_nothing_that_tells_of_one(two: Two) -> None:
    writes(two, "canarywords")
    with as_agency(two.town.advocates.id, at=AT, worker=two.colleague.id):
        assert Message.objects.count() == 0
        assert waiting_words(by=two.colleague, at=AT) == 0
        assert entrusted_to(two.colleague, at=AT) == []
        for refused in (
            lambda: file_by_ref(two.file.ref, by=two.colleague, at=AT),
            lambda: write_message(two.file, "Hello", by=two.colleague, at=AT),
            lambda: note_read(two.file, by=two.colleague, at=AT),
            lambda: let_read_earlier(two.file, two.colleague.id, by=two.colleague, at=AT),
        ):
            with pytest.raises(NotForYou):
                refused()
        assert conversation(two.file, by=two.colleague, at=AT) == []


def test_another_survivor_reads_and_writes_nothing_there(two: Two) -> None:
    writes(two, "canarywords")
    other = two_of(two.town, "Somebody Else").hand
    with by_own_hand(other, at=AT):
        assert Message.objects.count() == 0
        assert conversation(two.file, by=other, at=AT) == []
        with pytest.raises(NotForYou):
            write_message(two.file, "Hello", by=other, at=AT)


def test_a_read_is_seen_by_its_writer_only_where_the_survivor_lets_it(two: Two) -> None:
    answers(two, "How are you?")
    with by_own_hand(two.hand, at=AT + HOUR):
        assert note_read(two.file, by=two.hand, at=AT + HOUR) == 1
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.advocate.id):
        assert not any(one.read for one in conversation(two.file, by=two.advocate, at=AT + HOUR))
    with by_own_hand(two.hand, at=AT + HOUR):
        change_habits(two.file, Wanted(reads_seen=True), by=two.hand, at=AT + HOUR)
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.advocate.id):
        assert all(one.read for one in conversation(two.file, by=two.advocate, at=AT + HOUR))
        with pytest.raises(NotForYou):
            change_habits(two.file, Wanted(note=True), by=two.advocate, at=AT)  # type: ignore[arg-type]


def notices(two: Two) -> int:
    with as_agency(two.town.advocates.id, at=AT):
        return Notice.objects.filter(about=two.case.id, kind="message").count()


def test_no_note_goes_out_unless_they_want_one_and_then_one_for_all_unread(two: Two) -> None:
    reached = Reached(two.case.id, ALLOWED, "es")
    answers(two, "One", reached=reached)
    assert notices(two) == 0
    with by_own_hand(two.hand, at=AT):
        note_read(two.file, by=two.hand, at=AT)
        change_habits(two.file, Wanted(note=True), by=two.hand, at=AT)
    answers(two, "Two", reached=reached)
    answers(two, "Three", reached=reached)
    assert notices(two) == 1
    with as_agency(two.town.advocates.id, at=AT):
        told = Notice.objects.get(about=two.case.id, kind="message")
        assert told.channel == "text" and b"Two" not in bytes(told.sealed)


def test_a_worker_who_comes_later_reads_on_from_there_unless_they_are_let(two: Two) -> None:
    writes(two, "Before")
    later, new = AT + DAY, worker(two.town.advocates, "advocate")
    with by_own_hand(two.hand, at=later):
        entrust(two.file, new, by=two.hand, at=later)
    writes(two, "After", at=later + HOUR)
    assert seen_by(two, new, later + HOUR) == ["After"]
    with as_agency(two.town.advocates.id, at=later + HOUR, worker=new.id):
        assert Message.objects.count() == 1, "row-level security keeps it back too"
        assert waiting_words(by=new, at=later + HOUR) == 1
    with by_own_hand(two.hand, at=later + HOUR):
        let_read_earlier(two.file, new.id, by=two.hand, at=later + HOUR)
    assert seen_by(two, new, later + HOUR) == ["Before", "After"]


def test_the_limit_of_a_later_worker_stands_in_the_question_too(two: Two) -> None:
    """Whatever PostgreSQL lets through: asked in the agency's name, the same is read."""
    writes(two, "Before")
    later = worker(two.town.advocates, "advocate")
    with as_agency(two.town.advocates.id, at=AT + DAY, worker=two.advocate.id):
        entrust(two.file, later, by=two.advocate, at=AT + DAY)
    writes(two, "After", at=AT + 2 * DAY)
    with as_agency(two.town.advocates.id, at=AT + 2 * DAY):
        assert [one.text for one in conversation(two.file, by=later, at=AT + 2 * DAY)] == ["After"]
        assert conversation(two.file, by=two.colleague, at=AT + 2 * DAY) == []


def test_in_a_file_that_has_ended_nothing_is_written_begun_or_chosen(two: Two) -> None:
    two.file.ended_at = AT
    with by_own_hand(two.hand, at=AT):
        for refused in (
            lambda: write_message(two.file, "Hello", by=two.hand, at=AT),
            lambda: begin_wish(two.file, two.case.id, {}, by=two.hand, at=AT),
            lambda: choose_response(two.file, "police", "", by=two.hand, at=AT),
        ):
            with pytest.raises(NotForYou):
                refused()


def test_a_worker_whose_trust_ended_reads_nothing_more(two: Two) -> None:
    writes(two, "Before")
    with by_own_hand(two.hand, at=AT + HOUR):
        end_trust(two.file, two.advocate.id, by=two.hand, at=AT + HOUR)
    assert seen_by(two, two.advocate, AT + HOUR) == []
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.advocate.id), pytest.raises(NotForYou):
        write_message(two.file, "Hello", by=two.advocate, at=AT + HOUR)


def test_old_messages_go_when_they_said_and_none_of_a_file_that_is_held(two: Two) -> None:
    writes(two, "Old")
    with by_own_hand(two.hand, at=AT):
        change_habits(two.file, Wanted(kept_days=30), by=two.hand, at=AT)
    agency = two.town.advocates.id
    with as_agency(agency, at=AT):
        assert forget_old(agency, at=AT + timedelta(days=29)) == 0
        assert forget_old(agency, at=AT + timedelta(days=31), held=[two.hand.id]) == 0
        assert forget_old(agency, at=AT + timedelta(days=31)) == 1
        assert not Message.objects.filter(person_id=two.hand.id).exists()


def test_the_worker_says_when_they_are_there(two: Two) -> None:
    with as_agency(two.town.advocates.id, at=AT, worker=two.advocate.id):
        tell_hours({"days": ["0"], "from": "09:00", "until": "17:00"}, by=two.advocate, at=AT)
        tell_hours({"days": ["1"], "from": "09:00", "until": "17:00"}, by=two.advocate, at=AT)
        assert hours_of(two.advocate.id)["days"] == ["1"]
