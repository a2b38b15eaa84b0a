"""The peer in SQL: the same work by DuckDB, from tables in memory to tables in memory. As good as we could write it."""

from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from bench.caseload_capped import Sums
from bench.caseload_cases import DAY, Cases
from bench.caseload_sheets_sql import Expressions
from shelterbelt.engines.numbers import LEVELS
from shelterbelt.rules.kernels import Parameters, Process

Array = NDArray[Any]

NEVER = np.iinfo(np.int64).max
PROCESSES = list(Process)


class Base:
    """A database in memory with the cases in it: that is not measured, as it is not for anybody else."""

    def __init__(self, made: Cases, parameters: Parameters, threads: int) -> None:
        self.made, self.parameters = made, parameters
        self.link = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
        self.link.execute("set enable_progress_bar = false")
        answers: Any = {
            f"c{n}": np.ascontiguousarray(made.answers[:, n]) for n in range(made.answers.shape[1])
        }
        self._table("answers", {"id": np.arange(len(made)), **answers})
        self._rows("happenings", made.timelines.happenings)
        self._rows("spells", made.timelines.spells)
        self._table("cases", {"id": np.arange(len(made)), "band": made.timelines.band})
        self._numbers()

    def _table(self, name: str, columns: dict[str, Array]) -> None:
        self.link.register("given", columns)
        self.link.execute(f"create or replace table {name} as select * from given")
        self.link.unregister("given")

    def _rows(self, name: str, rows: Any) -> None:
        case = np.repeat(np.arange(len(self.made)), np.diff(rows.first))
        columns = {field: getattr(rows, field) for field in rows._fields[1:]}
        self._table(name, {"id": case, **columns})

    def _numbers(self) -> None:
        numbers = self.parameters
        kinds = [numbers.events[name] for name in sorted(numbers.events)]
        states = [numbers.states[name] for name in sorted(numbers.states)]
        self._table(
            "kinds",
            {
                "kind": np.arange(len(kinds), dtype=np.int16),
                "tau": np.array([kind.tau for kind in kinds]),
                "before": np.array([kind.tau_before for kind in kinds]),
                "resets": np.array([kind.resets for kind in kinds]),
                "counts": np.array([kind.counts_repeat for kind in kinds]),
                "lasts": np.array([any(r < 1 for r in kind.long_run.values()) for kind in kinds]),
                "long": np.array([kind.long_run_days for kind in kinds]),
                **{f"a{n}": np.array([kind.A[p] for kind in kinds]) for n, p in enumerate(PROCESSES)},
                **{
                    f"h{n}": np.array([min(1.0, kind.long_run.get(p, 1.0)) for kind in kinds])
                    for n, p in enumerate(PROCESSES)
                },
            },
        )
        self._table(
            "states",
            {
                "state": np.arange(len(states), dtype=np.int16),
                **{
                    f"o{n}": np.array([max(1.0, one.R[p]) for one in states]) for n, p in enumerate(PROCESSES)
                },
                **{
                    f"h{n}": np.array([min(1.0, one.R[p]) if one.protects else 1.0 for one in states])
                    for n, p in enumerate(PROCESSES)
                },
            },
        )
        rates = {
            f"r{n}": np.array([numbers.rate(p, band) for band in LEVELS]) for n, p in enumerate(PROCESSES)
        }
        self._table("rates", {"band": np.arange(len(LEVELS), dtype=np.int8), **rates})
        days = np.array([hours / 24 for hours in numbers.horizons])
        self._table("horizons", {"day": days, "horizon": np.arange(len(days), dtype=np.int8)})

    def scores(self) -> None:
        """Every instrument in one pass over the answers, into the table `scored`."""
        first, select, made = 0, ["id"], []
        for s, instrument in enumerate(self.made.table.instruments):
            names = [f"c{first + n}" for n in range(len(instrument.sheet.questions))]
            one = Expressions(instrument.sheet, names, s, self.made.table.work[s])
            made.append(one)
            first += len(names)
        first_step = ", ".join(select + [column for one in made for column in one.first()])
        second = ", ".join(column for one in made for column in one.second())
        third = ", ".join(["id", *(column for one in made for column in one.third())])
        self.link.execute(
            f"create or replace table scored as with one as (select {first_step} from answers), "
            f"two as (select *, {second} from one) select {third} from two"
        )

    def forecasts(self) -> None:
        """Every horizon of every case, into the table `forecast`."""
        at, last = int(self.made.timelines.at[0]), self.parameters.horizons[-1] / 24
        for step in _steps(self.parameters, at, last):
            self.link.execute(step)
        self._capped()
        for step in _read_off(self.parameters):
            self.link.execute(step)

    def _capped(self) -> None:
        """Frames that go over a cap leave SQL, and their areas come back."""
        caps = [self.parameters.caps[p] for p in PROCESSES]
        found: dict[str, list[Array]] = {"frame": [], "process": [], "area": []}
        for n, cap in enumerate(caps):
            over = f"(factor * o{n} * (1 + s{n}) > {cap} or factor * o{n} * (1 + e{n}) > {cap})"
            rows = self.link.execute(
                f"select frame, y - x as length, factor * o{n} as factor from whole where {over} order by frame"
            ).fetchnumpy()
            if not len(rows["frame"]):
                continue
            terms = self.link.execute(
                f"select frame, a{n} * s as c, k from parts join kinds using (kind) "
                f"where frame in (select frame from whole where {over}) order by frame"
            ).fetchnumpy()
            owner = np.searchsorted(rows["frame"], terms["frame"])
            many = len(rows["frame"])
            areas = Sums(
                owner, terms["c"], terms["k"], rows["factor"], np.full(many, cap), rows["length"]
            ).areas()
            found["frame"].append(rows["frame"])
            found["process"].append(np.full(many, n))
            found["area"].append(areas)
        empty = np.zeros(0)
        self._table("capped", {name: np.concatenate([*column, empty]) for name, column in found.items()})


