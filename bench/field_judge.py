"""Says of a scenario that was run whether the alert came in time, late, as mere silence or not at all, by the ground truth.

In time: within two minutes of the respondent's being where they are not to be, and before they are within 100 metres of
the door or of the other one. Whether anybody could have known is judged apart from what we told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.field_story import PAIR, QUIET, RESPONDENT, SURVIVOR, TAMPERING, Sent, Story
from bench.field_watch import Raised, Ran
from shelterbelt.rules import approach, geofence, signals, silence

SECOND = 1000
SOON, EARLY, DOOR = 120, 720, 100.0  # our own choice (tag P)
ROUGH = 1000.0  # whoever may be off by more than a kilometre is nowhere
IN_TIME, LATE, UNKNOWN, NOTHING, STILL, WRONG = (
    "in time",
    "late",
    "only unknown",
    "nothing",
    "quiet",
    "false alert",
)
ALERT, PARTIAL, NONE = "alert", "partial", "none"
CLASSES = {IN_TIME: ALERT, LATE: PARTIAL, UNKNOWN: PARTIAL, NOTHING: NONE, STILL: STILL, WRONG: WRONG}
SAYS_WHERE = {
    geofence.ENTERED, geofence.MAY_BE_IN, geofence.STAYED, geofence.CROSSED, approach.CAME_NEAR, approach.CLOSING,
}  # fmt: skip
SAYS_UNKNOWN = {geofence.LOST, silence.SILENT, *signals.KINDS}
PARTED = {geofence.LEFT, approach.WENT}
OVER = {*PARTED, geofence.LOST, approach.LOST}


@dataclass(frozen=True, slots=True)
class Judged:
    """How one roll of a scenario went. Seconds are the story's. `told`: what counts, and when it was told.

    `seen`: in time also without what was only foretold. `ended`: an end that was told while it went on.
    """

    says: str
    told: str
    at: float | None
    possible: bool
    seen: bool
    false: tuple[str, ...]
    ended: tuple[str, ...]
    tellings: int

    @property
    def class_(self) -> str:
        """Alert, partial or none; for what must stay quiet, whether it did."""
        return CLASSES[self.says]


def came_and_by(story: Story) -> tuple[int | None, int | None]:
    """This function will return from which second on it is true that somebody must be told, and until when that is in time."""
    came = next((second for second, so in enumerate(story.so) if so), None)
    if came is None:
        return None, None
    left = ((second, story.left_to_the_door(second)) for second in range(came, story.lasts + 1))
    close = next((second for second, metres in left if metres is not None and metres <= DOOR), came + SOON)
    return came, min(came + SOON, close)


def judge(story: Story, sent: Sequence[Sent], ran: Ran) -> Judged:
    """This function will judge one roll of a scenario."""
    loud = [one for one in ran.raised if not one.quiet and not one.told.taken_back]
    false = tuple(
        _named(story, one) for one in loud if one.told.kind in SAYS_WHERE and not _true(story, one, loud)
    )
    ended = tuple(_named(story, one) for one in loud if one.told.kind in PARTED and _still(story, one))
    says, one = _says(story, loud)
    told = "" if one is None else one.told.kind
    at = None if one is None else (one.at_ms - story.begins_ms) / SECOND
    seen = _says(story, [one for one in loud if one.told.kind != approach.CLOSING])[0] == IN_TIME
    return Judged(says, told, at, possible(story, sent), seen, false, ended, ran.tellings)


def _says(story: Story, loud: Sequence[Raised]) -> tuple[str, Raised | None]:
    must = story.must
    if must.raises == QUIET:
        said = [one for one in loud if one.told.kind in SAYS_WHERE]
        return (WRONG, said[0]) if said else (STILL, None)
    kinds = set(must.kinds) if must.raises == TAMPERING else SAYS_WHERE
    hits = [
        one
        for one in loud
        if one.told.kind in kinds and (must.raises == TAMPERING or _true(story, one, loud))
    ]
    first = min(hits, key=lambda one: one.at_ms, default=None)
    if first is not None:
        return (IN_TIME if _second(story, first) <= must.by else LATE), first
    unknown = next((one for one in loud if one.told.kind in SAYS_UNKNOWN), None)
    return (NOTHING, None) if unknown is None else (UNKNOWN, unknown)


def _second(story: Story, one: Raised) -> float:
    return (one.at_ms - story.begins_ms) / SECOND


def _named(story: Story, one: Raised) -> str:
    return f"{one.told.kind} at {_second(story, one):.0f} s"


def _true(story: Story, one: Raised, loud: Sequence[Raised]) -> bool:
    """Whether it was so in truth within two minutes of what was told, by its own instant or by when it was told.

    Also where it came true within twelve minutes while the alarm still stood, or, of a meeting that was foretold, at all.
    """
    if any(any(_around(story, ms)) for ms in (one.told.ms, one.at_ms)):
        return True
    begins = _second(story, one)
    came = next((second for second in range(int(begins), story.lasts + 1) if story.so[second]), None)
    if came is None or came - begins > EARLY:
        return False
    over = (other for other in loud if other.told.kind in OVER and begins < _second(story, other) <= came)
    quiet = any(story.covered(second) for second in range(int(begins), came))
    return one.told.kind == approach.CLOSING or (next(over, None) is None and not quiet)


def _around(story: Story, ms: int) -> Sequence[bool]:
    second = int((ms - story.begins_ms) / SECOND)
    return story.so[max(0, second - SOON) : max(0, second + SOON + 1)]


def _still(story: Story, one: Raised) -> bool:
    """Whether an end was told while it went on, two minutes before it and after."""
    found = _around(story, one.told.ms)
    return bool(found) and all(found)


def possible(story: Story, sent: Sequence[Sent]) -> bool:
    """This function will say whether anybody who reads what devices sent, as it came in, could have known in time.

    They could from a fix that was taken while it was so, says the true place to a kilometre, and came in by then; or from
    the first one after, which shows the way between. Of a pair the other's last place may be two of its intervals old. What
    a device says of itself (a strap, a jammer, a faked place) can be known once it came in.
    """
    if story.must.raises == QUIET:
        return True
    by_ms = story.begins_ms + story.must.by * SECOND
    if story.must.raises == TAMPERING:
        return any(one.said.marks and one.arrived_ms <= by_ms for one in sent)
    use = [
        one for one in sent if one.true and float(str(one.said.metres)) <= ROUGH and one.arrived_ms <= by_ms
    ]
    return any(_pairs(story, use)) if story.kind == PAIR else any(_shows(story, one) for one in use)


def _shows(story: Story, one: Sent) -> bool:
    return one.taken_s >= story.must.came


def _pairs(story: Story, use: Iterable[Sent]) -> Iterator[bool]:
    newest: dict[int, float] = {}
    every = [story.devices[who].every for who in (RESPONDENT, SURVIVOR)]
    for one in use:
        newest[one.side] = max(one.taken_s, newest.get(one.side, 0.0))
        other = newest.get(1 - one.side)
        known = other is not None and abs(one.taken_s - other) <= 2 * every[1 - one.side]
        yield known and max(one.taken_s, other or 0.0) >= story.must.came
