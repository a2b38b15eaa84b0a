"""Somebody with the owner's rights changes the ledger and everything in the database that could tell: a checkpoint that was
kept elsewhere tells. What is unchanged passes, what only waits is said to wait."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.world import AT, DAY, Town

from shelterbelt.ledger.actions import reading, record
from shelterbelt.ledger.checkpoints import copies, make
from shelterbelt.ledger.logs import Log
from shelterbelt.ledger.verify import Verdict
from shelterbelt.sealing import keyring
from shelterbelt.sealing.checkpoints import Checkpoint, read, write
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

Judge = Callable[..., Verdict]
TABLES = ("entry", "reading", "leaf", "salt", "subtree", "checkpoint")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    """Nobody reads this node's own folder here: the second party holds the checkpoints."""
    settings.CHECKPOINTS = None


def grow(log: Log, place: Town, lines: int) -> None:
    with as_agency(log.agency, at=AT):
        for _ in range(lines):
            record("note.written", about=uuid7(), by=place.officer.id, agency=log.agency, at=AT)
            reading("case", about=uuid7(), by=place.officer.id, agency=log.agency, at=AT)


def head(log: Log, days: int = 0) -> Checkpoint:
    """What the second party holds."""
    made = make(log, at=AT + days * DAY)
    assert made is not None
    return read(bytes(made.note), by=log.signer)


def cut(owner: Any, log: Log, size: int) -> None:
    """Leave the first `size` lines, and nothing that says that there were more."""
    for stream, table in (("entries", "entry"), ("readings", "reading")):
        owner.execute(
            f"delete from ledger_{table} where agency_id = %s and id not in"
            " (select row_id from ledger_leaf where agency_id = %s and stream = %s and number < %s)",
            [log.agency, log.agency, stream, size],
        )
    for table in ("leaf", "salt"):
        owner.execute(f"delete from ledger_{table} where agency_id = %s and number >= %s", [log.agency, size])
    owner.execute(
        "delete from ledger_subtree where agency_id = %s and (number + 1) * power(2, level) > %s",
        [log.agency, size],
    )
    owner.execute("delete from ledger_checkpoint where agency_id = %s and size > %s", [log.agency, size])


def forged(owner: Any, log: Log, rechain: Callable[[UUID], int]) -> None:
    """Write all lines anew over the rows as they are now, without a trace in the database."""
    for table in ("leaf", "salt", "subtree", "checkpoint"):
        owner.execute(f"delete from ledger_{table} where agency_id = %s", [log.agency])
    rechain(log.agency)


def test_an_unchanged_ledger_passes_against_every_checkpoint(
    police: Log, place: Town, verdict: Judge
) -> None:
    heads = []
    for lines in (1, 130, 1, 260):
        grow(police, place, lines)
        heads.append(head(police))
    found = verdict(police.agency, *heads)
    assert (found.faults, found.compared, found.waiting) == ((), 4, 0)


def test_what_waits_is_told_as_waiting_and_not_as_broken(police: Log, place: Town, verdict: Judge) -> None:
    grow(police, place, 3)
    held = head(police)
    grow(police, place, 2)
    found = verdict(police.agency, held)
    assert (found.faults, found.waiting) == ((), 4)


@pytest.mark.parametrize("lost", [1, 7, 300])
def test_lines_cut_off_at_the_end_are_found(
    police: Log, place: Town, owner: Any, verdict: Judge, lost: int
) -> None:
    grow(police, place, 200)
    held = head(police)
    cut(owner, police, held.size - lost)
    assert verdict(police.agency).faults == (), "by itself the shorter ledger is whole"
    assert "the end was cut off" in verdict(police.agency, held).faults[0]
    grow(police, place, 200)
    later = head(police, 1)
    assert later.size > held.size
    assert "are not those" in verdict(police.agency, held).faults[0]


def test_an_edited_line_is_found_though_the_ledger_was_written_anew(
    police: Log, place: Town, owner: Any, verdict: Judge, linked: Any
) -> None:
    grow(police, place, 5)
    held = head(police)
    owner.execute(
        "update ledger_entry set by = %s where id = (select min(id) from ledger_entry where agency_id = %s)",
        [uuid7(), police.agency],
    )
    forged(owner, police, linked)
    assert verdict(police.agency).faults == ()
    assert "are not those" in verdict(police.agency, held).faults[0]