def _steps(parameters: Parameters, at: int, last: float) -> list[str]:
    """From rows to frames, with what is summed and what multiplies in each."""
    repeat = parameters.repeat
    later = " + ".join(f"(y > {hours / 24})::int" for hours in parameters.horizons)
    sums = ", ".join(
        f"coalesce(sum(a{n} * s), 0) as s{n}, coalesce(sum(a{n} * e), 0) as e{n}, coalesce(sum(a{n} * area), 0) as i{n}"
        for n in range(3)
    )
    return [
        f"""create or replace temp table happened as
            select id, h.kind, (h."at" - {at}) / {float(DAY)} as day, k.* exclude (kind)
            from happenings h join kinds k using (kind)
            where recorded <= {at} and undone > {at} and (planned or h."at" <= {at})""",
        f"""create or replace temp table lasting as
            select id, state, case when until_recorded > {at} or until = {NEVER} then 'inf'::double
                                   else (until - {at}) / {float(DAY)} end as ends
            from spells where recorded <= {at} and begins <= {at} and undone > {at}
                          and (until_recorded > {at} or until > {at})""",
        f"""create or replace temp table frames as
            with cuts as (
                select id, day as y from cases, horizons
                union select id, day from happened where day > 0 and day < {last}
                union select id, day + {repeat.days} from happened
                      where counts and day + {repeat.days} > 0 and day + {repeat.days} < {last}
                union select id, day + long from happened where lasts and day + long > 0 and day + long < {last}
                union select id, ends from lasting where ends < {last})
            select row_number() over () as frame, id, coalesce(lag(y) over (partition by id order by y), 0) as x, y,
                   {later} as horizon
            from cuts""",
        """create or replace temp table falling as
            with ahead as (
                select id, kind, day, tau,
                       case when resets then coalesce(lead(day) over (partition by id, kind order by day), 'inf')
                            else 'inf' end as until
                from happened where day > 0),
            following as (select id, kind, min(day) as day from ahead group by all),
            past as (
                select id, kind, any_value(tau) as tau, any_value(resets) as resets,
                       case when any_value(resets) then max(exp(day / tau)) else sum(exp(day / tau)) end as height
                from happened where day <= 0 group by id, kind)
            select id, kind, 0::double as begins, height, tau,
                   case when resets then coalesce(f.day, 'inf') else 'inf' end as until
            from past left join following f using (id, kind)
            union all select id, kind, day, 1, tau, until from ahead""",
        """create or replace temp table parts as
            select frame, kind, height * exp((begins - x) / tau) as s, height * exp((begins - y) / tau) as e,
                   tau * (s - e) as area, -1 / tau as k
            from frames join falling using (id) where begins <= x and y <= until
            union all
            select frame, kind, exp((x - day) / before) as s, exp((y - day) / before) as e, before * (e - s), 1 / before
            from frames join happened using (id) where before > 0 and day > 0 and y <= day""",
        f"create or replace temp table summed as select frame, {sums} from parts join kinds using (kind) group by frame",
        f"""create or replace temp table counted as
            select frame, least({repeat.cap}, pow({repeat.R}, count(*) - 1)) as factor
            from frames join happened using (id)
            where counts and day <= x and x < day + {repeat.days} group by frame""",
        """create or replace temp table raised as
            select id, product(o0) as o0, product(o1) as o1, product(o2) as o2
            from (select distinct id, state from lasting) join states using (state) group by id""",
        """create or replace temp table held as
            select frame, min(h0) as h0, min(h1) as h1, min(h2) as h2 from (
                select frame, h0, h1, h2 from frames join (lasting join states using (state)) using (id)
                where x < ends and least(h0, h1, h2) < 1
                union all
                select frame, h0, h1, h2 from frames join happened using (id)
                where lasts and day <= x and x < day + long)
            group by frame""",
        """create or replace temp table whole as
            select frame, id, x, y, horizon, coalesce(factor, 1) as factor,
                   coalesce(s0, 0) as s0, coalesce(s1, 0) as s1, coalesce(s2, 0) as s2,
                   coalesce(e0, 0) as e0, coalesce(e1, 0) as e1, coalesce(e2, 0) as e2,
                   coalesce(i0, 0) as i0, coalesce(i1, 0) as i1, coalesce(i2, 0) as i2,
                   coalesce(o0, 1) as o0, coalesce(o1, 1) as o1, coalesce(o2, 1) as o2,
                   coalesce(h0, 1) as h0, coalesce(h1, 1) as h1, coalesce(h2, 1) as h2
            from frames left join summed using (frame) left join counted using (frame)
                 left join held using (frame) left join raised using (id)""",
    ]


