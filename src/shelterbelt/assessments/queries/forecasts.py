"""From what a worker may see of a case to the timeline of the forecast, and the forecast of it.

Reads in the asker's name: what the asker may not see is not there to move anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.assessments.queries.happenings import Noted, happenings_of, numbers
from shelterbelt.assessments.queries.levels import judged_level, said_in
from shelterbelt.cases.models import Case, Incident
from shelterbelt.cases.queries import steps
from shelterbelt.rules.hazard import Chance, Driver, Forecast, Holding, Line, chances, forecast, proposed
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.levels import Level, Source, level_of
from shelterbelt.rules.timeline import DAY, Happening, Spell, Timeline
from shelterbelt.store.questions import question

# What a report says by what was chosen in it: first pressure on the neck, and the signs of it among the injuries. A word
# that is not here says nothing of these.
NECK = frozenset(
    (
        "strangulation",
        "neck_marks",
        "voice_changed",
        "trouble_breathing",
        "red_spots",
        "lost_control_of_bladder",
    )
)
HURT = frozenset(
    (
        "bruise", "scratch", "cut", "bite", "burn", "hair_pulled", "broken_bone", "teeth", "head",
        "lost_consciousness", "internal", "gunshot", "stab",
    )
)  # fmt: skip
READS = {
    "physical_incident": frozenset(("physical", "sexual")) | HURT | NECK,
    "strangulation_incident": NECK,
    "harassment_incident": frozenset(("stalking", "digital", "harassment")),
}
FURTHEST = timedelta(days=90)
# Before the code of what only lies ahead.
AHEAD = "ahead."


@dataclass(frozen=True)
class Report:
    """One recorded incident of the case: when, since when it is known, and what it says, as types of happenings."""

    id: UUID
    happened_at: datetime
    recorded_at: datetime
    says: frozenset[str]


@dataclass(frozen=True)
class Facts:
    """What a forecast is made of. `band_rests_on`: ids of what the static band rests on; `band_since`: when it was last said."""

    reports: tuple[Report, ...]
    noted: tuple[Noted, ...]
    band: Level | None
    opened_at: datetime
    band_rests_on: tuple[UUID, ...] = ()
    band_since: datetime | None = None

    @property
    def silent(self) -> int:
        """How many reports name no kind of harm that the forecast knows."""
        return sum(not report.says for report in self.reports)


def facts_of(case: Case, *, at: datetime) -> Facts:
    """What the asker sees of a case: reports, happenings, what lasts, what people and instruments say."""
    said = [row for row in said_in(case.id) if row.undone_at is None and row.source != Source.FORECAST]
    return Facts(
        reports=tuple(_report(row) for row in _reports(case.id)),
        noted=tuple(happenings_of(case)),
        band=judged_level(case, at=at),
        opened_at=case.opened_at,
        band_rests_on=tuple(sorted({one for row in said for one in row.rests_on})),
        band_since=max((row.set_at for row in said), default=None),
    )


@question
def _reports(case_id: UUID) -> QuerySet[Incident]:
    rows = Incident.objects.filter(attached__case_id=case_id)
    return rows.filter(recorded_at__isnull=False, happened_at__isnull=False).order_by("happened_at", "id")


def _report(row: Incident) -> Report:
    codes = set(chosen(steps(row).get("harm", {})))
    says = frozenset(type for type, words in READS.items() if words & codes)
    assert row.happened_at is not None and row.recorded_at is not None
    return Report(row.id, row.happened_at, row.recorded_at, says)


def chosen(content: Any) -> Iterator[str]:
    """Every code that was chosen, however deep it lies; words that somebody wrote are not read."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from chosen(value)
            if value in (True, "yes"):
                yield str(key)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from chosen(value)
    elif isinstance(content, str):
        yield content


def timeline_of(facts: Facts, parameters: Parameters) -> Timeline:
    """The timeline of the facts, as the rules read it; what these parameters do not know is left out."""
    happened = [
        Happening(type, report.happened_at, report.recorded_at)
        for report in facts.reports
        for type in sorted(report.says)
        if type in parameters.events
    ]
    happened += [
        Happening(one.type, one.happened_at, one.recorded_at, one.planned, one.undone_at)
        for one in facts.noted
        if one.type in parameters.events
    ]
    spells = (
        Spell(
            one.type,
            one.happened_at,
            one.recorded_at,
            one.until_at,
            one.until_recorded_at,
            one.undone_at,
        )
        for one in facts.noted
        if one.type in parameters.states
    )
    return Timeline(tuple(happened), tuple(spells), facts.band, facts.opened_at)