def test_two_lines_that_changed_places_are_found_though_the_ledger_was_written_anew(
    police: Log, place: Town, owner: Any, verdict: Judge, linked: Any
) -> None:
    grow(police, place, 5)
    held = head(police)
    rows = owner.execute(
        "select id from ledger_entry where agency_id = %s order by id desc limit 2", [police.agency]
    ).fetchall()
    (one,), (two,) = rows
    for old, new in ((one, -one), (two, one), (-one, two)):
        owner.execute("update ledger_entry set id = %s where id = %s", [new, old])
    forged(owner, police, linked)
    assert verdict(police.agency).faults == ()
    assert "are not those" in verdict(police.agency, held).faults[0]


def test_a_ledger_put_back_from_an_older_copy_is_found(
    police: Log, place: Town, owner: Any, verdict: Judge
) -> None:
    grow(police, place, 150)
    head(police)
    for table in TABLES:
        owner.execute(f"drop table if exists older_{table}")
        owner.execute(
            f"create table older_{table} as select * from ledger_{table} where agency_id = '{police.agency}'"
        )
    grow(police, place, 150)
    held = head(police, 1)
    for table in TABLES:
        owner.execute(f"delete from ledger_{table} where agency_id = %s", [police.agency])
        owner.execute(f"insert into ledger_{table} select * from older_{table}")
        owner.execute(f"drop table older_{table}")
    assert verdict(police.agency).faults == ()
    assert "the end was cut off" in verdict(police.agency, held).faults[0]


def test_a_ledger_written_anew_from_the_start_is_found(
    police: Log, place: Town, owner: Any, verdict: Judge
) -> None:
    """Even by somebody who holds the node's key: the other past is signed as well."""
    grow(police, place, 5)
    held = head(police)
    for table in TABLES:
        owner.execute(f"delete from ledger_{table} where agency_id = %s", [police.agency])
    grow(police, place, held.size)
    newer = head(police, 1)
    assert newer.size > held.size
    assert verdict(police.agency, newer).faults == ()
    assert "are not those" in verdict(police.agency, held, newer).faults[0]


def test_two_checkpoints_of_one_size_that_differ_are_found(police: Log, place: Town, verdict: Judge) -> None:
    grow(police, place, 5)
    held = head(police)
    shown_to_another = Checkpoint(police.origin, held.size, bytes(32))
    note = write(shown_to_another, by=keyring().node_keys().sign)
    found = verdict(police.agency, held, read(note, by=police.signer))
    assert any("somebody was shown another ledger" in fault for fault in found.faults)


def test_a_line_passed_off_as_erased_is_found(police: Log, place: Town, owner: Any, verdict: Judge) -> None:
    grow(police, place, 5)
    held = head(police)
    owner.execute("delete from ledger_salt where agency_id = %s and number = 2", [police.agency])
    assert "its row was not erased" in verdict(police.agency, held).faults[0]
    owner.execute(
        "update ledger_entry set about = '00000000-0000-0000-0000-000000000000', by = null, digest = ''"
        " where id = (select row_id from ledger_leaf where agency_id = %(a)s and number = 2 and stream = 'entries')",
        {"a": police.agency},
    )
    owner.execute(
        "update ledger_reading set about = '00000000-0000-0000-0000-000000000000', by = null, digest = ''"
        " where id = (select row_id from ledger_leaf where agency_id = %(a)s and number = 2 and stream = 'readings')",
        {"a": police.agency},
    )
    assert "tells of 0" in verdict(police.agency, held).faults[0]


def test_a_copy_kept_elsewhere_outlives_the_node(
    police: Log, place: Town, owner: Any, verdict: Judge, tmp_path: Path, settings: Any
) -> None:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    grow(police, place, 5)
    held = head(police)
    (copy,) = copies(tmp_path)
    kept_elsewhere = copy.read_bytes()
    copy.unlink()
    cut(owner, police, held.size - 1)
    assert verdict(police.agency, read(kept_elsewhere, by=police.signer)).faults
