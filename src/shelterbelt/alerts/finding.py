"""Finds a button or a link by what a device or a person holds; from then on only what is that survivor's is seen."""

import re
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connection

from shelterbelt.access.survivors import Survivor
from shelterbelt.alerts.actions.pressing import digest_of
from shelterbelt.alerts.models import AnswerLink, Button
from shelterbelt.store.asker import hold

TOKEN = re.compile(r"[\w-]{20,64}")
COLUMNS = ("id", "agency_id", "person_id", "use", "issued_at", "until_at")
# It holds the digest, finds the row, and lets its survivor ask, in one step: a press waits for nothing else.
HELD = f"select {', '.join(COLUMNS)} from alerts_button_held(%s, %s)"


def button_held(token: str, *, at: datetime) -> Button | None:
    """The button that a device holds, if it can still press something."""
    if not TOKEN.fullmatch(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute(HELD, (digest_of(token), at))
        found = cursor.fetchone()
    return Button.from_db(DEFAULT_DB_ALIAS, COLUMNS, found) if found else None


def link_held(token: str, *, at: datetime) -> AnswerLink | None:
    """The link that somebody was sent, while it can be answered."""
    if not TOKEN.fullmatch(token):
        return None
    digest = digest_of(token)
    hold(digest)
    return AnswerLink.objects.filter(digest=digest, until_at__gt=at).first()


def own_button(token: str, survivor: Survivor, *, at: datetime) -> Button | None:
    """A survivor's own button, in a visit of theirs."""
    if not TOKEN.fullmatch(token):
        return None
    return Button.objects.filter(digest=digest_of(token), person_id=survivor.id, until_at__gt=at).first()
