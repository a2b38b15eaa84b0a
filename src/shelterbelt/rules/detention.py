"""Is somebody in custody, as it was known at an instant, and who is to be told of it by when? Folds what a feed said.

By what happened then, and then by when it was heard. Unknown is a state of its own: a plan that has passed, a feed
that is silent, a line that does not fit never leave somebody in.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason

ARRESTED, CHARGED, MOVED, PLANNED, RELEASED, ESCAPED, RETURNED, DIED = (
    "arrested", "charged", "moved", "release_planned", "released", "escaped", "returned", "died",
)  # fmt: skip
KINDS = (ARRESTED, CHARGED, MOVED, PLANNED, RELEASED, ESCAPED, RETURNED, DIED)
LET_OUT = frozenset({RELEASED, ESCAPED})
IN, OUT, UNKNOWN = "in", "out", "unknown"
STATES = (IN, OUT, UNKNOWN, DIED)
# What is told: a change of state by its own word, and besides: that somebody was let out, where nobody can say that they are
# out now; that it was known late; that a plan is there no more.
HELD, WAS_OUT, KNOWN_LATE, PLAN_OFF = "held", "was_out", "known_late", "plan_off"
NEWS = (RELEASED, ESCAPED, HELD, MOVED, DIED, UNKNOWN, PLANNED, PLAN_OFF, WAS_OUT, KNOWN_LATE)
# What is never told to nobody.
RAISES = (RELEASED, ESCAPED, UNKNOWN, WAS_OUT, KNOWN_LATE)
# Of one instant, heard at one instant, as feeds that know only the day have it: a plan stands after what takes in, what lets
# out after that, and a death after all.
_RANKS = {PLANNED: 1, RELEASED: 2, ESCAPED: 2, DIED: 3}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a feed, or of somebody who telephoned. Instants are aware.

    `key`: the source's own name for the line. `stay`: which stay it speaks of, empty where it does not say. `expected_at`:
    when a planned release is to be, None where there is no plan any more. `undone_at`: when the line was taken back.
    Raises ValueError for a kind that is none, an expected instant of anything but a plan, or a naive instant.
    """

    key: str
    kind: str
    happened_at: datetime
    received_at: datetime
    stay: str = ""
    expected_at: datetime | None = None
    undone_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.expected_at is not None and self.kind != PLANNED):
            raise ValueError("not what a feed of custody says")
        for at in (self.happened_at, self.received_at, self.expected_at, self.undone_at):
            aware(at)

    @property
    def counts_at(self) -> datetime:
        """From when it counts: a clock that runs ahead of ours moves nothing into the future."""
        return min(self.happened_at, self.received_at)


@dataclass(frozen=True, slots=True)
class Line:
    """Who is told of one piece of news, and within which time after it was heard. `to` is the caller's own code."""

    news: str
    to: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Settings:
    """What is late, and who is told.

    `late`: whoever was let out so long before it was heard was let out unknown. `ahead`: how far the source's clock may
    run ahead before a line is doubtful. `believed_for`: so long after the last word of a source somebody still counts as in.
    Raises ValueError for news that is none, and where what raises would be told to nobody.
    """

    late: timedelta
    ahead: timedelta
    believed_for: timedelta
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        told = {line.news for line in self.lines}
        if not told <= set(NEWS) or not told >= set(RAISES):
            raise ValueError("what raises is told to somebody, and nothing is told that is no news")


