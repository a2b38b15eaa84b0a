"""A made-up caseload of any size: answers to five instruments, and timelines, as columns. Nobody in it is real.

Every row comes from a seed, so that whoever is measured answers the same cases.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.caseload import NEVER, Caseload, Happenings, Spells, micros
from shelterbelt.engines.numbers import LEVELS
from shelterbelt.engines.tables import Table
from shelterbelt.library.assessments import assessment
from shelterbelt.rules.kernels import Parameters
from shelterbelt.rules.timeline import Happening, Spell, Timeline

Array = NDArray[Any]

INSTRUMENTS = ("danger_assessment", "odara", "dash", "da5", "lap")
AT = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
DAY = 86_400_000_000  # microseconds
PART = 100_000  # cases made at a time: what making takes is not what scoring takes


@dataclass(frozen=True)
class Cases:
    """The same cases as every peer is given them."""

    table: Table
    answers: Array
    timelines: Caseload

    def __len__(self) -> int:
        return len(self.answers)

    def some(self, many: int) -> "Cases":
        """The first so many of them."""
        lines = self.timelines
        return Cases(
            self.table,
            self.answers[:many],
            Caseload(
                lines.at[:many],
                lines.known_at[:many],
                lines.band[:many],
                _some(lines.happenings, many),
                _some(lines.spells, many),
            ),
        )


def _some(rows: Any, many: int) -> Any:
    last = int(rows.first[many])
    return type(rows)(rows.first[: many + 1], *(column[:last] for column in rows[1:]))


def cases(many: int, parameters: Parameters, seed: int = 4) -> Cases:
    """So many cases; the first of them are the same whatever their number."""
    table = Table.of(*(assessment(id, "1").instrument for id in INSTRUMENTS))
    answers, lines = [], []
    for n, first in enumerate(range(0, many, PART)):
        chance = np.random.default_rng((seed, n))
        answers.append(_answers(table, PART, chance)[: many - first])
        lines.append(_timelines(PART, parameters, chance))
    whole = Cases(table, np.concatenate(answers), _joined(lines))
    return whole.some(many)


def _answers(table: Table, many: int, chance: np.random.Generator) -> Array:
    """Two of three sheets are whole; the rest lack a tenth of the answers, a few nearly all."""
    options = table.plan.questions[:, 0].astype(np.float32)
    found = (chance.random((many, len(options)), np.float32) * options).astype(np.int8)
    gaps = chance.choice(np.array([0, 0, 0, 0, 0.1, 0.1, 0.6], np.float32), (many, 1))
    return np.where(chance.random(found.shape, np.float32) < gaps, np.int8(-1), found)


def _timelines(many: int, parameters: Parameters, chance: np.random.Generator) -> Caseload:
    """About six happenings a case over two years, most of them of late; one in twelve is a date ahead."""
    at, kinds, states = micros(AT), len(parameters.events), len(parameters.states)
    counts = chance.choice([0, 1, 2, 4, 6, 9, 14, 20], many, p=[0.04, 0.1, 0.16, 0.2, 0.2, 0.15, 0.1, 0.05])
    rows = int(counts.sum())
    ahead = chance.random(rows) < 1 / 12
    days = np.where(ahead, chance.uniform(0, 100, rows), -(chance.random(rows) ** 2) * 730)
    happened = at + (days * DAY).astype(np.int64)
    late = (chance.exponential(1.0, rows) * DAY).astype(np.int64)
    recorded = np.where(ahead, at - late, happened + late)
    undone = np.where(chance.random(rows) < 0.02, recorded + late, NEVER)
    happenings = Happenings(
        _first(counts), chance.integers(0, kinds, rows).astype(np.int16), happened, recorded, ahead, undone
    )
    lasting = chance.choice([0, 1, 2, 3], many, p=[0.3, 0.35, 0.25, 0.1])
    rows = int(lasting.sum())
    begins = at - (chance.random(rows) * 300 * DAY).astype(np.int64)
    ends = begins + (chance.exponential(200, rows) * DAY).astype(np.int64)
    until = np.where(chance.random(rows) < 0.5, NEVER, ends)
    states_of = chance.integers(0, states, rows).astype(np.int16)
    spells = Spells(_first(lasting), states_of, begins, begins, until, begins, np.full(rows, NEVER))
    when = np.full(many, at)
    return Caseload(
        when, when.copy(), chance.integers(0, len(LEVELS), many).astype(np.int8), happenings, spells
    )


def _first(counts: Array) -> Array:
    found = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def _joined(parts: list[Caseload]) -> Caseload:
    return Caseload(
        *(np.concatenate([part[n] for part in parts]) for n in range(3)),
        _rows([part.happenings for part in parts]),
        _rows([part.spells for part in parts]),
    )


def _rows(parts: list[Any]) -> Any:
    counts = np.concatenate([np.diff(part.first) for part in parts])
    return type(parts[0])(
        _first(counts), *(np.concatenate([part[n] for part in parts]) for n in range(1, len(parts[0])))
    )


def answers_of(made: Cases, i: int, s: int) -> dict[str, str]:
    """The answers of one case to one instrument, as `rules` takes them."""
    questions = made.table.instruments[s].sheet.questions
    first = next(n for n, (of, _) in enumerate(made.table.columns) if of == s)
    places = made.answers[i, first : first + len(questions)].tolist()
    return {q.id: q.options[place].code for q, place in zip(questions, places, strict=True) if place >= 0}


def timeline_of(made: Cases, i: int, parameters: Parameters) -> Timeline:
    """One case's timeline, as `rules` takes it."""
    lines, kinds, states = made.timelines, sorted(parameters.events), sorted(parameters.states)
    happenings, spells = lines.happenings, lines.spells
    return Timeline(
        tuple(
            Happening(
                kinds[happenings.kind[n]],
                _instant(happenings.at[n]),
                _instant(happenings.recorded[n]),
                bool(happenings.planned[n]),
                _maybe(happenings.undone[n]),
            )
            for n in range(happenings.first[i], happenings.first[i + 1])
        ),
        tuple(
            Spell(
                states[spells.state[n]],
                _instant(spells.begins[n]),
                _instant(spells.recorded[n]),
                _maybe(spells.until[n]),
                _instant(spells.until_recorded[n]),
                _maybe(spells.undone[n]),
            )
            for n in range(spells.first[i], spells.first[i + 1])
        ),
        LEVELS[lines.band[i]],
    )


def _instant(value: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(value))


def _maybe(value: int) -> datetime | None:
    return None if value == NEVER else _instant(value)
