"""Sends what devices of a scenario sent through the product's own watching, in the order of arrival, with its deadlines.

The numbers are the library's. It decides nothing: reports go through `rules.fixes` and frames into the seam by which a node
decides (the rules or the fast engine), planned meetings through `rules.passages`, tellings through `rules.storms`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.field_story import NEAR, PAIR, SIDES, Sent, Story
from shelterbelt.library.watching import Watching, watching
from shelterbelt.rules import approach, fixes, frames, geofence, passages, silence, storms
from shelterbelt.rules.watches import Told, Watched, Watches
from shelterbelt.rules.zones import circle
from shelterbelt.watching.deciding import ByRules, Deciding

WATCH, SECOND = 1, 1000
OUTAGE = "outage"
ENDS = (geofence.LEFT, geofence.LOST, approach.WENT, silence.BACK)
Arrival = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Raised:
    """One thing that watching told, when it told it, and whether a planned meeting keeps it quiet."""

    at_ms: int
    told: Told
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """What watching told of one scenario, and how often people were told of it."""

    raised: tuple[Raised, ...]
    tellings: int


def ways() -> Watching:
    """The usual way of watching, as the library has it. Stops where it takes another distance than scenarios are judged by."""
    found = watching()
    assert found.pair.near == NEAR, "scenarios are judged by another distance than watching takes"
    return found


def watched(story: Story) -> Watched:
    """What there is to watch: the scenario's one zone or its one pair. The respondent's device is 0, the survivor's 1."""
    if story.zone is not None:
        return Watched(zones=((WATCH, 0, story.zone),))
    return Watched(pairs=((WATCH, 0, 1),))


def by_rules(story: Story) -> ByRules:
    """Watching by the rules themselves."""
    return ByRules(Watches(ways(), watched(story)))


def run(story: Story, sent: Sequence[Sent]) -> Ran:
    """This function will run one scenario and return what was told, in the order in which it was told."""
    deciding = by_rules(story)
    meeting = Meeting(story, deciding.watches)
    raised: list[Raised] = []
    for at_ms, told in steps(story, deciding, arrivals(story, sent), lambda: meeting.until_ms):
        raised += meeting.sort(at_ms, told)
    return Ran(tuple(raised), _tellings(raised, story.begins_ms + story.lasts * SECOND))


def steps(
    story: Story, deciding: Deciding, come: Iterable[Arrival], also: Callable[[], int | None] = lambda: None
) -> Iterator[tuple[int, Sequence[Told]]]:
    """Everything at which something may be told, in order: what came in, deadlines of silence and of `also`, our own return.

    Nothing runs while our node is down; when it is back, no silence counts from before (as the node itself does it).
    """
    for side, who in enumerate(SIDES):
        if who in story.devices:
            deciding.expect(side, story.begins_ms, ways().silence.allowed_ms)
    ends_ms = story.begins_ms + story.lasts * SECOND
    back_ms = None if story.down is None else story.begins_ms + story.down[1] * SECOND
    for at_ms, frame in (*come, (ends_ms, b"")):
        until_ms = min(at_ms, ends_ms)
        if back_ms is not None and until_ms >= back_ms:
            yield from _deadlines(deciding, back_ms - (story.down[1] - story.down[0]) * SECOND, also)  # type: ignore[index]
            deciding.away(back_ms)
            yield back_ms, (Told(OUTAGE, 0, 0, OUTAGE, back_ms),)
            back_ms = None
        yield from _deadlines(deciding, until_ms, also)
        if frame and at_ms <= ends_ms:
            yield at_ms, deciding.take(frame)


def _deadlines(
    deciding: Deciding, until_ms: int, also: Callable[[], int | None]
) -> Iterator[tuple[int, Sequence[Told]]]:
    while ends := [ms for ms in (deciding.next_due(), also()) if ms is not None and ms <= until_ms]:
        yield min(ends), deciding.due(min(ends))


