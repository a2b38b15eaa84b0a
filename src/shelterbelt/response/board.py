"""The board: an agency's open cases, most dangerous and most overdue first, a page at a time.

It never counts or sorts the whole table: each level is one walk along an index, from where a page ended. Cases in which
something is hidden from the asker are left out of the walk and put where they stand by what the asker sees.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Permission, reached, visible
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.cases.models import Case, Incident, Sight
from shelterbelt.cases.policy import SEE_BOARD, SEE_CASE, SEE_INCIDENT
from shelterbelt.cases.queries import veiled
from shelterbelt.people.queries import persons_matching
from shelterbelt.response.queries import holders_of_all, sharing
from shelterbelt.response.seen import as_seen, set_seen
from shelterbelt.store.questions import question

PAGE = 25
MOST_FOUND, MOST_PEOPLE = 50, 500
GRANTS_PER_CASE = 4
FALLING = ("extreme", "high", "medium", "low")
EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """What a board is asked to show."""

    level: str = ""
    overdue: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Page:
    """Cases of one page, and the references from which the pages beside it begin."""

    cases: tuple[Case, ...]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True)
class _Stretch:
    """One walk along an index: cases of a level that have a due time, or those that have none."""

    level: str
    dated: bool


@dataclass(frozen=True)
class _Way:
    """How a stretch is walked: along those with a due time, along the overdue alone, from the front or from the back."""

    dated: bool
    overdue: bool
    forward: bool


# Ids of one stretch, from an anchor on if it lies in it.
Walk = Callable[[_Way, str, "Case | None"], list[UUID]]


def board(by: Worker, asked: Asked, *, at: datetime, after: str = "", before: str = "") -> Page:
    """One page of the asker's own agency's open cases."""
    if not SEE_BOARD.allows(by):
        return Page(())
    place = (by, SEE_BOARD, at, by.agency_id, asked.unit or None)
    hidden_in = veiled(by, by.agency_id, at=at)
    walk = partial(_along_cases, *place, hidden_in)
    beside = aside(by, SEE_BOARD, by.agency_id, hidden_in, asked, at=at)
    start = _start(*place, after or before, hidden_in)
    return _page(walk, beside, asked, start, forward=not before or bool(after))


def shared_board(by: Worker, holder: Agency, *, at: datetime, after: str = "", before: str = "") -> Page:
    """One page of another agency's open cases that an agreement, an order or a release opens to the asker.

    An agreement over all its cases is one walk along them; single grants are a walk along what they show.
    """
    if not SEE_CASE.allows(by):
        return Page(())
    place = (by, SEE_CASE, at, holder.id, None)
    hidden_in = veiled(by, holder.id, at=at)
    walk: Walk = (
        partial(_along_cases, *place, hidden_in)
        if holder.id in holders_of_all("case_file", by=by, at=at)
        else partial(_along_grants, by, at, holder.id, hidden_in)
    )
    beside = aside(by, SEE_CASE, holder.id, hidden_in, Asked(), at=at)
    start = _start(*place, after or before, hidden_in)
    return _page(walk, beside, Asked(), start, forward=not before or bool(after))


def sharing_agencies(by: Worker, *, at: datetime) -> list[Agency]:
    """The agencies of this node that open cases to the asker's agency now, by name."""
    if not SEE_CASE.allows(by):
        return []
    return sharing("case_file", by=by, at=at)


def _start(
    by: Worker, permission: Permission, at: datetime, holder: UUID, unit: str | None, ref: str,
    hidden_in: list[UUID],
) -> Case | None:  # fmt: skip
    """Where a page begins: the case behind a reference as the asker sees it; the front for one they may not see."""
    anchor = _anchor.first(by, permission, at, holder, unit, ref) if ref else None
    if anchor is not None and anchor.id in hidden_in:
        set_seen([anchor], at=at)
    return anchor


def aside(
    by: Worker, permission: Permission, holder: UUID, hidden_in: list[UUID], asked: Asked, *, at: datetime
) -> list[Case]:
    """Of the cases in which something is hidden from the asker, those that are asked for, as the asker sees them."""
    if not hidden_in:
        return []
    found = _named_of(by, permission, at, holder, asked.unit or None, hidden_in)
    set_seen(found, at=at)
    return [
        case
        for case in found
        if asked.level in ("", case.level)
        and (not asked.overdue or (case.next_due_at is not None and case.next_due_at < at))
    ]


def place_of(case: Case) -> tuple[int, bool, datetime, UUID]:
    """Where a case stands on a board."""
    due = case.next_due_at
    return (FALLING.index(case.level), due is None, due or EARLIEST, case.id)


