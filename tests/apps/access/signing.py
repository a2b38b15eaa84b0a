"""A worker's authenticator app and a device with a passkey, in a few lines each: real codes, real signatures."""

import hashlib
import json
import secrets
import struct
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

HOST = "localhost"


def visitor(**more: Any) -> Client:
    """Somebody who is not signed in."""
    return Client(HTTP_HOST=HOST, **more)


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: Any) -> bytes:
    """The little of CBOR that a passkey's answer needs."""
    from fido2 import cbor as real

    return real.encode(value)


class Device:
    """A device with one passkey; it answers a challenge as a browser would."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user = b""

    def registered(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request to make a passkey."""
        told = options["publicKey"]
        self.user = unb64(told["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor(public)
        data = self._data(0x45) + credential
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", told["challenge"])
        response = {"attestationObject": b64(attestation), "clientDataJSON": b64(client)}
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }

    def signed(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request to sign in."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(0x05)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "authenticatorData": b64(data),
            "clientDataJSON": b64(client),
            "signature": b64(signature),
            "userHandle": b64(self.user),
        }
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(HOST.encode()).digest() + bytes([flags]) + struct.pack(">I", 0)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": f"http://{HOST}"}).encode()


def add_passkey(client: Client, device: Device) -> Any:
    """Add the device's passkey on the page for it."""
    page = client.get("/account/2fa/webauthn/add/")
    options = page.context["js_data"]["creation_options"]
    credential = json.dumps(device.registered(_plain(options)))
    return client.post(
        "/account/2fa/webauthn/add/", {"name": "A", "passwordless": "on", "credential": credential}
    )


def challenge(client: Client) -> dict[str, Any]:
    """What the sign-in page asks a passkey to sign."""
    answer = client.get("/account/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    found: dict[str, Any] = answer.json()["request_options"]
    return found


def sign_in(client: Client, credential: dict[str, Any]) -> Any:
    return client.post("/account/2fa/webauthn/login/", {"credential": json.dumps(credential)})


def _plain(options: Any) -> dict[str, Any]:
    """What the page's script would read."""
    from django.core.serializers.json import DjangoJSONEncoder

    found: dict[str, Any] = json.loads(json.dumps(options, cls=DjangoJSONEncoder, default=_bytes))
    return found


def _bytes(value: Any) -> Any:
    return b64(value) if isinstance(value, bytes) else dict(value)


def figures(secret: str, step: int = 0) -> str:
    """The six figures an authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))