def arrivals(story: Story, sent: Iterable[Sent]) -> Sequence[Arrival]:
    """What came in, when, as a frame. While our node is down devices keep what they cannot send, and send it after."""
    found = []
    for one in sent:
        at_ms = one.arrived_ms
        if story.down is not None and story.down[0] <= (at_ms - story.begins_ms) / SECOND < story.down[1]:
            at_ms = story.begins_ms + story.down[1] * SECOND
        fix = fixes.take(one.said, received_ms=at_ms).fix
        if fix is not None:
            found.append((at_ms, frames.framed(one.side, fix, received_ms=at_ms)))
    return sorted(found, key=lambda one: one[0])


class Meeting:
    """Keeps quiet what a planned meeting covers, and raises what lasts and is covered no longer, though it was told before."""

    def __init__(self, story: Story, watches: Watches) -> None:
        self.plans = _plans(story)
        self.watches = watches
        self.covered: Told | None = None
        self.last: Told | None = None
        self.until_ms: int | None = None

    def sort(self, at_ms: int, told: Iterable[Told]) -> Iterator[Raised]:
        """What was told, each raised or kept quiet; then what stands and is covered no longer."""
        for one in told:
            seen = self._seen(one.kind, one.ms) if one.kind in passages.COVERABLE else None
            quiet = seen is not None and passages.quiets(self.plans, seen) is not None
            self.last = one if one.kind in passages.COVERABLE and not one.taken_back else self.last
            yield Raised(at_ms, one, quiet=quiet)
        if self.plans:
            yield from self._standing(at_ms)

    def _standing(self, at_ms: int) -> Iterator[Raised]:
        opened = self.last is not None and self.watches.near[WATCH].state.open
        seen = self._seen(self.last.kind, at_ms) if opened and self.last is not None else None
        quiet = seen is not None and passages.quiets(self.plans, seen) is not None
        if opened and self.covered is not None and not quiet:
            yield Raised(at_ms, self.covered)
        self.covered = self.last if quiet else None
        self.until_ms = passages.covered_until(self.plans, seen) if seen is not None and quiet else None

    def _seen(self, kind: str, ms: int) -> passages.Seen | None:
        """What a pair's watch sees at an instant, by how it stands."""
        state = self.watches.near[WATCH].state
        fixes = tuple(side.fix for side in state.sides if side is not None)
        if not self.plans or state.gap is None or len(fixes) < 2:
            return None
        return passages.Seen(str(WATCH), kind, ms, state.gap.least, fixes, state.gap.doubtful)


def _plans(story: Story) -> tuple[passages.Passage, ...]:
    if story.plan is None or story.kind != PAIR:
        return ()
    begins = story.begins_ms
    span = (begins + story.plan.from_ * SECOND, begins + story.plan.until * SECOND)
    place = circle(*story.position(story.plan.middle), story.plan.metres)
    kinds = {approach.CAME_NEAR, approach.CLOSING}
    return (passages.Passage("1", {str(WATCH)}, kinds, place, 0.0, *span, made_ms=begins),)


def _tellings(raised: Sequence[Raised], ends_ms: int) -> int:
    """How often whoever is on duty is told, as the library puts alarms together; repeats until somebody has it not counted."""
    by = watching().storms
    alarms: dict[str, storms.Alarm] = {}
    told: list[storms.Telling] = []
    for number, loud in enumerate(raised):
        one = loud.told
        if not loud.quiet and one.kind not in ENDS:
            name = f"{one.of} {one.kind} {one.ms}"
            if name in alarms and not one.taken_back:
                name = f"{name} {number}"  # told anew after a planned meeting
            alarms[name] = storms.Alarm(
                name, "one", one.ms, one.kind, one.certainty, taken_back=one.taken_back
            )
            _tell(alarms.values(), told, loud.at_ms, by)
    _tell(alarms.values(), told, ends_ms, by)
    return len(told)


def _tell(
    alarms: Iterable[storms.Alarm], told: list[storms.Telling], at_ms: int, by: storms.Settings
) -> None:
    for group in storms.group(alarms, by):
        telling = storms.tell(group, told, at_ms=at_ms, settings=by)
        if telling is not None:
            told.append(telling)
