"""A press is kept, becomes one alert, and reaches whoever is there; the two codes look alike."""

from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor
from shelterbelt.alerts import actions
from shelterbelt.alerts.facts import standing_of_button
from shelterbelt.alerts.models import AnswerLink, Button, Call, Code, HelpAlert, HelpSetup, Press
from shelterbelt.store.asker import as_agency
from tests.apps.alerts.people import SECOND, SET, alerts_of, by_hand, press, somebody, there, turn, type_code
from tests.world import AT, HOUR


@pytest.fixture
def one(place: Any) -> Any:
    return somebody(place.advocate)


def test_a_press_goes_to_whoever_is_there_when_no_code_came(place: Any, one: Any) -> None:
    there(place.advocate)
    token = one.button()
    press(token)
    turn(place.advocate, at=AT + SECOND)
    assert [alert.state for alert in alerts_of(one)] == ["held"]
    turn(place.advocate, at=AT + 15 * SECOND)
    (alert,) = alerts_of(one)
    assert alert.state == "sent" and alert.went_at == AT + 15 * SECOND
    with as_agency(place.advocates.id, at=AT):
        calls = set(Call.objects.filter(alert=alert).values_list("slot", "way", "state"))
    assert calls == {("duty", "page", "told"), ("c1", "text", "waiting"), ("c1", "email", "waiting")}


def test_however_often_a_device_says_it_there_is_one_alert(place: Any, one: Any) -> None:
    token = one.button()
    for seconds in (0, 0, 3, 40):
        press(token, at=AT + seconds * SECOND)
        turn(place.advocate, at=AT + seconds * SECOND)
    assert len(alerts_of(one)) == 1
    assert alerts_of(one)[0].received_at == AT


def test_the_code_in_time_ends_it_and_nobody_on_duty_ever_sees_it(place: Any, one: Any) -> None:
    there(place.advocate)
    token = one.button()
    press(token)
    assert type_code(token, "Blue-42", at=AT + 5 * SECOND)
    turn(place.advocate, at=AT + 20 * SECOND)
    (alert,) = alerts_of(one)
    assert (alert.state, alert.went_at, alert.outcome) == ("cancelled", None, "cancelled")
    with as_agency(place.advocates.id, at=AT):
        assert not Call.objects.exists()


def test_the_forced_code_sends_it_at_once_and_the_page_cannot_tell_the_two_apart(place: Any) -> None:
    there(place.advocate)
    shown = []
    for code in ("blue 42", "green 17"):
        one = somebody(place.advocate)
        token = one.button()
        press(token)
        turn(place.advocate, at=AT + SECOND)
        answers = [type_code(token, code, at=AT + 5 * SECOND)]
        for seconds in (5, 6, 300, 9000):
            turn(place.advocate, at=AT + seconds * SECOND)
            with by_hand(one.survivor, at=AT + seconds * SECOND):
                button = Button.objects.get(person_id=one.person.id)
                found = standing_of_button(button, at=AT + seconds * SECOND)
            assert found is not None
            answers.append(found.shown)
        shown.append(answers)
        (alert,) = alerts_of(one)
        assert alert.state == {"blue 42": "cancelled", "green 17": "forced"}[code]
        assert bool(alert.went_at) is (code == "green 17")
    assert shown[0] == shown[1]


def test_both_digests_are_compared_whichever_code_is_typed(place: Any, one: Any, monkeypatch: Any) -> None:
    import hmac

    from shelterbelt.alerts import setup

    asked: list[str] = []

    class Counting:
        @staticmethod
        def compare_digest(one: str, other: str) -> bool:
            asked.append(other)
            return hmac.compare_digest(one, other)

    monkeypatch.setattr(setup, "hmac", Counting)
    token = one.button()
    press(token)
    for code, right in (("blue 42", True), ("green 17", True), ("red 1", False)):
        asked.clear()
        assert type_code(token, code, at=AT) is right
        assert len(set(asked)) == 2


def test_a_press_that_waited_on_the_device_goes_when_it_comes_and_says_when_it_was(
    place: Any, one: Any
) -> None:
    token = one.button()
    later = AT + 2 * HOUR
    press(token, at=later, age=90 * 60 * 1000)
    turn(place.advocate, at=later)
    (alert,) = alerts_of(one)
    assert alert.state == "sent" and alert.pressed_at == AT + timedelta(minutes=30)


@pytest.mark.parametrize("age", [-10_800_000, 86_400_000 * 400, "x", None, float("nan")])
def test_a_device_with_a_wrong_clock_is_believed_within_the_age_of_its_page(
    place: Any, one: Any, age: object
) -> None:
    token = one.button()
    press(token, at=AT + HOUR, age=age)
    turn(place.advocate, at=AT + HOUR)
    (alert,) = alerts_of(one)
    assert AT <= alert.pressed_at <= AT + HOUR and alert.state in ("held", "sent")


