"""The ASGI application that devices send to: who sends, how much, and the answer, which is the same bytes for everybody.

Refuses every address but its own, bodies without measure, and to say anything about a zone, another device or a fix. No
address, identifier or body is ever logged.
"""

import asyncio
import base64
import binascii
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection

from shelterbelt.ui.clock import now
from shelterbelt.watching.models import FEED, OSMAND, OWNTRACKS
from shelterbelt.watching.protocols import osmand
from shelterbelt.watching.receiving.gathering import Gathering
from shelterbelt.watching.receiving.known import FORM, Bearer, Known, digest_of, newly_there
from shelterbelt.watching.receiving.parcels import FRAMES, LATER, REFUSED, TAKEN, Parcel, parcel

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
PATHS = {
    "/fixes/owntracks": OWNTRACKS,
    "/fixes/osmand": OSMAND,
    "/fixes/osmand/": OSMAND,
    "/fixes/json": FEED,
    "/fixes/frames": FRAMES,
}
HEALTH = "/fixes/health"
SMALL, LARGE = 16 * 1024, 4 * 1024 * 1024
SLOWEST = 10.0
LOOKERS, LOOKING = 3, 500
# Three answers, each the same bytes whatever was sent and whoever sent it.
STATUS = {TAKEN: 200, REFUSED: 401, LATER: 503}
BODY = b"[]"
HEADERS = [
    (b"Content-Type", b"application/json"),
    (b"Content-Length", b"2"),
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
]
AGAIN = [(b"Retry-After", b"10")]


class Doors:
    """One receiver: what it knows of secrets, and what waits for the disk."""

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self.known = Known()
        self.gathering = Gathering(self.known, clock)
        self._clock = clock
        self._lookers = ThreadPoolExecutor(LOOKERS, thread_name_prefix="secrets")
        self._looking = 0

    def stop(self) -> None:
        """Make what waits durable, and let go of every connection: each thread has one of its own."""
        self.gathering.stop()
        all_there = threading.Barrier(LOOKERS)
        list(self._lookers.map(lambda _: _let_go(all_there), range(LOOKERS)))
        self._lookers.shutdown()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request, or the beginning and end of all."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await _say(send, await self._answer(scope, receive))

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            told = (await receive())["type"]
            if told == "lifespan.startup":
                self.gathering.start()
            else:
                await asyncio.get_running_loop().run_in_executor(None, self.stop)
            await send({"type": f"{told}.complete"})
            if told == "lifespan.shutdown":
                return

    async def _answer(self, scope: Message, receive: Receive) -> str:
        if scope["path"] == HEALTH:
            return TAKEN
        door = PATHS.get(scope["path"], "")
        if not door or scope["method"] not in (("GET", "POST") if door == OSMAND else ("POST",)):
            return REFUSED
        query = scope["query_string"].decode("latin-1")
        try:
            body = await asyncio.wait_for(_body(receive, LARGE if door in (FEED, FRAMES) else SMALL), SLOWEST)
        except TimeoutError:
            return REFUSED
        secret = _secret(door, scope, query, body) if body is not None else ""
        if body is None or not FORM.fullmatch(secret):
            return REFUSED
        return await self._taken(digest_of(secret), door, query, body)

    async def _taken(self, digest: bytes, door: str, query: str, body: bytes) -> str:
        at = self._clock()
        bearer = self.known.recalled(digest) or await self._looked(self.known.look, digest, at=at)
        if not isinstance(bearer, Bearer):
            return LATER if bearer is LATER else REFUSED
        one = _parcel(bearer, door, query, body, at)
        if one.strange and await self._looked(newly_there, bearer, one.strange, at=at) is True:
            fresh = await self._looked(self.known.look, digest, at=at)
            one = _parcel(fresh, door, query, body, at) if isinstance(fresh, Bearer) else one
        return await self.gathering.add(one)

    async def _looked(self, question: Callable[..., Any], *words: Any, at: datetime) -> Any:
        """Ask in a thread of its own; LATER when the database is away, or too many ask."""
        if self._looking >= LOOKING:
            return LATER
        self._looking += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._lookers, lambda: _asked(question, *words, at=at)
            )
        finally:
            self._looking -= 1


def _parcel(bearer: Bearer, door: str, query: str, body: bytes, at: datetime) -> Parcel:
    return parcel(bearer, door, query, body, received_ms=round(at.timestamp() * 1000))


def _asked(question: Callable[..., Any], *words: Any, at: datetime) -> Any:
    """Ask in a thread, which keeps its connection for as long as that is sound."""
    try:
        return question(*words, at=at)
    except Exception:
        with suppress(Exception):
            connection.close()
        return LATER


def _let_go(all_there: threading.Barrier) -> None:
    with suppress(threading.BrokenBarrierError):
        all_there.wait(5)
    connection.close()


async def _body(receive: Receive, most: int) -> bytes | None:
    """The whole body; none when it is too large or breaks off."""
    parts, size = [], 0
    while True:
        told = await receive()
        if told["type"] != "http.request":
            return None
        parts.append(told.get("body", b""))
        size += len(parts[-1])
        if size > most:
            return None
        if not told.get("more_body"):
            return b"".join(parts)


def _secret(door: str, scope: Message, query: str, body: bytes) -> str:
    """The secret, from where its protocol keeps it: OsmAnd knows no other place than the identifier."""
    if door == OSMAND:
        return osmand.read(query, body).id
    said = next((value for name, value in scope["headers"] if name.lower() == b"authorization"), b"")
    word, _, rest = said.decode("latin-1").strip().partition(" ")
    if door == OWNTRACKS and word.lower() == "basic":
        with suppress(binascii.Error, ValueError):
            return base64.b64decode(rest, validate=True).decode("latin-1").partition(":")[2]
    return rest.strip() if door != OWNTRACKS and word.lower() == "bearer" else ""


async def _say(send: Send, answer: str) -> None:
    headers = HEADERS + AGAIN if answer == LATER else HEADERS
    await send({"type": "http.response.start", "status": STATUS[answer], "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


application = Doors()
