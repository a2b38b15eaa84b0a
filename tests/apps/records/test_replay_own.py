"""After a restore: what a survivor had taken back in their own file stays taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.actions import end_setup, set_up_help, take_out
from shelterbelt.alerts.models import Button, HelpSetup
from shelterbelt.consent.actions import record_death
from shelterbelt.journal.actions import remove_item, stop_showing
from shelterbelt.journal.models import Shown
from shelterbelt.records.actions import replay
from shelterbelt.safety.actions import end_plan, end_share
from shelterbelt.safety.files import end_trust, file_of
from shelterbelt.safety.models import OwnFile, PartShare, Trusted
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from tests.apps.alerts.people import ANA, SET, Somebody, by_hand, somebody
from tests.apps.journal.conftest import kept_in
from tests.apps.safety.conftest import PEOPLE, WORDS, Home, home_in
from tests.apps.safety.test_sharing import told
from tests.world import AT, DAY, HOUR, Town

BEA = ANA | {"name": "Bea Lux", "number": "+12025550188", "email": ""}
CIA = BEA | {"slot": "c2", "name": "Cia Oak", "number": "+12025550177"}


@pytest.fixture
def home(place: Town, journal_at: Path) -> Home:
    return home_in(place)


@contextmanager
def lost() -> Iterator[None]:
    """What is done in here was done after the backup, and is not in it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def again(journal_at: Path, kind: str) -> tuple[int, int]:
    """How many lines of a kind there are, and how many acts a restore did again."""
    lines = [line for line in journal.lines(journal_at) if line.kind == kind]
    return len(lines), replay(lines, since=AT, at=AT + DAY)


def stands(thing: Somebody) -> Any:
    with as_agency(thing.worker.agency_id, at=AT + DAY):
        row = HelpSetup.objects.filter(id=thing.setup.id).first()
        return opened(row) if row else None


def names(thing: Somebody) -> list[str]:
    return [one["name"] for one in stands(thing)["people"]]


def test_whoever_was_taken_out_of_the_circle_hears_of_no_alert(place: Town, journal_at: Path) -> None:
    thing = somebody(place.advocate, people=[ANA, CIA], place=True)
    with lost(), by_hand(thing.survivor, at=AT + HOUR):
        for slot in ("c1", "place"):
            take_out(HelpSetup.objects.get(id=thing.setup.id), slot, by=thing.survivor, at=AT + HOUR)
    assert (names(thing), stands(thing)["place"]) == (["Ana Reyes", "Cia Oak"], True)
    assert again(journal_at, "help.out") == (2, 2)
    assert (names(thing), stands(thing)["place"]) == (["Cia Oak"], False)
    assert again(journal_at, "help.out") == (2, 0)


def test_whoever_made_way_for_somebody_else_does_not_come_back(place: Town, journal_at: Path) -> None:
    thing = somebody(place.advocate, people=[ANA, CIA])
    by = place.advocate
    with lost(), as_agency(by.agency_id, at=AT + HOUR, worker=by.id):
        file = file_of(thing.person.id)
        assert file
        new = SET | {"people": [BEA, CIA | {"said": "come_by"}], "cancel_code": "", "forced_code": ""}
        set_up_help(file, new, by=by, at=AT + HOUR)
    assert again(journal_at, "help.out") == (1, 1)
    assert names(thing) == ["Cia Oak"]


def test_help_that_was_ended_is_ended_with_its_buttons(place: Town, journal_at: Path) -> None:
    thing = somebody(place.advocate)
    thing.button()
    with lost(), by_hand(thing.survivor, at=AT + HOUR):
        end_setup(HelpSetup.objects.get(id=thing.setup.id), by=thing.survivor, at=AT + HOUR)
    assert again(journal_at, "help.ended") == (1, 1)
    assert stands(thing) is None
    with as_agency(thing.worker.agency_id, at=AT + DAY):
        assert not Button.objects.filter(person_id=thing.person.id).exists()


@pytest.mark.parametrize("how", ["share", "plan"])
def test_a_part_that_was_shared_no_more_is_shared_no_more(home: Home, journal_at: Path, how: str) -> None:
    share = told(home, home.wrote(PEOPLE, WORDS), home.town.advocates)
    with lost(), home.asks(home.by, at=AT + HOUR):
        if how == "share":
            end_share(share, by=home.by, at=AT + HOUR)
        else:
            end_plan(home.plan, by=home.by, at=AT + HOUR)
    assert again(journal_at, "plan.share_ended") == (1, 1)
    with as_agency(home.town.advocates.id, at=AT + DAY):
        assert not PartShare.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("how", ["hidden", "removed"])
def test_an_item_that_was_hidden_from_a_worker_is_hidden(home: Home, journal_at: Path, how: str) -> None:
    kept = kept_in(home)
    kept.showing(kept.words)
    with lost(), home.asks(home.survivor, at=AT + HOUR):
        if how == "hidden":
            stop_showing(kept.words, home.by.id, by=home.survivor, at=AT + HOUR)
        else:
            remove_item(kept.words, by=home.survivor, at=AT + HOUR)
    assert again(journal_at, "own_record.shown_ended") == (1, 1)
    with as_agency(home.town.advocates.id, at=AT + DAY):
        assert not Shown.objects.filter(until_at=None).exists()


def test_a_worker_who_was_let_out_is_out_and_a_file_that_ended_has_ended(
    home: Home, journal_at: Path
) -> None:
    with lost(), home.asks(home.survivor, at=AT + HOUR):
        end_trust(home.file, home.by.id, by=home.survivor, at=AT + HOUR)
    assert again(journal_at, "own_file.trust_ended") == (1, 1)
    with as_agency(home.town.advocates.id, at=AT + DAY):
        assert not Trusted.objects.filter(person_id=home.survivor.id, until_at=None).exists()
    with lost(), home.asks(home.by, at=AT + HOUR):
        record_death(home.case.id, by=home.by, at=AT + HOUR)
    assert again(journal_at, "own_file.ended") == (1, 1)
    with as_agency(home.town.advocates.id, at=AT + DAY):
        assert OwnFile.objects.get(id=home.file.id).ended_at is not None
