"""Do two people come near each other who are to be kept apart? Reads the fixes of both, one by one.

Unknown is a state of its own: where either's last fix is too old, nothing is said to be far. It knows neither names nor
which of the two an alarm goes to, and must never answer to either's device.
"""

from dataclasses import dataclass, replace

from shelterbelt.rules import late
from shelterbelt.rules.fixes import SECOND, Fix, doubtful, moved
from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE, Event, Kept, Turn

UNKNOWN, FAR, NEAR = "unknown", "far", "near"
CAME_NEAR, CLOSING, WENT, LOST = "came_near", "closing", "went", "lost"
KINDS = (CAME_NEAR, CLOSING, WENT, LOST)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a pair is watched. Spans in milliseconds, metres, metres a second.

    `near` begins an alarm and `far` ends it, by the least distance that is possible. `stale_ms`: an older fix of the
    other one says nothing. `drift`: how fast whoever was not seen since may have moved. Closing is watched within
    `ahead` metres, over `over_ms`, for a meeting within `meet_ms`. `most`: how many fixes of both are kept.
    """

    near: float
    far: float
    stale_ms: int
    drift: float
    ahead: float
    over_ms: int
    meet_ms: int
    late_ms: int
    most: int
    vague: float
    fastest: float


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A fix of one of the two: `side` 0 or 1."""

    fix: Fix
    side: int

    @property
    def ms(self) -> int:
        """When."""
        return self.fix.ms


@dataclass(frozen=True, slots=True)
class Side:
    """The last fix of one of the two, and whether it is doubtful: its own marks, or a jump nobody can make."""

    fix: Fix
    doubtful: bool


Sides = tuple[Side | None, Side | None]


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart they are: as measured, at the least and at the most, by both accuracies and the other's age."""

    ms: int
    metres: float
    least: float
    most: float
    age_ms: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class State:
    """How they stand, the last fix of each and whether it is doubtful, which alarms stand, what closing is measured from."""

    place: str = UNKNOWN
    sides: Sides = (None, None)
    open: bool = False
    closing: bool = False
    measured: Gap | None = None
    gap: Gap | None = None


Watch = Kept[State, Seen]
BEGINNING: Watch = Kept(State())


def step(watch: Watch, fix: Fix, side: int, settings: Settings) -> Turn[State, Seen]:
    """This function will take one fix of either in, whenever it comes, and return the watch after it with what is told.

    Raises ValueError for a side that is neither 0 nor 1.
    """
    if side not in (0, 1):
        raise ValueError("a pair has two sides")
    seen = Seen(fix, side)
    return late.take(
        watch,
        seen,
        lambda state, next_: judge(state, next_, settings),
        late_ms=settings.late_ms,
        most=settings.most,
    )


def place_at(state: State, ms: int, settings: Settings) -> str:
    """This function will return how they stand at an instant: unknown once the last fix of either is too old to say."""
    fresh = all(side is not None and ms - side.fix.ms <= settings.stale_ms for side in state.sides)
    return state.place if fresh else UNKNOWN


def meets_in(gap: Gap, since: Gap, settings: Settings) -> float | None:
    """This function will return the seconds until they are `near` at the speed of their coming; None where they do not come.

    They come if the distance fell by more than both measures may be off.
    """
    fell = since.metres - gap.metres
    off = (gap.most - gap.least) / 2
    if fell <= off or gap.ms <= since.ms:
        return None
    return max(0.0, gap.metres - settings.near) / (fell / ((gap.ms - since.ms) / SECOND))


def judge(state: State, seen: Seen, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    """This function will return the state after the next fix of either in order, and what began or ended with it.

    Near by the least possible distance raises, far by the least possible distance ends. Who was not seen for longer
    than `stale_ms` is lost at that instant. What is doubtful raises and never ends. Too rough a fix says nothing unless
    they are near however far off it is.
    """
    mine, other = _side(state, seen, settings), state.sides[1 - seen.side]
    gap = _gap(mine, other, settings)
    if seen.fix.metres > settings.vague and (gap is None or gap.most > settings.near):
        return state, ()
    sides: Sides = (mine, other) if seen.side == 0 else (other, mine)
    if gap is not None:
        return _weighed(state, sides, gap, settings)
    lost = () if other is None or state.place == UNKNOWN else (Event(other.fix.ms + settings.stale_ms, LOST),)
    return State(sides=sides), lost


def _side(state: State, seen: Seen, settings: Settings) -> Side:
    before = state.sides[seen.side]
    last = None if before is None else before.fix
    return Side(seen.fix, doubtful(last, seen.fix, fastest=settings.fastest))


def _gap(mine: Side, other: Side | None, settings: Settings) -> Gap | None:
    """How far apart they are at this fix; None where the other's last one is missing or too old."""
    if other is None or mine.fix.ms - other.fix.ms > settings.stale_ms:
        return None
    age = mine.fix.ms - other.fix.ms
    moving = max(settings.drift, other.fix.speed) * age / SECOND
    off = mine.fix.metres + other.fix.metres + moving
    metres = moved(mine.fix, other.fix)
    doubtful = mine.doubtful or other.doubtful
    return Gap(mine.fix.ms, metres, max(0.0, metres - off), metres + off, age, doubtful)


def _weighed(state: State, sides: Sides, gap: Gap, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    if gap.least <= settings.near:
        told = () if state.open else (Event(gap.ms, CAME_NEAR, _certainty(gap, settings), gap.metres),)
        return State(NEAR, sides, open=True, gap=gap), told
    if state.open and (gap.doubtful or gap.least <= settings.far):
        return State(NEAR, sides, open=True, gap=gap), ()
    if state.open:
        return State(FAR, sides, gap=gap), (Event(gap.ms, WENT, SURE, gap.metres),)
    if gap.doubtful:
        return replace(state, sides=sides, gap=gap), ()
    return _ahead(state, sides, gap, settings)


def _ahead(state: State, sides: Sides, gap: Gap, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    """Far, and perhaps on the way to each other: measured once in `over_ms`, told once until they part.

    Only from fixes of both within `over_ms`: the other's older place would look as if nobody moved.
    """
    since = state.measured
    if gap.age_ms > settings.over_ms:
        return State(FAR, sides, closing=state.closing, measured=since, gap=gap), ()
    if since is None or gap.ms - since.ms < settings.over_ms:
        return State(FAR, sides, closing=state.closing, measured=since or gap, gap=gap), ()
    seconds = meets_in(gap, since, settings)
    coming = seconds is not None and gap.metres <= settings.ahead and seconds * SECOND <= settings.meet_ms
    told = coming and not state.closing
    parted = gap.metres >= since.metres
    closing = (state.closing and not parted) or coming
    after = State(FAR, sides, closing=closing, measured=gap, gap=gap)
    return after, (Event(gap.ms, CLOSING, LIKELY, gap.metres),) if told else ()


def _certainty(gap: Gap, settings: Settings) -> str:
    if gap.doubtful or gap.metres > settings.near:
        return POSSIBLE
    return SURE if gap.most <= settings.near else LIKELY
