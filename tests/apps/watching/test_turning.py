"""What was added to the log becomes alarms exactly once, whatever ends in between; nobody's fault holds another up."""

import threading
from base64 import b64decode
from collections import Counter
from hashlib import sha256
from typing import Any

from django.db import connection

from shelterbelt.agencies.sealed import opened
from shelterbelt.breaches.models import Breach
from shelterbelt.ledger.models import Entry
from shelterbelt.orders.actions import note_happening, strike_place
from shelterbelt.rules.fixes import STRAP
from shelterbelt.rules.frames import unframed
from shelterbelt.rules.orders import RECALLED
from shelterbelt.store.asker import as_agency
from shelterbelt.watching import proving, turning
from shelterbelt.watching.actions.devices import end_device
from shelterbelt.watching.alarm_models import AlarmGroup, Cursor, Watch
from shelterbelt.watching.alarms import ms_of
from shelterbelt.watching.beats import RECEIVER, beat
from shelterbelt.watching.models import LogRow
from shelterbelt.watching.turning import Watcher
from tests.apps.watching.roads import (
    HUNDRED,
    INSIDE,
    MINUTE,
    OUTSIDE,
    SECOND,
    alarms,
    fix,
    send,
    shown,
    tracked,
    turned,
)
from tests.world import AT, HOUR, Town

WAY = [(place * MINUTE, OUTSIDE) for place in range(4)] + [(place * MINUTE, INSIDE) for place in range(4, 12)]
NEAR = (INSIDE[0] + 6 * HUNDRED, INSIDE[1])
SEEN = [("entered", "sure", False), ("stayed", "sure", False)]


