"""Watches a whole country: what `rules.watches` tells of each fix, for batches of frames, with nothing but arrays in memory.

It knows no table and no clock. How late a fix may come, and how many are kept for that, is one for zones, pairs and devices.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines import watching_build as build
from shelterbelt.engines.watching_changes import carry
from shelterbelt.engines.watching_order import grouped
from shelterbelt.engines.watching_passes import a_pass
from shelterbelt.engines.watching_tables import (
    BOX,
    CERTAINTIES,
    DEVICE,
    EVENT,
    FRAME,
    IN_ZONE,
    KINDS,
    NEAR,
    SIDE,
    SILENCE,
    STATES,
    TOLD,
)
from shelterbelt.engines.watching_world import ARRAYS, DONE, NO_PAPER, NO_SLOT, world_of
from shelterbelt.rules.watches import OF, Told, Watched, Ways

Array = NDArray[Any]

PAPER = 1 << 16
EVENTS_OF_A_FIX = 8
TABLE = 1 << 24  # devices with numbers below this are found by their number
ROOM = 32
VERSION = 2  # of what is kept: raised when the same arrays mean something else
NOT_KEPT = ("was", "now", "stands", "told", "told_many")


class OtherWatches(ValueError):
    """What was kept is of other settings, of another version, or of no engine."""


class Engine:
    """All the watches of one node, or of one part of it, and how each of them stands."""

    def __init__(self, ways: Ways, watched: Watched) -> None:
        """Raises ValueError for settings that differ in what they have in common, or spans of nothing."""
        _refuse(ways)
        self.ways, self.watched = ways, watched
        most = ways.zone.most
        self.room = 2 * most if most <= 2 * ROOM else ROOM
        self.arrays = build.laid_out(watched, self.room)
        self.arrays |= _scratch(self.room)
        self._find_devices()
        self._world: Array | None = None

    def take(self, frames: bytes | Array) -> Array:
        """This function will take frames in, in the order in which they arrived, and return what is told as rows of `TOLD`.

        `row` is the place of the frame that showed it. Raises ValueError for half a frame.
        """
        batch = np.frombuffer(frames, FRAME)
        index = self._index(batch["device"])
        told = self._through(batch, grouped(index, self.arrays["group"]))
        found = np.concatenate(told) if told else np.zeros(0, TOLD)
        return found[np.argsort(found["row"], kind="stable")]

    def expect(self, device: int, at_ms: int, allowed_ms: int | None = None) -> None:
        """This function will do what `Watches.expect` does."""
        place = int(self._index(np.array([device], np.uint32))[0])
        arrays = self.arrays
        if arrays["allowed_ms"][place] < 0:
            arrays["heard_ms"][place], arrays["silent"][place] = at_ms, 0
        allowed = self.ways.silence.allowed_ms if allowed_ms is None else allowed_ms
        arrays["allowed_ms"][place] = allowed

    def forget(self, device: int) -> None:
        """This function will expect nothing of a device any more."""
        place = self._index(np.array([device], np.uint32))  # whichever is new makes the arrays longer
        self.arrays["allowed_ms"][place] = -1

    def only(self, devices: Iterable[int]) -> None:
        """This function will expect nothing of any other device."""
        arrays = self.arrays
        arrays["allowed_ms"][~np.isin(arrays["number"], np.array([*devices], np.uint32))] = -1

    def away(self, until_ms: int) -> None:
        """This function will count no silence from before an instant: nobody could be heard until then."""
        heard = self.arrays["heard_ms"]
        heard[:] = np.where(self._waiting(), np.maximum(heard, until_ms), heard)

    def changed(self, watched: Watched) -> "Engine":
        """This function will do what `Watches.changed` does."""
        return self._as_in(self.arrays, self.ways, watched)

    def due(self, at_ms: int) -> Array:
        """This function will return the silences that have begun by an instant, as rows of `TOLD`; `row` is -1."""
        ends = self._ends()
        late = np.flatnonzero((ends >= 0) & (ends <= at_ms))
        self.arrays["silent"][late] = 1
        found = np.zeros(len(late), TOLD)
        found["watch"] = found["device"] = self.arrays["number"][late]
        found["row"], found["of"], found["ms"] = -1, SILENCE, ends[late]
        return found

    def next_due(self) -> int | None:
        """This function will return the instant of the next silence, if nothing is heard until then; None for none."""
        ends = self._ends()
        ends = ends[ends >= 0]
        return int(ends.min()) if len(ends) else None

    def kept(self) -> bytes:
        """This function will return how everything stands. It holds places: whoever stores it seals it."""
        found = io.BytesIO()
        arrays: dict[str, Any] = {name: one for name, one in self.arrays.items() if name not in NOT_KEPT}
        np.savez(found, mark=np.frombuffer(_mark(self.ways), np.uint8), **arrays)
        return found.getvalue()

    @classmethod
    def restored(cls, data: bytes, ways: Ways, watched: Watched) -> "Engine":
        """This function will return an engine that stands as that one stood, changed to what is watched now.

        Raises OtherWatches for what it cannot read.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                arrays = {name: kept[name] for name in kept.files}
        except (ValueError, OSError, EOFError, KeyError, BadZipFile) as fault:
            raise OtherWatches("this was kept by no engine") from fault
        if arrays.pop("mark", np.zeros(0)).tobytes() != _mark(ways):
            raise OtherWatches("this was kept with other settings, or by another version")
        return cls._as_in(arrays, ways, watched)

    @classmethod
    def _as_in(cls, arrays: dict[str, Array], ways: Ways, watched: Watched) -> "Engine":
        found = cls(ways, watched)
        found._index(arrays["number"])
        carry(arrays, found.arrays)
        found._make_paper()
        return found

    def _ends(self) -> Array:
        """When each device will count as silent; -1 for one that does already, or of which nothing is expected."""
        arrays = self.arrays
        return np.where(self._waiting(), arrays["heard_ms"] + arrays["allowed_ms"], -1)

    def _waiting(self) -> Array:
        """Of which devices something is expected that do not count as silent."""
        found: Array = (self.arrays["allowed_ms"] >= 0) & (self.arrays["silent"] == 0)
        return found

    def _through(self, batch: Array, turns: Array) -> list[Array]:
        """A whole pass, with as much room as it turns out to need."""
        told, at, many = [], 0, len(turns)
        while at < many:
            world = self._as_world()
            at, why = a_pass(world, batch, turns, at, many)
            written = int(self.arrays["told_many"][0])
            told.append(self.arrays["told"][:written].copy())
            self.arrays["told_many"][0] = 0
            if why != DONE:
                self._make_room(why, enough=written > 0)
        return told

    def _as_world(self) -> Array:
        if self._world is None:
            longest = len(self.arrays["now"]) // EVENTS_OF_A_FIX - 2
            by = self.ways
            settings = asdict(by.device) | asdict(by.pair) | asdict(by.zone)
            self._world = world_of(self.arrays, settings, longest)
        return self._world

    def _make_room(self, why: int, *, enough: bool) -> None:
        arrays = self.arrays
        if why == NO_PAPER:
            if not enough:
                arrays["told"] = np.zeros(2 * len(arrays["told"]), TOLD)
        elif why == NO_SLOT:
            self._more_slots()
        else:
            for name in ("device_fixes", "pair_fixes"):
                arrays[name] = np.concatenate([arrays[name], np.zeros(max(1024, len(arrays[name])), FRAME)])
            self._make_paper()
        self._world = None

    def _make_paper(self) -> None:
        """Room for whatever the longest line may tell, and for it to grow once."""
        arrays = self.arrays
        rooms = (int(arrays[name]["room"].max(initial=0)) for name in ("device_lines", "pair_lines"))
        events = EVENTS_OF_A_FIX * (2 * max(self.room, *rooms) + 2)
        if events > len(arrays["now"]):
            for name in ("was", "now", "stands"):
                arrays[name] = np.zeros(events, EVENT)
            self._world = None

    def _more_slots(self) -> None:
        arrays = self.arrays
        many = len(arrays["next_slot"])
        new = max(64, many)
        arrays["slots"] = np.concatenate([arrays["slots"], np.zeros(STATES * new, IN_ZONE)])
        arrays["boxes"] = np.concatenate([arrays["boxes"], np.zeros(new, BOX)])
        for name in ("hot", "shape_of", "watch_of_slot"):
            arrays[name] = np.concatenate([arrays[name], np.zeros(new, arrays[name].dtype)])
        chain = np.arange(many + 1, many + new + 1, dtype=np.int32)
        chain[-1] = arrays["free"][0]
        arrays["next_slot"] = np.concatenate([arrays["next_slot"], chain])
        arrays["free"][0] = many

    def _find_devices(self) -> None:
        number = self.arrays["number"]
        self._sorted = np.argsort(number).astype(np.int32)
        highest = int(number.max(initial=0))
        self._table = np.full(highest + 1 if highest < TABLE else 0, -1, np.int32)
        if len(self._table):
            self._table[number] = np.arange(len(number))

    def _index(self, devices: Array) -> Array:
        """The place of each device; whichever is new gets one."""
        found = self._places(devices)
        if len(found) and found.min() < 0:
            self._add(np.unique(devices[found < 0]))
            found = self._places(devices)
        return found

    def _places(self, devices: Array) -> Array:
        if len(self._table):
            if len(devices) and int(devices.max()) < len(self._table):
                return self._table[devices]
            known = np.minimum(devices, len(self._table) - 1)
            return np.where(devices < len(self._table), self._table[known], np.int32(-1))
        number = self.arrays["number"][self._sorted]
        if not len(number):
            return np.full(len(devices), -1, np.int32)
        at = np.minimum(np.searchsorted(number, devices), len(number) - 1)
        return np.where(number[at] == devices, self._sorted[at], np.int32(-1)).astype(np.int32)

    def _add(self, numbers: Array) -> None:
        """Devices that nothing was known of: they have signals, and no zone and no pair."""
        arrays, many = self.arrays, len(numbers)
        used = int(arrays["device_used"][0])
        for name, new in build.new_devices(many, used, self.room).items():
            arrays[name] = np.concatenate([arrays[name], new])
        fixes, taken = build.store(many, self.room)
        arrays["device_fixes"] = np.concatenate([arrays["device_fixes"][:used], fixes])
        arrays["device_used"] += taken
        arrays["number"] = np.concatenate([arrays["number"], numbers.astype(np.uint32)])
        for name in ("own", "pairs_from"):
            arrays[name] = np.concatenate([arrays[name], np.full(many, arrays[name][-1])])
        first = int(arrays["group"].max(initial=-1)) + 1
        arrays["group"] = np.concatenate([arrays["group"], np.arange(first, first + many, dtype=np.int32)])
        self._find_devices()
        self._world = None


