"""Identifiers: time-ordered inside (UUIDv7, RFC 9562 §5.7), random in addresses. Refuses to carry meaning."""

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """This function will return a UUIDv7: 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


def new_ref() -> str:
    """This function will return the 128 random bits (22 characters) that stand for a row in an address."""
    return secrets.token_urlsafe(16)
