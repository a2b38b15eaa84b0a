"""One grant, one question: what may be seen now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.sharing import Asked, GrantFacts, decide

FROM = datetime(2026, 11, 1, tzinfo=UTC)
UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
GRANT = GrantFacts("police", "safety", frozenset({"danger_view", "safe_contact"}), FROM, UNTIL)
ASKED = Asked("police", "safety", frozenset({"danger_view", "injuries"}))
MIDDLE = FROM + timedelta(days=3)

CATEGORIES = st.frozensets(st.sampled_from(["danger_view", "safe_contact", "injuries", "children"]))
PARTIES = st.sampled_from(["police", "hospital", ""])
PURPOSES = st.sampled_from(["safety", "court"])
INSTANTS = st.integers(-10, 40).map(lambda days: FROM + timedelta(days=days))
GRANTS = st.builds(GrantFacts, PARTIES, PURPOSES, CATEGORIES, INSTANTS, INSTANTS, st.none() | INSTANTS)
QUESTIONS = st.builds(Asked, PARTIES, PURPOSES, CATEGORIES, st.booleans())


def test_only_what_is_both_granted_and_asked_is_opened():
    decision = decide(GRANT, ASKED, at=MIDDLE)
    assert decision.allowed
    assert decision.categories == {"danger_view"}
    assert Reason("sharing.not_released", "injuries") in decision.because


@pytest.mark.parametrize(
    ("grant", "asked", "at", "code"),
    [
        (GRANT, replace(ASKED, recipient="hospital"), MIDDLE, "sharing.other_recipient"),
        (GRANT, replace(ASKED, purpose="court"), MIDDLE, "sharing.other_purpose"),
        (GRANT, ASKED, FROM - timedelta(microseconds=1), "sharing.not_yet"),
        (GRANT, ASKED, UNTIL, "sharing.ended"),
        (GRANT, replace(ASKED, onward=True), MIDDLE, "sharing.no_onward"),
        (replace(GRANT, withdrawn_at=MIDDLE), ASKED, MIDDLE, "sharing.withdrawn"),
        (replace(GRANT, withdrawn_at=MIDDLE), ASKED, MIDDLE - timedelta(seconds=1), "sharing.withdrawn"),
        (GRANT, replace(ASKED, categories=frozenset({"children"})), MIDDLE, "sharing.no_category"),
        (GRANT, replace(ASKED, categories=frozenset()), MIDDLE, "sharing.no_category"),
        (replace(GRANT, recipient=""), replace(ASKED, recipient=""), MIDDLE, "sharing.other_recipient"),
    ],
)
def test_every_other_question_is_refused_and_says_why(grant, asked, at, code):
    decision = decide(grant, asked, at=at)
    assert not decision.allowed
    assert decision.categories == frozenset()
    assert Reason(code) in decision.because


def test_the_first_instant_is_in_and_the_last_is_out():
    assert decide(GRANT, ASKED, at=FROM).allowed
    assert decide(GRANT, ASKED, at=UNTIL - timedelta(microseconds=1)).allowed
    assert not decide(GRANT, ASKED, at=UNTIL).allowed


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="zone"):
        decide(GRANT, ASKED, at=datetime(2026, 11, 5))


@given(GRANTS, QUESTIONS, INSTANTS)
def test_nothing_is_opened_that_was_not_granted_or_not_asked(grant, asked, at):
    decision = decide(grant, asked, at=at)
    assert decision.categories <= grant.categories & asked.categories
    assert decision.allowed is bool(decision.categories)
    assert decision.because
    if decision.allowed:
        assert grant.recipient == asked.recipient
        assert grant.from_at <= at < grant.until_at
        assert not asked.onward


@given(GRANTS, QUESTIONS, INSTANTS, INSTANTS)
def test_withdrawing_never_opens_anything(grant, asked, at, withdrawn_at):
    assert not decide(replace(grant, withdrawn_at=withdrawn_at), asked, at=at).allowed


@given(GRANTS, QUESTIONS, INSTANTS, CATEGORIES)
def test_narrowing_a_grant_never_opens_more(grant, asked, at, kept):
    narrow = replace(grant, categories=grant.categories & kept)
    assert decide(narrow, asked, at=at).categories <= decide(grant, asked, at=at).categories
