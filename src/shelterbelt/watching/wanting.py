"""Everything that is to be watched now, whatever asks for it: orders, pairs, and the zones that survivors drew."""

from datetime import datetime
from uuid import UUID

from shelterbelt.watching.pair_sources import own_watches
from shelterbelt.watching.sources import Found, Source, order_zones

SOURCES: tuple[Source, ...] = (order_zones, own_watches)


def all_wanted(agency: UUID, at: datetime) -> Found:
    """What every source asks for, together."""
    found = Found()
    for source in SOURCES:
        one = source(agency, at)
        found.wanted += one.wanted
        found.awaited += one.awaited
        found.unreadable += one.unreadable
    return found
