"""The ASGI application that streams: beside the pages, in the same process, on a port of its own.

Refuses every address but the one it knows, other sites' pages, and more streams than it can serve. It decides nothing.
"""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import close_old_connections

from shelterbelt.api import stream, watch_stream
from shelterbelt.api.stream import Listening, State

log = logging.getLogger(__name__)
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# What is listened to at each address: both are asked alike how it stands, and what is new.
STREAMS: dict[str, Any] = {"/stream/board": stream, "/stream/watch": watch_stream}
MOST, MOST_OF_ONE = 200, 4
QUIET = 20  # looks without news before a line that says nothing, so that a dead line is noticed
_looking = ThreadPoolExecutor(2, thread_name_prefix="stream")
_open: "Counter[str]" = Counter()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """One request: a stream, or nothing."""
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http":
        return None
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    who = _who(scope, headers)
    key = who.session or who.token if who else ""
    if who is None or _open.total() >= MOST or _open[key] >= MOST_OF_ONE:
        return await _nothing(send)
    _open[key] += 1
    try:
        await _streamed(STREAMS[scope["path"]], who, headers, receive, send)
    finally:
        _open[key] -= 1
    return None


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        told = (await receive())["type"]
        await send({"type": f"{told}.complete"})
        if told == "lifespan.shutdown":
            return


def _who(scope: Message, headers: dict[str, str]) -> Listening | None:
    """Who asks, by a token or by the cookie of a page of ours; none when it cannot be anybody."""
    if scope["method"] != "GET" or scope["path"] not in STREAMS:
        return None
    holder = parse_qs(scope["query_string"].decode("latin-1")).get("from", [""])[0][:22]
    word, _, token = headers.get("authorization", "").partition(" ")
    if word.lower() == "bearer":
        return Listening(token=token.strip(), holder=holder)
    if headers.get("origin", settings.ADDRESS) != settings.ADDRESS:
        return None
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return Listening(session=found.value, holder=holder) if found and found.value else None


async def _streamed(told: Any, who: Listening, headers: dict[str, str], receive: Receive, send: Send) -> None:
    loop = asyncio.get_running_loop()
    # Looked at before the listener is told that it listens: all that happens from there on is told.
    state: State | None = await loop.run_in_executor(_looking, _asked, told.begin, who)
    if state is None:
        await _nothing(send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": _headers(headers)})
    await send({"type": "http.response.body", "body": b": begun\n\n", "more_body": True})
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await _tell(told, who, state, gone, send)
    finally:
        gone.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _tell(told: Any, who: Listening, state: State, gone: "asyncio.Future[None]", send: Send) -> None:
    loop = asyncio.get_running_loop()
    quiet = 0
    while not gone.done():
        found = await loop.run_in_executor(_looking, _asked, told.look, who, state)
        if found is None:
            return
        state, news = found
        quiet = 0 if news else quiet + 1
        if quiet > QUIET:
            news, quiet = b":\n\n", 0
        if news:
            await send({"type": "http.response.body", "body": news, "more_body": True})
        await asyncio.wait([gone], timeout=stream.EVERY)


def _asked(question: Callable[..., Any], *words: Any) -> Any:
    """Ask in a thread; a fault ends the stream, and the page asks again by itself."""
    close_old_connections()
    try:
        return question(*words)
    except Exception as fault:
        log.error("a look failed", exc_info=fault)
        return None
    finally:
        close_old_connections()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(asked: dict[str, str]) -> list[tuple[bytes, bytes]]:
    told = {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
        "Vary": "Origin, Cookie, Authorization",
    }
    if asked.get("origin") == settings.ADDRESS:
        told |= {
            "Access-Control-Allow-Origin": settings.ADDRESS,
            "Access-Control-Allow-Credentials": "true",
        }
    return [(name.encode(), value.encode()) for name, value in told.items()]


async def _nothing(send: Send) -> None:
    """The one answer for whoever gets no stream."""
    headers = [(b"Cache-Control", b"no-store"), (b"Content-Type", b"text/plain")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Not found.\n"})


def start(port: int) -> threading.Thread:
    """Serve streams from a thread of this process; it ends with the process."""
    import uvicorn

    made = uvicorn.Config(
        application, host="127.0.0.1", port=port, log_level="warning", access_log=False, server_header=False
    )
    thread = threading.Thread(target=uvicorn.Server(made).run, name="streams", daemon=True)
    thread.start()
    return thread
