"""Letters about pairs, between a survivor's agency and one that runs a tracker: every field is checked.

Refuses what is not named here: no place, device, alarm or count of the survivor's has a field. Opens and sends nothing.
"""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shelterbelt.rules.bodies import BadLetter, fields, instant, text
from shelterbelt.rules.fixes import Fix, Said, take
from shelterbelt.rules.frames import SIZE, Heard, joined, unframed
from shelterbelt.watching.pair_models import ENDS, REFUSED, WATCHED

REQUEST, ANSWER, FIXES, END = "watch_request/1", "watch_answer/1", "fixes/1", "watch_end/1"
REFERENCE, DOCKET, CODE = 40, 60, 40
# As many as a letter of usual size holds: whether it has one fix or all, it has the same length.
MOST = 128
REASONS = ("", "no_order", "no_tracker", "not_in_force", "not_theirs", "other")


def request(body: object) -> tuple[str, str, datetime]:
    """The reference, the court's number and the last instant in watch_request/1."""
    told = fields(body, {"reference", "docket", "until"})
    return (
        text(told, "reference", REFERENCE, needed=True),
        text(told, "docket", DOCKET, needed=True),
        instant(told, "until"),
    )


def answer(body: object) -> tuple[str, str, str]:
    """The reference, what was decided and why in watch_answer/1."""
    told = fields(body, {"reference", "answer", "because"})
    if told["answer"] not in (WATCHED, REFUSED):
        raise BadLetter("answer")
    if told["because"] not in REASONS:
        raise BadLetter("because")
    return text(told, "reference", REFERENCE, needed=True), told["answer"], told["because"]


def end(body: object) -> tuple[str, str]:
    """The reference and the reason in watch_end/1."""
    told = fields(body, {"reference", "because"})
    if told["because"] not in [code for code, _ in ENDS if code]:
        raise BadLetter("because")
    return text(told, "reference", REFERENCE, needed=True), told["because"]


def fixes_body(reference: str, fixes: Sequence[Fix]) -> dict[str, Any]:
    """The body of fixes/1: which tracker it was, and when we heard it, is not in it."""
    frames = joined(Heard(0, one.ms, one) for one in fixes)
    return {"reference": reference, "frames": b64encode(frames).decode()}


def fixes(body: object, *, at: datetime) -> tuple[str, tuple[Fix, ...]]:
    """The reference and the fixes in fixes/1, read like what a device says itself; what names no place is not among them."""
    told = fields(body, {"reference", "frames"})
    try:
        frames = b64decode(told["frames"], validate=True)
    except (TypeError, ValueError, Error):
        raise BadLetter("frames") from None
    if len(frames) % SIZE or len(frames) > MOST * SIZE:
        raise BadLetter("frames")
    received_ms = round(at.timestamp() * 1000)
    read = (_read(one.fix, received_ms) for one in unframed(frames))
    return text(told, "reference", REFERENCE, needed=True), tuple(fix for fix in read if fix is not None)


def _read(fix: Fix, received_ms: int) -> Fix | None:
    said = Said(
        fix.latitude,
        fix.longitude,
        fix.metres,
        stamp_ms=fix.ms,
        speed=fix.speed,
        battery=fix.battery,
        marks=fix.marks,
    )
    return take(said, received_ms=received_ms).fix
