"""How much the places that are shown to somebody tell of where a home is, and places that tell less.

Holds against whoever knows how places are made and has seen all that were shown, but not the seed. It does not know who
lives where, what else is known of the home, or what a place at its edge gives away of its own.
"""

import hashlib
import hmac
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shelterbelt.rules import earth
from shelterbelt.rules.earth import Plane, Point, apart, turned
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.zones import FARTHEST, Zone, beyond, circle

HECTARE = 10_000.0
STEPS = 64  # cells along a zone's side: its area to 1 in 100
LEAST_SEED = 16
FLAT = 0.002  # how much two planes around points near each other may differ
MOST_OTHERS = 9

Shown = Sequence[Zone]


@dataclass(frozen=True, slots=True)
class Settings:
    """How places are made: metres.

    `keep`: how far around the home somebody is to keep away at the least. `widen`: how much further each place reaches, so
    that it is drawn around any point so near to the home. `others`: how many more places of the same make there are.
    `spread`: the radius within which the middles of all of them lie. Raises ValueError for what is no place, for others
    that would lie on each other, and for places too far apart to be looked at together.
    """

    keep: float
    widen: float
    others: int = 0
    spread: float = 0.0

    def __post_init__(self) -> None:
        whole = all(math.isfinite(number) for number in (self.keep, self.widen, self.spread))
        if not whole or self.keep <= 0 or self.widen < 0 or not 0 <= self.others <= MOST_OTHERS:
            raise ValueError("a place reaches around the home, and there are a few more of it at most")
        if self.others and self.spread < 2 * (self.keep + self.widen):
            raise ValueError("other places are strewn further than they reach")
        if self.reach > FARTHEST or self.spread > FARTHEST:
            raise ValueError("places lie within 20 km of each other")

    @property
    def reach(self) -> int:
        """This property will return how far each place reaches, in whole metres, with a few for what a plane is off."""
        return math.ceil(self.keep + self.widen * (1 + FLAT) + 1)


@dataclass(frozen=True, slots=True)
class GiveAway:
    """What is left to guess. `hectares`: the ground on which a home could lie. `places`: how many places it lies in.

    `nearer`: the share of that ground that lies nearer to the middle of a place than the home does, so 0 points at it;
    None without a home, or where it lies outside. `homes`: how many of the known homes lie on that ground, None where
    none were given. `held`: every shown set holds the home with all that is to be kept around it.
    """

    hectares: float
    places: int
    nearer: float | None
    homes: int | None
    held: bool
    because: tuple[Reason, ...]


def propose(home: Point, seed: bytes, settings: Settings) -> tuple[Zone, ...]:
    """This function will return places to propose for a home at (latitude, longitude), always the same for a seed.

    Each is a circle of `keep` + `widen` metres, and a few more for what a plane is off. In its own the home lies anywhere
    within `widen` of the middle, no part likelier than another by ground; all middles are strewn alike around a point
    that is itself anywhere, so that none of the places is likelier to be the home's. They stand in an order that tells
    nothing. The seed is the home's own and is kept: places from two seeds for one home, shown to one person, are cut
    with each other. Raises ValueError for a seed under 16 bytes. Source: our own choice (tag P), after strewing for one
    in k (Duckham & Kulik 2005, tag M).
    """
    if len(seed) < LEAST_SEED:
        raise ValueError("a seed has at least 16 bytes")
    chance = _chance(seed)
    middle = _moved(home, _strewn(chance, settings.widen))
    anchor = _moved(middle, _strewn(chance, settings.spread))
    others = [_moved(anchor, _strewn(chance, settings.spread)) for _ in range(settings.others)]
    return tuple(circle(*one, settings.reach) for one in sorted(map(_rounded, (middle, *others))))


