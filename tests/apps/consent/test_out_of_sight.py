"""What must reach everything does, also what a wall or a restriction hides from whoever does it."""

import re

import pytest
from django.test import Client

from shelterbelt.access.actions import close_account
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import (
    correct_death,
    end_releases_of_agency,
    end_releases_of_case,
    withdraw_by_name,
)
from shelterbelt.consent.models import Death, Release
from shelterbelt.ledger.models import Entry
from shelterbelt.notices.actions import tell_instructions, write_notice
from shelterbelt.notices.models import Notice, StandingInstructions
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.consent.conftest import NAME, taken
from tests.apps.consent.test_endings import LATER, died, open_now, ordered
from tests.world import AT, DAY, Town, worker

TOLD = {"channels": ["text"], "number": "555-0147", "zone": "America/Chicago", "days": [0, 1, 2, 3, 4, 5, 6]}


def another_case(here: Town, case: Case) -> Case:
    """A second case about the same survivor: a second person has hurt them."""
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        made = open_direct_case(survivor={"name": "for now"}, other=None, words={}, by=here.advocate, at=AT)
        made.survivor = case.survivor
        made.save(update_fields=["survivor"])
        return made


def hidden(here: Town, case: Case, frm: Worker) -> None:
    with as_agency(here.advocates.id, at=AT):
        raise_wall(
            case.id, agency=here.advocates.id, worker=frm.id, basis="declared", reason="", by=None, at=AT
        )


def closed_to_all(here: Town, case: Case) -> None:
    with as_agency(here.advocates.id, at=AT):
        restrict(case.id, agency=here.advocates.id, team=[], reason="", by=None, at=AT)


def test_a_death_reaches_every_case_of_the_survivor_also_one_out_of_sight(here: Town, case: Case) -> None:
    walled, restricted = another_case(here, case), another_case(here, case)
    for one, to in ((case, here.police), (walled, here.shelter), (restricted, here.court)):
        taken(here, one, to=to)
    hidden(here, walled, here.advocate)
    closed_to_all(here, restricted)
    died(here, case)
    assert open_now(here) == []
    with as_agency(here.advocates.id, at=LATER):
        assert set(Release.objects.values_list("ended_because", flat=True)) == {"death"}
        assert Death.objects.filter(case_id__in=[case.id, walled.id, restricted.id]).count() == 3
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        correct_death(case.id, by=here.advocate, at=LATER)
    with as_agency(here.advocates.id, at=LATER):
        assert not Death.objects.filter(mistaken_at=None).exists()


def test_nobody_notes_a_death_in_a_file_that_is_walled_from_them(here: Town, case: Case) -> None:
    hidden(here, case, here.advocate)
    with pytest.raises(NotForYou):
        died(here, case)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id), pytest.raises(NotForYou):
        correct_death(case.id, by=here.advocate, at=LATER)


def test_no_message_goes_out_about_somebody_who_has_died(here: Town, case: Case) -> None:
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        tell_instructions(case.id, TOLD, by=here.advocate, at=AT)
        write_notice(
            "call_back",
            agency=here.advocates,
            about=case.id,
            instructions=None,
            language="en",
            by=None,
            at=AT,
        )
    died(here, case)
    with as_agency(here.advocates.id, at=LATER):
        assert set(Notice.objects.values_list("state", flat=True)) == {"refused"}
        assert opened(StandingInstructions.objects.get(state="in_force"))["deceased"] is True
        late = write_notice(
            "call_back",
            agency=here.advocates,
            about=case.id,
            instructions=TOLD,
            language="en",
            by=None,
            at=LATER,
        )
        assert late.state == "refused"


def test_a_death_leaves_what_a_court_ordered(here: Town, case: Case) -> None:
    taken(here, case, to=here.police)
    order = ordered(here, case)
    died(here, case)
    assert [one.id for one in open_now(here)] == [order.id]


