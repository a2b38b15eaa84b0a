"""What happened in a case, newest first, a page at a time.

Each kind of line reads only as many rows as a page can show.

It shows what the asker's own rows allow: what row-level security keeps back is not there to be counted.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened_under
from shelterbelt.assessments.models import Assessment, Happening, LevelSet, Reassessment, Screen
from shelterbelt.assessments.queries import label_of, noted
from shelterbelt.assessments.sheet_words import short_of
from shelterbelt.assessments.words import instrument_title
from shelterbelt.cases.models import Case, CaseIncident, Incident, Note
from shelterbelt.cases.queries import steps
from shelterbelt.consent.queries import releases_of_case
from shelterbelt.library import shelf
from shelterbelt.referrals.models import ContactChoice, Referral
from shelterbelt.response.models import Action
from shelterbelt.response.queries import title_of
from shelterbelt.store.questions import question
from shelterbelt.ui.links import address

PAGE = 50
SAID = {
    "": gettext_noop("Level set to %(level)s"),
    "judgement": gettext_noop("Level set to %(level)s"),
    "survivor": gettext_noop("The survivor’s own view: %(level)s"),
    "instrument": gettext_noop("%(title)s: level at least %(level)s"),
    "forecast": gettext_noop("The forecast: level at least %(level)s"),
}


@dataclass(frozen=True)
class Item:
    """One line of a timeline, as the page shows it."""

    at: datetime
    id: UUID
    title: str
    by: UUID | None = None
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Timeline:
    """One page of a timeline; `older` is the place from which the next one goes on."""

    items: tuple[dict[str, Any], ...]
    older: str = ""


def timeline(case: Case, *, by: Worker, at: datetime, before: str = "") -> Timeline:
    """The page of a case's timeline that lies before a place, newest first."""
    start = _place(before)
    parts = [part(case, start, by, at) for part in PARTS]
    merged = heapq.merge(*parts, key=lambda item: (item.at, item.id), reverse=True)
    found = [item for item, _n in zip(merged, range(PAGE + 1), strict=False)]
    names = names_of(item.by for item in found[:PAGE])
    own = case.agency_id == by.agency_id
    lines = tuple(_line(item, names.get(item.by, ""), own=own) for item in found[:PAGE])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Timeline(lines, f"{last.at.isoformat()}~{last.id}" if last else "")


def _line(item: Item, by: str, *, own: bool) -> dict[str, Any]:
    """A line as the page shows it; what a grant shows leads no further than the page."""
    return {"at": item.at, "title": item.title, "by": by, "text": item.text, "url": item.url if own else ""}


# An instant and a row, or neither: the newest end.
Place = tuple[datetime, UUID] | tuple[None, None]


def _place(text: str) -> Place:
    at, _sign, row = text.partition("~")
    try:
        place = (datetime.fromisoformat(at), UUID(row))
    except ValueError:
        return None, None
    return place if place[0].utcoffset() is not None else (None, None)


def _lies_before(at: datetime, row: UUID, start: Place) -> bool:
    return start[0] is None or (at, row) < start


def _before(rows: QuerySet[Any], column: str, at: datetime | None, row: UUID | None) -> QuerySet[Any]:
    """The newest rows before a place, one more than a page."""
    if at:
        rows = rows.filter(Q(**{f"{column}__lt": at}) | Q(**{column: at, "id__lt": row}))
    return rows.filter(**{f"{column}__isnull": False}).order_by(f"-{column}", "-id")[: PAGE + 1]


def _attached(case_id: UUID) -> Any:
    return CaseIncident.objects.filter(case_id=case_id).values("incident_id")


@question
def _incident_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Any]:
    return _before(Incident.objects.filter(id__in=_attached(case)), "happened_at", at, row)


@question
def _screen_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Any]:
    rows = Screen.objects.filter(Q(case_id=case) | Q(incident__in=_attached(case)))
    return _before(rows, "finished_at", at, row)


@question
def _sheet_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Any]:
    rows = Assessment.objects.filter(Q(case_id=case) | Q(case=None, incident__in=_attached(case)))
    return _before(rows, "finished_at", at, row)


@question
def _level_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[LevelSet]:
    return _before(LevelSet.objects.filter(case_id=case).select_related("assessment"), "set_at", at, row)


@question
def _reassessment_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Any]:
    rows = Reassessment.objects.filter(case_id=case, state__in=("agreed", "declined"))
    return _before(rows, "settled_at", at, row)


@question
def _happening_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Happening]:
    return _before(Happening.objects.filter(case_id=case), "happened_at", at, row)


@question
def _choice_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[ContactChoice]:
    rows = ContactChoice.objects.filter(Q(case_id=case) | Q(incident__in=_attached(case)))
    return _before(rows.select_related("to"), "asked_at", at, row)


@question
def _note_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Note]:
    return _before(Note.objects.filter(case_id=case), "written_at", at, row)


@question
def _referral_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Referral]:
    rows = Referral.objects.filter(case_id=case).select_related("peer", "service")
    return _before(rows, "made_at", at, row)


@question
def _done_rows(case: UUID, at: datetime | None, row: UUID | None) -> QuerySet[Any]:
    return _before(Action.objects.filter(case_id=case).exclude(outcome="replaced"), "done_at", at, row)


