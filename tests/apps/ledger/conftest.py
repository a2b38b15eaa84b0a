"""What tests of the ledger share: lines to write, and somebody with the owner's rights who can step round the triggers."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.world import AT, Town

from shelterbelt.config.postgres import as_role
from shelterbelt.ledger.actions import record
from shelterbelt.ledger.chain import chain
from shelterbelt.ledger.logs import Log
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


@pytest.fixture
def police(place: Town) -> Log:
    """A ledger that shows its growth as it grows."""
    return Log(place.police.id, place.police.name, place.police.ref, daily=False)


@pytest.fixture
def advocates(place: Town) -> Log:
    """A ledger that shows its growth once a day, padded."""
    return Log(place.advocates.id, place.advocates.name, place.advocates.ref, daily=True)


@pytest.fixture
def written(node: None) -> Callable[..., list[UUID]]:
    """Write an entry of each kind, each in a transaction of its own; gives what they are about."""

    def write(agency: UUID, *kinds: str) -> list[UUID]:
        told = []
        for kind in kinds:
            with as_agency(agency, at=AT):
                told.append(uuid7())
                record(kind, about=told[-1], by=None, agency=agency, at=AT, digest=b"some digest")
        return told

    return write


@pytest.fixture
def linked(node: None) -> Callable[[UUID], int]:
    """Add what is settled to the tree."""

    def link(agency: UUID) -> int:
        with as_agency(agency, at=AT):
            return chain(agency)

    return link


@pytest.fixture
def verdict(node: None) -> Callable[..., Verdict]:
    """Verify one ledger."""

    def judge(agency: UUID, *outside: Any) -> Verdict:
        with as_agency(agency, at=AT):
            return verify(agency, outside)

    return judge
