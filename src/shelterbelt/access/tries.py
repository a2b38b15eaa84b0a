"""Every "not found" leaves one line, at one cost, whatever was there or not. A job finds out later which of them met a wall.

Refuses to keep what was typed: a reference is there as a keyed digest only. Refuses to tell anybody but the reviewer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Max, Q
from django.http import HttpRequest

from shelterbelt import sealing
from shelterbelt.access.models import Bar, Missed, Worker
from shelterbelt.access.policy import SEE_TRIES
from shelterbelt.access.queries import Names, names_of
from shelterbelt.access.rules import restrictions_before, visible, walls_before
from shelterbelt.access.words import ROUTE_WORDS
from shelterbelt.store.asker import as_agency

MARK_SIZE = 16
AT_ONCE = 2000
KEPT = timedelta(days=30)
KEPT_MET = timedelta(days=365)
NOTHING, WALL, RESTRICTED = "nothing", "wall", "restricted"
# Asking to break glass is the open way to a restricted file; only a wall makes it a try.
OPEN_WAYS = ("glass",)


def note(by: Worker, route: str, ref: str, *, at: datetime) -> None:
    """Write down that this worker asked for this and was told that there is no such page."""
    mark = _mark(by.agency_id, ref)
    Missed.objects.create(agency_id=by.agency_id, worker_id=by.id, route=route[:60], mark=mark, at=at)


def note_request(by: Worker, request: HttpRequest, *, at: datetime) -> None:
    """The same for a request: the name of its route and the reference in its address."""
    match = request.resolver_match
    given: dict[str, Any] = match.kwargs if match else {}
    note(by, (match.url_name or "") if match else "", str(given.get("ref", "")), at=at)


def resolve(agency: UUID, *, at: datetime) -> int:
    """Say of the lines that nobody has looked at what they met; returns how many met something. Asked by a job."""
    waiting = list(Missed.objects.filter(agency_id=agency, met="").order_by("id")[:AT_ONCE])
    found = 0
    for worker in Worker.objects.filter(id__in={row.worker_id for row in waiting}):
        rows = [row for row in waiting if row.worker_id == worker.id]
        found += _judge(worker, rows, at=at)
    return found


def _judge(worker: Worker, rows: list[Missed], *, at: datetime) -> int:
    walls = _marks(worker, Bar.objects.filter(walls_before(worker)), at=at)
    closed = _marks(worker, Bar.objects.filter(restrictions_before(worker, at)), at=at)
    met: dict[str, list[int]] = {NOTHING: [], WALL: [], RESTRICTED: []}
    for row in rows:
        mark = bytes(row.mark)
        shut = mark in closed and row.route not in OPEN_WAYS
        met[WALL if mark in walls else RESTRICTED if shut else NOTHING].append(row.id)
    for what, ids in met.items():
        Missed.objects.filter(id__in=ids).update(met=what)
    return len(met[WALL]) + len(met[RESTRICTED])


def _marks(worker: Worker, bars: Any, *, at: datetime) -> set[bytes]:
    """The marks of everything that these bars hide, by the references that addresses carry."""
    things: dict[UUID, list[UUID]] = {}
    for holder, thing in bars.values_list("agency_id", "thing_id").distinct():
        things.setdefault(holder, []).append(thing)
    marks = set()
    for holder, ids in things.items():
        with as_agency(holder, at=at):
            marks |= {_mark(worker.agency_id, ref) for ref in _references(ids)}
    return marks


def _references(things: list[UUID]) -> Iterator[str]:
    """The references of everything that is about these things, in whichever table it lies."""
    for model in apps.get_models():
        columns: tuple[str, ...] = getattr(model, "bars", ())
        if columns and any(field.attname == "ref" for field in model._meta.concrete_fields):
            about = Q()
            for column in columns:
                about |= Q(**{f"{column}__in": things})
            yield from model._default_manager.filter(about).values_list("ref", flat=True)


def _mark(agency: UUID, ref: str) -> bytes:
    return sealing.keyring().index_token(agency, f"try:{ref}")[:MARK_SIZE]


@dataclass(frozen=True)
class Tried:
    """Somebody asked for one thing that is closed to them: how often, and when last. It does not say what it was."""

    who: str
    what: Any
    met: str
    times: int
    last_at: datetime


def tries_met(*, by: Worker, at: datetime) -> list[Tried]:
    """Who asked lately for what is behind a wall or restricted, thing by thing, the newest first; for the reviewer."""
    rows = visible(by, SEE_TRIES, Missed.objects.all(), at=at).filter(met__in=[WALL, RESTRICTED])
    lines = rows.values("worker_id", "mark", "met").annotate(
        times=Count("id"), last_at=Max("at"), route=Max("route")
    )
    shown: list[Any] = list(lines.order_by("-last_at")[:100])
    names = names_of(line["worker_id"] for line in shown)
    return [_tried(line, names) for line in shown]


def _tried(line: dict[str, Any], names: Names) -> Tried:
    what = ROUTE_WORDS.get(line["route"], ROUTE_WORDS[""])
    return Tried(names.get(line["worker_id"], ""), what, line["met"], line["times"], line["last_at"])


def forget(*, at: datetime) -> None:
    """Take away lines that are too old to matter; the daily job asks for each agency."""
    Missed.objects.filter(at__lt=at - KEPT, met=NOTHING).delete()
    Missed.objects.filter(at__lt=at - KEPT_MET).delete()
