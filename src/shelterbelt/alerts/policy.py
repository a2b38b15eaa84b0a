"""Who says that they are there, who sees and answers an open help alert, and who sets one up with a survivor; who goes.

Whoever is there sees open alerts of their agency. Ended ones are the survivor's own, for them and whom they trust.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, permission
from shelterbelt.alerts.models import Presence
from shelterbelt.safety.models import Trusted
from shelterbelt.safety.policy import trusted_with

DUTY = ("advocate", "shelter_worker")
KINDS = ("advocates", "shelter")
PATROL = ("officer", "detective", "supervisor")


@dataclass(frozen=True)
class ThereWhileOpen(Rule):
    """The alert has gone to whoever is there, is still open, and the worker said that they are there."""

    name = "there_while_open"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        open_now = thing.to_duty and thing.went_at is not None and thing.ended_at is None
        return bool(open_now and thing.agency_id == by.agency_id and is_there(by, at))

    def rows(self, by: Worker, at: datetime) -> Q:
        open_now = Q(agency_id=by.agency_id, to_duty=True, went_at__isnull=False, ended_at=None)
        return open_now & Q(Exists(_presence(by, at)))


def is_there(by: Worker, at: datetime) -> bool:
    """Whether this worker has said so, and it has not run out."""
    return _presence(by, at).exists()


def _presence(by: Worker, at: datetime) -> QuerySet[Presence]:
    said = Presence.objects.filter(agency_id=by.agency_id, worker_id=by.id, ended_at=None)
    return said.filter(confirmed_at__lte=at, lasts_at__gt=at)


def shared_now(at: datetime) -> Q:
    """Places that go with no alert and are still shown: their time runs, and the one who sees them is still trusted."""
    living = Trusted.objects.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at)
    trusted = living.filter(person_id=OuterRef("person_id"), worker_id=OuterRef("worker_id"))
    return Q(Exists(trusted), with_alert=False, ended_at=None, until_at__gt=at)


there_while_open = ThereWhileOpen()
BE_THERE = permission("be_there", *DUTY, kinds=KINDS)
SEE_HELP_ALERT = permission("see_help_alert", *DUTY, rule=there_while_open | trusted_with, kinds=KINDS)
ANSWER_HELP_ALERT = permission("answer_help_alert", *DUTY, rule=there_while_open, kinds=KINDS)
SET_UP_HELP = permission("set_up_help", *DUTY, rule=trusted_with, kinds=KINDS)
SEE_CALLS_FOR_HELP = permission("see_calls_for_help", *PATROL, kinds=("police",))
TAKE_CALL_FOR_HELP = permission("take_call_for_help", *PATROL, kinds=("police",))
