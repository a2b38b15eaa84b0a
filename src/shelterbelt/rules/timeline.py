"""What of a case's timeline counts at an instant, cut into spans of days in which one exponential stays one.

It looks at nothing that was not recorded by then, and believes a planned end only of what protects.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelterbelt.rules.kernels import Parameters, Stretch, Term, stretches
from shelterbelt.rules.levels import Level

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, or a `planned` day ahead. Instants are aware. `undone_at`: it was taken back."""

    type: str
    at: datetime
    recorded_at: datetime
    planned: bool = False
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """A state from an instant until another, or still. An end that was recorded before it came is a planned one.

    `until_recorded_at`: when the end was recorded; None means together with the beginning.
    """

    state: str
    from_at: datetime
    recorded_at: datetime
    until_at: datetime | None = None
    until_recorded_at: datetime | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is written down about one case, in any order.

    `band` is the static band of instruments and judgement, never of the forecast itself; None when unknown.
    `opened_at`: since when the case is followed. A refit counts its days; the forecast does not read it.
    """

    happenings: tuple[Happening, ...] = ()
    spells: tuple[Spell, ...] = ()
    band: Level | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A state in days from the instant of the forecast: it raises until `raises_until`, protects until
    `protects_until`.
    """

    state: str
    begins: float
    raises_until: float
    protects_until: float


@dataclass(frozen=True, slots=True)
class Frame:
    """One stretch of days and what multiplies in it.

    `raising` and `protecting` are states, `lasting` types of happenings with a lasting factor, `incidents` the
    counted ones of the last months.
    """

    stretch: Stretch
    raising: tuple[str, ...]
    protecting: tuple[str, ...]
    lasting: tuple[str, ...]
    incidents: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """A timeline in days from the instant of the forecast. `types[i]` is the type of the i-th term."""

    types: tuple[str, ...]
    frames: tuple[Frame, ...]


def outlook(
    parameters: Parameters,
    timeline: Timeline,
    *,
    at: datetime,
    known_at: datetime,
    a: float,
    b: float,
    also: Iterable[float] = (),
) -> Outlook:
    """This function will return what counts over [a, b], in days from `at`, cut also at the days `also`.

    What was recorded by `known_at` is used. Of what lies after `at`, only planned happenings that were recorded
    by `at`: the result does not change by what comes later. Neither the order of recording nor of the lists
    matters. Raises ValueError for a type or a state that the parameters do not know.
    """
    happenings = _known(parameters, timeline.happenings, at, known_at)
    spans = tuple(_spans(parameters, timeline.spells, at, known_at))
    terms = _terms(parameters, happenings)
    incidents = tuple(day for kind, day in happenings if parameters.events[kind].counts_repeat)
    lasting = tuple(
        (kind, day, day + parameters.events[kind].long_run_days)
        for kind, day in happenings
        if any(factor < 1 for factor in parameters.events[kind].long_run.values())
    )
    cuts = {*also, *(day + parameters.repeat.days for day in incidents)}
    cuts.update(day for span in spans for day in (span.begins, span.raises_until, span.protects_until))
    cuts.update(day for _, begins, ends in lasting for day in (begins, ends))
    frames = (
        Frame(
            stretch,
            tuple(sorted({s.state for s in spans if s.begins <= stretch.a < s.raises_until})),
            tuple(sorted({s.state for s in spans if s.begins <= stretch.a < s.protects_until})),
            tuple(sorted({kind for kind, begins, ends in lasting if begins <= stretch.a < ends})),
            sum(day <= stretch.a < day + parameters.repeat.days for day in incidents),
        )
        for stretch in stretches(terms, a, b, cuts)
    )
    return Outlook(tuple(kind for kind, _ in happenings), tuple(frames))


def _known(
    parameters: Parameters, happenings: Iterable[Happening], at: datetime, known_at: datetime
) -> list[tuple[str, float]]:
    """The types and days of the happenings that count, oldest first."""
    found = []
    for one in happenings:
        if one.type not in parameters.events:
            raise ValueError(f"{one.type}: no such event in these parameters")
        ahead = one.at > at
        by = min(at, known_at) if ahead else known_at
        if one.recorded_at <= by and not _undone(one.undone_at, known_at) and (one.planned or not ahead):
            found.append((one.type, (one.at - at) / DAY))
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def _spans(
    parameters: Parameters, spells: Iterable[Spell], at: datetime, known_at: datetime
) -> Iterable[Span]:
    """The states that had begun, each with its known end. An end ahead ends what protects, never what raises."""
    for one in spells:
        if one.state not in parameters.states:
            raise ValueError(f"{one.state}: no such state in these parameters")
        if one.recorded_at > known_at or one.from_at > at or _undone(one.undone_at, known_at):
            continue
        until, said = one.until_at, one.until_recorded_at or one.recorded_at
        ahead = until is not None and until > at
        if until is None or said > (min(at, known_at) if ahead else known_at):
            until, ahead = None, False
        ends = (until - at) / DAY if until is not None else float("inf")
        yield Span(one.state, (one.from_at - at) / DAY, float("inf") if ahead else ends, ends)


def _undone(undone_at: datetime | None, known_at: datetime) -> bool:
    return undone_at is not None and undone_at <= known_at


def _terms(parameters: Parameters, happenings: list[tuple[str, float]]) -> list[Term]:
    """One term of size 1 for each happening; of a type that resets, each lasts until the next."""
    terms: list[Term] = []
    following: dict[str, float] = {}
    for name, day in reversed(happenings):
        kind = parameters.events[name]
        until = following.get(name, float("inf")) if kind.resets else float("inf")
        following[name] = day
        terms.append(Term(day, 1.0, kind.tau, kind.tau_before, until))
    return terms[::-1]
