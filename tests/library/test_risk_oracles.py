"""Every oracle of the evidence, by its name, held against the files that are shipped and the code that reads them."""

import math
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.rules.sheets_for_tests import completions, raises_of

from shelterbelt.library.assessments import assessment, names
from shelterbelt.measures.accuracy import worth
from shelterbelt.rules.kernels import Term, chance, cumulative
from shelterbelt.rules.scoring import Detected, Scored, detect, score
from shelterbelt.rules.sheets import Danger, Detection

ORACLES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "risk_oracles.yaml").read_text())
ALL_NAMES = {
    "odara_bins", "odara_proration_arithmetic", "da_cases", "lap_cases", "dale_cases", "diagnostic", "survival",
    "model_windows",
}  # fmt: skip
GAPS = ("declined", "not_asked")
SHIPPED = [id for id, _version in names(only_product=True)]
DANGERS = [id for id in SHIPPED if not assessment(id, "1").detects]
LAP_ELEVEN = tuple(str(n) for n in range(1, 12))


def scored(id: str, yes: Any, *, gaps: Any = ()) -> Scored:
    """The shipped instrument's result where the questions of these numbers are yes and all others no."""
    found = assessment(id, "1")
    assert isinstance(found.instrument, Danger)
    return score(found.instrument, answers(id, yes, gaps))


def detected(id: str, yes: Any) -> Detected:
    found = assessment(id, "1")
    assert isinstance(found.instrument, Detection)
    return detect(found.instrument, answers(id, yes, ()))


def answers(id: str, yes: Any, gaps: Any) -> dict[str, str]:
    said, left = {str(one) for one in yes}, {str(one) for one in gaps}
    items = assessment(id, "1").items
    assert said | left <= {item.number for item in items}
    return {item.id: "yes" if item.number in said else "no" for item in items if item.number not in left}


def test_no_oracle_is_without_its_test() -> None:
    assert set(ORACLES) == ALL_NAMES


@pytest.mark.parametrize(("points", "bin"), ORACLES["odara_bins"].items())
def test_odara_bins(points: int, bin: str) -> None:
    found = scored("odara", range(1, points + 1))
    assert found.score == points
    assert [line.bin for line in found.norms] == [bin, bin]


@pytest.mark.parametrize("case", ORACLES["odara_proration_arithmetic"], ids=str)
def test_odara_proration_arithmetic(case: dict[str, Any]) -> None:
    gaps = range(14 - case["missing"], 14)
    assert scored("odara", range(1, case["observed"] + 1), gaps=gaps).score == case["prorated"]


@pytest.mark.parametrize("case", ORACLES["da_cases"], ids=str)
def test_da_cases(case: dict[str, Any]) -> None:
    found = scored("danger_assessment", [*case["answered_yes"], *case["mod"]])
    assert (found.score, found.band) == (case["score"], case["band"])


@pytest.mark.parametrize("case", ORACLES["lap_cases"], ids=str)
def test_lap_cases(case: dict[str, Any]) -> None:
    yes = [*case["answered_yes"], *(["C2"] if case["officer"] else [])]
    found = detected("lap", yes)
    assert [id for id in found.triggers if id != "medical"] == [
        one for one in (case["trigger"],) if one != "none"
    ]
    assert found.positive is (case["trigger"] != "none")
    if "lap2" in case:
        assert detected("lap2", yes).positive


def test_lap_on_every_one_of_its_answer_sheets() -> None:
    """3^11 of the shipped file: yes, no and no answer."""
    rule = assessment("lap", "1")
    assert isinstance(rule.instrument, Detection)
    ids = [item.id for item in rule.items if item.number in LAP_ELEVEN]
    wrong = []
    for codes in product(("yes", "no", "declined"), repeat=11):
        yes = [code == "yes" for code in codes]
        found = detect(rule.instrument, dict(zip(ids, codes, strict=True)))
        if found.positive is not (any(yes[:3]) or sum(yes[3:]) >= 4):
            wrong.append(codes)
    assert wrong == []


@pytest.mark.parametrize("case", ORACLES["dale_cases"], ids=str)
def test_dale_cases(case: dict[str, Any]) -> None:
    assert (scored("dale", range(1, case["n_yes"] + 1)).band == "high") is case["high"]


