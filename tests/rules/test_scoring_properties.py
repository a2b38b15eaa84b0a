"""What must hold for every instrument and every set of answers: nothing ever lowers, and intervals hold."""

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.sheets_for_tests import (
    answers_to,
    completions,
    dangers,
    dangers_answered,
    detections,
    detections_answered,
    raises_of,
)

from shelterbelt.rules.scoring import detect, score
from shelterbelt.rules.sheets import Danger, Detection
from shelterbelt.rules.soundness import problems_of

LOWEST = float("-inf")


def at(danger: Danger, band: str | None) -> int:
    return -1 if band is None else danger.sheet.place(band)


def number(value: float | None) -> float:
    return LOWEST if value is None else value


@given(dangers() | detections())
def test_the_sheets_that_these_tests_make_are_sound(instrument):
    assert problems_of(instrument) == ()


@given(dangers_answered())
def test_raising_an_answer_never_lowers_a_score_a_band_or_a_trigger(case):
    danger, answers = case
    before = score(danger, answers)
    for higher in raises_of(danger.sheet, answers):
        after = score(danger, higher)
        for name in ("score", "lowest", "highest"):
            assert number(getattr(after, name)) >= number(getattr(before, name)), (name, higher)
        for name in ("band", "lowest_band", "highest_band"):
            assert at(danger, getattr(after, name)) >= at(danger, getattr(before, name)), (name, higher)
        told_on(danger.sheet, before, after)
        assert set(before.does) <= set(after.does)


@given(detections_answered())
def test_raising_an_answer_never_takes_a_detection_back(case):
    detection, answers = case
    before = detect(detection, answers)
    for higher in raises_of(detection.sheet, answers):
        after = detect(detection, higher)
        assert after.positive >= before.positive
        told_on(detection.sheet, before, after)
        assert set(before.does) <= set(after.does)


def told_on(sheet, before, after):
    """A trigger that was told is told still, or another that makes it redundant is."""
    unless = {trigger.id: trigger.unless for trigger in sheet.triggers}
    for id in before.triggers:
        waiting, seen = [id], set()
        while waiting:
            one = waiting.pop()
            seen.add(one)
            waiting += [other for other in unless[one] if other not in seen]
        assert seen & set(after.triggers)


@given(dangers_answered())
def test_the_interval_holds_every_completion_and_is_reached_at_both_ends(case):
    danger, answers = case
    found = score(danger, answers)
    full = [score(danger, one) for one in completions(danger.sheet, answers)]
    assert all(one.lowest_band == one.band == one.highest_band for one in full)
    bands = [at(danger, one.band) for one in full]
    assert (min(bands), max(bands)) == (at(danger, found.lowest_band), at(danger, found.highest_band))
    if found.band is not None:
        assert min(bands) <= at(danger, found.band) <= max(bands)
    if danger.sheet.arithmetic:
        sums = [one.lowest for one in full]
        assert all(one.lowest == one.highest for one in full)
        assert (min(sums), max(sums)) == (found.lowest, found.highest)
        assert found.score is None or found.lowest <= found.score <= found.highest
    assert set().union(*(one.triggers for one in full)) <= {*found.triggers, *found.possible_triggers}
    assert set().union(*(one.does for one in full)) == {*found.does, *found.possible_does}


@given(detections_answered())
def test_could_be_positive_is_true_exactly_when_some_completion_is(case):
    detection, answers = case
    found = detect(detection, answers)
    full = [detect(detection, one) for one in completions(detection.sheet, answers)]
    assert not any(one.could_be_positive for one in full)
    assert found.positive is all(one.positive for one in full)
    assert found.could_be_positive is (not found.positive and any(one.positive for one in full))
    assert set().union(*(one.does for one in full)) == {*found.does, *found.possible_does}


@given(dangers_answered(), st.data())
def test_a_judgement_never_lowers_and_a_higher_one_never_lowers_more(case, data):
    danger, answers = case
    alone = score(danger, answers)
    bands = [band.id for band in danger.sheet.bands]
    lower, higher = sorted(data.draw(st.tuples(*[st.integers(0, len(bands) - 1)] * 2)))
    one, other = (score(danger, answers, judged=bands[place]) for place in (lower, higher))
    for name in ("band", "lowest_band", "highest_band"):
        places = [at(danger, getattr(found, name)) for found in (alone, one, other)]
        assert places == sorted(places)
    assert at(danger, other.band) >= max(higher, at(danger, other.lowest_band))
    assert (other.score, other.lowest, other.highest) == (alone.score, alone.lowest, alone.highest)
    assert other.triggers == alone.triggers
    assert (other.raised_to is None) == (other.band == alone.band)
    assert other.raised_to in (None, other.band)


@given(dangers_answered())
def test_leaving_out_declining_and_not_being_asked_give_the_same(case):
    danger, answers = case
    gaps = {id for id, code in answers.items() if code in ("declined", "not_asked")}
    left_out = {id: code for id, code in answers.items() if id not in gaps}
    assert score(danger, answers) == score(danger, left_out)
    assert score(danger, answers) == score(danger, answers | dict.fromkeys(gaps, "declined"))


@given(st.data())
def test_the_order_in_which_answers_are_given_changes_nothing(data):
    danger, answers = data.draw(dangers_answered())
    turned = dict(data.draw(st.permutations(list(answers.items()))))
    assert score(danger, turned) == score(danger, answers)


@given(st.data())
def test_a_detections_sheet_gives_no_score_and_a_dangers_none_to_detect(data):
    detection = data.draw(detections())
    answers = data.draw(answers_to(detection.sheet))
    found = detect(detection, answers)
    assert isinstance(detection, Detection)
    assert not any(hasattr(found, name) for name in ("score", "band", "level", "norms"))
