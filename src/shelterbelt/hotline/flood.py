"""What happens when very many reports come from one place: first they are listed apart, far later they wait.

Nobody is refused for good, nothing is thrown away, and no address is kept: a keyed digest is counted for two hours.
"""

from datetime import datetime, timedelta

from shelterbelt.access import limits
from shelterbelt.access.limits import FORGOTTEN, Limit, key_of
from shelterbelt.access.models import Tries
from shelterbelt.library.hotline import ways
from shelterbelt.store.asker import set_asker, signing_in

FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=5)


def waits(kind: str, network: str, *, at: datetime) -> bool:
    """Whether this place must wait a little before the next one. While it waits nothing is counted: the wait ends by itself."""
    with signing_in(at=at):
        held = limits.held({_limit(kind): key_of(kind, network)}, at=at)
        set_asker(None, None, None)
    return held


def counted(kind: str, network: str, *, at: datetime) -> int:
    """Count one more from this place, and say how many there were lately, this one among them."""
    key = key_of(kind, network)
    with signing_in(at=at):
        limits.failed({_limit(kind): key}, at=at)
        row = Tries.objects.filter(key=key, last_at__gt=at - FORGOTTEN).first()
        set_asker(None, None, None)
    return row.fails if row else 1


def _limit(kind: str) -> Limit:
    """How many of a kind are free: reports and what is said of an agency, or tries at the words of a report."""
    free = ways().wait_after if kind in ("report", "said") else ways().code_tries
    return Limit(kind, free, FIRST, LONGEST)
