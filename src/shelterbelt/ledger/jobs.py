"""The job that links settled rows. Refuses nothing: it links what has been committed."""

from uuid import UUID

from procrastinate.contrib.django import app

from shelterbelt.ledger.chain import chain
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


@app.task(name="ledger.chain")
def chain_agency(agency: str) -> None:
    """Link one agency's settled entries and readings."""
    with as_agency(UUID(agency), at=now()):
        chain(UUID(agency))
