"""Tell one recipient by one way: claim it, hand it over through `notices`, note what became of it. Done by the worker process.

At least once: a claim that nobody finished runs out, and the message goes again under the same id, so that a mailbox
shows it once. What a network has taken twice it may show twice.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.actions.dispatching import LETTER, write_to_police
from shelterbelt.alerts.actions.pressing import digest_of
from shelterbelt.alerts.facts import present, slot_of
from shelterbelt.alerts.models import AnswerLink, Call, HelpAlert
from shelterbelt.alerts.setup import UNREADABLE, circle_of
from shelterbelt.ledger.actions import record
from shelterbelt.library.calling import calling
from shelterbelt.notices.actions.others import Told, tell_other
from shelterbelt.notices.channels import Later, NotSent, Unclear
from shelterbelt.rules.calling import OVER, TRIAL
from shelterbelt.store.asker import as_agency

LOST_AFTER = timedelta(seconds=60)
AGAIN = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 30, 60))
MOST_TRIES = 200
LINK_LASTS = timedelta(days=2)


@dataclass(frozen=True)
class Claimed:
    """A call that this sender has for a minute, and what to say."""

    id: UUID
    way: str
    told: Told


def tell_one(agency: UUID, *, at: datetime) -> bool:
    """Tell whoever has waited longest; false when nobody waits."""
    with as_agency(agency, at=at):
        claimed = _claim(agency, at=at)
    if claimed is None:
        return False
    if claimed is GONE:
        return True
    code = ""
    try:
        tell_other(claimed.way, claimed.told, at=at)
    except (Later, Unclear) as fault:
        code = fault.code
    except NotSent as fault:
        code = f"!{fault.code}"
    with as_agency(agency, at=at):
        _note(claimed.id, code, at=at)
    return True


GONE = Claimed(UUID(int=0), "", Told("", "", "", ""))


def _claim(agency: UUID, *, at: datetime) -> Claimed | None:
    # Without its alert: joined, the policies of both tables are planned anew for each telling, and that is most of the work.
    due = Call.objects.select_for_update(skip_locked=True).filter(
        agency_id=agency, state="waiting", next_at__lte=at
    )
    call = due.order_by("next_at").first()
    if call is None:
        return None
    try:
        return _claimed(call, at=at)
    except UNREADABLE:
        # What it would say does not open: it stands behind the others, and goes if that is mended.
        call.tries, call.reasons = call.tries + 1, ["calling.unreadable"]
        call.next_at = at + AGAIN[-1]
        call.save(update_fields=["tries", "reasons", "next_at"])
        return GONE


def _claimed(call: Call, *, at: datetime) -> Claimed | None:
    if call.way == LETTER:
        _post(call, at=at)
        return GONE
    # Until then it is nobody else's; if this process dies, it is anybody's afterwards.
    call.claimed_at, call.next_at, call.tries = at, at + LOST_AFTER, call.tries + 1
    told = _told(call, call.alert, at=at)
    if told is None or call.tries > MOST_TRIES:
        call.state, call.next_at, call.reasons = "given_up", None, ["calling.nobody"]
        call.save()
        return GONE
    call.save(update_fields=["claimed_at", "next_at", "tries"])
    return Claimed(call.id, call.way, told)


def _post(call: Call, *, at: datetime) -> None:
    """A letter to another agency is written here and now, or never; the post sees to the rest."""
    why = write_to_police(call, call.alert, at=at)
    call.state, call.next_at = "given_up" if why else "told", None
    call.told_at, call.reasons = None if why else at, [why] if why else []
    call.save()
    if not why:
        record("help.told", about=call.id, by=None, agency=call.agency_id, at=at)


def _told(call: Call, alert: HelpAlert, *, at: datetime) -> Told | None:
    """What one recipient is told; nothing when they are not there any more."""
    content, fixed = opened(alert), calling().fixed
    for one in circle_of(content):
        if one.slot == call.slot:
            return _to_circle(
                call, alert, one.to(call.way), one.language, one.text(), content["signed"], at=at
            )
    for row in present(alert.agency_id, at=at):
        if slot_of(row) == call.slot:
            lines = [fixed["test"]["en"]] if call.says == TRIAL else []
            body = " ".join([*lines, fixed["over" if call.says == OVER else "duty"]["en"]])
            return Told(opened(row)["number"], body, "en", call.ref)
    return None


def _to_circle(
    call: Call, alert: HelpAlert, to: str, language: str, text: str, signed: str, *, at: datetime
) -> Told:
    fixed = {code: words[language] for code, words in calling().fixed.items()}
    if call.says == OVER:
        return Told(to, _joined(fixed["over"], signed), language, call.ref)
    token = secrets.token_urlsafe(24)
    AnswerLink.objects.create(
        agency_id=alert.agency_id,
        person_id=alert.person_id,
        digest=digest_of(token),
        about_id=alert.id,
        slot=call.slot,
        until_at=at + LINK_LASTS,
    )
    link = f"{settings.ADDRESS.rstrip('/')}/n/c/{token}/"
    head = [fixed["test"]] if call.says == TRIAL else [text]
    more = [fixed["not_back"]] if alert.state == "forced" else []
    return Told(
        to, f"{_joined(' '.join([*head, *more]), signed)} {fixed['answer']} {link}", language, call.ref, link
    )


def _joined(text: str, signed: str) -> str:
    return f"{text} – {signed}." if signed else text


def _note(call_id: UUID, code: str, *, at: datetime) -> None:
    call = Call.objects.select_for_update().filter(id=call_id, state="waiting").first()
    if call is None:
        return
    if not code:
        call.state, call.told_at, call.next_at, call.reasons = "told", at, None, []
        record("help.told", about=call.id, by=None, agency=call.agency_id, at=at)
    elif code.startswith("!"):
        call.state, call.next_at, call.reasons = "given_up", None, [code[1:]]
    else:
        call.next_at, call.reasons = at + AGAIN[min(call.tries, len(AGAIN)) - 1], [code]
    call.save(update_fields=["state", "told_at", "next_at", "reasons"])
