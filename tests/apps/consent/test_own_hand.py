"""A survivor narrows and ends their own releases by their own hand, at once, and is checked on; nobody else's, and never more."""

from datetime import timedelta

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import correct_death, narrow_release, record_death, withdraw_release
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.consent.hands import release_by_hand, releases_by_hand
from shelterbelt.consent.models import Release
from shelterbelt.consent.queries import living_grant
from shelterbelt.disclosures.seen import looks_at
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.people.models import Person
from shelterbelt.response.models import Action
from shelterbelt.safety.files import begin_file
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import NAME, taken
from tests.apps.portal.visiting import by_own_hand
from tests.world import AT, DAY, Town

LATER = AT + DAY


def hand_of(person: Person) -> Survivor:
    return Survivor(person.id, person.agency_id, uuid7())


def a_case(here: Town, name: str, other: str | None = None) -> Case:
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        told = {"name": other} if other else None
        return open_direct_case(survivor={"name": name}, other=told, words={}, by=here.advocate, at=AT)


@pytest.fixture
def person(case: Case) -> Person:
    return case.survivor


@pytest.fixture
def release(here: Town, case: Case) -> Release:
    return taken(here, case, categories=("safety_needs", "children"))


def grant_lives(here: Town, release: Release) -> bool:
    with as_agency(here.advocates.id, at=LATER):
        (grant,) = release.grants.all()
        return living_grant(grant.id, here.police, at=LATER) is not None


def test_they_end_their_release_at_once_and_the_ledger_says_by_whose_hand(
    here: Town, release: Release, person: Person
) -> None:
    assert grant_lives(here, release)
    with by_own_hand(hand_of(person), at=LATER):
        withdraw_release(release, by=hand_of(person), at=LATER, channel="own_hand")
    assert not grant_lives(here, release)
    with as_agency(here.advocates.id, at=LATER):
        entry = Entry.objects.get(kind="release.withdrawn", about=release.id)
        assert entry.by == person.id


def test_they_share_less_and_never_more(here: Town, release: Release, person: Person) -> None:
    hand = hand_of(person)
    with by_own_hand(hand, at=LATER):
        left = Narrower(categories=frozenset({"children", "danger_level"}))
        narrow_release(release, left, by=hand, at=LATER, channel="own_hand")
        (shown,) = releases_by_hand(by=hand, at=LATER)
    assert shown.categories == ("children",)
    with as_agency(here.advocates.id, at=LATER):
        assert Entry.objects.get(kind="release.narrowed", about=release.id).by == person.id


def test_nobody_ends_or_sees_another_persons_release(here: Town, release: Release) -> None:
    stranger = hand_of(a_case(here, "Somebody Else").survivor)
    with by_own_hand(stranger, at=LATER):
        assert releases_by_hand(by=stranger, at=LATER) == []
        with pytest.raises(NotForYou):
            release_by_hand(release.ref, by=stranger, at=LATER)
        with pytest.raises(NotForYou):
            withdraw_release(release, by=stranger, at=LATER, channel="own_hand")
        with pytest.raises(NotForYou):
            narrow_release(release, Narrower(frozenset()), by=stranger, at=LATER, channel="own_hand")
    assert grant_lives(here, release)


def test_the_other_person_of_a_case_has_no_part_in_its_releases(here: Town) -> None:
    case = a_case(here, NAME, other="The other one")
    release = taken(here, case)
    assert case.other is not None
    other = hand_of(case.other)
    with by_own_hand(other, at=LATER):
        assert releases_by_hand(by=other, at=LATER) == []
        with pytest.raises(NotForYou):
            withdraw_release(release, by=other, at=LATER, channel="own_hand")
    assert grant_lives(here, release)


def test_a_person_of_another_agency_with_the_same_id_in_hand_gets_nothing(
    here: Town, release: Release, person: Person
) -> None:
    elsewhere = Survivor(person.id, here.shelter.id, uuid7())
    with by_own_hand(elsewhere, at=LATER), pytest.raises(NotForYou):
        withdraw_release(release, by=elsewhere, at=LATER, channel="own_hand")
    assert grant_lives(here, release)


def test_whoever_has_their_account_after_their_death_touches_no_instruction(
    here: Town, case: Case, person: Person
) -> None:
    release = taken(here, case)
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        record_death(case.id, by=here.advocate, at=AT)
    hand = hand_of(person)
    with by_own_hand(hand, at=LATER):
        assert releases_by_hand(by=hand, at=LATER) == []
        with pytest.raises(NotForYou):
            withdraw_release(release, by=hand, at=LATER, channel="own_hand")
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        correct_death(case.id, by=here.advocate, at=LATER)
    with by_own_hand(hand, at=LATER):
        assert len(releases_by_hand(by=hand, at=LATER)) == 1


def test_a_worker_does_nothing_by_their_hand_and_they_do_nothing_by_telephone(
    here: Town, release: Release, person: Person
) -> None:
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id), pytest.raises(ValueError):
        withdraw_release(release, by=here.advocate, at=LATER, channel="own_hand")
    with by_own_hand(hand_of(person), at=LATER), pytest.raises(ValueError):
        withdraw_release(release, by=hand_of(person), at=LATER, channel="phone")
    assert grant_lives(here, release)


@pytest.mark.parametrize("ends", [True, False])
def test_an_act_by_own_hand_opens_a_safe_check_in_for_whom_they_trust(
    here: Town, case: Case, person: Person, release: Release, settle: object, ends: bool
) -> None:
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        begin_file(person, by=here.advocate, at=AT)
    hand = hand_of(person)
    with by_own_hand(hand, at=LATER):
        if ends:
            withdraw_release(release, by=hand, at=LATER, channel="own_hand")
        else:
            less = Narrower(frozenset({"children"}))
            narrow_release(release, less, by=hand, at=LATER, channel="own_hand")
    settle(here.advocates, at=LATER)  # type: ignore[operator]
    with as_agency(here.advocates.id, at=LATER):
        (work,) = Action.objects.filter(case_id=case.id, kind="safe_check_in")
        assert work.owner_id == here.advocate.id
        assert work.due_at == LATER + DAY
        assert "own_hand" in work.rule or ends


def test_what_a_worker_made_narrower_with_them_needs_no_check_in(
    here: Town, case: Case, release: Release, settle: object
) -> None:
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        less = Narrower(frozenset({"children"}))
        narrow_release(release, less, by=here.advocate, at=LATER, channel="in_person")
    settle(here.advocates, at=LATER)  # type: ignore[operator]
    with as_agency(here.advocates.id, at=LATER):
        assert not Action.objects.filter(case_id=case.id, kind="safe_check_in").exists()


def test_their_look_stands_in_the_access_log_as_theirs(here: Town, case: Case, release: Release) -> None:
    hand = hand_of(case.survivor)
    with by_own_hand(hand, at=LATER):
        release_by_hand(release.ref, by=hand, at=LATER)
    with as_agency(here.advocates.id, at=LATER):
        assert Reading.objects.filter(what="release", about=release.id, by=hand.id).count() == 1
    with own_hand(hand, at=LATER + timedelta(minutes=1)):
        (line,) = [one for one in looks_at(case).lines if one.who == "The survivor, by their own hand"]
    assert (line.what, line.name, line.why) == ("A release", "", "It is their own")
