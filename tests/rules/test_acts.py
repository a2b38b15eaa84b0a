"""Before an act: days to cover, what is due before it, and a stop that only a person goes past."""

from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.timelines import AT, DAY, NUMBERS

from shelterbelt.library.acts import acts
from shelterbelt.rules.acts import Act, Before, Preparation, before
from shelterbelt.rules.hazard import Happening, Timeline, forecast
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.reasons import Reason

HOUR = timedelta(hours=1)
FRIDAY = AT + 3 * DAY
SERVE = Act("serve_order", FRIDAY, "order_served", exposes=True)
TELL = Preparation("tell", 24, required=True)
ASK = Preparation("ask", 8)


def test_an_act_that_exposes_stops_until_what_is_required_is_done() -> None:
    found = before(SERVE, (TELL, ASK), NUMBERS, at=AT)
    assert found.stop
    assert Reason("act.open", "tell") in found.because
    done = before(SERVE, (Preparation("tell", 24, required=True, done=True), ASK), NUMBERS, at=AT)
    assert not done.stop
    assert [one.code for one in done.to_do] == ["ask"]


def test_an_act_that_is_not_ours_to_stop_is_never_stopped() -> None:
    leaving = Act("separation", FRIDAY, "separation", exposes=False)
    found = before(leaving, (TELL,), NUMBERS, at=AT)
    assert not found.stop
    assert found.because == (Reason("act.never_stopped", "separation"), Reason("act.term", "separation"))


def test_preparations_are_due_before_the_act_and_the_earliest_stands_first() -> None:
    found = before(SERVE, (ASK, TELL), NUMBERS, at=AT)
    assert [(one.code, one.due_at) for one in found.to_do] == [
        ("tell", FRIDAY - 24 * HOUR),
        ("ask", FRIDAY - 8 * HOUR),
    ]


def test_what_should_have_been_done_already_is_due_now_and_said_to_be_late() -> None:
    found = before(SERVE, (TELL, ASK), NUMBERS, at=FRIDAY - 10 * HOUR)
    assert [(one.due_at, one.late) for one in found.to_do] == [
        (FRIDAY - 10 * HOUR, True),
        (FRIDAY - 8 * HOUR, False),
    ]
    assert Reason("act.late", "tell") in found.because


def test_the_days_to_cover_are_those_of_the_forecast() -> None:
    found = before(SERVE, (), NUMBERS, at=AT)
    timeline = Timeline((Happening("order_served", FRIDAY, AT, planned=True),))
    ahead = {one.process: one for one in forecast(NUMBERS, timeline, at=AT).windows}
    for window in found.windows:
        assert window.from_at == ahead[window.process].from_at
        assert timedelta(0) <= window.until_at - ahead[window.process].until_at <= DAY
        assert window.band == ("very_high" if window.process is Process.SEVERE else "high")


def test_a_hearing_is_covered_from_before_its_day_and_never_from_before_now() -> None:
    act = Act("court_date", AT + 10 * DAY, "court_date", exposes=False)
    contact = before(act, (), NUMBERS, at=AT).windows[0]
    assert (contact.process, contact.from_at, contact.until_at) == (
        Process.CONTACT,
        act.at - 8 * DAY,
        act.at + 4 * DAY,
    )
    soon = before(act, (), NUMBERS, at=act.at - DAY).windows[0]
    assert soon.from_at == act.at - DAY


def test_an_act_of_the_past_or_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="ahead"):
        before(SERVE, (), NUMBERS, at=FRIDAY)
    with pytest.raises(ValueError, match="in these parameters"):
        before(Act("dance", FRIDAY, "dance", exposes=False), (), NUMBERS, at=AT)


def test_nothing_in_it_compares_with_and_without() -> None:
    assert {one.name for one in fields(Before)} == {"windows", "to_do", "stop", "because"}


@given(
    st.sampled_from(sorted(acts("demo_county").kinds)),
    st.floats(0.5, 60),
    st.sets(st.sampled_from(["survivor_knows_when", "plan_for_the_days", "call_after", "least_content"])),
)
def test_every_act_of_the_county_has_days_to_cover_and_finishing_more_never_stops_more(
    kind: str, days: float, done: set[str]
) -> None:
    listed = acts("demo_county").kinds[kind]
    act, none_done = listed.planned(AT + days * DAY)
    _, some_done = listed.planned(AT + days * DAY, done)
    first, second = (before(act, ready, NUMBERS, at=AT) for ready in (none_done, some_done))
    assert first.windows == second.windows != ()
    assert first.stop is listed.exposes
    assert first.stop or not second.stop
    assert all(AT <= one.due_at < act.at for one in first.to_do)
    assert not before(act, listed.planned(act.at, {n.code for n in listed.needs})[1], NUMBERS, at=AT).stop
