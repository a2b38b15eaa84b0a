"""Since when has a device been silent, as we knew it then? Reads when things arrived, and names the instant of each alarm.

A fix that arrives long after its instant ends no silence: nobody knew then. It is called for a deadline, so it fires
though nothing arrives; the instant that it names is the deadline's, however late it is asked.
"""

from dataclasses import dataclass

from shelterbelt.rules.late import Event

SILENT, BACK = "silent", "back"
KINDS = (SILENT, BACK)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one device: the newest instant that it told of, and whether it counts as silent."""

    newest_ms: int
    silent: bool = False


def begun(at_ms: int) -> Heard:
    """This function will return a watch that begins at an instant: the device has as long as ever to say something."""
    return Heard(at_ms)


def deadline(heard: Heard, *, allowed_ms: int) -> int | None:
    """This function will return the instant at which the device counts as silent; None if it does already."""
    return None if heard.silent else heard.newest_ms + allowed_ms


def due(heard: Heard, at_ms: int, *, allowed_ms: int) -> tuple[Heard, tuple[Event, ...]]:
    """This function will return the silence that has begun by an instant, dated by its deadline; it begins once."""
    ends = deadline(heard, allowed_ms=allowed_ms)
    if ends is None or at_ms < ends:
        return heard, ()
    return Heard(heard.newest_ms, silent=True), (Event(ends, SILENT),)


def hear(heard: Heard, told_ms: int, received_ms: int, *, allowed_ms: int) -> tuple[Heard, tuple[Event, ...]]:
    """This function will take in that a device told something of one instant at another.

    Things are taken in as they arrive. What was silent until then is told first. Only something fresh, told within
    `allowed_ms` of its instant, ends a silence; what tells of a time to come counts as of now.
    """
    heard, silent = due(heard, received_ms, allowed_ms=allowed_ms)
    newest = max(heard.newest_ms, min(told_ms, received_ms))
    if heard.silent and newest + allowed_ms > received_ms:
        return Heard(newest), (*silent, Event(received_ms, BACK))
    return Heard(newest, heard.silent), silent
