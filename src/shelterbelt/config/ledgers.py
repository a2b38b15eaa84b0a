"""Which ledgers this node keeps. A victim-service agency's shows its growth once a day, padded; decides nothing else."""

from shelterbelt.agencies.models import VICTIM_SERVICES
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.ledger.logs import Log


def logs_here() -> list[Log]:
    """The ledger of every agency whose files this node holds."""
    return [
        Log(agency.id, agency.name, agency.ref, daily=agency.kind in VICTIM_SERVICES)
        for agency in agencies_here()
    ]
