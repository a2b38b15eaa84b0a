"""The jobs that add settled rows to the tree and sign it. Refuse nothing: they take what has been committed."""

import logging
from uuid import UUID

from django.db import DatabaseError
from procrastinate.contrib.django import app

from shelterbelt.ledger import checkpoints
from shelterbelt.ledger.logs import logs
from shelterbelt.sealing.errors import SealingError
from shelterbelt.ui.clock import now

log = logging.getLogger(__name__)


@app.task(name="ledger.chain")
def chain_agency(agency: str) -> None:
    """Add one agency's settled entries and readings to its tree."""
    checkpoints.chain_apart(UUID(agency), at=now())


@app.periodic(cron="0 * * * *")
@app.task(name="ledger.sign", queueing_lock="ledger.sign")
def sign(timestamp: int) -> None:
    """Each hour: sign every ledger that is due. One that cannot be signed keeps no other from it."""
    for kept in logs():
        try:
            checkpoints.make(kept, at=now())
        except SealingError as fault:
            log.error("a ledger was not signed: %s", fault)
        except (DatabaseError, OSError) as fault:
            log.error("a ledger was not signed: %s", type(fault).__name__)
