"""What the case page shows of a survivor's own watch: the way to it, for the workers whom they trust."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shelterbelt.access.models import Worker
from shelterbelt.cases.models import Case
from shelterbelt.safety.files import file_of
from shelterbelt.watching.pairs_policy import SEE_OWN_WATCH


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[Any, str] | None:
    """Where what is watched for them is set up; nothing for whom the survivor does not trust."""
    if case.agency_id != by.agency_id or not SEE_OWN_WATCH.allows(by):
        return None
    file = file_of(case.survivor_id)
    if file is None or not SEE_OWN_WATCH.reaches(by, file, at):
        return None
    return _("What is watched for them"), reverse("case_watch", args=[case.ref])
