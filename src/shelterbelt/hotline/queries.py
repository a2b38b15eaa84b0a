"""Reading reports and contacts: what waits and for how long, one of them with all that was said, and what is counted.

Starts from what the asker may see. A count of a few is withheld, and what would give it away.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, Permission, reached, visible
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.hotline.actions.calls import COUNTED
from shelterbelt.hotline.actions.telling import kept_of
from shelterbelt.hotline.kept import handed_to, words_of
from shelterbelt.hotline.models import Call, CallStep, Report, Return, Saying
from shelterbelt.hotline.policy import LOG_CALLS, SEE_CALL_COUNTS, SEE_CALLS, SEE_REPORTS
from shelterbelt.hotline.safely import judged, told_of
from shelterbelt.library import shelf
from shelterbelt.library.hotline import ways
from shelterbelt.measures.withheld import Quarter, Shown, quarter_of, shown
from shelterbelt.referrals.models import Service
from shelterbelt.store.questions import question

PAGE = 50


@dataclass(frozen=True)
class ReportFace:
    """A report as the list shows it: never what it says."""

    ref: str
    name: str
    touched_at: datetime
    waits: bool
    taken_by: str
    apart: bool
    wishes_call: bool


@dataclass(frozen=True)
class CallFace:
    """A contact as a list shows it. `allowed`: it may be called back by telephone at this moment."""

    ref: str
    name: str
    kind: str
    outcome: str
    happened_at: datetime
    waits_since: datetime | None
    handed_to: str
    mine: bool
    allowed: bool


def holder_of_reports() -> Agency | None:
    """The agency of this node that takes reports: its victim service. A node without one takes none."""
    here = Agency.objects.filter(node__is_self=True, kind__in=VICTIM_SERVICES, closed_at=None)
    return here.order_by("name").first()


def returned(agency: Agency, secret: str, *, at: datetime) -> tuple[Return, Report] | None:
    """Who came back in this browser and is still reading, if anybody."""
    rows = Return.objects.select_related("report").filter(agency_id=agency.id, until_at__gt=at)
    found = rows.filter(digest=kept_of(secret)).first() if secret else None
    return (found, found.report) if found else None


def sayings_of(report: Report, *, calls: bool = False) -> list[dict[str, Any]]:
    """Everything that was written, in order; `by` is the worker's name, empty for whoever reports.

    `calls`: with the calls that were noted, which only workers see.
    """
    rows = list(Saying.objects.filter(report=report).order_by("at", "id"))
    names = names_of(row.by for row in rows)
    told = [opened_under(bytes(report.key), row.id, row.agency_id, bytes(row.sealed)) for row in rows]
    return [
        {
            "words": one["words"],
            "called": one.get("outcome", ""),
            "at": row.at,
            "theirs": row.by is None,
            "by": names.get(row.by, ""),
        }
        for row, one in zip(rows, told, strict=True)
        if calls or "outcome" not in one
    ]


def report_content(report: Report) -> dict[str, Any]:
    """What they said of themselves and wish, opened."""
    return opened(report)


def reports(by: Worker, at: datetime) -> list[ReportFace]:
    """The reports of the agency: those whose last word waits for an answer first, the longest waiting first."""
    rows = list(visible(by, SEE_REPORTS, Report.objects.all(), at=at).order_by("-waits", "touched_at", "id"))
    names = names_of(row.taken_by for row in rows)
    return [_report_face(row, names.get(row.taken_by, "")) for row in rows]


def _report_face(row: Report, taker: str) -> ReportFace:
    told = opened(row)
    return ReportFace(
        row.ref, told["name"], row.touched_at, row.waits, taker, row.apart, "call" in told["wishes"]
    )


def report_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_REPORTS) -> Report:
    """The report behind a reference, if this worker may have it; refused otherwise."""
    rows = visible(by, permission, Report.objects.select_related("case"), at=at)
    found: Report | None = rows.filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def reports_waiting(by: Worker, at: datetime) -> int:
    """How many reports wait for an answer, without those that came in a flood; none for those who may not see them."""
    return _reports_waiting.count(by, at) if SEE_REPORTS.allows(by) else 0


@question
def _reports_waiting(by: Worker, at: datetime) -> QuerySet[Report]:
    return reached(by, SEE_REPORTS, Report.objects.only("id"), at=at).filter(waits=True, apart=False)


def calls_waiting(by: Worker, at: datetime) -> int:
    """How many wait to be called back."""
    return _calls_waiting.count(by, at) if SEE_CALLS.allows(by) else 0


@question
def _calls_waiting(by: Worker, at: datetime) -> QuerySet[Call]:
    return reached(by, SEE_CALLS, Call.objects.only("id"), at=at).exclude(waits_since=None)


def queue(by: Worker, at: datetime) -> list[CallFace]:
    """Who waits to be called back: what was handed to the reader first, then the longest waiting."""
    rows = list(
        visible(by, SEE_CALLS, Call.objects.exclude(waits_since=None), at=at).order_by("waits_since", "id")
    )
    rows.sort(key=lambda row: row.handed_to != by.id)
    return _call_faces(rows, by, at)


def recent_calls(by: Worker, at: datetime, *, page: int = 1) -> tuple[list[CallFace], bool]:
    """What was written down lately, and whether there is more."""
    rows = visible(by, SEE_CALLS, Call.objects.filter(waits_since=None), at=at).order_by("-logged_at", "-id")
    found = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    return _call_faces(found[:PAGE], by, at), len(found) > PAGE


def _call_faces(rows: list[Call], by: Worker, at: datetime) -> list[CallFace]:
    names = names_of(row.handed_to for row in rows)
    return [_call_face(row, names.get(row.handed_to, ""), by, at) for row in rows]


def _call_face(row: Call, handed: str, by: Worker, at: datetime) -> CallFace:
    told = opened(row)
    return CallFace(
        ref=row.ref,
        name=words_of(row).get("name", ""),
        kind=told.get("kind", ""),
        outcome=told.get("outcome", ""),
        happened_at=row.happened_at,
        waits_since=row.waits_since,
        handed_to=handed,
        mine=row.handed_to == by.id,
        allowed=bool(row.waits_since) and judged(row, "phone", at=at).answer == "send",
    )


def call_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_CALLS) -> Call:
    """The contact behind a reference, if this worker may have it; refused otherwise."""
    rows = visible(by, permission, Call.objects.select_related("case"), at=at)
    found: Call | None = rows.filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def call_content(call: Call) -> dict[str, Any]:
    """The codes and what is still kept of the words."""
    return {**opened(call), **words_of(call), "instructions": told_of(call)}


def steps_of(call: Call) -> list[dict[str, Any]]:
    """What was done after it, newest first, with who did it."""
    rows = list(CallStep.objects.select_related("words").filter(words__call=call).order_by("-at", "-id"))
    told = [opened_under(bytes(row.words.key), row.id, row.agency_id, bytes(row.sealed)) for row in rows]
    names = names_of([*(row.by for row in rows), *(handed_to(one) for one in told)])
    return [
        {
            **one,
            "kind": row.kind,
            "at": row.at,
            "by": names.get(row.by, ""),
            "to": names.get(handed_to(one), ""),
        }
        for row, one in zip(rows, told, strict=True)
    ]


def colleagues(by: Worker) -> list[Worker]:
    """Who of the agency can take something over: everybody who answers, but the reader."""
    rows = Worker.objects.select_related("agency").filter(agency_id=by.agency_id, is_active=True)
    return [one for one in rows.order_by("code") if one.id != by.id and LOG_CALLS.allows(one)]


@dataclass(frozen=True)
class Counts:
    """One table of what is counted: for each code its words and, quarter by quarter, a count or None where it is withheld."""

    name: str
    rows: tuple[tuple[str, tuple[Shown, ...]], ...]


@dataclass(frozen=True)
class Counted:
    """The quarters that have ended, how many contacts each had, and the tables."""

    quarters: tuple[Quarter, ...]
    totals: tuple[Shown, ...]
    tables: tuple[Counts, ...]
    least: int


SEVERAL = ("topics", "given")


def counted(by: Worker, at: datetime) -> Counted:
    """What came, by kind and by quarter of the year in which it was written down. A quarter that still runs is not told."""
    rows = visible(by, SEE_CALL_COUNTS, Call.objects.all(), at=at)
    by_quarter: dict[Quarter, list[dict[str, Any]]] = {}
    for row in rows.iterator(chunk_size=500):
        if (quarter := quarter_of(row.logged_at)) < quarter_of(at):
            by_quarter.setdefault(quarter, []).append(opened(row))
    quarters, least = tuple(sorted(by_quarter, reverse=True)[:8]), ways().least
    told = [by_quarter[one] for one in quarters]
    totals = tuple(len(calls) if len(calls) >= least else None for calls in told)
    tables = tuple(_table(name, told, least) for name in COUNTED)
    return Counted(quarters, totals, tables, least)


def _table(name: str, told: list[list[dict[str, Any]]], least: int) -> Counts:
    codes = [choice.code for choice in shelf.choices(COUNTED[name])]
    counts = _each if name in SEVERAL else _parts
    columns = [counts(name, codes, calls, least) for calls in told]
    said = [(code, tuple(column[code] for column in columns)) for code in (*codes, "")]
    return Counts(name, tuple((code, cells) for code, cells in said if any(cell != 0 for cell in cells)))


def _parts(name: str, codes: Iterable[str], calls: list[dict[str, Any]], least: int) -> dict[str, Shown]:
    """Parts of one whole: each contact is in one of them, those of which nothing was said too."""
    found = Counter(str(call.get(name, "")) for call in calls)
    names = [*codes, ""]
    return dict(zip(names, shown([found[code] for code in names], least), strict=True))


def _each(name: str, codes: Iterable[str], calls: list[dict[str, Any]], least: int) -> dict[str, Shown]:
    """Things of which a contact has several: each is told beside all the others, so neither side may be small."""
    found = Counter(code for call in calls for code in call.get(name, ()))
    return {code: shown([found[code], len(calls) - found[code]], least)[0] for code in codes} | {"": 0}


def services() -> list[Service]:
    """The services of the directory that are there now, by name."""
    return list(Service.objects.filter(status="active").only("id", "ref", "name").order_by("name"))
