"""Custody as it was known: in any order of arrival the same, never “in” on doubt, and whoever was let out is told of."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from shelterbelt.rules.detention import (
    ARRESTED,
    CHARGED,
    DIED,
    ESCAPED,
    HELD,
    IN,
    KINDS,
    KNOWN_LATE,
    LET_OUT,
    MOVED,
    NEWS,
    OUT,
    PLAN_OFF,
    PLANNED,
    RAISES,
    RELEASED,
    RETURNED,
    STATES,
    UNKNOWN,
    WAS_OUT,
    Change,
    Held,
    Line,
    Settings,
    late,
    stand,
    tellings,
)
from shelterbelt.rules.reasons import Reason

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WITHIN = {RELEASED: 15 * MINUTE, ESCAPED: 0 * MINUTE, UNKNOWN: HOUR, PLANNED: DAY, HELD: DAY}
SET = Settings(
    late=HOUR,
    ahead=5 * MINUTE,
    believed_for=3 * DAY,
    lines=(
        *(Line(news, "survivor", WITHIN.get(news, HOUR)) for news in NEWS),
        Line(KNOWN_LATE, "supervisor", DAY),
    ),
)


def hour(number: float) -> datetime:
    return AT + number * HOUR


def line(kind: str, happened: float, heard: float | None = None, **more: object) -> Change:
    """A line that happened and was heard so many hours after the beginning."""
    told = hour(happened if heard is None else heard)
    return Change(f"{kind} {happened} {heard}", kind, hour(happened), told, **more)


def state(*changes: Change, at: float = 24, **more: object) -> str:
    return stand(changes, at=hour(at), settings=SET, **more).state


def codes(held: Held) -> set[str]:
    return {reason.code for reason in held.because}


# How it stands


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], UNKNOWN),
        ([line(CHARGED, 1)], UNKNOWN),
        ([line(PLANNED, 1)], UNKNOWN),
        ([line(ARRESTED, 1)], IN),
        ([line(MOVED, 1)], IN),
        ([line(ARRESTED, 1), line(CHARGED, 2), line(MOVED, 3)], IN),
        ([line(ARRESTED, 1), line(RELEASED, 2)], OUT),
        ([line(ARRESTED, 1), line(ESCAPED, 2), line(RETURNED, 3)], IN),
        ([line(ARRESTED, 1), line(ESCAPED, 2), line(CHARGED, 3)], OUT),
        ([line(RELEASED, 1), line(ARRESTED, 2)], IN),
        ([line(RELEASED, 1), line(PLANNED, 2, expected_at=hour(50))], OUT),
        ([line(ARRESTED, 1), line(DIED, 2)], DIED),
        ([line(DIED, 1), line(CHARGED, 2)], DIED),
        ([line(DIED, 1), line(DIED, 2)], DIED),
        ([line(DIED, 1), line(RELEASED, 2)], UNKNOWN),
        ([line(DIED, 1), line(PLANNED, 2)], UNKNOWN),
        ([line(DIED, 1), line(ARRESTED, 2)], UNKNOWN),
        ([line(ARRESTED, 1), line(RELEASED, 2), line(MOVED, 3)], UNKNOWN),
        ([line(ARRESTED, 1), line(RELEASED, 2), line(MOVED, 3), line(MOVED, 4)], IN),
    ],
)
def test_what_happened_last_says_how_it_stands(changes: list[Change], found: str) -> None:
    assert state(*changes) == found


def test_the_same_again_is_since_as_long_as_before() -> None:
    for before, again in ((ARRESTED, MOVED), (RELEASED, ESCAPED), (DIED, DIED)):
        held = stand([line(before, 1), line(again, 2)], at=hour(24), settings=SET)
        assert (held.since_at, held.by) == (hour(1), before)
        assert [(one.code, one.about) for one in held.because] == [("detention.line", before)]
    (never,) = stand([], at=hour(24), settings=SET).because
    assert never.code == "detention.never_heard"


def test_of_lines_of_one_instant_what_lets_out_counts_and_a_death_after_it() -> None:
    same = [line(kind, 1) for kind in KINDS]
    assert state(*same) == DIED
    assert state(*(one for one in same if one.kind != DIED)) == OUT
    assert state(line(ARRESTED, 1, 3), line(RELEASED, 1, 2)) == IN  # heard later, of the same instant


def test_of_plans_of_one_instant_the_soonest_holds_in_whatever_order() -> None:
    plans = [
        replace(line(PLANNED, 2, expected_at=hour(at)), key=key)
        for at, key in ((40, "a"), (30, "b"), (50, "c"))
    ]
    for mixed in permutations([line(ARRESTED, 2), *plans, line(PLANNED, 2)]):
        assert stand(mixed, at=hour(24), settings=SET).expected_release_at == hour(30)
    stays = [line(ARRESTED, 2, stay=stay) for stay in "ab"]
    for mixed in permutations([*stays, line(RELEASED, 3, stay="a")]):
        assert state(*mixed) == UNKNOWN
    days = [replace(line(kind, 2), key=key) for kind, key in ((ARRESTED, "z"), (MOVED, "y"), (CHARGED, "a"))]
    for mixed in permutations([line(RELEASED, 1), *days]):
        assert state(*mixed) == IN


def test_released_heard_after_an_arrest_that_came_later_leaves_them_in() -> None:
    first, again, out = line(ARRESTED, 1), line(ARRESTED, 9), line(RELEASED, 5, 12)
    assert state(first, again, out) == IN
    assert state(first, again, out, at=8, known_at=hour(24)) == OUT
    assert state(first, again, out, at=8) == IN  # as it was known then


def test_planned_release_that_has_passed_without_a_word_is_unknown_from_its_instant() -> None:
    changes = line(ARRESTED, 1), line(PLANNED, 2, expected_at=hour(10))
    before = stand(changes, at=hour(10) - MINUTE, settings=SET)
    assert (before.state, before.expected_release_at, before.next_at) == (IN, hour(10), hour(10))
    after = stand(changes, at=hour(10), settings=SET)
    assert (after.state, after.since_at, after.next_at) == (UNKNOWN, hour(10), None)
    assert "detention.plan_passed" in codes(after)
    assert state(*changes, line(PLANNED, 3)) == IN  # the plan was dropped
    assert state(*changes, line(PLANNED, 3, expected_at=hour(40))) == IN
    assert state(*changes, line(MOVED, 3)) == UNKNOWN  # another house, the same plan
    assert state(*changes, line(MOVED, 10)) == IN
    assert state(*changes, line(MOVED, 12)) == IN  # still there after it: that plan is over
    assert stand((*changes, line(MOVED, 12)), at=hour(24), settings=SET).expected_release_at is None
    assert state(*changes, line(RETURNED, 3)) == IN  # a new stay
    assert state(*changes, line(RELEASED, 9)) == OUT
    out = stand([line(RELEASED, 1), line(PLANNED, 2, expected_at=hour(40))], at=hour(24), settings=SET)
    assert (out.state, out.expected_release_at) == (OUT, None)
    assert stand([line(PLANNED, 2)], at=hour(24), settings=SET).by == PLANNED
    assert before.by == ARRESTED
    assert codes(after) == {"detention.line", "detention.plan_passed"}
    assert stand((*changes, line(RELEASED, 9)), at=hour(24), settings=SET).expected_release_at is None


def test_nobody_is_in_for_longer_than_their_source_was_heard() -> None:
    one = (line(ARRESTED, 1),)
    assert state(*one, at=72.9) == IN
    lapsed = stand(one, at=hour(73), settings=SET)
    assert (lapsed.state, lapsed.since_at) == (UNKNOWN, hour(73))
    assert "detention.not_heard" in codes(lapsed)
    assert state(*one, at=100, heard_at=hour(90)) == IN
    assert state(*one, at=100, heard_at=hour(100)) == IN
    assert state(*one, at=162, heard_at=hour(90)) == UNKNOWN
    assert state(*one, at=100, heard_at=hour(101)) == UNKNOWN  # what was heard later was not known
    assert state(line(ARRESTED, 1), line(RELEASED, 2), at=1000) == OUT  # out stays out
    sooner = (*one, line(PLANNED, 2, expected_at=hour(400)))
    assert stand(sooner, at=hour(9), settings=SET).next_at == hour(74)


def test_line_from_a_clock_that_runs_ahead_makes_nobody_in_and_lets_out_at_once() -> None:
    out = line(ARRESTED, 1), line(RELEASED, 2)
    assert state(*out, line(ARRESTED, 3.08, 3)) == IN
    assert state(*out, replace(line(ARRESTED, 3), happened_at=hour(3) + SET.ahead)) == IN
    doubted = stand((*out, line(ARRESTED, 4, 3)), at=hour(24), settings=SET)
    assert doubted.state == UNKNOWN and "detention.clock" in codes(doubted)
    assert doubted.since_at == hour(3)
    assert state(line(ARRESTED, 1), line(RELEASED, 9, 3), at=3) == OUT
    assert state(line(ARRESTED, 1), line(RETURNED, 9, 3), at=4) == IN  # that changes nothing
    never = stand([line(RETURNED, 9, 3)], at=hour(4), settings=SET)
    assert (never.state, never.since_at) == (UNKNOWN, None)
    two = stand((*out, line(ARRESTED, 9, 3), line(ARRESTED, 9, 4)), at=hour(24), settings=SET)
    assert (two.state, two.since_at) == (UNKNOWN, hour(3))


def test_line_that_was_sent_again_does_not_bear_itself_out() -> None:
    out, moved = (line(ARRESTED, 1), line(RELEASED, 2)), line(MOVED, 3)
    assert state(*out, moved, moved) == UNKNOWN
    assert state(*out, moved, replace(moved, received_at=hour(9))) == UNKNOWN
    assert state(*out, moved, replace(moved, key="another")) == IN
    again = line(ARRESTED, 1), line(PLANNED, 5, 7, expected_at=hour(40)), line(ARRESTED, 1, 1)
    assert stand(again, at=hour(24), settings=SET).expected_release_at == hour(40)


def test_released_from_another_stay_than_the_one_known_is_unknown() -> None:
    held = line(ARRESTED, 1, stay="a"), line(ARRESTED, 2, stay="b")
    other = stand((*held, line(RELEASED, 3, stay="a")), at=hour(24), settings=SET)
    assert other.state == UNKNOWN and "detention.other_stay" in codes(other)
    assert state(*held, line(RELEASED, 3, stay="b")) == OUT
    assert state(*held, line(RELEASED, 3)) == OUT  # it does not say which
    assert state(line(ARRESTED, 1), line(RELEASED, 3, stay="b")) == OUT
    assert state(*held, line(ESCAPED, 3, stay="a")) == OUT
    assert state(*held, line(RELEASED, 3, stay="a"), line(RELEASED, 4, stay="b")) == OUT
    assert state(*held, line(RELEASED, 3, stay="a"), line(RELEASED, 4, stay="c")) == UNKNOWN
    gone = *held, line(RELEASED, 3, stay="b"), line(RELEASED, 4, stay="a")
    assert state(*gone) == OUT
    assert state(*held, line(MOVED, 3), line(RELEASED, 4, stay="a")) == UNKNOWN  # the stay goes on


def test_line_that_was_taken_back_counts_until_that_was_known() -> None:
    wrong = replace(line(RELEASED, 2), undone_at=hour(5))
    assert state(line(ARRESTED, 1), wrong, at=4) == OUT
    assert state(line(ARRESTED, 1), wrong, at=5) == IN


def test_what_is_no_line_is_refused() -> None:
    for broken in (
        {"kind": "freed"},
        {"expected_at": AT},
        {"happened_at": AT.replace(tzinfo=None)},
        {"received_at": AT.replace(tzinfo=None)},
        {"undone_at": AT.replace(tzinfo=None)},
    ):
        with pytest.raises(ValueError):
            replace(line(ARRESTED, 1), **broken)
    with pytest.raises(ValueError):
        line(PLANNED, 1, expected_at=AT.replace(tzinfo=None))
    for naive in ({"at": AT}, {"known_at": AT}, {"heard_at": AT}):
        said = {"at": AT, **{name: value.replace(tzinfo=None) for name, value in naive.items()}}
        with pytest.raises(ValueError):
            stand([], settings=SET, **said)
    with pytest.raises(ValueError):
        stand([], at=AT.replace(tzinfo=None), known_at=AT, settings=SET)


# In any order, and against another way of finding it


def searched(changes: set[Change], at: datetime, known_at: datetime) -> str:
    """How it stands without a stay: read from the newest line back, instead of folded from the first on."""
    known = [
        one
        for one in changes
        if max(one.received_at, one.counts_at) <= known_at
        and one.counts_at <= at
        and (one.undone_at is None or one.undone_at > known_at)
    ]
    known.sort(key=lambda one: (one.counts_at, one.received_at, _rank(one), one.key))
    place = _back(known, len(known) - 1)
    if place != IN:
        return place
    heard = max(one.received_at for one in known)
    plan = _plan(known)
    return UNKNOWN if at >= heard + SET.believed_for or (plan is not None and plan <= at) else IN


def _rank(one: Change) -> tuple[bool, bool, bool, datetime]:
    soonest = AT - (one.expected_at - AT) if one.expected_at else AT - 999 * DAY
    return one.kind == DIED, one.kind in LET_OUT, one.kind == PLANNED, soonest


def _back(known: list[Change], last: int) -> str:
    """How it stands after the line of this number."""
    if last < 0:
        return UNKNOWN
    one = known[last]
    if one.kind == CHARGED:
        return _back(known, last - 1)
    if one.kind == DIED:
        return DIED
    before = _back(known, last - 1)
    if before == DIED:
        return UNKNOWN
    if one.kind == PLANNED:
        return before
    if one.kind in LET_OUT:
        return OUT
    fits = one.happened_at - one.received_at <= SET.ahead and not (one.kind == MOVED and before == OUT)
    return IN if fits or (before == IN and one.kind != MOVED) or before == IN else UNKNOWN


def _plan(known: list[Change]) -> datetime | None:
    """The plan that stands: the newest, unless they were taken in, or moved after its instant, since."""
    for number in range(len(known) - 1, -1, -1):
        one = known[number]
        if one.kind != PLANNED or _back(known, number - 1) == OUT:
            if one.kind in (*LET_OUT, DIED):
                return None
            trusted = one.happened_at - one.received_at <= SET.ahead
            if one.kind in (ARRESTED, RETURNED) and trusted and _back(known, number - 1) != DIED:
                return None
            continue
        gone = any(
            later.kind == MOVED
            and one.expected_at is not None
            and one.expected_at <= later.counts_at
            and later.happened_at - later.received_at <= SET.ahead
            for later in known[number:]
        )
        return None if gone else one.expected_at
    return None


def feed(chance: random.Random) -> list[Change]:
    """Lines with instants that meet, clocks that run ahead, late arrivals, plans and lines taken back."""
    found = []
    for number in range(chance.randint(0, 9)):
        kind = chance.choice([*KINDS, ARRESTED, RELEASED, MOVED, PLANNED])
        happened = hour(chance.randint(0, 60))
        received = happened + chance.choice([0, 0, 1, 5, 30, -1, -2]) * HOUR
        more = (
            {"expected_at": hour(chance.randint(0, 90))} if kind == PLANNED and chance.random() < 0.8 else {}
        )
        if chance.random() < 0.1:
            more["undone_at"] = received + chance.choice([2, 30]) * HOUR
        found.append(Change(str(number), kind, happened, received, **more))
    return found


@pytest.mark.parametrize("block", range(4))
def test_in_any_order_and_doubled_it_is_what_a_search_of_the_whole_finds(block: int) -> None:
    for number in range(block * 150, block * 150 + 150):
        chance = random.Random(number)
        changes = feed(chance)
        muddled = [one for one in changes for _ in range(chance.choice([1, 1, 2]))]
        muddled += [
            replace(one, received_at=one.received_at + chance.choice([1, 9]) * HOUR) for one in changes[:3]
        ]
        chance.shuffle(muddled)
        for at in chance.sample(range(160), 4):
            known = chance.choice([at, at, chance.randint(0, 160)])
            held = stand(muddled, at=hour(at), known_at=hour(known), settings=SET)
            assert held == stand(changes, at=hour(at), known_at=hour(known), settings=SET)
            assert held.state == searched(set(changes), hour(at), hour(known)), (number, at, known)
            if held.next_at is not None:
                assert held.state == IN and held.next_at > hour(at)


def test_one_more_release_never_leaves_anybody_in() -> None:
    for number in range(300):
        changes = feed(random.Random(number))
        out = line(random.Random(number).choice([RELEASED, ESCAPED]), 200, stay="x")
        assert state(*changes, out, at=200) != IN


# Who is told


def told(
    before: Held, after: Held, change: Change | None = None, at: float = 24
) -> list[tuple[str, str, float]]:
    found = tellings(before, after, at=hour(at), settings=SET, change=change)
    assert [one.due_at for one in found] == sorted(one.due_at for one in found)
    assert all(one.alarm == (one.news == KNOWN_LATE) for one in found)
    return [(one.news, one.to, (one.due_at - AT) / HOUR) for one in found]


def heard(*changes: Change, at: float | None = None) -> list[tuple[str, str, float]]:
    """What is told when the last of these lines is heard after the others."""
    now = changes[-1].received_at if at is None else hour(at)
    before = stand(changes[:-1], at=now, settings=SET)
    after = stand(changes, at=now, settings=SET)
    return told(before, after, changes[-1], (now - AT) / HOUR)


def test_release_is_told_of_in_time_and_an_escape_at_once() -> None:
    assert heard(line(ARRESTED, 1), line(RELEASED, 2)) == [(RELEASED, "survivor", 2.25)]
    assert heard(line(ARRESTED, 1), line(ESCAPED, 2)) == [(ESCAPED, "survivor", 2.0)]
    assert heard(line(RELEASED, 1), line(RELEASED, 2)) == []  # it was so before


def test_release_that_is_known_late_is_an_alarm_of_its_own_due_at_once() -> None:
    assert heard(line(ARRESTED, 1), line(RELEASED, 2, 3.1)) == [
        (KNOWN_LATE, "survivor", 3.1),
        (KNOWN_LATE, "supervisor", 3.1),
        (RELEASED, "survivor", 3.35),
    ]
    assert not late(line(RELEASED, 2, 3), SET)
    assert late(line(ESCAPED, 2, 3.01), SET)
    assert not late(line(ARRESTED, 2, 9), SET)


def test_release_that_is_over_when_it_is_heard_is_told_of_all_the_same() -> None:
    found = heard(line(ARRESTED, 1), line(ARRESTED, 9), line(RELEASED, 5, 12))
    assert [news for news, _, _ in found] == [KNOWN_LATE, KNOWN_LATE, WAS_OUT]


def test_planned_release_is_told_of_before_it_comes() -> None:
    held = line(ARRESTED, 1)
    assert heard(held, line(PLANNED, 2, expected_at=hour(50))) == [(PLANNED, "survivor", 26.0)]
    assert heard(held, line(PLANNED, 2, expected_at=hour(6))) == [(PLANNED, "survivor", 6.0)]
    passed = heard(held, line(PLANNED, 2, 8, expected_at=hour(6)))
    assert passed == [(PLANNED, "survivor", 8.0), (UNKNOWN, "survivor", 9.0)]
    plan = line(PLANNED, 2, expected_at=hour(50))
    assert heard(held, plan, line(PLANNED, 3)) == [(PLAN_OFF, "survivor", 4.0)]
    assert heard(held, plan, line(RELEASED, 3)) == [(RELEASED, "survivor", 3.25)]
    assert heard(held, plan, line(PLANNED, 3, expected_at=hour(50))) == []


def test_what_time_alone_makes_unknown_is_told() -> None:
    plan = line(ARRESTED, 1), line(PLANNED, 2, expected_at=hour(6))
    before = stand(plan, at=hour(5), settings=SET)
    after = stand(plan, at=hour(6), settings=SET)
    assert told(before, after, at=6) == [(UNKNOWN, "survivor", 7.0)]
    assert told(after, after, at=7) == []
    assert told(before, before, at=5) == []
    (notice,) = tellings(before, after, at=hour(6), settings=SET)
    assert notice.because == (Reason("detention.news", UNKNOWN), *after.because)


def test_being_taken_in_moved_and_a_death_are_told() -> None:
    assert heard(line(ARRESTED, 1)) == [(HELD, "survivor", 25.0)]
    assert heard(line(ARRESTED, 1), line(MOVED, 2)) == [(MOVED, "survivor", 3.0)]
    assert heard(line(MOVED, 2)) == [(HELD, "survivor", 26.0)]
    assert heard(line(ARRESTED, 1), line(CHARGED, 2)) == []
    assert heard(line(ARRESTED, 1), line(DIED, 2)) == [(DIED, "survivor", 3.0)]
    unknown = line(ARRESTED, 1), line(RELEASED, 2), line(MOVED, 3)
    assert heard(*unknown, line(MOVED, 9, 4)) == []
    assert heard(line(ARRESTED, 1), line(RELEASED, 2), line(MOVED, 3)) == [(UNKNOWN, "survivor", 4.0)]


def test_nobody_is_let_out_without_a_word_in_whatever_order_it_is_heard() -> None:
    for number in range(400):
        changes = feed(random.Random(number))
        random.Random(number).shuffle(changes)
        for place, change in enumerate(changes):
            now = max(one.received_at for one in changes[: place + 1])
            before = stand(changes[:place], at=now, settings=SET)
            after = stand(changes[: place + 1], at=now, settings=SET)
            found = {news for news, _, _ in told(before, after, change, (now - AT) / HOUR)}
            if change.kind in LET_OUT:
                assert (KNOWN_LATE in found) == late(change, SET)
                assert found & {RELEASED, ESCAPED, WAS_OUT} or before.state == after.state == OUT
            if after.state != before.state:
                assert found & {RELEASED, ESCAPED, HELD, UNKNOWN, DIED}
            if before.state == IN != after.state:
                assert found & {RELEASED, ESCAPED, UNKNOWN, DIED}


@pytest.mark.parametrize("news", ["released", "escaped", "unknown", "was_out", "known_late"])
def test_what_raises_cannot_be_told_to_nobody(news: str) -> None:
    with pytest.raises(ValueError):
        replace(SET, lines=tuple(one for one in SET.lines if one.news != news))


def test_news_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        replace(SET, lines=(*SET.lines, Line("freed", "survivor", HOUR)))
    replace(SET, lines=tuple(Line(news, "survivor", HOUR) for news in RAISES))
    assert set(RAISES) <= set(NEWS)
    assert set(STATES) == {IN, OUT, UNKNOWN, DIED}
