"""Lays the answers of peers beside the engine's, number by number. It forgives 1e-9 and nothing else."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.caseload_cases import Cases
from shelterbelt.engines.scoring import COULD_BE_POSITIVE, NO_ANSWERS, POSITIVE
from shelterbelt.rules.hazard import Chance
from shelterbelt.rules.kernels import Parameters
from shelterbelt.rules.scoring import Scored
from shelterbelt.rules.sheets import Detection

Array = NDArray[Any]

WITHIN = 1e-9
# Ratios are rounded to nine decimals: on an edge the last one may be rounded the other way.
OF_RATIO = 1.001e-9
NAMES = ("cumulative", "p", "ratio")


def differ(mine: Array, theirs: Array, within: float = WITHIN) -> Array:
    """Which of two columns of numbers differ; nothing is the same as nothing."""
    return ~(np.isclose(mine, theirs, rtol=WITHIN, atol=within, equal_nan=True))


def with_rules(
    made: Cases,
    found: tuple[Any, Any],
    scored: list[list[Any]],
    told: list[tuple[Chance, ...]],
    parameters: Parameters,
) -> int:
    """How many cases `rules` answers differently."""
    wrong = 0
    bands = {band.id: n for n, band in enumerate(parameters.bands)}
    for i, (sheets, numbers) in enumerate(zip(scored, told, strict=True)):
        same = all(_sheet(made, found[0], s, i, one) for s, one in enumerate(sheets))
        for name in NAMES:
            theirs = np.array([getattr(one, name) for one in numbers])
            within = OF_RATIO if name == "ratio" else WITHIN
            same = same and not differ(getattr(found[1], name)[i].ravel(), theirs, within).any()
        same = same and [bands[one.band] for one in numbers] == found[1].band[i].ravel().tolist()
        wrong += not same
    return wrong


def _sheet(made: Cases, found: Any, s: int, i: int, one: Any) -> bool:
    sheet, flags = made.table.instruments[s].sheet, int(found.flags[s, i])
    masks = [
        sum(1 << [t.id for t in sheet.triggers].index(id) for id in ids)
        for ids in (one.triggers, one.possible_triggers)
    ]
    masks += [
        sum(1 << made.table.work[s].index(code) for code in codes) for codes in (one.does, one.possible_does)
    ]
    same = masks == found.bits[:, s, i].tolist() and bool(flags & NO_ANSWERS) == one.no_answers
    if not isinstance(one, Scored):
        return same and (bool(flags & POSITIVE), bool(flags & COULD_BE_POSITIVE)) == (
            one.positive,
            one.could_be_positive,
        )
    sums = [np.nan if value is None else value for value in (one.score, one.lowest, one.highest)]
    bands = [
        -1 if band is None else sheet.place(band) for band in (one.band, one.lowest_band, one.highest_band)
    ]
    return (
        same
        and not differ(found.sums[:, s, i], np.array(sums)).any()
        and bands == found.bands[:, s, i].tolist()
    )


def with_frames(made: Cases, found: tuple[Any, Any], scored: list[Any], told: dict[str, Array]) -> int:
    """How many cases pandas answers differently."""
    many = len(made)
    wrong = np.zeros(many, bool)
    for s, frame in enumerate(scored):
        danger = not isinstance(made.table.instruments[s], Detection)
        wrong |= _columns(found[0], s, many, lambda name, frame=frame: frame[name].to_numpy(), danger)
    for name, theirs in told.items():
        mine = getattr(found[1], name)[:many].reshape(many, -1)
        wrong |= differ(mine, theirs.reshape(many, -1), OF_RATIO if name == "ratio" else WITHIN).any(axis=1)
    return int(wrong.sum())


def _columns(found: Any, s: int, many: int, column: Any, danger: bool) -> Array:
    wrong = np.zeros(many, bool)
    if danger:
        for n, name in enumerate(("score", "lowest", "highest")):
            wrong |= differ(found.sums[n, s, :many], column(name))
        for n, name in enumerate(("band", "lowest_band", "highest_band")):
            wrong |= found.bands[n, s, :many] != column(name)
    for n, name in enumerate(("told", "possible", "does", "possible_does")):
        wrong |= found.bits[n, s, :many] != column(name)
    flags = found.flags[s, :many]
    for flag, name in (
        (POSITIVE, "positive"),
        (COULD_BE_POSITIVE, "could_be_positive"),
        (NO_ANSWERS, "no_answers"),
    ):
        if not danger or flag == NO_ANSWERS:
            wrong |= ((flags & flag) != 0) != column(name)
    return wrong


SQL = {"no_answers": "none", "could_be_positive": "maybe"}


def with_sql(base: Any, found: tuple[Any, Any]) -> int:
    """How many cases DuckDB answers differently."""
    made = base.made
    many = len(made)
    wrong = np.zeros(many, bool)
    for s, instrument in enumerate(made.table.instruments):
        rows = base.link.execute(f"select columns('^\\D+{s}$') from scored order by id").fetchnumpy()
        columns = {name[: -len(str(s))]: _filled(column) for name, column in rows.items()}
        danger = not isinstance(instrument, Detection)
        wrong |= _columns(found[0], s, many, lambda name, c=columns: c[SQL.get(name, name)], danger)
    marks = {"cumulative": "", "p": "p", "ratio": "q", "band": "b"}
    for p in range(3):
        for line, letter in enumerate("fg"):
            names = ", ".join(f"{mark}{letter}{p} as {name}" for name, mark in marks.items())
            rows = base.link.execute(f"select {names} from forecast order by id, horizon").fetchnumpy()
            for name, column in rows.items():
                mine = getattr(found[1], name)[:, p, line]
                within = OF_RATIO if name == "ratio" else WITHIN
                wrong |= differ(mine, column.reshape(mine.shape), within).any(axis=1)
    return int(wrong.sum())


def _filled(column: Any) -> Array:
    if isinstance(column, np.ma.MaskedArray):
        return column.astype(float).filled(np.nan)
    return np.asarray(column)
