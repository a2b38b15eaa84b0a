"""A help alert: never lost by a wrong clock, told until somebody answers, and the two codes look alike on the device."""

import itertools
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.rules.calling import (
    CANCEL,
    FORCED,
    SHOWN,
    STATES,
    Call,
    Happened,
    Recipient,
    Settings,
    Step,
    goes_at,
    lasts_until,
    pressed_at,
    stand,
    there,
)

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
HOLD = 15 * SECOND
DUTY = Recipient("d", "duty", ("page", "text"))
ANA = Recipient("a", "circle", ("text", "email"))
POLICE = Recipient("p", "dispatch", ("page",))
STEPS = (
    Step(0 * SECOND, frozenset({"duty", "circle"}), 2 * MINUTE, 5),
    Step(3 * MINUTE, frozenset({"dispatch"}), 0 * SECOND, 1),
    Step(10 * MINUTE, frozenset({"duty", "circle"}), 10 * MINUTE),
)
SET = Settings(HOLD, (DUTY, ANA, POLICE), STEPS, 4 * MINUTE, 12 * HOUR)
PRESS = Happened(AT, AT)


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


# When it was pressed


@pytest.mark.parametrize(
    ("age", "ago"),
    [
        (0, 0), (4_000, 4), (-10_800_000, 0), (86_400_000, 600), (10**18, 600), (-1, 0), (math.nan, 0), (math.inf, 0),
        (-math.inf, 0), ("4000", 0), (None, 0), (True, 0), (1e308, 600),
    ],
)  # fmt: skip
def test_a_device_whose_clock_is_wrong_moves_the_press_no_further_than_its_page_is_old(
    age: object, ago: int
) -> None:
    assert pressed_at(at(-600), AT, age) == at(-ago)


@given(st.floats() | st.integers() | st.none() | st.text(), st.integers(0, 10**7))
def test_no_age_puts_a_press_before_its_page_or_after_its_arrival(age: object, seconds: int) -> None:
    assert at(-seconds) <= pressed_at(at(-seconds), AT, age) <= AT


def test_a_page_that_was_given_out_after_the_press_came_is_no_reason_to_be_early() -> None:
    assert pressed_at(at(90), AT, 5_000) == AT


# Being there


def test_nobody_is_there_who_has_not_said_so_again_in_time() -> None:
    assert lasts_until(AT, at(7200), every=HOUR) == at(3600)
    assert lasts_until(AT, at(1800), every=HOUR) == at(1800)
    assert there(AT, at(3600), None, AT)
    assert there(AT, at(3600), None, at(3599))
    assert not there(AT, at(3600), None, at(3600))
    assert not there(AT, at(3600), at(60), at(60))
    assert not there(AT, at(3600), None, at(-1))


# The code, or it goes


def test_it_goes_when_no_code_came_in_time_and_not_before() -> None:
    assert stand(SET, PRESS, at(14)).state == "held"
    assert not stand(SET, PRESS, at(14)).due
    found = stand(SET, PRESS, at(15))
    assert found.state == "sent" and {(c.slot, c.way) for c in found.due} == {
        ("d", "page"), ("d", "text"), ("a", "text"), ("a", "email"),
    }  # fmt: skip


def test_the_code_in_time_stops_it_and_nobody_hears() -> None:
    happened = replace(PRESS, codes=((at(15), CANCEL),))
    for seconds in (15, 16, 4000):
        found = stand(SET, happened, at(seconds))
        assert (found.state, found.shown, found.due, found.next_at) == ("cancelled", "cancelled", (), None)


def test_the_code_that_was_forced_sends_it_at_once_and_looks_cancelled() -> None:
    happened = replace(PRESS, codes=((at(5), FORCED),))
    found = stand(SET, happened, at(5))
    assert (found.state, found.shown, found.goes_at) == ("forced", "cancelled", at(5))
    assert found.due and stand(SET, happened, at(4000)).state == "forced"


def test_forced_is_never_undone_by_a_code_that_comes_before_or_after() -> None:
    for codes in itertools.permutations([(at(4), FORCED), (at(9), CANCEL), (at(2), CANCEL)]):
        found = stand(SET, replace(PRESS, codes=codes), at(10))
        assert found.state == "forced" and found.due


