"""Checkpoints: signed when the ledger grew, copied outside, and for a victim-service agency once a day and padded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.ledger import jobs, tree
from shelterbelt.ledger.actions import reading
from shelterbelt.ledger.chain import chain
from shelterbelt.ledger.checkpoints import OtherPast, copies, make
from shelterbelt.ledger.logs import Log, logs
from shelterbelt.ledger.models import Checkpoint, Leaf, Salt
from shelterbelt.sealing.checkpoints import read
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

Write = Callable[..., list[UUID]]
THREE = datetime(2026, 3, 5, 3, 0, tzinfo=AT.tzinfo)


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, settings: Any) -> Path:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    return tmp_path / "checkpoints"


def size(log: Log, *, at: datetime = AT) -> int:
    made = make(log, at=at)
    assert made is not None
    return made.size


def test_a_checkpoint_says_the_ledgers_size_and_root_under_the_nodes_key(police: Log, written: Write) -> None:
    written(police.agency, "case.opened")
    made = make(police, at=AT)
    assert made is not None
    head = read(bytes(made.note), by=police.signer)
    with as_agency(police.agency, at=AT):
        assert (head.origin, head.size) == (police.origin, tree.size(police.agency))
        assert head.root == tree.root(police.agency, head.size)


def test_nothing_new_is_signed_until_the_ledger_has_grown(police: Log, written: Write) -> None:
    written(police.agency, "case.opened")
    assert size(police) == size(police, at=AT + DAY)
    written(police.agency, "note.written")
    assert size(police) == size(police, at=AT + DAY)
    with as_agency(police.agency, at=AT):
        assert Checkpoint.objects.filter(agency_id=police.agency).count() == 2


def test_a_copy_lies_outside_the_database_and_says_nothing_of_anybody(
    police: Log, place: Town, written: Write, outside: Path
) -> None:
    written(police.agency, "case.opened")
    made = make(police, at=AT)
    (copy,) = copies(outside)
    assert made is not None and copy.read_bytes() == bytes(made.note)
    assert copy.parent.stat().st_mode & 0o077 == outside.stat().st_mode & 0o077 == 0
    told = f"{copy}{copy.read_text()}"
    for secret in (place.police.name, str(place.police.id), "Police", place.officer.code):
        assert secret not in told


def test_a_lost_copy_is_written_again(police: Log, written: Write, outside: Path) -> None:
    written(police.agency, "case.opened")
    make(police, at=AT)
    (copy,) = copies(outside)
    copy.unlink()
    make(police, at=AT)
    assert copy.exists()


def test_a_ledger_that_is_put_back_signs_no_second_past(police: Log, owner: Any, written: Write) -> None:
    written(police.agency, "case.opened", "note.written")
    signed = size(police)
    for table in ("leaf", "salt"):
        owner.execute(
            f"delete from ledger_{table} where agency_id = %s and number >= %s", [police.agency, signed - 2]
        )
    owner.execute("delete from ledger_checkpoint where agency_id = %s", [police.agency])
    with pytest.raises(OtherPast):
        make(police, at=AT + DAY)
    written(police.agency, "case.opened", "note.written")
    with pytest.raises(OtherPast):
        make(police, at=AT + DAY)


def test_what_is_not_committed_is_never_shown_outside(police: Log, written: Write, outside: Path) -> None:
    written(police.agency, "case.opened")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        make(police, at=AT)
    assert copies(outside) == []


def test_a_victim_service_ledger_is_signed_once_a_day_at_one_hour(advocates: Log, written: Write) -> None:
    first = size(advocates)
    written(advocates.agency, "case.opened")
    assert size(advocates, at=AT + HOUR) == first
    assert size(advocates, at=THREE - timedelta(minutes=1)) == first
    assert size(advocates, at=THREE) == first + 1024
    written(advocates.agency, "case.opened")
    assert size(advocates, at=THREE + DAY - HOUR) == first + 1024
    assert size(advocates, at=THREE + DAY + HOUR) == first + 2048


@pytest.mark.parametrize("lines", [0, 1, 700])
def test_a_victim_service_ledger_grows_by_the_same_step_however_much_was_done(
    advocates: Log, place: Town, lines: int
) -> None:
    assert size(advocates) == 1024
    with as_agency(advocates.agency, at=AT):
        for _ in range(lines):
            reading("case", about=uuid7(), by=place.advocate.id, agency=advocates.agency, at=AT)
    assert size(advocates, at=AT + DAY) == 2048


def test_lines_that_come_between_padding_and_signing_wait_for_the_next_day(
    advocates: Log, written: Write
) -> None:
    size(advocates)
    written(advocates.agency, "case.opened")
    with as_agency(advocates.agency, at=AT):
        chain(advocates.agency)
        assert tree.size(advocates.agency) == 1025
    assert size(advocates, at=AT + HOUR) == 1024
    assert size(advocates, at=AT + DAY) == 2048


def test_padding_looks_like_any_line_and_cannot_be_passed_off_as_one(
    advocates: Log, owner: Any, written: Write, verdict: Any
) -> None:
    written(advocates.agency, "case.opened")
    size(advocates)
    with as_agency(advocates.agency, at=AT):
        lines = Leaf.objects.filter(agency_id=advocates.agency)
        assert len({bytes(c) for c in lines.values_list("commitment", flat=True)}) == 1024
        assert Salt.objects.filter(agency_id=advocates.agency).count() == 1024
        hidden = lines.exclude(stream="padding").order_by("-number").values_list("number", "row_id")[0]
    found = verdict(advocates.agency)
    assert (found.faults, found.lines + found.padding) == ((), 1024)
    owner.execute(
        "update ledger_leaf set stream = 'padding', row_id = null where agency_id = %s and number = %s",
        [advocates.agency, hidden[0]],
    )
    owner.execute("delete from ledger_entry where id = %s", [hidden[1]])
    assert any(f"line {hidden[0]} was changed" in fault for fault in verdict(advocates.agency).faults)


def test_the_hourly_job_signs_every_ledger_and_one_fault_stops_no_other(
    police: Log, written: Write, outside: Path
) -> None:
    written(police.agency, "case.opened")
    size(police)
    (copy,) = copies(outside)
    copy.write_bytes(copy.read_bytes().replace(b"\n", b"\n9", 1))
    written(police.agency, "note.written")
    before = {path.parent.name for path in copies(outside)}
    jobs.sign(0)
    known = {log.ref for log in logs()}
    assert police.agency in {log.agency for log in logs()}
    assert {path.parent.name for path in copies(outside)} - before <= known
    assert len({path.parent.name for path in copies(outside)}) > 1
    assert len(copies(outside / police.ref)) == 1


def test_which_ledgers_are_daily_is_said_above(place: Town) -> None:
    daily = {log.agency: log.daily for log in logs()}
    assert daily[place.advocates.id] and daily[place.shelter.id]
    assert not daily[place.police.id] and not daily[place.hospital.id]


def test_two_who_sign_at_once_sign_the_same(advocates: Log, database: str) -> None:
    """Both find it due; the tree is held, so the second finds it done."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def once() -> int:
        try:
            return size(advocates, at=AT + DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert {found.result() for found in [pool.submit(once) for _ in range(8)]} == {1024}


def test_an_empty_ledger_is_not_signed(node: None) -> None:
    assert make(Log(uuid7(), "nobody", "ref", daily=False), at=AT) is None
