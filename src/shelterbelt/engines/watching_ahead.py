"""Asks memory for what the turns to come will need, so that it has come when they begin. It changes nothing."""

from typing import Any

import numpy as np

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_copy import fetch
from shelterbelt.engines.watching_pairs import fetch_pair
from shelterbelt.engines.watching_world import (
    device_fixes_in,
    device_lines_in,
    devices_in,
    fronts_in,
    pair_fixes_in,
    pair_lines_in,
)

Array = Any  # of records
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

FAR_OFF, SOON, NEXT = 24, 12, 6  # turns ahead


@compiled
def fetch_soon(world: Record, frames: Array, turns: Array, i: Whole) -> None:
    """This function will ask for a fix, then for its device and its pair, then for where they will lie."""
    far = turns[i + FAR_OFF]
    fetch(frames[far.row])
    if far.device != turns[i + FAR_OFF - 1].device:
        fetch(fronts_in(world)[np.int64(far.device)])
    device = np.int64(turns[i + SOON].device)
    if device != turns[i + SOON - 1].device:
        fetch(devices_in(world)[3 * device])
        fetch(device_lines_in(world)[device])
        pair = np.int64(fronts_in(world)[device].pair)
        if pair >= 0:
            fetch_pair(world, pair)
    device = np.int64(turns[i + NEXT].device)
    if device != turns[i + NEXT - 1].device:
        line, pair = device_lines_in(world)[device], np.int64(fronts_in(world)[device].pair)
        fetch(device_fixes_in(world)[line.start + line.many])
        if pair >= 0:
            line = pair_lines_in(world)[pair]
            fetch(pair_fixes_in(world)[line.start + line.many])
