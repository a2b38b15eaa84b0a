"""A survivor with an own file and help alerts set up, for tests; all of it made through actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor
from shelterbelt.alerts import actions
from shelterbelt.alerts.finding import button_held
from shelterbelt.alerts.models import Button, HelpAlert, HelpSetup
from shelterbelt.people.actions import record_person
from shelterbelt.people.models import Person
from shelterbelt.safety.files import begin_file
from shelterbelt.store.asker import as_agency, set_asker
from tests.world import AT

SECOND = timedelta(seconds=1)
ANA: dict[str, str] = {
    "slot": "c1", "name": "Ana Reyes", "number": "+12025550123", "email": "ana@example.org",
    "language": "en", "said": "come_by", "words": "",
}  # fmt: skip
SET: dict[str, Any] = {
    "people": [ANA], "duty": True, "dispatch": [], "hold": 15, "place": False, "language": "en", "signed": "M",
    "words": "Call the second number first.", "cancel_code": "blue 42", "forced_code": "green 17",
}  # fmt: skip


@dataclass
class Somebody:
    """A survivor, the worker they trust, and their set-up."""

    worker: Worker
    person: Person
    survivor: Survivor
    setup: HelpSetup

    def button(self, use: str = "help", *, at: datetime = AT) -> str:
        """What a page holds."""
        with by_hand(self.survivor, at=at):
            return actions.issue_button(self.survivor, use, at=at)


@contextmanager
def by_hand(survivor: Survivor, *, at: datetime = AT) -> Iterator[None]:
    """What the portal's transaction sees."""
    with transaction.atomic():
        set_asker(None, None, at, survivor=survivor.id)
        yield


def somebody(worker: Worker, *, at: datetime = AT, **told: Any) -> Somebody:
    """A survivor whom this worker helps, with everything set up."""
    with as_agency(worker.agency_id, at=at, worker=worker.id):
        person = record_person({"name": "Maria Sol"}, agency=worker.agency_id, by=worker.id, at=at)
        file = begin_file(person, by=worker, at=at)
        setup = actions.set_up_help(file, SET | told, by=worker, at=at)
    return Somebody(worker, person, Survivor(person.id, worker.agency_id, person.id), setup)


def there(worker: Worker, *, at: datetime = AT, number: str = "", hours: int = 8) -> None:
    """This worker says that they are there."""
    with as_agency(worker.agency_id, at=at, worker=worker.id):
        actions.be_there(at + timedelta(hours=hours), number, by=worker, at=at)


def press(token: str, *, at: datetime = AT, age: object = 0, code: str = "") -> Button | None:
    """What the public door does when a device says that a button was pressed, perhaps with a code."""
    with transaction.atomic():
        set_asker(None, None, at)
        button = button_held(token, at=at)
        if button is not None:
            actions.take_press(button, age, at=at)
            if code:
                actions.take_code(button, code, at=at)
    return button


def type_code(token: str, said: str, *, at: datetime) -> bool:
    """What the public door does with a code."""
    with transaction.atomic():
        set_asker(None, None, at)
        button = button_held(token, at=at)
        assert button is not None
        return actions.take_code(button, said, at=at)


def turn(worker: Worker, *, at: datetime) -> None:
    """What the worker process does at an instant, but sending."""
    actions.take_presses(worker.agency_id, at=at)
    actions.call_next(worker.agency_id, at=at)


def alerts_of(one: Somebody, *, at: datetime = AT) -> list[HelpAlert]:
    """The person's alerts, as the agency's jobs see them."""
    with as_agency(one.worker.agency_id, at=at):
        return list(HelpAlert.objects.filter(person_id=one.person.id).order_by("received_at"))
