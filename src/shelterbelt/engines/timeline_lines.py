"""`shelterbelt forecast`: a row with a timeline in, its forecast out: bands and ratios, for every line and horizon.

Chances in percent are for calibration: they come only where they were asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shelterbelt.engines.caseload import Caseload
from shelterbelt.engines.hazard import Forecasts, forecast_many
from shelterbelt.engines.lines import Row, Wrong, instant_of, objects_of, one_of, only
from shelterbelt.engines.numbers import Numbers
from shelterbelt.rules.hazard import UNSURE, Line, band_of
from shelterbelt.rules.kernels import Parameters, Process, chance
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import Happening, Spell, Timeline

LEVELS = {level.word: level for level in Level}


@dataclass(frozen=True, slots=True)
class Asked:
    """One case and its instants."""

    timeline: Timeline
    at: datetime
    known_at: datetime | None


class Timelines:
    """One version of the parameters, as it reads rows and forecasts them.

    `at` is for rows that name no instant of their own. `chances` puts cumulative hazards and chances beside the
    ratios.
    """

    def __init__(
        self,
        parameters: Parameters,
        *,
        at: datetime | None = None,
        draws: Sequence[Parameters] = (),
        chances: bool = False,
        threads: int = 1,
    ) -> None:
        self.numbers = Numbers.of(parameters, draws)
        self.at, self.chances, self.threads = at, chances, threads
        self.stamp = {"parameters": parameters.id, "version": parameters.version, "digest": parameters.digest}
        self.kinds = dict.fromkeys(parameters.events)
        self.states = dict.fromkeys(parameters.states)
        self.always = [f"baseline.{process}" for process in Process]
        self.always += ["repeat", "caps", "bands", "proposes", *(["spread"] if draws else [])]

    def read(self, row: Row) -> Asked:
        """This function will return what a row says. Raises Wrong for what the parameters do not know."""
        only(row, "case", "at", "known_at", "band", "happenings", "spells")
        at = instant_of(row, "at", self.at)
        if at is None:
            raise Wrong("it needs at: the instant of the forecast")
        band = None if row.get("band") is None else one_of(row, "band", LEVELS, "level")
        happenings = tuple(self._happening(where, one) for where, one in objects_of(row, "happenings"))
        spells = tuple(self._spell(where, one) for where, one in objects_of(row, "spells"))
        return Asked(Timeline(happenings, spells, band), at, instant_of(row, "known_at"))

    def _happening(self, where: str, one: Row) -> Happening:
        try:
            only(one, "type", "at", "recorded_at", "planned", "undone_at")
            at, planned = instant_of(one, "at"), one.get("planned", False)
            if at is None or not isinstance(planned, bool):
                raise Wrong("it needs at, and planned is true or false")
            recorded = instant_of(one, "recorded_at", None if planned else at)
            if recorded is None:
                raise Wrong("what is planned needs recorded_at")
            one_of(one, "type", self.kinds, "happening of the parameters")
            return Happening(one["type"], at, recorded, planned, instant_of(one, "undone_at"))
        except Wrong as fault:
            raise Wrong(f"{where}: {fault}") from None

    def _spell(self, where: str, one: Row) -> Spell:
        try:
            only(one, "state", "from_at", "recorded_at", "until_at", "until_recorded_at", "undone_at")
            begins, until = instant_of(one, "from_at"), instant_of(one, "until_at")
            recorded = instant_of(one, "recorded_at", begins)
            if begins is None or recorded is None:
                raise Wrong("it needs from_at")
            if until is not None and until < begins:
                raise Wrong("it ends before it begins")
            one_of(one, "state", self.states, "state of the parameters")
            said, undone = instant_of(one, "until_recorded_at"), instant_of(one, "undone_at")
            return Spell(one["state"], begins, recorded, until, said, undone)
        except Wrong as fault:
            raise Wrong(f"{where}: {fault}") from None

    def work(self, rows: Sequence[Asked]) -> Iterator[Row]:
        """This function will yield the forecast of each row."""
        cases = [(row.timeline, row.at, row.known_at) for row in rows]
        found = forecast_many(self.numbers, Caseload.of(self.numbers.parameters, cases), threads=self.threads)
        for i, row in enumerate(rows):
            yield {
                "at": row.at.isoformat(),
                "known_at": (row.known_at or row.at).isoformat(),
                **self.stamp,
                "unsure": self._unsure(row.timeline),
                "draws": len(self.numbers.draws),
                "proposes": Level(found.proposes[i]).word if found.proposes[i] else None,
                "capped": [process for n, process in enumerate(Process) if found.capped[i] >> n & 1],
                **{line: self._line(found, i, n) for n, line in enumerate(Line)},
            }

    def _unsure(self, timeline: Timeline) -> dict[str, list[str]]:
        """The numbers that this forecast may rest on and that are no plain findings: codes by letter."""
        codes = [*self.always, *(["shift"] if timeline.band is not None else [])]
        codes += dict.fromkeys(f"event.{one.type}" for one in timeline.happenings)
        codes += dict.fromkeys(f"state.{one.state}" for one in timeline.spells)
        found: dict[str, list[str]] = {}
        for code in codes:
            tag = self.numbers.parameters.tags[code]
            if UNSURE.intersection(tag.split("/")):
                found.setdefault(tag, []).append(code)
        return found

    def _line(self, found: Forecasts, i: int, line: int) -> Row:
        hours = self.numbers.parameters.horizons
        return {
            process: {f"{hour:g}": self._one(found, (i, p, line, h)) for h, hour in enumerate(hours)}
            for p, process in enumerate(Process)
        }

    def _one(self, found: Forecasts, at: tuple[int, int, int, int]) -> Row:
        parameters, spread = self.numbers.parameters, found.intervals
        row = {"band": parameters.bands[found.band[at]].id, "ratio": float(found.ratio[at])}
        if self.chances:
            row |= {"cumulative": float(found.cumulative[at]), "p": float(found.p[at])}
        if spread is not None:
            lo, hi = float(spread.ratio_lo[at]), float(spread.ratio_hi[at])
            row |= {"band_lo": band_of(parameters, lo), "band_hi": band_of(parameters, hi)}
            row |= {"ratio_lo": lo, "ratio_hi": hi}
        if spread is not None and self.chances:
            lo, hi = (chance(float(side[at])) for side in (spread.lo, spread.hi))
            row |= {"p_lo": lo, "p_hi": hi}
        return row
