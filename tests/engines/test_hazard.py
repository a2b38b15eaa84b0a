"""An engine forecasts for every case what `rules.hazard` forecasts for it, with the same draws."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.engines.agreement import (
    AT,
    CASES,
    KINDS,
    NUMBERS,
    assert_agrees,
    days,
    processes,
    random_cases,
    random_timeline,
)

from shelterbelt.engines.caseload import Caseload
from shelterbelt.engines.hazard import Forecasts, forecast_many
from shelterbelt.engines.numbers import Numbers
from shelterbelt.rules.draws import draws
from shelterbelt.rules.hazard import Process, chances, forecast
from shelterbelt.rules.kernels import EventKind, Parameters
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import Happening, Spell, Timeline

POINT = Numbers.of(NUMBERS)
HELP = tuple(Happening(kind, AT - days(1), AT) for kind in ("order_issued", "order_served", "arrest"))
HOLDING = tuple(
    Spell(state, AT - days(1), AT)
    for state in ("permanent_order_in_force", "gps_bilateral", "advocate_engaged", "perp_in_custody")
)


def forecasts(parameters: Parameters, timelines: list[Timeline], **more: int) -> Forecasts:
    cases = Caseload.of(parameters, [(timeline, AT, None) for timeline in timelines])
    return forecast_many(Numbers.of(parameters), cases, **more)


def test_random_cases_are_forecast_as_in_rules() -> None:
    cases = random_cases(CASES, np.random.default_rng(20260305))
    found = forecast_many(POINT, Caseload.of(NUMBERS, cases))
    for i, (timeline, at, known_at) in enumerate(cases):
        assert_agrees(found, i, chances(NUMBERS, timeline, at=at, known_at=known_at))


def test_cap_and_proposed_level_are_those_of_rules() -> None:
    cases = random_cases(150, np.random.default_rng(7))
    found = forecast_many(POINT, Caseload.of(NUMBERS, cases))
    for i, (timeline, at, known_at) in enumerate(cases):
        told = forecast(NUMBERS, timeline, at=at, known_at=known_at)
        assert processes(found.capped[i]) == told.capped
        assert found.proposes[i] == (told.proposes or 0)


def crowded(chance: np.random.Generator) -> Timeline:
    """Days ahead on which much builds up, over and over: the cap is crossed from both sides."""
    kinds = [
        kind
        for kind in KINDS
        if NUMBERS.events[kind].tau_before or NUMBERS.events[kind].A[Process.SEVERE] > 3
    ]
    many = chance.integers(4, 14)
    return Timeline(
        tuple(
            Happening(
                kinds[chance.integers(0, len(kinds))], AT + days(chance.uniform(-3, 20)), AT - days(4), True
            )
            for _ in range(many)
        ),
        band=Level.EXTREME,
    )


def test_sums_far_over_the_cap_are_cut_off_as_in_rules() -> None:
    chance = np.random.default_rng(8)
    tight = replace(NUMBERS, caps={p: cap / 4 for p, cap in NUMBERS.caps.items()})
    timelines = [crowded(chance) for _ in range(200)]
    found = forecasts(tight, timelines)
    assert (found.capped > 0).mean() > 0.9
    for i, timeline in enumerate(timelines):
        assert_agrees(found, i, chances(tight, timeline, at=AT))


def test_a_sum_that_dips_under_the_cap_between_two_days_is_cut_off_as_in_rules() -> None:
    kind = EventKind("day", {p: 9.0 for p in Process}, tau=2, tau_before=2)
    dipping = replace(
        NUMBERS,
        events={"day": kind},
        states={},
        caps={p: 6.0 for p in Process},
        tags=NUMBERS.tags | {"event.day": "P"},
    )
    timelines = [
        Timeline((Happening("day", AT, AT), Happening("day", AT + days(gap), AT, planned=True)))
        for gap in np.linspace(0.05, 20, 80)
    ]
    found = forecasts(dipping, timelines)
    for i, timeline in enumerate(timelines):
        assert_agrees(found, i, chances(dipping, timeline, at=AT))


def test_intervals_are_those_of_the_same_draws_in_rules() -> None:
    drawn = draws(NUMBERS, seed=11, n=40)
    cases = random_cases(60, np.random.default_rng(9))
    found = forecast_many(Numbers.of(NUMBERS, drawn), Caseload.of(NUMBERS, cases))
    assert found.intervals is not None
    for i, (timeline, at, known_at) in enumerate(cases):
        told = chances(NUMBERS, timeline, at=at, known_at=known_at, draws=drawn)
        for name in ("lo", "hi"):
            theirs = np.array([getattr(one, name) for one in told])
            mine = -np.expm1(-getattr(found.intervals, name)[i].ravel())
            assert np.abs(mine - theirs).max() <= 1e-9
        for name in ("ratio_lo", "ratio_hi"):
            theirs = np.array([getattr(one, name) for one in told])
            assert np.abs(getattr(found.intervals, name)[i].ravel() - theirs).max() <= 2e-9


def test_a_single_draw_makes_an_interval() -> None:
    drawn = draws(NUMBERS, seed=1, n=1)
    timeline = random_timeline(np.random.default_rng(1))
    found = forecast_many(Numbers.of(NUMBERS, drawn), Caseload.of(NUMBERS, [(timeline, AT, None)]))
    told = chances(NUMBERS, timeline, at=AT, draws=drawn)
    assert found.intervals is not None
    assert np.allclose(-np.expm1(-found.intervals.hi[0].ravel()), [one.hi for one in told], rtol=0, atol=1e-9)


def test_an_interval_holds_what_is_published() -> None:
    cases = Caseload.of(NUMBERS, random_cases(40, np.random.default_rng(10)))
    found = forecast_many(Numbers.of(NUMBERS, draws(NUMBERS, seed=2, n=7)), cases)
    assert found.intervals is not None
    assert (found.intervals.lo <= found.cumulative).all()
    assert (found.cumulative <= found.intervals.hi).all()


def test_nothing_that_protects_touches_the_first_line() -> None:
    chance = np.random.default_rng(12)
    timelines = [random_timeline(chance) for _ in range(200)]
    bare = [
        replace(one, spells=tuple(s for s in one.spells if not NUMBERS.states[s.state].protects))
        for one in timelines
    ]
    found, without = forecasts(NUMBERS, timelines), forecasts(NUMBERS, bare)
    assert np.allclose(found.cumulative[:, :, 0], without.cumulative[:, :, 0], rtol=1e-12, atol=0)
    assert (found.cumulative[:, :, 1] <= found.cumulative[:, :, 0]).all()


def test_an_order_a_device_an_advocate_and_an_arrest_move_nobody_down() -> None:
    """A case's place in the queue is its level, then its ratios of the first line."""
    chance = np.random.default_rng(21)
    was = [random_timeline(chance) for _ in range(CASES)]
    now = [replace(one, happenings=one.happenings + HELP, spells=one.spells + HOLDING) for one in was]
    before, after = forecasts(NUMBERS, was), forecasts(NUMBERS, now)
    assert (after.proposes >= before.proposes).all()
    assert (after.band[:, :, 0] >= before.band[:, :, 0]).all()
    assert (after.ratio[:, :, 0] >= before.ratio[:, :, 0] - 1.5e-9).all()
    assert (after.cumulative[:, :, 0] >= before.cumulative[:, :, 0] * (1 - 1e-12)).all()


