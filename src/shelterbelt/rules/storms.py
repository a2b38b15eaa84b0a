"""Puts many alarms together so that people are told once and not a hundred times, and loses none.

Every alarm is in one group and stays what it is. A group is told, and told again when it grows surer, brings another
kind, or goes on for long: never twice of the same, and never not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE
from shelterbelt.rules.reasons import Reason

# From the least on; what says nothing of how certain it is stands below what does.
CERTAINTIES = ("", POSSIBLE, LIKELY, SURE)
FIRST, OTHER_KIND, SURER, GOES_ON, TAKEN_BACK = "first", "other_kind", "surer", "goes_on", "taken_back"
SAYS = (FIRST, OTHER_KIND, SURER, GOES_ON, TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands now. `about` is whom or what it is about: alarms of two are never put together.

    Instants are whole milliseconds since 1970 in UTC. `taken_back`: it was told too soon and does not hold. Raises
    ValueError for a certainty that is none.
    """

    id: str
    about: str
    ms: int
    kind: str
    certainty: str = ""
    taken_back: bool = False

    def __post_init__(self) -> None:
        if self.certainty not in CERTAINTIES:
            raise ValueError("not how certain an alarm is")


@dataclass(frozen=True, slots=True)
class Settings:
    """`span_ms`: an alarm so soon after the one before it is of its group. `longest_ms`: no group is longer.

    `again_ms`: what came since the last telling is told after so long, though it is nothing new in kind.
    """

    span_ms: int
    longest_ms: int
    again_ms: int


@dataclass(frozen=True, slots=True)
class Group:
    """Alarms about one thing, from the first to the last, in order. `surest`: by kind, of those that hold."""

    about: str
    first_ms: int
    last_ms: int
    members: tuple[Alarm, ...]
    surest: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling of a group: when, why, of which alarms, and how certain each kind was. The caller keeps it."""

    ms: int
    says: str
    members: frozenset[str]
    surest: Mapping[str, str]
    because: tuple[Reason, ...]


def group(alarms: Iterable[Alarm], settings: Settings) -> tuple[Group, ...]:
    """This function will return the alarms in groups, the first begun first; each alarm is in one of them.

    Neither their order nor doubled ones matter. Raises ValueError where one id stands for two different alarms.
    """
    every = set(alarms)
    if len({one.id for one in every}) != len(every):
        raise ValueError("one id is one alarm")
    found: list[list[Alarm]] = []
    for one in sorted(every, key=lambda one: (one.about, one.ms, one.id)):
        if found and _belongs(one, found[-1], settings):
            found[-1].append(one)
        else:
            found.append([one])
    return tuple(sorted(map(_grouped, found), key=lambda one: one.first_ms))


def tell(group: Group, told: Sequence[Telling], *, at_ms: int, settings: Settings) -> Telling | None:
    """This function will return what is to be told of a group now; None where everything was.

    `told`: the tellings until now in their order, also those of other groups: what counts are those of one of its alarms,
    so that groups which a late alarm made one are not told anew. A kind that was never told, or is surer than it was
    told, is told at once; another alarm of a kind that was told waits until `again_ms` after the last telling. Where
    all that was told is taken back, that is told once.
    """
    names = frozenset(one.id for one in group.members)
    says = _says(group, _standing(names, told), at_ms, settings)
    if says is None:
        return None
    because = (Reason(f"storms.{says}"), Reason("storms.alarms", str(len(names))))
    return Telling(at_ms, says, names, dict(group.surest), because)


def next_at(group: Group, told: Sequence[Telling], *, at_ms: int, settings: Settings) -> int | None:
    """This function will return when something of a group is to be told though nothing more comes; None for never."""
    if tell(group, told, at_ms=at_ms, settings=settings):
        return at_ms
    standing = _standing(frozenset(one.id for one in group.members), told)
    return _last(standing) + settings.again_ms if _waits(group, standing) else None


def _belongs(one: Alarm, group: Sequence[Alarm], settings: Settings) -> bool:
    first, last = group[0], group[-1]
    near = one.ms - last.ms <= settings.span_ms and one.ms - first.ms <= settings.longest_ms
    return one.about == first.about and near


def _grouped(members: Sequence[Alarm]) -> Group:
    surest: dict[str, str] = {}
    for one in members:
        if not one.taken_back:
            surest[one.kind] = max(surest.get(one.kind, ""), one.certainty, key=CERTAINTIES.index)
    return Group(members[0].about, members[0].ms, members[-1].ms, tuple(members), surest)


def _standing(names: frozenset[str], told: Sequence[Telling]) -> list[Telling]:
    """The tellings of any of these alarms that were not taken back by a later one."""
    found: list[Telling] = []
    for one in told:
        if one.says == TAKEN_BACK:
            found = [before for before in found if not before.members & one.members]
        elif one.members & names:
            found.append(one)
    return found


def _says(group: Group, standing: Sequence[Telling], at_ms: int, settings: Settings) -> str | None:
    """Why a group is to be told now; None where it is not."""
    if not group.surest:
        return TAKEN_BACK if standing else None
    if not standing:
        return FIRST
    news = [_news(standing, kind, certainty) for kind, certainty in group.surest.items()]
    if OTHER_KIND in news:
        return OTHER_KIND
    if SURER in news:
        return SURER
    long_ago = at_ms - _last(standing) >= settings.again_ms
    return GOES_ON if long_ago and _waits(group, standing) else None


def _news(standing: Sequence[Telling], kind: str, certainty: str) -> str | None:
    heights = [CERTAINTIES.index(one.surest[kind]) for one in standing if kind in one.surest]
    if not heights:
        return OTHER_KIND
    return SURER if CERTAINTIES.index(certainty) > max(heights) else None


def _last(standing: Sequence[Telling]) -> int:
    return max(one.ms for one in standing)


def _waits(group: Group, standing: Sequence[Telling]) -> bool:
    """Whether an alarm that holds was in no telling."""
    told = frozenset[str]().union(*(one.members for one in standing))
    return bool(standing) and any(not one.taken_back and one.id not in told for one in group.members)
