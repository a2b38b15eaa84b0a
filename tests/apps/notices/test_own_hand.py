"""A change of how they are reached that is made in the portal waits for a person; nothing is sent meanwhile."""

from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.ledger.models import Entry
from shelterbelt.notices.actions import (
    CannotCheck,
    ChangeWaits,
    check_code_word,
    confirm_in_person,
    propose_instructions,
    tell_instructions,
)
from shelterbelt.notices.instructions import plan
from shelterbelt.notices.models import StandingInstructions
from shelterbelt.notices.standing import instructions_in_force, standing_of
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from tests.apps.conversations.conftest import Two, two_of
from tests.apps.conversations.test_words import ALLOWED
from tests.apps.portal.visiting import by_own_hand
from tests.world import AT, HOUR, Town

NEW: dict[str, Any] = {**ALLOWED, "number": "+13125550199", "code_word": "changed"}


@pytest.fixture
def two(place: Town) -> Two:
    return two_of(place)


def told(two: Two) -> None:
    with as_agency(two.town.advocates.id, at=AT, worker=two.advocate.id):
        tell_instructions(two.case.id, ALLOWED, by=two.advocate, at=AT)


def proposed(two: Two, at: Any = AT + HOUR) -> None:
    with by_own_hand(two.hand, at=at):
        propose_instructions(two.case.id, NEW, by=two.hand, at=at)


def test_a_change_by_own_hand_waits_and_nothing_goes_out_meanwhile(two: Two) -> None:
    told(two)
    proposed(two)
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.advocate.id):
        assert instructions_in_force(two.town.advocates.id, two.case.id) is None
        told_now, standing = standing_of(two.town.advocates.id, two.case.id, given=None)
        way = plan(told_now, AT + HOUR, standing=standing, able={"text"})
        assert not way.now and "contact.change_pending" in way.reasons
        assert Entry.objects.get(kind="safe_contact.proposed", about=two.case.id).by == two.hand.id
    with by_own_hand(two.hand, at=AT + HOUR), pytest.raises(ChangeWaits):
        propose_instructions(two.case.id, NEW, by=two.hand, at=AT + HOUR)


def test_it_holds_once_the_old_code_word_was_said_to_a_person(two: Two) -> None:
    told(two)
    proposed(two)
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.advocate.id):
        assert not check_code_word(two.case.id, "changed", by=two.advocate, at=AT + HOUR)
        assert check_code_word(two.case.id, "canaryword", by=two.advocate, at=AT + HOUR)
        now = instructions_in_force(two.town.advocates.id, two.case.id)
        assert now and now["number"] == NEW["number"]


def test_the_first_instructions_by_own_hand_wait_too(two: Two) -> None:
    proposed(two)
    with as_agency(two.town.advocates.id, at=AT + HOUR, worker=two.advocate.id):
        assert instructions_in_force(two.town.advocates.id, two.case.id) is None
        with pytest.raises(CannotCheck):
            check_code_word(two.case.id, "changed", by=two.advocate, at=AT + HOUR)
        confirm_in_person(two.case.id, by=two.advocate, at=AT + HOUR)
        assert instructions_in_force(two.town.advocates.id, two.case.id)


def test_nobody_changes_how_another_is_reached(two: Two) -> None:
    other = two_of(two.town, "Somebody Else").hand
    with by_own_hand(other, at=AT), pytest.raises(NotForYou):
        propose_instructions(two.case.id, NEW, by=other, at=AT)
    with as_agency(two.town.advocates.id, at=AT):
        assert not StandingInstructions.objects.filter(about=two.case.id).exists()


def test_whom_they_trust_has_the_check_as_work(two: Two, settle: Any) -> None:
    told(two)
    proposed(two)
    settle(two.town.advocates, at=AT + HOUR)
    with as_agency(two.town.advocates.id, at=AT + HOUR):
        (work,) = Action.objects.filter(case_id=two.case.id, kind="contact_change_check")
        assert work.owner_id == two.advocate.id
