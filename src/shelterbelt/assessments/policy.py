"""Who may take screens and assessments, say a level, and agree that one ends lower.

Refuses all of it to agencies that only read, and the agreement to whoever asked for it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from shelterbelt.access.bars import DANGER
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, own_agency, permission

TAKERS = ("officer", "detective", "supervisor", "nurse", "advocate", "shelter_worker")
SECONDS = ("detective", "supervisor", "nurse", "advocate", "shelter_worker")
KINDS = ("police", "hospital", "advocates", "shelter")
# Some instruments name these too. Which one somebody may take stands in its own file.
ASSESSORS = (*TAKERS, "prosecutor", "probation_officer", "coordinator")
ASSESSED_IN = (*KINDS, "prosecutor", "probation", "council")


@dataclass(frozen=True)
class AskedByAnother(Rule):
    """Somebody else asked for it."""

    name = "asked_by_another"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return bool(thing.asked_by != by.id)

    def rows(self, by: Worker, at: datetime) -> Q:
        return ~Q(asked_by=by.id)


TAKE_SCREEN = permission("take_screen", *TAKERS, kinds=KINDS)
SEE_SCREEN = permission("see_screen", *TAKERS, kinds=KINDS, glass=(DANGER,))
TAKE_ASSESSMENT = permission("take_assessment", *ASSESSORS, kinds=ASSESSED_IN)
SEE_ASSESSMENT = permission("see_assessment", *ASSESSORS, kinds=ASSESSED_IN, glass=(DANGER,))
SET_LEVEL = permission("set_level", *TAKERS, kinds=KINDS)
AGREE_LEVEL = permission("agree_level", *SECONDS, rule=own_agency & AskedByAnother(), kinds=KINDS)
RECORD_HAPPENING = permission("record_happening", *TAKERS, kinds=KINDS)
SEE_HAPPENING = permission("see_happening", *TAKERS, kinds=KINDS, glass=(DANGER,))
# The forecast goes to no court and to no agency that a case is opened to.
SEE_FORECAST = permission("see_forecast", *TAKERS, kinds=KINDS)