def test_while_it_is_held_down_it_does_not_go_and_soon_after_the_line_breaks_it_does() -> None:
    held = replace(PRESS, kept_at=at(40))
    assert stand(SET, held, at(54)).state == "held"
    assert stand(SET, held, at(55)).state == "sent"


def test_a_button_that_is_held_for_ever_goes_all_the_same() -> None:
    assert stand(SET, replace(PRESS, kept_at=at(1_812)), at(1_814)).state == "held"
    assert stand(SET, replace(PRESS, kept_at=at(1_812)), at(1_815)).state == "sent"
    assert stand(SET, replace(PRESS, kept_at=at(9_000)), at(9_000)).goes_at == at(1_815)


def test_a_press_that_comes_late_goes_at_once_unless_its_code_came_with_it() -> None:
    late = Happened(at(-7200), AT)
    assert stand(SET, late, AT).state == "sent"
    assert "calling.came_late" in {reason.code for reason in stand(SET, late, AT).because}
    assert stand(SET, replace(late, codes=((AT, CANCEL),)), AT).state == "cancelled"


def test_taken_back_after_it_went_whoever_was_told_hears_that_too_but_not_when_forced() -> None:
    back = stand(SET, replace(PRESS, codes=((at(60), CANCEL),)), at(61))
    over = [call for call in back.due if call.says == "over"]
    assert {(c.slot, c.way) for c in over} == {("d", "text"), ("a", "text"), ("a", "email")}
    forced = stand(SET, replace(PRESS, codes=((at(60), FORCED),)), at(61))
    assert not [call for call in forced.due if call.says == "over"]


# Until somebody answers


def test_it_is_told_again_and_again_until_somebody_answers() -> None:
    def texts(seconds: int, answered: int | None = None) -> list[Call]:
        answers = () if answered is None else ((at(answered), "d"),)
        found = stand(SET, replace(PRESS, answers=answers), at(seconds)).due
        return [call for call in found if (call.slot, call.way) == ("a", "text")]

    assert [(c.step, c.round) for c in texts(15)] == [(0, 0)]
    assert [(c.step, c.round) for c in texts(15 + 240)] == [(0, 2)]
    assert [(c.step, c.round) for c in texts(15 + 3600)] == [(0, 4), (2, 5)]
    assert [(c.step, c.round) for c in texts(15 + 3600, answered=200)] == [(0, 1)]


def test_an_outage_does_not_tell_the_same_thing_five_times() -> None:
    for seconds in range(15, 50_000, 977):
        found = stand(SET, PRESS, at(seconds)).due
        lines = [(call.slot, call.way, call.step) for call in found]
        assert len(lines) == len(set(lines))


def test_what_stands_on_a_page_is_put_there_once() -> None:
    calls = {
        (call.step, call.round)
        for seconds in range(15, 45_000, 60)
        for call in stand(SET, PRESS, at(seconds)).due
        if (call.slot, call.way) == ("d", "page")
    }
    assert calls == {(0, 0), (2, 0)}


def test_nobody_answered_is_said_after_a_while_and_an_answer_is_said_at_once() -> None:
    assert stand(SET, PRESS, at(15 + 239)).shown == "sent"
    assert stand(SET, PRESS, at(15 + 240)).shown == "unanswered"
    answered = replace(PRESS, answers=((at(300), "d"),))
    assert stand(SET, answered, at(300)).shown == "answered"


def test_an_ended_alert_calls_nobody() -> None:
    ended = replace(PRESS, ended_at=at(20))
    assert stand(SET, ended, at(9000)).state == "ended"
    assert {call.round for call in stand(SET, ended, at(9000)).due} == {0}
    assert stand(SET, ended, at(9000)).next_at is None


def test_a_test_tells_each_once_says_so_and_goes_no_further() -> None:
    trial = replace(SET, test=True)
    for seconds in (15, 4000, 40_000):
        found = stand(trial, PRESS, at(seconds)).due
        assert {call.says for call in found} == {"test"} and {call.slot for call in found} == {"d", "a"}
        assert all((call.step, call.round) == (0, 0) for call in found)


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        stand(SET, PRESS, datetime(2026, 3, 4))


