"""Once more, after a restore: what else the journal does not let a backup bring back."""

from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from shelterbelt.access.actions import note_factor_change
from shelterbelt.access.models import Entrusted, Wall, Worker
from shelterbelt.access.walls import entrust, raise_wall, restrict
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.notices.actions import stop_for_death, tell_instructions
from shelterbelt.notices.models import StandingInstructions
from shelterbelt.records.actions import replay
from shelterbelt.response.models import Action
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from tests.apps.records.conftest import asking, erasing
from tests.world import AT, DAY, HOUR, Town


def test_a_closed_account_is_closed_again_with_all_that_hangs_on_it(
    town: Town, file: Case, journal_at: Path
) -> None:
    with as_agency(town.advocates.id, at=AT):
        entrust(file.id, town.advocate.id, agency=town.advocates.id, by=None, at=AT)
        action = Action.objects.create(
            agency=town.advocates, case=file, kind="call_survivor", rule="r", cause=1, protocol="p",
            owner=town.advocate, opened_at=AT, due_at=AT + DAY,
        )  # fmt: skip
    journal.note("account.closed", town.advocate.id, agency=town.advocates.id, at=AT + HOUR)
    replay(journal.lines(journal_at), since=AT, at=AT + DAY)
    with as_agency(town.advocates.id, at=AT + DAY):
        assert not Worker.objects.get(id=town.advocate.id).is_active
        assert not Entrusted.objects.filter(worker_id=town.advocate.id, until_at=None).exists()
        assert Action.objects.get(id=action.id).owner_id is None


def test_a_way_to_sign_in_that_was_changed_or_lost_since_the_backup_does_not_come_back(
    town: Town, journal_at: Path
) -> None:
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        note_factor_change(town.advocate, but=b"", at=AT + HOUR)
        Authenticator.objects.create(user=town.advocate, type="totp", data={})
    lines = journal.lines(journal_at)
    assert [line.kind for line in lines] == ["account.factors"]
    assert replay(lines, since=AT, at=AT + DAY) == 1
    with as_agency(town.advocates.id, at=AT + DAY):
        assert not Authenticator.objects.filter(user=town.advocate).exists()
        assert Worker.objects.get(id=town.advocate.id).is_active


def test_walls_and_restrictions_that_were_raised_since_the_backup_stand_again(
    town: Town, file: Case, journal_at: Path
) -> None:
    with as_agency(town.advocates.id, at=AT), transaction.atomic():
        told = {"agency": town.advocates.id, "reason": "", "by": None, "at": AT + HOUR}
        raise_wall(file.id, worker=town.advocate.id, basis="declared", **told)
        raise_wall(file.id, viewer=town.police.id, basis="survivor_named", **told)
        restrict(file.id, team=[town.advocate.id], **told)
        transaction.set_rollback(True)
    lines = [line for line in journal.lines(journal_at) if line.kind == "wall.raised"]
    assert replay(lines, since=AT, at=AT + DAY) == len(lines) == 3
    with as_agency(town.advocates.id, at=AT + DAY):
        stand = {(row.basis, row.worker_id, row.viewer_id) for row in Wall.objects.filter(thing_id=file.id)}
    assert stand == {
        ("declared", town.advocate.id, None),
        ("survivor_named", None, town.police.id),
        ("restricted", None, None),
    }
    with as_agency(town.advocates.id, at=AT + DAY, worker=town.advocate.id):
        assert not Case.objects.filter(id=file.id).exists()


@pytest.mark.parametrize("deceased", [False, True])
def test_after_a_restore_nothing_is_sent_by_a_way_that_was_changed_since(
    town: Town, file: Case, journal_at: Path, deceased: bool
) -> None:
    told = {
        "channels": ["text"],
        "number": "555-0147",
        "zone": "America/Chicago",
        "days": [0, 1, 2, 3, 4, 5, 6],
    }
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        tell_instructions(file.id, told, by=town.advocate, at=AT - 2 * DAY)
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id), transaction.atomic():
        if deceased:
            stop_for_death(file.id, agency=town.advocates.id, by=None, at=AT + HOUR)
        else:
            tell_instructions(file.id, {**told, "number": "555-0148"}, by=town.advocate, at=AT + HOUR)
        transaction.set_rollback(True)
    lines = [line for line in journal.lines(journal_at) if line.kind == "contact.changed" and line.at > AT]
    assert replay(lines, since=AT, at=AT + DAY) == 1
    assert replay(lines, since=AT, at=AT + DAY) == 0
    with as_agency(town.advocates.id, at=AT + DAY):
        stands = opened(StandingInstructions.objects.get(state="in_force"))
        assert stands["no_contact"] and bool(stands.get("deceased")) is deceased


def test_what_was_said_of_an_erased_case_is_not_looked_at_again(
    town: Town, file: Case, journal_at: Path
) -> None:
    with as_agency(town.advocates.id, at=AT, worker=town.advocate.id):
        tell_instructions(file.id, {"channels": ["phone"]}, by=town.advocate, at=AT)
    asking(town.advocate, file)
    erasing(town.advocates_records, file)
    assert replay(journal.lines(journal_at), since=AT, at=AT + DAY) == 0
