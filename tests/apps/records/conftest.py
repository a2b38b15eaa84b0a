"""A town with full files: what the advocates and the police wrote, and a journal that notes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from shelterbelt.access.models import Worker
from shelterbelt.cases.actions import close_case
from shelterbelt.cases.models import Case
from shelterbelt.records.actions import ask_erasure, erase_case
from shelterbelt.records.models import Erasure
from shelterbelt.store.asker import as_agency
from tests.apps.test_dump import Canaries, at_the_advocates, at_the_scene
from tests.world import AT, Town, worker

DAY = timedelta(days=1)
LATER = AT + 500 * DAY


@pytest.fixture
def journal_at(tmp_path: Path) -> Iterator[Path]:
    with override_settings(JOURNAL=tmp_path / "journal"):
        yield tmp_path / "journal"


@pytest.fixture
def town(place: Town, journal_at: Path) -> Town:
    return place


@pytest.fixture
def words(town: Town) -> Canaries:
    """Everything that can be written is written by police, advocates and shelter."""
    sung = Canaries()
    _made, choice = at_the_scene(town, sung)
    at_the_advocates(town, sung, choice)
    return sung


@pytest.fixture
def file(town: Town, words: Canaries) -> Case:
    """The advocates' fullest case: request, notes, screen, release, referral."""
    with as_agency(town.advocates.id, at=AT):
        return Case.objects.select_related("agency").filter(door="direct", closed_at=None).get()


def asking(by: Worker, case: Case, at: Any = AT, basis: str = "survivor") -> Erasure:
    with as_agency(by.agency_id, at=at, worker=by.id):
        return ask_erasure(case, basis=basis, by=by, at=at)


def erasing(by: Worker, case: Case, at: Any = AT) -> Erasure:
    with as_agency(by.agency_id, at=at, worker=by.id):
        return erase_case(case, by=by, at=at)


def closing(by: Worker, case: Case, at: Any = AT) -> None:
    with as_agency(by.agency_id, at=at, worker=by.id):
        close_case(Case.objects.get(id=case.id), reason="Over.", by=by, at=at)


def second_officer(town: Town) -> Worker:
    """Another records officer of the advocates."""
    return worker(town.advocates, "records_officer")


def files_of_the_node() -> set[str]:
    return {path.name for path in Path(settings.FILES).iterdir()}
