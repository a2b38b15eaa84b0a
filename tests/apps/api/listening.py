"""Open streams for tests: the real server on a free port, and lines to it that hang up by themselves."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import uvicorn

from shelterbelt.config import streams


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The streams of this process, on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = uvicorn.Server(uvicorn.Config(streams.application, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    while not made.started:
        time.sleep(0.02)
    yield port
    made.should_exit = True
    thread.join(5)


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    while Line.made:
        Line.made.pop().socket.close()
    time.sleep(streams.stream.EVERY)


class Line:
    """One open stream: its status, and what has arrived."""

    made: ClassVar[list["Line"]] = []

    def __init__(self, port: int, path: str = "/stream/board", **headers: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{told}\r\n".encode())
        self.made.append(self)
        self.came, self.ended = b"", False
        self.wait(lambda: b"\r\n\r\n" in self.came)
        self.status = int(self.came.split(b" ")[1])
        self.head = self.came.split(b"\r\n\r\n")[0].decode().lower()

    def wait(self, done: Any, seconds: float = 5) -> bool:
        """Read until something holds, the line ends or the time is over."""
        until = time.monotonic() + seconds
        while not done() and not self.ended and (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                break
            self.ended = not data or data.endswith(b"0\r\n\r\n")
            self.came += data
        return bool(done())

    def news(self) -> list[dict[str, Any]]:
        return [
            json.loads(part.split(b"\n")[0]) for part in self.came.split(b"event: board\ndata: ")[1:]
        ]  # fmt: skip


def cookie(client: Any) -> str:
    from django.conf import settings

    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
