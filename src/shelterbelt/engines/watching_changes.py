"""Carries how everything stands over to an engine that watches something else: `rules.watches.Watches.changed` as arrays.

What stays keeps how it stands; what is new, or has another place or other devices, begins after the newest fix of its devices.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.watching_judges import BEGINNING
from shelterbelt.engines.watching_tables import FRAME, IN_ZONE, NOW, PAIR_STATES, STATES

Array = NDArray[Any]
Arrays = dict[str, Array]
Key = tuple[int, int]  # a watch and a device, as they are called outside
Place = tuple[Any, ...]

ORDER = ("ms", "latitude", "longitude", "metres", "speed", "battery", "marks")  # as `Fix` has it


def carry(old: Arrays, new: Arrays) -> None:
    """This function will put into `new`, an engine's arrays that nothing was taken in by, how matters stand in `old`.

    `new` has a place for every device of `old`. Nothing of `old` is changed, and nothing is shared with it.
    """
    place = {device: n for n, device in enumerate(new["number"].tolist())}
    at = np.array([place[device] for device in old["number"].tolist()], np.int64)
    for name in ("heard_ms", "allowed_ms", "silent"):
        new[name][at] = old[name]
    _copy(old, new, "devices", STATES, at, np.arange(len(at)))
    _carry_lines(old, new, "device", at, np.arange(len(at)))
    _carry_pairs(old, new)
    _carry_zones(old, new)


def _copy(old: Arrays, new: Arrays, name: str, rows: int, at: Array, of: Array) -> None:
    """Copy what lies in so many rows for each."""
    each = np.arange(rows)
    new[name][(rows * at[:, None] + each).ravel()] = old[name][(rows * of[:, None] + each).ravel()]


def _carry_lines(old: Arrays, new: Arrays, name: str, at: Array, of: Array) -> None:
    """Copy lines with their fixes, and lay all out one after the other."""
    lines, fixes = new[f"{name}_lines"], old[f"{name}_fixes"]
    lines[at] = old[f"{name}_lines"][of]
    sizes = lines["room"].astype(np.int64) + 1
    begins = np.cumsum(sizes) - sizes
    found = np.zeros(int(sizes.sum()), FRAME)
    found[_spans(begins[at], sizes[at])] = fixes[_spans(lines["start"][at] - 1, sizes[at])]
    lines["start"] = begins + 1
    new[f"{name}_fixes"], new[f"{name}_used"] = found, np.array([len(found)], np.int64)


def _spans(first: Array, many: Array) -> Array:
    """All numbers of spans, one after the other."""
    before = np.cumsum(many) - many
    found: Array = np.repeat(first - before, many) + np.arange(int(many.sum()))
    return found


def _carry_pairs(old: Arrays, new: Arrays) -> None:
    was, now = _pairs(old), _pairs(new)
    stays = [(n, was[pair]) for pair, n in now.items() if pair in was]
    at, of = np.array(stays, np.int64).reshape(-1, 2).T
    for name, rows in (("pairs", PAIR_STATES), ("sides", 2 * PAIR_STATES)):
        _copy(old, new, name, rows, at, of)
    _carry_lines(old, new, "pair", at, of)
    place = {device: n for n, device in enumerate(new["number"].tolist())}
    for pair, n in now.items():
        if pair not in was:
            _begin_pair(new, n, [_newest(new, place[device]) for device in pair[1:]])


def _pairs(arrays: Arrays) -> dict[tuple[int, int, int], int]:
    """Each pair as (watch, device, device), and where it lies."""
    device, pair = _repeated(arrays["pairs_from"]), arrays["pairs_of"]
    second = device != arrays["pair_index"][pair]
    two = np.zeros(len(arrays["pair_one"]), np.int64)
    two[pair[second]] = device[second]
    columns = (arrays["watch_of_pair"], arrays["pair_one"], arrays["number"][two])
    return {pair: n for n, pair in enumerate(zip(*(one.tolist() for one in columns), strict=True))}


def _repeated(ranges: Array) -> Array:
    """Whose each entry is, of those that lie together."""
    return np.repeat(np.arange(len(ranges) - 1), np.diff(ranges))


def _begin_pair(new: Arrays, n: int, newest: list[Any]) -> None:
    """The newest fix of both stands before the first that the pair sees, as if it had been let go."""
    seen = [
        (tuple(fix[name] for name in ORDER), side, fix) for side, fix in enumerate(newest) if fix is not None
    ]
    if seen:
        line = new["pair_lines"][n : n + 1]
        line["before"] = 1
        new["pair_fixes"][line["start"] - 1] = max(seen, key=lambda one: one[:2])[2]


def _newest(arrays: Arrays, device: int) -> Any:
    line = arrays["device_lines"][device]
    return arrays["device_fixes"][line["start"] + line["many"] - 1] if line["many"] else None


class _Known:
    """What an engine watches devices for: own places and shared ones, and the slots that there are for them."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.number = arrays["number"].tolist()
        self.places: list[Place] = list(_places(arrays))
        self.own = [self.number[device] for device in _repeated(arrays["own"])]
        self.watches = arrays["watch_of_slot"].tolist()
        own: list[Key] = list(zip(self.watches, self.own, strict=False))
        self.slots: dict[Key, int] = {key: slot for slot, key in enumerate(own)}
        self.slots |= {(self.watches[slot], self.number[device]): slot for device, slot in self._chained()}
        shapes = arrays["shared_shapes"].tolist()
        self.shared = {
            watch: self.places[shape]
            for watch, shape in zip(arrays["shared_watches"].tolist(), shapes, strict=True)
        }
        self.bound = {self.number[device] for device in np.flatnonzero(arrays["bound"])}

    def _chained(self) -> Iterator[tuple[int, int]]:
        after = self.arrays["next_slot"].tolist()
        for device in np.flatnonzero(self.arrays["chained"]).tolist():
            slot = int(self.arrays["chain"][device])
            while slot >= 0:
                yield device, slot
                slot = after[slot]

    def place(self, key: Key) -> Place | None:
        """The place that a watch has for a device; None if it has none."""
        if (slot := self.slots.get(key)) is not None:
            return self.places[int(self.arrays["shape_of"][slot])]
        return self.shared.get(key[0]) if key[1] in self.bound else None

    def near(self) -> dict[int, list[int]]:
        """The devices that have slots for each watch."""
        found: dict[int, list[int]] = defaultdict(list)
        for watch, device in self.slots:
            found[watch].append(device)
        return found


