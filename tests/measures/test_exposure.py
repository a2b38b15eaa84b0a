"""Followed days, flat: the same hazard as the rules have, and no surprise explains the days before it."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.cases_for_tests import (
    LONG,
    NUMBERS,
    START,
    case,
    cases,
    day,
    happened,
    outcome,
    types,
)

from shelterbelt.measures.exposure import exposure, hazards
from shelterbelt.measures.observed import Said
from shelterbelt.rules import lines
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import DAY, outlook

EARLY = [name for name, kind in NUMBERS.events.items() if kind.tau_before > 0]


def by_the_rules(one, process: Process, *, held: bool) -> float:
    """The cumulative hazard of a whole case, level by level, as `rules` integrates it."""
    end, whole = one.followed_until, 0.0
    turns = sorted({START, end, *(said.at for said in one.bands if START < said.at < end)})
    for begins, ends in pairwise(turns):
        a, b = (begins - end) / DAY, (ends - end) / DAY
        view = outlook(NUMBERS, one.timeline(begins), at=end, known_at=end, a=a, b=b)
        holding = lines.holders(NUMBERS, view, process)
        pairs = lines.hazards(NUMBERS, view, process, one.band(begins), holding)
        whole += lines.summed(view, pairs, a=a, b=b)[held]
    return whole


@settings(max_examples=60, deadline=None)
@given(st.lists(cases, min_size=1, max_size=3), st.sampled_from(Process), st.booleans())
def test_followed_days_have_the_hazard_that_the_rules_have(some, process: Process, held: bool) -> None:
    past = [
        case(
            *(one for one in found.happenings if one.type not in EARLY or one.at <= START),
            spells=found.spells,
            bands=found.bands,
            outcomes=found.outcomes,
        )
        for found in some
    ]
    found = exposure(NUMBERS, past)
    expected = math.fsum(by_the_rules(one, process, held=held) for one in past)
    assert hazards(found, NUMBERS, process, held=held).sum() == pytest.approx(expected, rel=1e-9)
    assert found.length.sum() == pytest.approx(LONG * len(past))


def capped_case():
    """Orders, threats and violence within days, after a hearing that was known ahead: over every ceiling."""
    kinds = (
        "order_issued",
        "order_served",
        "strangulation_incident",
        "physical_incident",
        "new_threat_to_kill",
    )
    early = [happened("physical_incident", -20.0 * n) for n in range(1, 8)]
    near = [happened(kind, 50.0 + n) for n, kind in enumerate(kinds)]
    return case(*early, *near, happened("court_date", 80.0, planned_on=-1.0))


@pytest.mark.parametrize("process", Process)
def test_the_cap_is_cut_where_the_rules_cut_it(process: Process) -> None:
    one = capped_case()
    end = one.followed_until
    view = outlook(NUMBERS, one.timeline(START), at=end, known_at=end, a=-LONG, b=0)
    assert lines.capped(NUMBERS, view, process)
    pairs = lines.hazards(NUMBERS, view, process, None, [None] * len(view.frames))
    found = hazards(exposure(NUMBERS, [one]), NUMBERS, process).sum()
    assert found == pytest.approx(math.fsum(pair[0] for pair in pairs), rel=1e-9)


@given(types, st.floats(5, 190))
def test_a_surprise_explains_nothing_of_the_days_before_it(kind: str, at: float) -> None:
    found = exposure(NUMBERS, [case(happened(kind, at))])
    before = found.begins + found.length <= at - LONG + 1e-9
    for process in Process:
        rate = hazards(found, NUMBERS, process)[before].sum() / found.length[before].sum()
        assert rate == pytest.approx(NUMBERS.baseline[process].rate)


def test_a_plan_counts_from_the_day_it_was_written_down() -> None:
    found = exposure(NUMBERS, [case(happened("court_date", 50.0, planned_on=40.0))])
    hazard, base = hazards(found, NUMBERS, Process.CONTACT), NUMBERS.baseline[Process.CONTACT].rate
    place = found.begins + LONG
    assert hazard[place < 40 - 1e-9] == pytest.approx(base * found.length[place < 40 - 1e-9])
    waiting = (place >= 40 - 1e-9) & (place < 50 - 1e-9)
    assert found.length[waiting].sum() == pytest.approx(10)
    assert (hazard[waiting] > base * found.length[waiting] * 1.1).all()


def test_what_came_is_seen_by_what_was_there_before_it_and_not_by_itself() -> None:
    one = case(
        happened("physical_incident", 10.0),
        happened("physical_incident", 20.0),
        outcomes=(outcome(Process.PHYSICAL, 20.0),),
    )
    found = exposure(NUMBERS, [one])
    heights = found.came[Process.PHYSICAL].heights[0]
    place = found.kinds.index("physical_incident")
    assert heights[place] == pytest.approx(math.exp(-10 / 14))
    assert found.patterns[found.came[Process.PHYSICAL].pattern[0]].incidents == 1
    assert np.delete(heights, place).sum() == 0


def test_what_came_before_or_after_the_case_was_followed_is_not_counted() -> None:
    some = tuple(outcome(Process.SEVERE, at) for at in (-1.0, 0.0, 0.5, LONG, LONG + 1))
    assert exposure(NUMBERS, [case(outcomes=some)]).came[Process.SEVERE].day.size == 2


def test_a_level_counts_from_the_day_on_which_it_was_set() -> None:
    found = exposure(NUMBERS, [case(bands=(Said(day(60), Level.EXTREME),))])
    hazard, base = hazards(found, NUMBERS, Process.SEVERE), NUMBERS.baseline[Process.SEVERE].rate
    times = NUMBERS.rate(Process.SEVERE, Level.EXTREME) / base
    assert hazard.sum() == pytest.approx(base * (60 + times * (LONG - 60)))
