"""The words that pages put to codes, and how somebody may be reached as a page shows it. Decides nothing."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shelterbelt.hotline.models import Call, Report
from shelterbelt.hotline.safely import in_force, judged
from shelterbelt.notices.show import lines_of
from shelterbelt.notices.words import why
from shelterbelt.referrals.words import label

NOT_NOW = gettext_lazy("This is not allowed now, and nothing was written down. %(why)s")
STEPS = {
    "called_back": gettext_lazy("Called back"),
    "handed_over": gettext_lazy("Handed over"),
    "passed_on": gettext_lazy("Brought to another service"),
}
TABLES = {
    "kind": gettext_lazy("How they came to us"),
    "topics": gettext_lazy("What it was about"),
    "given": gettext_lazy("What was given"),
    "language": gettext_lazy("Language"),
    "outcome": gettext_lazy("How it ended"),
    "known": gettext_lazy("Been in touch before"),
}


def reach_shown(thing: Call | Report, at: datetime) -> dict[str, Any] | None:
    """Their instructions line by line, and for each way whether it may be taken at this moment, and why not."""
    told = in_force(thing)
    if not told:
        return None
    ways = []
    for channel in told.get("channels") or ():
        found = judged(thing, channel, at=at)
        codes = [reason.code for reason in found.because]
        allowed = found.answer == "send"
        ways.append(
            {
                "label": label("contact_channels", channel),
                "allowed": allowed,
                "number": told.get("number", "") if allowed and channel == "phone" else "",
                "why": "" if allowed else why(codes),
            }
        )
    return {"ways": ways, "lines": lines_of(told, hide_word=False)}


def waited(since: datetime, at: datetime) -> str:
    """How long somebody has been waiting, in whole minutes, hours or days."""
    gap = max(at - since, timedelta(0))
    if gap < timedelta(hours=1):
        minutes = int(gap.total_seconds() // 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if gap < timedelta(days=1):
        hours = int(gap.total_seconds() // 3600)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", gap.days) % {"n": gap.days}


def quarter_said(year: int, quarter: int) -> str:
    """A quarter of a year as a heading."""
    return _("Quarter %(quarter)d of %(year)d") % {"quarter": quarter, "year": year}
