"""A receiver as tests send to it: no port, real requests, and the clock that a test says."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shelterbelt.rules.frames import Heard, unframed
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.actions import devices
from shelterbelt.watching.log import NOTHING_READ, log
from shelterbelt.watching.models import PARTS
from shelterbelt.watching.receiving.doors import Doors
from tests.apps.orders.cast import order
from tests.world import AT, Town

MS = round(AT.timestamp() * 1000)


@dataclass(frozen=True)
class Request:
    """One request, as a device makes it."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    authorization: str = ""


@dataclass(frozen=True)
class Answer:
    """All bytes of an answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def tracker(place: Town, protocol: str = "osmand", **more: Any) -> devices.Issued:
    """A tracker of the court's, for the order of this test."""
    made = order(place.court_clerk)
    with as_agency(place.court.id, at=AT, worker=place.court_clerk.id):
        return devices.issue_tracker(made, protocol, "Ankle", by=place.court_clerk, at=AT, **more)


def osmand(secret: str, latitude: float = 40.0, at: datetime = AT, **more: Any) -> Request:
    """A fix by OsmAnd."""
    told = {
        "id": secret,
        "lat": latitude,
        "lon": -105.0,
        "timestamp": round(at.timestamp() * 1000),
        "accuracy": 8,
    }
    return Request("GET", "/fixes/osmand", "&".join(f"{k}={v}" for k, v in (told | more).items()))


def owntracks(secret: str, latitude: float = 40.0, at: datetime = AT, body: bytes = b"") -> Request:
    """A fix by OwnTracks."""
    told = {"_type": "location", "lat": latitude, "lon": -105.0, "tst": round(at.timestamp()), "acc": 8}
    word = base64.b64encode(f"phone:{secret}".encode()).decode()
    return Request("POST", "/fixes/owntracks", "", body or json.dumps(told).encode(), f"Basic {word}")


def ran(work: Coroutine[Any, Any, Any]) -> Any:
    """What it comes to. In a thread of its own: a browser that another test left open has an event loop in this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()


def send(*requests: Request, at: datetime = AT, doors: Doors | None = None) -> list[Answer]:
    """Send all of these at the same time; their answers, in the order of the requests."""
    with receiver(at, doors) as ask:
        return ask(*requests)


@contextmanager
def receiver(at: datetime = AT, doors: Doors | None = None) -> Iterator[Callable[..., list[Answer]]]:
    """A receiver that goes on for as long as this lasts."""
    door = doors or Doors(lambda: at)
    door.gathering.start()

    def ask(*requests: Request) -> list[Answer]:
        async def all_() -> list[Answer]:
            return list(await asyncio.gather(*(one(door, request) for request in requests)))

        return ran(all_())

    try:
        yield ask
    finally:
        door.stop()


async def one(door: Callable[..., Awaitable[None]], request: Request, pieces: Sequence[bytes] = ()) -> Answer:
    """One request through ASGI."""
    waiting = list(pieces or [request.body])
    said: list[Any] = []

    async def receive() -> Any:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}
        return {"type": "http.disconnect"}

    async def tell(message: Any) -> None:
        said.append(message)

    headers = [(b"authorization", request.authorization.encode())] if request.authorization else []
    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "query_string": request.query.encode(),
        "headers": headers,
    }
    await door(scope, receive, tell)
    return Answer(
        said[0]["status"], tuple(said[0]["headers"]), b"".join(m.get("body", b"") for m in said[1:])
    )


def logged(agency: UUID, at: datetime = AT + timedelta(minutes=1)) -> list[Heard]:
    """Every fix in an agency's log, by part and place."""
    with as_agency(agency, at=at):
        batches = [batch for part in range(PARTS) for batch in log.read(agency, part, NOTHING_READ, 10_000)]
    return [one for batch in batches for one in unframed(batch.frames)]
