"""Give a page its button, take a press and a code. As soon as a press is committed it is not lost, whatever dies next.

Whoever holds a button may press: it is the permission. It opens nothing, and a second press of it is the first one.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import connection

from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.models import Button, Code, HelpAlert, HelpSetup, Press
from shelterbelt.alerts.setup import which_code
from shelterbelt.ledger.actions import record
from shelterbelt.rules.calling import pressed_at
from shelterbelt.store.ids import new_ref, uuid7

LENGTH = 32
# A press that was kept on a device through a week without a line still goes; its page is no older than that.
BUTTON_LASTS = timedelta(days=7)
PRESS = (
    "insert into alerts_press (id, ref, agency_id, person_id, button_id, pressed_at, received_at, taken) "
    "values (%s, %s, %s, %s, %s, %s, %s, false) on conflict (button_id) do nothing"
)


def digest_of(token: str) -> bytes:
    """What is kept of something random that a device or a person holds."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def issue_button(survivor: Survivor, use: str, *, at: datetime) -> str:
    """A fresh button for the page that is being made; those that can press nothing any more go."""
    token = secrets.token_urlsafe(LENGTH)
    Button.objects.filter(person_id=survivor.id, until_at__lte=at).delete()
    Button.objects.create(
        agency_id=survivor.agency_id,
        person_id=survivor.id,
        digest=digest_of(token),
        use=use,
        issued_at=at,
        until_at=at + BUTTON_LASTS,
    )
    return token


def take_press(button: Button, age_ms: object, *, at: datetime) -> None:
    """Keep that it was pressed; once, however often the device says so."""
    when = pressed_at(button.issued_at, at, age_ms)
    with connection.cursor() as cursor:
        cursor.execute(PRESS, (uuid7(), new_ref(), button.agency_id, button.person_id, button.id, when, at))


def keep_held(button: Button, *, at: datetime) -> None:
    """The device says that the button is still held down: the time for the code has not begun yet."""
    Press.objects.filter(button_id=button.id).update(kept_at=at)


def take_code(button: Button, said: str, *, at: datetime) -> bool:
    """Keep which code was typed; whether it was one of the two. Both give the same answer, and are the same work."""
    setup = HelpSetup.objects.filter(person_id=button.person_id).first()
    if setup is None:
        return False
    kind = which_code(opened(setup), said, agency_id=setup.agency_id, person_id=setup.person_id)
    if not kind:
        return False
    survivor = Survivor(button.person_id, button.agency_id, button.person_id)
    with own_hand(survivor, at=at):
        made = Code(agency_id=button.agency_id, person_id=button.person_id, button_id=button.id)
        made.kind, made.said_at = kind, at
        made.save()
        HelpAlert.objects.filter(button_id=button.id, ended_at=None).update(next_at=at)
        record("help.code", about=made.id, by=button.person_id, agency=button.agency_id, at=at)
    return True