@dataclass(frozen=True, slots=True)
class Held:
    """How it stands: one of STATES, since when (None: never heard of), by which kind of line; when a release is planned.

    `next_at`: when time alone makes it unknown, if nothing is heard.
    """

    state: str
    since_at: datetime | None
    by: str
    expected_release_at: datetime | None
    next_at: datetime | None
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One telling: what, to whom, by when at the latest, and whether it is an alarm."""

    news: str
    to: str
    due_at: datetime
    alarm: bool
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _State:
    place: str = UNKNOWN
    since_at: datetime | None = None
    by: str = ""
    expected_at: datetime | None = None
    stay: str = ""
    doubt: str = ""


def stand(
    changes: Iterable[Change],
    *,
    at: datetime,
    settings: Settings,
    known_at: datetime | None = None,
    heard_at: datetime | None = None,
) -> Held:
    """This function will return how somebody's custody stands at an instant, by what was known at another (the same one).

    Neither the order in which lines came nor a line that came twice matters. `heard_at`: when the source was last heard
    whole, with or without a word about this person; what was not heard by `known_at` was not known. Raises ValueError
    for a naive instant. That unknown is said as such: threats 24, 26 and 28, carried over to a feed (tag P).
    """
    known_at = at if known_at is None else known_at
    for instant in (at, known_at, heard_at):
        aware(instant)
    known = sorted(_once(one for one in changes if _known(one, at, known_at)), key=_order)
    state = _State()
    for one in known:
        state = _after(state, one, settings)
    heard = [one.received_at for one in known]
    if heard_at is not None and heard_at <= known_at:
        heard.append(heard_at)
    return _said(state, heard, at, settings)


def late(change: Change, settings: Settings) -> bool:
    """This function will say whether somebody was let out so long before it was heard that nobody could be told in time."""
    return change.kind in LET_OUT and change.received_at - change.happened_at > settings.late


def tellings(
    before: Held, after: Held, *, at: datetime, settings: Settings, change: Change | None = None
) -> tuple[Notice, ...]:
    """This function will return what is to be told to whom by when, of what changed at an instant: soonest first.

    `change` is the line that was heard, None where time alone or a line taken back changed it. Whoever was let out is
    told of: as such, as having been out when they are not any more, and as an alarm, due at once, when it was known
    late. A planned release is told of before it comes, if there is time. Nothing is told twice that was so before.
    """
    found = [
        _notice(line, after, at)
        for news in _news(before, after, change, settings)
        for line in settings.lines
        if line.news == news
    ]
    return tuple(sorted(found, key=lambda notice: notice.due_at))


def _known(change: Change, at: datetime, known_at: datetime) -> bool:
    undone = change.undone_at is not None and change.undone_at <= known_at
    return change.received_at <= known_at and change.counts_at <= at and not undone


def _once(changes: Iterable[Change]) -> Iterable[Change]:
    """A line that was sent twice is the one that was heard first: it does not bear itself out."""
    found: dict[Change, Change] = {}
    for one in changes:
        same = replace(one, received_at=one.happened_at)
        found[same] = min(found.get(same, one), one, key=lambda line: line.received_at)
    return found.values()


def _order(change: Change) -> tuple[datetime, datetime, int, float, str, str]:
    """By what happened then, and then by when it was heard. Of plans of one instant the soonest holds, none at all last."""
    soonest = -change.expected_at.timestamp() if change.expected_at else -math.inf
    rank = _RANKS.get(change.kind, 0)
    return change.counts_at, change.received_at, rank, soonest, change.stay, change.key


def _after(state: _State, change: Change, settings: Settings) -> _State:
    """How it stands after the next line in order."""
    if change.kind == CHARGED:
        return state
    if state.place == DIED and change.kind != DIED:
        return _doubted(state, change, "detention.after_death")
    if change.kind in LET_OUT:
        return _let_out(state, change)
    if change.kind == DIED:
        return _turned(state, DIED, change)
    if change.kind == PLANNED:
        planned = replace(state, expected_at=change.expected_at, by=state.by or PLANNED)
        return state if state.place == OUT else planned
    return _taken_in(state, change, settings)


def _let_out(state: _State, change: Change) -> _State:
    """Let out of one stay while another one is known to last: then nobody can say."""
    stays = change.kind == RELEASED and "" not in (state.stay, change.stay)
    if stays and state.stay != change.stay:
        return _doubted(state, change, "detention.other_stay")
    return _turned(state, OUT, change)


def _taken_in(state: _State, change: Change, settings: Settings) -> _State:
    """Taken in or moved. What does not fit, or has a clock that runs ahead, ends no “out” and makes nobody in."""
    if change.happened_at - change.received_at > settings.ahead:
        return state if state.place == IN else _doubted(state, change, "detention.clock")
    if change.kind == MOVED and state.place == OUT:
        return _doubted(state, change, "detention.not_taken_in")
    turned = _turned(state, IN, change)
    ahead = state.expected_at is not None and state.expected_at > change.counts_at
    expected = state.expected_at if change.kind == MOVED and ahead else None
    return replace(turned, expected_at=expected, stay=change.stay or state.stay)


def _turned(state: _State, place: str, change: Change) -> _State:
    """The other place from now on, or the same one since as long as before."""
    if state.place == place:
        return state
    return _State(place, change.counts_at, change.kind)


def _doubted(state: _State, change: Change, code: str) -> _State:
    since = state.since_at if state.place == UNKNOWN else change.counts_at
    return _State(UNKNOWN, since, change.kind, state.expected_at, state.stay, code)


def _said(state: _State, heard: list[datetime], at: datetime, settings: Settings) -> Held:
    """How the fold stands at an instant: whoever counts as in does so for a time."""
    because = [Reason("detention.line", state.by) if state.by else Reason("detention.never_heard")]
    if state.doubt:
        because.append(Reason(state.doubt))
    ends = None
    if state.place == IN:
        ends, code = min(_ends(state, heard, settings))
        if ends <= at:
            lapsed = (*because, Reason(code))
            return Held(UNKNOWN, ends, state.by, state.expected_at, None, lapsed)
    return Held(state.place, state.since_at, state.by, state.expected_at, ends, tuple(because))


def _ends(state: _State, heard: list[datetime], settings: Settings) -> list[tuple[datetime, str]]:
    """When time alone makes unknown whether somebody is in: the plan's instant, and too long a silence."""
    found = [(max(heard) + settings.believed_for, "detention.not_heard")]
    if state.expected_at is not None:
        found.append((state.expected_at, "detention.plan_passed"))
    return found


def _news(before: Held, after: Held, change: Change | None, settings: Settings) -> list[str]:
    found = []
    if change is not None and late(change, settings):
        found.append(KNOWN_LATE)
    if change is not None and change.kind in LET_OUT and after.state != OUT:
        found.append(WAS_OUT)
    if after.state != before.state:
        found.append({OUT: after.by, IN: HELD, UNKNOWN: UNKNOWN, DIED: DIED}[after.state])
    elif after.state == IN and change is not None and change.kind == MOVED:
        found.append(MOVED)
    if after.state in (IN, UNKNOWN) and after.expected_release_at != before.expected_release_at:
        found.append(PLANNED if after.expected_release_at else PLAN_OFF)
    return found


def _notice(line: Line, after: Held, at: datetime) -> Notice:
    alarm = line.news == KNOWN_LATE
    due = at if alarm else at + line.within
    if line.news == PLANNED and after.expected_release_at is not None:
        due = min(due, max(at, after.expected_release_at))
    return Notice(line.news, line.to, due, alarm, (Reason("detention.news", line.news), *after.because))
