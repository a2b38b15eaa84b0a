"""Writes how everything in a part stands as plain values, and reads it again: whoever reads it decides as before.

What was taken in is written once for each device and told anew by the rules; no state of a rule is written twice.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple
from typing import Any

from shelterbelt.library.watching import Watching
from shelterbelt.rules import approach, geofence, signals
from shelterbelt.rules.approach import Gap, Seen, Side
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import Heard as Frame
from shelterbelt.rules.frames import joined, unframed
from shelterbelt.rules.late import Kept, Line
from shelterbelt.rules.silence import Heard
from shelterbelt.watching.deciding import Deciding, Watched, Worn, fold_of, signals_fold

Values = dict[str, Any]


def written(deciding: Deciding) -> Values:
    """All that it knows, as values that JSON has."""
    return {
        "watches": {str(number): _written(kept) for number, kept in deciding.kept.items()},
        "signals": {str(number): _written(kept) for number, kept in deciding.said.items()},
        "heard": {str(number): [one.newest_ms, one.silent] for number, one in deciding.heard.items()},
    }


def restored(
    settings: Watching, watches: Iterable[Watched], worn: Iterable[Worn], values: Values
) -> Deciding:
    """The same again, for those of the watches and devices that stand now."""
    found = Deciding(settings)
    found.heard = {int(n): Heard(*one) for n, one in values.get("heard", {}).items()}
    for number, one in values.get("signals", {}).items():
        found.said[int(number)] = _read(one, _signals_state, signals_fold(settings))
    standing = {one.number: one for one in watches}
    for number, one in values.get("watches", {}).items():
        if watched := standing.get(int(number)):
            state = _pair_state if watched.zone is None else _zone_state
            found.kept[int(number)] = _read(one, state, fold_of(settings, watched))
    found.watch(standing.values(), worn)
    return found


def frames_text(fixes: Sequence[Fix]) -> str:
    """Fixes as text: frames of no device."""
    return b64encode(joined(Frame(0, one.ms, one) for one in fixes)).decode()


def frames_read(text: str) -> tuple[Fix, ...]:
    """Fixes from such a text."""
    return tuple(one.fix for one in unframed(b64decode(text)))


def _written(kept: Kept[Any, Any]) -> Values:
    things = [line.thing for line in kept.lines]
    return {
        "base": astuple(kept.base),
        "before": None if kept.before is None else _thing(kept.before),
        "things": [_thing(one) for one in things],
    }


def _thing(one: Any) -> list[Any]:
    """A fix, or a fix of one of two with its side behind it."""
    return [*astuple(one.fix), one.side] if isinstance(one, Seen) else list(astuple(one))


def _read(values: Values, state: Callable[[Any], Any], fold: Any) -> Kept[Any, Any]:
    now = state(values["base"])
    before = None if values["before"] is None else _thing_read(values["before"])
    lines = []
    kept = Kept(now, before)
    for thing in map(_thing_read, values["things"]):
        now, told = fold(now, thing)
        lines.append(Line(thing, now, told))
    return Kept(kept.base, kept.before, tuple(lines))


FIELDS = len(Fix.__dataclass_fields__)


def _thing_read(values: Sequence[Any]) -> Fix | Seen:
    fix = Fix(*values[:FIELDS])
    return Seen(fix, values[FIELDS]) if len(values) > FIELDS else fix


def _fix(values: Sequence[Any] | None) -> Fix | None:
    return None if values is None else Fix(*values)


def _zone_state(values: Sequence[Any]) -> geofence.State:
    place, since_ms, last, *flags = values
    return geofence.State(place, since_ms, _fix(last), *flags)


def _signals_state(values: Sequence[Any]) -> signals.State:
    last, low, marks = values
    return signals.State(_fix(last), low, marks)


def _pair_state(values: Sequence[Any]) -> approach.State:
    place, sides, stands, closing, measured, gap = values
    one, two = (None if side is None else Side(Fix(*side[0]), side[1]) for side in sides)
    return approach.State(place, (one, two), stands, closing, _gap(measured), _gap(gap))


def _gap(values: Sequence[Any] | None) -> Gap | None:
    return None if values is None else Gap(*values)
