"""Figures about forecasts and signs: as published, by their own definitions, and none on fewer than 30 events."""

import math

import numpy as np
import pytest

from shelterbelt.measures.accuracy import (
    Counts,
    against,
    auc,
    brier,
    calibration,
    sign,
    spread_out,
    worth,
)
from shelterbelt.measures.figures import Figure, Withheld, byar, share, wilson


def drawn(seed: int, n: int = 600, *, slope: float = 1.0, level: float = 0.0):
    """Chances, and what came of them, each window a case of its own."""
    random = np.random.default_rng(seed)
    logits = random.normal(-1.5, 1.0, n)
    chance = 1 / (1 + np.exp(-logits))
    came = random.random(n) < 1 / (1 + np.exp(-(slope * logits + level)))
    return chance, came, np.arange(n)


def alone(_chance, came, case):
    return share(came, case)


# Published summaries; prevalence 0.10 of the H-Scale is inferred from both of its predictive values.
@pytest.mark.parametrize(
    ("prevalence", "sens", "spec", "ppv", "npv", "within"),
    [(0.23, 0.81, 0.95, 0.83, 0.94, 0.01), (0.10, 0.84, 0.60, 0.19, 0.97, 0.005)],
)
def test_predictive_values_of_published_screens_come_out(prevalence, sens, spec, ppv, npv, within) -> None:
    found = worth(prevalence, sens, spec)
    assert found.positive_value == pytest.approx(ppv, abs=within)
    assert found.negative_value == pytest.approx(npv, abs=within)


def test_ratios_of_published_screens_come_out() -> None:
    assert worth(0.23, 0.81, 0.95).ratio_yes == pytest.approx(16, abs=0.5)
    assert worth(0.10, 0.84, 0.60).odds == pytest.approx(8.13, abs=0.3)
    assert worth(0.10, 0.85, 0.537).odds == pytest.approx(6.58, abs=0.05)


def test_the_same_screen_finds_almost_only_false_alarms_where_hardly_anybody_is_struck() -> None:
    assert worth(0.0005, 0.84, 0.60).positive_value == pytest.approx(0.001, abs=0.0001)


def test_counts_give_what_prevalence_gives() -> None:
    cells = Counts(true_yes=84, false_yes=360, false_no=16, true_no=540)
    found, expected = sign(*spread_out(cells)), worth(0.10, 0.84, 0.60)
    for part, value in (
        (found.sensitivity, 0.84),
        (found.specificity, 0.60),
        (found.positive_value, expected.positive_value),
        (found.negative_value, expected.negative_value),
        (found.ratio_yes, expected.ratio_yes),
        (found.ratio_no, expected.ratio_no),
        (found.odds, expected.odds),
        (found.selected, 0.444),
    ):
        assert isinstance(part, Figure)
        assert part.value == pytest.approx(value)
        assert part.lo < part.value < part.hi


def test_an_empty_cell_still_gives_ratios() -> None:
    found = sign(*spread_out(Counts(true_yes=40, false_yes=0, false_no=10, true_no=90)))
    assert isinstance(found.odds, Figure)
    assert math.isfinite(found.odds.hi)


def test_wilson_and_byar_give_their_textbook_intervals() -> None:
    assert wilson(10, 100) == pytest.approx((0.05523, 0.17437), abs=1e-5)
    assert wilson(0, 10) == pytest.approx((0.0, 0.27753), abs=1e-5)
    assert wilson(0, 0) == (0.0, 1.0)
    assert byar(30) == pytest.approx((20.24, 42.83), abs=0.01)  # exact: 20.24 to 42.83


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    random = np.random.default_rng(3)
    score, came = random.integers(0, 6, 200).astype(float), random.random(200) < 0.4
    pairs = [(a > b) + 0.5 * (a == b) for a in score[came] for b in score[~came]]
    found = auc(score, came, np.arange(200))
    assert isinstance(found, Figure)
    assert found.value == pytest.approx(np.mean(pairs))


def test_the_interval_of_the_area_is_delongs_when_each_case_has_one_window() -> None:
    chance, came, case = drawn(5)
    found = auc(chance, came, case)
    events, others = chance[came], chance[~came]
    above = (events[:, None] > others[None, :]).astype(float)
    value = above.mean()
    variance = above.mean(1).var(ddof=1) / events.size + above.mean(0).var(ddof=1) / others.size
    logit, se = math.log(value / (1 - value)), math.sqrt(variance) / (value * (1 - value))
    assert isinstance(found, Figure)
    assert found.lo == pytest.approx(1 / (1 + math.exp(-(logit - 1.959964 * se))), abs=1e-9)
    assert found.hi == pytest.approx(1 / (1 + math.exp(-(logit + 1.959964 * se))), abs=1e-9)


def test_the_interval_of_the_area_is_that_of_drawing_whole_cases_again() -> None:
    """Cases that differ, with windows of both kinds in each: the formula beside 400 bootstrap draws of cases."""
    random = np.random.default_rng(4)
    case = np.repeat(np.arange(90), 6)
    own = random.normal(0, 1.2, 90)[case]
    chance = 1 / (1 + np.exp(-(own + random.normal(0, 0.5, case.size) - 1)))
    came = random.random(case.size) < 1 / (1 + np.exp(-(own - 1)))
    found = auc(chance, came, case)
    drawn_again = []
    for _ in range(400):
        rows = np.concatenate([np.flatnonzero(case == one) for one in random.integers(0, 90, 90)])
        drawn_again.append(auc(chance[rows], came[rows], np.arange(rows.size)).value)
    lo, hi = np.percentile(drawn_again, [2.5, 97.5])
    assert found.lo == pytest.approx(lo, abs=0.015)
    assert found.hi == pytest.approx(hi, abs=0.015)


