"""A program is let in at the command line of a real node, works over real HTTP, hears what changes, and is ended."""

import base64
import json
import re
import shutil
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.config.processes import until
from tests.config.machines import Machine


@pytest.fixture(scope="module")
def machine(tables: Path | None) -> Iterator[Machine]:
    """A real node with one agency, serving."""
    media = Path(tempfile.mkdtemp(prefix="sb-programs-"))
    media.chmod(0o711)
    made = Machine(media / "home", tables=tables)
    try:
        assert (done := made("migrate")).returncode == 0, done.stderr
        added = made("agency", "add", "Real Advocates", "--kind", "advocates", "--zone", "America/Chicago")
        assert added.returncode == 0, added.stderr
        made.serve()
        yield made
    finally:
        made.remove()
        shutil.rmtree(media, ignore_errors=True)


def asked(machine: Machine, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{machine.node.port}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())


def test_a_program_is_let_in_works_and_is_ended(machine: Machine) -> None:
    wrong = machine("client", "add", "Case system", "--role", "administrator", "--scope", "cases:read")
    assert wrong.returncode == 1 and "cannot be given here" in wrong.stderr
    added = machine(
        "client",
        "add",
        "Case system",
        "--role",
        "advocate",
        "--scope",
        "cases:read",
        "--scope",
        "cases:write",
    )
    assert added.returncode == 0, added.stderr
    public, secret = re.findall(r"client_(?:id|secret):\s+(\S+)", added.stdout)
    listed = machine("client", "list").stdout
    assert public in listed and "Case system" in listed and secret not in listed
    basic = base64.b64encode(f"{public}:{secret}".encode()).decode()
    form = b"grant_type=client_credentials"
    status, told = asked(machine, "/api/token", form, Authorization=f"Basic {basic}")
    assert status == 200, told
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    with heard(machine, bearer["Authorization"]) as line:
        assert b"200" in line.recv(65536).split(b"\r\n")[0]
        body = json.dumps({"survivor": {"name": "Ama"}}).encode()
        status, case = asked(machine, "/api/v1/cases", body, **bearer, **{"Content-Type": "application/json"})
        assert status == 201, case
        came = bytearray()
        assert until(lambda: came.extend(line.recv(65536)) or case["ref"].encode() in came, within=45)
    assert asked(machine, f"/api/v1/cases/{case['ref']}", **bearer)[0] == 200
    assert asked(machine, "/api/v1/openapi.json")[1]["openapi"] == "3.1.0"
    assert machine("client", "revoke", public).returncode == 0
    assert asked(machine, "/api/v1/cases", **bearer)[0] == 401
    assert asked(machine, "/api/token", form, Authorization=f"Basic {basic}")[0] == 401
    assert "ended" in machine("client", "list").stdout
    assert machine("client", "revoke", "nobody").returncode == 1


def heard(machine: Machine, authorization: str) -> socket.socket:
    """An open stream of the board."""
    line = socket.create_connection(("127.0.0.1", machine.node.streams_port), timeout=60)
    line.sendall(
        f"GET /stream/board HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n\r\n".encode()
    )
    return line
