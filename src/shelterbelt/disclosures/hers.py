"""Who has looked at a survivor's own case, for themselves in the portal, in the words of the paper that is handed to them.

Refuses a case in which they are not the survivor, and says nothing while it is not sure who the survivor is.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.cases.models import Case
from shelterbelt.disclosures.models import Practice
from shelterbelt.disclosures.seen import Look, looks_at, undetermined
from shelterbelt.disclosures.words import LOOKS
from shelterbelt.ledger.actions import reading

MOST = 200
# What the paper for a survivor says of “them”, said to themselves.
YOURS = {
    "words": gettext_lazy("Messages between you and whom you trust"),
    "plan": gettext_lazy("The plan in your own file"),
    "plan.shared": gettext_lazy("A part of your plan that you let the team read"),
    "help_alert": gettext_lazy("A call for help that you sent"),
    "help_setup": gettext_lazy("How you call for help"),
    "help_alert_seen": gettext_lazy("What began a call for help without you"),
    "own_watch": gettext_lazy("What is watched for you"),
    "portal_account": gettext_lazy("Whether and how you sign in here"),
    "own_record": gettext_lazy("One thing that you wrote down and showed"),
    "own_record.list": gettext_lazy("The list of what you show to a worker"),
    "own_record.giving": gettext_lazy("What you gave away, to be carried"),
}
Looked = tuple[datetime, str, str, str]


def looks_for(case_id: UUID, *, by: Survivor, at: datetime) -> list[Looked]:
    """When, who, what and why, newest first; workers' names only where the agency puts them on paper."""
    with own_hand(by, at=at):
        rows = Case.objects.select_related("agency").filter(survivor_id=by.id, agency_id=by.agency_id)
        case = rows.filter(id=case_id).first()
        if case is None:
            raise NotForYou
        reading("access_log", about=case.id, by=by.id, agency=case.agency_id, at=at)
        if undetermined(case):
            return []
        names = Practice.objects.filter(agency_id=by.agency_id, names_on_paper=True).exists()
        lines = looks_at(case, most=MOST).lines
    return _once_a_minute([_told(line, names=names) for line in lines])


def _told(line: Look, *, names: bool) -> Looked:
    if line.why == _("It is their own"):
        return line.at, _("You, or somebody with your words"), _yours(line.what), ""
    return line.at, line.name if names and line.name else line.who, _yours(line.what), line.why


def _yours(what: str) -> str:
    said = {str(LOOKS[code]): words for code, words in YOURS.items()}
    return str(said.get(what, what))


def _once_a_minute(lines: list[Looked]) -> list[Looked]:
    """Looks of one person at the same kind of thing within a minute are one line."""
    found: dict[tuple[str, ...], Looked] = {}
    for at, *words in lines:
        found.setdefault((at.isoformat(timespec="minutes"), *words), (at, *words))  # type: ignore[arg-type]
    return list(found.values())
