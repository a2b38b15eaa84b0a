"""The arithmetic: the evidence's own windows, exact under the cap, and consistent wherever a window is cut."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.rules.kernels import Repeat, Term, chance, cumulative, rate_of, stretches

# The evidence's model windows: rate 0.00133 a day; events as (day, size, tau).
INCIDENT = (0.0, 4.06, 14.0)
ORDER = (10.0, 2.0, 7.0)
WINDOWS = (
    ("incident on day 0, days 0 to 14", 0, 14, (INCIDENT,), 1.0, 0.06425),
    ("the same with arrest's factor", 0, 14, (INCIDENT,), 0.71, 0.04605),
    ("incident on day 0, days 10 to 17", 10, 17, (INCIDENT,), 1.0, 0.02359),
    ("the same with an order issued on day 10", 10, 17, (INCIDENT, ORDER), 1.0, 0.03501),
    ("the same in custody", 10, 17, (INCIDENT, ORDER), 0.03, 0.00107),
    ("incident on day 0, days 180 to 210", 180, 210, (INCIDENT,), 1.0, 0.03911),
)
# What was published of the share with a repeat by these days.
PUBLISHED = {14: (0.06, 0.07), 30: (0.09, 0.11), 90: (0.17, 0.19), 180: (0.26, 0.28)}

sizes = st.floats(0, 30)
days = st.floats(-400, 400)
taus = st.floats(0.5, 200)
terms = st.builds(
    Term,
    at=days,
    size=sizes,
    tau=taus,
    tau_before=st.one_of(st.just(0.0), taus),
    until=st.just(math.inf),
)
lists = st.lists(terms, max_size=6)
factors = st.floats(0.02, 8)
caps = st.floats(1, 25)
LENGTH = 120.0


def by_hand(events: list[Term], factor: float, cap: float, t: float) -> float:
    found = 1.0
    for term in events:
        if term.at <= t < term.until:
            found += term.size * math.exp(-(t - term.at) / term.tau)
        elif t < term.at and term.tau_before > 0:
            found += term.size * math.exp((t - term.at) / term.tau_before)
    return min(cap, factor * found)


def finely(events: list[Term], factor: float, cap: float, a: float, b: float, steps: int = 4000) -> float:
    """The integral of midpoints, from break to break so that no jump lies inside a step."""
    found = 0.0
    for piece in stretches(events, a, b):
        many = max(20, int(steps * (piece.b - piece.a) / (b - a)))
        width = (piece.b - piece.a) / many
        found += width * sum(by_hand(events, factor, cap, piece.a + (i + 0.5) * width) for i in range(many))
    return found


@pytest.mark.parametrize(("case", "a", "b", "events", "factor", "expected"), WINDOWS)
def test_the_model_windows_of_the_evidence_come_out(
    case: str, a: float, b: float, events: tuple[tuple[float, ...], ...], factor: float, expected: float
) -> None:
    found = chance(cumulative(0.00133, [Term(*event) for event in events], factor, 15.0, a, b))
    assert round(found, 5) == expected, case


@pytest.mark.parametrize("day", PUBLISHED)
def test_the_floor_and_the_acute_term_return_what_was_published(day: int) -> None:
    found = chance(cumulative(0.00133, [Term(0, 0.00542 / 0.00133, 14)], 1.0, 15.0, 0, day))
    low, high = PUBLISHED[day]
    assert low <= round(found, 3) <= high


@pytest.mark.parametrize("day", PUBLISHED)
def test_the_weibull_fit_of_the_same_sample_agrees_with_it(day: int) -> None:
    weibull = -math.expm1(-((day / 1277) ** 0.600))
    low, high = PUBLISHED[day]
    assert low <= weibull <= high
    assert chance(cumulative(0.00133, [Term(0, 4.06, 14)], 1.0, 15.0, 0, day)) == pytest.approx(
        weibull, abs=0.01
    )


def test_the_other_published_weibull_has_its_values() -> None:
    for day, low, high in ((90, 0.080, 0.082), (320, 0.142, 0.144)):
        assert low <= round(-math.expm1(-((day / 16071) ** 0.477)), 3) <= high


def test_a_rate_gives_its_chance_back_in_180_days() -> None:
    assert chance(cumulative(rate_of(0.10), [], 1.0, 15.0, 0, 180)) == pytest.approx(0.10, rel=1e-15)


def test_a_planned_day_counts_from_both_sides_and_an_unplanned_one_from_its_day_on() -> None:
    two, one = Term(10, 3, 5, 2), Term(10, 3, 5)
    before = cumulative(1, [two], 1, 99, 0, 10) - 10
    assert before == pytest.approx(3 * 2 * -math.expm1(-10 / 2))
    assert cumulative(1, [one], 1, 99, 0, 10) == 10
    assert cumulative(1, [two], 1, 99, 10, 30) == cumulative(1, [one], 1, 99, 10, 30)


def test_a_term_that_ends_adds_nothing_afterwards() -> None:
    assert cumulative(1, [Term(0, 3, 5, until=4)], 1, 99, 4, 9) == 5
    assert cumulative(1, [Term(0, 3, 5, until=4)], 1, 99, 0, 9) == pytest.approx(9 + 15 * -math.expm1(-4 / 5))


def test_an_empty_window_holds_nothing() -> None:
    assert cumulative(1, [Term(0, 3, 5)], 1, 99, 7, 7) == 0


@given(lists, factors, caps)
@settings(max_examples=60, deadline=None)
def test_the_cap_is_taken_point_by_point_as_a_fine_sum_finds(
    events: list[Term], factor: float, cap: float
) -> None:
    found = cumulative(1.0, events, factor, cap, 0, LENGTH)
    assert found == pytest.approx(finely(events, factor, cap, 0, LENGTH), rel=2e-3)
    assert found <= cap * LENGTH * (1 + 1e-14)


@pytest.mark.parametrize("cap", [1.0, 2.0, 3.0, 3.9, 4.5, 6.0, 8.5, 9.1])
def test_a_valley_between_two_heights_is_cut_on_both_slopes(cap: float) -> None:
    events = [Term(0, 8, 3), Term(12, 8, 3, 3)]
    found = cumulative(1.0, events, 1.0, cap, 0, 12)
    assert found == pytest.approx(finely(events, 1.0, cap, 0, 12, 40_000), rel=1e-7)


@given(lists, factors, caps, st.floats(0.001, LENGTH - 0.001))
@settings(deadline=None)
def test_adjacent_windows_add_up(events: list[Term], factor: float, cap: float, cut: float) -> None:
    whole = cumulative(0.01, events, factor, cap, 0, LENGTH)
    parts = cumulative(0.01, events, factor, cap, 0, cut) + cumulative(0.01, events, factor, cap, cut, LENGTH)
    assert parts == pytest.approx(whole, rel=1e-12)


@given(lists, factors, caps, st.floats(0, LENGTH), st.floats(0, LENGTH))
@settings(deadline=None)
def test_a_longer_window_never_holds_less(
    events: list[Term], factor: float, cap: float, one: float, other: float
) -> None:
    short, long = sorted((one, other))
    less = cumulative(0.01, events, factor, cap, 0, short)
    assert less <= cumulative(0.01, events, factor, cap, 0, long) * (1 + 1e-13)


@given(lists, terms, factors, caps)
@settings(deadline=None)
def test_one_more_term_never_lowers_the_sum(
    events: list[Term], term: Term, factor: float, cap: float
) -> None:
    with_it = cumulative(0.01, [*events, term], factor, cap, 0, LENGTH)
    assert with_it >= cumulative(0.01, events, factor, cap, 0, LENGTH) * (1 - 1e-12)


@given(st.integers(0, 60))
def test_repeats_multiply_up_to_their_cap_and_the_first_incident_counts_for_nothing(incidents: int) -> None:
    repeat = Repeat(1.25, 3.0)
    assert repeat.factor(1) == repeat.factor(0) == 1
    assert repeat.factor(2) == 1.25
    assert repeat.factor(incidents) <= repeat.factor(incidents + 1) <= 3.0
