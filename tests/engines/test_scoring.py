"""An engine says of every case what `rules.scoring` says of it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.agreement import CASES, by_engine, by_rules, places, random_answers
from tests.rules.sheets_for_tests import (
    da,
    dale,
    dangers_answered,
    detections_answered,
    lap,
    odara,
    yes_no,
)

from shelterbelt.engines.scoring import POSITIVE, Scores, score_many
from shelterbelt.engines.tables import Instrument, Table
from shelterbelt.library.assessments import assessment, names
from shelterbelt.rules.sheets import Band, Danger, Detection, Sheet, Trigger

LIBRARY = [assessment(*name).instrument for name in names(only_product=True)]


def one(instrument: Instrument, answers: dict[str, str]) -> tuple[Table, Scores, np.ndarray]:
    table, row = Table.of(instrument), places(instrument, answers)
    return table, score_many(table, row[None, :]), row


def test_every_instrument_of_the_library_scores_as_in_rules() -> None:
    table = Table.of(*LIBRARY)
    rows = random_answers(table, CASES, np.random.default_rng(20260304))
    found = score_many(table, rows)
    starts = table.plan.sheets[:, 4]
    for i in range(CASES):
        for s, instrument in enumerate(LIBRARY):
            row = rows[i, starts[s] : starts[s + 1]]
            assert by_engine(table, found, s, i) == by_rules(instrument, row), (instrument.sheet.id, row)


@given(dangers_answered())
def test_any_danger_scores_as_in_rules(chosen: tuple[Danger, dict[str, str]]) -> None:
    table, found, row = one(*chosen)
    assert by_engine(table, found, 0, 0) == by_rules(chosen[0], row)


@given(detections_answered())
def test_any_detection_finds_what_rules_finds(chosen: tuple[Detection, dict[str, str]]) -> None:
    table, found, row = one(*chosen)
    assert by_engine(table, found, 0, 0) == by_rules(chosen[0], row)


@given(dangers_answered(), st.data())
def test_a_judgement_raises_as_in_rules(chosen: tuple[Danger, dict[str, str]], data: st.DataObject) -> None:
    danger, answers = chosen
    place = data.draw(st.integers(0, len(danger.sheet.bands) - 1))
    table, row = Table.of(danger), places(danger, answers)
    found = score_many(table, row[None, :], judged=np.array([[place]], np.int8))
    assert by_engine(table, found, 0, 0) == by_rules(danger, row, danger.sheet.bands[place].id)


def test_the_first_rule_of_lap_holds_on_all_of_its_sheets() -> None:
    sheets = np.array([[*row, 1, 1] for row in product((0, 1, -1), repeat=11)], np.int8)
    found = score_many(Table.of(lap()), sheets)
    yes = sheets == 0
    expected = yes[:, :3].any(axis=1) | (yes[:, 3:11].sum(axis=1) >= 4)
    assert len(sheets) == 3**11
    assert np.array_equal((found.flags[0] & POSITIVE) != 0, expected)
    some = np.random.default_rng(3).integers(0, 3**11, 300)
    table = Table.of(lap())
    for i in some.tolist():
        assert by_engine(table, found, 0, i) == by_rules(lap(), sheets[i])


def test_more_questions_than_a_mask_has_bits_score_as_in_rules() -> None:
    questions = tuple(yes_no(f"q{n}") for n in range(150))
    ids = tuple(question.id for question in questions)
    triggers = (
        Trigger("half", ids, at_least=75, band="b1"),
        Trigger("late", ids[130:], at_least=3, each=(ids[60:64], ids[140:])),
        Trigger("points", ids[50:140], points=40, does=("call",)),
    )
    wide = Danger(Sheet("wide", "1", questions, triggers, (Band("b0", 0, 99), Band("b1", 100, 150))))
    table = Table.of(dale(), wide, odara())
    rows = random_answers(table, 300, np.random.default_rng(5))
    found = score_many(table, rows)
    for i in range(300):
        assert by_engine(table, found, 1, i) == by_rules(wide, rows[i, 11:161])
        assert by_engine(table, found, 2, i) == by_rules(odara(), rows[i, 161:])


def test_threads_change_no_answer() -> None:
    table = Table.of(da(), odara())
    rows = random_answers(table, 40_000, np.random.default_rng(6))
    alone, shared = score_many(table, rows), score_many(table, rows, threads=2)
    for name in ("sums", "bands", "bits", "flags"):
        assert np.array_equal(getattr(alone, name), getattr(shared, name), equal_nan=name == "sums")


def test_no_cases_give_no_answers() -> None:
    assert score_many(Table.of(da()), np.zeros((0, 21), np.int8)).sums.shape == (3, 1, 0)


@pytest.mark.parametrize("answer", [2, -2, 127, -128])
def test_an_answer_that_an_instrument_has_not_is_refused(answer: int) -> None:
    rows = np.zeros((5, 21), np.int8)
    rows[3, 20] = answer
    with pytest.raises(ValueError, match="case 3: not an answer"):
        score_many(Table.of(da()), rows)


@pytest.mark.parametrize(
    "rows", [np.zeros((2, 20), np.int8), np.zeros((2, 21), np.int64), np.zeros(21, np.int8)]
)
def test_answers_of_another_shape_are_refused(rows: np.ndarray) -> None:
    with pytest.raises(ValueError, match="must be int8 of shapes"):
        score_many(Table.of(da()), rows)


@pytest.mark.parametrize("place", [4, -2])
def test_a_band_that_an_instrument_has_not_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match="not a band"):
        score_many(Table.of(da()), np.zeros((1, 21), np.int8), judged=np.array([[place]], np.int8))


def test_a_detection_takes_no_judgement() -> None:
    with pytest.raises(ValueError, match="not a band"):
        score_many(Table.of(lap()), np.zeros((1, 13), np.int8), judged=np.zeros((1, 1), np.int8))


def test_an_instrument_that_does_not_fit_together_is_refused() -> None:
    holes = Danger(Sheet("holes", "1", (yes_no("a"), yes_no("b")), (), (Band("b0", 0, 0),)))
    with pytest.raises(ValueError, match="holes: bands"):
        Table.of(holes)


def test_more_triggers_than_a_mask_has_bits_are_refused() -> None:
    triggers = tuple(Trigger(f"t{n}", ("a",)) for n in range(63))
    with pytest.raises(ValueError, match="more triggers"):
        Table.of(Detection(Sheet("many", "1", (yes_no("a"),), triggers)))


def test_what_is_no_instrument_is_refused() -> None:
    with pytest.raises(TypeError):
        Table.of(da().sheet)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no instruments"):
        Table.of()
