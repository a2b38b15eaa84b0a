"""Intervals: the same for a seed bit by bit, and no draw that turns what raises into what protects."""

import math
from dataclasses import replace

import pytest
from tests.rules.timelines import AT, NUMBERS, happened, still

from shelterbelt.rules.course import course
from shelterbelt.rules.draws import draws, interval
from shelterbelt.rules.hazard import Line, Timeline, chances, forecast
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level

PHYSICAL, SEVERE = Process.PHYSICAL, Process.SEVERE
MANY = draws(NUMBERS, 11, 400)
BUSY = Timeline(
    (happened("physical_incident", -3), happened("order_issued", -1), happened("arrest", -3)),
    (still("cohabiting"), still("advocate_engaged")),
    Level.HIGH,
)


def test_the_same_seed_gives_the_same_draws_and_another_gives_others() -> None:
    assert draws(NUMBERS, 11, 400) == MANY
    assert draws(NUMBERS, 11, 5) == MANY[:5]
    assert draws(NUMBERS, 12, 5) != MANY[:5]


def test_the_order_of_the_file_changes_no_draw() -> None:
    events = dict(sorted(NUMBERS.events.items(), reverse=True))
    states = dict(sorted(NUMBERS.states.items(), reverse=True))
    assert draws(replace(NUMBERS, events=events, states=states), 11, 5) == MANY[:5]


def test_the_same_seed_gives_the_same_intervals_bit_by_bit() -> None:
    one, other = (forecast(NUMBERS, BUSY, at=AT, draws=draws(NUMBERS, 3, 40)) for _ in range(2))
    assert repr(one) == repr(other)
    assert one.draws == 40


def test_every_number_has_its_interval_and_none_without_draws() -> None:
    for one in chances(NUMBERS, BUSY, at=AT, draws=MANY[:100]):
        assert one.lo is not None
        assert one.hi is not None
        assert one.lo < one.p < one.hi
        assert one.band_lo
    for one in chances(NUMBERS, BUSY, at=AT):
        assert (one.lo, one.hi, one.ratio_lo, one.ratio_hi, one.band_lo, one.band_hi) == (None,) * 6


def test_nine_in_ten_drawn_base_rates_lie_within_the_published_range() -> None:
    for process, base in NUMBERS.baseline.items():
        drawn = sorted(one.baseline[process].p_180d for one in MANY)
        width = math.log(drawn[379]) - math.log(drawn[20])
        assert width == pytest.approx(math.log(base.hi) - math.log(base.lo), rel=0.25)


def test_a_draw_keeps_every_number_on_its_own_side() -> None:
    for one in MANY:
        for name, kind in one.events.items():
            published = NUMBERS.events[name]
            assert all(size >= 0 for size in kind.A.values())
            assert all(kind.A[p] == 0 for p in Process if published.A[p] == 0)
            assert all(kind.long_run[p] <= 1 for p, R in published.long_run.items() if R < 1)
        for name, state in one.states.items():
            for p, published_factor in NUMBERS.states[name].R.items():
                assert (state.R[p] - 1) * (published_factor - 1) >= 0
                assert published_factor != 1 or state.R[p] == 1
        assert one.repeat.R >= 1
        assert 0 < one.shrink <= 1


def test_a_term_with_a_most_of_its_own_is_never_drawn_over_it() -> None:
    drawn = [one.events["order_issued"].A[SEVERE] for one in MANY]
    assert max(drawn) == 9
    assert max(one.events["order_served"].A[SEVERE] for one in MANY) > 9


def test_what_is_assumed_is_drawn_wide() -> None:
    logs = [math.log1p(one.events["order_served"].A[SEVERE]) for one in MANY]
    mean = sum(logs) / len(logs)
    assert mean == pytest.approx(math.log(7), abs=0.1)
    assert math.sqrt(sum((log - mean) ** 2 for log in logs) / len(logs)) == pytest.approx(0.5, abs=0.1)


def test_a_factor_with_a_published_range_is_drawn_from_it() -> None:
    drawn = sorted(one.events["arrest"].long_run[PHYSICAL] for one in MANY)
    assert drawn[20] == pytest.approx(0.54, abs=0.04)
    assert drawn[379] == pytest.approx(0.93, abs=0.05)


def test_the_draws_lie_around_the_published_numbers() -> None:
    (one,) = (
        one
        for one in chances(NUMBERS, Timeline(), at=AT, draws=MANY)
        if (one.line, one.process, one.hours) == (Line.IF_FAILS, SEVERE, 720.0)
    )
    assert one.lo is not None
    assert one.hi is not None
    assert math.log(one.p / one.lo) == pytest.approx(math.log(one.hi / one.p), rel=0.3)
    assert (one.ratio_lo, one.ratio, one.ratio_hi) == (1, 1, 1)


def test_an_interval_is_the_fifth_and_the_ninety_fifth() -> None:
    assert interval([float(n) for n in range(100, -1, -1)]) == (5.0, 95.0)
    assert interval([4.0]) == (4.0, 4.0)
    assert interval([0.0, 1.0]) == (0.05, 0.95)


def test_a_course_has_its_interval() -> None:
    for point in course(NUMBERS, BUSY, SEVERE, at=AT, back=3, ahead=7, draws=MANY[:40]):
        assert point.lo <= point.fails <= point.hi
        assert point.holds <= point.fails
