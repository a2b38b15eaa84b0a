"""What ends a release besides its survivor's word: an agency that is gone, a closed case, a death; and who is told."""

import argparse
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import reachable_agencies
from shelterbelt.cases.models import Case
from shelterbelt.config.agency_end import command
from shelterbelt.config.processes import Fault
from shelterbelt.consent.actions import (
    Incomplete,
    correct_death,
    end_grant,
    end_releases_of_agency,
    end_releases_of_case,
    open_on_basis,
    record_death,
    take_in_grant,
    take_in_narrowing,
    take_in_recipient_gone,
    withdraw_release,
)
from shelterbelt.consent.models import Grant, HeldGrant, Release
from shelterbelt.consent.queries import held_limits, living_grant, recipients_for, release_face
from shelterbelt.ledger.models import Entry
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.store.journal import lines
from tests.apps.consent.conftest import taken
from tests.apps.consent.test_actions import letters_of
from tests.world import AT, DAY, Town

LATER = AT + DAY


def kinds_of(agency: Agency) -> list[str]:
    with as_agency(agency.id, at=AT):
        return list(Entry.objects.filter(agency_id=agency.id).order_by("id").values_list("kind", flat=True))


def open_now(here: Town, at: Any = LATER) -> list[Grant]:
    with as_agency(here.advocates.id, at=at):
        return [one for one in Grant.objects.all() if living_grant(one.id, one.recipient, at=at)]


def taken_in(here: Town, to: Agency) -> HeldGrant:
    """The recipient's note of the newest grant, taken in from its letter."""
    body = letters_of(here.advocates)[-1]["body"]
    with as_agency(to.id, at=AT):
        take_in_grant(body, letter=uuid7(), sender=here.advocates, to=to, at=AT)
        return HeldGrant.objects.select_related("agency", "holder").get(grant_id=body["grant"])


def closed(name: str, by: Worker) -> int:
    return command(argparse.Namespace(name=name, by=by.code))


def test_closing_an_agency_ends_what_was_released_to_it_and_nothing_passes_on(
    here: Town, case: Case, capsys: Any
) -> None:
    taken(here, case, to=here.police)
    kept = taken(here, case, to=here.shelter)
    assert closed(here.police.name, here.administrator) == 0
    assert "1 releases and grants ended" in capsys.readouterr().out
    assert [grant.recipient_id for grant in open_now(here)] == [here.shelter.id]
    with as_agency(here.advocates.id, at=LATER):
        ended = Release.objects.get(recipient=here.police)
        assert (ended.ended_because, ended.withdrawn_by) == ("agency", here.administrator.id)
        assert Release.objects.get(id=kept.id).withdrawn_at is None
    assert "release.ended" in kinds_of(here.advocates)
    assert "agency.closed" in kinds_of(here.police)
    assert letters_of(here.advocates)[-1]["kind"] == "withdrawal/1"


def test_closing_an_agency_ends_its_own_releases_and_its_accounts(here: Town, case: Case) -> None:
    taken(here, case, to=here.police)
    held = taken_in(here, here.police)
    closed(here.advocates.name, here.advocates_administrator)
    assert open_now(here) == []
    with as_agency(here.police.id, at=LATER):
        assert HeldGrant.objects.get(id=held.id).withdrawn_at is not None
    with as_agency(here.advocates.id, at=LATER):
        assert not Worker.objects.filter(agency=here.advocates, is_active=True).exists()
    assert [one["kind"] for one in letters_of(here.police)] == []


def test_closed_agency_cannot_be_chosen_any_more(here: Town, case: Case) -> None:
    closed(here.police.name, here.administrator)
    here.police.refresh_from_db()
    assert here.police not in recipients_for(here.advocates)
    assert not reachable_agencies().filter(id=here.police.id).exists()
    with pytest.raises(Incomplete, match="recipient_gone"):
        taken(here, case, to=here.police)


def test_an_agency_that_is_gone_lets_go_of_what_other_nodes_opened_to_it(here: Town, case: Case) -> None:
    release = taken(here, case, to=here.police)
    taken_in(here, here.police)
    here.police.closed_at = LATER
    with as_agency(here.police.id, at=LATER, worker=here.administrator.id):
        assert end_releases_of_agency(here.police, by=here.administrator, at=LATER) == 1
    (letter,) = letters_of(here.police)
    assert letter["kind"] == "recipient_gone/1"
    with as_agency(here.advocates.id, at=LATER):
        take_in_recipient_gone(
            letter["body"], letter=uuid7(), sender=here.police, to=here.advocates, at=LATER
        )
        row = Release.objects.get(id=release.id)
        assert (row.ended_because, row.withdrawn_at) == ("agency", LATER)
        assert Agency.objects.get(id=here.police.id).closed_at == LATER
    assert open_now(here) == []