def test_a_press_and_its_code_that_come_together_after_a_lost_line_send_nothing(place: Any, one: Any) -> None:
    token = one.button()
    press(token, at=AT + HOUR, age=3_000_000, code="blue 42")
    turn(place.advocate, at=AT + HOUR)
    assert alerts_of(one)[0].went_at is None


def test_while_it_is_held_down_the_time_for_the_code_has_not_begun(place: Any, one: Any) -> None:
    token = one.button()
    button = press(token)
    with by_hand(one.survivor, at=AT + 60 * SECOND):
        actions.keep_held(button, at=AT + 60 * SECOND)
    turn(place.advocate, at=AT + 70 * SECOND)
    assert alerts_of(one)[0].state == "held"
    turn(place.advocate, at=AT + 75 * SECOND)
    assert alerts_of(one)[0].state == "sent"


def test_a_button_of_another_is_no_button_and_none_opens_anything(place: Any, one: Any) -> None:
    assert press("x" * 43) is None
    assert press("' or 1=1 --") is None
    assert press(one.button(), at=AT + timedelta(days=8)) is None


def test_a_test_says_that_it_is_one_escalates_nothing_and_ends_by_itself(place: Any, one: Any) -> None:
    press(one.button("test"))
    for seconds in (0, 15, 300, 4000):
        turn(place.advocate, at=AT + seconds * SECOND)
    (alert,) = alerts_of(one)
    assert (alert.outcome, alert.state) == ("test", "ended") or alert.ended_at
    with as_agency(place.advocates.id, at=AT):
        assert set(Call.objects.filter(alert=alert).values_list("says", "step", "round")) == {("test", 0, 0)}


def test_what_is_kept_of_a_setup_holds_no_code_and_no_name_in_plain(place: Any, one: Any) -> None:
    raw = bytes(one.setup.sealed)
    for word in (b"Ana", b"blue", b"555", b"come_by"):
        assert word not in raw


def test_by_their_own_hand_a_survivor_takes_somebody_out_and_puts_nobody_in(place: Any, one: Any) -> None:
    from shelterbelt.agencies.sealed import opened

    with by_hand(one.survivor):
        setup = HelpSetup.objects.get(person_id=one.person.id)
        actions.take_out(setup, "c1", by=one.survivor, at=AT)
        assert opened(HelpSetup.objects.get(id=setup.id))["people"] == []
    other = somebody(place.advocate)
    with by_hand(other.survivor):
        assert not HelpSetup.objects.filter(person_id=one.person.id).exists()
        with pytest.raises(NotForYou):
            actions.take_out(setup, "c1", by=other.survivor, at=AT)


def test_a_worker_whom_they_do_not_trust_sets_nothing_up(place: Any, one: Any) -> None:
    from tests.world import worker

    colleague = worker(place.advocates, "advocate")
    from shelterbelt.safety.models import OwnFile

    with as_agency(place.advocates.id, at=AT):
        file = OwnFile.objects.get(person_id=one.person.id)
    with as_agency(place.advocates.id, at=AT, worker=colleague.id), pytest.raises(NotForYou):
        actions.set_up_help(file, SET, by=colleague, at=AT)


def test_ending_it_all_leaves_no_button_that_presses(place: Any, one: Any) -> None:
    token = one.button()
    with by_hand(one.survivor):
        actions.end_setup(HelpSetup.objects.get(person_id=one.person.id), by=one.survivor, at=AT)
    assert press(token) is None


def test_after_a_death_no_button_presses_anything(place: Any) -> None:
    from shelterbelt.safety.files import begin_file
    from tests.apps.alerts.cases import direct_case

    case = direct_case(place.advocate, at=AT)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        actions.set_up_help(
            begin_file(case.survivor, by=place.advocate, at=AT), SET, by=place.advocate, at=AT
        )
    hand = Survivor(case.survivor_id, place.advocates.id, case.survivor_id)
    with by_hand(hand):
        token = actions.issue_button(hand, "help", at=AT)
    actions.end_for_death(case.id, place.advocates.id, None, AT + HOUR)
    assert press(token, at=AT + HOUR) is None
    with as_agency(place.advocates.id, at=AT):
        assert not HelpSetup.objects.filter(person_id=case.survivor_id).exists()


def test_rows_of_presses_codes_and_calls_hold_no_words() -> None:
    for model in (Press, Code, Call, Button, AnswerLink):
        names = {field.name for field in model._meta.concrete_fields}
        assert not names & {"sealed", "text", "name", "number", "words"}
    assert "sealed" in {field.name for field in HelpAlert._meta.concrete_fields}