def test_a_way_into_a_judges_place_is_told_once_whatever_ends_in_between(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for after, where in WAY:
        at = AT + after
        send(one.device, [fix(at, where)] * 2, at=at)
        if after in (3 * MINUTE, 5 * MINUTE, 10 * MINUTE):
            watcher = Watcher()  # the process died: all is read again
        turned(watcher, one.agency, at=at)
    assert shown(one.agency) == SEEN
    entered = alarms(one.agency)[0]
    assert entered.ms == ms_of(AT + 4 * MINUTE) and entered.person_id == one.order.respondent_id
    with as_agency(one.agency, at=AT):
        told = opened(entered)
        assert told["place"] == str(one.place.id) and told["zone"]["reach"] == 300 and told["frames"]
        (group,) = AlarmGroup.objects.filter(agency_id=one.agency)
        assert {row.group_id for row in alarms(one.agency)} == {group.id}
        (found,) = Breach.objects.filter(order=one.order)
        assert (found.state, found.source, found.alarm_id) == ("possible", "watch", entered.id)
        (piece,) = found.breachevidences.all()
        proof = b64decode(told["frames"])
        assert bytes(piece.sha256) == sha256(proof).digest() and piece.signature
        assert [frame.fix.latitude for frame in unframed(proof)][-1] == INSIDE[0]


def test_what_becomes_no_breach_is_an_alarm_all_the_same(place: Town, monkeypatch: Any) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    monkeypatch.setattr(proving, "note_seen", lambda *_told, **_at: 1 / 0)
    send(one.device, [fix(AT + SECOND, INSIDE)], at=AT + SECOND)
    turned(watcher, one.agency, at=AT + SECOND)
    assert [kind for kind, _certainty, _back in shown(one.agency)] == ["entered"]


def test_what_a_dead_process_had_not_committed_is_decided_again_and_told_once(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for after, where in WAY:
        send(one.device, [fix(AT + after, where)], at=AT + after)
    at = AT + 12 * MINUTE
    before = turning.write_told
    try:
        turning.write_told = lambda *_told, **_at: 1 / 0  # type: ignore[assignment]
        assert not watcher.turn(one.agency, at=at)
    finally:
        turning.write_told = before
    assert shown(one.agency) == []
    turned(watcher, one.agency, at=at)
    assert shown(one.agency) == SEEN
    with as_agency(one.agency, at=at):
        cursor = Cursor.objects.get(agency_id=one.agency)
        Cursor.objects.filter(id=cursor.id).update(place=0, kept_place=0, past_place=0, sealed=b"")
    turned(Watcher(), one.agency, at=at)
    assert shown(one.agency) == SEEN


def test_a_late_fix_takes_back_what_it_disproves_and_the_alarm_stays_marked(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    edge = (INSIDE[0] + 0.0027, INSIDE[1])
    sent = [(0, edge), (90, edge)]
    for after, where in sent:
        send(one.device, [fix(AT + after * SECOND, where, 60.0)], at=AT + after * SECOND)
    turned(watcher, one.agency, at=AT + 2 * MINUTE)
    assert [kind for kind, _c, _b in shown(one.agency)] == ["may_be_in"]
    at = AT + 3 * MINUTE
    send(one.device, [fix(AT + 45 * SECOND, OUTSIDE)], at=at)
    turned(watcher, one.agency, at=at)
    (back,) = [row for row in alarms(one.agency) if row.taken_back_at]
    assert back.kind == "may_be_in" and back.taken_back_at == at


def test_what_was_taken_back_and_holds_again_is_told_again_and_every_turn_of_it_has_its_line(
    place: Town,
) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    came = [(0, NEAR), (60, INSIDE), (30, INSIDE), (45, NEAR)]
    for number, (after, where) in enumerate(came):
        at = AT + 2 * MINUTE + number * SECOND
        send(one.device, [fix(AT + after * SECOND, where)], at=at)
        turned(watcher, one.agency, at=at)
    assert shown(one.agency) == [
        ("entered", "sure", False),
        ("left", "sure", False),
        ("entered", "sure", False),
    ]
    with as_agency(one.agency, at=at):
        lines = Entry.objects.filter(agency_id=one.agency, kind__startswith="alarm.")
        told = Counter(lines.values_list("kind", "about"))
        again = alarms(one.agency)[2].id
        assert told == Counter(
            [("alarm.seen", row.id) for row in alarms(one.agency)] + [("alarm.taken_back", again)] * 2
        )


def test_an_alarm_its_line_and_the_cursor_are_one_transaction(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for after, where in ((1, NEAR), (15, INSIDE)):
        send(one.device, [fix(AT + after * SECOND, where)], at=AT + after * SECOND)
        turned(watcher, one.agency, at=AT + after * SECOND)
    with as_agency(one.agency, at=AT), connection.cursor() as cursor:
        cursor.execute(
            "select e.xid::text, c.xmin::text, c.place = (select max(place) from watching_logrow r"
            " where r.agency_id = c.agency_id) from watching_cursor c join ledger_entry e using (agency_id)"
            " where agency_id = %s and e.kind = 'alarm.seen'",
            [one.agency],
        )
        ((line, cursor_of, to_its_end),) = cursor.fetchall()
    assert line == cursor_of and to_its_end


def test_a_place_that_is_struck_or_a_tracker_that_ends_is_watched_no_more_within_a_turn(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    with as_agency(one.agency, at=AT):
        assert Watch.objects.filter(agency_id=one.agency, ended_at=None).count() == 1
    at = AT + MINUTE
    with as_agency(one.agency, at=at, worker=one.by.id):
        strike_place(one.place, by=one.by, at=at)
    send(one.device, [fix(at, INSIDE)], at=at)
    turned(watcher, one.agency, at=at)
    with as_agency(one.agency, at=at):
        assert not Watch.objects.filter(agency_id=one.agency, ended_at=None).exists()
    assert shown(one.agency) == []
    with as_agency(one.agency, at=at, worker=one.by.id):
        end_device(one.device, by=one.by, at=at)
    turned(watcher, one.agency, at=at + HOUR)
    assert shown(one.agency) == []


def test_of_whom_no_order_binds_nothing_is_told_and_nothing_stays_at_hand(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    at = AT + MINUTE
    with as_agency(one.agency, at=at, worker=one.by.id):
        note_happening(one.order, RECALLED, happened_at=at, by=one.by, at=at)
    for number, process in enumerate((watcher, Watcher())):
        at = AT + (2 + number) * MINUTE
        send(one.device, [fix(at, INSIDE, marks=STRAP), fix(at + SECOND, OUTSIDE, battery=1)], at=at)
        turned(process, one.agency, at=at)
        (part,) = process.agencies[one.agency].parts.values()
        assert shown(one.agency) == [] and part.size == 0


def test_silence_is_told_by_its_deadline_with_nothing_sent_and_its_end_is_noted(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    send(one.device, [fix(AT + MINUTE)], at=AT + MINUTE)
    turned(watcher, one.agency, at=AT + 15 * MINUTE)
    assert shown(one.agency) == []
    turned(Watcher(), one.agency, at=AT + 17 * MINUTE)
    turned(watcher, one.agency, at=AT + 18 * MINUTE)
    (silent,) = alarms(one.agency)
    assert (silent.kind, silent.ms, silent.ends) == ("silent", ms_of(AT + 16 * MINUTE), False)
    send(one.device, [fix(AT + 40 * MINUTE)], at=AT + 40 * MINUTE)
    turned(watcher, one.agency, at=AT + 40 * MINUTE)
    assert [(row.kind, row.ends) for row in alarms(one.agency)] == [("silent", False), ("back", True)]


def test_our_own_absence_is_told_as_ours_and_is_nobodys_silence(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    with as_agency(one.agency, at=AT):
        beat(RECEIVER, at=AT)
    for after in range(10, 60, 10):
        turned(watcher, one.agency, at=AT + after * MINUTE)
    assert [(row.kind, row.seen_by, row.device_id) for row in alarms(one.agency)] == [
        ("outage", "server receive", None)
    ]
    with as_agency(one.agency, at=AT + HOUR):
        beat(RECEIVER, at=AT + HOUR)
    turned(watcher, one.agency, at=AT + HOUR)
    with as_agency(one.agency, at=AT + HOUR):
        for after in range(61, 76):
            beat(RECEIVER, at=AT + after * MINUTE)
    turned(watcher, one.agency, at=AT + 74 * MINUTE)
    assert [row.kind for row in alarms(one.agency)] == ["outage"]
    turned(watcher, one.agency, at=AT + 75 * MINUTE + 30 * SECOND)
    assert [row.kind for row in alarms(one.agency)] == ["outage", "silent"]


def test_what_does_not_open_is_passed_over_and_told_without_saying_whose(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for after, where in WAY:
        send(one.device, [fix(AT + after, where)], at=AT + after)
    with as_agency(one.agency, at=AT):
        rows = LogRow.objects.filter(agency_id=one.agency).order_by("place")
        LogRow.objects.filter(id=rows[2].id).update(sealed=b"broken")
    turned(watcher, one.agency, at=AT + 12 * MINUTE)
    told = {row.kind: row for row in alarms(one.agency)}
    assert set(told) == {"entered", "stayed", "unreadable"}
    assert told["unreadable"].person_id is None and told["unreadable"].device_id is None


def test_an_order_that_cannot_be_read_holds_no_other_up(place: Town) -> None:
    one, two = tracked(place), tracked(place)
    with as_agency(one.agency, at=AT):
        type(one.place).objects.filter(id=one.place.id).update(sealed=b"broken")
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for after, where in WAY:
        send(two.device, [fix(AT + after, where)], at=AT + after)
    turned(watcher, one.agency, at=AT + 12 * MINUTE)
    told = alarms(one.agency)
    assert {(row.kind, row.order_id) for row in told} == {
        ("unreadable", None), ("entered", two.order.id), ("stayed", two.order.id),
    }  # fmt: skip


def test_a_second_process_takes_nothing_while_the_first_has_the_part(place: Town) -> None:
    one = tracked(place)
    first, second = Watcher(), Watcher()
    turned(first, one.agency, at=AT)
    turned(second, one.agency, at=AT)
    for number, (after, where) in enumerate(WAY):
        send(one.device, [fix(AT + after, where)], at=AT + after)
        turned((first, second)[number % 2], one.agency, at=AT + after)
    assert shown(one.agency) == SEEN


def test_what_somebody_else_has_is_left_to_them_and_nobody_waits(place: Town) -> None:
    one = tracked(place)
    watcher, held, go = Watcher(), threading.Event(), threading.Event()
    turned(watcher, one.agency, at=AT)

    def another() -> None:
        with as_agency(one.agency, at=AT):
            list(Cursor.objects.select_for_update().filter(agency_id=one.agency))
            held.set()
            go.wait(3)
        connection.close()

    thread = threading.Thread(target=another)
    thread.start()
    assert held.wait(10)
    send(one.device, [fix(AT + SECOND, INSIDE)], at=AT + SECOND)
    turned(watcher, one.agency, at=AT + SECOND)
    assert shown(one.agency) == []
    go.set()
    thread.join(10)
    turned(watcher, one.agency, at=AT + SECOND)
    assert shown(one.agency) == SEEN[:1]
