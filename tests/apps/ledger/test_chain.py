"""The ledger's tree: every row stands in it once, in the order of commits, and any change to it is found."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from tests.world import AT, Town

from shelterbelt.ledger import chain as chain_module
from shelterbelt.ledger import order as order_module
from shelterbelt.ledger import tree
from shelterbelt.ledger.actions import reading, record
from shelterbelt.ledger.models import Entry, Leaf, Reading, Salt
from shelterbelt.ledger.verify import Verdict
from shelterbelt.response.follow import follow, waiting
from shelterbelt.sealing import merkle
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

Write = Callable[..., list[UUID]]
Link = Callable[[UUID], int]
Judge = Callable[..., Verdict]
INSERT = (
    "insert into ledger_entry (agency_id, kind, about, at, digest, xid) "
    "values (%s, 'case.opened', %s, %s, '', ledger_xid())"
)


def rows(owner: psycopg.Connection[Any], agency: UUID) -> list[int]:
    found = owner.execute("select id from ledger_entry where agency_id = %s order by id", [agency])
    return [row[0] for row in found]


def order(agency: UUID) -> list[tuple[str, int | None]]:
    with as_agency(agency, at=AT):
        return list(Leaf.objects.filter(agency_id=agency).order_by("number").values_list("stream", "row_id"))


def test_every_entry_and_reading_is_linked_once(
    place: Town, written: Write, linked: Link, verdict: Judge
) -> None:
    agency = place.police.id
    before = verdict(agency).lines + linked(agency)
    written(agency, "case.opened", "note.written")
    with as_agency(agency, at=AT):
        reading("case", about=uuid7(), by=place.officer.id, agency=agency, at=AT)
    assert linked(agency) == 3
    assert linked(agency) == 0
    found = verdict(agency)
    assert found.lines == before + 3
    assert (found.faults, found.waiting) == ((), 0)


def test_entries_and_readings_stand_in_the_order_of_their_commits(
    place: Town, written: Write, linked: Link
) -> None:
    agency = place.police.id
    linked(agency)
    before = len(order(agency))
    for _ in range(3):
        with as_agency(agency, at=AT):
            reading("case", about=uuid7(), by=place.officer.id, agency=agency, at=AT)
            record("note.written", about=uuid7(), by=None, agency=agency, at=AT)
        written(agency, "case.opened")
    linked(agency)
    assert [stream for stream, _id in order(agency)[before:]] == ["entries", "readings", "entries"] * 3


def test_a_tree_grown_in_batches_has_the_root_of_one_grown_at_once(
    place: Town, written: Write, linked: Link, verdict: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = place.police.id
    monkeypatch.setattr(chain_module, "BATCH", 7)
    written(agency, *["note.written"] * 20)
    linked(agency)
    for _ in range(2):
        with as_agency(agency, at=AT):
            for _number in range(140):
                record("note.written", about=uuid7(), by=None, agency=agency, at=AT)
        linked(agency)
    with as_agency(agency, at=AT):
        size = tree.size(agency)
        kept = Leaf.objects.filter(agency_id=agency).order_by("number").values_list("commitment", flat=True)
        leaves = [merkle.leaf_hash(bytes(c)) for c in kept]
        assert size == len(leaves) >= 300
        for part in (1, 255, 256, 257, size):
            assert tree.root(agency, part) == merkle.top(leaves[:part])
    assert verdict(agency).faults == ()


def test_a_row_cannot_be_guessed_from_its_commitment(
    place: Town, owner: Any, written: Write, linked: Link
) -> None:
    """The same row has another commitment each time: what was committed to cannot be found by trying."""
    agency = place.police.id
    written(agency, "case.opened", "note.written")
    found = []
    for _ in range(2):
        for table in ("leaf", "salt"):
            owner.execute(f"delete from ledger_{table} where agency_id = %s", [agency])
        linked(agency)
        with as_agency(agency, at=AT):
            salts = {bytes(row.salt) for row in Salt.objects.filter(agency_id=agency)}
            leaves = {bytes(row.commitment) for row in Leaf.objects.filter(agency_id=agency)}
        assert len(salts) == len(leaves) and {len(salt) for salt in salts} == {32}
        found.append(leaves)
    assert not found[0] & found[1]


def test_rows_that_wait_for_their_link_are_reported(
    place: Town, written: Write, linked: Link, verdict: Judge
) -> None:
    linked(place.police.id)
    written(place.police.id, "case.opened")
    found = verdict(place.police.id)
    assert (found.waiting, found.faults) == (1, ())


def test_an_edited_row_is_found(
    place: Town, owner: Any, written: Write, linked: Link, verdict: Judge
) -> None:
    written(place.police.id, "case.opened", "note.written")
    linked(place.police.id)
    assert verdict(place.police.id).faults == ()
    owner.execute(
        "update ledger_entry set kind = 'case.closed' where id = %s", [rows(owner, place.police.id)[0]]
    )
    assert "was changed" in verdict(place.police.id).faults[0]


@pytest.mark.parametrize(
    "change", ["by = %(id)s", "reader_agency_id = %(id)s", "grant_id = %(id)s", "at = at - interval '1 day'"]
)
def test_an_edited_reading_is_found(
    place: Town, owner: Any, linked: Link, verdict: Judge, change: str
) -> None:
    agency = place.police.id
    with as_agency(agency, at=AT):
        reading("case", about=uuid7(), by=place.officer.id, agency=agency, at=AT)
    linked(agency)
    assert verdict(agency).faults == ()
    owner.execute(
        f"update ledger_reading set {change} where agency_id = %(agency)s", {"id": uuid7(), "agency": agency}
    )
    assert "was changed" in verdict(agency).faults[0]


def test_a_row_that_is_gone_is_found(
    place: Town, owner: Any, written: Write, linked: Link, verdict: Judge
) -> None:
    written(place.police.id, "case.opened", "note.written")
    linked(place.police.id)
    owner.execute("delete from ledger_entry where id = %s", [rows(owner, place.police.id)[0]])
    assert "is gone" in verdict(place.police.id).faults[0]


def test_two_rows_that_changed_places_are_found(
    place: Town, owner: Any, written: Write, linked: Link, verdict: Judge
) -> None:
    written(place.police.id, "case.opened", "note.written")
    linked(place.police.id)
    one, two, *_rest = rows(owner, place.police.id)
    for old, new in ((one, -one), (two, one), (-one, two)):
        owner.execute("update ledger_entry set id = %s where id = %s", [new, old])
    assert verdict(place.police.id).faults


def test_a_line_that_is_missing_is_found(
    place: Town, owner: Any, written: Write, linked: Link, verdict: Judge
) -> None:
    written(place.police.id, "case.opened", "note.written", "case.closed")
    linked(place.police.id)
    owner.execute("delete from ledger_leaf where agency_id = %s and number = 1", [place.police.id])
    assert any("line 1 is missing" in fault for fault in verdict(place.police.id).faults)


def test_a_changed_or_missing_part_of_the_tree_is_found(
    place: Town, owner: Any, written: Write, linked: Link, verdict: Judge
) -> None:
    agency = place.police.id
    with as_agency(agency, at=AT):
        for _ in range(300):
            record("note.written", about=uuid7(), by=None, agency=agency, at=AT)
    linked(agency)
    assert verdict(agency).faults == ()
    owner.execute("update ledger_subtree set hash = sha256(hash) where agency_id = %s", [agency])
    assert "part of the tree was changed" in verdict(agency).faults[0]
    owner.execute("delete from ledger_subtree where agency_id = %s", [agency])
    assert "part of the tree was changed" in verdict(agency).faults[0]
    with as_agency(agency, at=AT), pytest.raises(tree.LedgerBroken):
        tree.root(agency, tree.size(agency))


def test_a_row_that_a_changed_tree_passes_over_is_found(
    place: Town, owner: Any, written: Write, linked: Link, verdict: Judge
) -> None:
    agency = place.police.id
    written(agency, "case.opened", "note.written")
    linked(agency)
    owner.execute(
        "insert into ledger_entry (agency_id, kind, about, at, digest, xid) "
        "values (%s, 'case.opened', %s, %s, '', '3')",
        [agency, uuid7(), AT],
    )
    linked(agency)
    assert any("stand in no line" in fault for fault in verdict(agency).faults)


def test_a_row_that_commits_late_is_linked_after_and_never_lost(
    place: Town, database: str, written: Write, linked: Link, verdict: Judge
) -> None:
    agency = place.police.id
    linked(agency)
    with psycopg.connect(database) as slow:
        slow.execute("select set_config('app.agency', %s, true)", [str(agency)])
        slow.execute(INSERT, [agency, uuid7(), AT])
        written(agency, "note.written")
        assert linked(agency) == 0, "nothing settles while an earlier transaction may still commit"
        slow.commit()
    assert linked(agency) == 2
    (_, first), (_, second) = order(agency)[-2:]
    assert first is not None and second is not None and first < second
    assert verdict(agency).faults == ()


def test_one_agency_cannot_read_anothers_ledger(place: Town, written: Write, verdict: Judge) -> None:
    written(place.police.id, "case.opened")
    with as_agency(place.advocates.id, at=AT):
        assert chain_module.chain(place.police.id) == 0
        assert tree.size(place.police.id) == 0
        assert not Entry.objects.filter(agency_id=place.police.id).exists()
        assert not Reading.objects.filter(agency_id=place.police.id).exists()


def test_a_stop_between_writing_and_linking_loses_nothing(
    place: Town, owner: Any, written: Write, linked: Link, verdict: Judge
) -> None:
    """The worker's connection dies with its lines written and not committed: they are linked again, once."""
    agency = place.police.id
    linked(agency)
    before = verdict(agency).lines
    written(agency, "case.opened", "note.written")
    try:
        with as_agency(agency, at=AT):
            assert chain_module.chain(agency) == 2
            with connection.cursor() as cursor:
                cursor.execute("select pg_backend_pid()")
                owner.execute("select pg_terminate_backend(%s)", [cursor.fetchone()[0]])
                cursor.execute("select 1")
    except OperationalError:
        connection.close()
    assert (verdict(agency).lines, verdict(agency).waiting) == (before, 2)
    assert linked(agency) == 2
    assert (verdict(agency).faults, verdict(agency).waiting) == ((), 0)


