"""Identifiers: time-ordered inside (UUIDv7, RFC 9562 §5.7), random in addresses. Refuses to carry meaning."""

import secrets
import threading
import time
import uuid

RANDOM = 74
_turn = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """This function will return a UUIDv7: 48 bits of milliseconds, then 74 random bits.

    Within a process each one is greater than the one before (RFC 9562 §6.2), so that what was written down first also
    stands first: two people of one report change places by no chance.
    """
    global _last
    with _turn:
        fresh = (time.time_ns() // 1_000_000) << RANDOM | secrets.randbits(RANDOM)
        following = _last + 1 + secrets.randbits(32)
        _last = value = fresh if fresh >> RANDOM > _last >> RANDOM else following
    milliseconds, drawn = value >> RANDOM, value & (2**RANDOM - 1)
    high, low = drawn >> 62, drawn & (2**62 - 1)
    return uuid.UUID(int=(milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low)


def new_ref() -> str:
    """This function will return the 128 random bits (22 characters) that stand for a row in an address."""
    return secrets.token_urlsafe(16)