def _page(walk: Walk, beside: list[Case], asked: Asked, anchor: Case | None, *, forward: bool) -> Page:
    """One page: the cases of each stretch in turn, until there is one more than it shows, and those set aside among them."""
    forward = forward or anchor is None
    found = [*_with_names(list(_walk(walk, asked, anchor, forward=forward)))]
    if beside:
        start = place_of(anchor) if anchor else None
        found += [
            c for c in beside if start is None or (place_of(c) > start if forward else place_of(c) < start)
        ]
        found.sort(key=place_of, reverse=not forward)
    more, shown = len(found) > PAGE, found[:PAGE]
    cases = tuple(shown if forward else shown[::-1])
    first, last = (cases[0].ref, cases[-1].ref) if cases else ("", "")
    return Page(
        cases,
        newer=first if (anchor if forward else more) else "",
        older=last if (more if forward else True) else "",
    )


def _walk(walk: Walk, asked: Asked, anchor: Case | None, *, forward: bool) -> Iterator[UUID]:
    """Ids in the board's order from the anchor on, one more than a page."""
    left = PAGE + 1
    for stretch in _stretches(asked, anchor, forward=forward):
        start = anchor if anchor and stretch == _stretch_of(anchor) else None
        found = walk(_Way(stretch.dated, asked.overdue, forward), stretch.level, start)[:left]
        yield from found
        left -= len(found)
        if left == 0:
            return


def _stretch_of(case: Case) -> _Stretch:
    return _Stretch(case.level, case.next_due_at is not None)


def _stretches(asked: Asked, anchor: Case | None, *, forward: bool) -> list[_Stretch]:
    """The stretches that are still to be walked, the anchor's own first."""
    levels = (asked.level,) if asked.level else FALLING
    dated = (True,) if asked.overdue else (True, False)
    stretches = [_Stretch(level, has) for level in levels for has in dated]
    if not forward:
        stretches.reverse()
    if anchor is None:
        return stretches
    own = _Stretch(anchor.level, anchor.next_due_at is not None)
    return stretches[stretches.index(own) :] if own in stretches else stretches


@question
def _anchor(
    by: Worker, permission: Permission, at: datetime, holder: UUID, unit: str | None, ref: str
) -> QuerySet[Case]:
    return _open_cases(by, permission, at, holder, unit).filter(ref=ref)


def _open_cases(
    by: Worker, permission: Permission, at: datetime, holder: UUID, unit: str | None
) -> QuerySet[Case]:
    rows = reached(by, permission, Case.objects.all(), at=at).filter(agency_id=holder, closed_at=None)
    return rows.filter(unit__code=unit) if unit else rows


def _along_cases(
    by: Worker, permission: Permission, at: datetime, holder: UUID, unit: str | None, aside: list[UUID],
    way: _Way, level: str, start: Case | None,
) -> list[UUID]:  # fmt: skip
    """One stretch along the cases themselves."""
    return _cases(by, permission, at, holder, unit, aside, way, level, *_beginning(start), PAGE + 1)


def _along_grants(
    by: Worker, at: datetime, holder: UUID, aside: list[UUID], way: _Way, level: str, start: Case | None
) -> list[UUID]:
    """One stretch along the lines of single grants. Two may show one case: the first line of every case is kept."""
    most = PAGE + 1
    found = _lines(by, at, holder, aside, way, level, *_beginning(start), most * GRANTS_PER_CASE)
    return list(dict.fromkeys(found))[:most]


def _beginning(start: Case | None) -> tuple[UUID | None, datetime | None]:
    return (start.id, start.next_due_at) if start else (None, None)


@question
def _cases(
    by: Worker, permission: Permission, at: datetime, holder: UUID, unit: str | None, aside: list[UUID],
    way: _Way, level: str, start: UUID | None, due: datetime | None, most: int,
) -> QuerySet[Case, UUID]:  # fmt: skip
    rows = _open_cases(by, permission, at, holder, unit).exclude(id__any=aside)
    return _stretched(rows, "id", at, way, level, start, due)[:most]


@question
def _lines(
    by: Worker, at: datetime, holder: UUID, aside: list[UUID],
    way: _Way, level: str, start: UUID | None, due: datetime | None, most: int,
) -> QuerySet[Sight, UUID]:  # fmt: skip
    rows = Sight.objects.filter(recipient_id=by.agency_id, agency_id=holder, from_at__lte=at, until_at__gt=at)
    rows = rows.exclude(case_id__any=aside)
    return _stretched(rows, "case_id", at, way, level, start, due)[:most]


