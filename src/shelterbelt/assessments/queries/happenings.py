"""Reading what happened, what lasts and what is planned in a case, and which kinds there are: those of the forecast's file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import by_ref
from shelterbelt.agencies.sealed import opened_under
from shelterbelt.assessments.models import Happening
from shelterbelt.assessments.policy import SEE_HAPPENING
from shelterbelt.cases.models import Case
from shelterbelt.library.acts import ActKind, Acts, acts
from shelterbelt.library.parameters import Published, parameters
from shelterbelt.store.questions import question

EVENT, STATE = "event", "state"


@dataclass(frozen=True)
class Noted:
    """One line of what happened, lasts or is planned; `type` is a type of happening or a state of the forecast."""

    id: UUID
    ref: str
    type: str
    happened_at: datetime
    recorded_at: datetime
    recorded_by: UUID
    planned: bool = False
    until_at: datetime | None = None
    until_recorded_at: datetime | None = None
    undone_at: datetime | None = None
    words: str = ""
    act: str = ""
    gone_on_at: datetime | None = None
    gone_on_by: UUID | None = None
    gone_on_because: str = ""
    left_open: tuple[str, ...] = ()
    undone_because: str = ""


def happenings_of(case: Case, *, most: int = 500) -> list[Noted]:
    """What was written down about a case, newest happening first."""
    return [noted(row, case) for row in _noted_in(case.id, most)]


@question
def _noted_in(case_id: UUID, most: int) -> QuerySet[Happening]:
    return Happening.objects.filter(case_id=case_id).order_by("-happened_at", "-id")[:most]


def noted(row: Happening, case: Case) -> Noted:
    """One row, opened."""
    told = told_of(row, case)
    return Noted(
        id=row.id,
        ref=row.ref,
        type=str(told["type"]),
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        planned=row.planned,
        until_at=row.until_at,
        until_recorded_at=row.until_recorded_at,
        undone_at=row.undone_at,
        words=str(told.get("words", "")),
        act=str(told.get("act", "")),
        gone_on_at=row.gone_on_at,
        gone_on_by=row.gone_on_by,
        gone_on_because=str(told.get("gone_on", "")),
        left_open=tuple(told.get("left_open", ())),
        undone_because=str(told.get("undone", "")),
    )


def told_of(row: Happening, case: Case) -> dict[str, Any]:
    """What lies under the seal of a row."""
    return opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))


def happening_by_ref(ref: str, *, by: Worker, at: datetime) -> Happening:
    """The happening behind a reference, if this worker may see it; refused otherwise."""
    return by_ref(_happening_rows, SEE_HAPPENING, ref, by=by, at=at)


def _happening_rows() -> QuerySet[Happening]:
    return Happening.objects.select_related("case", "case__survivor", "case__agency", "agency")


def numbers() -> Published:
    """The forecast's numbers and words, as they are published now."""
    return parameters()


def sort_of(type: str) -> str:
    """Whether a type is something that happens or something that lasts. Raises ValueError for any other word."""
    known = numbers().parameters
    if type in known.events:
        return EVENT
    if type in known.states:
        return STATE
    raise ValueError("not a type of happening")


def label_of(type: str) -> str:
    """What a type is called; one that the file no longer knows by its code."""
    words = numbers().words
    found = words.get(f"event.{type}") or words.get(f"state.{type}")
    return found.label if found else type.replace("_", " ").capitalize()


def can_lie_ahead(type: str, jurisdiction: str) -> bool:
    """Whether a day ahead makes sense: danger builds up before it, or it is an act that is planned."""
    known = numbers().parameters.events
    acted = {kind.event for kind in acts(jurisdiction).kinds.values()}
    return type in acted or (type in known and known[type].tau_before > 0)


def acts_of(case: Case) -> Acts:
    """The acts of the case's jurisdiction, and what is to be ready before each."""
    return acts(case.agency.protocol.partition("/")[0] or "demo_county")


def act_kind(case: Case, one: Noted) -> ActKind | None:
    """The kind of act that a planned happening is, if it is one."""
    return acts_of(case).kinds.get(one.act) if one.act else None
