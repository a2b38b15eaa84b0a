"""Makes a paper of a petition's draft for a worker with a case. It keeps nothing of the draft: only that one was made."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.orders.petitions import Draft, apart_of, file_of, place_of
from shelterbelt.orders.petitions_paper import pdf
from shelterbelt.orders.policy import DRAFT_PETITION


def draw_petition(case: Case, paper: str, draft: Draft, *, by: Worker, at: datetime) -> bytes:
    """The paper that is handed over, or the page for the court alone."""
    require(by, DRAFT_PETITION, case, at=at)
    made = pdf(paper, draft, file_of(place_of(case)), apart_of(case))
    record("petition.drawn", about=case.id, by=by.id, agency=case.agency_id, at=at)
    return made
