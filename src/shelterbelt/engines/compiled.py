"""Compiles functions to machine code when they are first called, and shares rows out over threads.

Compiled code is kept on disk only where the environment named a folder for it; it never chooses one itself.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numba

from shelterbelt.engines.kept import FOLDER

ROWS = 16_384  # of one part: enough to be worth a call, few enough that threads end together

F = TypeVar("F", bound=Callable[..., object])

# No counting of references (`_nrt`): passing arrays on would cost more than the work itself.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}


def compiled(function: F) -> F:
    """This function will return `function` as machine code, which runs without holding up other threads.

    It may make no array of its own. Divisions follow IEEE 754 and nothing is reordered: the results are those
    of the same steps in Python.
    """
    kept = bool(os.environ.get(FOLDER))
    found: F = numba.njit(cache=kept, **OPTIONS)(function)
    return found


def inlined(function: F) -> F:
    """This function will return `function` as part of whatever compiled function calls it."""
    found: F = numba.njit(inline="always", **OPTIONS)(function)
    return found


def in_parts(work: Callable[[int, int], None], rows: int, threads: int) -> None:
    """This function will call `work(first, until)` so that all rows are covered once, by that many threads.

    What any of them raises is raised here. Raises ValueError for less than one thread.
    """
    if threads < 1:
        raise ValueError("at least one thread is needed")
    parts = list(pairwise([*range(0, rows, ROWS), rows])) if rows else []
    if threads == 1 or len(parts) <= 1:
        for first, until in parts:
            work(first, until)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, first, until) for first, until in parts]:
            done.result()