def test_nobody_can_end_anothers_release_by_saying_that_a_recipient_is_gone(here: Town, case: Case) -> None:
    release = taken(here, case, to=here.police)
    body = {"grant": str(grant_of(release, here).id), "at": LATER.isoformat()}
    with as_agency(here.advocates.id, at=LATER), pytest.raises(ValueError):
        take_in_recipient_gone(body, letter=uuid7(), sender=here.prosecutor, to=here.advocates, at=LATER)
    with (
        as_agency(here.advocates.id, at=LATER, worker=here.supervisor.id),
        pytest.raises(NotForYou),
    ):
        end_releases_of_agency(here.police, by=here.supervisor, at=LATER, holder=here.advocates)
    assert len(open_now(here)) == 1


def grant_of(release: Release, here: Town) -> Grant:
    with as_agency(here.advocates.id, at=AT):
        return Grant.objects.get(release=release)


@pytest.mark.parametrize("who", ["officer", "advocate", "uninvited"])
def test_only_who_may_close_an_agency_closes_their_own(here: Town, who: str) -> None:
    with pytest.raises(Fault):
        closed(here.police.name, getattr(here, who))
    here.police.refresh_from_db()
    assert here.police.closed_at is None


def test_closing_a_case_ends_its_releases_and_no_others(here: Town, case: Case) -> None:
    release = taken(here, case)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocate.id):
        assert end_releases_of_case(uuid7(), because="closure", by=here.advocate, at=LATER) == 0
        assert end_releases_of_case(case.id, because="closure", by=here.advocate, at=LATER) == 1
        assert release_face(Release.objects.get(id=release.id), at=LATER).ended_because == "closure"


def died(here: Town, case: Case, at: Any = LATER) -> None:
    with as_agency(here.advocates.id, at=at, worker=here.advocate.id):
        record_death(case.id, by=here.advocate, at=at)


def instructed(here: Town, case: Case, **more: Any) -> Release:
    return taken(here, case, to=here.council, after_death="review", **more)


def test_a_death_closes_every_release(here: Town, case: Case) -> None:
    taken(here, case, to=here.police)
    taken(here, case, to=here.shelter)
    died(here, case)
    assert open_now(here) == []
    assert kinds_of(here.advocates).count("case.survivor_died") == 1
    with as_agency(here.advocates.id, at=LATER):
        assert set(Release.objects.values_list("ended_because", flat=True)) == {"death"}
    died(here, case, at=LATER + DAY)
    assert kinds_of(here.advocates).count("case.survivor_died") == 1


def test_an_after_death_instruction_opens_nothing_and_tells_nobody_while_they_live(
    here: Town, case: Case
) -> None:
    release = instructed(here, case)
    assert open_now(here) == []
    assert letters_of(here.advocates) == []
    with as_agency(here.advocates.id, at=LATER):
        assert release_face(release, at=LATER).state == "waits"


def test_an_after_death_instruction_opens_with_the_death_for_a_year_and_only_to_that_team(
    here: Town, case: Case
) -> None:
    instructed(here, case)
    taken(here, case, to=here.police)
    died(here, case)
    (grant,) = open_now(here)
    assert (grant.recipient_id, grant.from_at) == (here.council.id, LATER)
    assert grant.until_at == LATER + timedelta(days=365)
    assert letters_of(here.advocates)[-1]["kind"] == "grant/2"


@pytest.mark.parametrize("ended", ["withdrawn", "run out"])
def test_an_instruction_that_was_ended_or_ran_out_opens_nothing_at_a_death(
    here: Town, case: Case, ended: str
) -> None:
    release = instructed(here, case)
    at = LATER if ended == "withdrawn" else release.expires_at + DAY
    if ended == "withdrawn":
        with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
            withdraw_release(release, by=here.advocate, at=AT, channel="phone")
    died(here, case, at=at)
    assert open_now(here, at=at) == []


def test_only_a_team_that_reviews_deaths_can_be_given_an_instruction(here: Town, case: Case) -> None:
    with pytest.raises(Incomplete, match="review_needs_team"):
        taken(here, case, to=here.police, after_death="review")


def test_nobody_signs_for_somebody_who_has_died(here: Town, case: Case) -> None:
    died(here, case)
    with pytest.raises(Incomplete, match="survivor_died"):
        taken(here, case)


def test_a_death_noted_by_mistake_closes_what_it_opened_and_reopens_nothing(here: Town, case: Case) -> None:
    instructed(here, case)
    taken(here, case, to=here.police)
    died(here, case)
    with as_agency(here.advocates.id, at=LATER + DAY, worker=here.advocate.id):
        correct_death(case.id, by=here.advocate, at=LATER + DAY)
    assert open_now(here, at=LATER + DAY) == []
    assert taken(here, case, at=AT).withdrawn_at is None
    died(here, case, at=LATER + 2 * DAY)
    assert {grant.recipient_id for grant in open_now(here, at=LATER + 2 * DAY)} == {here.council.id}


