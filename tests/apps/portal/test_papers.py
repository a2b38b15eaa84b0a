"""The room of releases: what was signed in plain words, share less or end at once, begin to think of more; nobody else's."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.cases.actions import open_direct_case
from shelterbelt.consent.actions import withdraw_release
from shelterbelt.consent.models import Grant, Release
from shelterbelt.consent.queries import living_grant
from shelterbelt.conversations.models import Wish
from shelterbelt.disclosures.hers import YOURS
from shelterbelt.disclosures.words import LOOKS
from shelterbelt.portal.actions.accounts import close_account
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.conversations.conftest import Two, two_of
from tests.apps.portal.visiting import Visiting, account_for
from tests.apps.referrals.cast import a_release
from tests.world import AT, Town

THEM = re.compile(r"\b(they|them|their)\b", re.IGNORECASE)


@pytest.fixture
def two(place: Town) -> Two:
    return two_of(place)


@pytest.fixture
def visiting(two: Two) -> Visiting:
    return Visiting(account_for(two.case.survivor, two.town.advocates))


def released(two: Two, **more: Any) -> Release:
    return a_release(two.town, two.case, categories=("safety_needs", "children"), at=now(), **more)


def lives(two: Two, release: Release) -> bool:
    with as_agency(two.town.advocates.id, at=now()):
        grant = Grant.objects.get(release=release)
        return living_grant(grant.id, two.town.shelter, at=now()) is not None


def test_whatever_was_looked_at_is_said_to_them_as_you() -> None:
    said = [str(one) for one in YOURS.values()]
    said += [str(words) for code, words in LOOKS.items() if code not in YOURS]
    assert [one for one in said if THEM.search(one)] == []


def test_they_see_to_whom_what_and_until_when_and_nothing_of_anybody_else(
    two: Two, visiting: Visiting
) -> None:
    release = released(two)
    other = two_of(two.town, "Somebody Else")
    theirs = released(other)
    page = visiting.get("papers-home").content.decode()
    assert two.town.shelter.name in page and "What you need to be safe" in page and "Until the end of" in page
    assert visiting.get("papers-one", release.ref).status_code == 200
    for room in ("papers-one", "papers-end", "papers-less", "papers-more"):
        absent = visiting.get(room, "nothing-there")
        assert absent.status_code == 404
        assert visiting.get(room, theirs.ref).content == absent.content
    assert visiting.post("papers-end", theirs.ref).status_code == 404
    assert lives(other, theirs)


def test_a_press_of_the_button_ends_it_that_second_and_says_so(two: Two, visiting: Visiting) -> None:
    release = released(two)
    assert lives(two, release)
    answer = visiting.post("papers-end", release.ref)
    assert answer.status_code == 303 and not lives(two, release)
    page = visiting.client.get(answer.headers["Location"]).content.decode()
    assert "Ended by you" in page and "It ended on" in page


def test_they_share_less_at_once_and_later_needs_a_new_paper(two: Two, visiting: Visiting) -> None:
    release = released(two)
    last = now().date() + timedelta(days=2)
    day = {"expires_on-day": last.day, "expires_on-month": last.month, "expires_on-year": last.year}
    assert visiting.post("papers-less", release.ref, stays=["children"], **day).status_code == 303
    with as_agency(two.town.advocates.id, at=now()):
        assert Release.objects.get(id=release.id).categories == ["children"]
    late = {name: (2040 if value == last.year else value) for name, value in day.items()}
    assert visiting.post("papers-less", release.ref, stays=["children"], **late).status_code == 422


def test_giving_is_only_begun_here(two: Two, visiting: Visiting) -> None:
    release = released(two)
    with as_agency(two.town.advocates.id, at=now()):
        before = Grant.objects.count(), Release.objects.count()
    told = {"categories": ["safety_needs"], "words": "canarywords"}
    assert visiting.post("papers-wish", recipient=two.town.police.ref, **told).status_code == 303
    assert visiting.post("papers-more", release.ref, **told).status_code == 303
    with as_agency(two.town.advocates.id, at=now()):
        assert (Grant.objects.count(), Release.objects.count()) == before
        assert Wish.objects.filter(person_id=two.hand.id, release_id=release.id).count() == 1
    assert "canarywords" in visiting.get("papers-home").content.decode()


def test_a_wish_fills_the_form_of_whom_they_trust(two: Two, visiting: Visiting, signed_in: Any) -> None:
    visiting.post("papers-wish", recipient=two.town.police.ref, categories=["children"], words="canarywords")
    with as_agency(two.town.advocates.id, at=now()):
        wish = Wish.objects.get(person_id=two.hand.id)
    form = f"/cases/{two.case.ref}/releases/new/?wish={wish.ref}"
    page = signed_in(two.advocate).get(form).content.decode()
    assert "canarywords" in page and f'value="{two.town.police.ref}" checked' in page
    assert "canarywords" not in signed_in(two.colleague).get(form).content.decode()


def test_a_closed_account_ends_nothing(two: Two, visiting: Visiting) -> None:
    release = released(two)
    with as_agency(two.town.advocates.id, at=now(), worker=two.advocate.id):
        close_account(visiting.visitor.account, by=two.advocate, at=now())
    assert visiting.post("papers-end", release.ref).status_code in (303, 403, 404)
    assert lives(two, release)


def test_the_other_person_of_a_case_finds_no_paper_of_it(place: Town) -> None:
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        case = open_direct_case(
            survivor={"name": "Ximena"}, other={"name": "Sol"}, words={}, by=place.advocate, at=AT
        )
    release = a_release(place, case, at=now())
    assert case.other is not None
    other = Visiting(account_for(case.other, place.advocates))
    assert place.shelter.name not in other.get("papers-home").content.decode()
    assert other.post("papers-end", release.ref).status_code == 404


def test_whoever_made_them_end_it_opens_a_check_in_that_the_page_of_their_worker_shows(
    two: Two, visiting: Visiting, settle: Any, signed_in: Any
) -> None:
    release = released(two)
    visiting.post("papers-end", release.ref)
    settle(two.town.advocates, at=now() + timedelta(seconds=1))
    with as_agency(two.town.advocates.id, at=now()):
        (work,) = Action.objects.filter(case_id=two.case.id, kind="safe_check_in", done_at=None)
    page = signed_in(two.advocate).get("/entrusted/").content.decode()
    assert f"/work/{work.ref}/" in page and "Canaryname" in page
    assert "Canaryname" not in signed_in(two.colleague).get("/entrusted/").content.decode()
    told = signed_in(two.advocate).get(f"/releases/{release.ref}/").content.decode()
    assert "By their own hand" in told


def test_a_worker_still_ends_it_on_their_word(two: Two, visiting: Visiting) -> None:
    release = released(two)
    with as_agency(two.town.advocates.id, at=now(), worker=two.advocate.id):
        withdraw_release(release, by=two.advocate, at=now(), channel="phone")
    assert "Ended by them" in visiting.get("papers-one", release.ref).content.decode()
