"""The cast and their town, built only through actions: every test has agencies of its own, so tests never meet."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from shelterbelt import sealing
from shelterbelt.access.actions import open_account
from shelterbelt.access.models import Tries, Worker, WorkerToken
from shelterbelt.agencies.models import Agency, Node, Unit
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.agencies.tokens import search_texts
from shelterbelt.ledger.actions import record_each
from shelterbelt.store.asker import as_agency, set_asker, signing_in
from shelterbelt.store.ids import uuid7

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
    return agencies(kind)[0]


def agencies(*kinds: str) -> list[Agency]:
    """A new agency of each kind."""
    here = this_node()
    made = Agency.objects.bulk_create(
        Agency(
            node=here,
            name=f"{kind.title()} of {secrets.token_hex(4)}",
            kind=kind,
            protocol=PROTOCOLS.get(kind, ""),
            time_zone="America/Chicago",
            duty_phone="555-0142",
            fictional=True,
        )
        for kind in kinds
    )
    with no_waiting():
        for one in made:
            sealing.keyring().add_holder(one.id)
    _made.extend(made)
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
        _forget_keys()
        _made.clear()


def _forget_keys() -> None:
    """Takes the keys of these agencies off the disk: a holder that is looked for is looked for among all of them."""
    ring, gone = sealing.keyring(), {str(one.id) for one in _made}
    for one in _made:
        ring._holders.pop(one.id, None)
    for room in ("holders", "indexes", "slots", "checks"):
        for path in os.scandir(ring._keys.path / room):
            if path.name[:36] in gone:
                os.unlink(path.path)


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


# Who works in a town: the name in `Town`, the agency, the role, the unit.
CAST = (
    ("officer", "police", "officer", "patrol"),
    ("officer_two", "police", "officer", "patrol"),
    ("detective", "police", "detective", "detectives"),
    ("supervisor", "police", "supervisor", "detectives"),
    ("advocate", "advocates", "advocate", ""),
    ("shelter_worker", "shelter", "shelter_worker", ""),
    ("nurse", "hospital", "nurse", ""),
    ("prosecutor_worker", "prosecutor", "prosecutor", ""),
    ("probation_officer", "probation", "probation_officer", ""),
    ("court_clerk", "court", "court_clerk", ""),
    ("coordinator", "council", "coordinator", ""),
    ("administrator", "police", "administrator", ""),
    ("reviewer", "police", "reviewer", ""),
    ("records_officer", "police", "records_officer", ""),
    ("advocates_administrator", "advocates", "administrator", ""),
    ("advocates_records", "advocates", "records_officer", ""),
    ("uninvited", "police", "", ""),
)


def town() -> Town:
    """A town of its own for one test, in one transaction: row by row what `worker` does (tests/apps/test_world.py)."""
    kinds = (*PROTOCOLS, "prosecutor", "probation", "court", "council")
    with transaction.atomic(), no_waiting():
        a = dict(zip(kinds, agencies(*kinds), strict=True))
        units = {
            one.code: one
            for one in Unit.objects.bulk_create(
                Unit(agency=a["police"], code=code, name=code.title()) for code in ("patrol", "detectives")
            )
        }
        workers = {name: _account(a[of], role, units.get(unit)) for name, of, role, unit in CAST}
        for one in a.values():
            _opened(one, [worker for worker in workers.values() if worker.agency_id == one.id])
        set_asker(None, None, None)
    return Town(**a, **units, **workers)  # type: ignore[arg-type]


def _account(of: Agency, role: str, unit: Unit | None) -> Worker:
    """An account that `_opened` writes down."""
    made, key = uuid7(), new_key(of.id)
    code = f"{role or 'none'}-{secrets.token_hex(4)}"
    row = Worker(id=made, agency=of, unit=unit, code=code, roles=[role] if role else [], key=key)
    row.sealed = seal(key, of.id, {"name": f"Robin {code}"}, about=made)
    row.set_unusable_password()
    return row


def _opened(of: Agency, workers: Sequence[Worker]) -> None:
    """Accounts of one new agency, which knows nobody yet whom they could be: findable, and in its ledger."""
    set_asker(of.id, None, AT)
    Worker.objects.bulk_create(workers)
    ring = sealing.keyring()
    WorkerToken.objects.bulk_create(
        WorkerToken(
            agency_id=of.id, worker_id=one.id, kind=text.partition(":")[0], token=ring.index_token(of.id, text)
        )
        for one in workers
        for text in sorted(search_texts({"name": f"Robin {one.code}"}))
    )  # fmt: skip
    record_each("account.opened", [(one.id, None) for one in workers], agency=of.id, at=AT)
