"""The watch process's own loops: one takes in what was added to the log, one tells whoever is on duty, one hears the bell.

They stand beside pages and jobs and need neither: silence is told though all of those are dead. A fault is waited out.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

import psycopg
from django.conf import settings
from django.db import connection

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.library.watching import watching
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching import outages
from shelterbelt.watching.beats import WATCHER, beat, gap, last_beat
from shelterbelt.watching.log import CHANNEL
from shelterbelt.watching.models import Device
from shelterbelt.watching.pair_turning import pair_turn
from shelterbelt.watching.policy import DUTY_AT
from shelterbelt.watching.telling import call_next, tell_one
from shelterbelt.watching.turning import Watcher, apart

EVERY, TELLER_LOOKS, AFTER_FAULT = 1.0, 5.0, 0.5
PATIENCE = 2.0
# An agency that has no device is asked for one this often.
DORMANT = timedelta(seconds=5)
said = logging.getLogger(__name__)


class Loops:
    """What the threads of one process share: two bells, and the end."""

    def __init__(self) -> None:
        self.added, self.due, self.over = threading.Event(), threading.Event(), threading.Event()
        self.watcher = Watcher()
        self.asleep: dict[str, datetime] = {}

    def turn(self) -> bool:
        """One turn for every agency here; whether there is more at once."""
        more = False
        for agency in agencies_here():
            more |= apart(lambda at, one=agency: self._turn(one, at), now())
        apart(_beat, now())
        return more

    def _turn(self, agency: Agency, at: datetime) -> bool:
        if self.asleep.get(agency.ref, at) > at:
            return False
        more = self.watcher.turn(agency.id, at=at)
        apart(partial(pair_turn, agency.id), at)
        standing = self.watcher.agencies[agency.id]
        if not standing.parts and not standing.found.awaited:
            self.asleep[agency.ref] = at + DORMANT
        if agency.kind in DUTY_AT and call_next(agency.id, at=at):
            self.due.set()
        return more

    def tell(self) -> bool:
        """Tell one person of each agency; whether there was any."""
        here = [one.id for one in agencies_here() if one.kind in DUTY_AT]
        return any([apart(lambda at, one=one: tell_one(one, at=at), now()) for one in here])

    def hear(self) -> None:
        """Ring where something was added to the log, until the end."""
        told = settings.DATABASES["default"]
        parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
        known = {name: told[key] for name, key in parts.items() if told.get(key)}
        with psycopg.connect(**known, autocommit=True) as line:
            line.execute(f"listen {CHANNEL}")
            while not self.over.is_set():
                for _note in line.notifies(timeout=PATIENCE, stop_after=1):
                    self.added.set()

    def stop(self) -> None:
        """End all loops."""
        for one in (self.over, self.added, self.due):
            one.set()


@contextmanager
def running() -> Iterator[Loops]:
    """While this lasts, devices are watched and whoever is on duty is told."""
    loops = Loops()
    with suppress(Exception):
        say_away(now())
    crew = [
        threading.Thread(target=_loop, args=(loops.turn, loops.added, EVERY, loops.over), daemon=True),
        threading.Thread(target=_loop, args=(loops.tell, loops.due, TELLER_LOOKS, loops.over), daemon=True),
        threading.Thread(
            target=_loop, args=(_heard(loops), loops.over, AFTER_FAULT, loops.over), daemon=True
        ),
    ]
    for one in crew:
        one.start()
    try:
        yield loops
    finally:
        loops.stop()
        # Whatever one of them is in the middle of is in a transaction: it is done, or it was not.
        for one in crew:
            one.join(PATIENCE * 2)


def say_away(at: datetime) -> None:
    """Where this process was away, that is told as our own absence, to each agency that has devices."""
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            found = last_beat(WATCHER)
            watched = Device.objects.filter(agency_id=agency.id, ended_at=None).exists()
            if found and watched and at - found.at > gap():
                outages.note_away(agency.id, found.at, at=at)
    _beat(at=at)


@contextmanager
def beating(name: str, answers: Callable[[], bool]) -> Iterator[None]:
    """While this lasts, it is said every few seconds that a process runs, as long as it answers."""
    over = threading.Event()

    def beat_once() -> bool:
        if answers():
            _beat(name, at=now())
        return False

    every = watching().silence.beat_ms / 1000
    thread = threading.Thread(target=_loop, args=(beat_once, over, every, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE)


_beaten: dict[str, datetime] = {}


def _beat(name: str = WATCHER, *, at: datetime) -> bool:
    last = _beaten.get(name)
    if last is None or at - last >= timedelta(milliseconds=watching().silence.beat_ms):
        for agency in agencies_here()[:1]:
            with as_agency(agency.id, at=at):
                beat(name, at=at)
        _beaten[name] = at
    return False


def _heard(loops: Loops) -> Callable[[], bool]:
    def hear() -> bool:
        loops.hear()
        return False

    return hear


def _loop(work: Callable[[], bool], bell: threading.Event, every: float, over: threading.Event) -> None:
    """Work while there is any; then wait for the bell, and look again after a while whether it rang or not."""
    while not over.is_set():
        try:
            if work():
                continue
            bell.wait(every)
            if bell is not over:
                bell.clear()
        except Exception as fault:  # whatever it was, the next turn may do better
            said.error("watching: %s", type(fault).__name__)
            with suppress(Exception):
                connection.close()
            over.wait(AFTER_FAULT)
    connection.close()
