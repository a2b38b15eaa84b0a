"""Reading who is under supervision and how conditions are kept: the gravest first, occasion by occasion. Names no survivor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import Permission, by_ref, visible
from shelterbelt.agencies.sealed import opened_under
from shelterbelt.library import shelf
from shelterbelt.library.detained import detained
from shelterbelt.orders.models import Order
from shelterbelt.orders.queries import orders_of_person
from shelterbelt.orders.words import KINDS
from shelterbelt.people.queries import name_of
from shelterbelt.rules.compliance import OVER, STATES, Glance, glance
from shelterbelt.rules.compliance import UNKNOWN as NOT_WRITTEN
from shelterbelt.rules.detention import Held
from shelterbelt.supervision.facts import conditions_of, lines_about, occasions_of, standing
from shelterbelt.supervision.models import Condition, Occasion, Supervision
from shelterbelt.supervision.policy import SEE_SUPERVISION

MOST = 300


@dataclass(frozen=True)
class Entry:
    """One occasion as it holds now, with what was written about it before; `later` ones are corrections."""

    planned_at: datetime
    outcome: str
    recorded_at: datetime
    by: str
    words: str
    before: tuple[tuple[str, datetime, str, str], ...]


@dataclass(frozen=True)
class Kept:
    """One condition at a glance. `asks_at`: the occasion that is to be written about now, none where there is none."""

    row: Condition
    label: str
    words: str
    glance: Glance
    entries: tuple[Entry, ...]
    asks_at: datetime | None


@dataclass(frozen=True)
class Supervised:
    """Somebody under supervision as a list shows them."""

    row: Supervision
    name: str
    gravest: str
    grave: int
    asks: int


@dataclass(frozen=True)
class Whole:
    """Everything on one page about somebody under supervision."""

    row: Supervision
    name: str
    words: str
    officer: str
    kept: tuple[Kept, ...]
    detained: Held | None


def supervised(by: Worker, *, at: datetime) -> list[Supervised]:
    """Everybody under supervision of this agency, the gravest first."""
    rows = visible(by, SEE_SUPERVISION, Supervision.objects.filter(ended_at=None), at=at)
    found = [_supervised(row, at=at) for row in rows.select_related("person").order_by("from_at")[:MOST]]
    return sorted(found, key=lambda one: (STATES.index(one.gravest), -one.grave, one.name))


def supervision_by_ref(ref: str, permission: Permission, *, by: Worker, at: datetime) -> Supervision:
    """One supervision, if this worker may have it; refused otherwise."""
    return by_ref(_supervision_rows, permission, ref, by=by, at=at)


def _supervision_rows() -> QuerySet[Supervision]:
    return Supervision.objects.select_related("person", "agency")


def condition_by_ref(ref: str, permission: Permission, *, by: Worker, at: datetime) -> Condition:
    """One condition, if this worker may have it; refused otherwise."""
    return by_ref(_condition_rows, permission, ref, by=by, at=at)


def _condition_rows() -> QuerySet[Condition]:
    return Condition.objects.select_related("supervision", "supervision__person", "supervision__agency")


def whole(row: Supervision, *, at: datetime) -> Whole:
    """One page: conditions with their occasions, and whether they are detained, where anything was heard of that."""
    lines = lines_about(row.person_id, agency=row.agency_id)
    told = opened_under(row.key, row.id, row.agency_id, row.sealed)
    return Whole(
        row=row,
        name=name_of(row.person),
        words=told["words"],
        officer=names_of([row.officer_id]).get(row.officer_id, ""),
        kept=kept_of(row, at=at),
        detained=standing(lines, at=at) if lines else None,
    )


def kept_of(row: Supervision, *, at: datetime) -> tuple[Kept, ...]:
    """Each condition as it stands, the gravest first."""
    conditions = {str(one.id): one for one in Condition.objects.filter(supervision=row)}
    written = _written(conditions)
    rows = [one for many in written.values() for one in many]
    found = glance(conditions_of(conditions.values()), occasions_of(rows), at=at, grace=detained().grace)
    names = names_of(one.recorded_by for one in rows)
    return tuple(
        _kept(conditions[one.condition], row, one, written[one.condition], names, at) for one in found
    )


def _written(conditions: dict[str, Condition]) -> dict[str, list[Occasion]]:
    rows = Occasion.objects.filter(condition__in=conditions.values()).order_by(
        "planned_at", "recorded_at", "id"
    )
    found: dict[str, list[Occasion]] = {one: [] for one in conditions}
    for occasion in rows:
        found[str(occasion.condition_id)].append(occasion)
    return found


def _kept(
    row: Condition,
    supervision: Supervision,
    seen: Glance,
    rows: list[Occasion],
    names: Mapping[UUID | None, str],
    at: datetime,
) -> Kept:
    entries = _entries(rows, supervision, names)
    told = opened_under(supervision.key, row.id, row.agency_id, row.sealed)
    return Kept(
        row=row,
        label=gettext(shelf.label_of("condition_kinds", row.kind)),
        words=told["words"],
        glance=seen,
        entries=entries,
        asks_at=None if seen.state == OVER else _asks(entries, at),
    )


def _asks(entries: tuple[Entry, ...], at: datetime) -> datetime | None:
    """The last occasion that has begun, or begins within the hour, and that nobody wrote about."""
    due = [
        one for one in entries if one.outcome == NOT_WRITTEN and one.planned_at <= at + timedelta(minutes=5)
    ]
    return due[0].planned_at if due else None


def _entries(
    rows: list[Occasion], supervision: Supervision, names: Mapping[UUID | None, str]
) -> tuple[Entry, ...]:
    by_time: dict[datetime, list[Occasion]] = {}
    for row in rows:
        by_time.setdefault(row.planned_at, []).append(row)
    return tuple(_entry(found, supervision, names) for _planned, found in sorted(by_time.items()))


def _entry(rows: list[Occasion], supervision: Supervision, names: Mapping[UUID | None, str]) -> Entry:
    told = [opened_under(supervision.key, row.id, row.agency_id, row.sealed)["words"] for row in rows]
    lines = [
        (row.outcome, row.recorded_at, names.get(row.recorded_by, ""), words)
        for row, words in zip(rows, told, strict=True)
    ]
    outcome, recorded_at, by, words = lines[-1]
    before = tuple(line for line in lines[:-1] if line[0] != NOT_WRITTEN or line[3])
    return Entry(rows[-1].planned_at, outcome, recorded_at, by, words, before)


def _supervised(row: Supervision, *, at: datetime) -> Supervised:
    kept = kept_of(row, at=at)
    states = [one.glance.state for one in kept] or ["not_yet"]
    gravest = min(states, key=STATES.index)
    return Supervised(
        row=row,
        name=name_of(row.person),
        gravest=gravest,
        grave=sum(state == gravest for state in states),
        asks=sum(one.asks_at is not None for one in kept),
    )


def orders_binding(row: Supervision, *, at: datetime) -> list[Order]:
    """Orders that name this person as respondent, in this agency."""
    found = orders_of_person([row.person_id], at)
    return [one for one in found if one.respondent_id == row.person_id and one.agency_id == row.agency_id]


def order_choices(orders: Iterable[Order], zone: str) -> list[tuple[str, str]]:
    """Each order by its kind and the day on which it was written down: never by whom it protects."""
    return [(one.ref, _order_words(one, zone)) for one in orders]


def order_words(row: Condition) -> str:
    """The order that a condition comes from, in the same words; nothing where it comes from none."""
    found = Order.objects.filter(id=row.order_id).select_related("agency").first() if row.order_id else None
    return _order_words(found, found.agency.time_zone) if found else ""


def _order_words(order: Order, zone: str) -> str:
    day = format_date(order.recorded_at.astimezone(ZoneInfo(zone)), "medium", locale=get_language() or "en")
    return f"{KINDS.get(order.kind, order.kind)}, {day}"