def _incidents(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    for row in _incident_rows(case.id, *start):
        says = steps(row)
        title = _("Incident") if row.source == "officer" else _("Incident, from an imported report")
        yield Item(row.happened_at, row.id, title, row.opened_by, summary(says), address("incident", row.ref))


def summary(says: dict[str, dict[str, Any]]) -> str:
    """One line about an incident: the kinds of abuse and the place, or what an imported report calls it."""
    harm, events = says.get("harm", {}), says.get("events", {})
    chosen = harm.get("abuse_types", [])
    codes = [chosen] if isinstance(chosen, str) else chosen
    kinds = [_(shelf.label_of("abuse_types", code)) for code in codes]
    named = [value for part in says.values() for key, value in part.items() if key == "offence" and value]
    return " · ".join(str(part) for part in (", ".join(kinds), *named[:1], events.get("place", "")) if part)


def _screens(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    for row in _screen_rows(case.id, *start):
        says = (
            _("It calls for the offer of a call")
            if row.triggered
            else _("Its answers alone do not call for an offer")
        )
        yield Item(
            row.finished_at, row.id, _("Screen"), row.started_by, says, address("screen_result", row.ref)
        )


def _sheets(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    """Finished sheets of any instrument, with what they came to."""
    for row in _sheet_rows(case.id, *start):
        title = _("Assessment: %(title)s") % {"title": instrument_title(row.instrument)}
        yield Item(
            row.finished_at, row.id, title, row.started_by, short_of(row), address("sheet_result", row.ref)
        )


def _levels(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    """What was said of the level, and who or what said it; what was undone is told as that."""
    for row in _level_rows(case.id, *start):
        told = opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))
        factors = [_(shelf.label_of("level_factors", code)) for code in told.get("factors", ())]
        undone = _("Undone: what it rested on was found to be wrong") if row.undone_at else ""
        text = "\n".join(part for part in (", ".join(factors), told.get("reason", ""), undone) if part)
        to = {"level": _(shelf.label_of("levels", row.level)).lower(), "title": _("By an instrument")}
        if row.assessment:
            to["title"] = instrument_title(row.assessment.instrument)
        yield Item(row.set_at, row.id, _(SAID[row.source]) % to, row.set_by, text)


def _reassessments(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    """Looks at all of it anew that a second person agreed to, or did not."""
    for row in _reassessment_rows(case.id, *start):
        told = opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))
        to = {"level": _(shelf.label_of("levels", row.level)).lower()}
        title = (
            _("Looked at anew, and a second person agreed: level %(level)s") % to
            if row.state == "agreed"
            else _("Looked at anew, and the second person did not agree to level %(level)s") % to
        )
        text = "\n".join(part for part in (told.get("reason", ""), told.get("answer", "")) if part)
        yield Item(row.settled_at, row.id, title, row.asked_by, text)


def _happenings(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    """What happened, lasts or is planned, on its own day; a line that was wrong is told as that."""
    for row in _happening_rows(case.id, *start):
        found = noted(row, case)
        label = _(label_of(found.type))
        title = _("Planned: %(what)s") % {"what": label} if row.planned and row.happened_at > at else label
        undone = _("Taken back: %(why)s") % {"why": found.undone_because} if row.undone_at else ""
        url = address("act" if found.act else "happening", row.ref)
        text = "\n".join(part for part in (found.words, undone) if part)
        yield Item(row.happened_at, row.id, title, row.recorded_by, text, url)


def _choices(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    for row in _choice_rows(case.id, *start):
        if not row.wanted:
            title, text = _("Asked about contact: not wanted"), ""
        else:
            sent = Letter.objects.filter(id=row.letter_id).first() if row.letter_id else None
            title = _("Contact request to %(agency)s") % {"agency": row.to.name if row.to else ""}
            text = _("Delivered") if sent and sent.delivered_at else _("On its way")
        yield Item(row.asked_at, row.id, title, row.asked_by, text)


def _notes(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    for row in _note_rows(case.id, *start):
        told = opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))
        yield Item(row.written_at, row.id, _("Note"), row.written_by, told.get("text", ""))


def _releases(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    lines = []
    for row in releases_of_case(case.id, by=by, at=at):
        to = {"agency": row.recipient}
        url = address("release", row.ref)
        lines.append(
            Item(
                row.taken_at,
                UUID(int=0),
                _("Release to %(agency)s") % to,
                None,
                ", ".join(map(_, row.categories)),
                url,
            )
        )
        if row.withdrawn_at:
            lines.append(
                Item(row.withdrawn_at, UUID(int=0), _("Release to %(agency)s withdrawn") % to, None, "", url)
            )
    yield from sorted((n for n in lines if _lies_before(n.at, n.id, start)), key=lambda n: n.at, reverse=True)


def _referrals(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    answers = {"": "", "accepted": _("Accepted"), "declined": _("Declined")}
    for row in _referral_rows(case.id, *start):
        said = _("Referral to %(agency)s") if row.direction == "out" else _("Referral from %(agency)s")
        url = address("referral", row.ref)
        whom = row.peer.name if row.peer else row.service.name if row.service else ""
        yield Item(row.made_at, row.id, said % {"agency": whom}, row.made_by, answers[row.answer], url)


def _done(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    for row in _done_rows(case.id, *start):
        outcome = _(shelf.label_of("action_outcomes", row.outcome))
        yield Item(row.done_at, row.id, title_of(row), row.done_by, outcome, address("action_done", row.ref))


def _opened(case: Case, start: Place, by: Worker, at: datetime) -> Iterator[Item]:
    if _lies_before(case.opened_at, case.id, start):
        yield Item(case.opened_at, case.id, _("Case opened"), case.opened_by)


PARTS: tuple[Callable[[Case, Place, Worker, datetime], Iterator[Item]], ...] = (
    _incidents, _screens, _sheets, _levels, _reassessments, _happenings, _choices, _notes, _releases, _referrals, _done, _opened,
)  # fmt: skip