# For every history

CODE = st.tuples(st.integers(-30, 9000), st.sampled_from([CANCEL, FORCED]))
HISTORY = st.builds(
    lambda late, kept, codes, answers, ended: Happened(
        AT,
        at(late),
        at(kept) if kept else None,
        tuple((at(s), code) for s, code in codes),
        tuple((at(s), "d") for s in answers),
        at(ended) if ended else None,
    ),
    st.integers(0, 4000),
    st.integers(0, 300),
    st.lists(CODE, max_size=3),
    st.lists(st.integers(0, 9000), max_size=2),
    st.integers(0, 9000) | st.none(),
)


@settings(max_examples=200, deadline=None)
@given(HISTORY, st.integers(0, 60_000), st.booleans())
def test_every_history_has_one_known_state_and_calls_nobody_before_it_goes(
    happened: Happened, seconds: int, test: bool
) -> None:
    found = stand(replace(SET, test=test), happened, at(seconds))
    assert found.state in STATES and found.shown in SHOWN
    assert all(found.goes_at <= call.at <= at(seconds) for call in found.due)
    assert found.next_at is None or found.next_at > at(seconds)
    assert found.shown == "cancelled" or not any(c[0] <= at(seconds) for c in happened.codes)


@settings(max_examples=200, deadline=None)
@given(HISTORY, st.integers(0, 60_000))
def test_the_two_codes_show_the_same_at_every_instant(happened: Happened, seconds: int) -> None:
    """Whatever codes were given, each of them may have been either: the device cannot tell."""
    shown = set()
    for kinds in itertools.product((CANCEL, FORCED), repeat=len(happened.codes)):
        codes = tuple((code[0], kind) for code, kind in zip(happened.codes, kinds, strict=True))
        shown.add(stand(SET, replace(happened, codes=codes), at(seconds)).shown)
    assert len(shown) == 1


@settings(max_examples=150, deadline=None)
@given(HISTORY, st.integers(0, 9000))
def test_what_will_happen_changes_nothing_now(happened: Happened, seconds: int) -> None:
    past = replace(
        happened,
        kept_at=happened.kept_at if happened.kept_at and happened.kept_at <= at(seconds) else None,
        codes=tuple(c for c in happened.codes if c[0] <= at(seconds)),
        answers=tuple(a for a in happened.answers if a[0] <= at(seconds)),
        ended_at=happened.ended_at if happened.ended_at and happened.ended_at <= at(seconds) else None,
    )
    assert stand(SET, happened, at(seconds)) == stand(SET, past, at(seconds))


@settings(max_examples=100, deadline=None)
@given(HISTORY)
def test_looking_only_when_something_changes_misses_no_call(happened: Happened) -> None:
    """Whoever looks at each `next_at` finds every (slot, way, step) that whoever looks each minute finds."""
    events = [at(0), happened.received_at, happened.kept_at or at(0), happened.ended_at or at(0)]
    events += [c[0] for c in happened.codes] + [a[0] for a in happened.answers]
    looks = sorted({e for e in events if e >= happened.received_at})
    seen, end = set(), at(3000)
    for n, start in enumerate(looks):
        until = looks[n + 1] if n + 1 < len(looks) else end
        now: datetime | None = start
        while now is not None and (now == start or now < until):
            found = stand(SET, happened, now)
            seen |= {(c.slot, c.way, c.step, c.round) for c in found.due}
            now = found.next_at
    for minute in range(0, 3000, 20):
        if at(minute) < happened.received_at:
            continue
        for call in stand(SET, happened, at(minute)).due:
            if looks[-1] <= end:
                assert (call.slot, call.way, call.step, call.round) in seen


@given(HISTORY)
def test_it_never_goes_before_we_have_it(happened: Happened) -> None:
    assert goes_at(SET, happened) >= happened.received_at


def test_an_alert_without_code_answer_or_end_reaches_somebody() -> None:
    for seconds in range(0, 3600, 7):
        happened = Happened(at(-seconds), AT)
        assert stand(SET, happened, at(16)).due
