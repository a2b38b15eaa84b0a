"""The peer in pandas: the same work by columns and joins, no loop over cases. As good as we could write it."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.caseload_capped import Sums
from bench.caseload_cases import DAY, Cases
from shelterbelt.engines.numbers import LEVELS
from shelterbelt.engines.tables import Table
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.sheets import Missing, Question, Sheet, Trigger

Array = NDArray[Any]
Columns = dict[str, Any]

CHUNK = 100_000
PROCESSES = list(Process)
PARTS = ["start", "end", "area"]
NEVER = np.iinfo(np.int64).max


def scores(made: Cases) -> list[pd.DataFrame]:
    """What each instrument says, one frame each."""
    frame = pd.DataFrame({f"c{n}": made.answers[:, n] for n in range(made.answers.shape[1])})
    found, first = [], 0
    for s, instrument in enumerate(made.table.instruments):
        columns = [frame[f"c{first + n}"] for n in range(len(instrument.sheet.questions))]
        found.append(_sheet(instrument.sheet, columns, made.table, s))
        first += len(columns)
    return found


def _points(question: Question, missing: float) -> Array:
    """By answer + 1."""
    return np.array([missing, *(option.points for option in question.options)])


def _sheet(sheet: Sheet, columns: list[Any], table: Table, s: int) -> pd.DataFrame:
    many = len(columns[0])
    place = {question.id: n for n, question in enumerate(sheet.questions)}
    codes = [column.to_numpy() + 1 for column in columns]
    gone = [column == 0 for column in codes]
    yes = [
        np.array([False, *(option.yes for option in question.options)])[code]
        for question, code in zip(sheet.questions, codes, strict=True)
    ]
    ruled = {
        n: np.zeros(many, bool)
        for q in sheet.questions
        for n in (place[q.id], *map(place.get, q.excludes))
        if q.excludes
    }
    for question in sheet.questions:
        for other in question.excludes:
            a, b = place[question.id], place[other]
            ruled[a], ruled[b] = ruled[a] | yes[b], ruled[b] | yes[a]
    least, most, could = [], [], []
    for n, question in enumerate(sheet.questions):
        low, high = (_points(question, end)[codes[n]] for end in (question.least, question.most))
        maybe = yes[n] | gone[n] & any(option.yes for option in question.options)
        if n in ruled:
            no = [option.points for option in question.options if not option.yes]
            low = np.where(gone[n] & ruled[n], min(no), low)
            high = np.where(gone[n] & ruled[n], max(no), high)
            maybe = maybe & ~(gone[n] & ruled[n])
        least.append(low)
        most.append(high)
        could.append(maybe)
    met, possible = _set_off(sheet, place, yes, could, least, most)
    found = pd.DataFrame(_bits(sheet, met, possible, table.work[s], many))
    found["no_answers"] = np.logical_and.reduce(gone)
    sums = _sums(sheet, codes, gone, sum(least), sum(most))
    return found.assign(**sums, **_bands(sheet, sums, met, possible, many))


def _set_off(
    sheet: Sheet, place: Columns, yes: list[Any], could: list[Any], least: list[Any], most: list[Any]
) -> tuple[list[Any], list[Any]]:
    met, possible = [], []
    for trigger in sheet.triggers:
        now, then = (_met(trigger, place, who, bound) for who, bound in ((yes, least), (could, most)))
        met.append(now)
        possible.append(then & ~now)
    return met, possible


def _met(trigger: Trigger, place: Columns, yes: list[Any], bound: list[Any]) -> Any:
    if trigger.points is None:
        found = sum(yes[place[id]].astype(np.int8) for id in trigger.of) >= trigger.at_least
    else:
        found = np.round(sum(bound[place[id]] for id in trigger.of), 6) >= trigger.points
    for group in trigger.each:
        found = found & np.logical_or.reduce([yes[place[id]] for id in group])
    return found


def _bits(sheet: Sheet, met: list[Any], possible: list[Any], work: tuple[str, ...], many: int) -> Columns:
    ids = [trigger.id for trigger in sheet.triggers]
    found: Columns = {
        name: np.zeros(many, np.int64) for name in ("told", "possible", "does", "possible_does")
    }
    found |= {name: np.zeros(many, bool) for name in ("positive", "could_be_positive")}
    for n, trigger in enumerate(sheet.triggers):
        spare = np.logical_or.reduce([met[ids.index(id)] for id in trigger.unless] or [False])
        mask = sum(1 << work.index(code) for code in dict.fromkeys(trigger.does))
        found["told"] = found["told"] | np.where(met[n] & ~spare, 1 << n, 0)
        found["possible"] = found["possible"] | np.where(possible[n] & ~spare, 1 << n, 0)
        found["does"] = found["does"] | np.where(met[n], mask, 0)
        found["possible_does"] = found["possible_does"] | np.where(possible[n], mask, 0)
        found["positive"] = found["positive"] | (met[n] & (not trigger.side))
        found["could_be_positive"] = found["could_be_positive"] | (possible[n] & (not trigger.side))
    found["possible_does"] = found["possible_does"] & ~found["does"]
    found["could_be_positive"] = found["could_be_positive"] & ~found["positive"]
    return found


def _sums(sheet: Sheet, codes: list[Any], gone: list[Any], lowest: Any, highest: Any) -> Columns:
    if not sheet.arithmetic:
        none = np.full(len(codes[0]), np.nan)
        return {"score": none, "lowest": none, "highest": none}
    scored = [n for n, question in enumerate(sheet.questions) if question.scored]
    gaps = sum(gone[n].astype(np.int8) for n in scored)
    lowest, highest = np.round(lowest, 6), np.round(highest, 6)
    value = lowest
    if sheet.missing is not Missing.BOUNDS:
        said = sum(_points(question, 0)[code] for question, code in zip(sheet.questions, codes, strict=True))
        if sheet.missing is Missing.PRORATE:
            full = sum(sheet.questions[n].most for n in scored)
            seen = full - sum(gone[n] * sheet.questions[n].most for n in scored)
            with np.errstate(divide="ignore", invalid="ignore"):
                rated = np.floor(said * full / seen + 0.5)
            value = np.where(gaps == 0, lowest, np.where(gaps > sheet.most_missing, np.nan, rated))
        else:
            no = [min((o.points for o in q.options if not o.yes), default=q.least) for q in sheet.questions]
            value = np.round(said + sum(gone[n] * no[n] for n in scored), 6)
    return {"score": np.where(gaps == len(scored), np.nan, value), "lowest": lowest, "highest": highest}


def _bands(sheet: Sheet, sums: Columns, met: list[Any], possible: list[Any], many: int) -> Columns:
    none = np.full(many, -1, np.int8)

    def at(value: Any) -> Any:
        if not sheet.bands or not sheet.arithmetic:
            return none
        edges = np.array([band.lo for band in sheet.bands])
        found = np.maximum(0, np.searchsorted(edges, np.nan_to_num(value), side="right") - 1)
        return np.where(np.isnan(value), -1, found)

    def raised(by: list[Any]) -> Any:
        found = none
        for trigger, hit in zip(sheet.triggers, by, strict=True):
            if trigger.band:
                found = np.maximum(found, np.where(hit, sheet.place(trigger.band), -1))
        return found

    up, bottom = raised(met), at(sums["lowest"])
    known = np.maximum(at(sums["score"]), up)
    return {
        "band": np.where(known >= 0, np.maximum(known, bottom), -1),
        "lowest_band": np.maximum(bottom, up),
        "highest_band": np.maximum(np.maximum(at(sums["highest"]), up), raised(possible)),
    }


def forecasts(made: Cases, parameters: Parameters) -> Columns:
    """Cumulative hazards, ratios and bands: (cases, processes, lines, horizons)."""
    days = [hours / 24 for hours in parameters.horizons]
    hazard = np.empty((len(made), len(PROCESSES), 2, len(days)))
    for first in range(0, len(made), CHUNK):
        until = min(first + CHUNK, len(made))
        hazard[first:until] = _chunk(made, parameters, first, until)
    base = np.array([[parameters.baseline[p].rate * day for day in days] for p in PROCESSES])
    ratio = np.round(hazard / base[:, None, :], 9)
    band = np.searchsorted([band.at_least for band in parameters.bands], ratio, side="right") - 1
    return {"cumulative": hazard, "p": -np.expm1(-hazard), "ratio": ratio, "band": band.astype(np.int8)}


def _chunk(made: Cases, parameters: Parameters, first: int, until: int) -> Array:
    happened, lasting = _happenings(made, parameters, first, until), _spells(made, parameters, first, until)
    frames = _frames(parameters, happened, lasting, until - first)
    parts = _parts(parameters, happened, frames)
    found = frames[["case", "horizon"]].copy()
    factor = _repeat(parameters, frames, happened)[:, None] * _over(parameters, frames, lasting)
    held = _held(parameters, frames, happened, lasting)
    for p, process in enumerate(PROCESSES):
        area = _areas(parameters, frames, parts, factor[:, p], process)
        rates = np.array([parameters.rate(process, band) for band in LEVELS])
        hazard = rates[made.timelines.band[first:until]][frames["case"].to_numpy()] * area
        found[f"f{p}"], found[f"h{p}"] = hazard, hazard * held[:, p]
    columns = [f"{line}{p}" for p in range(3) for line in "fh"]
    summed = found.groupby(["case", "horizon"], sort=True)[columns].sum().to_numpy()
    whole = summed.reshape(until - first, len(parameters.horizons), 3, 2)
    return whole.cumsum(axis=1).transpose(0, 2, 3, 1)


def _happenings(made: Cases, parameters: Parameters, first: int, until: int) -> pd.DataFrame:
    rows = made.timelines.happenings
    a, b = int(rows.first[first]), int(rows.first[until])
    found = pd.DataFrame(
        {
            "case": np.repeat(np.arange(until - first), np.diff(rows.first[first : until + 1])),
            **{name: getattr(rows, name)[a:b] for name in ("kind", "at", "recorded", "planned", "undone")},
        }
    )
    at = made.timelines.at[0]
    kept = (found["recorded"] <= at) & (found["undone"] > at) & (found["planned"] | (found["at"] <= at))
    found = found[kept]
    kinds = [parameters.events[name] for name in sorted(parameters.events)]
    told = {
        "tau": [kind.tau for kind in kinds],
        "tau_before": [kind.tau_before for kind in kinds],
        "resets": [kind.resets for kind in kinds],
        "counts": [kind.counts_repeat for kind in kinds],
        "lasts": [any(factor < 1 for factor in kind.long_run.values()) for kind in kinds],
        "long": [kind.long_run_days for kind in kinds],
    }
    kind = found["kind"].to_numpy()
    return found.assign(
        day=(found["at"] - at) / DAY, **{name: np.array(column)[kind] for name, column in told.items()}
    )[["case", "kind", "day", *told]]


def _spells(made: Cases, parameters: Parameters, first: int, until: int) -> pd.DataFrame:
    rows = made.timelines.spells
    a, b = int(rows.first[first]), int(rows.first[until])
    names = ("state", "begins", "recorded", "until", "until_recorded", "undone")
    case = np.repeat(np.arange(until - first), np.diff(rows.first[first : until + 1]))
    found = pd.DataFrame({"case": case, **{name: getattr(rows, name)[a:b] for name in names}})
    at = made.timelines.at[0]
    known = found["until"].where(found["until_recorded"] <= at, NEVER)
    found = found.assign(until=known)
    kept = (
        (found["recorded"] <= at) & (found["undone"] > at) & (found["begins"] <= at) & (found["until"] > at)
    )
    found = found[kept]
    ends = np.where(found["until"] == NEVER, np.inf, (found["until"] - at) / DAY)
    return pd.DataFrame({"case": found["case"], "state": found["state"], "ends": ends})


def _frames(parameters: Parameters, happened: pd.DataFrame, lasting: pd.DataFrame, many: int) -> pd.DataFrame:
    days = [hours / 24 for hours in parameters.horizons]
    counted, long = happened[happened["counts"]], happened[happened["lasts"]]
    cuts = [
        pd.DataFrame({"case": np.repeat(np.arange(many), len(days)), "y": np.tile(days, many)}),
        pd.DataFrame({"case": happened["case"], "y": happened["day"]}),
        pd.DataFrame({"case": counted["case"], "y": counted["day"] + parameters.repeat.days}),
        pd.DataFrame({"case": long["case"], "y": long["day"] + long["long"]}),
        pd.DataFrame({"case": lasting["case"], "y": lasting["ends"]}),
    ]
    found = pd.concat(cuts, ignore_index=True)
    found = found[(found["y"] > 0) & (found["y"] <= days[-1])].drop_duplicates().sort_values(["case", "y"])
    found["x"] = found.groupby("case")["y"].shift(fill_value=0.0)
    found["horizon"] = np.searchsorted(days, found["y"])
    return found.reset_index(drop=True).rename_axis("frame").reset_index()


def _parts(parameters: Parameters, happened: pd.DataFrame, frames: pd.DataFrame) -> pd.DataFrame:
    """Each term over each frame: past ones of a kind together, planned ones alone."""
    spans = frames[["frame", "case", "x", "y"]]
    past, ahead = (
        happened[happened["day"] <= 0],
        happened[happened["day"] > 0].sort_values(["case", "kind", "day"]),
    )
    following = ahead.groupby(["case", "kind"])["day"].shift(-1).fillna(np.inf)
    ahead = ahead.assign(until=following.where(ahead["resets"], np.inf))
    heights = past.assign(height=np.exp(past["day"] / past["tau"])).groupby(["case", "kind"])
    old = heights.agg(
        newest=("height", "max"), all=("height", "sum"), tau=("tau", "first"), resets=("resets", "first")
    )
    old = old.join(ahead.groupby(["case", "kind"])["day"].min().rename("next")).reset_index()
    old["height"] = old["newest"].where(old["resets"], old["all"])
    old["until"] = old["next"].where(old["resets"], np.inf).fillna(np.inf)
    names = ["case", "kind", "from", "height", "until", "tau"]
    falling = pd.concat(
        [old.assign(**{"from": 0.0})[names], ahead.assign(**{"from": ahead["day"], "height": 1.0})[names]]
    )
    falling = spans.merge(falling, on="case")
    falling = falling[(falling["from"] <= falling["x"]) & (falling["y"] <= falling["until"])]
    start = falling["height"] * np.exp((falling["from"] - falling["x"]) / falling["tau"])
    end = falling["height"] * np.exp((falling["from"] - falling["y"]) / falling["tau"])
    down = falling[["frame", "kind"]].assign(
        start=start, end=end, area=falling["tau"] * (start - end), k=-1 / falling["tau"]
    )
    rising = spans.merge(ahead[ahead["tau_before"] > 0], on="case")
    rising = rising[rising["y"] <= rising["day"]]
    tau = rising["tau_before"]
    start, end = np.exp((rising["x"] - rising["day"]) / tau), np.exp((rising["y"] - rising["day"]) / tau)
    up = rising[["frame", "kind"]].assign(start=start, end=end, area=tau * (end - start), k=1 / tau)
    return pd.concat([down, up], ignore_index=True)


def _repeat(parameters: Parameters, frames: pd.DataFrame, happened: pd.DataFrame) -> Array:
    counted = frames[["frame", "case", "x"]].merge(
        happened.loc[happened["counts"], ["case", "day"]], on="case"
    )
    counted = counted[
        (counted["day"] <= counted["x"]) & (counted["x"] < counted["day"] + parameters.repeat.days)
    ]
    many = np.bincount(counted["frame"], minlength=len(frames))
    return np.minimum(parameters.repeat.cap, parameters.repeat.R ** np.maximum(0, many - 1))


def _over(parameters: Parameters, frames: pd.DataFrame, lasting: pd.DataFrame) -> Array:
    """What raises, by frame: one column for each process."""
    over = np.array(
        [[max(1.0, parameters.states[name].R[p]) for p in PROCESSES] for name in sorted(parameters.states)]
    )
    one = lasting.drop_duplicates(["case", "state"])
    product = pd.DataFrame(over[one["state"]], index=one["case"]).groupby(level=0).prod()
    return product.reindex(frames["case"]).fillna(1.0).to_numpy()


def _held(
    parameters: Parameters, frames: pd.DataFrame, happened: pd.DataFrame, lasting: pd.DataFrame
) -> Array:
    """The strongest single thing that protects, by frame: one column for each process."""
    states = [parameters.states[name] for name in sorted(parameters.states)]
    of_state = np.array([[min(1.0, one.R[p]) if one.protects else 1.0 for p in PROCESSES] for one in states])
    kinds = [parameters.events[name] for name in sorted(parameters.events)]
    of_kind = np.array([[min(1.0, kind.long_run.get(p, 1.0)) for p in PROCESSES] for kind in kinds])
    long = happened[happened["lasts"]]
    held = np.concatenate([of_state[lasting["state"]], of_kind[long["kind"]]])
    lines = pd.DataFrame(
        {
            "case": np.concatenate([lasting["case"], long["case"]]),
            "a": np.concatenate([np.full(len(lasting), -np.inf), long["day"]]),
            "b": np.concatenate([lasting["ends"], long["day"] + long["long"]]),
            **{n: held[:, n] for n in range(3)},
        }
    )
    joined = frames[["frame", "case", "x"]].merge(lines[(held < 1).any(axis=1)], on="case")
    joined = joined[(joined["a"] <= joined["x"]) & (joined["x"] < joined["b"])]
    found = joined.groupby("frame")[[0, 1, 2]].min()
    return found.reindex(frames["frame"]).fillna(1.0).to_numpy()


def _areas(
    parameters: Parameters, frames: pd.DataFrame, parts: pd.DataFrame, factor: Array, process: Process
) -> Array:
    size = np.array([parameters.events[name].A[process] for name in sorted(parameters.events)])[parts["kind"]]
    owner, many = parts["frame"].to_numpy(), len(frames)
    start, end, area = (np.bincount(owner, size * parts[name], minlength=many) for name in PARTS)
    length, cap = (frames["y"] - frames["x"]).to_numpy(), parameters.caps[process]
    found = factor * (length + area)
    over = (factor * (1 + start) > cap) | (factor * (1 + end) > cap)
    if over.any():
        place = np.cumsum(over) - 1
        mine = over[owner]
        some = parts[mine]
        found[over] = Sums(
            place[owner[mine]], size[mine] * some["start"].to_numpy(), some["k"].to_numpy(),
            factor[over], np.full(over.sum(), cap), length[over],
        ).areas()  # fmt: skip
    return found