def test_closing_an_agency_ends_the_releases_of_restricted_and_walled_files(here: Town, case: Case) -> None:
    other = another_case(here, case)
    taken(here, case, to=here.police)
    taken(here, other, to=here.shelter)
    closed_to_all(here, case)
    hidden(here, other, here.advocates_administrator)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocates_administrator.id):
        assert end_releases_of_agency(here.advocates, by=here.advocates_administrator, at=LATER) == 2
    assert open_now(here) == []


def test_ending_the_releases_of_a_case_asks_no_wall(here: Town, case: Case) -> None:
    taken(here, case, to=here.police)
    closed_to_all(here, case)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        assert end_releases_of_case(case.id, because="closure", by=here.advocate, at=LATER) == 1


def ended_by_a_call(here: Town, name: str, by: Worker | None = None) -> None:
    by = by or here.advocate
    with as_agency(by.agency_id, at=LATER, worker=by.id):
        withdraw_by_name(name, here.police, by=by, at=LATER, channel="phone")


@pytest.mark.parametrize("out_of_sight", ["walled", "restricted"])
def test_a_call_ends_a_release_whoever_answers(here: Town, case: Case, out_of_sight: str) -> None:
    release = taken(here, case, to=here.police)
    other = taken(here, case, to=here.shelter)
    if out_of_sight == "walled":
        hidden(here, case, here.advocate)
    else:
        closed_to_all(here, case)
    ended_by_a_call(here, "okafor,  XIMENA nandu")
    assert [one.release_id for one in open_now(here)] == [other.id]
    with as_agency(here.advocates.id, at=LATER):
        row = Release.objects.get(id=release.id)
        assert (row.ended_because, row.withdrawn_by) == ("withdrawn", here.advocate.id)
        assert opened(row)["withdrawal"]["channel"] == "phone"
        assert Entry.objects.filter(kind="release.withdrawn", about=release.id).exists()


@pytest.mark.parametrize("name", ["Ximena", "Ximena Somebody", "Okafor", " ", "%"])
def test_a_call_ends_nobody_elses_release(here: Town, case: Case, name: str) -> None:
    taken(here, case, to=here.police)
    ended_by_a_call(here, name)
    assert len(open_now(here)) == 1


def test_a_call_to_another_agency_ends_nothing_here(here: Town, case: Case) -> None:
    taken(here, case, to=here.police)
    ended_by_a_call(here, NAME, here.shelter_worker)
    with pytest.raises(NotForYou):
        ended_by_a_call(here, NAME, here.officer)
    assert len(open_now(here)) == 1


def test_the_page_for_a_call_says_the_same_whether_there_was_a_release_or_not(
    here: Town, case: Case, client: Client
) -> None:
    today = now().date()
    taken(here, case, to=here.police, at=now(), starts_on=today, expires_on=today + 9 * DAY)
    hidden(here, case, here.advocate)

    def said(name: str) -> str:
        sent = {"name": name, "recipient": here.police.ref, "channel": "phone"}
        answer = client.post("/releases/end/", sent, follow=True)
        assert answer.redirect_chain == [("/releases/end/", 302)]
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', "", answer.content.decode())

    assert said("Nobody Atall") == said(NAME)
    assert open_now(here, at=now()) == []
    assert "/releases/end/" in client.get("/cases/").content.decode()


def test_closing_an_account_frees_its_work_in_a_file_the_administrator_may_not_see(
    here: Town, case: Case
) -> None:
    owner = worker(here.advocates, "advocate")
    with as_agency(here.advocates.id, at=AT):
        action = Action.objects.create(
            agency=here.advocates, case_id=case.id, kind="call_survivor", rule="r", cause=1, protocol="p",
            owner=owner, opened_at=AT, due_at=LATER,
        )  # fmt: skip
        restrict(case.id, agency=here.advocates.id, team=[owner.id], reason="", by=None, at=AT)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocates_administrator.id):
        assert not Action.objects.filter(id=action.id).exists()
        close_account(owner, by=here.advocates_administrator, at=LATER)
    with as_agency(here.advocates.id, at=LATER):
        assert Action.objects.get(id=action.id).owner_id is None
