"""What the page "How to reach them safely" needs to know of a case. Refuses a case that the worker may not write in."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.notices.files import ContactFile
from shelterbelt.referrals.queries import instructions_of_case


def contact_file(ref: str, *, by: Worker, at: datetime) -> ContactFile:
    """The case behind a reference, and the instructions that were given with the request for contact."""
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    if case.agency_id != by.agency_id:
        raise NotForYou
    return ContactFile(case.id, case.ref, instructions_of_case(case))
