"""How much one worker may take out in a day. Refuses what goes beyond it, and tells somebody else.

Counted are different things, by keyed digests: the same page looked at twice is counted once, and the table does
not say what was seen.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import digest
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from shelterbelt import sealing
from shelterbelt.access.models import Alert, Enrolment, Look, Worker
from shelterbelt.ledger.actions import record

# What is added is not yet seen by the count beside it: together they are how many there are now.
COUNT = """
with added as (
  insert into access_look (agency_id, worker_id, kind, slot, digest)
  select %(agency)s, %(worker)s, %(kind)s, %(slot)s, unnest(%(marks)s::bytea[]) on conflict do nothing returning 1
)
select (select count(*) from added) + (select count(*) from (
  select 1 from access_look where worker_id = %(worker)s and kind = %(kind)s and slot = %(slot)s limit %(most)s) before)
"""
ROWS, FILES, CASES = "rows", "files", "cases"


class OverBudget(Exception):
    """More than a worker takes out in a day; the door answers in a plain sentence and tells the reviewer."""


def require_budget(by: Worker, things: Iterable[UUID], *, what: str, at: datetime) -> None:
    """Count what leaves with this answer (`rows` of lists and searches, `files`), or refuse all of it."""
    allowed = budget_of(by, what)
    if _count(by, things, what, _day(by, at), up_to=allowed) > allowed:
        raise OverBudget(what)


def looked(by: Worker, case_id: UUID, *, at: datetime) -> None:
    """Count a case that was opened; unusually many different ones in an hour are shown to somebody else."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if _count(by, [case_id], CASES, hour, up_to=settings.CASES_AN_HOUR) > settings.CASES_AN_HOUR:
        alert("many_cases", by, at=at, once=True)


def budget_of(by: Worker, what: str) -> int:
    """The largest budget among the worker's roles."""
    budgets: dict[str, int] = settings.EXPORT_BUDGETS[what]
    return max((budgets[role] for role in by.roles if role in budgets), default=budgets["default"])


def note_refusal(by: Worker, *, at: datetime) -> None:
    """Write down that somebody wanted more than their budget; after the refused request was undone."""
    record("export.refused", about=by.id, by=by.id, agency=by.agency_id, at=at)
    alert("export_refused", by, at=at, once=True)


def alert(kind: str, worker: Worker, *, at: datetime, by: UUID | None = None, once: bool = False) -> None:
    """Show something about an account to those who watch over accounts; `once` a day for each worker."""
    rows = Alert.objects.filter(worker_id=worker.id, kind=kind, at__gt=at - timedelta(days=1))
    if not (once and rows.exists()):
        Alert.objects.create(agency_id=worker.agency_id, worker_id=worker.id, kind=kind, by=by, at=at)


def forget(*, at: datetime) -> None:
    """Take away counts of days that are over, and codes that no longer work; the daily job asks for each agency."""
    Look.objects.filter(slot__lt=at - timedelta(days=2)).delete()
    Enrolment.objects.filter(asked_at__lt=at - timedelta(days=2)).delete()


def _day(by: Worker, at: datetime) -> datetime:
    local = at.astimezone(ZoneInfo(by.agency.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _count(by: Worker, things: Iterable[UUID], kind: str, slot: datetime, *, up_to: int) -> int:
    """How many different things it is now; counted no further than just past what is allowed."""
    key = sealing.keyring().index_token(by.agency_id, f"look:{by.id}")
    marks = sorted({digest(key, thing.bytes, "sha256")[:16] for thing in things})
    if not marks:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "agency": by.agency_id,
                "worker": by.id,
                "kind": kind,
                "slot": slot,
                "marks": marks,
                "most": up_to + 1,
            },
        )
        return int(cursor.fetchone()[0])
