"""Puts the figures of many cases together: by horizon, band and group, what moved, and whether people fell silent.

It chooses nothing: a figure that rests on too little says so where it would stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from shelterbelt.measures import drift
from shelterbelt.measures.accuracy import Calibration, Sign, against, auc, brier, calibration, sign
from shelterbelt.measures.exposure import Exposure, exposure, hazards
from shelterbelt.measures.figures import Figure, Flags, Told, byar, enough, gathered, share
from shelterbelt.measures.observed import Case, Scored
from shelterbelt.measures.silence import Silence, marks, middle, silence
from shelterbelt.measures.windows import Forecaster, Windows, windows
from shelterbelt.measures.windows import Told as Progress
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.timeline import DAY

UNKNOWN = "not recorded"
GROUPS = ("race", "survivor_sex", "other_sex", "same_sex", "language")
SCORE_DAYS = 180
SPAN_DAYS = 182
LOOKED_AT = 720.0  # hours: the horizon at which time and bands are compared


@dataclass(frozen=True, slots=True)
class Row:
    """What one process did within one horizon, over all windows, or those of one band or of one group.

    `told_apart` (AUC) is of the first line, which orders the work; chances are those of the second line, for
    what protects was in place while it came. `if_fails` holds what came against the first line; it is
    meant to be under 1 where anything protects. `sign`: the band raised or higher, taken as a yes.
    """

    process: Process
    hours: float
    by: str
    value: str
    n: int
    expected: float
    share: Told
    if_holds: Told
    if_fails: Told
    told_apart: Told
    distance: Told
    calibration: Calibration
    sign: Sign


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What the scores of one version of an instrument told apart within 180 days, by process."""

    instrument: str
    version: str
    n: int
    told_apart: Mapping[Process, Told]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `exposure` is kept for a refit.

    `as_it_went`: what came for each expected by the second line along the days as they went, every happening
    counted from its day on. It tests the numbers alone; a forecast besides knows nothing of what is to come.
    """

    cases: int
    days: float
    first: datetime
    last: datetime
    outcomes: Mapping[Process, int]
    silence: Silence
    as_it_went: Mapping[Process, Told]
    whole: tuple[Row, ...]
    bands: tuple[Row, ...]
    groups: tuple[Row, ...]
    scores: tuple[ScoreRow, ...]
    moved: tuple[drift.Moved, ...]
    exposure: Exposure


def report(
    parameters: Parameters,
    cases: Sequence[Case],
    *,
    every: int = 30,
    norms: Mapping[str, drift.Norm] | None = None,
    forecaster: Forecaster | None = None,
    told: Progress | None = None,
) -> Report:
    """This function will return the report on these cases by these parameters.

    `norms` are published means by instrument. Raises ValueError without any case, and for a type or a state that
    the parameters do not know.
    """
    if not cases:
        raise ValueError("there is no case")
    half = middle(cases)
    followed = exposure(parameters, cases, also=lambda case: [*marks(case), half])
    found = windows(parameters, cases, every=every, forecaster=forecaster, told=told)
    raised = [band.id for band in parameters.bands].index(parameters.raised_from)
    went = {process: _as_it_went(parameters, followed, process) for process in Process}
    return Report(
        cases=len(cases),
        days=float(followed.length.sum()),
        first=min(case.opened_at for case in cases),
        last=max(case.followed_until for case in cases),
        outcomes={process: int(followed.came[process].day.size) for process in Process},
        silence=silence(parameters, followed, cases),
        as_it_went=went,
        whole=tuple(_row(one, raised) for one in found),
        bands=tuple(row for one in found for row in _by_band(one, parameters, raised)),
        groups=tuple(row for one in found for row in _by_group(one, cases, raised)),
        scores=tuple(_scores(cases)),
        moved=(
            *(drift.moved_number(f"{process}.expected", told) for process, told in went.items()),
            *_moved(found, cases, parameters, norms or {}),
        ),
        exposure=followed,
    )


def _as_it_went(parameters: Parameters, followed: Exposure, process: Process) -> Told:
    came = followed.came[process]
    events = int(came.day.size)
    problem = enough(events)
    if problem is not None:
        return problem
    expected = gathered(hazards(followed, parameters, process, held=True), followed.case, followed.cases)
    whole = float(expected.sum())
    strays = np.bincount(came.case, minlength=followed.cases) - expected * (events / whole)
    less = max(1.0, float(np.sum(strays**2)) / events)
    lo, hi = byar(events / less)
    return Figure(events / whole, lo * less / whole, hi * less / whole, events, followed.cases)


def _row(one: Windows, raised: int, by: str = "", value: str = "") -> Row:
    return Row(
        process=one.process,
        hours=one.hours,
        by=by,
        value=value,
        n=int(one.came.size),
        expected=float(one.holds.mean()) if one.came.size else 0.0,
        share=share(one.came, one.case),
        if_holds=against(one.holds, one.came, one.case),
        if_fails=against(one.fails, one.came, one.case),
        told_apart=auc(one.fails, one.came, one.case),
        distance=brier(one.holds, one.came, one.case),
        calibration=calibration(one.holds, one.came, one.case),
        sign=sign(one.band >= raised, one.came, one.case),
    )


def _by_band(one: Windows, parameters: Parameters, raised: int) -> Iterator[Row]:
    for place, band in enumerate(parameters.bands):
        rows: Flags = one.band == place
        if rows.any():
            yield _row(one.only(rows), raised, "band", band.id)


def _by_group(one: Windows, cases: Sequence[Case], raised: int) -> Iterator[Row]:
    for by in GROUPS:
        values = np.array([case.groups.get(by, UNKNOWN) for case in cases])
        if set(values) == {UNKNOWN}:
            continue
        of_window = values[one.case]
        for value in sorted(set(values)):
            rows: Flags = of_window == value
            if rows.any():
                yield _row(one.only(rows), raised, by, str(value))


def _scores(cases: Sequence[Case]) -> Iterator[ScoreRow]:
    """Each score beside what came in the 180 days after it, where the case was followed so long."""
    found: dict[tuple[str, str], list[tuple[int, Scored]]] = {}
    for number, case in enumerate(cases):
        for one in case.scores:
            if case.opened_at <= one.at and one.at + SCORE_DAYS * DAY <= case.followed_until:
                found.setdefault((one.instrument, one.version), []).append((number, one))
    for (instrument, version), rows in sorted(found.items()):
        scores = np.array([one.score for _, one in rows], dtype=np.float64)
        places = np.array([number for number, _ in rows], dtype=np.int64)
        apart = {}
        for process in Process:
            came = np.array([_came_after(cases[number], process, one.at) for number, one in rows])
            apart[process] = auc(scores, came, places)
        yield ScoreRow(instrument, version, len(rows), apart)


def _came_after(case: Case, process: Process, at: datetime) -> bool:
    return any(at < one.at <= at + SCORE_DAYS * DAY for one in case.came(process))


def _moved(
    found: Sequence[Windows], cases: Sequence[Case], parameters: Parameters, norms: Mapping[str, drift.Norm]
) -> Iterator[drift.Moved]:
    for one in found:
        if one.hours == LOOKED_AT:
            yield drift.moved_over_time(f"{one.process}.time", list(_over_time(one)))
            yield _moved_bands(one, parameters)
    scores: dict[str, list[float]] = {}
    for case in cases:
        for said in case.scores:
            scores.setdefault(said.instrument, []).append(said.score)
    for instrument, values in sorted(scores.items()):
        if instrument in norms:
            yield drift.moved_mean(f"{instrument}.mean", np.array(values), norms[instrument])


def _over_time(one: Windows) -> Iterator[Told]:
    """What came for each expected, half-year by half-year."""
    spans = (one.at // SPAN_DAYS).astype(np.int64)
    for span in range(int(spans.max()) + 1):
        part = one.only(spans == span)
        if part.came.size:
            yield against(part.holds, part.came, part.case)


def _moved_bands(one: Windows, parameters: Parameters) -> drift.Moved:
    """The bands of first forecasts, of cases opened in the later half of the time against those of the earlier."""
    _, first = np.unique(one.case, return_index=True)
    opened = one.only(np.isin(np.arange(one.case.size), first))
    late: Flags = opened.at > (opened.at.min() + opened.at.max()) / 2
    sides = [
        {band.id: int(np.sum(side.band == place)) for place, band in enumerate(parameters.bands)}
        for side in (opened.only(~late), opened.only(late))
    ]
    return drift.moved_shares(f"{one.process}.bands", *sides)
