"""Recorded danger falls when people stop reporting: the report says so, and does not cry where nobody fell silent."""

from dataclasses import replace

import pytest
from tests.measures.cases_for_tests import NUMBERS, case, day, happened, outcome

from shelterbelt.measures.exposure import exposure, hazards
from shelterbelt.measures.figures import Figure, Withheld
from shelterbelt.measures.observed import SURVIVOR, Answer, Case
from shelterbelt.measures.silence import LATER, Silence, marks, middle, silence
from shelterbelt.rules.kernels import Process
from shelterbelt.scenarios.lives import NOT_TAKEN, STEADY, USUAL, Life, Reporting, lives


def looked_at(cases: list[Case]) -> Silence:
    half = middle(cases)
    found = exposure(NUMBERS, cases, also=lambda one: [*marks(one), half])
    return silence(NUMBERS, found, cases)


def lived(seed: int, reporting: Reporting, count: int = 450) -> tuple[Life, ...]:
    return lives(NUMBERS, seed, count, reporting=reporting)


def of(found: Silence, kind: str):
    return next(one for one in found.changes if one.kind == kind)


@pytest.mark.parametrize("seed", range(3))
def test_it_warns_when_people_report_less_after_a_bad_answer_though_danger_is_the_same(seed: int) -> None:
    some = lived(seed, USUAL)
    recorded = of(looked_at([life.recorded for life in some]), NOT_TAKEN)
    assert recorded.silent
    assert isinstance(recorded.ratio, Figure)
    assert recorded.ratio.value < 0.9
    # What truly came is as much as was to be expected, before the answer and after it.
    truly = of(looked_at([life.latent for life in some]), NOT_TAKEN)
    for side in (truly.came_before, truly.came_after):
        assert isinstance(side, Figure)
        assert 0.75 < side.value < 1.25


@pytest.mark.parametrize("seed", range(3))
def test_it_does_not_warn_where_everybody_goes_on_reporting(seed: int) -> None:
    found = looked_at([life.recorded for life in lived(seed, STEADY)])
    assert found.warns == ()
    assert not found.blind


def test_it_does_not_warn_where_danger_itself_falls_after_an_act() -> None:
    """After an order half of what came before comes, told by the same people as before."""
    some = [
        case(
            happened("order_issued", 100.0),
            outcomes=tuple(
                outcome(Process.CONTACT, at + number / 100, SURVIVOR if (n + number) % 2 else "neighbour")
                for n, at in enumerate((20.0, 40.0, 60.0, 80.0, 130.0, 180.0))
            ),
        )
        for number in range(40)
    ]
    found = of(looked_at(some), "order_issued")
    assert found.fell
    assert not found.silent


def test_it_warns_when_only_what_others_tell_is_left() -> None:
    some = [
        case(
            outcomes=tuple(
                outcome(Process.CONTACT, at + number / 100, SURVIVOR if at < 100 else "neighbour")
                for at in (20.0, 40.0, 130.0)
            ),
            answers=(Answer("told_to_calm_down", day(100)),),
        )
        for number in range(40)
    ]
    found = looked_at(some)
    assert {one.kind for one in found.warns} == {"told_to_calm_down", LATER}
    change = of(found, "told_to_calm_down")
    assert (change.told_before.value, change.told_after.value, change.difference.value) == (1.0, 0.0, -1.0)


def test_what_was_done_before_the_case_was_followed_lies_behind_all_of_it() -> None:
    some = [case(happened("arrest", -5.0), outcomes=(outcome(Process.PHYSICAL, 50.0, SURVIVOR),))] * 40
    found = of(looked_at(some), "arrest")
    assert isinstance(found.came_before, Withheld)
    assert found.came_after.events == 40


def test_the_report_that_led_to_an_act_is_no_part_of_what_came_after_it() -> None:
    """Arrests follow survivors' reports alone; what comes later is told as ever."""
    some = [
        case(
            happened("arrest", 50.01),
            outcomes=(
                outcome(Process.PHYSICAL, 50.0, SURVIVOR),
                outcome(Process.PHYSICAL, 120.0 + number / 100, SURVIVOR if number % 2 else "nurse"),
            ),
        )
        for number in range(80)
    ]
    found = of(looked_at(some), "arrest")
    assert found.came_after.events == 80
    assert found.told_after.value == pytest.approx(0.5)


def test_under_thirty_on_either_side_it_says_that_it_cannot_see() -> None:
    few = [
        case(
            outcomes=(outcome(Process.CONTACT, 20.0, SURVIVOR), outcome(Process.CONTACT, 150.0, "other")),
            answers=(Answer("told_to_calm_down", day(100)),),
        )
    ] * 29
    found = looked_at(few)
    assert found.blind
    assert found.warns == ()
    for one in found.changes:
        assert isinstance(one.difference, Withheld)
        assert isinstance(one.ratio, Withheld)


def test_who_told_is_unknown_is_not_taken_for_the_survivor_or_for_others() -> None:
    some = [
        case(
            outcomes=tuple(outcome(Process.CONTACT, at, "") for at in (20.0, 150.0)),
            answers=(Answer("told_to_calm_down", day(100)),),
        )
    ] * 50
    found = looked_at(some)
    assert found.blind
    assert isinstance(found.who_told_known, Withheld)


def test_recorded_danger_alone_would_have_looked_safer() -> None:
    """The trap that the warning is for: the same lives, and fewer records the worse people are answered."""
    worse = replace(USUAL, bad_answers=0.6)
    records = []
    for reporting in (STEADY, worse):
        some = lived(7, reporting)
        found = exposure(NUMBERS, [life.recorded for life in some])
        expected = hazards(found, NUMBERS, Process.CONTACT).sum()
        records.append(found.came[Process.CONTACT].day.size / expected)
    assert records[1] < 0.85 * records[0]
