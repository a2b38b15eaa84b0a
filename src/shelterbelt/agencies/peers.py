"""Speaks to other nodes over HTTP: sealed and signed letters only, to the addresses of trusted nodes only.

Refuses redirects, answers that the other node did not sign, and answers to another question.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency, Node
from shelterbelt.sealing import letters
from shelterbelt.store.ids import uuid7

LETTERS, READS = "/exchange/letters/", "/exchange/reads/"
FROM_NODE = "Shelterbelt-Node"
ANSWER = "answer/1"
LEFT_ALONE = timedelta(seconds=30)
_silent: dict[str, datetime] = {}


class Unreachable(Exception):
    """The other node did not answer, or not in a way that can be relied on."""


class Declined(Unreachable):
    """The other node answered that it does not take this."""


class Silent(Unreachable):
    """The other node holds the line and says nothing: it is left alone for a while, for the others' sake."""


def ask(
    kind: str, body: Mapping[str, Any], *, by: Agency, to: Agency, at: datetime, timeout: float = 2.0
) -> dict[str, Any]:
    """Ask another agency's node a question and return the body of its signed answer."""
    question = uuid7()
    data = written(question, kind, body, by=by, to=to, at=at)
    answer = post(to.node, READS, data, by=by.node, at=at, timeout=timeout)
    told = answer_of(answer, by=to, to=by, re=question)
    if told["kind"] != ANSWER:
        raise Unreachable("The answer is of another kind.")
    shown: dict[str, Any] = told["body"]
    return shown


def written(
    letter: UUID,
    kind: str,
    body: Mapping[str, Any],
    *,
    by: Agency,
    to: Agency,
    at: datetime,
    re: str = "",
    least: int = letters.SMALLEST,
) -> bytes:
    """A letter as it travels: sealed to the other agency's node and signed by this one, `least` bytes or more."""
    content: dict[str, Any] = {
        "id": str(letter),
        "kind": kind,
        "from": str(by.id),
        "to": str(to.id),
        "at": at.isoformat(),
        "body": dict(body),
    }
    if re:
        content["re"] = re
    return letters.write(content, to=keys_of(to.node), by=sealing.keyring().node_keys(), least=least)


def answer_of(data: bytes, *, by: Agency, to: Agency, re: UUID) -> dict[str, Any]:
    """The answer to one letter, if the other node signed it and it answers this letter and no other."""
    try:
        told = letters.read(data, by=keys_of(by.node), to=sealing.keyring().node_keys())
    except sealing.SealingError as fault:
        raise Unreachable("The answer does not open.") from fault
    if (told.get("re"), told.get("from"), told.get("to")) != (str(re), str(by.id), str(to.id)):
        raise Unreachable("The answer belongs to another question.")
    if not isinstance(told.get("kind"), str) or not isinstance(told.get("body"), dict):
        raise Unreachable("The answer is not well formed.")
    return told


def post(node: Node, path: str, data: bytes, *, by: Node, at: datetime, timeout: float) -> bytes:
    """Send bytes to a trusted node and return the bytes it answers; one try, no redirect followed."""
    if not node.trusted:
        raise Unreachable("The node is not trusted.")
    if (since := _silent.get(node.address)) and since <= at < since + LEFT_ALONE:
        raise Silent("The node was silent a moment ago.")
    try:
        status, answer = _posted(node.address, path, data, by=by, timeout=timeout)
    except TimeoutError as fault:
        _silent[node.address] = at
        raise Silent("The node is silent.") from fault
    except (OSError, HTTPException, ValueError) as fault:
        raise Unreachable("The node does not answer.") from fault
    _silent.pop(node.address, None)
    if status == 400:
        raise Declined("The node declines.")
    if status != 200 or len(answer) > letters.LARGEST:
        raise Unreachable("The node has trouble.")
    return answer


def _posted(address: str, path: str, data: bytes, *, by: Node, timeout: float) -> tuple[int, bytes]:
    parts = urlsplit(address)
    opens = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    headers = {FROM_NODE: str(by.id), "Content-Type": "application/octet-stream"}
    connection = opens(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path.rstrip("/") + path, body=data, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(letters.LARGEST + 1)
    finally:
        connection.close()


def keys_of(node: Node) -> letters.PublicKeys:
    """What this node knows of another node's keys."""
    return letters.PublicKeys(bytes(node.sign_key), bytes(node.seal_key))
