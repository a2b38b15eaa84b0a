"""OwnTracks over HTTP: one object a message, in the clear or sealed with the passphrase that the device was given.

Takes positions alone: no waypoints, no cards, nothing about regions. Source: the OwnTracks booklet, `_type=location` and
`_type=encrypted` (libsodium's secretbox; the key is the passphrase, filled up with zeros to 32 bytes).
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from shelterbelt.rules.fixes import Said
from shelterbelt.watching.protocols.values import (
    KILOMETRE_AN_HOUR,
    hundredths,
    mapping,
    speed,
    stamp_ms,
)


def read(body: bytes, passphrase: str = "") -> Said | None:
    """This function will return the position in a message, or None; without its passphrase a sealed one says nothing."""
    told = mapping(body)
    if told.get("_type") == "encrypted":
        told = mapping(_opened(told.get("data"), passphrase))
    return _position(told) if told.get("_type") == "location" else None


def _position(told: Mapping[str, Any]) -> Said:
    return Said(
        told.get("lat"),
        told.get("lon"),
        told.get("acc"),
        stamp_ms(told.get("tst")),
        speed(told.get("vel"), KILOMETRE_AN_HOUR),
        hundredths(told.get("batt")),
    )


def key_of(passphrase: str) -> bytes:
    """This function will return the 32 bytes that OwnTracks makes of a passphrase."""
    return passphrase.encode()[: SecretBox.KEY_SIZE].ljust(SecretBox.KEY_SIZE, b"\0")


def _opened(data: object, passphrase: str) -> bytes:
    if not passphrase or not isinstance(data, str):
        return b""
    try:
        return bytes(SecretBox(key_of(passphrase)).decrypt(base64.b64decode(data, validate=True)))
    except (CryptoError, ValueError, binascii.Error):
        return b""