def forecast_of(case: Case, *, at: datetime, draws: Iterable[Parameters] = ()) -> tuple[Facts, Forecast]:
    """What the asker sees of a case, and the forecast of exactly that."""
    facts, known = facts_of(case, at=at), numbers().parameters
    return facts, forecast(known, timeline_of(facts, known), at=at, draws=tuple(draws))


@dataclass(frozen=True)
class Day:
    """The first line of one instant: the ratio of each process over the level's horizon, and what it proposes."""

    at: datetime
    ratios: dict[str, float]
    proposes: Level | None


def days_of(facts: Facts, *, since: datetime, at: datetime) -> list[Day]:
    """The first line from one day on until now, from what is known now: what was told late counts from its own day."""
    known = numbers().parameters
    timeline = timeline_of(facts, known)
    return [_day(known, timeline, one, known_at=at) for one in _days(since, at)]


def _days(since: datetime, at: datetime) -> Iterator[datetime]:
    one = max(since, at - FURTHEST)
    while one < at:
        yield one
        one += DAY
    yield at


def _day(known: Parameters, timeline: Timeline, at: datetime, *, known_at: datetime) -> Day:
    found = chances(known, timeline, at=at, known_at=known_at)
    ratios = {
        one.process.value: one.ratio
        for one in found
        if one.line is Line.IF_FAILS and one.hours == known.level_horizon
    }
    return Day(at, ratios, proposed(known, found))


def drivers_on(facts: Facts, day: datetime, *, known_at: datetime) -> tuple[str, ...]:
    """The codes of what lifts the first line most on a day, from what is known at `known_at`; each once.

    What only lay ahead on that day is marked: nobody is to think that it had happened.
    """
    known = numbers().parameters
    found = forecast(known, timeline_of(facts, known), at=day, known_at=known_at)
    been = {one.type for one in facts.noted if one.happened_at <= day}
    ahead = {f"event.{one.type}" for one in facts.noted if one.planned and one.type not in been}
    codes = (one.code for one in sorted(found.drivers, key=lambda one: -one.share))
    return tuple(dict.fromkeys(f"{AHEAD}{code}" if code in ahead else code for code in codes))


def lifting(facts: Facts, parameters: Parameters) -> tuple[tuple[UUID, ...], datetime]:
    """The ids of all that can lift the first line (reports, happenings, states over one, what the band rests on), and
    since when the newest of it is written down.
    """
    found = {
        report.id: report.recorded_at for report in facts.reports if report.says & parameters.events.keys()
    }
    found |= {
        one.id: one.recorded_at
        for one in facts.noted
        if one.undone_at is None and _lifts(one.type, parameters)
    }
    newest = max([facts.opened_at, facts.band_since or facts.opened_at, *found.values()])
    return tuple(sorted({*found, *facts.band_rests_on})), newest


def _lifts(type: str, parameters: Parameters) -> bool:
    if type in parameters.events:
        return any(size > 0 for size in parameters.events[type].A.values())
    return type in parameters.states and any(R > 1 for R in parameters.states[type].R.values())


def packed(found: Forecast) -> dict[str, Any]:
    """A forecast as it is kept: what a later one is compared with."""
    return {
        "at": found.at.isoformat(),
        "known_at": found.known_at.isoformat(),
        "parameters": found.parameters,
        "version": found.version,
        "digest": found.digest,
        "chances": [
            [one.line.value, one.process.value, one.hours, one.cumulative, one.p, one.ratio, one.band]
            for one in found.chances
        ],
        "drivers": [[one.process.value, one.code, one.share, one.tag] for one in found.drivers],
        "holding": [[one.process.value, one.code, one.tag] for one in found.holding],
        "proposes": found.proposes.word if found.proposes else "",
    }


def unpacked(kept: dict[str, Any]) -> Forecast:
    """What was kept of a forecast; what is not compared is not there."""
    return Forecast(
        at=datetime.fromisoformat(kept["at"]),
        known_at=datetime.fromisoformat(kept["known_at"]),
        parameters=kept["parameters"],
        version=kept["version"],
        digest=kept["digest"],
        draws=0,
        chances=tuple(
            Chance(Line(line), Process(process), *rest) for line, process, *rest in kept["chances"]
        ),
        drivers=tuple(Driver(Process(process), *rest) for process, *rest in kept["drivers"]),
        holding=tuple(Holding(Process(process), *rest) for process, *rest in kept["holding"]),
        windows=(),
        assumed=(),
        capped=(),
        proposes=level_of(kept["proposes"]) if kept["proposes"] else None,
        because=(),
    )
