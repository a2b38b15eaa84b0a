"""Random cases for engines and rules alike, and how one answer is laid beside the other."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.random import Generator

from shelterbelt.engines import scoring as bits
from shelterbelt.engines.hazard import Forecasts
from shelterbelt.engines.scoring import Scores
from shelterbelt.engines.tables import Array, Instrument, Table
from shelterbelt.library.parameters import parameters
from shelterbelt.rules.answered import answered
from shelterbelt.rules.hazard import Chance, Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.scoring import detect, score
from shelterbelt.rules.sheets import Detection
from shelterbelt.rules.timeline import Happening, Spell, Timeline

CASES = int(os.environ.get("SHELTERBELT_RANDOM_CASES", "1000"))
NUMBERS = parameters().parameters
KINDS, STATES = sorted(NUMBERS.events), sorted(NUMBERS.states)
AT = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
# Both round ratios to nine decimals: what lies between two of them may be rounded either way.
LAST_DIGIT = 1.001e-9

Facts = dict[str, Any]


def codes(instrument: Instrument, row: Array) -> dict[str, str]:
    """A row of answers as `rules` takes them."""
    pairs = zip(instrument.sheet.questions, row.tolist(), strict=True)
    return {question.id: question.options[place].code for question, place in pairs if place >= 0}


def places(instrument: Instrument, answers: dict[str, str]) -> Array:
    """Answers as a row for an engine."""
    said = answered(instrument.sheet, answers).chosen
    return np.array(
        [q.options.index(said[q.id]) if q.id in said else -1 for q in instrument.sheet.questions], np.int8
    )


def random_answers(table: Table, cases: int, chance: Generator) -> Array:
    """Some rows whole, some full of gaps, some with nothing; yes and no in all shares."""
    options = table.plan.questions[:, 0]
    found = np.minimum(options - 1, chance.random((cases, len(options))) * options).astype(np.int8)
    same = chance.random((cases, 1)) * chance.random(found.shape) < chance.random((cases, 1)) * 0.5
    found = np.where(same, (options - 1).astype(np.int8), found)
    gaps = chance.choice([0.0, 0.0, 0.1, 0.3, 0.9, 1.0], (cases, 1))
    return np.where(chance.random(found.shape) < gaps, np.int8(-1), found)


def by_rules(instrument: Instrument, row: Array, judged: str = "") -> Facts:
    """What `rules` says, less its reasons."""
    answers = codes(instrument, row)
    detects = isinstance(instrument, Detection)
    found: Any = detect(instrument, answers) if detects else score(instrument, answers, judged=judged)  # type: ignore[arg-type]
    names = ("triggers", "possible_triggers", "does", "possible_does", "no_answers")
    more = ("positive", "could_be_positive") if detects else SUMS
    facts = {name: getattr(found, name) for name in (*names, *more)}
    return {name: set(fact) if name.endswith("does") else fact for name, fact in facts.items()}


SUMS = ("score", "lowest", "highest", "band", "lowest_band", "highest_band", "raised_to")


def by_engine(table: Table, found: Scores, s: int, i: int) -> Facts:
    """What an engine says of one case, in the words of `rules`."""
    sheet, flags = table.instruments[s].sheet, int(found.flags[s, i])
    told, possible, does, could_do = (int(found.bits[n, s, i]) for n in range(4))
    ids = [trigger.id for trigger in sheet.triggers]
    facts: Facts = {
        "triggers": named(told, ids),
        "possible_triggers": named(possible, ids),
        "does": set(named(does, table.work[s])),
        "possible_does": set(named(could_do, table.work[s])),
        "no_answers": bool(flags & bits.NO_ANSWERS),
    }
    if isinstance(table.instruments[s], Detection):
        more = {"positive": bits.POSITIVE, "could_be_positive": bits.COULD_BE_POSITIVE}
        return facts | {name: bool(flags & flag) for name, flag in more.items()}
    sums = [None if np.isnan(value) else float(value) for value in found.sums[:, s, i]]
    bands = [None if place < 0 else sheet.bands[place].id for place in found.bands[:, s, i]]
    raised = bands[0] if flags & bits.RAISED else None
    return facts | dict(zip(SUMS, [*sums, *bands, raised], strict=True))


def named(mask: int, names: Any) -> tuple[str, ...]:
    return tuple(name for place, name in enumerate(names) if mask >> place & 1)


def days(count: float) -> timedelta:
    return timedelta(microseconds=int(count * 86_400e6))


def random_timeline(chance: Generator) -> Timeline:
    """Anything that can be written down: late, planned, taken back, on the very instant, and crowded."""
    many = chance.choice([0, 1, 2, 4, 8, 30], p=[0.1, 0.2, 0.25, 0.25, 0.15, 0.05])
    spells = chance.integers(0, 5)
    band = [None, *Level][chance.integers(0, 5)]
    return Timeline(
        tuple(_happening(chance) for _ in range(many)), tuple(_spell(chance) for _ in range(spells)), band
    )


def _happening(chance: Generator) -> Happening:
    day = [
        chance.uniform(-420, 0),
        chance.uniform(-10, 0),
        chance.uniform(-10, 0),
        chance.uniform(0, 120),
        chance.uniform(-365, -275),
        float(chance.integers(-5, 95)),
    ][chance.integers(0, 6)]
    recorded = min(day, 0.0) + chance.choice([0.0, 0.0, 0.5, 2.0, -2.0])
    undone = AT + days(chance.uniform(-5, 5)) if chance.random() < 0.1 else None
    kind = KINDS[chance.integers(0, len(KINDS))]
    return Happening(kind, AT + days(day), AT + days(recorded), bool(chance.random() < 0.5), undone)


def _spell(chance: Generator) -> Spell:
    begins = chance.uniform(-120, 3)
    until = [None, None, begins + chance.uniform(0, 130), max(begins, chance.uniform(0, 95))]
    ends = until[chance.integers(0, 4)]
    return Spell(
        state=STATES[chance.integers(0, len(STATES))],
        from_at=AT + days(begins),
        recorded_at=AT + days(begins + chance.choice([0.0, 0.0, 2.0])),
        until_at=None if ends is None else AT + days(ends),
        until_recorded_at=AT + days(begins + chance.uniform(0, 50)) if chance.random() < 0.3 else None,
        undone_at=AT + days(chance.uniform(-5, 5)) if chance.random() < 0.1 else None,
    )


def random_cases(many: int, chance: Generator) -> list[tuple[Timeline, datetime, datetime | None]]:
    """Timelines, each with the instant of its forecast, some asked with less or more known."""
    known = [None, None, AT - days(2), AT + days(3)]
    return [(random_timeline(chance), AT, known[chance.integers(0, 4)]) for _ in range(many)]


def assert_agrees(found: Forecasts, i: int, told: tuple[Chance, ...], within: float = 1e-9) -> None:
    """The numbers of one case are those of `rules`."""
    bands = [band.id for band in NUMBERS.bands]
    for name in ("cumulative", "p"):
        mine, theirs = getattr(found, name)[i].ravel(), np.array([getattr(one, name) for one in told])
        assert np.abs(mine - theirs).max() <= within, name
        assert (np.abs(mine - theirs) <= within * theirs).all(), name
    ratios = np.array([one.ratio for one in told])
    assert np.abs(found.ratio[i].ravel() - ratios).max() <= max(within, LAST_DIGIT)
    assert [bands[place] for place in found.band[i].ravel()] == [one.band for one in told]


def processes(mask: int) -> tuple[Process, ...]:
    return tuple(process for n, process in enumerate(Process) if mask >> n & 1)
