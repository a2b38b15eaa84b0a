"""Changing how somebody may be reached: held until the code word is checked, three tries, and a stop that needs none."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.ledger.models import Entry
from shelterbelt.notices.actions import (
    CannotCheck,
    ChangeWaits,
    check_code_word,
    confirm_in_person,
    propose_instructions,
    refuse_change,
    stop_contact,
    tell_instructions,
)
from shelterbelt.notices.actions.safe import same_word
from shelterbelt.notices.models import StandingInstructions
from shelterbelt.notices.standing import instructions_in_force, stand_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.notices.people import AT, TOLD, told
from tests.world import Town

NEW = told(number="+12025550199", code_word="Cedar")


@pytest.fixture
def about(place: Town) -> UUID:
    """Somebody whose instructions stand."""
    about = uuid7()
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        tell_instructions(about, TOLD, by=place.advocate, at=AT)
    return about


def propose(town: Town, about: UUID, new: Any = NEW, **more: Any) -> None:
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        propose_instructions(about, new, by=town.advocate, at=AT, **more)


def check(town: Town, about: UUID, said: str) -> bool:
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        return check_code_word(about, said, by=town.advocate, at=AT)


def in_force(town: Town, about: UUID) -> Any:
    with as_agency(town.advocates.id, at=AT):
        return instructions_in_force(town.advocates.id, about)


def test_a_change_from_afar_is_held_and_neither_old_nor_new_holds(place: Town, about: UUID) -> None:
    propose(place, about)
    assert in_force(place, about) is None
    with as_agency(place.advocates.id, at=AT):
        stand = stand_of(place.advocates.id, about)
    assert stand.waiting is not None
    assert stand.told is not None and stand.told["number"] == TOLD["number"]


@pytest.mark.parametrize("said", ["willow tree", "WILLOW-TREE", " Willow  Trée "])
def test_the_right_word_as_it_is_heard_puts_it_in_force(place: Town, about: UUID, said: str) -> None:
    propose(place, about)
    assert check(place, about, said)
    assert in_force(place, about) == NEW
    with pytest.raises(CannotCheck):
        check(place, about, said)


@pytest.mark.parametrize("said", ["", "willow", "cedar", "willow tree house"])
def test_a_wrong_word_the_new_word_or_none_changes_nothing(place: Town, about: UUID, said: str) -> None:
    propose(place, about)
    assert not check(place, about, said)
    assert in_force(place, about) is None


def test_three_wrong_words_over_several_calls_and_only_a_meeting_helps(place: Town, about: UUID) -> None:
    propose(place, about)
    assert not check(place, about, "oak")
    assert not check(place, about, "elm")
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        refuse_change(about, by=place.advocate, at=AT)
    propose(place, about)
    assert not check(place, about, "ash")
    with pytest.raises(CannotCheck):
        check(place, about, "willow tree")
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        confirm_in_person(about, by=place.advocate, at=AT)
    assert in_force(place, about) == NEW
    propose(place, about, TOLD)
    assert check(place, about, "cedar")


def test_a_stop_does_not_begin_the_count_anew(place: Town, about: UUID) -> None:
    propose(place, about)
    for said in ("oak", "elm", "ash"):
        check(place, about, said)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        stop_contact(about, by=place.advocate, at=AT)
    propose(place, about)
    with pytest.raises(CannotCheck):
        check(place, about, "willow tree")


def test_without_a_code_word_only_a_meeting_helps(place: Town) -> None:
    about = uuid7()
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        tell_instructions(about, told(code_word=""), by=place.advocate, at=AT)
    propose(place, about)
    for said in ("", "cedar"):
        with pytest.raises(CannotCheck):
            check(place, about, said)


def test_a_refused_change_leaves_the_old_in_force(place: Town, about: UUID) -> None:
    propose(place, about)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        refuse_change(about, by=place.advocate, at=AT)
    assert in_force(place, about) == TOLD


def test_one_change_at_a_time(place: Town, about: UUID) -> None:
    propose(place, about)
    with pytest.raises(ChangeWaits):
        propose(place, about)


def test_what_came_with_the_request_is_what_a_change_is_checked_against(place: Town) -> None:
    about = uuid7()
    propose(place, about, given=TOLD)
    assert not check(place, about, "oak")
    assert check(place, about, "willow tree")


def test_the_first_word_ever_is_taken_because_nothing_stands_against_it(place: Town) -> None:
    about = uuid7()
    propose(place, about)
    assert in_force(place, about) == NEW


def test_a_stop_needs_no_check_and_ends_a_change_that_waits(place: Town, about: UUID) -> None:
    propose(place, about)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        stop_contact(about, by=place.advocate, at=AT)
    assert in_force(place, about)["no_contact"] is True
    propose(place, about)  # to begin again is a change like any other
    assert in_force(place, about) is None
    assert check(place, about, "willow tree")
    assert "no_contact" not in in_force(place, about)


def test_every_version_stays_and_the_ledger_holds_no_word(place: Town, about: UUID) -> None:
    propose(place, about)
    check(place, about, "oak")
    check(place, about, "willow tree")
    with as_agency(place.advocates.id, at=AT), connection.cursor() as cursor:
        rows = list(StandingInstructions.objects.filter(about=about).order_by("told_at", "id"))
        kinds = list(Entry.objects.filter(about=about).order_by("id").values_list("kind", flat=True))
        cursor.execute("select t::text from notices_standinginstructions t where about = %s", [about])
        plain = "".join(row for (row,) in cursor.fetchall())
    assert [row.state for row in rows] == ["replaced", "in_force"]
    assert opened(rows[0])["number"] == TOLD["number"]
    assert kinds == [
        "safe_contact.told",
        "safe_contact.proposed",
        "safe_contact.word_wrong",
        "safe_contact.confirmed",
    ]
    for secret in ("Willow", TOLD["number"], "Cedar"):
        assert secret not in plain and secret.encode().hex() not in plain


def test_only_those_who_know_them_confirm_a_meeting_and_nobody_elsewhere_changes_anything(
    place: Town,
) -> None:
    about = uuid7()
    with as_agency(place.hospital.id, at=AT, worker=place.nurse.id):
        propose_instructions(about, TOLD, by=place.nurse, at=AT)
        propose_instructions(about, NEW, by=place.nurse, at=AT)
        for action in (confirm_in_person, lambda about, **who: tell_instructions(about, NEW, **who)):
            with pytest.raises(NotForYou):
                action(about, by=place.nurse, at=AT)
    refused_ones = ("officer", "uninvited", "advocates_administrator", "probation_officer", "court_clerk")
    for worker in (getattr(place, name) for name in refused_ones):
        with as_agency(worker.agency_id, at=AT, worker=worker.id):
            for refused in (
                lambda by: propose_instructions(about, NEW, by=by, at=AT),
                lambda by: check_code_word(about, "willow tree", by=by, at=AT),
                lambda by: confirm_in_person(about, by=by, at=AT),
                lambda by: refuse_change(about, by=by, at=AT),
                lambda by: stop_contact(about, by=by, at=AT),
            ):
                with pytest.raises(NotForYou):
                    refused(worker)


@pytest.mark.parametrize("who", ["shelter_worker", "detective", "prosecutor_worker", "nurse"])
def test_whoever_knows_them_elsewhere_changes_their_own_file_and_nothing_of_ours(
    place: Town, about: UUID, who: str
) -> None:
    other = getattr(place, who)
    with as_agency(other.agency_id, at=AT, worker=other.id):
        propose_instructions(about, NEW, by=other, at=AT)
        assert instructions_in_force(other.agency_id, about) == NEW
        stop_contact(about, by=other, at=AT)
    assert in_force(place, about) == TOLD


def test_words_are_compared_by_keyed_digests_and_an_empty_one_is_never_right(place: Town) -> None:
    agency = place.advocates.id
    assert same_word(agency, "Señal", "senal")
    assert not same_word(agency, "", "")
    assert not same_word(agency, "नमस्ते", "नमसत")
    assert same_word(agency, "नमस्ते", "नमस्ते")
