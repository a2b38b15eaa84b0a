"""Which instructions hold for one person right now: those that stand here, else those that came with the request.

It refuses to mix them: only a hard stop in either always stops.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection

from shelterbelt.agencies.sealed import opened
from shelterbelt.notices.instructions import Told
from shelterbelt.notices.models import StandingInstructions
from shelterbelt.rules.contact import Standing


@dataclass(frozen=True)
class Reached:
    """Whom instructions are about, as permissions read it."""

    agency_id: UUID
    about: UUID
    bars: ClassVar[tuple[str, ...]] = ("about",)


@dataclass(frozen=True)
class Stand:
    """The instructions in force and the change that waits, each with its row."""

    row: StandingInstructions | None
    told: Told | None
    waiting: StandingInstructions | None


def standing_row(agency: UUID, about: UUID, state: str) -> StandingInstructions | None:
    """The instructions in this state."""
    return StandingInstructions.objects.filter(agency_id=agency, about=about, state=state).first()


def stand_of(agency: UUID, about: UUID, *, given: Told | None = None) -> Stand:
    """What holds now, and what waits to be checked."""
    row = standing_row(agency, about, "in_force")
    told: Told | None = opened(row) if row else given
    if row and given and given.get("no_contact"):
        told = {**(told or {}), "no_contact": True}
    return Stand(row, told, standing_row(agency, about, "proposed"))


def standing_of(agency: UUID, about: UUID, *, given: Told | None) -> tuple[Told | None, Standing]:
    """The same as the rules take it."""
    found = stand_of(agency, about, given=given)
    deceased = bool(found.row and found.told and found.told.get("deceased"))
    return found.told, Standing(change_pending=found.waiting is not None, deceased=deceased)


def hold_still(about: UUID, *, changing: bool) -> None:
    """Let nobody change how a person is reached while a message goes, and no message go while it changes.

    Held until the transaction ends; messages may go side by side.
    """
    key = int.from_bytes(about.bytes[8:], "big", signed=True)
    lock = "pg_advisory_xact_lock" if changing else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"select {lock}(%s)", [key])


def instructions_in_force(agency: UUID, about: UUID) -> dict[str, Any] | None:
    """What stands here for a person; None when nothing does, or while a change waits to be checked."""
    found = stand_of(agency, about)
    return dict(found.told) if found.told and found.waiting is None else None


def told_on(row: StandingInstructions) -> datetime:
    """When these instructions came into force, or were told."""
    return row.settled_at or row.told_at
