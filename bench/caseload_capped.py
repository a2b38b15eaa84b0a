"""What neither frames nor SQL can say well: the area under a capped sum of exponentials, halved in NumPy for both peers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

HALVINGS = 40


class Sums:
    """Many sums factor · (1 + Σ c·exp(k·s)), each over its own stretch. `owner` says whose each term is, in order."""

    def __init__(self, owner: Array, c: Array, k: Array, factor: Array, cap: Array, length: Array) -> None:
        self.owner, self.c, self.k = owner, c, k
        self.factor, self.cap, self.length = factor, cap, length

    def _summed(self, terms: Array) -> Array:
        return np.bincount(self.owner, terms, minlength=len(self.factor))

    def value(self, s: Array) -> Array:
        return self.factor * (1 + self._summed(self.c * np.exp(self.k * s[self.owner])))

    def falls(self, s: Array) -> Array:
        return self._summed(self.c * self.k * np.exp(self.k * s[self.owner])) < 0

    def integral(self, low: Array, high: Array) -> Array:
        start, span = low[self.owner], (high - low)[self.owner]
        terms = self.c / self.k * np.exp(self.k * start) * np.expm1(self.k * span)
        return self.factor * (high - low + self._summed(terms))

    def areas(self) -> Array:
        """The integral of min(cap, sum) over each stretch."""
        none, whole = np.zeros_like(self.length), self.length
        over_start, over_end = self.value(none) > self.cap, self.value(whole) > self.cap
        least = self._halved(self.falls, none, whole)
        least = np.where(over_start & over_end, least, np.where(over_start, whole, none))
        low = np.where(over_start, self._halved(lambda s: self.value(s) > self.cap, none, least), none)
        high = np.where(over_end, self._halved(lambda s: self.value(s) <= self.cap, least, whole), whole)
        under = self.value(least) <= self.cap
        low, high = np.where(under, low, none), np.where(under, high, none)
        return self.cap * (self.length - (high - low)) + self.integral(low, high)

    def _halved(self, holds: Any, low: Array, high: Array) -> Array:
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            goes_on = holds(middle)
            low, high = np.where(goes_on, middle, low), np.where(goes_on, high, middle)
        return high
