"""Finds a button or a link by what a device or a person holds; from then on only what is that survivor's is seen."""

import re
from datetime import datetime

from shelterbelt.access.survivors import Survivor
from shelterbelt.alerts.actions.pressing import digest_of
from shelterbelt.alerts.models import AnswerLink, Button
from shelterbelt.store.asker import hold, set_asker

TOKEN = re.compile(r"[\w-]{20,64}")


def button_held(token: str, *, at: datetime) -> Button | None:
    """The button that a device holds, if it can still press something."""
    if not TOKEN.fullmatch(token):
        return None
    digest = digest_of(token)
    hold(digest)
    found = Button.objects.filter(digest=digest, until_at__gt=at).first()
    if found is not None:
        set_asker(None, None, at, survivor=found.person_id)
    return found


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
