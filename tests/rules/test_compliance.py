"""Conditions at a glance: what was is said, what was not is said, and what nobody wrote down is neither."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shelterbelt.rules.compliance import (
    EXCUSED,
    MET,
    NOT_KNOWN,
    NOT_MET,
    NOT_THERE,
    NOT_YET,
    OUTCOMES,
    OVER,
    STATES,
    THERE,
    UNKNOWN,
    Condition,
    Glance,
    Occasion,
    glance,
)

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = Condition("c", "programme", AT, every=7 * DAY)
PLANNED = Condition("p", "programme", AT)


def day(number: float) -> datetime:
    return AT + number * DAY


def went(number: float, outcome: str, recorded: float | None = None, condition: str = "c") -> Occasion:
    return Occasion(condition, day(number), outcome, day(number if recorded is None else recorded))


def of(*occasions: Occasion, at: float, condition: Condition = WEEK) -> Glance:
    mine = [replace(one, condition=condition.id) for one in occasions]
    (found,) = glance([condition], mine, at=day(at), grace=DAY)
    return found


def stands(*occasions: Occasion, at: float, condition: Condition = WEEK) -> tuple[str, float | None, str]:
    found = of(*occasions, at=at, condition=condition)
    since = None if found.since_at is None else (found.since_at - AT) / DAY
    (reason,) = found.because
    assert reason.code == f"compliance.{found.state}"
    return found.state, since, reason.about


def test_the_last_word_says_how_it_stands_and_since_when() -> None:
    assert stands(went(1, THERE), at=3) == (MET, 1, "was_there")
    assert stands(went(1, THERE), went(6, THERE), at=9) == (MET, 1, "was_there")
    assert stands(went(1, THERE), went(6, NOT_THERE), at=9) == (NOT_MET, 6, "was_not_there")
    assert stands(went(1, NOT_THERE), went(6, THERE), at=9) == (MET, 6, "was_there")
    assert stands(went(1, THERE), went(6, UNKNOWN), at=9) == (NOT_KNOWN, 6, "nothing_written")


def test_what_nobody_wrote_about_is_unknown_after_a_day_of_grace() -> None:
    planned = went(6, UNKNOWN, 0)
    assert stands(went(1, THERE), planned, at=6.9) == (MET, 1, "was_there")
    assert stands(went(1, THERE), planned, at=7) == (NOT_KNOWN, 6, "nothing_written")
    assert stands(went(1, THERE), planned, went(6, THERE, 9), at=9) == (MET, 1, "was_there")
    assert stands(went(1, THERE), planned, went(6, THERE, 9), at=8) == (NOT_KNOWN, 6, "nothing_written")


def test_silence_for_longer_than_it_comes_again_is_unknown_and_never_met() -> None:
    assert stands(went(1, THERE), at=8.9)[0] == MET
    assert stands(went(1, THERE), at=9) == (NOT_KNOWN, 8, "nothing_for_long")
    assert stands(at=7.9) == (NOT_YET, None, "no_occasion_yet")
    assert stands(at=8) == (NOT_KNOWN, 7, "nothing_for_long")
    assert stands(went(1, THERE), at=900, condition=PLANNED)[0] == MET
    assert stands(at=900, condition=PLANNED)[0] == NOT_YET
    assert stands(went(1, NOT_THERE), at=900) == (NOT_MET, 1, "was_not_there")  # that ends by no silence


def test_excused_says_nothing_for_or_against() -> None:
    assert stands(went(1, THERE), went(6, EXCUSED), at=12) == (MET, 1, "was_there")
    assert stands(went(1, THERE), went(6, EXCUSED), at=14) == (NOT_KNOWN, 13, "nothing_for_long")
    assert stands(went(1, NOT_THERE), went(3, EXCUSED), went(6, NOT_THERE), at=9) == (
        NOT_MET,
        1,
        "was_not_there",
    )
    assert stands(went(1, EXCUSED), at=2) == (NOT_YET, None, "no_occasion_yet")


def test_occasions_in_a_row_that_were_not_met_are_counted() -> None:
    row = went(1, NOT_THERE), went(2, THERE), went(3, NOT_THERE), went(4, EXCUSED), went(5, NOT_THERE)
    found = of(*row, at=6)
    assert (found.in_row, found.not_there, found.there, found.excused, found.unknown) == (2, 3, 1, 1, 0)
    assert of(*row, went(5.5, THERE), at=6).in_row == 0
    assert of(*row, went(5, UNKNOWN, 0), at=6).in_row == 2
    assert of(*row, went(5.5, UNKNOWN, 0), at=7).in_row == 0


def test_condition_that_has_not_begun_or_is_over_says_so() -> None:
    later = replace(WEEK, from_at=day(3), until_at=day(30))
    assert stands(went(1, NOT_THERE), at=2, condition=later) == (NOT_YET, None, "begins_later")
    assert stands(at=3, condition=later) == (NOT_YET, None, "no_occasion_yet")
    assert stands(went(29, NOT_THERE), at=29.9, condition=later)[0] == NOT_MET
    assert stands(went(29, NOT_THERE), at=30, condition=later) == (OVER, 30, "ended")


def test_next_occasion_is_named() -> None:
    assert of(went(1, THERE), went(9, UNKNOWN, 0), went(5, UNKNOWN, 0), at=2).next_at == day(5)
    assert of(went(1, THERE), at=1).next_at is None
    assert of(went(5, THERE, 0), at=2).there == 0  # ahead, whatever was written


def test_of_one_instant_what_leaves_more_open_holds() -> None:
    leaves = (THERE, EXCUSED, NOT_THERE, UNKNOWN)
    for low, first in enumerate(leaves):
        for second in leaves[low:]:
            for both in ((first, second), (second, first)):
                found = of(*(went(1, outcome, 2) for outcome in both), at=4)
                counts = dict(
                    zip(OUTCOMES, (found.there, found.not_there, found.excused, found.unknown), strict=True)
                )
                assert counts == {outcome: int(outcome == second) for outcome in OUTCOMES}


def test_the_gravest_stands_first() -> None:
    conditions = [Condition(name, "programme", AT, until) for name, until in
                  (("a", None), ("b", None), ("c", None), ("d", None), ("e", day(4)), ("f", None))]  # fmt: skip
    occasions = [went(3, NOT_THERE, condition="b"), went(2, NOT_THERE, condition="f"), went(1, UNKNOWN, condition="c"),
                 went(1, THERE, condition="d")]  # fmt: skip
    found = glance(conditions, occasions, at=day(5), grace=DAY)
    assert [one.condition for one in found] == ["f", "b", "c", "d", "a", "e"]
    assert [one.state for one in found] == [NOT_MET, *STATES]
    alike = [Condition(name, "programme", AT) for name in "gfedcba"]
    assert [one.condition for one in glance(alike, [], at=day(5), grace=DAY)] == list("abcdefg")
    assert of(at=1.5, condition=replace(WEEK, every=timedelta(hours=6))).state == NOT_KNOWN


def searched(occasions: list[Occasion], every: float | None, at: float) -> tuple[str, float | None]:
    """The same, by asking of each day what was known of it."""
    known: dict[float, str] = {}
    for number in sorted({(one.planned_at - AT) / DAY for one in occasions}):
        words = [one for one in occasions if one.planned_at == day(number) and one.recorded_at <= day(at)]
        if not words or number > at:
            continue
        newest = max(one.recorded_at for one in words)
        said = {one.outcome for one in words if one.recorded_at == newest}
        outcome = next(one for one in (UNKNOWN, NOT_THERE, EXCUSED, THERE) if one in said)
        if outcome != UNKNOWN or at - number >= 1:
            known[number] = outcome
    said = {number: outcome for number, outcome in known.items() if outcome != EXCUSED}
    last = said[max(said)] if said else None
    other = [number for number, outcome in said.items() if outcome != last]
    since = min((number for number in said if number > max(other, default=-1)), default=None)
    word = max(known, default=0)
    if last == NOT_THERE:
        return NOT_MET, since
    if last == UNKNOWN:
        return NOT_KNOWN, since
    if every is not None and at >= word + every + 1:
        return NOT_KNOWN, word + every
    return (MET, since) if last else (NOT_YET, None)


def test_in_any_order_it_is_what_a_search_finds() -> None:
    found = set()
    for number in range(500):
        chance = random.Random(number)
        occasions = [
            went(planned, chance.choice(OUTCOMES), chance.choice([0, planned, planned + 3]))
            for planned in (chance.randint(0, 25) for _ in range(chance.randint(0, 8)))
        ]
        every = chance.choice([None, 3, 7])
        condition = replace(WEEK, every=None if every is None else every * DAY)
        at = chance.randint(0, 30)
        mixed = [*chance.sample(occasions, len(occasions)), *occasions[:2]]
        other = [went(at, NOT_THERE, condition="another")]
        (told,) = glance([condition, condition], mixed + other, at=day(at), grace=DAY)
        since = None if told.since_at is None else (told.since_at - AT) / DAY
        assert (told.state, since) == searched(occasions, every, at), number
        found.add(told.state)
    assert found == {NOT_MET, NOT_KNOWN, MET, NOT_YET}


@pytest.mark.parametrize(
    "broken",
    [
        lambda: went(1, "absent"),
        lambda: replace(WEEK, until_at=AT),
        lambda: replace(WEEK, every=timedelta(0)),
        lambda: replace(WEEK, from_at=AT.replace(tzinfo=None)),
        lambda: replace(WEEK, until_at=day(9).replace(tzinfo=None)),
        lambda: replace(went(1, THERE), planned_at=AT.replace(tzinfo=None)),
        lambda: replace(went(1, THERE), recorded_at=AT.replace(tzinfo=None)),
        lambda: glance([], [], at=AT.replace(tzinfo=None), grace=DAY),
    ],
)
def test_what_cannot_be_is_refused(broken) -> None:
    with pytest.raises(ValueError):
        broken()
