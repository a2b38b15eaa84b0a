"""Invented cases for the tests of measures: random ones, and lives of which the truth is known."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from shelterbelt.library.parameters import parameters
from shelterbelt.measures.observed import Case, Outcome, Said
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import Happening, Spell

NUMBERS = parameters().parameters
START = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LONG = 200.0


def day(number: float) -> datetime:
    return START + number * DAY


def case(*happenings: Happening, outcomes=(), spells=(), bands=(), until: float = LONG, **more) -> Case:
    return Case("c", START, day(until), happenings, spells, bands, outcomes, **more)


def happened(kind: str, at: float, *, planned_on: float | None = None) -> Happening:
    known = at if planned_on is None else planned_on
    return Happening(kind, day(at), day(known), planned=planned_on is not None)


def outcome(process: Process, at: float, by: str = "") -> Outcome:
    return Outcome(process, day(at), day(at), by)


days = st.floats(-300, LONG - 0.5).map(lambda number: round(number, 3))
types = st.sampled_from(sorted(NUMBERS.events))
happenings = st.builds(happened, types, days)
spells = st.builds(
    lambda state, a, b: Spell(
        state, day(min(a, b)), day(min(a, b)), None if a > b else day(b), None if a > b else day(b)
    ),
    st.sampled_from(sorted(NUMBERS.states)),
    days,
    days,
)
outcomes = st.builds(outcome, st.sampled_from(Process), st.floats(0.5, LONG).map(lambda n: round(n, 3)))
bands = st.builds(lambda at, level: Said(day(at), level), days, st.sampled_from(Level))
cases = st.builds(
    lambda some, states, came, said: case(
        *some, spells=tuple(states), outcomes=tuple(came), bands=tuple(said)
    ),
    st.lists(happenings, max_size=10),
    st.lists(spells, max_size=4),
    st.lists(outcomes, max_size=4),
    st.lists(bands, max_size=2),
)


def other_numbers():
    """Parameters that differ from the published ones where many outcomes tell about it."""
    new = {
        "physical_incident": (5.0, 7.0, 2.0),
        "separation": (1.5, 3.0, 4.0),
        "harassment_incident": (1.5, 1.0, 1.0),
        "order_violation": (6.0, 3.0, 3.0),
    }
    times = {Process.CONTACT: 1.3, Process.PHYSICAL: 0.7, Process.SEVERE: 1.4}
    events = dict(NUMBERS.events)
    for name, sizes in new.items():
        events[name] = replace(events[name], A=dict(zip(Process, sizes, strict=True)))
    baseline = {
        process: replace(base, p_180d=-math.expm1(-180 * base.rate * times[process]))
        for process, base in NUMBERS.baseline.items()
    }
    return replace(NUMBERS, events=events, baseline=baseline)
