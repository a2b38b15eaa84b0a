"""Begins and ends visits. Nothing of a visit stays: a row that ended is gone, and no line says when somebody came.

Both passphrases do the same things in the same order.
"""

import json
import os
import secrets
from datetime import datetime, timedelta

from shelterbelt.access.sessions import device_of
from shelterbelt.access.survivors import Survivor, theirs
from shelterbelt.agencies.sealed import opened_under, seal
from shelterbelt.portal.actions.accounts import NO_MARK, chosen_in
from shelterbelt.portal.models import Account, Visit
from shelterbelt.portal.queries import token_digest
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, Key, decrypt, derive, encrypt
from shelterbelt.store.ids import uuid7

SEEN_EVERY = timedelta(minutes=1)
KEPT_IDLE = timedelta(hours=1)
HOLDS = 60


def begin_visit(
    account: Account, *, decoy: bool, language: str, agent: str, at: datetime
) -> tuple[str, Visit]:
    """The secret that the browser gets, and the visit; the passphrase itself was the permission."""
    held, visit_id = secrets.token_urlsafe(32), uuid7()
    known = chosen_in(account)
    before = opened_under(account.key, account.id, account.agency_id, account.mark)
    told = at.isoformat().ljust(len(NO_MARK)) if decoy and known["tells"] else before["forced_at"]
    account.mark = seal(account.key, account.agency_id, {"forced_at": told}, about=account.id)
    account.save(update_fields=["mark"])
    visit = Visit.objects.create(
        id=visit_id,
        agency_id=account.agency_id,
        account=account,
        person_id=account.person_id,
        digest=token_digest(held),
        sealed=_sealed(held, decoy=decoy, language=language),
        label=seal(account.key, account.agency_id, {"device": device_of(agent)}, about=visit_id),
        began_at=at,
        seen_at=at,
    )
    return held, visit


def told_by(held: str, visit: Visit) -> tuple[bool, str]:
    """Whether the second passphrase began it, and its language: only the browser's secret opens that."""
    sealed = bytes(visit.sealed)
    told = json.loads(decrypt(_key(held), sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], b"portal.visit"))
    return bool(told["decoy"]), str(told["language"])


def speak(visit: Visit, held: str, language: str, *, by: Survivor, at: datetime) -> None:
    """From now on this visit is in another language; the next one begins as its sign-in page was."""
    theirs(by, visit)
    decoy, _before = told_by(held, visit)
    Visit.objects.filter(id=visit.id).update(sealed=_sealed(held, decoy=decoy, language=language))


def note_seen(visit: Visit, *, at: datetime) -> None:
    """Somebody is there; written at most once a minute."""
    if at - visit.seen_at >= SEEN_EVERY:
        Visit.objects.filter(id=visit.id).update(seen_at=at)


def end_visit(visit: Visit, *, by: Survivor, at: datetime) -> None:
    """This visit is over: its secret opens nothing any more."""
    theirs(by, visit)
    Visit.objects.filter(id=visit.id).delete()


def end_visits(account: Account, *, but: Visit | None = None, by: Survivor, at: datetime) -> None:
    """Every visit of an account is over (but this one)."""
    theirs(by, account)
    rows = Visit.objects.filter(account=account)
    (rows.exclude(id=but.id) if but else rows).delete()


def forget_visits(*, at: datetime) -> None:
    """What nobody uses any more goes, of the agency that asks; the daily job asks."""
    Visit.objects.filter(seen_at__lt=at - KEPT_IDLE).delete()


def _key(held: str) -> Key:
    return Key(derive(held.encode(), salt=b"", info=b"shelterbelt.portal.visit", size=KEY_SIZE))


def _sealed(held: str, *, decoy: bool, language: str) -> bytes:
    nonce = os.urandom(NONCE_SIZE)
    text = json.dumps({"decoy": decoy, "language": language}).ljust(HOLDS).encode()
    return nonce + encrypt(_key(held), nonce, text, b"portal.visit")
