"""Say, change, check and stop how somebody may be reached.

A change that did not come from the person face to face is held, and nothing is sent by old or new until somebody has
checked their code word: also one by the survivor’s own hand in the portal, where nobody sees who holds the telephone. A
hard stop needs no check. What a person was told before stays as it was.
"""

import hmac
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.sealed import fingerprint, new_key, opened, seal
from shelterbelt.ledger.actions import record
from shelterbelt.notices.actions.writing import stop_waiting, wake_notices
from shelterbelt.notices.files import whom
from shelterbelt.notices.models import StandingInstructions
from shelterbelt.notices.policy import CHANGE_SAFE_CONTACT, CONFIRM_IN_PERSON
from shelterbelt.notices.standing import Reached, Stand, hold_still, stand_of, standing_row
from shelterbelt.store.ids import uuid7
from shelterbelt.store.journal import note

WRONG_TRIES = 3
ACCENTS = frozenset(map(chr, range(0x300, 0x370)))
Told = Mapping[str, Any]


class ChangeWaits(Exception):
    """A change waits already: it is checked or refused first."""


class CannotCheck(Exception):
    """No code word can be checked: there is none, nothing waits, or it was wrong too often."""


def tell_instructions(about: UUID, told: Told, *, by: Worker, at: datetime) -> StandingInstructions:
    """Put instructions in force that the person gave face to face to somebody who knows them."""
    require(by, CONFIRM_IN_PERSON, Reached(by.agency_id, about), at=at)
    hold_still(about, changing=True)
    if waits := standing_row(by.agency_id, about, "proposed"):
        _settle(waits, "replaced", by=by.id, at=at)
    made = _in_force(by.agency_id, about, told, by=by.id, at=at)
    record("safe_contact.told", about=about, by=by.id, agency=by.agency_id, at=at)
    wake_notices(by.agency_id, about, at=at)
    return made


def propose_instructions(
    about: UUID, new: Told, *, by: Worker | Survivor, at: datetime, given: Told | None = None
) -> StandingInstructions:
    """Hold a change that somebody telephoned or wrote, until their code word is checked; nothing is sent meanwhile.

    `given`: what came with the request for contact, which stands until now if nothing stands here. Where nothing at
    all stands, there is nothing to check against, and the first word is taken; never by own hand, which a person checks.
    """
    require_own(by, CHANGE_SAFE_CONTACT, whom(about, by, at=at), at=at)
    with acting(by, at=at):
        return _proposed(about, new, by=by, at=at, given=given)


def _proposed(
    about: UUID, new: Told, *, by: Worker | Survivor, at: datetime, given: Told | None
) -> StandingInstructions:
    hold_still(about, changing=True)
    now = stand_of(by.agency_id, about, given=given)
    if now.waiting is not None:
        raise ChangeWaits
    if now.row is None and now.told:
        _in_force(by.agency_id, about, now.told, by=by.id, at=at)
    if not now.told and isinstance(by, Worker):
        made = _in_force(by.agency_id, about, new, by=by.id, at=at)
        record("safe_contact.told", about=about, by=by.id, agency=by.agency_id, at=at)
        wake_notices(by.agency_id, about, at=at)
        return made
    made = _row(by.agency_id, about, new, "proposed", by=by.id, at=at)
    record("safe_contact.proposed", about=about, by=by.id, agency=by.agency_id, at=at)
    return made


def check_code_word(about: UUID, said: str, *, by: Worker, at: datetime) -> bool:
    """Compare what the caller said with the code word that stands; right puts the change in force.

    Three wrong words, over however many calls, and only somebody who knows the person can confirm it face to face.
    """
    require(by, CHANGE_SAFE_CONTACT, Reached(by.agency_id, about), at=at)
    hold_still(about, changing=True)
    now = stand_of(by.agency_id, about)
    if now.row is None or now.waiting is None or not checkable(now):
        raise CannotCheck
    if not same_word(by.agency_id, said, str(opened(now.row).get("code_word") or "")):
        StandingInstructions.objects.filter(id=now.row.id).update(wrong_tries=now.row.wrong_tries + 1)
        record("safe_contact.word_wrong", about=about, by=by.id, agency=by.agency_id, at=at)
        return False
    _confirm(now.waiting, by=by.id, at=at)
    return True


def confirm_in_person(about: UUID, *, by: Worker, at: datetime) -> None:
    """Put a change in force because the person stands before somebody who knows them."""
    require(by, CONFIRM_IN_PERSON, Reached(by.agency_id, about), at=at)
    hold_still(about, changing=True)
    waiting = standing_row(by.agency_id, about, "proposed")
    if waiting is None:
        raise CannotCheck
    _confirm(waiting, by=by.id, at=at)