def _read_off(parameters: Parameters) -> list[str]:
    areas = ", ".join(f"coalesce(c{n}.area, factor * o{n} * (y - x + i{n})) * r{n} as z{n}" for n in range(3))
    joins = " ".join(
        f"left join (select * from capped where process = {n}) c{n} on c{n}.frame = whole.frame"
        for n in range(3)
    )
    summed = ", ".join(f"sum(z{n}) as f{n}, sum(z{n} * h{n}) as g{n}" for n in range(3))
    running = ", ".join(
        f"sum({line}{n}) over (partition by id order by horizon) as {line}{n}"
        for n in range(3)
        for line in "fg"
    )
    days = [hours / 24 for hours in parameters.horizons]
    columns = []
    for n, process in enumerate(PROCESSES):
        base = parameters.baseline[process].rate
        for line in "fg":
            ratio = f"round({line}{n} / ({base!r} * ({days!r})[horizon + 1]), 9)"
            band = " + ".join(f"({ratio} >= {band.at_least})::tinyint" for band in parameters.bands[1:])
            columns += [
                f"{line}{n}",
                f"1 - exp(-{line}{n}) as p{line}{n}",
                f"{ratio} as q{line}{n}",
                f"{band} as b{line}{n}",
            ]
    return [
        f"""create or replace table forecast as
            with hazards as (select id, horizon, h0, h1, h2, {areas}
                             from whole join cases using (id) join rates using (band) {joins}),
            sums as (select id, horizon, {summed} from hazards group by id, horizon),
            running as (select id, horizon, {running} from sums)
            select id, horizon, {", ".join(columns)} from running"""
    ]
