"""The cast and their town, built only through actions: every test has agencies of its own, so tests never meet."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shelterbelt import sealing
from shelterbelt.access.actions import open_account
from shelterbelt.access.models import Tries, Worker
from shelterbelt.agencies.models import Agency, Node, Unit
from shelterbelt.store.asker import as_agency, signing_in

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PROTOCOLS = {
    "police": "demo_county/police",
    "advocates": "demo_county/victim_service",
    "shelter": "demo_county/victim_service",
    "hospital": "demo_county/hospital",
}


# What the test that runs has made so far; see `leave`.
_made: list[Agency] = []


@dataclass
class Town:
    """Agencies and workers of one test, all held by this node."""

    police: Agency
    patrol: Unit
    detectives: Unit
    advocates: Agency
    shelter: Agency
    hospital: Agency
    prosecutor: Agency
    probation: Agency
    court: Agency
    council: Agency
    officer: Worker
    officer_two: Worker
    detective: Worker
    supervisor: Worker
    advocate: Worker
    shelter_worker: Worker
    nurse: Worker
    prosecutor_worker: Worker
    probation_officer: Worker
    court_clerk: Worker
    coordinator: Worker
    administrator: Worker
    reviewer: Worker
    records_officer: Worker
    advocates_administrator: Worker
    advocates_records: Worker
    uninvited: Worker


def this_node() -> Node:
    """This test node's own row, made once for a database."""
    found = Node.objects.filter(is_self=True).first()
    if found:
        return found
    keys = sealing.keyring().public_keys()
    return Node.objects.create(
        name="here", address="http://localhost:1", sign_key=keys.sign, seal_key=keys.seal, is_self=True
    )


def agency(kind: str) -> Agency:
    """A new agency of a kind, with keys of its own."""
    made = Agency.objects.create(
        node=this_node(),
        name=f"{kind.title()} of {secrets.token_hex(4)}",
        kind=kind,
        protocol=PROTOCOLS.get(kind, ""),
        time_zone="America/Chicago",
        duty_phone="555-0142",
        fictional=True,
    )
    with no_waiting():
        sealing.keyring().add_holder(made.id)
    _made.append(made)
    return made


def arrive() -> None:
    """A test begins: what longer-living fixtures made before it stays."""
    _made.clear()


def leave() -> None:
    """A test ends: its agencies go to a node that nobody knows, so that no later test walks over them or offers them.

    Failed sign-ins are forgotten: they were made today, and would lock this address out in the year of a stopped clock.
    """
    with signing_in(at=AT):
        Tries.objects.all().delete()
    if _made:
        away, _new = Node.objects.get_or_create(
            name="away", defaults={"address": "http://localhost:2", "sign_key": b"", "seal_key": b""}
        )
        Agency.objects.filter(id__in=[one.id for one in _made]).update(node=away)
        _made.clear()


@contextmanager
def no_waiting() -> Iterator[None]:
    """Key files of a test's agencies need no disk to be sure of them: a town is made in a fraction of the time."""
    before = os.fsync
    os.fsync = lambda _handle: None
    try:
        yield
    finally:
        os.fsync = before


def worker(of: Agency, role: str, unit: Unit | None = None, at: datetime = AT) -> Worker:
    """A new worker with one role (or none, for an empty word)."""
    code = f"{role or 'none'}-{secrets.token_hex(4)}"
    with as_agency(of.id, at=at):
        return open_account(
            agency=of, code=code, name=f"Robin {code}", roles=[role] if role else [], unit=unit, at=at
        )


def town() -> Town:
    """A town of its own for one test."""
    a = {kind: agency(kind) for kind in PROTOCOLS} | {
        kind: agency(kind) for kind in ("prosecutor", "probation", "court", "council")
    }
    patrol = Unit.objects.create(agency=a["police"], code="patrol", name="Patrol")
    detectives = Unit.objects.create(agency=a["police"], code="detectives", name="Detectives")
    return Town(
        **a,
        patrol=patrol,
        detectives=detectives,
        officer=worker(a["police"], "officer", patrol),
        officer_two=worker(a["police"], "officer", patrol),
        detective=worker(a["police"], "detective", detectives),
        supervisor=worker(a["police"], "supervisor", detectives),
        advocate=worker(a["advocates"], "advocate"),
        shelter_worker=worker(a["shelter"], "shelter_worker"),
        nurse=worker(a["hospital"], "nurse"),
        prosecutor_worker=worker(a["prosecutor"], "prosecutor"),
        probation_officer=worker(a["probation"], "probation_officer"),
        court_clerk=worker(a["court"], "court_clerk"),
        coordinator=worker(a["council"], "coordinator"),
        administrator=worker(a["police"], "administrator"),
        reviewer=worker(a["police"], "reviewer"),
        records_officer=worker(a["police"], "records_officer"),
        advocates_administrator=worker(a["advocates"], "administrator"),
        advocates_records=worker(a["advocates"], "records_officer"),
        uninvited=worker(a["police"], ""),
    )
