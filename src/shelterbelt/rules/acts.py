"""Before an act that may bring danger: the days to cover, what to have ready before it, and whether to stop first.

It never says whether the act is wise, and compares nothing with and without it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelterbelt.rules.kernels import EventKind, Parameters, Process
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.timeline import DAY


@dataclass(frozen=True, slots=True)
class Act:
    """An act that is planned: its kind, when, the happening it will be in the forecast, and whether it exposes
    the survivor.
    """

    kind: str
    at: datetime
    event: str
    exposes: bool


@dataclass(frozen=True, slots=True)
class Preparation:
    """Something to finish so many hours before an act. Without a `required` one an act that exposes is stopped."""

    code: str
    hours_before: float
    required: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True)
class ToDo:
    """A preparation that is still open and when it is due; `late`: its day had already passed."""

    code: str
    due_at: datetime
    required: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """The days around an act in which one process is raised by it, and how far at its height."""

    process: Process
    from_at: datetime
    until_at: datetime
    band: str


@dataclass(frozen=True, slots=True)
class Before:
    """What an act asks for: days to cover, what is still to do, whether to stop first, and why."""

    windows: tuple[Cover, ...]
    to_do: tuple[ToDo, ...]
    stop: bool
    because: tuple[Reason, ...]


def before(act: Act, preparations: Iterable[Preparation], parameters: Parameters, *, at: datetime) -> Before:
    """This function will return what to have ready before an act, at the instant `at`.

    The days to cover are those on which the act's own term alone lifts the base into a raised band (`raised_from`). Each
    preparation is due its hours before the act, and now where that has passed. `stop` while the act exposes
    the survivor and a required preparation is open: a person may still go on, with a reason. Raises ValueError
    for an act that does not lie ahead or whose happening the parameters do not know.
    """
    if act.at <= at:
        raise ValueError("the act does not lie ahead")
    if act.event not in parameters.events:
        raise ValueError(f"{act.event}: no such event in these parameters")
    open_ones = sorted(
        (one for one in preparations if not one.done), key=lambda one: (-one.hours_before, one.code)
    )
    to_do = tuple(_to_do(act, one, at) for one in open_ones)
    lacking = tuple(one.code for one in open_ones if one.required)
    stop = act.exposes and bool(lacking)
    because = (
        Reason("act.exposes" if act.exposes else "act.never_stopped", act.kind),
        Reason("act.term", act.event),
        *(Reason("act.open", code) for code in (lacking if stop else ())),
        *(Reason("act.late", one.code) for one in to_do if one.late),
    )
    return Before(tuple(_covers(act, parameters, at)), to_do, stop, because)


def _to_do(act: Act, preparation: Preparation, at: datetime) -> ToDo:
    due = act.at - timedelta(hours=preparation.hours_before)
    return ToDo(preparation.code, max(due, at), preparation.required, due < at)


def _covers(act: Act, parameters: Parameters, at: datetime) -> Iterable[Cover]:
    kind = parameters.events[act.event]
    raised = next(band.at_least for band in parameters.bands if band.id == parameters.raised_from)
    for process in Process:
        size = kind.A[process]
        if 1 + size >= raised:
            days_before, days_after = _days(kind, size / (raised - 1))
            height = [band.id for band in parameters.bands if band.at_least <= 1 + size][-1]
            yield Cover(process, max(at, act.at - days_before * DAY), act.at + days_after * DAY, height)


def _days(kind: EventKind, times: float) -> tuple[float, float]:
    """How many whole days before and after its own a term stays raised; the day itself counts."""
    decay = math.log(times)
    return math.ceil(kind.tau_before * decay), max(1, math.ceil(kind.tau * decay))
