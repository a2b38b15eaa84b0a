"""Real servers for tests: a mail server (aiosmtpd) that misbehaves on demand, with its own certificate."""

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Inbox:
    """What arrived, and how to behave: `on_rcpt` and `on_data` give the answer or do something first."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.raw: list[bytes] = []
        self.greeted: list[str] = []
        self.from_to: list[tuple[str, list[str]]] = []
        self.tls: list[bool] = []
        self.signed_in: list[str] = []
        self.on_rcpt: list[str] = []
        self.on_data: list[str] = []
        self.wait = 0.0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, host: str, answers: list[str]
    ) -> list[str]:
        session.host_name = host
        self.greeted.append(host)
        return answers

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_rcpt.pop(0) if self.on_rcpt else ""
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.on_data.pop(0) if self.on_data else ""
        if self.wait:
            await asyncio.sleep(self.wait)
        if answer == "drop before":
            return self._dropped(server)
        if answer and answer != "drop after":
            return answer
        raw = envelope.original_content or b""
        self.raw.append(raw)
        self.letters.append(message_from_bytes(raw, policy=default))
        self.from_to.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        self.tls.append(session.ssl is not None)
        return self._dropped(server) if answer == "drop after" else "250 OK"

    def _dropped(self, server: SMTP) -> str:
        assert server.transport is not None
        server.transport.abort()
        return "250 OK"

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = bool(data.password == b"mail secret")
        if right:
            self.signed_in.append(data.login.decode())
        return AuthResult(success=right, handled=True)


class MailServer(Controller):
    """One mail server on a port of its own."""

    def __init__(self, inbox: Inbox, **more: Any) -> None:
        super().__init__(inbox, hostname="127.0.0.1", port=0, **more)
        self.inbox = inbox

    @property
    def bound_port(self) -> int:
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        """The port is known only now."""
        self.port = self.bound_port
        super()._trigger_server()


@contextlib.contextmanager
def mail_server(**more: Any) -> Iterator[MailServer]:
    """A mail server for a while."""
    server = MailServer(Inbox(), **more)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def certificate(folder: Path, *, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate for this name and its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / f"{name}.pem", folder / f"{name}.key"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, private


def server_context(cert: Path, private: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, private)
    return context
