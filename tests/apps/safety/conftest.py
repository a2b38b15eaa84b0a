"""A town whose advocate works with one survivor: their case, their own file, their plan, and they themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import take_release
from shelterbelt.consent.models import Release
from shelterbelt.safety.actions import begin_plan, write_part
from shelterbelt.safety.files import begin_file
from shelterbelt.safety.models import OwnFile, PlanPart, SafetyPlan
from shelterbelt.safety.queries import part_of
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.store.ids import uuid7
from tests.apps.consent.conftest import draft
from tests.apps.test_dump import thief as thief
from tests.world import AT, Town, worker

NAME = "Quorra Vesper"
PLACE, PEOPLE = "safe_places", "contacts"
WORDS = {"contacts_not": ["Quezzelvorp"]}
WHERE = {"safe_places_hour": [{"name": "Quezzelhaven"}]}


@dataclass
class Home:
    """Who is there, and what the two have made."""

    town: Town
    case: Case
    file: OwnFile
    plan: SafetyPlan
    survivor: Survivor
    colleague: Worker

    @property
    def by(self) -> Worker:
        """The worker to whom the file is entrusted."""
        return self.town.advocate

    def wrote(self, code: str, answers: dict[str, Any], at: datetime = AT, **more: Any) -> PlanPart:
        """The trusted worker writes a part with them."""
        with self.asks(self.by, at=at):
            after = part_of(self.plan, code, language="en", by=self.by, at=at).number
            made = write_part(self.plan, code, answers, after=after, by=self.by, at=at, **more)
            return PlanPart.objects.select_related("file", "plan").get(id=made.part_id)

    @contextmanager
    def asks(self, by: Worker | Survivor, at: datetime = AT) -> Iterator[None]:
        """The transaction of a worker's page, or of the portal's."""
        if isinstance(by, Survivor):
            with transaction.atomic():
                set_asker(None, None, at, survivor=by.id)
                yield
                set_asker(None, None, None)
        else:
            with as_agency(by.agency_id, at=at, worker=by.id):
                yield

    def released(self, to: Any, at: datetime = AT, **changed: Any) -> Release:
        """A release that names parts of the plan."""
        form = {"categories": ("safety_plan", "services"), "subject": NAME} | changed
        with self.asks(self.by, at=at):
            return take_release(
                self.case.id, token=uuid7(), reference="", recipient=to, draft=draft(**form), by=self.by, at=at,
                case_ref=self.case.ref,
            )  # fmt: skip


def home_in(town: Town, *, plan: bool = True) -> Home:
    """The advocate begins a file and a plan together with a survivor; or there is a case, and no file and no plan."""
    by = town.advocate
    file: Any = None
    made: Any = None
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        case = open_direct_case(survivor={"name": NAME}, other={"name": "Ben"}, words={}, by=by, at=AT)
        if plan:
            file = begin_file(case.survivor, by=by, at=AT)
            made = begin_plan(file, by=by, at=AT)
    survivor = Survivor(case.survivor_id, town.advocates.id, uuid7())
    return Home(town, case, file, made, survivor, worker(town.advocates, "advocate"))


@pytest.fixture
def home(place: Town) -> Home:
    return home_in(place)
