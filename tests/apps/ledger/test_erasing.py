"""A person can be erased from the ledger, and what it proves stays proven; and nobody erases without a line that says so."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from tests.world import AT, Town

from shelterbelt.ledger import proofs
from shelterbelt.ledger.actions import forget_about, reading, record
from shelterbelt.ledger.check import shown
from shelterbelt.ledger.checkpoints import make
from shelterbelt.ledger.lines import NOBODY
from shelterbelt.ledger.logs import Log
from shelterbelt.ledger.models import Entry, Leaf, Reading, Salt
from shelterbelt.ledger.proofs import RowId
from shelterbelt.ledger.verify import Verdict
from shelterbelt.sealing.checkpoints import read
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

Judge = Callable[..., Verdict]
Link = Callable[[UUID], int]
SET = "select set_config('app.forgetting', 'yes', true)"


@pytest.fixture
def person(police: Log, place: Town, linked: Link) -> UUID:
    """Somebody of whom two lines tell, among lines about others; all in the tree."""
    about, grant = uuid7(), uuid7()
    with as_agency(police.agency, at=AT):
        for who in (uuid7(), about, uuid7()):
            record("case.opened", about=who, by=place.officer.id, agency=police.agency, at=AT, digest=b"x")
            reading("case", about=who, by=place.officer.id, agency=police.agency, at=AT, grant=grant)
    linked(police.agency)
    return about


def forget(log: Log, *about: UUID) -> int:
    with as_agency(log.agency, at=AT):
        return forget_about(log.agency, about, AT)


def run(log: Log, statement: str, values: dict[str, Any]) -> None:
    """What somebody tries who knows how the action opens the door."""
    with as_agency(log.agency, at=AT), connection.cursor() as cursor:
        cursor.execute(SET)
        cursor.execute(statement, values)


def everything(log: Log) -> str:
    """All that the ledger's tables hold of an agency, as text."""
    with as_agency(log.agency, at=AT), connection.cursor() as cursor:
        found = []
        for table in ("entry", "reading", "leaf", "salt", "subtree", "checkpoint"):
            cursor.execute(f"select t::text from ledger_{table} t where agency_id = %s", [log.agency])
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_nothing_of_an_erased_person_stays_and_the_ledger_is_whole(
    police: Log, person: UUID, verdict: Judge, linked: Link
) -> None:
    assert str(person) in everything(police)
    assert forget(police, person) == 2
    assert str(person) not in everything(police)
    linked(police.agency)
    found = verdict(police.agency)
    assert (found.faults, found.erased, found.waiting) == ((), 2, 0)


def test_what_happened_and_when_stays(police: Log, person: UUID) -> None:
    with as_agency(police.agency, at=AT):
        row = Entry.objects.get(about=person)
        look = Reading.objects.get(about=person)
    forget(police, person)
    with as_agency(police.agency, at=AT):
        after, look_after = Entry.objects.get(id=row.id), Reading.objects.get(id=look.id)
    assert (after.kind, after.at) == (row.kind, row.at)
    assert (after.about, after.by, bytes(after.digest)) == (NOBODY, None, b"")
    assert (look_after.about, look_after.by, look_after.grant_id) == (NOBODY, None, None)


def test_others_lines_are_untouched(police: Log, person: UUID) -> None:
    with as_agency(police.agency, at=AT):
        before = set(Entry.objects.exclude(about=person).values_list("id", "about", "by"))
        salts = Salt.objects.filter(agency_id=police.agency).count()
    forget(police, person, uuid7(), NOBODY, police.agency)
    with as_agency(police.agency, at=AT):
        after = set(Entry.objects.exclude(kind="ledger.forgotten").values_list("id", "about", "by"))
        assert before <= after
        assert Salt.objects.filter(agency_id=police.agency).count() == salts - 2


def test_the_root_and_old_checkpoints_still_hold(police: Log, person: UUID, verdict: Judge) -> None:
    made = make(police, at=AT)
    assert made is not None
    held = read(bytes(made.note), by=police.signer)
    forget(police, person)
    assert verdict(police.agency, held).faults == ()


def test_an_erased_line_still_proves_that_it_was_there_and_says_no_more(police: Log, person: UUID) -> None:
    made = make(police, at=AT)
    assert made is not None
    head = read(bytes(made.note), by=police.signer)
    with as_agency(police.agency, at=AT):
        row = RowId("entries", Entry.objects.get(about=person).id)
        assert str(person) in shown(proofs.inclusion(police.agency, row), head)
    forget(police, person)
    with as_agency(police.agency, at=AT):
        proof = proofs.inclusion(police.agency, row)
    assert proof["row"] is proof["salt"] is None
    assert "was erased and held its place" in shown(proof, head)


