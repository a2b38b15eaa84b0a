"""What the case page shows of who is detained: the way to it, and whether news waits for the survivor."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shelterbelt.access.models import Worker
from shelterbelt.cases.models import Case
from shelterbelt.supervision.models import DetainedNews
from shelterbelt.supervision.policy import SEE_DETAINED_NEWS


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[Any, str] | None:
    """Where the survivor's wish and the news stand; nothing for whoever may not see them."""
    if case.agency_id != by.agency_id or not SEE_DETAINED_NEWS.allows(by):
        return None
    waits = DetainedNews.objects.filter(case=case, state="open").exists()
    label = _("The survivor is to be told") if waits else _("Is the other person detained?")
    return label, reverse("case_detained", args=[case.ref])