def told_of(rows: Array) -> list[Told]:
    """This function will return what was told in the words of `rules`."""
    return [
        Told(
            of=OF[one["of"]],
            watch=int(one["watch"]),
            device=int(one["device"]),
            kind=KINDS[one["of"]][one["kind"]],
            ms=int(one["ms"]),
            certainty=CERTAINTIES[one["certainty"]],
            metres=float(one["metres"]),
            taken_back=bool(one["taken_back"]),
            late_alone=bool(one["late_alone"]),
        )
        for one in rows
    ]


def _mark(ways: Ways) -> bytes:
    """What tells these settings and this layout from others."""
    layout = [(name, np.dtype(dtype)) for name, dtype in ARRAYS.items()]
    return hashlib.sha256(repr((VERSION, ways.zone, ways.pair, ways.device, layout)).encode()).digest()


def _refuse(ways: Ways) -> None:
    for name in ("late_ms", "most", "fastest"):
        if len({getattr(one, name) for one in (ways.zone, ways.pair, ways.device)}) > 1:
            raise ValueError(f"an engine has one {name} for all")
    if min(ways.zone.maybe_ms, ways.zone.stay_ms, ways.zone.most) <= 0 or ways.zone.late_ms < 0:
        raise ValueError("an engine needs spans that are longer than nothing")
    if ways.zone.vague != ways.pair.vague:
        raise ValueError("an engine has one vague for all")


def _scratch(room: int) -> dict[str, Array]:
    events = EVENTS_OF_A_FIX * (2 * room + 2)
    return {
        "scratch_zone": np.zeros(2, IN_ZONE),
        "scratch_device": np.zeros(2, DEVICE),
        "scratch_pair": np.zeros(2, NEAR),
        "scratch_side": np.zeros(4, SIDE),
        "scratch_box": np.zeros(1, BOX),
        **{name: np.zeros(events, EVENT) for name in ("was", "now", "stands")},
        "told": np.zeros(PAPER, TOLD),
        "told_many": np.zeros(1, np.int64),
    }
