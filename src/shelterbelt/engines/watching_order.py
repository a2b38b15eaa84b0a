"""Puts a batch into an order in which whoever belongs together lies together, and each keeps the order of its coming.

What one device or one pair tells does not depend on any other: memory is asked for once and not at every fix.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled

Array = NDArray[Any]

FEW = 8  # with fewer fixes than an eighth of the groups it is not worth while


def grouped(index: Array, group: Array) -> Array:
    """This function will return the rows of a batch in such an order; `group` is by device."""
    many = int(group.max(initial=-1)) + 1
    if len(index) * FEW < many:
        return np.arange(len(index))
    starts, order = np.zeros(many + 1, np.int64), np.empty(len(index), np.int64)
    _sort(index, group, starts, order)
    return order


@compiled
def _sort(index: Array, group: Array, starts: Array, order: Array) -> None:
    for i in range(len(index)):
        starts[group[index[i]] + 1] += 1
    for i in range(1, len(starts)):
        starts[i] += starts[i - 1]
    for i in range(len(index)):
        one = group[index[i]]
        order[starts[one]] = i
        starts[one] += 1
