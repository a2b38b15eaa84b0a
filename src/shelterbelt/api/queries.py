"""Reading about an agency's programs. Their secrets are not there to be read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from shelterbelt.access.models import Worker
from shelterbelt.access.policy import PROGRAM
from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.access.words import ROLE_WORDS
from shelterbelt.api.models import Client
from shelterbelt.api.policy import MANAGE_CLIENTS
from shelterbelt.api.words import SCOPE_WORDS


@dataclass(frozen=True)
class ProgramFace:
    """A program as its agency's administrator sees it."""

    ref: str
    name: str
    code: str
    roles: tuple[Any, ...]
    scopes: tuple[Any, ...]
    made_at: datetime
    last_at: datetime | None
    revoked_at: datetime | None


def clients(*, by: Worker, at: datetime) -> list[ProgramFace]:
    """Every program of the agency: those that are let in first, then by age."""
    rows = visible(by, MANAGE_CLIENTS, Client.objects.select_related("worker"), at=at)
    rows = rows.annotate(last_at=Max("tokens__from_at")).order_by("revoked_at", "-made_at")
    return sorted((_face(row) for row in rows), key=lambda face: face.revoked_at is not None)


def client_by_ref(ref: str, *, by: Worker, at: datetime) -> Client:
    """The program behind its public name, if the asker keeps programs; refused otherwise."""
    rows = visible(by, MANAGE_CLIENTS, Client.objects.select_related("worker", "agency"), at=at)
    found: Client | None = rows.filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def client_face(row: Client) -> ProgramFace:
    """One program."""
    return _face(row)


def _face(row: Client) -> ProgramFace:
    return ProgramFace(
        ref=row.ref,
        name=name_of(row.worker),
        code=row.worker.code,
        roles=tuple(ROLE_WORDS[role] for role in row.worker.roles if role in ROLE_WORDS and role != PROGRAM),
        scopes=tuple(SCOPE_WORDS[scope] for scope in row.scopes if scope in SCOPE_WORDS),
        made_at=row.made_at,
        last_at=getattr(row, "last_at", None),
        revoked_at=row.revoked_at,
    )
