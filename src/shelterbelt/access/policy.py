"""The roles there are, which of them go together, and who looks after accounts.

What each role may do with people's files stands in the `policy` of every app, built from `access.rules`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shelterbelt.access.bars import Bar
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, own_agency, permission, walls_before

ROLES = (
    "officer", "detective", "supervisor", "prosecutor", "probation_officer", "court_clerk",
    "coordinator", "nurse", "advocate", "shelter_worker",
    "administrator", "reviewer", "records_officer", "program",
)  # fmt: skip
ROLES_IN = {
    "police": ("officer", "detective", "supervisor"),
    "prosecutor": ("prosecutor", "supervisor"),
    "probation": ("probation_officer", "supervisor"),
    "court": ("court_clerk", "supervisor"),
    "council": ("coordinator",),
    "hospital": ("nurse", "supervisor"),
    "advocates": ("advocate", "supervisor"),
    "shelter": ("shelter_worker", "supervisor"),
}
BESIDE = ("administrator", "reviewer", "records_officer")
# Marks the account of a program (api/): nobody signs in with it, and no person gets this role.
PROGRAM = "program"

BREAKERS = ("officer", "detective", "supervisor", "prosecutor", "probation_officer", "court_clerk", "nurse")
GLASS_IN = ("police", "prosecutor", "probation", "court", "hospital")


@dataclass(frozen=True)
class AskedHere(Rule):
    """Somebody of the worker's agency, or about a file of it, asks to break glass; no wall hides that file from them."""

    name = "asked_here"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        here = by.agency_id in (thing.agency_id, thing.asker_agency_id)
        walls = Bar.objects.filter(walls_before(by), thing_id=thing.thing_id)
        return bool(here and thing.thing_id and not walls.exists())

    def rows(self, by: Worker, at: datetime) -> Q:
        walls = Bar.objects.filter(walls_before(by), thing_id=OuterRef("thing_id"))
        here = Q(agency_id=by.agency_id) | Q(asker_agency_id=by.agency_id)
        return here & Q(~Exists(walls), thing_id__isnull=False)


@dataclass(frozen=True)
class Mine(Rule):
    """The worker's own."""

    name = "mine"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return bool(thing.worker_id == by.id)

    def rows(self, by: Worker, at: datetime) -> Q:
        return Q(worker_id=by.id)


MANAGE_ACCOUNTS = permission("manage_accounts", "administrator")
CONFIRM_RESET = permission("confirm_reset", "administrator", "supervisor")
SEE_ALERTS = permission("see_alerts", "supervisor", "reviewer")
ASK_GLASS = permission("ask_glass", *BREAKERS, rule=Mine(), kinds=GLASS_IN)
AGREE_GLASS = permission("agree_glass", *BREAKERS, rule=AskedHere(), kinds=GLASS_IN)
REVIEW_GLASS = permission("review_glass", "reviewer", rule=own_agency)
SEE_TRIES = permission("see_tries", "reviewer", rule=own_agency)


def roles_in(kind: str) -> tuple[str, ...]:
    """The roles that exist in an agency of a kind."""
    return (*ROLES_IN.get(kind, ()), *BESIDE)


def clash(roles: Iterable[str]) -> bool:
    """Whether roles do not go together: who keeps accounts does no casework, and the reviewer is nothing else."""
    held = set(roles)
    return ("reviewer" in held and len(held) > 1) or (
        "administrator" in held and not held <= {"administrator", "records_officer"}
    )
