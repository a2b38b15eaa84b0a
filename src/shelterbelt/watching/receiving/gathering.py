"""Lets requests that wait at the same time become durable together, and tells each when it is. It knows no HTTP.

Refuses more than it can hold: whoever is told “later” sends again, and nothing that was taken is lost.
"""

import asyncio
import logging
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from shelterbelt.watching.actions.keeping import keep_fixes, note_heard
from shelterbelt.watching.models import FEED
from shelterbelt.watching.receiving.known import Known
from shelterbelt.watching.receiving.parcels import LATER, TAKEN, Parcel

# Fixes in one transaction, fixes that may wait, and requests that may: of one device, of one feed.
AT_ONCE, WAITING, OF_ONE, OF_A_FEED = 20_000, 200_000, 16, 128
NOTED_AT_ONCE = 256
TO_THE, LONG_AGO = timedelta(minutes=1), datetime.min.replace(tzinfo=UTC)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request that waits for the disk, and where to tell it."""

    parcel: Parcel
    answer: "asyncio.Future[str]"

    @property
    def weight(self) -> int:
        return self.parcel.count + 1


class Gathering:
    """A thread that keeps whatever waits, again and again."""

    def __init__(self, known: Known, clock: Callable[[], datetime]) -> None:
        self._known, self._clock = known, clock
        self._queue: deque[Waiting] = deque()
        self._weight = 0
        self._of: Counter[UUID] = Counter()
        self._there = threading.Condition()
        self._over = False
        self._heard = _Heard()
        self._thread = threading.Thread(target=self._run, name="fixes", daemon=True)

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def stop(self, within: float = 10.0) -> None:
        """Keep what waits, then end."""
        with self._there:
            self._over = True
            self._there.notify()
        self._thread.join(within)

    async def add(self, parcel: Parcel) -> str:
        """Wait until a parcel is on the disk: TAKEN; REFUSED where its secret has ended, LATER where nothing was kept."""
        one = Waiting(parcel, asyncio.get_running_loop().create_future())
        most = OF_A_FEED if parcel.bearer.protocol == FEED else OF_ONE
        with self._there:
            if self._over or self._weight + one.weight > WAITING or self._of[parcel.bearer.id] >= most:
                return LATER
            self._queue.append(one)
            self._weight += one.weight
            self._of[parcel.bearer.id] += 1
            self._there.notify()
        return await one.answer

    def _run(self) -> None:
        while together := self._next():
            answers = self._kept(together)
            with self._there:
                for one in together:
                    self._weight -= one.weight
                    self._of[one.parcel.bearer.id] -= 1
                self._of += Counter()
            _tell_all(together, answers)
            self._heard.note(
                [one.parcel for one, a in zip(together, answers, strict=True) if a == TAKEN], self._clock()
            )
        connection.close()

    def _next(self) -> list[Waiting]:
        """What waits now, up to what fits; waits for it; nothing when all is over."""
        with self._there:
            while not self._queue and not self._over:
                self._there.wait()
            together: list[Waiting] = []
            weight = 0
            while self._queue and (not together or weight + self._queue[0].weight <= AT_ONCE):
                together.append(self._queue.popleft())
                weight += together[-1].weight
            return together

    def _kept(self, together: Sequence[Waiting]) -> list[str]:
        """One transaction for each agency: what fails in one is no other's."""
        by: dict[UUID, list[int]] = defaultdict(list)
        for place, one in enumerate(together):
            by[one.parcel.bearer.agency].append(place)
        answers = [LATER] * len(together)
        for agency, places in by.items():
            for place, answer in zip(
                places, self._of_agency(agency, [together[p].parcel for p in places]), strict=True
            ):
                answers[place] = answer
        return answers

    def _of_agency(self, agency: UUID, parcels: list[Parcel]) -> list[str]:
        try:
            fates, version = keep_fixes(agency, parcels, at=self._clock())
        except Exception as fault:  # whatever it was, nothing of it was acknowledged
            log.error("fixes were not kept: %s", type(fault).__name__)
            with suppress(Exception):
                connection.close()
            return [LATER] * len(parcels)
        # Whoever was looked up before something changed is looked up again.
        for parcel, fate in zip(parcels, fates, strict=True):
            if fate != TAKEN or parcel.bearer.version != version:
                self._known.forget(parcel.bearer.digest)
        return fates


class _Heard:
    """When each device was heard last, written down once a minute and after the answers; who is not noted is noted later."""

    def __init__(self) -> None:
        self._at: dict[UUID, datetime] = {}

    def note(self, parcels: Sequence[Parcel], at: datetime) -> None:
        """Write down some of those whose minute is over."""
        for agency in {parcel.bearer.agency for parcel in parcels}:
            heard = {d for parcel in parcels if parcel.bearer.agency == agency for d in parcel.heard}
            due = [d for d in heard if at - self._at.get(d, LONG_AGO) >= TO_THE][:NOTED_AT_ONCE]
            if due:
                with suppress(Exception):  # a page shows an older minute; fixes are safe
                    note_heard(agency, due, at=at)
                    self._at.update(dict.fromkeys(due, at))


def _tell_all(together: Sequence[Waiting], answers: Sequence[str]) -> None:
    """Tell each, with one call for each loop that waits: one, but for tests."""
    by: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[str], str]]] = defaultdict(list)
    for one, answer in zip(together, answers, strict=True):
        by[one.answer.get_loop()].append((one.answer, answer))
    for loop, told in by.items():
        with suppress(RuntimeError):  # it has ended, and whoever asked with it
            loop.call_soon_threadsafe(_tell, told)


def _tell(answers: Sequence[tuple["asyncio.Future[str]", str]]) -> None:
    for future, answer in answers:
        if not future.done():
            future.set_result(answer)
