"""What a petition may ask for: an open question takes nothing away; against every way in which it could be answered."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.rules.conditions import ALWAYS, All, Any, Condition, Fact, Is, Not, facts_named, holds
from shelterbelt.rules.petition import Ask, Court, Kind, fits, parts
from shelterbelt.rules.reasons import Reason

CHILDREN, TOGETHER, ARMED = Is("children", True), Is("live_together", True), Is("weapons", True)
FINAL = Kind(
    "final",
    (
        Ask("no_violence", "01", evidence=("photos", "report")),
        Ask("home", "03", TOGETHER, ("lease",)),
        Ask("custody", "09", CHILDREN, ("birth_certificate", "report")),
        Ask("weapons", "07", Any((ARMED, Not(Is("weapons", False))))),
    ),
    (Court("family", Any((CHILDREN, TOGETHER))), Court("civil")),
)
NAMES = ("a", "b", "c")
leaves = st.builds(Is, st.sampled_from(NAMES), st.booleans())
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
answers_so_far = st.dictionaries(st.sampled_from(NAMES), st.booleans())


def completed(answers: dict[str, bool]) -> list[dict[str, Fact]]:
    """Every way in which what is open could be answered."""
    unanswered = [name for name in NAMES if name not in answers]
    return [
        {**answers, **dict(zip(unanswered, more, strict=True))}
        for more in product((True, False), repeat=len(unanswered))
    ]


@settings(max_examples=150, deadline=None)
@given(conditions, answers_so_far)
def test_yes_and_no_hold_however_what_is_open_is_answered(
    condition: Condition, answers: dict[str, bool]
) -> None:
    ways = {holds(condition, one) for one in completed(answers)}
    found = fits(condition, answers)
    assert found != "yes" or ways == {True}
    assert found != "no" or ways == {False}
    assert found != "unknown" or set(facts_named(condition)) - answers.keys()
    if len(answers) == len(NAMES):
        assert ways == {found == "yes"}
    # Where each question is asked once, unknown is said only where it really hangs on an answer.
    if len(list(facts_named(condition))) == len(set(facts_named(condition))):
        assert (found == "unknown") == (len(ways) == 2)


def test_an_open_question_takes_nothing_away_and_is_named() -> None:
    found = parts(FINAL, {})
    assert [(ask.id, ask.fits) for ask in found.asks] == [
        ("no_violence", "yes"), ("home", "unknown"), ("custody", "unknown"), ("weapons", "unknown"),
    ]  # fmt: skip
    assert found.courts == (("family", "unknown"), ("civil", "yes"))
    assert found.open == ("live_together", "children", "weapons")
    assert found.left_out == ()
    assert found.asks[0].because == (Reason("petition.always"),)
    assert found.asks[3].because == (Reason("petition.open", "weapons"),)


def test_only_an_answer_leaves_something_out_and_says_so() -> None:
    found = parts(FINAL, {"children": False, "live_together": False, "weapons": True})
    assert [(ask.id, ask.code, ask.fits) for ask in found.asks] == [
        ("no_violence", "01", "yes"),
        ("weapons", "07", "yes"),
    ]
    assert found.courts == (("civil", "yes"),)
    assert found.left_out == tuple(
        Reason("petition.left_out", name) for name in ("home", "custody", "family")
    )
    assert found.open == ()
    assert found.asks[1].because == (Reason("petition.answered", "weapons"),)


def test_one_answer_may_decide_what_hangs_on_several() -> None:
    found = parts(FINAL, {"children": True})
    assert found.courts[0] == ("family", "yes")
    assert found.open == ("live_together", "weapons")


def test_what_bears_it_out_is_told_apart_and_what_is_missing_takes_nothing_away() -> None:
    found = parts(FINAL, {"children": True}, held={"report", "diary"})
    assert [(ask.have, ask.could_have) for ask in found.asks] == [
        (("report",), ("photos",)), ((), ("lease",)), (("report",), ("birth_certificate",)), ((), ()),
    ]  # fmt: skip
    assert [ask.id for ask in found.asks] == [ask.id for ask in parts(FINAL, {"children": True}).asks]


def test_a_number_is_no_yes() -> None:
    assert fits(CHILDREN, {"children": 1}) == "no"
    assert fits(Is("children", 1), {"children": True}) == "no"
    assert fits(ALWAYS, {}) == "yes"
    assert fits(Any(), {}) == "no"


def test_what_an_answer_decides_names_no_open_question() -> None:
    ask = Ask("home", "03", Any((CHILDREN, TOGETHER)))
    found = parts(Kind("final", (ask,), ()), {"children": True})
    assert found.asks[0].because == (Reason("petition.answered", "children"),)
    assert found.open == ()
