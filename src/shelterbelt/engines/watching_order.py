"""Puts a batch into an order in which whoever belongs together lies together, and each keeps the order of its coming.

What one device or one pair tells does not depend on any other: memory is asked for once and not at every fix.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_tables import TURN

Array = NDArray[Any]

FEW = 8  # with fewer fixes than an eighth of the groups it is not worth while


def grouped(index: Array, group: Array) -> Array:
    """This function will return the rows of a batch in such an order, as `TURN`; `group` is by device."""
    many = int(group.max(initial=-1)) + 1
    turns = np.empty(len(index), TURN)
    if len(index) * FEW < many:
        turns["row"], turns["device"] = np.arange(len(index)), index
        return turns
    _sort(index, group, np.zeros(many + 1, np.int64), turns)
    return turns


@compiled
def _sort(index: Array, group: Array, starts: Array, turns: Array) -> None:
    for i in range(len(index)):
        starts[group[index[i]] + 1] += 1
    for i in range(1, len(starts)):
        starts[i] += starts[i - 1]
    for i in range(len(index)):
        one = group[index[i]]
        turn = turns[starts[one]]
        turn.row, turn.device = i, index[i]
        starts[one] += 1
