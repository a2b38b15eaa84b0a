"""What the case page shows of the own record: the same link to every advocate, whether there is anything or not."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.safety.policy import OPEN_FILE


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[str, str] | None:
    """The link on a case page, by the right to the case alone: it says nothing of what lies behind it."""
    if case.agency_id != by.agency_id or not OPEN_FILE.allows(by) or not may(by, WRITE_CASE, case, at=at):
        return None
    return _("What they show you"), reverse("case_shown", args=[case.ref])
