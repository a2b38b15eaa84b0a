"""A meeting that was planned, such as the hand-over of a child: which alarms it keeps quiet, and until when.

It covers what it names and nothing else: those watches, those kinds, that place, that near, that span. Doubt, silence and
tampering are never covered.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from shelterbelt.rules import approach, geofence
from shelterbelt.rules.fixes import DOUBT, TAMPERED, Fix
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.zones import CIRCLE, Zone, beyond

# What a meeting may bring with it. Whoever is lost, silent or has tampered is not at a meeting as far as anybody knows.
COVERABLE = frozenset({
    geofence.ENTERED, geofence.MAY_BE_IN, geofence.STAYED, geofence.CROSSED, approach.CAME_NEAR, approach.CLOSING,
})  # fmt: skip
LONGEST_MS = 24 * 3600 * 1000  # our own choice (tag P): a plan for longer is no meeting
MOST_METRES = 1000.0  # the farthest that a meeting's place reaches (tag P)


@dataclass(frozen=True, slots=True)
class Passage:
    """One planned meeting, [from_ms, until_ms), in whole milliseconds since 1970 in UTC.

    `watches`: the ids of the zones and pairs it is planned for. `kinds`: which alarms. `place`: the circle it takes place in.
    `metres`: how near the two may come, 0 for face to face. `made_ms`: when it was written down: it covers nothing that was
    before. `ended_ms`: from then on it covers nothing. Raises ValueError for a plan that names nothing, covers what no
    plan may, is longer than a day, or is for a place that is no circle of at most a kilometre.
    """

    id: str
    watches: AbstractSet[str]
    kinds: AbstractSet[str]
    place: Zone
    metres: float
    from_ms: int
    until_ms: int
    made_ms: int
    ended_ms: int | None = None

    def __post_init__(self) -> None:
        if not self.watches or not self.kinds or not self.kinds <= COVERABLE:
            raise ValueError("a planned meeting names its watches, and kinds that one may cover")
        if not self.from_ms < self.until_ms <= self.from_ms + LONGEST_MS:
            raise ValueError("a planned meeting ends after it begins, within a day")
        if self.place.shape != CIRCLE or self.place.reach > MOST_METRES:
            raise ValueError("a planned meeting has a place, a circle of at most a kilometre")
        if not self.metres >= 0:
            raise ValueError("how near they may come is a distance")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watch saw at an instant: of which kind, how far apart the two were at the least (0 for a zone), and by which fixes.

    `fixes`: the last one of everybody whom the watch is of: one for a zone, two for a pair. `doubtful`: the watch holds one of
    them for a jump that nobody can make.
    """

    watch: str
    kind: str
    ms: int
    least: float
    fixes: tuple[Fix, ...]
    doubtful: bool = False


def quiets(passages: Iterable[Passage], seen: Seen) -> Reason | None:
    """This function will return which planned meeting covers what was seen; None where none does and it raises as ever.

    One plan must cover all of it by itself. Everybody must be wholly in its place, by their accuracy, and nothing about
    their fixes may be in doubt. What lasts is asked of anew at each fix: who leaves the place or the span is not covered.
    """
    ids = sorted(one.id for one in passages if _covers(one, seen))
    return Reason("passages.planned", ids[0]) if ids else None


def covered_until(passages: Iterable[Passage], seen: Seen) -> int | None:
    """This function will return from when on what was seen raises if it lasts and nobody moves; None where it does now.

    Plans that follow on each other without a gap are one.
    """
    plans = sorted((one for one in passages if _fits(one, seen)), key=lambda one: one.from_ms)
    until = seen.ms
    for one in plans:
        if one.from_ms <= until < _until(one):
            until = _until(one)
    return until if until > seen.ms else None


def _covers(passage: Passage, seen: Seen) -> bool:
    return passage.from_ms <= seen.ms < _until(passage) and _fits(passage, seen)


def _fits(passage: Passage, seen: Seen) -> bool:
    """All but the span: the watch, the kind, how near, where, and that it was planned before."""
    named = seen.watch in passage.watches and seen.kind in passage.kinds
    everybody = len(seen.fixes) == (2 if seen.kind in approach.KINDS else 1)
    there = everybody and not seen.doubtful and all(_there(passage, fix) for fix in seen.fixes)
    return named and passage.made_ms <= seen.ms and there and seen.least >= passage.metres


def _there(passage: Passage, fix: Fix) -> bool:
    doubtful = fix.marks & (DOUBT | TAMPERED)
    return not doubtful and beyond(passage.place, fix.latitude, fix.longitude) + fix.metres <= 0


def _until(passage: Passage) -> int:
    return passage.until_ms if passage.ended_ms is None else min(passage.until_ms, passage.ended_ms)