def test_the_order_in_which_things_were_written_down_does_not_matter() -> None:
    chance = np.random.default_rng(13)
    timelines = [random_timeline(chance) for _ in range(200)]
    turned = [replace(one, happenings=one.happenings[::-1], spells=one.spells[::-1]) for one in timelines]
    found, again = forecasts(NUMBERS, timelines), forecasts(NUMBERS, turned)
    assert np.allclose(found.cumulative, again.cumulative, rtol=1e-13, atol=0)


def test_threads_change_no_number() -> None:
    chance = np.random.default_rng(14)
    timelines = [random_timeline(chance) for _ in range(300)] * 120
    cases = Caseload.of(NUMBERS, [(one, AT, None) for one in timelines])
    alone, shared = forecast_many(POINT, cases), forecast_many(POINT, cases, threads=2)
    assert np.array_equal(alone.cumulative, shared.cumulative)
    assert np.array_equal(alone.band, shared.band)
    assert np.array_equal(alone.proposes, shared.proposes)


def test_no_cases_give_no_forecasts() -> None:
    assert forecasts(NUMBERS, []).cumulative.shape == (0, 3, 2, 5)


def test_a_case_of_which_nothing_is_known_has_the_base() -> None:
    found = forecasts(NUMBERS, [Timeline()])
    assert (found.ratio == 1).all()
    assert (found.proposes == 0).all()


def test_a_case_with_a_thousand_happenings_is_forecast_as_in_rules() -> None:
    kinds = np.random.default_rng(15).integers(0, len(KINDS), 1000)
    timeline = Timeline(
        tuple(
            Happening(KINDS[kind], AT + timedelta(hours=float(n - 900)), AT - days(60), True)
            for n, kind in enumerate(kinds)
        )
    )
    assert_agrees(forecasts(NUMBERS, [timeline]), 0, chances(NUMBERS, timeline, at=AT))


def test_a_type_that_the_parameters_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no such event"):
        forecasts(NUMBERS, [Timeline((Happening("arson", AT, AT),))])
    cases = Caseload.of(NUMBERS, [(Timeline((Happening(KINDS[0], AT, AT),)), AT, None)])
    for strange in (len(KINDS), -1):
        wrong = cases._replace(happenings=cases.happenings._replace(kind=np.array([strange], np.int16)))
        with pytest.raises(ValueError, match="do not know"):
            forecast_many(POINT, wrong)


def test_rows_that_do_not_fit_the_cases_are_refused() -> None:
    cases = Caseload.of(NUMBERS, [(Timeline((Happening(KINDS[0], AT, AT),)), AT, None)])
    for first in ([0, 2], [1, 1], [0, 1, 1], [0, -1]):
        wrong = cases._replace(happenings=cases.happenings._replace(first=np.array(first)))
        with pytest.raises(ValueError, match="do not fit"):
            forecast_many(POINT, wrong)
