"""The board: an agency's open cases, most dangerous and most overdue first, a page at a time.

It never counts or sorts the whole table: each level is one walk along an index, from where a page ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import visible
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.cases.models import Case, Incident, Sight
from shelterbelt.cases.policy import SEE_BOARD, SEE_CASE, SEE_INCIDENT
from shelterbelt.people.queries import persons_matching
from shelterbelt.response.queries import holders_of, holders_of_all

PAGE = 25
MOST_FOUND, MOST_PEOPLE = 50, 500
GRANTS_PER_CASE = 4
FALLING = ("extreme", "high", "medium", "low")


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


def board(by: Worker, asked: Asked, *, at: datetime, after: str = "", before: str = "") -> Page:
    """One page of the asker's own agency's open cases."""
    rows = visible(by, SEE_BOARD, Case.objects.all(), at=at).filter(agency_id=by.agency_id, closed_at=None)
    return _page(rows, asked, at=at, after=after, before=before)


def shared_board(by: Worker, holder: Agency, *, at: datetime, after: str = "", before: str = "") -> Page:
    """One page of another agency's open cases that an agreement, an order or a release opens to the asker.

    An agreement over all its cases is one walk along them; single grants are a walk along what they show.
    """
    rows = visible(by, SEE_CASE, Case.objects.all(), at=at).filter(agency_id=holder.id, closed_at=None)
    if holder.id in holders_of_all("case_file", by=by, at=at):
        return _page(rows, Asked(), at=at, after=after, before=before)
    lines = Sight.objects.filter(
        recipient_id=by.agency_id, agency_id=holder.id, from_at__lte=at, until_at__gt=at
    )
    return _page(rows, Asked(), at=at, after=after, before=before, along=lines)


def sharing_agencies(by: Worker, *, at: datetime) -> list[Agency]:
    """The agencies of this node that open cases to the asker's agency now, by name."""
    if not SEE_CASE.allows(by):
        return []
    return list(Agency.objects.filter(id__in=holders_of("case_file", by=by, at=at)))


def _page(
    rows: QuerySet[Case],
    asked: Asked,
    *,
    at: datetime,
    after: str,
    before: str,
    along: QuerySet[Sight] | None = None,
) -> Page:
    """One page of these rows; `along` walks the lines of single grants instead of the cases themselves."""
    if asked.unit:
        rows = rows.filter(unit__code=asked.unit)
    anchor = rows.filter(ref=after or before).first() if after or before else None
    forward = anchor is None or bool(after)
    walked: QuerySet[Any] = rows if along is None else along
    ids = list(_walk(walked, asked, anchor, forward=forward, at=at))
    more, ids = len(ids) > PAGE, ids[:PAGE]
    cases = _with_names(ids if forward else ids[::-1])
    first, last = (cases[0].ref, cases[-1].ref) if cases else ("", "")
    return Page(
        cases,
        newer=first if (anchor if forward else more) else "",
        older=last if (more if forward else True) else "",
    )


def _walk(
    rows: QuerySet[Any], asked: Asked, anchor: Case | None, *, forward: bool, at: datetime
) -> Iterator[UUID]:
    """Ids in the board's order from the anchor on, one more than a page."""
    left = PAGE + 1
    for stretch in _stretches(asked, anchor, forward=forward):
        found = _along(rows, stretch, asked, anchor, forward=forward, at=at)[:left]
        yield from found
        left -= len(found)
        if left == 0:
            return


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


def _along(
    rows: QuerySet[Any], stretch: _Stretch, asked: Asked, anchor: Case | None, *, forward: bool, at: datetime
) -> list[UUID]:
    key = "case_id" if rows.model is Sight else "id"
    rows = rows.filter(level=stretch.level, next_due_at__isnull=not stretch.dated)
    if asked.overdue:
        rows = rows.filter(next_due_at__lt=at)
    if anchor and stretch == _Stretch(anchor.level, anchor.next_due_at is not None):
        rows = rows.filter(_beyond(anchor, key, forward=forward))
    order = ("next_due_at", key) if forward else ("-next_due_at", f"-{key}")
    # Two grants may show one case: read a page's worth of each, and keep the first line of every case.
    most = (PAGE + 1) * (GRANTS_PER_CASE if rows.model is Sight else 1)
    return list(dict.fromkeys(rows.order_by(*order).values_list(key, flat=True)[:most]))[: PAGE + 1]


def _beyond(anchor: Case, key: str, *, forward: bool) -> Q:
    side = "gt" if forward else "lt"
    beside = Q(**{f"{key}__{side}": anchor.id})
    if anchor.next_due_at is None:
        return beside
    # The plain bound lets the index begin at the anchor; the rest keeps those of the same instant apart.
    bound = Q(**{f"next_due_at__{side}e": anchor.next_due_at})
    return bound & (Q(**{f"next_due_at__{side}": anchor.next_due_at}) | beside)


def _with_names(ids: list[UUID]) -> tuple[Case, ...]:
    """The rows of one page with what their names need, in the order of the ids."""
    rows = Case.objects.select_related("survivor", "other", "unit", "agency").in_bulk(ids)
    return tuple(rows[i] for i in ids if i in rows)


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
    return _with_names(ids[:MOST_FOUND]), len(ids) > MOST_FOUND or len(people) > MOST_PEOPLE


def units_of(by: Worker) -> list[tuple[str, str]]:
    """The units of the asker's agency, as (code, name)."""
    return list(Unit.objects.filter(agency_id=by.agency_id).order_by("name").values_list("code", "name"))


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
