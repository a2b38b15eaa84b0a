"""What was forecast at a day and what came after it: windows that do not overlap, all of them followed to their end.

A forecast sees only what was known on its day.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from shelterbelt.measures.figures import Flags, Numbers, Places
from shelterbelt.measures.observed import Case
from shelterbelt.rules.hazard import Chance, Line, chances
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.timeline import DAY

HOUR = timedelta(hours=1)
Told = Callable[[int, int], None]
Forecaster = Callable[[Parameters, Case, datetime], Iterable[Chance]]


@dataclass(frozen=True, slots=True)
class Windows:
    """All windows of one process and horizon, one row each.

    `fails` and `holds` are the chances of both lines, `band` the place of the first line's band in the
    parameters' list, `came` whether anything came, `at` the day of the forecast in days since the first.
    """

    process: Process
    hours: float
    case: Places
    at: Numbers
    fails: Numbers
    holds: Numbers
    band: Places
    came: Flags

    def only(self, rows: Flags) -> "Windows":
        """This function will return some of the windows."""
        return Windows(
            self.process,
            self.hours,
            self.case[rows],
            self.at[rows],
            self.fails[rows],
            self.holds[rows],
            self.band[rows],
            self.came[rows],
        )


def windows(
    parameters: Parameters,
    cases: Sequence[Case],
    *,
    every: int = 30,
    forecaster: Forecaster | None = None,
    told: Told | None = None,
) -> tuple[Windows, ...]:
    """This function will return the windows of every process and horizon of the parameters.

    Forecasts are made when a case opens and every `every` days (at least 1) after it; a horizon longer than
    that takes only as many of them that its windows do not overlap. `forecaster` gives the numbers of one case
    at an instant (default: `hazard.chances`). Raises ValueError as that does.
    """
    if every < 1:
        raise ValueError("forecasts are at least a day apart")
    if not cases:
        return ()
    ask = forecaster or _asked
    first = min(case.opened_at for case in cases)
    rows: dict[tuple[Process, float], list[tuple[float, ...]]] = {}
    names = [band.id for band in parameters.bands]
    for number, case in enumerate(cases):
        came = {process: [one.at for one in case.came(process)] for process in Process}
        for step, at in _days(case, parameters.horizons[0], every):
            for row in _rows(ask(parameters, case, at), case, at, step * every, every):
                fails, holds = row
                until = at + fails.hours * HOUR
                hit = any(at < when <= until for when in came[fails.process])
                line = (number, (at - first) / DAY, fails.p, holds.p, names.index(fails.band), hit)
                rows.setdefault((fails.process, fails.hours), []).append(line)
        if told:
            told(number + 1, len(cases))
    return tuple(_windows(*key, lines) for key, lines in sorted(rows.items(), key=_order))


def _asked(parameters: Parameters, case: Case, at: datetime) -> Iterable[Chance]:
    return chances(parameters, case.timeline(at), at=at)


def _days(case: Case, shortest: float, every: int) -> Iterator[tuple[int, datetime]]:
    step, at = 0, case.opened_at
    while at + shortest * HOUR <= case.followed_until:
        yield step, at
        step += 1
        at = case.opened_at + step * every * DAY


def _rows(
    found: Iterable[Chance], case: Case, at: datetime, day: int, every: int
) -> Iterator[tuple[Chance, Chance]]:
    """Both lines of each horizon that is followed to its end and does not overlap the one before."""
    by_key: dict[tuple[Process, float], dict[Line, Chance]] = {}
    for one in found:
        by_key.setdefault((one.process, one.hours), {})[one.line] = one
    for (_, hours), pair in by_key.items():
        apart = every * -(-int(hours) // (24 * every))
        if day % max(apart, every) == 0 and at + hours * HOUR <= case.followed_until:
            yield pair[Line.IF_FAILS], pair[Line.IF_HOLDS]


def _windows(process: Process, hours: float, lines: Sequence[tuple[float, ...]]) -> Windows:
    columns = np.array(lines, dtype=np.float64).T
    return Windows(
        process,
        hours,
        columns[0].astype(np.int64),
        columns[1],
        columns[2],
        columns[3],
        columns[4].astype(np.int64),
        columns[5].astype(np.bool_),
    )


def _order(item: tuple[tuple[Process, float], object]) -> tuple[int, float]:
    (process, hours), _ = item
    return tuple(Process).index(process), hours
