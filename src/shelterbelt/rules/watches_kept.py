"""Writes down how watches stand and reads it again: after a restart they go on as if nothing had been.

It keeps places; whoever stores it seals it. Refuses what another version wrote.
"""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from shelterbelt.rules import approach, geofence, signals
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.late import Event, Kept, Line
from shelterbelt.rules.silence import Heard
from shelterbelt.rules.watches import Watched, Watches, Ways

VERSION = 1
Judge = Callable[[Any, Any], tuple[Any, tuple[Event, ...]]]


class OtherVersion(ValueError):
    """This was written by another version, or is no such thing."""


def kept(watches: Watches) -> bytes:
    """This function will return how watches stand, as text in JSON; what they watch is not in it."""
    found = {
        "version": VERSION,
        "zones": [[*key, _kept(one)] for key, one in watches.in_zone.items()],
        "pairs": [[watch, _kept(one)] for watch, one in watches.near.items()],
        "devices": [[device, _kept(one)] for device, one in watches.said.items()],
        "zone_since": [[*key, _plain(fix)] for key, fix in watches.zone_since.items()],
        "pair_since": [[watch, _plain(seen)] for watch, seen in watches.pair_since.items()],
        "heard": [[device, _plain(one), watches.allowed[device]] for device, one in watches.heard.items()],
    }
    return json.dumps(found, separators=(",", ":")).encode()


def restored(data: bytes, ways: Ways, watched: Watched) -> Watches:
    """This function will return watches that stand as they stood. Raises OtherVersion for what it cannot read.

    `watched` is what they watched when they were written, with the same places and devices; whatever else is in it begins.
    """
    try:
        told = json.loads(data)
        if told["version"] != VERSION:
            raise OtherVersion("another version wrote these watches")
        return _restored(told, ways, watched)
    except (KeyError, TypeError, ValueError) as fault:
        raise OtherVersion("these are no watches") from fault


def _restored(told: dict[str, Any], ways: Ways, watched: Watched) -> Watches:
    found = Watches(ways, watched)
    zones = dict(found.every())
    for watch, device, one in told["zones"]:
        zone = zones.get((watch, device))
        if zone is not None:
            judge = _in_zone(zone, ways)
            found.in_zone[watch, device] = _line(one, geofence.State, Fix, judge)
    for watch, one in told["pairs"]:
        found.near[watch] = _line(
            one, approach.State, approach.Seen, lambda state, seen: approach.judge(state, seen, ways.pair)
        )
    for device, one in told["devices"]:
        found.said[device] = _line(
            one, signals.State, Fix, lambda state, fix: signals.judge(state, fix, ways.device)
        )
    for device, heard, allowed in told["heard"]:
        found.heard[device], found.allowed[device] = _read(Heard, heard), allowed
    found.zone_since = {(watch, device): _read(Fix, one) for watch, device, one in told["zone_since"]}
    found.pair_since = {watch: _read(approach.Seen, one) for watch, one in told["pair_since"]}
    found.begin()
    return found


def _in_zone(zone: Any, ways: Ways) -> Judge:
    return lambda state, fix: geofence.judge(state, fix, zone, ways.zone)


def _kept(one: Kept[Any, Any]) -> list[Any]:
    return [_plain(one.base), _plain(one.before), [_plain(line.thing) for line in one.lines]]


def _line(told: list[Any], state_type: type, thing_type: type, judge: Judge) -> Kept[Any, Any]:
    """What was kept, with the states and the events of its lines found again from its beginning."""
    base, before, things = told
    state, lines = _read(state_type, base), []
    for one in things:
        thing = _read(thing_type, one)
        state, events = judge(state, thing)
        lines.append(Line(thing, state, events))
    first = _read(state_type, base)
    return Kept(first, None if before is None else _read(thing_type, before), tuple(lines))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _read(kind: Any, value: Any) -> Any:
    """A value of a kind from its plain form: a dataclass, a tuple, one that may be None, a number or a word."""
    if is_dataclass(kind) and isinstance(kind, type):
        kinds = _kinds(kind)
        return kind(*(_read(one, part) for one, part in zip(kinds, value, strict=True)))
    options = [one for one in get_args(kind) if one is not NoneType]
    if get_origin(kind) is tuple:
        return tuple(_read(one, part) for one, part in zip(options, value, strict=True))
    if options:
        return None if value is None else _read(options[0], value)
    return value


@cache
def _kinds(kind: type) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))
