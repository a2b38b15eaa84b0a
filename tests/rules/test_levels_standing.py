"""The level as a fold over what was written down: it goes up by anything, and down by two people alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.levels import (
    DEFAULT,
    Level,
    Raise,
    Reassessment,
    Source,
    may_end_lower,
    standing,
)
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.screening import ScreenRule, screen

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEVELS = st.sampled_from(Level)
HOURS = st.integers(0, 200).map(lambda hours: AT + hours * HOUR)
LATER = AT + 1000 * HOUR


@st.composite
def raises(draw):
    number = draw(st.integers(0, 10**6))
    happened, written = sorted((draw(HOURS), draw(HOURS)))
    return Raise(
        id=f"r{number}",
        source=draw(st.sampled_from(Source)),
        level=draw(LEVELS),
        at=happened,
        recorded_at=written,
        by=draw(st.sampled_from(["", "ada", "ben"])),
        undone_at=draw(st.none() | HOURS),
    )


@st.composite
def reassessments(draw):
    asked = draw(HOURS)
    return Reassessment(
        id=f"a{draw(st.integers(0, 10**6))}",
        at=asked,
        level=draw(LEVELS),
        asked_survivor=draw(st.booleans()),
        by=draw(st.sampled_from(["ada", "ben"])),
        second=draw(st.sampled_from(["", "ada", "ben"])),
        reason=draw(st.sampled_from(["", " ", "They moved."])),
        agreed_at=draw(st.none() | st.integers(0, 50).map(lambda hours: asked + hours * HOUR)),
    )


MANY = st.lists(raises(), max_size=6, unique_by=lambda one: one.id)
LOOKS = st.lists(reassessments(), max_size=3, unique_by=lambda one: one.id)


def said(level, source=Source.JUDGEMENT, *, hours=0, happened=None, id="one", **more):
    written = AT + hours * HOUR
    return Raise(
        id, source, level, AT + happened * HOUR if happened is not None else written, written, **more
    )


def agreed(level, *, hours=10, **more):
    told = {"asked_survivor": True, "by": "ada", "second": "ben", "reason": "They moved.", **more}
    told.setdefault("agreed_at", AT + (hours + 1) * HOUR)
    return Reassessment("look", AT + hours * HOUR, level, **told)


def test_a_file_with_nothing_in_it_stands_at_medium_and_nobody_has_looked():
    found = standing((), (), at=AT)
    assert (found.level, found.base, found.last_reviewed_at) == (DEFAULT, DEFAULT, None)
    assert Reason("level.began", "medium") in found.because


@given(MANY, LOOKS, raises())
def test_whatever_is_said_besides_never_lowers(many, looks, more):
    assert standing([*many, more], looks, at=LATER).level >= standing(many, looks, at=LATER).level


@given(MANY, LOOKS, raises(), LEVELS)
def test_saying_more_never_gives_less(many, looks, one, level):
    low, high = sorted((one.level, level))
    below = standing([*many, replace(one, level=low)], looks, at=LATER)
    above = standing([*many, replace(one, level=high)], looks, at=LATER)
    assert above.level >= below.level


@given(MANY, LOOKS, reassessments())
def test_only_a_complete_reassessment_ends_lower(many, looks, look):
    before = standing(many, looks, at=LATER).level
    after = standing(many, [*looks, look], at=LATER).level
    assert after >= before or may_end_lower(look) is None


@given(MANY, LOOKS, st.sampled_from([Source.INSTRUMENT, Source.FORECAST]), LEVELS, HOURS)
def test_a_machine_never_lowers(many, looks, source, level, written):
    machine = Raise("machine", source, level, written, written)
    assert standing([*many, machine], looks, at=LATER).level >= standing(many, looks, at=LATER).level


@given(MANY, LOOKS, raises())
def test_a_corrected_input_undoes_exactly_what_it_raised(many, looks, more):
    undone = replace(more, undone_at=AT)
    assert standing([*many, undone], looks, at=LATER) == standing(many, looks, at=LATER)


@given(MANY, LOOKS)
def test_the_level_is_the_greatest_of_its_base_and_what_counts(many, looks):
    found = standing(many, looks, at=LATER)
    assert found.level == max([found.base, *(one.level for one in found.raised)])
    assert {one.id for one in found.raised if one.level == found.level} == set(found.held_by)
    assert all(one.undone_at is None for one in found.raised)


@given(MANY, LOOKS, HOURS)
def test_what_is_written_later_changes_nothing_about_what_held_before(many, looks, at):
    early = [one for one in many if one.recorded_at <= at]
    seen = [one for one in looks if one.agreed_at is not None and one.agreed_at <= at]
    assert standing(many, looks, at=at).level == standing(early, seen, at=at).level


@given(st.lists(raises(), max_size=4, unique_by=lambda one: one.id), LOOKS)
def test_order_of_recording_makes_no_difference(many, looks):
    found = {standing(order, looks, at=LATER) for order in permutations(many)}
    assert len(found) == 1


def test_two_people_and_the_survivor_asked_end_lower():
    found = standing([said(Level.EXTREME)], [agreed(Level.LOW)], at=LATER)
    assert (found.level, found.base, found.reassessed) == (Level.LOW, Level.LOW, "look")
    assert found.last_reviewed_at == AT + 11 * HOUR


@pytest.mark.parametrize(
    ("lacks", "problem"),
    [
        ({"reason": "  "}, "reassessment.reason_needed"),
        ({"asked_survivor": False}, "reassessment.survivor_not_asked"),
        ({"second": ""}, "reassessment.second_needed"),
        ({"agreed_at": None}, "reassessment.second_needed"),
        ({"by": ""}, "reassessment.second_needed"),
        ({"second": "ada"}, "reassessment.second_is_the_same"),
    ],
)
def test_until_all_of_it_is_there_the_old_level_stands(lacks, problem):
    look = agreed(Level.LOW, **lacks)
    assert may_end_lower(look) == problem
    assert standing([said(Level.EXTREME)], [look], at=LATER).level == Level.EXTREME


def test_the_old_level_stands_until_the_second_person_agrees():
    look = agreed(Level.LOW)
    before, after = AT + 10 * HOUR, AT + 11 * HOUR
    assert standing([said(Level.HIGH)], [look], at=before).level == Level.HIGH
    assert standing([said(Level.HIGH)], [look], at=after).level == Level.LOW


def test_what_was_written_between_question_and_agreement_still_counts():
    look = agreed(Level.LOW, hours=10, agreed_at=AT + 20 * HOUR)
    between = said(Level.EXTREME, Source.INSTRUMENT, hours=15)
    assert standing([between], [look], at=LATER).level == Level.EXTREME


def test_what_happened_before_the_look_and_was_told_after_it_counts():
    late = said(Level.HIGH, Source.FORECAST, hours=30, happened=1)
    assert standing([late], [agreed(Level.LOW)], at=LATER).level == Level.HIGH


def test_the_survivors_own_view_raises_and_never_lowers():
    worse, better = said(Level.EXTREME, Source.SURVIVOR), said(Level.LOW, Source.SURVIVOR, id="two", hours=1)
    assert standing([worse], (), at=LATER).level == Level.EXTREME
    assert standing([better], (), at=LATER).level == DEFAULT
    assert standing([worse, better], (), at=LATER).level == Level.EXTREME


def test_who_raised_what_and_who_looked_last_are_told():
    looked = said(Level.HIGH, hours=2, id="ada", by="ada")
    scored = said(Level.HIGH, Source.INSTRUMENT, hours=5, id="dale")
    found = standing([looked, scored], (), at=LATER)
    assert found.held_by == ("dale", "ada")
    assert found.last_reviewed_at == AT + 2 * HOUR
    assert Reason("level.raised_by", "instrument") in found.because


def test_a_level_that_was_set_before_these_rules_is_where_a_file_begins():
    assert standing((), (), at=AT, began=Level.EXTREME).level == Level.EXTREME
    assert standing((), [agreed(Level.LOW)], at=LATER, began=Level.EXTREME).level == Level.LOW


def test_nothing_but_a_level_can_be_raised_to():
    result = screen(ScreenRule(("q1",), (), 1), {"q1": "yes"}, survivor_concern=False, worker_concern=False)
    for wrong in (result, 4, "extreme", None):
        with pytest.raises(TypeError, match="a level is needed"):
            Raise("one", Source.INSTRUMENT, wrong, AT, AT)
        with pytest.raises(TypeError, match="a level is needed"):
            agreed(wrong)


def test_a_naive_instant_is_refused():
    naive = AT.replace(tzinfo=None)
    for build in (
        lambda: Raise("one", Source.SURVIVOR, Level.HIGH, naive, AT),
        lambda: Raise("one", Source.SURVIVOR, Level.HIGH, AT, naive),
        lambda: agreed(Level.LOW, agreed_at=naive),
        lambda: standing((), (), at=naive),
    ):
        with pytest.raises(ValueError, match="zone"):
            build()
