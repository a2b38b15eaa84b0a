"""Reading about workers. Starts from the reader's own agency; row-level security stands under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from shelterbelt.access.models import Alert, Enrolment, Session, Worker
from shelterbelt.access.policy import MANAGE_ACCOUNTS, SEE_ALERTS
from shelterbelt.access.rules import NotForYou, Permission, by_ref, visible
from shelterbelt.access.words import ALERT_WORDS, FACTOR_WORDS, ROLE_WORDS
from shelterbelt.agencies.sealed import opened_under
from shelterbelt.store.questions import question

ALERTS_SHOWN = 100


def name_of(worker: Worker) -> str:
    """A worker's name, opened for a reader of the same agency."""
    return str(opened_under(worker.key, worker.id, worker.agency_id, worker.sealed).get("name", worker.code))


Names = dict[UUID | None, str]


def names_of(ids: Iterable[UUID | None]) -> Names:
    """Names of workers by id; workers whom the asking agency may not see are left out. Where there is no id, there is no name."""
    wanted = sorted({i for i in ids if i})
    return {w.id: name_of(w) for w in _named(wanted)} if wanted else {}


@question
def _named(ids: list[UUID]) -> QuerySet[Worker]:
    return Worker.objects.filter(id__any=ids)


@dataclass(frozen=True)
class Account:
    """A worker's account as its administrator sees it: nothing of what the worker does."""

    ref: str
    code: str
    name: str
    roles: tuple[Any, ...]
    unit: str
    active: bool
    last_login: datetime | None
    factors: tuple[Any, ...]
    mine: bool


def accounts(*, by: Worker, at: datetime) -> list[Account]:
    """Every account of the agency: the open ones first, then by code."""
    found = visible(by, MANAGE_ACCOUNTS, Worker.objects.select_related("unit"), at=at)
    rows = list(found.order_by("-is_active", "code"))
    kinds: dict[UUID, set[str]] = {}
    for user, kind in Authenticator.objects.filter(user__in=rows).values_list("user_id", "type"):
        kinds.setdefault(user, set()).add(kind)
    return [_account(row, kinds.get(row.id, set()), by) for row in rows]


def account_of(worker: Worker, *, by: Worker) -> Account:
    """One account."""
    kinds = Authenticator.objects.filter(user_id=worker.id).values_list("type", flat=True)
    return _account(worker, set(kinds), by)


def _account(worker: Worker, kinds: set[str], by: Worker) -> Account:
    return Account(
        ref=worker.ref,
        code=worker.code,
        name=name_of(worker),
        roles=tuple(ROLE_WORDS[role] for role in worker.roles if role in ROLE_WORDS),
        unit=worker.unit.name if worker.unit else "",
        active=worker.is_active,
        last_login=worker.last_login,
        factors=tuple(word for kind, word in FACTOR_WORDS.items() if kind in kinds),
        mine=worker.id == by.id,
    )


def details_of(worker: Worker) -> dict[str, Any]:
    """What is known of a worker, as the form that changes it begins."""
    told = opened_under(worker.key, worker.id, worker.agency_id, worker.sealed)
    return {
        "name": told.get("name", ""),
        "other_names": ", ".join(told.get("other_names", ())),
        "born_on": date.fromisoformat(told["born_on"]) if told.get("born_on") else None,
        "phone": next(iter(told.get("phones", ())), ""),
    }


def worker_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = MANAGE_ACCOUNTS) -> Worker:
    """The worker behind a reference, if the asker may look after their account; refused otherwise."""
    return by_ref(_worker_rows, permission, ref, by=by, at=at)


def _worker_rows() -> QuerySet[Worker]:
    return Worker.objects.select_related("unit", "agency")


def resets_waiting(*, by: Worker, at: datetime) -> list[tuple[Worker, Enrolment]]:
    """Whose lost sign-in waits for a second person; never what one asked for oneself, nor one's own."""
    rows = Enrolment.objects.filter(agency_id=by.agency_id, digest=None).exclude(asked_by=by.id)
    return [
        (e.worker, e) for e in rows.exclude(worker_id=by.id).select_related("worker").order_by("asked_at")
    ]


@dataclass(frozen=True)
class Warned:
    """An alert in words."""

    ref: str
    who: str
    words: Any
    at: datetime
    by: str
    seen_at: datetime | None
    seen_by: str


def alerts(*, by: Worker, at: datetime) -> list[Warned]:
    """What stood out about accounts lately, the newest first; never about the reader."""
    rows = visible(by, SEE_ALERTS, Alert.objects.all(), at=at).exclude(worker_id=by.id)
    shown = list(rows.order_by("-at")[:ALERTS_SHOWN])
    names = names_of(i for row in shown for i in (row.worker_id, row.by, row.seen_by))
    return [
        Warned(
            row.ref,
            names.get(row.worker_id, ""),
            ALERT_WORDS.get(row.kind, row.kind),
            row.at,
            names.get(row.by, ""),
            row.seen_at,
            names.get(row.seen_by, ""),
        )
        for row in shown
    ]


def alert_by_ref(ref: str, *, by: Worker, at: datetime) -> Alert:
    """One alert, unless it is about the reader."""
    rows = visible(by, SEE_ALERTS, Alert.objects.all(), at=at)
    found = rows.exclude(worker_id=by.id).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def session_by_ref(ref: str, *, by: Worker) -> Session:
    """One of the asker's own sessions."""
    found = Session.objects.filter(worker_id=by.id, ref=ref).first()
    if found is None:
        raise NotForYou
    return found