def test_postgres_refuses_every_change_to_the_tree(place: Town, written: Write, linked: Link) -> None:
    agency = place.police.id
    written(agency, "case.opened")
    linked(agency)
    for statement in (
        "update ledger_leaf set commitment = ''",
        "delete from ledger_leaf",
        "update ledger_salt set salt = ''",
        "delete from ledger_salt",
        "truncate ledger_salt",
        "delete from ledger_subtree",
        "update ledger_entry set kind = 'case.closed'",
        "update ledger_entry set about = '00000000-0000-0000-0000-000000000000', by = null, digest = ''",
        "delete from ledger_entry",
    ):
        with pytest.raises(DatabaseError), as_agency(agency, at=AT), connection.cursor() as cursor:
            cursor.execute(statement)


def test_rows_of_a_database_that_was_put_back_elsewhere_come_before_new_ones(
    place: Town, written: Write, linked: Link, verdict: Judge, owner: psycopg.Connection[Any]
) -> None:
    agency = place.police.id
    written(agency, "case.opened")
    linked(agency)
    written(agency, "note.written")
    # The other server had counted much further than this one.
    for table in ("ledger_entry", "ledger_reading"):
        owner.execute(
            f"update {table} set xid = (xid::text::numeric + 5000000000)::text::xid8 where agency_id = %s",
            [agency],
        )
    past = order_module.count_on(owner, owner)
    assert past > 5_000_000_000
    try:
        written(agency, "note.written", "note.written")
        assert linked(agency) == 3
        found = verdict(agency)
        assert (found.waiting, found.faults) == (0, ())
        with as_agency(agency, at=AT):
            assert follow(agency, at=AT) >= 3
        assert not waiting(agency, at=AT)
        assert order_module.count_on(owner, owner) > past
    finally:
        owner.execute(order_module.FUNCTIONS.format(past=0))
