"""What the case page shows of conversations: the way to them, for the worker whom the survivor trusts, and for nobody else."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shelterbelt.access.models import Worker
from shelterbelt.cases.models import Case
from shelterbelt.conversations.policy import SEE_WORDS
from shelterbelt.safety.files import file_of


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[Any, str] | None:
    """Where the two write to each other; nothing for whom the survivor does not trust."""
    if case.agency_id != by.agency_id or not SEE_WORDS.allows(by):
        return None
    file = file_of(case.survivor_id)
    if file is None or not SEE_WORDS.reaches(by, file, at):
        return None
    return _("Write with them"), reverse("words", args=[file.ref])