@pytest.mark.parametrize("figure", [auc, brier, against, alone])
def test_windows_of_one_case_say_less_than_those_of_strangers(figure) -> None:
    chance, came, _ = drawn(6, 200)
    again = [np.tile(part, 5) for part in (chance, came)]
    strangers = figure(*again, np.arange(1000))
    same = figure(*again, np.tile(np.arange(200), 5))
    assert same.value == strangers.value
    assert (same.hi - same.lo) / (strangers.hi - strangers.lo) == pytest.approx(math.sqrt(5), rel=0.05)


def test_windows_of_one_case_widen_what_is_said_of_a_sign() -> None:
    chance, came, _ = drawn(6, 200)
    again = [np.tile(part, 5) for part in (chance > 0.2, came)]
    strangers, same = sign(*again, np.arange(1000)), sign(*again, np.tile(np.arange(200), 5))
    for part in ("sensitivity", "specificity", "positive_value", "negative_value", "selected"):
        wide, narrow = getattr(same, part), getattr(strangers, part)
        assert (wide.hi - wide.lo) / (narrow.hi - narrow.lo) == pytest.approx(math.sqrt(5), rel=0.05)
    for part in ("ratio_yes", "ratio_no", "odds"):
        wide, narrow = getattr(same, part), getattr(strangers, part)
        spans = [math.log(one.hi / one.lo) for one in (wide, narrow)]
        assert spans[0] / spans[1] == pytest.approx(math.sqrt(5), rel=0.01)


def test_ratios_have_the_intervals_of_their_cells() -> None:
    """Simel's formula for likelihood ratios, Woolf's for the odds ratio, written out."""
    a, b, c, d = 84, 360, 16, 540
    found = sign(*spread_out(Counts(a, b, c, d)))
    for told, se in (
        (found.ratio_yes, math.sqrt(1 / a - 1 / (a + c) + 1 / b - 1 / (b + d))),
        (found.ratio_no, math.sqrt(1 / c - 1 / (a + c) + 1 / d - 1 / (b + d))),
        (found.odds, math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)),
    ):
        assert told.hi == pytest.approx(told.value * math.exp(1.959964 * se))


def test_windows_of_one_case_widen_slope_and_level() -> None:
    chance, came, _ = drawn(6, 200)
    again = [np.tile(part, 5) for part in (chance, came)]
    strangers = calibration(*again, np.arange(1000))
    same = calibration(*again, np.tile(np.arange(200), 5))
    for wide, narrow in ((same.slope, strangers.slope), (same.level, strangers.level)):
        assert (wide.hi - wide.lo) / (narrow.hi - narrow.lo) == pytest.approx(math.sqrt(5), rel=0.05)


@pytest.mark.parametrize(("slope", "level"), [(1.0, 0.0), (0.4, 0.0), (1.0, 0.7)])
def test_the_intervals_of_slope_and_level_hold_the_truth(slope: float, level: float) -> None:
    held = 0
    for seed in range(40):
        found = calibration(*drawn(seed, slope=slope, level=level))
        held += found.slope.lo <= slope <= found.slope.hi
        if slope == 1:
            assert found.level.lo <= found.level.value <= found.level.hi
    assert held >= 34  # 95 of 100, and chance


def test_chances_that_are_right_are_told_to_be_right_and_wrong_ones_are_not() -> None:
    right = calibration(*drawn(1, 3000))
    assert right.slope.lo < 1 < right.slope.hi
    assert right.level.lo < 0 < right.level.hi
    assert against(*drawn(1, 3000)).lo < 1 < against(*drawn(1, 3000)).hi
    bold = calibration(*drawn(1, 3000, slope=0.4))
    assert bold.slope.hi < 1
    low = drawn(1, 3000, level=0.8)
    assert calibration(*low).level.lo > 0
    assert against(*low).lo > 1


def test_the_distance_is_the_mean_square() -> None:
    chance, came, case = drawn(8)
    found = brier(chance, came, case)
    assert found.value == pytest.approx(np.mean((chance - came) ** 2))
    assert found.lo < found.value < found.hi


def few(events: int, others: int = 400):
    came = np.arange(events + others) < events
    return np.random.default_rng(1).random(came.size), came, np.arange(came.size)


@pytest.mark.parametrize("figure", [auc, brier, against, alone])
def test_no_figure_rests_on_fewer_than_thirty_events(figure) -> None:
    assert isinstance(figure(*few(29)), Withheld)
    assert figure(*few(29)).because.code == "too_few_events"
    assert isinstance(figure(*few(30)), Figure)


def test_no_slope_and_no_sign_rests_on_fewer_than_thirty_events_or_thirty_others() -> None:
    for events, others, code in ((29, 400, "too_few_events"), (400, 29, "too_few_others")):
        chance, came, case = few(events, others)
        whole = (calibration(chance, came, case).slope, calibration(chance, came, case).level)
        found = sign(chance > 0.5, came, case)
        for part in (*whole, found.sensitivity, found.odds, found.selected):
            assert isinstance(part, Withheld)
            assert part.because.code == code


def test_chances_that_are_all_alike_have_a_level_and_no_slope() -> None:
    _, came, case = drawn(2)
    found = calibration(np.full(came.size, 0.2), came, case)
    assert isinstance(found.slope, Withheld)
    assert isinstance(found.level, Figure)


def test_chances_that_tell_everything_apart_have_no_slope_rather_than_an_endless_one() -> None:
    came = np.arange(200) < 60
    chance = np.where(came, 0.9, 0.1) + np.linspace(0, 0.01, 200)
    assert isinstance(calibration(chance, came, np.arange(200)).slope, Withheld)
    assert isinstance(auc(chance, came, np.arange(200)), Withheld)
