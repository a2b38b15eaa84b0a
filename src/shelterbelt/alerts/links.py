"""What the case page shows of help alerts: the way to set them up, for the workers the survivor trusts."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shelterbelt.access.models import Worker
from shelterbelt.alerts.policy import BE_THERE, SET_UP_HELP
from shelterbelt.alerts.queries import shown_to
from shelterbelt.cases.models import Case
from shelterbelt.safety.files import file_of


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[Any, str] | None:
    """Where help alerts are set up; nothing for whom the survivor does not trust."""
    if case.agency_id != by.agency_id or not SET_UP_HELP.allows(by):
        return None
    file = file_of(case.survivor_id)
    if file is None or not SET_UP_HELP.reaches(by, file, at):
        return None
    return _("Set up help alerts"), reverse("help_set_up", args=[case.ref])


def place_of(case: Case, *, by: Worker, at: datetime) -> tuple[Any, str] | None:
    """Where the survivor of this case is, while they let this worker see it; nothing for anybody else, and nothing afterwards."""
    if case.agency_id != by.agency_id or not BE_THERE.allows(by):
        return None
    if not shown_to(by, at).filter(person_id=case.survivor_id).exists():
        return None
    return _("Where they let you see that they are"), reverse("help_alerts")
