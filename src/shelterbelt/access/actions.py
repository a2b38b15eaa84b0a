"""Open and close worker accounts, and sign in to the demonstration. Refuses demo links outside the demo county."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from shelterbelt.access.models import DemoLink, Worker
from shelterbelt.access.policy import ROLES
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record
from shelterbelt.store.ids import uuid7


def open_account(
    *, agency: Agency, code: str, name: str, roles: Sequence[str], unit: Unit | None = None, at: datetime
) -> Worker:
    """A worker's account, without a password."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles: {sorted(unknown)}")
    worker_id, key = uuid7(), new_key(agency.id)
    worker = Worker(id=worker_id, agency=agency, unit=unit, code=code, roles=list(roles), key=key)
    worker.sealed = seal(key, agency.id, {"name": name}, about=worker_id)
    worker.set_unusable_password()
    worker.save(force_insert=True)
    record("account.opened", about=worker_id, by=None, agency=agency.id, at=at)
    return worker


def make_demo_link(worker: Worker, *, at: datetime) -> str:
    """A fresh token that signs in as this worker of a fictional agency; only its digest is kept."""
    if not worker.agency.fictional:
        raise ValueError("demo links exist for fictional agencies only")
    token = secrets.token_urlsafe(24)
    DemoLink.objects.filter(worker=worker).delete()
    DemoLink.objects.create(digest=hashlib.sha256(token.encode()).digest(), worker=worker, made_at=at)
    return token