def test_another_agency_can_neither_note_nor_correct_a_death(here: Town, case: Case) -> None:
    with as_agency(here.police.id, at=LATER, worker=here.officer.id), pytest.raises(NotForYou):
        record_death(case.id, by=here.officer, at=LATER)
    died(here, case)
    with as_agency(here.shelter.id, at=LATER, worker=here.shelter_worker.id), pytest.raises(NotForYou):
        correct_death(case.id, by=here.shelter_worker, at=LATER)


def ordered(here: Town, case: Case, **changed: Any) -> Grant:
    asked: dict[str, Any] = {
        "basis": "court_order",
        "holder": here.advocates,
        "recipient": here.court,
        "case_id": case.id,
        "categories": ["danger_level"],
        "purpose": "court",
        "from_at": AT,
        "until_at": AT + 30 * DAY,
        "authority": uuid7(),
        "by": here.advocates_records,
        "at": AT,
    } | changed
    with as_agency(asked["by"].agency_id, at=AT, worker=asked["by"].id):
        return open_on_basis(asked.pop("basis"), **asked)


def test_a_court_order_opens_what_it_names_tells_the_court_and_ends(here: Town, case: Case) -> None:
    grant = ordered(here, case)
    assert [one.id for one in open_now(here)] == [grant.id]
    assert letters_of(here.advocates)[-1]["kind"] == "grant/2"
    with as_agency(here.advocates.id, at=LATER, worker=here.advocates_records.id):
        end_grant(grant, by=here.advocates_records, at=LATER)
        end_grant(grant, by=here.advocates_records, at=LATER)
    assert open_now(here) == []
    assert [one["kind"] for one in letters_of(here.advocates)] == ["grant/2", "withdrawal/1"]
    assert kinds_of(here.advocates)[-2:] == ["grant.opened", "grant.ended"]


@pytest.mark.parametrize(
    "changed",
    [
        {"basis": "release"},
        {"basis": "agreement"},
        {"categories": []},
        {"categories": ["case_file"]},
        {"categories": ["everything"]},
        {"until_at": AT},
        {"recipient": "advocates"},
    ],
)
def test_an_order_without_scope_or_end_or_over_the_whole_file_is_refused(
    here: Town, case: Case, changed: dict[str, Any]
) -> None:
    if "recipient" in changed:
        changed = {"recipient": here.advocates}
    with pytest.raises(ValueError):
        ordered(here, case, **changed)


def test_only_who_keeps_the_records_opens_on_an_order_and_only_their_own_agencys(
    here: Town, case: Case
) -> None:
    for who in (here.advocate, here.officer, here.records_officer):
        with pytest.raises(NotForYou):
            ordered(here, case, by=who)


def test_a_grant_of_a_release_ends_with_its_release_and_not_alone(here: Town, case: Case) -> None:
    grant = grant_of(taken(here, case), here)
    with as_agency(here.advocates.id, at=AT, worker=here.advocates_records.id), pytest.raises(ValueError):
        end_grant(grant, by=here.advocates_records, at=AT)


def test_what_ended_stands_in_the_journal_outside_the_database(
    here: Town, case: Case, tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(settings, "JOURNAL", tmp_path / "journal")
    release, order = taken(here, case), ordered(here, case)
    with as_agency(here.advocates.id, at=LATER, worker=here.advocates_records.id):
        end_grant(order, by=here.advocates_records, at=LATER)
        withdraw_release(release, by=here.advocate, at=LATER, channel="phone")
    kept = [(line.kind, line.about) for line in lines(tmp_path / "journal")]
    assert kept == [("grant.ended", order.id), ("release.withdrawn", release.id)]


def test_limits_travel_sealed_and_a_narrowing_never_widens_what_is_held(here: Town, case: Case) -> None:
    taken(here, case, scope="not the address of my sister", categories=("safety_needs", "plans"))
    held = taken_in(here, here.police)
    grant = held.grant_id
    assert b"sister" not in bytes(held.sealed)
    with as_agency(here.police.id, at=AT):
        assert held_limits(held) == "not the address of my sister"
        body = {
            "grant": str(grant),
            "categories": ["plans", "children"],
            "until": (AT + 900 * DAY).isoformat(),
            "limits": "only what happened on 3 March",
            "at": AT.isoformat(),
        }
        take_in_narrowing(
            json.loads(json.dumps(body)), letter=uuid7(), sender=here.advocates, to=here.police, at=AT
        )
        after = HeldGrant.objects.get(id=held.id)
        assert (after.categories, after.until_at) == (["plans"], held.until_at)
        assert held_limits(after) == "only what happened on 3 March"
        with pytest.raises(ValueError):
            take_in_narrowing(body, letter=uuid7(), sender=here.shelter, to=here.police, at=AT)
