"""A telephone network's server for tests: it speaks SMPP 3.4 over a socket, written from the specification alone.

It knows nothing of smpplib; `test_texts` compares the two codings with each other.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

GENERIC_NACK, BIND_TRANSCEIVER, SUBMIT_SM, DELIVER_SM = 0x80000000, 0x09, 0x04, 0x05
UNBIND, ENQUIRE_LINK = 0x06, 0x15
ANSWER = 0x80000000
OK, RINVPASWD, RTHROTTLED, RINVDSTADR, RSYSERR = 0x0, 0x0E, 0x58, 0x0B, 0x08
RX_P_APPN = 0x65
# SMPP 3.4 §4.4.1: the mandatory fields of submit_sm in their order; a number is one octet, a text ends with a zero.
FIELDS = (
    ("service_type", str), ("source_addr_ton", int), ("source_addr_npi", int), ("source_addr", str),
    ("dest_addr_ton", int), ("dest_addr_npi", int), ("destination_addr", str), ("esm_class", int),
    ("protocol_id", int), ("priority_flag", int), ("schedule_delivery_time", str), ("validity_period", str),
    ("registered_delivery", int), ("replace_if_present_flag", int), ("data_coding", int), ("sm_default_msg_id", int),
)  # fmt: skip


@dataclass
class Behaviour:
    """What the server does: `answers` are statuses for submit_sm, or words for what it does instead."""

    password: str = "net pass"
    answers: list[Any] = field(default_factory=list)
    before_answer: list[bytes] = field(default_factory=list)
    hang_up_on_bind: bool = False


class Smsc:
    """One server on a port of its own; `taken` holds the fields of every submit_sm that it accepted."""

    def __init__(self, behaviour: Behaviour, context: ssl.SSLContext | None = None) -> None:
        self.behaviour = behaviour
        self.context = context
        self.seen: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []
        self.bound: list[tuple[str, str]] = []
        self.answered: list[tuple[int, int, int]] = []
        self.raw: list[bytes] = []
        self.unbound = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.going = True
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.going = False
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self.thread.join(5)
        self.socket.close()

    def _serve(self) -> None:
        while self.going:
            line, _ = self.socket.accept()
            line.settimeout(5)
            with contextlib.suppress(OSError, struct.error), line:
                self._speak(line)

    def _speak(self, plain: socket.socket) -> None:
        line = self.context.wrap_socket(plain, server_side=True) if self.context else plain
        with line:
            while (pdu := read(line)) and self._met(line, *pdu):
                pass

    def _met(self, line: socket.socket, command: int, status: int, number: int, body: bytes) -> bool:
        """Do what one PDU asks for; whether the line stays."""
        if command & ANSWER:
            self.answered.append((command, status, number))
            return True
        if command == BIND_TRANSCEIVER:
            return self._bind(line, number, body)
        if command == SUBMIT_SM:
            return self._submit(line, number, body)
        known = command in (UNBIND, ENQUIRE_LINK)
        line.sendall(packed(command | ANSWER if known else GENERIC_NACK, OK if known else 0x03, number))
        self.unbound += command == UNBIND
        return command != UNBIND

    def _bind(self, line: socket.socket, number: int, body: bytes) -> bool:
        name, password = (part.decode() for part in body.split(b"\0")[:2])
        if self.behaviour.hang_up_on_bind:
            return False
        right = password == self.behaviour.password
        if right:
            self.bound.append((name, password))
        line.sendall(
            packed(BIND_TRANSCEIVER | ANSWER, OK if right else RINVPASWD, number, b"smsc\0" if right else b"")
        )
        return right

    def _submit(self, line: socket.socket, number: int, body: bytes) -> bool:
        told = fields(body)
        self.raw.append(body)
        self.seen.append(told)
        for first in self.behaviour.before_answer:
            line.sendall(first)
        answer = self.behaviour.answers.pop(0) if self.behaviour.answers else OK
        if answer == "drop":
            return False
        if answer == "silent":
            return True
        if answer == OK:
            self.taken.append(told)
        line.sendall(
            packed(SUBMIT_SM | ANSWER, answer, number, b"id-%d\0" % len(self.seen) if answer == OK else b"")
        )
        return True

    def texts(self) -> list[str]:
        """What telephones would show: parts put together by their header (3GPP TS 23.040 §9.2.3.24.1)."""
        whole: dict[tuple[str, int], dict[int, bytes]] = {}
        shown = []
        for told in self.taken:
            octets = told["short_message"]
            if not told["esm_class"] & 0x40:
                shown.append(decoded(octets, told["data_coding"]))
                continue
            assert octets[:3] == b"\x05\x00\x03"
            parts = whole.setdefault((told["destination_addr"], octets[3]), {})
            parts[octets[5]] = octets[6:]
            if len(parts) == octets[4]:
                shown.append(decoded(b"".join(parts[n] for n in sorted(parts)), told["data_coding"]))
        return shown


# 3GPP TS 23.038 §6.2.1, the telephones' own alphabet, sixteen to a line.
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå" "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" " !\"#¤%&'()*+,-./" "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO" "PQRSTUVWXYZÄÖÑÜ§" "¿abcdefghijklmno" "pqrstuvwxyzäöñüà"
)  # fmt: skip


def decoded(octets: bytes, coding: int) -> str:
    """The text as a telephone shows it."""
    return octets.decode("utf-16-be") if coding == 8 else "".join(ALPHABET[octet] for octet in octets)


def fields(body: bytes) -> dict[str, Any]:
    """The fields of submit_sm and deliver_sm."""
    told: dict[str, Any] = {}
    for name, kind in FIELDS:
        if kind is int:
            told[name], body = body[0], body[1:]
        else:
            text, _, body = body.partition(b"\0")
            told[name] = text.decode("ascii")
    length, body = body[0], body[1:]
    told["short_message"] = body[:length]
    assert body[length:] == b"", "optional parameters that nobody expects"
    return told


def delivered(number: int, *, receipt: bool, text: bytes = b"id:1 stat:DELIVRD") -> bytes:
    """A deliver_sm: a receipt, or what somebody wrote to us."""
    body = (
        b"\0"
        + b"\x01\x01"
        + b"12025550147\0"
        + b"\x01\x01"
        + b"20255\0"
        + bytes([0x04 if receipt else 0])
        + b"\0\0"
    )
    body += b"\0" + b"\0" + b"\0\0\0\0" + bytes([len(text)]) + text
    return packed(DELIVER_SM, OK, number, body)


def enquired(number: int) -> bytes:
    """An enquire_link."""
    return packed(ENQUIRE_LINK, OK, number)


def packed(command: int, status: int, number: int, body: bytes = b"") -> bytes:
    """One PDU: length, command, status, sequence number, body (§3.2)."""
    return struct.pack(">LLLL", 16 + len(body), command, status, number) + body


def read(line: socket.socket) -> tuple[int, int, int, bytes] | None:
    """The next PDU; None when the line was closed."""
    head = _exactly(line, 16)
    if head is None:
        return None
    length, command, status, number = struct.unpack(">LLLL", head)
    body = _exactly(line, length - 16)
    return None if body is None else (command, status, number, body)


def _exactly(line: socket.socket, size: int) -> bytes | None:
    found = b""
    while len(found) < size:
        part = line.recv(size - len(found))
        if not part:
            return None
        found += part
    return found


@contextlib.contextmanager
def smsc(context: ssl.SSLContext | None = None, **how: Any) -> Iterator[Smsc]:
    """A server for a while."""
    server = Smsc(Behaviour(**how), context)
    try:
        yield server
    finally:
        server.stop()
