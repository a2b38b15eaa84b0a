"""What to cover: topics from codes, each once, more codes never fewer, and never a number."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.cover import Line, Topic, cover
from shelterbelt.rules.reasons import Reason

LINES = (
    Line("order", frozenset({"event.order_served", "act.serve_order"}), ("order", "home")),
    Line("court", frozenset({"event.court_date"}), ("court",)),
)
CODES = st.sets(
    st.sampled_from(["event.order_served", "act.serve_order", "event.court_date", "event.unheard_of"])
)


def test_a_code_brings_its_topic_with_its_parts_and_says_why() -> None:
    (found,) = cover(LINES, ["act.serve_order"])
    assert found == Topic("order", ("order", "home"), (Reason("cover.for", "act.serve_order"),))


def test_two_codes_of_one_topic_bring_it_once() -> None:
    (found,) = cover(LINES, ["event.order_served", "act.serve_order", "act.serve_order"])
    assert [reason.about for reason in found.because] == ["act.serve_order", "event.order_served"]


def test_nothing_told_and_nothing_known_bring_nothing() -> None:
    assert cover(LINES, []) == ()
    assert cover(LINES, ["event.unheard_of"]) == ()


def test_topics_stand_in_the_tables_order() -> None:
    assert [one.id for one in cover(LINES, ["event.court_date", "event.order_served"])] == ["order", "court"]


def test_no_field_can_hold_a_number() -> None:
    assert {field.type for field in fields(Topic)} == {str, tuple[str, ...], tuple[Reason, ...]}


@given(CODES, CODES)
def test_more_codes_never_bring_fewer_topics(some: set[str], more: set[str]) -> None:
    before = {one.id for one in cover(LINES, some)}
    assert before <= {one.id for one in cover(LINES, some | more)}