def _stretched(
    rows: QuerySet[Any],
    key: str,
    at: datetime,
    way: _Way,
    level: str,
    start: UUID | None,
    due: datetime | None,
) -> QuerySet[Any, UUID]:
    """The ids (`key`) of one stretch in its order, beyond where it starts."""
    rows = rows.filter(level=level, next_due_at__isnull=not way.dated)
    if way.overdue:
        rows = rows.filter(next_due_at__lt=at)
    if start:
        rows = rows.filter(_beyond(start, due, key, forward=way.forward))
    order = ("next_due_at", key) if way.forward else ("-next_due_at", f"-{key}")
    return rows.order_by(*order).values_list(key, flat=True)


def _beyond(start: UUID, due: datetime | None, key: str, *, forward: bool) -> Q:
    side = "gt" if forward else "lt"
    beside = Q(**{f"{key}__{side}": start})
    if due is None:
        return beside
    # The plain bound lets the index begin at the anchor; the rest keeps those of the same instant apart.
    bound = Q(**{f"next_due_at__{side}e": due})
    return bound & (Q(**{f"next_due_at__{side}": due}) | beside)


def _with_names(ids: list[UUID]) -> tuple[Case, ...]:
    """The rows of one page with what their names need, in the order of the ids."""
    rows = {row.id: row for row in _named(ids)} if ids else {}
    return tuple(rows[i] for i in ids if i in rows)


@question
def _named(ids: list[UUID]) -> QuerySet[Case]:
    return Case.objects.select_related("survivor", "other", "unit", "agency").filter(id__any=ids)


@question
def _named_of(
    by: Worker, permission: Permission, at: datetime, holder: UUID, unit: str | None, ids: list[UUID]
) -> QuerySet[Case]:
    rows = _open_cases(by, permission, at, holder, unit)
    return rows.select_related("survivor", "other", "unit", "agency").filter(id__any=ids)


def found_cases(text: str, by: Worker, *, at: datetime) -> tuple[tuple[Case, ...], bool]:
    """The agency's cases, open and closed, of people who carry every token; and whether there are more."""
    rows = visible(by, SEE_BOARD, Case.objects.all(), at=at).filter(agency_id=by.agency_id)
    people = list(persons_matching(text, agency=by.agency_id)[: MOST_PEOPLE + 1])
    if not people:
        return (), False
    either = Q(survivor_id__in=people) | Q(other_id__in=people)
    ids = list(
        rows.filter(either).order_by("-opened_at", "-id").values_list("id", flat=True)[: MOST_FOUND + 1]
    )
    found = _with_names(ids[:MOST_FOUND])
    as_seen(found, by=by, at=at)
    return found, len(ids) > MOST_FOUND or len(people) > MOST_PEOPLE


def units_of(by: Worker) -> list[tuple[str, str]]:
    """The units of the asker's agency, as (code, name)."""
    return _units(by)


@question
def _units(by: Worker) -> QuerySet[Unit, tuple[str, str]]:
    return Unit.objects.filter(agency_id=by.agency_id).order_by("name").values_list("code", "name")


@dataclass(frozen=True)
class Incidents:
    """Reports of one page that belong to no case, and where the pages beside it begin."""

    rows: tuple[Incident, ...]
    newer: str = ""
    older: str = ""


def incidents_without_case(by: Worker, *, at: datetime, after: str = "", before: str = "") -> Incidents:
    """Recorded reports that belong to no case, newest first: imported, or with undetermined roles."""
    rows = visible(by, SEE_INCIDENT, Incident.objects.select_related("unit"), at=at)
    rows = rows.filter(agency_id=by.agency_id, case_count=0, recorded_at__isnull=False)
    anchor = rows.filter(ref=after or before).first() if after or before else None
    forward = anchor is None or bool(after)
    if anchor and anchor.happened_at:
        side = "lt" if forward else "gt"
        beside = Q(happened_at=anchor.happened_at, **{f"id__{side}": anchor.id})
        rows = rows.filter(
            Q(**{f"happened_at__{side}": anchor.happened_at}) | beside,
            **{f"happened_at__{side}e": anchor.happened_at},
        )
    order = ("-happened_at", "-id") if forward else ("happened_at", "id")
    found = list(rows.order_by(*order)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    shown = Incidents(tuple(found if forward else found[::-1]))
    if not found:
        return shown
    return replace(
        shown,
        newer=shown.rows[0].ref if (anchor if forward else more) else "",
        older=shown.rows[-1].ref if (more if forward else True) else "",
    )
