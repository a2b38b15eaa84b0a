"""Invents lives: what really came, and apart from it what anybody wrote down, from one seed.

Whether something is written down moves with what happened before. Nobody in it is real, no record was its model.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from types import MappingProxyType
from typing import TypeVar

from shelterbelt.measures.observed import SURVIVOR, Answer, Case, Outcome, Said, Scored
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import DAY, Happening, Spell

START = datetime(2024, 1, 1, tzinfo=UTC)
NOT_TAKEN = "report_not_taken"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reporting:
    """How likely something is written down, told by the survivor or by anybody else.

    Every report that was answered badly, and every arrest after a survivor's own report, multiplies the chance
    that the survivor reports again. Shares and directions: evidence, reporting (F); the sizes of the falls are
    assumed (P).
    """

    survivor: Mapping[Process, float]
    others: Mapping[Process, float]
    bad_answers: float = 0.22
    after_bad_answer: float = 1.0
    after_arrest: float = 1.0
    late_days: float = 2.0


def _each(contact: float, physical: float, severe: float) -> Mapping[Process, float]:
    return MappingProxyType({Process.CONTACT: contact, Process.PHYSICAL: physical, Process.SEVERE: severe})


EVERYTHING = Reporting(_each(1, 1, 1), _each(0, 0, 0), late_days=0.0)
STEADY = Reporting(_each(0.35, 0.43, 0.45), _each(0.08, 0.24, 0.55))
USUAL = replace(STEADY, after_bad_answer=0.35, after_arrest=0.7)


@dataclass(frozen=True, slots=True)
class Life:
    """One case twice: all that came, known at once, and what was written down of it."""

    latent: Case
    recorded: Case


@dataclass(frozen=True, slots=True)
class World:
    """What else is chosen: days followed, how far cases differ (sd of the log), the mean of the first score."""

    days: float = 365.0
    differ: float = 0.0
    mean_score: float = 2.9
    start: datetime = START


def lives(
    parameters: Parameters,
    seed: int,
    count: int,
    *,
    reporting: Reporting = USUAL,
    world: World | None = None,
) -> tuple[Life, ...]:
    """This function will invent lives whose hazards are exactly those of the parameters, if protection holds.

    Each begins with violence that was recorded. The same seed gives the same lives, bit by bit, and each is the
    same however many there are. The hazard follows what really came; agencies answer only what they know of.
    """
    chosen = world or World()
    return tuple(
        _Pen(parameters, Random(f"{seed}:{number}"), reporting, chosen).life(f"life{number:05d}")
        for number in range(count)
    )


@dataclass(slots=True)
class _Mark:
    """Something that happened, in days from the beginning; `late` None when nobody wrote it down."""

    type: str
    day: float
    known: float
    planned: bool = False
    late: float | None = 0.0


@dataclass(slots=True)
class _Stay:
    state: str
    begins: float
    ends: float = math.inf


@dataclass(slots=True)
class _Pen:
    """Writes one life day by day."""

    parameters: Parameters
    rng: Random
    reporting: Reporting
    world: World
    marks: list[_Mark] = field(default_factory=list)
    stays: list[_Stay] = field(default_factory=list)
    came: list[tuple[Process, float, str, float]] = field(default_factory=list)
    bad: list[float] = field(default_factory=list)
    ahead: list[tuple[float, int, _Mark]] = field(default_factory=list)
    levels: list[tuple[float, Level]] = field(default_factory=list)
    times: float = 1.0
    trust: float = 1.0
    in_custody_until: float = -1.0
    ordered: bool = False
    number: int = 0

    def life(self, name: str) -> Life:
        """Live it, then tell it twice."""
        rng = self.rng
        if self.world.differ:
            self.times = math.exp(rng.gauss(-(self.world.differ**2) / 2, self.world.differ))
        self._circumstances()
        self._mark("physical_incident", 0.0)
        self._answered(Process.PHYSICAL, 0.0, SURVIVOR)
        self._lived()
        groups = _groups(rng)
        score = max(0, min(13, round(rng.gauss(self.world.mean_score + 1.5 * math.log(self.times), 1.8))))
        return Life(self._told(name, groups, score, truly=True), self._told(name, groups, score, truly=False))

    def _lived(self) -> None:
        """From candidate to candidate: each comes with the chance that the hazard is of its ceiling (Ogata)."""
        day = 0.0
        while True:
            band = self._band(day)
            top = {p: self._rate(p, band) * self.parameters.caps[p] for p in Process}
            step = day + self.rng.expovariate(sum(top.values()))
            turn = min([self.world.days, *(at for at, _ in self.levels if at > day)])
            turn = min(turn, self.ahead[0][0] if self.ahead else math.inf)
            if turn <= step:
                if turn >= self.world.days:
                    return
                day = turn
                while self.ahead and self.ahead[0][0] <= day:
                    self._reached(heapq.heappop(self.ahead)[2])
                continue
            day = step
            process = _drawn(self.rng, [(p, top[p]) for p in Process])
            if self.rng.random() * top[process] < self._hazard(process, day, band):
                self._came(process, day)

    def _rate(self, process: Process, band: Level | None) -> float:
        return self.times * self.parameters.rate(process, band)

    def _band(self, day: float) -> Level | None:
        known = [level for at, level in self.levels if at <= day]
        return known[-1] if known else None

    def _hazard(self, process: Process, day: float, band: Level | None) -> float:
        """The hazard per day, written out anew from the model, so that it can be held against the rules."""
        known, newest = self.parameters, dict[str, float]()
        bracket, incidents, holds = 1.0, 0, [1.0]
        for mark in self.marks:
            kind = known.events[mark.type]
            size, since = kind.A[process], day - mark.day
            if since < 0:
                if mark.planned and mark.known <= day and kind.tau_before > 0:
                    bracket += size * math.exp(since / kind.tau_before)
                continue
            if kind.resets:
                newest[mark.type] = min(since, newest.get(mark.type, math.inf))
            else:
                bracket += size * math.exp(-since / kind.tau)
            incidents += kind.counts_repeat and since < known.repeat.days
            if since < kind.long_run_days:
                holds.append(kind.long_run.get(process, 1.0))
        for name, since in newest.items():
            bracket += known.events[name].A[process] * math.exp(-since / known.events[name].tau)
        factor = known.repeat.factor(incidents)
        for stay in {stay.state for stay in self.stays if stay.begins <= day < stay.ends}:
            state = known.states[stay]
            factor *= max(1.0, state.R[process])
            holds.append(state.R[process] if state.protects else 1.0)
        return self._rate(process, band) * min(known.caps[process], factor * bracket) * min(holds)

    def _circumstances(self) -> None:
        """What is as it is, and what comes whether or not anybody answers."""
        rng, days = self.rng, self.world.days
        if rng.random() < 0.7:
            words = ((Level.LOW, 0.1), (Level.MEDIUM, 0.4), (Level.HIGH, 0.35), (Level.EXTREME, 0.15))
            self.levels.append((rng.uniform(0.2, 3), _drawn(rng, words)))
        separates = rng.expovariate(1 / 90) if rng.random() < 0.45 else math.inf
        if rng.random() < 0.5:
            self.stays.append(_Stay("cohabiting", 0.0, separates))
        if separates < days:
            self._ahead("separation", separates, planned=rng.random() < 0.5, lead=rng.uniform(3, 21))
        for kind, yearly in (
            ("announced_intent_to_leave", 0.25),
            ("perp_job_loss_or_suicidality", 0.2),
            ("survivor_new_partner_known", 0.15),
            ("weapon_acquired", 0.08),
        ):
            day = rng.expovariate(yearly / 365)
            if day < days:
                self._ahead(kind, day)

    def _ahead(self, kind: str, day: float, *, planned: bool = False, lead: float = 0.0) -> None:
        """Something that will come on a day; a planned one is known for `lead` days before."""
        known = max(0.0, day - lead) if planned else day
        mark = _Mark(kind, day, known, planned)
        if planned:
            self.marks.append(mark)
        self.number += 1
        heapq.heappush(self.ahead, (day, self.number, mark))

    def _mark(self, kind: str, day: float, *, late: float | None = 0.0) -> None:
        self.marks.append(_Mark(kind, day, day, late=late))

    def _reached(self, mark: _Mark) -> None:
        """A day that lay ahead has come."""
        if not mark.planned:
            self.marks.append(mark)
        if mark.type == "order_issued":
            served = mark.day + self.rng.uniform(1, 8)
            self._ahead("order_served", served)
            self.stays.append(_Stay("temporary_order_only", mark.day, mark.day + 21))
            self.stays.append(_Stay("permanent_order_in_force", mark.day + 21))
        elif mark.type == "arrest":
            self._held(mark.day)
        elif mark.type == "court_date" and self.rng.random() < 0.35:
            self._ahead("case_dismissed_or_acquittal", mark.day + 0.1)

    def _held(self, day: float) -> None:
        """Custody, its planned end and a hearing."""
        released = day + self.rng.expovariate(1 / 4)
        self.in_custody_until = released
        self.stays.append(_Stay("perp_in_custody", day, released))
        self._ahead("release_from_custody", released, planned=True, lead=(released - day) / 2)
        self._ahead("court_date", day + self.rng.uniform(15, 60), planned=True, lead=14)

    def _came(self, process: Process, day: float) -> None:
        """Something came. It is written down by the survivor's report, by anybody else's, or not at all."""
        rng, chances = self.rng, self.reporting
        by = ""
        if rng.random() < chances.survivor[process] * self.trust:
            by = SURVIVOR
        elif rng.random() < chances.others[process]:
            by = "other"
        late = rng.uniform(0, chances.late_days) if by else None
        self.came.append((process, day, by, late or 0.0))
        self._incident(process, day, late)
        if by:
            self._answered(process, day, by)

    def _incident(self, process: Process, day: float, late: float | None) -> None:
        if process is Process.CONTACT:
            ordered = any(s.state.endswith(("_only", "_in_force")) and s.begins <= day for s in self.stays)
            self._mark("order_violation" if ordered else "harassment_incident", day, late=late)
            if self.rng.random() < 0.1:
                self._mark("new_threat_to_kill", day, late=late)
            return
        self._mark("physical_incident", day, late=late)
        if process is Process.SEVERE and self.rng.random() < 0.4:
            self._mark("strangulation_incident", day, late=late)

    def _answered(self, process: Process, day: float, by: str) -> None:
        """What agencies do with what they were told, and what that does to the next report."""
        rng, own = self.rng, by == SURVIVOR
        if own:
            self._ahead("police_report_by_survivor", day + 0.02)
        if own and rng.random() < self.reporting.bad_answers:
            self.bad.append(day + 0.03)
            self.trust *= self.reporting.after_bad_answer
            return
        if process is not Process.CONTACT and day > self.in_custody_until and rng.random() < 0.39:
            self._ahead("arrest", day + 0.05)
            self.in_custody_until = day + 0.05
            self.trust *= self.reporting.after_arrest if own else 1.0
        if not self.ordered and rng.random() < 0.3:
            self.ordered = True
            self._ahead("order_issued", day + rng.uniform(1, 6))
        if rng.random() < 0.15:
            self.stays.append(_Stay("advocate_engaged", day + rng.uniform(0.2, 8)))

    def _told(self, name: str, groups: Mapping[str, str], score: int, *, truly: bool) -> Case:
        """The case as it was, or as it was written down."""
        start, days = self.world.start, self.world.days
        known = [mark for mark in self.marks if mark.known < days and (truly or mark.late is not None)]
        happenings = tuple(
            Happening(
                mark.type,
                start + mark.day * DAY,
                start + (mark.known + (0.0 if truly else mark.late or 0.0)) * DAY,
                mark.planned,
            )
            for mark in known
        )
        outcomes = tuple(
            Outcome(process, start + day * DAY, start + (day + (0.0 if truly else late)) * DAY, by)
            for process, day, by, late in self.came
            if truly or by
        )
        return Case(
            id=name,
            opened_at=start,
            followed_until=start + days * DAY,
            happenings=happenings,
            spells=tuple(_spell(stay, start, days) for stay in self.stays if stay.begins < days),
            bands=tuple(Said(start + day * DAY, level) for day, level in self.levels if day < days),
            outcomes=outcomes,
            answers=tuple(Answer(NOT_TAKEN, start + day * DAY) for day in self.bad if day < days),
            scores=(Scored("odara", "1", start + 0.1 * DAY, score),),
            groups=groups,
        )


def _drawn(rng: Random, weighted: Sequence[tuple[T, float]]) -> T:
    return rng.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]


def _spell(stay: _Stay, start: datetime, days: float) -> Spell:
    begins, ends = start + stay.begins * DAY, start + min(stay.ends, 10 * days) * DAY
    if stay.ends >= days:
        return Spell(stay.state, begins, begins)
    return Spell(stay.state, begins, begins, ends, ends)


def _groups(rng: Random) -> Mapping[str, str]:
    survivor = _drawn(rng, (("woman", 0.74), ("man", 0.2), ("nonbinary", 0.06)))
    other = _drawn(rng, (("man", 0.72), ("woman", 0.23), ("nonbinary", 0.05)))
    return {
        "race": _drawn(rng, (("first", 0.5), ("second", 0.3), ("third", 0.2))),
        "survivor_sex": survivor,
        "other_sex": other,
        "same_sex": "yes" if survivor == other else "no",
        "language": _drawn(rng, (("en", 0.7), ("es", 0.25), ("so", 0.05))),
    }
