"""Measures how much the places of an order tell of where a home is: a plain circle, a widened one, a doubled one."""

import statistics
from dataclasses import dataclass

from shelterbelt.rules.earth import Point
from shelterbelt.rules.give_away import Settings, gives_away, propose

HOME: Point = (40.0, -105.0)
KEEP, SEEDS = 300.0, 40
MADE = (
    ("a circle of 300 m around the home", Settings(KEEP, 0)),
    ("widened by 300 m and shifted", Settings(KEEP, 300)),
    ("widened by 600 m and shifted", Settings(KEEP, 600)),
    ("widened by 300 m, and another one like it", Settings(KEEP, 300, others=1, spread=1500)),
    ("widened by 300 m, and three more like it", Settings(KEEP, 300, others=3, spread=3000)),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one way of drawing leaves to guess, over many seeds."""

    name: str
    hectares: float
    places: int
    nearer: tuple[float, float, float]
    again: float


def measured() -> tuple[Told, ...]:
    """This function will return what each way of drawing leaves to guess."""
    return tuple(_told(name, by) for name, by in MADE)


def _told(name: str, by: Settings) -> Told:
    found = [gives_away([propose(HOME, _seed(n), by)], keep=KEEP, home=HOME) for n in range(SEEDS)]
    two = ([propose(HOME, _seed(n), by), propose(HOME, _seed(n + SEEDS), by)] for n in range(SEEDS // 4))
    again = [gives_away(sets, keep=KEEP, home=HOME).hectares for sets in two]
    assert all(one.held for one in found), "a place that does not hold the home with all around it"
    near = sorted(one.nearer or 0.0 for one in found)
    spread = (near[len(near) // 20], statistics.mean(near), near[-1 - len(near) // 20])
    return Told(
        name,
        statistics.mean(one.hectares for one in found),
        max(one.places for one in found),
        spread,
        statistics.mean(again),
    )


def _seed(number: int) -> bytes:
    return number.to_bytes(4, "big") * 4
