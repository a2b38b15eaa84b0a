"""A real HTTP server of this node on a loopback port, that can be down and come up again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.handlers.wsgi import WSGIHandler

from shelterbelt.agencies.models import Node
from tests.world import this_node


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    block_on_close = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing about requests is printed."""


@contextmanager
def serving(port: int = 0) -> Iterator[int]:
    """This node's pages on a loopback port; the node's row knows the address, also after it is down again."""
    server = _Server(("127.0.0.1", port), _Quiet)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    Node.objects.filter(id=this_node().id).update(address=f"http://localhost:{server.server_port}")
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(path: str, data: bytes, *, node: str) -> tuple[int, bytes]:
    """One letter as any program could post it: status and body of the answer."""
    connection = HTTPConnection(urlsplit(this_node().address).netloc, timeout=5)
    try:
        connection.request("POST", path, body=data, headers={"Shelterbelt-Node": node})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
