"""The log of fixes: nothing of it is passed over, jobs alone read it, and nothing opens when its time is over."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from shelterbelt import sealing
from shelterbelt.agencies.sealed import destroy
from shelterbelt.ledger.models import Entry
from shelterbelt.library.trails import trails
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import Heard, joined, unframed
from shelterbelt.sealing.errors import KeyDestroyed
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.actions.forgetting import destroy_trails
from shelterbelt.watching.log import NOTHING_READ, Lot, log
from shelterbelt.watching.models import LogKey, LogRow
from tests.world import AT, HOUR, Town

MS = 1_772_638_200_000


def some(number: int, device: int = 7) -> bytes:
    """So many frames of one device."""
    return joined(Heard(device, MS + i, Fix(MS + i, 40.0 + i / 1000, -105.0, 8.0)) for i in range(number))


def test_what_was_added_is_read_in_its_order_from_a_cursor_on(place: Town) -> None:
    court = place.court.id
    for number in (3, 1, 2):
        with as_agency(court, at=AT):
            log.append(court, {Lot(5): some(number), Lot(6): some(1, 8)}, at=AT)
    with as_agency(court, at=AT):
        found = log.read(court, 5, NOTHING_READ, 10)
        assert [len(list(unframed(batch.frames))) for batch in found] == [3, 1, 2]
        assert found[0].frames == some(3) and found[0].received_at == AT
        assert [b.frames for b in log.read(court, 5, found[0].place, 1)] == [some(1)]
        assert log.read(court, 5, found[-1].place, 10) == []
        assert {
            one.device for batch in log.read(court, 6, NOTHING_READ, 9) for one in unframed(batch.frames)
        } == {8}
        assert b"\x00" * 8 not in bytes(LogRow.objects.first().sealed)  # type: ignore[union-attr]


def test_nobody_reads_what_is_not_committed_and_nothing_overtakes_it(place: Town) -> None:
    """The second waits for the first: a reader who saw the second first would never see the first."""
    court, held, go, done = place.court.id, threading.Event(), threading.Event(), threading.Event()
    with as_agency(court, at=AT):
        log.append(court, {Lot(2): some(1)}, at=AT)  # the hour has its key: nobody waits for that

    def first() -> None:
        with as_agency(court, at=AT):
            log.append(court, {Lot(1): some(1)}, at=AT)
            held.set()
            go.wait(10)
        connection.close()

    def second() -> None:
        with as_agency(court, at=AT):
            log.append(court, {Lot(1): some(2)}, at=AT)
        done.set()
        connection.close()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert held.wait(10)
    threads[1].start()
    with as_agency(court, at=AT):
        assert log.read(court, 1, NOTHING_READ, 10) == []
    assert not done.wait(0.3)
    go.set()
    for thread in threads:
        thread.join(10)
    with as_agency(court, at=AT):
        assert [batch.frames for batch in log.read(court, 1, NOTHING_READ, 10)] == [some(1), some(2)]


def test_somebody_elses_long_transaction_holds_no_fix_up(place: Town) -> None:
    court, held, go = place.court.id, threading.Event(), threading.Event()

    def elsewhere() -> None:
        with as_agency(place.police.id, at=AT), connection.cursor() as cursor:
            cursor.execute("select pg_current_xact_id()")
            held.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    assert held.wait(10)
    try:
        with as_agency(court, at=AT):
            log.append(court, {Lot(1): some(1)}, at=AT)
        with as_agency(court, at=AT):
            assert len(log.read(court, 1, NOTHING_READ, 10)) == 1
    finally:
        go.set()
        thread.join(10)


def test_what_was_taken_back_was_never_there(place: Town) -> None:
    court = place.court.id
    with transaction.atomic():
        with as_agency(court, at=AT):
            log.append(court, {Lot(1): some(1)}, at=AT)
        transaction.set_rollback(True)
    with as_agency(court, at=AT):
        assert log.read(court, 1, NOTHING_READ, 10) == []


def test_no_worker_and_no_other_agency_reads_a_row_or_a_key(place: Town) -> None:
    court = place.court.id
    with as_agency(court, at=AT):
        log.append(court, {Lot(1): some(1), Lot(1, brief=True): some(1)}, at=AT)
        assert (LogRow.objects.count(), LogKey.objects.count()) == (2, 2)
    for agency, worker in ((court, place.court_clerk.id), (place.police.id, None)):
        with as_agency(agency, at=AT, worker=worker):
            assert not LogRow.objects.exists() and not LogKey.objects.exists()
            assert log.read(court, 1, NOTHING_READ, 10) == []


def test_one_key_for_an_hour_and_another_for_the_next(place: Town) -> None:
    court = place.court.id
    for at in (AT, AT + timedelta(minutes=20), AT + HOUR):
        with as_agency(court, at=at):
            log.append(court, {Lot(1): some(1)}, at=at)
    with as_agency(court, at=AT):
        assert LogKey.objects.count() == 2
        assert len(log.read(court, 1, NOTHING_READ, 10)) == 3
    with transaction.atomic():
        assert log.read(court, 1, NOTHING_READ, 10) == []


def test_when_its_time_is_over_a_trail_opens_nowhere_and_what_is_newer_stays(place: Town) -> None:
    court, kept = place.court.id, trails()
    with as_agency(court, at=AT):
        log.append(court, {Lot(1): some(1), Lot(1, brief=True): some(2)}, at=AT)
        copies = list(LogRow.objects.select_related("under").order_by("under__brief"))
    hour = AT.replace(minute=0) + HOUR
    with as_agency(court, at=hour + kept.brief - timedelta(seconds=1)):
        assert destroy_trails(court, at=hour + kept.brief - timedelta(seconds=1)) == 0
    with as_agency(court, at=hour + kept.brief):
        assert destroy_trails(court, at=hour + kept.brief) == 1
        assert [batch.frames for batch in log.read(court, 1, NOTHING_READ, 10)] == [some(1)]
    with as_agency(court, at=hour + kept.kept):
        log.append(court, {Lot(1): some(3)}, at=hour + kept.kept)
        assert destroy_trails(court, at=hour + kept.kept) == 1
        assert [batch.frames for batch in log.read(court, 1, NOTHING_READ, 10)] == [some(3)]
        assert LogKey.objects.count() == LogRow.objects.count() == 1
        lines = Entry.objects.filter(agency_id=court, kind="trail.destroyed")
        assert set(lines.values_list("about", flat=True)) == {row.under_id for row in copies}
    for row in copies:  # as a backup of the database holds them
        with pytest.raises(KeyDestroyed):
            sealing.keyring().open_bytes(row.under.key, court, row.sealed, about=row.id)


def test_rows_whose_key_is_gone_before_them_say_nothing_and_hold_nobody_up(place: Town) -> None:
    court = place.court.id
    with as_agency(court, at=AT):
        log.append(court, {Lot(1): some(1)}, at=AT)
        destroy(LogKey.objects.get().key, court)
    with as_agency(court, at=AT + HOUR):
        log.append(court, {Lot(1): some(2)}, at=AT + HOUR)
        assert [batch.frames for batch in log.read(court, 1, NOTHING_READ, 10)] == [b"", some(2)]