@pytest.mark.parametrize("case", ORACLES["diagnostic"], ids=lambda case: case["src"])
def test_diagnostic(case: dict[str, Any]) -> None:
    found = worth(case["prev"], case["sens"], case["spec"])
    for name, value, within in (
        ("ppv", found.positive_value, "tol"),
        ("npv", found.negative_value, "tol"),
        ("lr_pos", found.ratio_yes, "tol_lr"),
        ("dor", found.odds, "tol_dor"),
    ):
        if name in case:
            assert abs(value - case[name]) <= case[within], name


@pytest.mark.parametrize("case", ORACLES["survival"], ids=str)
def test_survival(case: dict[str, Any]) -> None:
    for day, (low, high) in case["cum"].items():
        if case["model"] == "weibull":
            found = -math.expm1(-((day / case["scale"]) ** case["k"]))
        else:
            acute = Term(0, case["la"] / case["l0"], case["tau"])
            found = chance(cumulative(case["l0"], [acute], 1.0, 15.0, 0, day))
        assert low <= round(found, 3) <= high, day


@pytest.mark.parametrize("case", ORACLES["model_windows"], ids=lambda case: case["case"])
def test_model_windows(case: dict[str, Any]) -> None:
    terms = [Term(*event) for event in case["events"]]
    assert round(chance(cumulative(0.00133, terms, case["R"], 15.0, case["a"], case["b"])), 5) == case["p"]


# The properties, on the shipped files. What holds of forecasts stands in tests/rules/test_hazard_properties.py, that a
# detection is refused where a level is expected in tests/rules/test_scoring.py.


def by_chance(id: str, many: int) -> Iterator[dict[str, str]]:
    chance = random.Random(id)
    for _ in range(many):
        left_out = chance.choice((0.05, 0.3, 0.8))
        yield {
            question.id: chance.choice(GAPS)
            if chance.random() < left_out
            else chance.choice(question.options).code
            for question in assessment(id, "1").sheet.questions
        }


def number(score: float | None) -> float:
    return -99.0 if score is None else score


def place(id: str, band: str | None) -> int:
    return -1 if band is None else assessment(id, "1").sheet.place(band)


@pytest.mark.parametrize("id", SHIPPED)
def test_raising_any_yes_never_lowers_a_score_band_or_trigger(id: str) -> None:
    """More points, or yes for no at the same points: of question 3a of the Danger Assessment that is its no."""
    instrument = assessment(id, "1").instrument
    for answers in by_chance(id, 12):
        if isinstance(instrument, Detection):
            was = detect(instrument, answers)
            assert all(
                detect(instrument, one).positive >= was.positive
                for one in raises_of(instrument.sheet, answers)
            )
            continue
        before = score(instrument, answers)
        for one in raises_of(instrument.sheet, answers):
            after = score(instrument, one)
            assert number(after.score) >= number(before.score)
            for name in ("band", "lowest_band", "highest_band"):
                assert place(id, getattr(after, name)) >= place(id, getattr(before, name)), (
                    name,
                    answers,
                    one,
                )
            assert set(before.does) <= set(after.does)
            assert set(before.triggers) <= set(after.triggers)


@pytest.mark.parametrize("id", DANGERS)
def test_an_override_never_lowers_the_automatic_level(id: str) -> None:
    instrument = assessment(id, "1").instrument
    assert isinstance(instrument, Danger)
    for answers in by_chance(id, 12):
        alone = score(instrument, answers)
        for band in instrument.sheet.bands:
            named = score(instrument, answers, judged=band.id)
            assert (named.level or 0) >= (alone.level or 0)
            assert place(id, named.band) >= place(id, alone.band)


@pytest.mark.parametrize("id", DANGERS)
def test_the_bands_left_open_hold_the_band_of_every_completion(id: str) -> None:
    instrument = assessment(id, "1").instrument
    assert isinstance(instrument, Danger)
    chance = random.Random(id)
    for answers in by_chance(id, 12):
        known = {key: "no" if code in GAPS else code for key, code in answers.items()}
        options = {question.id: question.options for question in instrument.sheet.questions}
        known = {key: code if code != "no" else options[key][-1].code for key, code in known.items()}
        gaps = dict.fromkeys(chance.sample(sorted(known), 4), "declined")
        found = score(instrument, known | gaps)
        bands = [
            place(id, score(instrument, one).band) for one in completions(instrument.sheet, known | gaps)
        ]
        assert place(id, found.lowest_band) <= min(bands)
        assert max(bands) <= place(id, found.highest_band)
