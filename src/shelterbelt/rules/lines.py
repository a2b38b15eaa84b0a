"""The two lines of a process over the frames of an outlook: if what protects fails, and if its strongest part holds.

It never multiplies what protects, and never lets it touch the first line.
"""

import math
from collections.abc import Iterable, Sequence

from shelterbelt.rules.kernels import Parameters, Process, area, is_capped
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import Frame, Outlook

Code = str
Pair = tuple[float, float]


def sizes(parameters: Parameters, types: Sequence[str], process: Process) -> tuple[float, ...]:
    """This function will return how much each term adds to a process on its day."""
    return tuple(parameters.events[kind].A[process] for kind in types)


def factor(parameters: Parameters, frame: Frame, process: Process) -> float:
    """This function will return what multiplies the bracket in the first line: states over 1, and repeats."""
    found = parameters.repeat.factor(frame.incidents)
    for state in frame.raising:
        found *= max(1.0, parameters.states[state].R[process])
    return found


def holder(parameters: Parameters, frame: Frame, process: Process) -> Code | None:
    """This function will return the code of the single strongest thing that protects in a frame, if any.

    Strongest by the value in the parameters; of equals the first by name.
    """
    found = [
        (parameters.states[state].R[process], f"state.{state}")
        for state in frame.protecting
        if parameters.states[state].protects
    ]
    found += [(parameters.events[kind].long_run.get(process, 1.0), f"event.{kind}") for kind in frame.lasting]
    return min((pair for pair in found if pair[0] < 1), default=(1.0, None))[1]


def held(parameters: Parameters, code: Code | None, process: Process) -> float:
    """This function will return the factor with which a thing that protects holds, at most 1."""
    if code is None:
        return 1.0
    kind, _, name = code.partition(".")
    if kind == "state":
        return min(1.0, parameters.states[name].R[process])
    return min(1.0, parameters.events[name].long_run[process])


def hazards(
    parameters: Parameters,
    outlook: Outlook,
    process: Process,
    band: Level | None,
    holders: Sequence[Code | None],
) -> tuple[Pair, ...]:
    """This function will return the cumulative hazard of each frame on both lines.

    `holders`: what holds in each frame, chosen once by the published values, so that every draw speaks of the
    same thing.
    """
    rate, size = parameters.rate(process, band), sizes(parameters, outlook.types, process)
    cap = parameters.caps[process]
    found = []
    for frame, holding in zip(outlook.frames, holders, strict=True):
        failing = rate * area(frame.stretch, size, factor(parameters, frame, process), cap)
        found.append((failing, failing * held(parameters, holding, process)))
    return tuple(found)


def holders(parameters: Parameters, outlook: Outlook, process: Process) -> tuple[Code | None, ...]:
    """This function will return what holds in each frame."""
    return tuple(holder(parameters, frame, process) for frame in outlook.frames)


def summed(outlook: Outlook, pairs: Sequence[Pair], *, a: float, b: float) -> Pair:
    """This function will return both lines' cumulative hazard over the frames that lie in [a, b] (days).

    Exactly rounded, so that it neither depends on the order of frames nor falls with a longer span.
    """
    inside = [
        pair
        for frame, pair in zip(outlook.frames, pairs, strict=True)
        if a <= frame.stretch.a and frame.stretch.b <= b
    ]
    return math.fsum(pair[0] for pair in inside), math.fsum(pair[1] for pair in inside)


def capped(parameters: Parameters, outlook: Outlook, process: Process) -> bool:
    """This function will return whether the cap cuts anything off in any frame."""
    size, cap = sizes(parameters, outlook.types, process), parameters.caps[process]
    return any(
        is_capped(frame.stretch, size, factor(parameters, frame, process), cap) for frame in outlook.frames
    )


def shares(
    parameters: Parameters,
    types: Sequence[str],
    frames: Sequence[Frame],
    process: Process,
    band: Level | None,
) -> tuple[tuple[Code, float], ...]:
    """This function will return what lifts a process over the frames, the greatest first.

    A share is the part of the hazard, before the cap, that would go were this one thing left out. Shares do
    not add up to 1.
    """
    whole, found = 0.0, dict[Code, float]()
    size = sizes(parameters, types, process)
    for frame in frames:
        times = factor(parameters, frame, process)
        added = [(types[part.term], times * size[part.term] * part.area) for part in frame.stretch.parts]
        here = times * (frame.stretch.b - frame.stretch.a) + sum(part for _, part in added)
        whole += here
        for code, part in (*_events(added), *_factors(parameters, frame, process, here)):
            found[code] = found.get(code, 0.0) + part
    shift = parameters.rate(process, band) / parameters.rate(process, None)
    if band is not None and shift > 1:
        found["shift"] = whole * (1 - 1 / shift)
    lifted = ((code, part / whole) for code, part in found.items() if part > 0)
    return tuple(sorted(lifted, key=lambda pair: (-pair[1], pair[0])))


def _events(added: Iterable[tuple[str, float]]) -> Iterable[tuple[Code, float]]:
    return ((f"event.{kind}", part) for kind, part in added)


def _factors(
    parameters: Parameters, frame: Frame, process: Process, here: float
) -> Iterable[tuple[Code, float]]:
    for state in frame.raising:
        over = max(1.0, parameters.states[state].R[process])
        yield f"state.{state}", here * (1 - 1 / over)
    yield "repeat", here * (1 - 1 / parameters.repeat.factor(frame.incidents))
