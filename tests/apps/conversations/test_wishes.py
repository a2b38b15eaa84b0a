"""Wishes about releases open nothing, choices are kept, and who looked is shown only where the worker and they agreed."""

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.consent.models import Grant, Release
from shelterbelt.conversations.actions import (
    begin_wish,
    choose_response,
    hide_looks,
    settle_wish,
    show_looks,
)
from shelterbelt.conversations.models import LooksShown, ResponseChoice, Wish
from shelterbelt.conversations.queries import (
    choices_of,
    entrusted_to,
    looks_shown,
    waiting_words,
    wish_by_ref,
    wish_for_release,
    wishes_of,
)
from shelterbelt.store.asker import as_agency
from tests.apps.conversations.conftest import Two, two_of
from tests.apps.portal.visiting import by_own_hand
from tests.world import AT, HOUR

TOLD = {"recipient": "ref-of-police", "categories": ["safety_needs"], "words": "canarywords"}


def wish(two: Two) -> Wish:
    with by_own_hand(two.hand, at=AT):
        return begin_wish(two.file, two.case.id, TOLD, by=two.hand, at=AT)


def test_a_wish_waits_for_whom_they_trust_and_opens_nothing(two: Two) -> None:
    row = wish(two)
    with as_agency(two.town.advocates.id, at=AT, worker=two.advocate.id):
        assert not Release.objects.filter(case_id=two.case.id).exists()
        assert not Grant.objects.filter(case_id=two.case.id).exists()
        assert waiting_words(by=two.advocate, at=AT) == 1
        (one,) = entrusted_to(two.advocate, at=AT)
        assert [w.told["words"] for w in one.wishes] == ["canarywords"]
        begins = wish_for_release(row.ref, two.case.id, by=two.advocate, at=AT)
        assert begins == {
            "recipient": "ref-of-police",
            "categories": ["safety_needs"],
            "scope": "canarywords",
        }
        assert b"canarywords" not in bytes(row.sealed)


def test_a_wish_of_another_case_or_person_is_refused(two: Two) -> None:
    other = two_of(two.town, "Somebody Else")
    with by_own_hand(two.hand, at=AT):
        with pytest.raises(NotForYou):
            begin_wish(two.file, other.case.id, TOLD, by=two.hand, at=AT)
        with pytest.raises(NotForYou):
            begin_wish(other.file, two.case.id, TOLD, by=two.hand, at=AT)
    row = wish(two)
    with by_own_hand(other.hand, at=AT), pytest.raises(NotForYou):
        wish_by_ref(row.ref, by=other.hand, at=AT)


def test_a_colleague_knows_of_no_wish(two: Two) -> None:
    row = wish(two)
    with as_agency(two.town.advocates.id, at=AT, worker=two.colleague.id):
        assert wish_for_release(row.ref, two.case.id, by=two.colleague, at=AT) == {}
        assert waiting_words(by=two.colleague, at=AT) == 0
        with pytest.raises(NotForYou):
            settle_wish(row, "signed", by=two.colleague, at=AT)


def test_a_wish_ends_once_by_the_worker_or_by_their_own_hand(two: Two) -> None:
    first, second = wish(two), wish(two)
    with as_agency(two.town.advocates.id, at=AT, worker=two.advocate.id):
        settle_wish(first, "not_now", by=two.advocate, at=AT)
        settle_wish(first, "signed", by=two.advocate, at=AT + HOUR)
        with pytest.raises(NotForYou):
            settle_wish(second, "taken_back", by=two.advocate, at=AT)
    with by_own_hand(two.hand, at=AT):
        with pytest.raises(NotForYou):
            settle_wish(second, "signed", by=two.hand, at=AT)
        settle_wish(second, "taken_back", by=two.hand, at=AT)
        assert wishes_of(two.file) == []
        assert Wish.objects.get(id=first.id).outcome == "not_now"


def test_what_they_choose_is_kept_and_the_newest_holds(two: Two) -> None:
    with by_own_hand(two.hand, at=AT):
        choose_response(two.file, "police", "", by=two.hand, at=AT)
        choose_response(two.file, "none", "canarywords", by=two.hand, at=AT + HOUR)
        assert [one.code for one in choices_of(two.file)] == ["none", "police"]
        with pytest.raises(NotForYou):
            choose_response(two.file, "no_such_choice", "", by=two.hand, at=AT)
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.advocate.id):
        (one,) = entrusted_to(two.advocate, at=AT + HOUR)
        assert one.choice and one.choice.code == "none"
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.colleague.id):
        assert not ResponseChoice.objects.exists()


def test_nobody_chooses_for_another(two: Two) -> None:
    other = two_of(two.town, "Somebody Else")
    with by_own_hand(other.hand, at=AT), pytest.raises(NotForYou):
        choose_response(two.file, "police", "", by=other.hand, at=AT)


def test_who_looked_is_shown_when_the_worker_and_they_agreed_and_hidden_by_either(two: Two) -> None:
    cases = [two.case.id]
    with as_agency(two.town.advocates.id, at=AT, worker=two.advocate.id):
        assert looks_shown(two.hand.id, cases) == set()
        show_looks(two.file, two.case.id, by=two.advocate, at=AT)
    with by_own_hand(two.hand, at=AT + HOUR):
        assert looks_shown(two.hand.id, cases) == {two.case.id}
        with pytest.raises((NotForYou, AttributeError)):
            show_looks(two.file, two.case.id, by=two.hand, at=AT)  # type: ignore[arg-type]
        hide_looks(two.file, two.case.id, by=two.hand, at=AT + HOUR)
        assert looks_shown(two.hand.id, cases) == set()


def test_nobody_else_shows_who_looked_nor_at_another_case(two: Two) -> None:
    other = two_of(two.town, "Somebody Else")
    with as_agency(two.town.advocates.id, at=AT, worker=two.colleague.id), pytest.raises(NotForYou):
        show_looks(two.file, two.case.id, by=two.colleague, at=AT)
    with as_agency(two.town.advocates.id, at=AT, worker=two.advocate.id):
        with pytest.raises(NotForYou):
            show_looks(two.file, other.case.id, by=two.advocate, at=AT)
        assert not LooksShown.objects.filter(person_id=two.hand.id).exists()
