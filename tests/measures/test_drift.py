"""Norms and forecasts that no longer hold are told, and those that do are left in peace."""

import numpy as np
import pytest

from shelterbelt.library.assessments import assessment
from shelterbelt.measures.drift import (
    Norm,
    moved_mean,
    moved_number,
    moved_over_time,
    moved_published,
    moved_shares,
)
from shelterbelt.measures.figures import Figure, Withheld, withheld


def scores(mean: float, n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).binomial(13, mean / 13, n).astype(float)


def test_the_published_drift_of_a_risk_score_is_flagged() -> None:
    """Six later samples of 884 people had a mean of 5.5 where the norms had 2.9."""
    found = moved_published("odara", Norm(2.9), Norm(5.5, n=884))
    assert found.warns
    assert found.figure.lo > 2.9


def test_the_norms_that_the_library_itself_says_have_drifted_are_flagged() -> None:
    told = [one for one in assessment("odara", "1").drift if one.mean is not None]
    assert told
    for one in told:
        assert moved_published(one.sample, Norm(one.published_mean), Norm(one.mean, n=one.n)).warns


@pytest.mark.parametrize("seed", range(5))
def test_scores_that_rose_are_flagged_and_those_of_the_norm_are_not(seed: int) -> None:
    assert moved_mean("odara", scores(5.5, 120, seed), Norm(2.9)).warns
    assert moved_mean("odara", scores(1.5, 120, seed), Norm(2.9)).warns
    assert not moved_mean("odara", scores(2.9, 120, seed), Norm(2.9)).warns


def test_a_small_move_that_only_many_scores_can_show_is_no_warning() -> None:
    assert not moved_mean("odara", scores(3.05, 50_000), Norm(2.9)).warns


def test_a_norm_that_is_itself_unsure_needs_more_to_be_contradicted() -> None:
    some = scores(3.8, 40)
    assert moved_mean("odara", some, Norm(2.9)).warns
    assert not moved_mean("odara", some, Norm(2.9, sd=1.8, n=10)).warns


def test_fewer_than_thirty_scores_say_nothing() -> None:
    found = moved_mean("odara", scores(9, 29), Norm(2.9))
    assert isinstance(found.figure, Withheld)
    assert not found.warns
    assert isinstance(moved_published("odara", Norm(2.9), Norm(5.5, n=29)).figure, Withheld)


@pytest.mark.parametrize(
    ("value", "lo", "hi", "warns"),
    [(1.6, 1.3, 2.0, True), (1.6, 0.9, 2.8, False), (1.1, 1.05, 1.15, False), (0.6, 0.5, 0.7, True)],
)
def test_more_or_less_than_expected_warns_when_it_is_sure_and_matters(value, lo, hi, warns) -> None:
    assert moved_number("contact", Figure(value, lo, hi, 50, 500)).warns is warns


def test_a_withheld_figure_warns_of_nothing() -> None:
    assert not moved_number("contact", withheld("too_few_events")).warns
    assert not moved_over_time("contact", [withheld("too_few_events"), Figure(2, 1.5, 2.6, 60, 600)]).warns
    assert not moved_over_time("contact", [Figure(2, 1.5, 2.6, 60, 600)]).warns


def test_a_forecast_that_was_right_at_first_and_is_not_any_more_is_flagged() -> None:
    spans = [
        Figure(1.0, 0.85, 1.18, 150, 900),
        Figure(1.3, 1.1, 1.5, 160, 900),
        Figure(1.9, 1.65, 2.2, 200, 900),
    ]
    assert moved_over_time("contact", spans).warns
    assert not moved_over_time("contact", spans[:2]).warns


def test_shares_that_moved_are_flagged_and_chance_is_not() -> None:
    before = {"usual": 500, "raised": 300, "high": 150, "very_high": 50}
    assert not moved_shares("bands", before, {"usual": 260, "raised": 145, "high": 72, "very_high": 23}).warns
    assert moved_shares("bands", before, {"usual": 150, "raised": 150, "high": 120, "very_high": 80}).warns


def test_few_forecasts_stray_far_by_chance_and_warn_of_nothing() -> None:
    found = moved_shares("bands", {"usual": 20, "raised": 12}, {"usual": 14, "raised": 18})
    assert found.figure.value > 0.1
    assert not found.warns
    assert isinstance(moved_shares("bands", {"usual": 29}, {"usual": 40, "raised": 1}).figure, Withheld)
