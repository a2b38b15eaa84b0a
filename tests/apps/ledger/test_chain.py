"""The ledger's chain: every row is linked once, in the order of commits, and any change to it is found."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.world import AT, Town

from shelterbelt.config.postgres import as_role
from shelterbelt.ledger.actions import reading, record
from shelterbelt.ledger.chain import chain
from shelterbelt.ledger.models import Link
from shelterbelt.ledger.verify import Verdict, verify
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7


@pytest.fixture
def owner(postgres: str, database: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody with the owner's rights, who can step round the triggers."""
    name = str(conninfo_to_dict(database)["dbname"])
    with psycopg.connect(as_role(postgres, database=name), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


def written(agency: UUID, *kinds: str) -> None:
    for kind in kinds:
        with as_agency(agency, at=AT):
            record(kind, about=uuid7(), by=None, agency=agency, at=AT)


def linked(agency: UUID) -> int:
    with as_agency(agency, at=AT):
        return chain(agency)


def verdict(agency: UUID, stream: str = "entries") -> Verdict:
    with as_agency(agency, at=AT):
        return verify(agency, stream)


def rows(owner: psycopg.Connection[Any], agency: UUID) -> list[int]:
    found = owner.execute("select id from ledger_entry where agency_id = %s order by id", [agency])
    return [row[0] for row in found]


def test_every_entry_and_reading_is_linked_once(place: Town) -> None:
    agency = place.police.id
    before = verdict(agency).linked + linked(agency)
    written(agency, "case.opened", "note.written")
    with as_agency(agency, at=AT):
        reading("case", about=uuid7(), by=place.officer.id, agency=agency, at=AT)
    assert linked(agency) == 3
    assert linked(agency) == 0
    assert verdict(agency).linked >= before
    assert verdict(agency).faults == verdict(agency, "readings").faults == ()
    assert verdict(agency).waiting == 0


def test_rows_that_wait_for_their_link_are_reported(place: Town) -> None:
    linked(place.police.id)
    written(place.police.id, "case.opened")
    assert verdict(place.police.id).waiting == 1


def test_an_edited_row_is_found(place: Town, owner: Any) -> None:
    written(place.police.id, "case.opened", "note.written")
    linked(place.police.id)
    assert verdict(place.police.id).faults == ()
    owner.execute(
        "update ledger_entry set kind = 'case.closed' where id = %s", [rows(owner, place.police.id)[0]]
    )
    assert "was changed" in verdict(place.police.id).faults[0]


def test_a_row_that_is_gone_is_found(place: Town, owner: Any) -> None:
    written(place.police.id, "case.opened", "note.written")
    linked(place.police.id)
    owner.execute("delete from ledger_entry where id = %s", [rows(owner, place.police.id)[0]])
    assert "is gone" in verdict(place.police.id).faults[0]


def test_two_rows_that_changed_places_are_found(place: Town, owner: Any) -> None:
    written(place.police.id, "case.opened", "note.written")
    linked(place.police.id)
    one, two, *_rest = rows(owner, place.police.id)
    for old, new in ((one, -one), (two, one), (-one, two)):
        owner.execute("update ledger_entry set id = %s where id = %s", [new, old])
    assert verdict(place.police.id).faults


def test_a_link_that_is_missing_is_found(place: Town, owner: Any) -> None:
    written(place.police.id, "case.opened", "note.written", "case.closed")
    linked(place.police.id)
    owner.execute(
        "delete from ledger_link where agency_id = %s and stream = 'entries' and number = 2",
        [place.police.id],
    )
    assert any("missing" in fault for fault in verdict(place.police.id).faults)


def test_a_row_that_commits_late_is_linked_after_and_never_lost(place: Town, database: str) -> None:
    agency = place.police.id
    linked(agency)
    insert = (
        "insert into ledger_entry (agency_id, kind, about, at, digest, xid) "
        "values (%s, 'case.opened', %s, %s, '', pg_current_xact_id())"
    )
    with psycopg.connect(database) as slow:
        slow.execute("select set_config('app.agency', %s, true)", [str(agency)])
        slow.execute(insert, [agency, uuid7(), AT])
        written(agency, "note.written")
        assert linked(agency) == 0, "nothing settles while an earlier transaction may still commit"
        slow.commit()
    assert linked(agency) == 2
    with as_agency(agency, at=AT):
        order = list(
            Link.objects.filter(agency_id=agency, stream="entries")
            .order_by("number")
            .values_list("row_id", flat=True)
        )
    assert order[-2] < order[-1]
    assert verdict(agency).faults == ()


def test_one_agency_cannot_read_anothers_ledger(place: Town) -> None:
    written(place.police.id, "case.opened")
    with as_agency(place.advocates.id, at=AT):
        assert chain(place.police.id) == 0
        assert verify(place.police.id, "entries") == Verdict(place.police.id, "entries", 0, 0, ())