def refuse_change(about: UUID, *, by: Worker, at: datetime) -> None:
    """Let a change fall: what stood before stands again, and they are to be checked on by it."""
    require(by, CHANGE_SAFE_CONTACT, Reached(by.agency_id, about), at=at)
    hold_still(about, changing=True)
    waiting = standing_row(by.agency_id, about, "proposed")
    if waiting is None:
        raise CannotCheck
    _settle(waiting, "refused", by=by.id, at=at)
    record("safe_contact.refused", about=about, by=by.id, agency=by.agency_id, at=at)
    wake_notices(by.agency_id, about, at=at)


def stop_contact(about: UUID, *, by: Worker, at: datetime, given: Told | None = None) -> None:
    """Contact nobody any more, at once and whoever asked: to begin again needs the code word or a meeting."""
    require(by, CHANGE_SAFE_CONTACT, Reached(by.agency_id, about), at=at)
    _stop(by.agency_id, about, {"no_contact": True}, "contact.do_not_contact", by=by.id, at=at, given=given)


def stop_until_checked(about: UUID, *, agency: UUID, at: datetime) -> None:
    """Send nothing until somebody has checked how they may be reached: after a restore what was said last is lost."""
    _stop(agency, about, {"no_contact": True}, "contact.do_not_contact", by=None, at=at, given=None)


def stop_for_death(about: UUID, *, agency: UUID, by: UUID | None, at: datetime) -> None:
    """Send nothing any more about somebody who has died."""
    _stop(agency, about, {"no_contact": True, "deceased": True}, "contact.deceased", by=by, at=at, given=None)


def checkable(now: Stand) -> bool:
    """Whether a code word may be tried: there is one, and it was not wrong too often."""
    if now.row is None or now.row.wrong_tries >= WRONG_TRIES:
        return False
    return bool(plain_word(str((now.told or {}).get("code_word") or "")))


def plain_word(word: str) -> str:
    """A word as it is heard: without accents of Latin letters, capitals, signs or spaces."""
    split = unicodedata.normalize("NFKD", word).casefold()
    return "".join(c for c in split if unicodedata.category(c)[0] in "LNM" and c not in ACCENTS)


def same_word(agency: UUID, said: str, word: str) -> bool:
    """Whether it is the word, compared as keyed digests in constant time; an empty word is never right."""
    one, other = (fingerprint(agency, {"word": plain_word(text)}) for text in (said, word))
    return hmac.compare_digest(one, other) and bool(plain_word(word))


def _stop(
    agency: UUID,
    about: UUID,
    stops: Told,
    reason: str,
    *,
    by: UUID | None,
    at: datetime,
    given: Told | None,
) -> None:
    hold_still(about, changing=True)
    now = stand_of(agency, about, given=given)
    if now.waiting is not None:
        _settle(now.waiting, "replaced", by=by, at=at)
    wrong = now.row.wrong_tries if now.row else 0  # a stop is no way to begin guessing anew
    _in_force(agency, about, {**(now.told or {}), **stops}, by=by, at=at, wrong=wrong)
    record("safe_contact.stopped", about=about, by=by, agency=agency, at=at)
    stop_waiting(agency, about, reason, by=by, at=at)


def _confirm(waiting: StandingInstructions, *, by: UUID, at: datetime) -> None:
    row = standing_row(waiting.agency_id, waiting.about, "in_force")
    if row is not None:
        _settle(row, "replaced", by=by, at=at)
    _settle(waiting, "in_force", by=by, at=at)
    record("safe_contact.confirmed", about=waiting.about, by=by, agency=waiting.agency_id, at=at)
    note("contact.changed", waiting.about, agency=waiting.agency_id, at=at)
    wake_notices(waiting.agency_id, waiting.about, at=at)


def _in_force(
    agency: UUID, about: UUID, told: Told, *, by: UUID | None, at: datetime, wrong: int = 0
) -> StandingInstructions:
    before = standing_row(agency, about, "in_force")
    if before is not None:
        _settle(before, "replaced", by=by, at=at)
    return _row(agency, about, told, "in_force", by=by, at=at, wrong=wrong)


def _row(
    agency: UUID, about: UUID, told: Told, state: str, *, by: UUID | None, at: datetime, wrong: int = 0
) -> StandingInstructions:
    row_id, key = uuid7(), new_key(agency)
    left = {"deceased": True} if told.get("deceased") else None
    note("contact.changed", about, agency=agency, at=at, left=left)
    return StandingInstructions.objects.create(
        id=row_id,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, dict(told), about=row_id),
        about=about,
        state=state,
        told_at=at,
        told_by=by,
        wrong_tries=wrong,
    )


def _settle(row: StandingInstructions, state: str, *, by: UUID | None, at: datetime) -> None:
    row.state, row.settled_at, row.settled_by = state, at, by
    row.save(update_fields=["state", "settled_at", "settled_by"])