def _places(arrays: Arrays) -> Iterator[Place]:
    points = arrays["points"].tolist()
    for latitude, longitude, _narrow, reach, first, until, shape in arrays["shapes"].tolist():
        yield shape, latitude, longitude, reach, tuple(points[first:until])


@dataclass
class _Carrying:
    """From what to what, and the fixes since which something new is watched."""

    old: _Known
    new: _Known
    sinces: list[Any] = field(default_factory=list)

    def states(self, key: Key, device: int) -> Array | None:
        """How a place stands for a device from now on; None for as cold as can be."""
        if self.old.place(key) == self.new.place(key):
            return self._kept(key)
        newest = _newest(self.new.arrays, device)
        if newest is None:
            return None
        begun = np.zeros(STATES, IN_ZONE)
        begun["hot"], begun["flags"], begun["cut"] = 1, BEGINNING, self._since(newest)
        return begun

    def _kept(self, key: Key) -> Array | None:
        slot = self.old.slots.get(key)
        if slot is None:
            return None
        found: Array = self.old.arrays["slots"][STATES * slot : STATES * (slot + 1)].copy()
        if cut := int(found["cut"][0]):
            found["cut"] = self._since(self.old.arrays["sinces"][cut - 1])
        return found if found["hot"].any() or found["cut"].any() else None

    def _since(self, fix: Any) -> int:
        self.sinces.append(fix)
        return len(self.sinces)


def _carry_zones(old: Arrays, new: Arrays) -> None:
    carrying = _Carrying(_Known(old), _Known(new))
    known = carrying.new
    for slot, device in enumerate(_repeated(new["own"]).tolist()):
        states = carrying.states((known.watches[slot], known.number[device]), device)
        if states is not None:
            _put(new, slot, states)
    _chain(new, list(_shared(carrying)))
    new["sinces"] = np.array([one.tolist() for one in carrying.sinces], FRAME)


def _put(new: Arrays, slot: int, states: Array) -> None:
    new["slots"][STATES * slot : STATES * (slot + 1)] = states
    new["hot"][slot] = states["hot"][NOW]


def _shared(carrying: _Carrying) -> Iterator[tuple[int, int, Array]]:
    """Which device needs a slot for which shared place: where something is open, and where it is new."""
    old, new = carrying.old, carrying.new
    near, stays = old.near(), new.bound & old.bound
    for zone, (watch, place) in enumerate(new.shared.items()):
        same = old.shared.get(watch) == place
        some = {*near[watch], *(new.bound - stays)} & new.bound if same else new.bound
        for device in np.flatnonzero(np.isin(new.arrays["number"], list(some))).tolist():
            states = carrying.states((watch, new.number[device]), device)
            if states is not None:
                yield device, zone, states


def _chain(new: Arrays, slots: Iterable[tuple[int, int, Array]]) -> None:
    """Add slots, each chained to its device."""
    slots = list(slots)
    first, many = len(new["next_slot"]), len(slots)
    zones = np.array([zone for _, zone, _ in slots], np.int64)
    more: Arrays = {
        "slots": np.zeros(STATES * many, IN_ZONE),
        "hot": np.zeros(many, np.uint8),
        "boxes": new["shared_boxes"][zones],
        "shape_of": new["shared_shapes"][zones],
        "watch_of_slot": new["shared_watches"][zones],
        "next_slot": np.zeros(many, np.int32),
    }
    for name, one in more.items():
        new[name] = np.concatenate([new[name], one])
    for slot, (device, _zone, states) in enumerate(slots, first):
        _put(new, slot, states)
        new["next_slot"][slot], new["chain"][device] = new["chain"][device], slot
        new["chained"][device] += 1
