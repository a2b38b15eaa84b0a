"""Who has looked at a survivor's own case, for themselves in the portal, in the words of the paper that is handed to them.

Refuses a case in which they are not the survivor, and says nothing while it is not sure who the survivor is.
"""

from datetime import datetime
from uuid import UUID

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.cases.models import Case
from shelterbelt.disclosures.models import Practice
from shelterbelt.disclosures.seen import looks_at, undetermined
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
        return [
            (line.at, line.name if names and line.name else line.who, line.what, line.why)
            for line in looks_at(case, most=MOST).lines
        ]
