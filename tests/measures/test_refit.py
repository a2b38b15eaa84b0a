"""The refit: without data the published values, with enough of it the truth, and never that anything protects."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.measures.cases_for_tests import NUMBERS, case, happened, other_numbers, outcome

from shelterbelt.measures.exposure import Exposure, exposure, hazards
from shelterbelt.measures.likelihood import Likelihood, coefficients
from shelterbelt.measures.refit import Learned, Refit, posterior, refit, refitted
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.reasons import Reason
from shelterbelt.scenarios.lives import EVERYTHING, World, lives

TRUTH = other_numbers()


def followed(seed: int, count: int, *, numbers=TRUTH, world: World | None = None) -> Exposure:
    found = lives(numbers, seed, count, reporting=EVERYTHING, world=world)
    return exposure(NUMBERS, [life.latent for life in found])


@pytest.fixture(scope="module")
def many() -> Exposure:
    return followed(11, 700)


@pytest.fixture(scope="module")
def found(many: Exposure) -> Refit:
    return refit(NUMBERS, many)


def true_value(one: Learned) -> float:
    kind, _, name = one.code.partition(".")
    if kind == "baseline":
        return TRUTH.baseline[one.process].rate
    if kind == "event":
        return TRUTH.events[name].A[one.process]
    return TRUTH.states[name].R[one.process] if kind == "state" else TRUTH.repeat.R


def test_without_a_single_day_the_published_values_come_back_with_their_own_errors() -> None:
    learned, strayed = posterior(NUMBERS, exposure(NUMBERS, []), tuple(Process))
    assert len(learned) > 50
    assert set(strayed.values()) == {1.0}
    for one in learned:
        assert one.value == pytest.approx(one.published, rel=1e-9)
        assert one.se == pytest.approx(one.prior_sd, rel=1e-9)
        assert one.told == pytest.approx(0, abs=1e-9)


def test_the_truth_lies_in_the_intervals_as_often_as_they_say() -> None:
    held, learned = 0, 0
    for seed in range(6):
        for one in refit(NUMBERS, followed(seed, 350)).learned:
            if one.told >= 0.5:  # where the records speak, and not the prior
                learned += 1
                held += one.lo <= true_value(one) <= one.hi
    assert learned > 80
    assert 0.82 <= held / learned <= 0.98  # 90 of 100 by what they say


def test_what_many_outcomes_tell_is_learned_whatever_was_published(found: Refit) -> None:
    learned = {(one.code, one.process): one for one in found.learned}
    for code, process, published in (
        ("baseline.contact", Process.CONTACT, NUMBERS.baseline[Process.CONTACT].rate),
        ("baseline.physical", Process.PHYSICAL, NUMBERS.baseline[Process.PHYSICAL].rate),
        ("event.separation", Process.CONTACT, 3.0),
    ):
        one = learned[code, process]
        assert one.published == pytest.approx(published)
        assert not one.lo <= published <= one.hi
        off, was = (abs(math.log(number / true_value(one))) for number in (one.value, published))
        assert off < 0.6 * was


def test_a_refit_expects_as_many_as_came(many: Exposure, found: Refit) -> None:
    new = refitted(NUMBERS, found, version="9")
    for process in Process:
        came = many.came[process].day.size
        before = hazards(many, NUMBERS, process, held=True).sum()
        now = hazards(many, new, process, held=True).sum()
        assert abs(now - came) < abs(before - came)
        assert now == pytest.approx(came, rel=0.06)


def test_the_slopes_are_those_of_the_likelihood(many: Exposure) -> None:
    learned = coefficients(NUMBERS, tuple(Process))
    where = np.array([one.prior for one in learned]) * 0.9 + 0.02
    for process in Process:
        found = Likelihood(NUMBERS, many, process, learned)
        slope = found.at(where).slope
        for place in range(0, len(learned), 5):
            nudge = np.zeros(len(learned))
            nudge[place] = 1e-5
            numeric = (found.at(where + nudge).value - found.at(where - nudge).value) / 2e-5
            assert slope[place] == pytest.approx(numeric, rel=1e-3, abs=1e-3)


def test_the_numbers_found_are_the_most_likely_ones(many: Exposure, found: Refit) -> None:
    learned = coefficients(NUMBERS, tuple(Process))
    logs = [math.log1p(o.value) if o.code.startswith("event") else math.log(o.value) for o in found.learned]
    best = np.array(logs)

    def worth(numbers: np.ndarray) -> float:
        prior = sum(((n - c.prior) / c.prior_sd) ** 2 / 2 for n, c in zip(numbers, learned, strict=True))
        return prior + sum(Likelihood(NUMBERS, many, p, learned).at(numbers).value for p in Process)

    random, least = np.random.default_rng(2), worth(best)
    lo = np.array([one.lo for one in learned])
    for _ in range(40):
        aside = np.maximum(lo, best + random.normal(0, 0.02, best.size))
        assert worth(aside) > least - 1e-4


def test_a_process_with_fewer_than_thirty_outcomes_stays_as_published() -> None:
    came = [outcome(Process.CONTACT, 1 + n) for n in range(30)] + [
        outcome(Process.PHYSICAL, 1 + n) for n in range(29)
    ]
    found = refit(NUMBERS, exposure(NUMBERS, [case(outcomes=tuple(came))]))
    assert found.outcomes == {Process.CONTACT: 30, Process.PHYSICAL: 29, Process.SEVERE: 0}
    assert found.refused == {
        Process.PHYSICAL: Reason("too_few_events", "30"),
        Process.SEVERE: Reason("too_few_events", "30"),
    }
    assert {one.process for one in found.learned} == {Process.CONTACT, None}
    new = refitted(NUMBERS, found, version="9")
    for kept in (Process.PHYSICAL, Process.SEVERE):
        assert new.baseline[kept] == NUMBERS.baseline[kept]
        assert all(new.events[name].A[kept] == kind.A[kept] for name, kind in NUMBERS.events.items())
    assert new.baseline[Process.CONTACT] != NUMBERS.baseline[Process.CONTACT]


def test_nothing_is_learned_of_a_process_that_must_stay(many: Exposure) -> None:
    keep = {Process.PHYSICAL: Reason("people_fell_silent", "arrest")}
    found = refit(NUMBERS, many, keep=keep)
    assert found.refused == keep
    assert Process.PHYSICAL not in {one.process for one in found.learned}
    assert refit(NUMBERS, many, keep=dict.fromkeys(Process, Reason("people_fell_silent"))).learned == ()


def test_a_refit_never_learns_that_anything_protects(found: Refit) -> None:
    new = refitted(NUMBERS, found, version="9")
    for name, state in NUMBERS.states.items():
        for process in Process:
            if state.R[process] <= 1:
                assert new.states[name].R[process] == state.R[process]
            else:
                assert new.states[name].R[process] >= 1
    for name, kind in NUMBERS.events.items():
        assert new.events[name].long_run == kind.long_run
        assert new.events[name].tau == kind.tau
        assert all(size >= 0 for size in new.events[name].A.values())
    assert (new.shifts, new.shrink, new.caps, new.bands) == (
        NUMBERS.shifts,
        NUMBERS.shrink,
        NUMBERS.caps,
        NUMBERS.bands,
    )


def test_an_event_after_which_nothing_comes_is_learned_down_to_nothing_and_not_below() -> None:
    """Many threats and never anything near them: the term goes to its floor and its interval begins there."""
    some = [
        case(
            *(happened("new_threat_to_kill", 5.0 + 40 * n) for n in range(4)),
            outcomes=(outcome(Process.PHYSICAL, 4.5), outcome(Process.PHYSICAL, 199.0)),
        )
        for _ in range(60)
    ]
    found = refit(NUMBERS, exposure(NUMBERS, some))
    one = next(
        o for o in found.learned if (o.code, o.process) == ("event.new_threat_to_kill", Process.PHYSICAL)
    )
    assert 0 <= one.lo <= one.value < one.published


def test_cases_that_differ_beyond_chance_widen_the_errors() -> None:
    alike = refit(NUMBERS, followed(4, 250, numbers=NUMBERS))
    apart = refit(NUMBERS, followed(4, 250, numbers=NUMBERS, world=World(differ=1.3)))
    assert alike.strayed[Process.CONTACT] < 1.4
    assert apart.strayed[Process.CONTACT] > 2

    def error(found: Refit) -> float:
        base = next(one for one in found.learned if one.code == "baseline.contact")
        return base.se * math.sqrt(found.outcomes[Process.CONTACT])

    assert error(apart) > error(alike) * 1.2


def test_what_was_not_learned_of_a_term_leaves_it_as_unsure_as_before(many: Exposure, found: Refit) -> None:
    kept = refit(NUMBERS, many, keep={Process.SEVERE: Reason("people_fell_silent")})
    new = refitted(NUMBERS, kept, version="9")
    assert new.events["separation"].sd == NUMBERS.events["separation"].sd
    whole = refitted(NUMBERS, found, version="9")
    assert whole.events["separation"].sd < NUMBERS.events["separation"].sd


def test_the_same_days_teach_the_same_numbers(many: Exposure, found: Refit) -> None:
    assert refit(replace(NUMBERS), many) == found
