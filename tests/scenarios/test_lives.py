"""Invented lives: the same from the same seed, true to their own hazards, and records that hold no more than came."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from shelterbelt.library.observed import cases
from shelterbelt.library.parameters import parameters
from shelterbelt.measures.exposure import exposure, hazards
from shelterbelt.measures.observed import SURVIVOR
from shelterbelt.rules.kernels import Process
from shelterbelt.scenarios import lived
from shelterbelt.scenarios.lives import EVERYTHING, NOT_TAKEN, STEADY, USUAL, Life, World, lives

NUMBERS = parameters().parameters


@pytest.fixture(scope="module")
def some() -> tuple[Life, ...]:
    return lives(NUMBERS, 5, 300)


@pytest.mark.parametrize("hash_seed", ["0", "77"])
def test_the_same_seed_gives_the_same_lives_whatever_the_hash_order(hash_seed: str) -> None:
    program = (
        "import hashlib; from shelterbelt.library.parameters import parameters; "
        "from shelterbelt.scenarios.lives import lives; "
        "print(hashlib.sha256(repr(lives(parameters().parameters, 5, 20)).encode()).hexdigest())"
    )
    source = str(Path(sys.modules["shelterbelt"].__path__[0]).parent)
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": source}
    ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == hashlib.sha256(repr(lives(NUMBERS, 5, 20)).encode()).hexdigest()


def test_a_life_stays_the_same_however_many_there_are(some) -> None:
    assert lives(NUMBERS, 5, 3) == some[:3]
    assert lives(NUMBERS, 6, 3) != some[:3]


def test_what_was_written_down_is_a_part_of_what_came(some) -> None:
    assert sum(len(life.recorded.outcomes) for life in some) < sum(len(life.latent.outcomes) for life in some)
    for life in some:
        truly = {(one.process, one.at) for one in life.latent.outcomes}
        assert {(one.process, one.at) for one in life.recorded.outcomes} <= truly
        assert {(one.type, one.at) for one in life.recorded.happenings} <= {
            (one.type, one.at) for one in life.latent.happenings
        }
        assert all(one.reported_by for one in life.recorded.outcomes)
        assert all(one.recorded_at >= one.at for one in life.recorded.outcomes)


def test_an_incident_that_nobody_wrote_down_is_not_in_the_record_in_any_form(some) -> None:
    incidents = {"physical_incident", "harassment_incident", "order_violation", "strangulation_incident"}
    for life in some:
        known = {one.at for one in life.recorded.outcomes} | {life.recorded.opened_at}
        assert {one.at for one in life.recorded.happenings if one.type in incidents} <= known


@pytest.mark.parametrize("process", Process)
def test_as_much_comes_as_the_rules_expect_of_what_truly_happened(process: Process) -> None:
    """The lives' own hazard and that of the rules are written twice; on 700 lives they agree."""
    cases = [life.latent for life in lives(NUMBERS, 21, 700)]
    found = exposure(NUMBERS, cases)
    expected = hazards(found, NUMBERS, process, held=True).sum()
    came = found.came[process].day.size
    assert abs(came - expected) < 3.3 * expected**0.5


def test_when_everything_is_written_down_both_tell_the_same() -> None:
    for life in lives(NUMBERS, 2, 40, reporting=EVERYTHING):
        assert life.recorded == life.latent


def told(some: tuple[Life, ...], *, after: bool) -> float:
    """The share of what truly came that the survivor told, before or after the first bad answer."""
    counts = Counter()
    for life in some:
        bad = min((one.at for one in life.latent.answers if one.kind == NOT_TAKEN), default=None)
        for one in life.latent.outcomes:
            if (bad is not None and one.at > bad) is after:
                counts[one.reported_by == SURVIVOR] += 1
    return counts[True] / counts.total()


def test_people_report_less_after_a_bad_answer_where_it_is_so_chosen() -> None:
    usual, steady = (lives(NUMBERS, 9, 400, reporting=one) for one in (USUAL, STEADY))
    assert told(usual, after=True) < 0.65 * told(usual, after=False)
    assert told(steady, after=True) > 0.85 * told(steady, after=False)


def test_cases_differ_more_when_that_is_chosen() -> None:
    def spread(differ: float) -> float:
        counts = [len(life.latent.outcomes) for life in lives(NUMBERS, 3, 300, world=World(differ=differ))]
        mean = sum(counts) / len(counts)
        return sum((one - mean) ** 2 for one in counts) / mean

    assert spread(1.2) > 2 * spread(0.0)


def test_they_are_printed_as_lines_that_calibrating_reads(capsys: pytest.CaptureFixture[str]) -> None:
    for truly in ([], ["--truly"]):
        assert lived.main(["3", "--seed", "5", *truly]) == 0
        read = tuple(cases(capsys.readouterr().out.splitlines(), NUMBERS))
        assert read == tuple(one.latent if truly else one.recorded for one in lives(NUMBERS, 5, 3))


def test_scores_have_the_chosen_mean() -> None:
    scores = [life.recorded.scores[0].score for life in lives(NUMBERS, 3, 300, world=World(mean_score=5.5))]
    assert sum(scores) / 300 == pytest.approx(5.5, abs=0.4)
