"""When a survivor has died their own file is closed to everybody, but to whom a signed instruction names for then."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from shelterbelt.access.rules import may, visible
from shelterbelt.access.walls import raise_wall
from shelterbelt.consent.actions import correct_death, record_death, withdraw_release
from shelterbelt.portal.actions.codes import give_code, use_code
from shelterbelt.safety.actions import NotShared
from shelterbelt.safety.files import end_again, entrust, file_of
from shelterbelt.safety.models import OwnFile, PartVersion, PlanPart, SafetyPlan, Trusted
from shelterbelt.safety.policy import SEE_FILE
from shelterbelt.safety.queries import plans_of, viewers_for
from shelterbelt.safety.trust import trusted_workers
from shelterbelt.store.asker import as_agency, set_asker
from tests.apps.safety.conftest import PEOPLE, WORDS, Home, home_in
from tests.apps.safety.test_sharing import agency_reads, team_reads, told
from tests.world import AT, DAY, HOUR, Town

LATER = AT + HOUR


def dies(home: Home, at: Any = LATER) -> None:
    with home.asks(home.by, at=at):
        record_death(home.case.id, by=home.by, at=at)


def plans_read(home: Home, at: Any = LATER) -> int:
    with home.asks(home.by, at=at):
        return len(plans_of(home.survivor.id, by=home.by, at=at))


def signed_in(by: Any) -> Client:
    made = Client(HTTP_HOST="localhost")
    with as_agency(by.agency_id, at=AT, worker=by.id):
        made.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made


def test_a_death_closes_the_own_file_to_whom_it_was_entrusted_and_to_the_team(home: Home) -> None:
    told(home, home.wrote(PEOPLE, WORDS), home.town.advocates)
    assert (plans_read(home), team_reads(home)) == (1, [PEOPLE])
    dies(home)
    assert (plans_read(home), team_reads(home, at=LATER)) == (0, [])
    with home.asks(home.by, at=LATER):
        for table in (OwnFile, SafetyPlan, PlanPart, PartVersion):
            assert not table.objects.exists(), table
    with as_agency(home.town.advocates.id, at=LATER):
        assert file_of(home.survivor.id) is None
        assert trusted_workers(home.survivor.id, home.town.advocates.id, at=LATER) == []
        assert OwnFile.objects.get().ended_at == LATER


def test_relatives_and_the_worker_who_was_trusted_get_not_found(home: Home, node: None) -> None:
    page = signed_in(home.by)
    assert page.get(f"/plans/{home.plan.ref}/").status_code == 200
    dies(home, at=AT)
    nobody = page.get("/plans/AAAAAAAAAAAAAAAAAAAAAA/")
    gone = page.get(f"/plans/{home.plan.ref}/")
    assert gone.status_code == nobody.status_code == 404
    assert gone.content == nobody.content
    with home.asks(home.by, at=LATER):
        code = give_code(home.case, {"explained": [], "note": ""}, by=home.by, at=LATER)
    words = "violet ladder tomato window cousin"
    with transaction.atomic():
        set_asker(None, None, None)
        assert use_code(code, "amber-quilt-11", words, at=LATER) is None
    with as_agency(home.town.advocates.id, at=LATER):
        OwnFile.objects.update(ended_at=None)
    with transaction.atomic():
        set_asker(None, None, None)
        assert use_code(code, "amber-quilt-11", words, at=LATER) is not None


def test_only_the_signed_after_death_instruction_still_opens_what_was_chosen_for_it(home: Home) -> None:
    to, police = home.town.council, home.town.police
    part = home.wrote(PEOPLE, WORDS)
    with pytest.raises(NotShared, match="no_release"):
        told(home, part, to)
    home.released(to, after_death="review")
    home.released(police)
    with home.asks(home.by):
        assert {one.name for one in viewers_for(home.plan, by=home.by, at=AT)[1:]} == {to.name, police.name}
    for viewer in (to, police):
        told(home, part, viewer)
    assert "Quezzelvorp" in agency_reads(home, police)
    dies(home)
    assert "Quezzelvorp" in agency_reads(home, to, at=LATER)
    assert "Quezzelvorp" not in agency_reads(home, police, at=LATER)
    assert "Quezzelvorp" not in agency_reads(home, to, at=LATER + 366 * DAY)


def test_after_a_death_a_grant_that_is_no_instruction_opens_nothing_of_the_file(home: Home) -> None:
    """Were a release still living by some fault, the file itself says no."""
    from shelterbelt.consent.models import Grant

    to = home.town.police
    home.released(to)
    told(home, home.wrote(PEOPLE, WORDS), to)
    dies(home)
    with as_agency(home.town.advocates.id, at=LATER):
        Grant.objects.filter(recipient=to).update(withdrawn_at=None)
    assert "Quezzelvorp" not in agency_reads(home, to, at=LATER)


def test_an_instruction_that_was_taken_back_lets_nobody_be_chosen(home: Home) -> None:
    to, part = home.town.council, home.wrote(PEOPLE, WORDS)
    release = home.released(to, after_death="review")
    with home.asks(home.by):
        withdraw_release(release, by=home.by, at=AT, channel="phone")
    with pytest.raises(NotShared, match="no_release"):
        told(home, part, to, at=LATER)


def test_a_death_noted_by_mistake_gives_the_file_back_to_whom_it_was_entrusted_then(home: Home) -> None:
    other = home.colleague
    told(home, home.wrote(PEOPLE, WORDS), home.town.advocates)
    with home.asks(home.by):
        entrust(home.file, other, by=home.by, at=AT)
    with as_agency(home.town.advocates.id, at=AT):
        Trusted.objects.filter(worker_id=other.id).update(until_at=AT + HOUR / 2)
    dies(home)
    with home.asks(home.by, at=LATER + DAY):
        correct_death(home.case.id, by=home.by, at=LATER + DAY)
    assert plans_read(home, at=LATER + DAY) == 1
    assert team_reads(home, at=LATER + DAY) == [PEOPLE]
    with home.asks(other, at=LATER + DAY):
        assert not OwnFile.objects.exists()


def test_after_a_restore_the_file_of_somebody_who_died_is_closed_again(home: Home) -> None:
    with as_agency(home.town.advocates.id, at=LATER):
        assert end_again(home.file.id, LATER) == 1
        assert end_again(home.file.id, LATER) == 0
    assert plans_read(home) == 0


# A wall before a case


@pytest.mark.parametrize("thing", ["case", "survivor"])
def test_a_wall_before_a_case_or_its_survivor_closes_the_own_file_whoever_trusts(
    place: Town, thing: str
) -> None:
    """The worker must not meet this survivor: rows, lists and one thing alone say so alike."""
    home, other = home_in(place), home_in(place)
    home.wrote(PEOPLE, WORDS)
    about = home.case.id if thing == "case" else home.survivor.id
    with as_agency(place.advocates.id, at=AT):
        raise_wall(
            about, agency=place.advocates.id, worker=home.by.id, basis="reviewer", reason="", by=None, at=AT
        )
    with home.asks(home.by):
        assert not may(home.by, SEE_FILE, home.file, at=AT)
        assert may(home.by, SEE_FILE, other.file, at=AT)
        assert [row.id for row in visible(home.by, SEE_FILE, OwnFile.objects.all(), at=AT)] == [other.file.id]
        assert [row.id for row in OwnFile.objects.all()] == [other.file.id]
        assert not PlanPart.objects.exists()
    with as_agency(place.advocates.id, at=AT):
        assert not may(home.by, SEE_FILE, home.file, at=AT)
        assert [row.id for row in visible(home.by, SEE_FILE, OwnFile.objects.all(), at=AT)] == [other.file.id]
        assert trusted_workers(home.survivor.id, place.advocates.id, at=AT) == []
        assert trusted_workers(other.survivor.id, place.advocates.id, at=AT) == [home.by]
    with home.asks(home.survivor):
        assert PlanPart.objects.count() == 1