def test_a_line_that_is_erased_before_it_is_in_the_tree_enters_it_blank(
    police: Log, linked: Link, verdict: Judge
) -> None:
    about = uuid7()
    with as_agency(police.agency, at=AT):
        record("case.opened", about=about, by=None, agency=police.agency, at=AT)
    assert forget(police, about) == 0
    linked(police.agency)
    found = verdict(police.agency)
    assert (found.faults, found.erased) == ((), 0)
    assert str(about) not in everything(police)


def test_erasing_tells_how_many_lines_it_took(police: Log, person: UUID) -> None:
    forget(police, person)
    with as_agency(police.agency, at=AT):
        told = Entry.objects.get(agency_id=police.agency, kind="ledger.forgotten")
    assert (int.from_bytes(bytes(told.digest), "big"), told.about) == (2, police.agency)


def test_erasing_reaches_no_other_agencys_ledger(police: Log, advocates: Log, person: UUID) -> None:
    with as_agency(advocates.agency, at=AT):
        record("case.opened", about=person, by=None, agency=advocates.agency, at=AT)
    with as_agency(police.agency, at=AT):
        assert forget_about(police.agency, [person], AT) == 2
    with as_agency(advocates.agency, at=AT):
        assert Entry.objects.filter(agency_id=advocates.agency, about=person).exists()


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'case.closed', about = %(nobody)s, by = null, digest = ''",
        "at = at + interval '1 second', about = %(nobody)s, by = null, digest = ''",
        "about = %(other)s, by = null, digest = ''",
        "about = %(nobody)s, by = %(other)s, digest = ''",
        "about = %(nobody)s, by = null, digest = 'x'",
        "xid = '3', about = %(nobody)s, by = null, digest = ''",
        "agency_id = %(other)s, about = %(nobody)s, by = null, digest = ''",
    ],
)
def test_a_line_can_be_blanked_and_in_no_way_altered(police: Log, person: UUID, change: str) -> None:
    values = {"person": person, "nobody": NOBODY, "other": uuid7()}
    with pytest.raises(DatabaseError, match="blanked and not changed"):
        run(police, f"update ledger_entry set {change} where about = %(person)s", values)
    with as_agency(police.agency, at=AT):
        assert Entry.objects.filter(about=person, kind="case.opened").exists()


@pytest.mark.parametrize(
    "change",
    [
        "about = %(nobody)s, by = null, digest = ''",
        "what = 'board', about = %(nobody)s, by = null, digest = '', grant_id = null",
        "reader_agency_id = %(other)s, about = %(nobody)s, by = null, digest = '', grant_id = null",
    ],
)
def test_a_reading_can_be_blanked_and_in_no_way_altered(police: Log, person: UUID, change: str) -> None:
    values = {"person": person, "nobody": NOBODY, "other": uuid7()}
    with pytest.raises(DatabaseError, match="blanked and not changed"):
        run(police, f"update ledger_reading set {change} where about = %(person)s", values)


def test_the_line_that_tells_of_erasing_cannot_be_erased(police: Log, person: UUID) -> None:
    forget(police, person)
    forget(police, police.agency)
    blank = (
        "update ledger_entry set about = %(nobody)s, by = null, digest = '' where kind = 'ledger.forgotten'"
    )
    with pytest.raises(DatabaseError, match="blanked and not changed"):
        run(police, blank, {"nobody": NOBODY})


def test_a_salt_goes_only_with_its_row(police: Log, person: UUID) -> None:
    with pytest.raises(DatabaseError, match="only with what it hides"):
        run(police, "delete from ledger_salt where agency_id = %(agency)s", {"agency": police.agency})


def test_nothing_is_blanked_by_a_slip(police: Log, person: UUID) -> None:
    """Only the action that erases says beforehand that it does."""
    blank = "update ledger_entry set about = %s, by = null, digest = '' where about = %s"
    with pytest.raises(DatabaseError, match="append-only"), as_agency(police.agency, at=AT):
        connection.cursor().execute(blank, [NOBODY, person])


def test_erasing_waits_for_whoever_adds_lines(police: Log, person: UUID, database: str) -> None:
    """Else a row could be blanked after it was read and before its line was written: it would look changed."""
    with psycopg.connect(database) as adding:
        adding.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"chain:{police.agency}"])
        connection.cursor().execute("set lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            forget(police, person)
    connection.cursor().execute("reset lock_timeout")
    assert forget(police, person) == 2


def test_an_undone_erasing_leaves_all_as_it_was(police: Log, person: UUID, verdict: Judge) -> None:
    try:
        with as_agency(police.agency, at=AT):
            assert forget_about(police.agency, [person], AT) == 2
            raise InterruptedError
    except InterruptedError:
        pass
    with as_agency(police.agency, at=AT):
        assert Entry.objects.filter(about=person).exists()
        numbers = Leaf.objects.filter(agency_id=police.agency).count()
        assert Salt.objects.filter(agency_id=police.agency).count() == numbers
    assert verdict(police.agency).faults == ()
