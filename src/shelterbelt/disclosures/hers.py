"""Who has looked at a survivor's own case, for themselves in the portal, in the words of the paper that is handed to them.

Refuses a case in which they are not the survivor, and says nothing while it is not sure who the survivor is.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.cases.models import Case
from shelterbelt.disclosures.models import Practice
from shelterbelt.disclosures.seen import Look, looks_at, undetermined
from shelterbelt.ledger.actions import reading

MOST = 200
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
        return line.at, _("You, or somebody with your words"), line.what, ""
    return line.at, line.name if names and line.name else line.who, line.what, line.why


def _once_a_minute(lines: list[Looked]) -> list[Looked]:
    """Looks of one person at the same kind of thing within a minute are one line."""
    found: dict[tuple[str, ...], Looked] = {}
    for at, *words in lines:
        found.setdefault((at.isoformat(timespec="minutes"), *words), (at, *words))  # type: ignore[arg-type]
    return list(found.values())
