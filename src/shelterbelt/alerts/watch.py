"""The worker process's own loops: one makes alerts of presses and says who is next, others tell them.

They stand beside the job queue and never behind it: ten thousand other jobs hold no alert up. A fault is waited out.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

from django.db import connection

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.alerts.actions import call_next, take_back_unreleased, take_presses, tell_one
from shelterbelt.alerts.actions.calling import AT_ONCE
from shelterbelt.safety.policy import KINDS
from shelterbelt.ui.clock import now

EVERY, TELLERS_LOOK = 0.5, 2.0
AFTER_FAULT = 0.5
TELLERS = 4
PATIENCE = 1.0
log = logging.getLogger(__name__)
somebody_waits = threading.Event()


def turn(at: datetime) -> bool:
    """Take what was pressed and write down who is due; whether there may be more than fits into one turn.

    What fits waits for the next turn: many at a time cost little more than one.
    """
    most = 0
    for agency in _agencies():
        done = _apart(take_presses, agency, at), _apart(call_next, agency, now())
        _apart(take_back_unreleased, agency, now())
        most = max(most, *done)
    if most:
        somebody_waits.set()
    return most >= AT_ONCE


def tell(at: datetime) -> bool:
    """Tell one recipient of each agency; whether there was any."""
    return any([_apart(tell_one, agency, at) for agency in _agencies()])


def _apart(work: Callable[..., int], agency: UUID, at: datetime) -> int:
    """One work for one agency; what fails there is no other's, and waits for the next turn."""
    try:
        return int(work(agency, at=at))
    except Exception as fault:
        _told(fault)
        return 0


def _told(fault: Exception) -> None:
    log.error("help alerts: %s", type(fault).__name__)
    with suppress(Exception):
        connection.close()


def _agencies() -> list[UUID]:
    return [agency.id for agency in agencies_here() if agency.kind in KINDS]


@contextmanager
def watching(tellers: int = TELLERS) -> Iterator[None]:
    """While this lasts, presses become alerts and whoever is due is told."""
    over = threading.Event()
    works = [(turn, over, EVERY), *[(tell, somebody_waits, TELLERS_LOOK)] * tellers]
    crew = [threading.Thread(target=_loop, args=(*work, over), daemon=True) for work in works]
    for one in crew:
        one.start()
    try:
        yield
    finally:
        over.set()
        somebody_waits.set()
        # Whatever one of them is in the middle of is claimed: it goes again after the start.
        for one in crew:
            one.join(PATIENCE)


def _loop(
    work: Callable[[datetime], bool], bell: threading.Event, every: float, over: threading.Event
) -> None:
    """Work while there is any; then wait for the bell, and look again after a while whether it rang or not."""
    while not over.is_set():
        try:
            if work(now()):
                continue
            bell.wait(every)
            if bell is not over:
                bell.clear()
        except Exception as fault:  # whatever it was, the next turn may do better
            _told(fault)
            over.wait(AFTER_FAULT)
    connection.close()
