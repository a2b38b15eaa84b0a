"""Let programs in and end that. A secret is shown once; closing a program's account ends its tokens in the same act."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from shelterbelt.access.actions import close_account, open_account
from shelterbelt.access.exports import alert
from shelterbelt.access.models import Worker
from shelterbelt.access.policy import PROGRAM, clash, roles_in
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.api.models import Client, Token
from shelterbelt.api.policy import MANAGE_CLIENTS, SCOPES
from shelterbelt.api.tokens import LASTS, digest_of, new_secret
from shelterbelt.ledger.actions import record
from shelterbelt.store.asker import set_asker
from shelterbelt.store.ids import new_ref

KEPT = timedelta(hours=1)
NOT_FOR_PROGRAMS = ("administrator", "reviewer")


class NotGiven(ValueError):
    """Roles or scopes that a program cannot have."""


def roles_for_programs(kind: str) -> tuple[str, ...]:
    """The roles that a program of an agency of this kind may have."""
    return tuple(role for role in roles_in(kind) if role not in NOT_FOR_PROGRAMS)


def add_client(
    agency: Agency,
    *,
    name: str,
    roles: Sequence[str],
    scopes: Sequence[str],
    unit: Unit | None = None,
    by: Worker | None,
    at: datetime,
) -> tuple[Client, str]:
    """A program with an account of its own, and its secret, shown this once. The operator's command has no `by`."""
    if by is not None:
        require(by, MANAGE_CLIENTS, at=at)
    if by is not None and by.agency_id != agency.id:
        raise NotForYou
    _refuse(agency, roles, scopes)
    code = f"program-{new_ref().lower().replace('_', '').replace('-', '')[:10]}"
    worker = open_account(agency=agency, code=code, name=name, roles=[*roles, PROGRAM], unit=unit, at=at)
    secret = new_secret()
    client = Client.objects.create(
        agency=agency,
        worker=worker,
        secret=make_password(secret),
        scopes=sorted(set(scopes)),
        made_at=at,
        made_by=by.id if by else None,
    )
    record("client.added", about=worker.id, by=by.id if by else None, agency=agency.id, at=at)
    alert("client_added", worker, by=by.id if by else None, at=at)
    return client, secret


def _refuse(agency: Agency, roles: Sequence[str], scopes: Sequence[str]) -> None:
    if not roles or not set(roles) <= set(roles_for_programs(agency.kind)) or clash(roles):
        raise NotGiven("roles")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise NotGiven("scopes")


def revoke_client(client: Client, *, by: Worker | None, at: datetime) -> None:
    """Close the program's account: its tokens end in this transaction."""
    if by is not None:
        require(by, MANAGE_CLIENTS, client, at=at)
    worker = Worker.objects.get(id=client.worker_id)
    close_account(worker, by=by, at=at)


def end_client_of(worker_id: UUID, at: datetime) -> None:
    """An account closes: if it is a program's, its secret and its tokens are worth nothing from now on."""
    for client in Client.objects.select_for_update().filter(worker_id=worker_id, revoked_at=None):
        client.revoked_at = at
        client.save(update_fields=["revoked_at"])
        record("client.revoked", about=worker_id, by=None, agency=client.agency_id, at=at)
    Token.objects.filter(worker_id=worker_id).delete()


def issue_token(
    public: str, secret: str, scopes: Sequence[str] | None, *, at: datetime
) -> tuple[str, list[str]]:
    """A token for the program of this name and secret: raises NotGiven("client") or NotGiven("scope"), after equal work."""
    client = Client.objects.filter(ref=public).first()
    fits = check_password(secret, client.secret) if client else not make_password(secret)
    if client is None or not fits or client.revoked_at is not None:
        raise NotGiven("client")
    given = sorted(set(client.scopes if scopes is None else scopes))
    if not given or not set(given) <= set(client.scopes):
        raise NotGiven("scope")
    set_asker(client.agency_id, client.worker_id, at)
    if not Worker.objects.filter(id=client.worker_id, is_active=True).exists():
        raise NotGiven("client")
    Token.objects.filter(client=client, until_at__lt=at - KEPT).delete()
    token = new_secret()
    Token.objects.create(
        digest=digest_of(token),
        agency_id=client.agency_id,
        client=client,
        worker_id=client.worker_id,
        scopes=given,
        from_at=at,
        until_at=at + LASTS,
    )
    record("token.issued", about=client.worker_id, by=client.worker_id, agency=client.agency_id, at=at)
    return token, given
