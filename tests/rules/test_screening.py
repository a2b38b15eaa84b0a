"""The lethality screen's rule: the published cases, and what must hold for every set of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.screening import Answer, Screening, ScreenRule, Trigger, screen

FIRST = ("q1", "q2", "q3")
SECOND = ("q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11")
RULE = ScreenRule(FIRST, SECOND, 4, medical=("q5",), alone=("q5",))
LAP2 = ScreenRule(FIRST, SECOND, 4, medical=("q5",), alone=("q5",), alone_counts=True)

ANSWERS = st.dictionaries(st.sampled_from(FIRST + SECOND), st.sampled_from(Answer))
CONCERN = st.booleans()


def asked(
    rule: ScreenRule = RULE, *, yes: tuple[int, ...] = (), no: tuple[int, ...] = (), **concern: bool
) -> Screening:
    answers = {f"q{number}": Answer.YES for number in yes} | {f"q{number}": Answer.NO for number in no}
    return screen(
        rule,
        answers,
        survivor_concern=concern.get("survivor", False),
        worker_concern=concern.get("worker", False),
    )


@pytest.mark.parametrize(
    ("yes", "officer", "trigger"),
    [
        ((1,), False, "A"),
        ((3, 4, 5, 6, 7), False, "A"),
        ((4, 5, 6, 7), False, "B"),
        ((4, 5, 6), False, None),
        ((), True, "C"),
        ((5,), False, None),
    ],
)
def test_published_cases_give_the_published_trigger(yes, officer, trigger):
    found = asked(yes=yes, worker=officer)
    assert (found.trigger.value if found.trigger else None) == trigger
    assert found.triggered is (trigger is not None)


def test_pressure_on_the_neck_alone_is_told_as_the_variant_and_does_not_count_unless_the_data_says_so():
    plain, variant = asked(yes=(5,)), asked(LAP2, yes=(5,))
    assert not plain.triggered
    assert Reason("screen.variant_alone", "q5") in plain.because
    assert variant.triggers == (Trigger.ALONE,)
    assert Reason("screen.alone", "q5") in variant.because


@pytest.mark.parametrize("concern", ["survivor", "worker"])
def test_either_persons_concern_triggers_by_itself_and_is_named(concern):
    found = asked(no=tuple(range(1, 12)), **{concern: True})
    assert found.triggers == (Trigger.CONCERN,)
    assert Reason("screen.concern", concern) in found.because


def test_no_answers_is_a_state_of_its_own_and_asks_for_a_review():
    found = asked()
    assert found.no_answers
    assert found.review
    assert found.could_change
    assert not found.triggered
    assert Reason("screen.no_answers") in found.because


def test_a_screen_answered_no_throughout_is_not_the_same_as_one_without_answers():
    found = asked(no=tuple(range(1, 12)))
    assert (found.no_answers, found.review, found.could_change, found.triggered) == (False,) * 4
    assert found.unanswered == ()


def test_declined_is_neither_yes_nor_no():
    declined = screen(
        RULE, dict.fromkeys(FIRST + SECOND, "declined"), survivor_concern=False, worker_concern=False
    )
    assert declined == asked()
    three = {"q4": "yes", "q6": "yes", "q7": "yes"}
    rest_declined = screen(RULE, three | {"q8": "declined"}, survivor_concern=False, worker_concern=False)
    assert not rest_declined.triggered
    assert rest_declined.could_change


def test_unanswered_questions_that_could_not_have_changed_the_result_are_told_apart():
    found = asked(yes=(4,), no=(1, 2, 3, 5, 6, 7, 8))
    assert found.unanswered == ("q9", "q10", "q11")
    assert found.could_change
    assert not asked(yes=(4,), no=(1, 2, 3, 5, 6, 7, 8, 9)).could_change


def test_a_triggered_screen_could_not_have_changed():
    for found in (asked(yes=(1,)), asked(yes=(4, 6, 7, 8)), asked(worker=True)):
        assert found.unanswered
        assert not found.could_change


def test_an_unanswered_question_about_the_neck_is_told():
    assert asked(yes=(1,)).medical_unknown
    assert not asked(yes=(1, 5)).medical_unknown
    two = ScreenRule(FIRST, SECOND, 4, medical=("q5", "q6"))
    assert not asked(two, yes=(5,)).medical_unknown
    assert asked(two, no=(5,)).medical_unknown
    assert not asked(yes=(1,), no=(5,)).medical_unknown


def test_an_unknown_question_or_answer_is_refused():
    with pytest.raises(ValueError, match="not an item"):
        screen(RULE, {"q12": "yes"}, survivor_concern=False, worker_concern=False)
    with pytest.raises(ValueError, match="maybe"):
        screen(RULE, {"q1": "maybe"}, survivor_concern=False, worker_concern=False)


def test_a_result_has_no_order_and_no_number():
    one, other = asked(yes=(1,)), asked()
    with pytest.raises(TypeError):
        _ = one < other
    with pytest.raises(TypeError):
        int(one)


@given(ANSWERS, st.sampled_from(FIRST + SECOND), CONCERN, CONCERN, st.sampled_from([RULE, LAP2]))
def test_raising_any_answer_never_untriggers(answers, item, survivor, worker, rule):
    before = screen(rule, answers, survivor_concern=survivor, worker_concern=worker)
    after = screen(rule, answers | {item: Answer.YES}, survivor_concern=survivor, worker_concern=worker)
    assert after.triggered >= before.triggered
    assert after.medical >= before.medical


@given(ANSWERS, CONCERN, CONCERN)
def test_concern_never_untriggers(answers, survivor, worker):
    without = screen(RULE, answers, survivor_concern=False, worker_concern=False)
    having = screen(RULE, answers, survivor_concern=survivor, worker_concern=worker)
    assert having.triggered >= without.triggered
    assert having.triggered == (without.triggered or survivor or worker)


@given(ANSWERS, CONCERN, CONCERN, st.data())
def test_could_change_is_true_exactly_when_some_completion_would_trigger(answers, survivor, worker, data):
    found = screen(RULE, answers, survivor_concern=survivor, worker_concern=worker)
    completed = answers | {
        item: data.draw(st.sampled_from([Answer.YES, Answer.NO])) for item in found.unanswered
    }
    later = screen(RULE, completed, survivor_concern=survivor, worker_concern=worker)
    if later.triggered and not found.triggered:
        assert found.could_change
    if found.could_change:
        all_yes = answers | dict.fromkeys(found.unanswered, Answer.YES)
        assert screen(RULE, all_yes, survivor_concern=survivor, worker_concern=worker).triggered


@given(ANSWERS)
def test_a_yes_about_the_neck_opens_a_medical_evaluation_whatever_the_result(answers):
    found = screen(RULE, answers | {"q5": Answer.YES}, survivor_concern=False, worker_concern=False)
    assert found.medical
    assert Reason("screen.medical", "q5") in found.because


@given(ANSWERS)
def test_declining_and_not_being_asked_give_the_same(answers):
    swap = {Answer.DECLINED: Answer.NOT_ASKED, Answer.NOT_ASKED: Answer.DECLINED}
    swapped = {item: swap.get(answer, answer) for item, answer in answers.items()}
    assert screen(RULE, answers, survivor_concern=False, worker_concern=False) == screen(
        RULE, swapped, survivor_concern=False, worker_concern=False
    )