def gives_away(
    shown: Sequence[Shown],
    *,
    keep: float,
    home: Point | None = None,
    homes: Iterable[Point] | None = None,
) -> GiveAway:
    """This function will return how much places tell of a home, from all the sets that were shown to one person.

    The home may lie wherever, in each set, one place holds it with `keep` metres around it: that is as much as places of
    `propose` tell. The ground is measured by cells, to about 1 in 100 of the first set. `home` and `homes` are
    (latitude, longitude). Raises ValueError where nothing was shown.
    """
    if not shown or not all(shown):
        raise ValueError("nothing is shown")
    could = [_Could(zones, keep) for zones in shown]
    area, near = 0.0, 0.0
    held = home is not None and all(one.holds(home) for one in could)
    far = could[0].middle(home) if home is not None else 0.0
    places: set[int] = set()
    for number, cell, size in _cells(could[0]):
        if all(one.holds(cell) for one in could[1:]):
            area += size
            near += size if held and could[0].middle(cell) < far else 0.0
            places.add(number)
    counted = None if homes is None else sum(all(one.holds(at) for one in could) for at in homes)
    nearer = near / area if held and area else None
    because = _because(held=held, home=home, counted=counted, places=len(places))
    return GiveAway(area / HECTARE, len(places), nearer, counted, held, because)


@dataclass(frozen=True, slots=True)
class _Could:
    """Where a home could lie by one set of places."""

    zones: Shown
    keep: float

    def within(self, zone: Zone, at: Point) -> bool:
        """Whether one place could be the home's, were it there."""
        return beyond(zone, *at) <= -self.keep

    def holds(self, at: Point) -> bool:
        """Whether any could."""
        return any(self.within(zone, at) for zone in self.zones)

    def middle(self, at: Point) -> float:
        """How far it is to the middle of the nearest place."""
        return min(apart(*at, zone.plane.latitude, zone.plane.longitude) for zone in self.zones)


def _cells(could: _Could) -> Iterator[tuple[int, Point, float]]:
    """The ground on which a home could lie, cell by cell: the first place that holds its middle, that, and square metres."""
    for number, zone in enumerate(could.zones):
        east = [x for x, _ in zone.points]
        north = [y for _, y in zone.points]
        reach = max(0.0, zone.reach - could.keep)
        west, south = min(east) - reach, min(north) - reach
        wide, high = max(east) + reach - west, max(north) + reach - south
        for x in range(STEPS):
            for y in range(STEPS):
                at = _position(zone.plane, west + (x + 0.5) * wide / STEPS, south + (y + 0.5) * high / STEPS)
                before = any(could.within(other, at) for other in could.zones[:number])
                if not before and could.within(zone, at):
                    yield number, at, wide * high / STEPS**2


def _position(plane: Plane, east: float, north: float) -> Point:
    """The position of a point of a plane: the other way round of `Plane.at`."""
    round_ = math.cos(math.radians(plane.latitude)) * earth.RADIUS
    return plane.latitude + math.degrees(north / earth.RADIUS), turned(
        plane.longitude + math.degrees(east / round_)
    )


def _moved(at: Point, by: Point) -> Point:
    return _position(Plane(*at), *by)


def _rounded(at: Point) -> Point:
    return round(at[0], 6), round(at[1], 6)


def _strewn(chance: Iterator[float], radius: float) -> Point:
    """A point anywhere within a radius, no part likelier than another by its ground."""
    far, angle = radius * math.sqrt(next(chance)), math.tau * next(chance)
    return far * math.cos(angle), far * math.sin(angle)


def _chance(seed: bytes) -> Iterator[float]:
    """Numbers from 0 up to 1 that nobody can tell without the seed: HMAC-SHA256 of a counter (RFC 2104)."""
    number = 0
    while True:
        drawn = hmac.digest(seed, b"give_away" + number.to_bytes(8, "big"), hashlib.sha256)
        yield (int.from_bytes(drawn[:8], "big") >> 11) / 2**53
        number += 1


def _because(*, held: bool, home: Point | None, counted: int | None, places: int) -> tuple[Reason, ...]:
    found = [Reason("give_away.places", str(places))]
    if home is not None and not held:
        found.append(Reason("give_away.not_held"))
    if counted is not None and counted <= 1:
        found.append(Reason("give_away.points_at_one"))
    return tuple(found)
