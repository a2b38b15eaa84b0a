"""Gathers what released categories show of one case. Refuses to look at any other category.

Runs in the holder's transaction after the grant was found living; the reader's page translates the labels.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import gettext_noop as said

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.assessments.models import LevelSet
from shelterbelt.assessments.queries import held_by
from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import kept_out_of, notes_of
from shelterbelt.library import shelf
from shelterbelt.referrals.models import ContactRequest, Referral
from shelterbelt.response.models import Action
from shelterbelt.response.queries import title_of
from shelterbelt.rules.levels import Source
from shelterbelt.safety.queries import shared_with_agency

SAFETY_PLAN = "safety_plan"
Line = tuple[str, str]
Lines = Iterator[Line]

INSTRUCTIONS = {
    "channels": said("Reach them by"),
    "number": said("Number"),
    "email": said("E-mail"),
    "place": said("Place or person"),
    "days": said("Safe days"),
    "from": said("From"),
    "until": said("Until"),
    "voicemail": said("A message may be left"),
    "code_word": said("Code word"),
    "may_answer": said("Who may answer"),
}
LISTS = {"channels": "contact_channels", "days": "safe_days"}


def collected(
    case_id: UUID,
    categories: frozenset[str],
    *,
    at: datetime,
    holder: Agency | None = None,
    written_until: Mapping[str, datetime] | None = None,
    reader: Agency | None = None,
) -> list[dict[str, Any]]:
    """The sections of the released categories, in the library's order; each has its rows, maybe none.

    Of their plan a `reader` sees the parts that the survivor chose for that agency; nobody in particular sees none.

    What was written later than `written_until` says of its category is left out. A case that `holder` only sees by
    another's grant is nobody's to pass on: nothing of it.
    """
    cases = Case.objects.filter(agency=holder) if holder else Case.objects.all()
    case = cases.select_related("agency", "survivor").filter(id=case_id).first()
    if case is None:
        return []
    ends = written_until or {}
    notes = _notes(case, ends, at)
    if SAFETY_PLAN in categories and reader is not None:
        notes[SAFETY_PLAN] = [*_parts(case, reader, ends.get(SAFETY_PLAN), at), *notes.get(SAFETY_PLAN, [])]
    listed = [choice.code for choice in shelf.choices("release_categories") if choice.code in categories]
    return [
        _section(code, [*_rows_of(code, case, ends.get(code, at)), *notes.get(code, [])]) for code in listed
    ]


def _section(category: str, rows: list[Line]) -> dict[str, Any]:
    return {"category": category, "rows": [{"label": label, "value": value} for label, value in rows]}


def _rows_of(category: str, case: Case, until: datetime) -> Lines:
    collector = COLLECTORS.get(category)
    if collector is not None:
        yield from collector(case, until)


def _notes(case: Case, ends: Mapping[str, datetime], at: datetime) -> dict[str, list[Line]]:
    """Notes by the category that a worker marked them with; a note without one is never shared."""
    found: dict[str, list[Line]] = {}
    for note, content in notes_of(case):
        category = str(content.get("category") or "")
        if note.written_at <= ends.get(category, at):
            label = _moment(note.written_at, case)
            found.setdefault(category, []).append((label, str(content.get("text", ""))))
    found.pop("", None)
    return found


def _parts(case: Case, reader: Agency, until: datetime | None, at: datetime) -> Lines:
    """The parts of the survivor's plans that they let this agency read, each with what was answered."""
    for part in shared_with_agency(case.survivor_id, reader, at=at, language="en", written_until=until):
        for line in part.lines:
            yield f"{part.title}: {line.label}", "; ".join(line.values)


def _in_contact(case: Case, until: datetime) -> Lines:
    yield said("In contact with"), case.agency.name
    if case.agency.duty_phone:
        yield said("Telephone on duty"), case.agency.duty_phone


def _safe_contact(case: Case, until: datetime) -> Lines:
    """The instructions that they gave: those kept with the case, else those of the newest request.

    As they stand now, whenever they were written: an old number can be a danger.
    """
    told = opened(case).get("instructions")
    request = ContactRequest.objects.filter(case=case).order_by("-arrived_at").first()
    if not told and request is not None:
        told = opened(request).get("instructions")
    yield from instruction_lines(told or {})


def instruction_lines(instructions: Mapping[str, Any]) -> Lines:
    """Contact instructions as lines to read; fields that are not known here are left out, not guessed."""
    for name, label in INSTRUCTIONS.items():
        if text := _text(name, instructions.get(name)):
            yield label, text


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return said("Yes") if value else said("No")
    if isinstance(value, list):
        listed = LISTS.get(name)
        return ", ".join(shelf.label_of(listed, str(one)) if listed else str(one) for one in value)
    return value if isinstance(value, str) else ""


def _danger(case: Case, until: datetime) -> Lines:
    """The level as it held then, and on what; what was said only after `until` is not told, nor that it was."""
    lines = LevelSet.objects.filter(case=case)
    if not lines.filter(set_at__lte=until).exists():
        if not lines.exists():
            yield said("Danger level"), shelf.label_of("levels", case.level)
        return
    found, holding = held_by(case, at=until)
    yield said("Danger level"), shelf.label_of("levels", found.level.word)
    # When the forecast spoke and what it rests on stays in this agency.
    said_by_others = [line for line in holding if line.source != Source.FORECAST]
    if not said_by_others:
        return
    latest = said_by_others[0]
    factors = [shelf.label_of("level_factors", str(code)) for code in latest.factors]
    yield said("Set on"), _moment(latest.set_at, case)
    if factors:
        yield said("It rests on"), "; ".join(factors)


def _plans(case: Case, until: datetime) -> Lines:
    for action in Action.objects.filter(case=case, done_at=None, opened_at__lte=until).order_by("due_at"):
        yield title_of(action), _moment(action.due_at, case)


def _services(case: Case, until: datetime) -> Lines:
    rows = Referral.objects.filter(case=case, direction="out", made_at__lte=until)
    for referral in rows.select_related("service", "peer"):
        named = referral.service or referral.peer
        if named is not None:
            yield said("Referred to"), named.name


def _kept_out(case: Case, until: datetime) -> Lines:
    """Whom the survivor named as never to see their file."""
    for entry in kept_out_of(case):
        if entry.ended_at is None and entry.added_at <= until:
            yield said("Never to see it"), entry.name


def _moment(moment: datetime, case: Case) -> str:
    local = moment.astimezone(ZoneInfo(case.agency.time_zone))
    return format_datetime(local, "MMM d, y, h:mm a", locale="en")


COLLECTORS: Mapping[str, Callable[[Case, datetime], Lines]] = {
    "service_contact": _in_contact,
    "safe_contact": _safe_contact,
    "danger_level": _danger,
    "plans": _plans,
    "services": _services,
    "kept_out": _kept_out,
}
