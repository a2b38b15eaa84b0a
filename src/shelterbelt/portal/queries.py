"""Finds accounts and visits: each by a digest that the asker must hold, or by whose they are. Decides nothing."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.portal.hashes import plain
from shelterbelt.portal.models import Account, Household, OnceCode, Passkey, Visit
from shelterbelt.portal.policy import GIVE_CODE
from shelterbelt.safety.policy import KINDS
from shelterbelt.store.asker import hold

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=2)


def agencies_with_portal() -> list[Agency]:
    """The agencies here whose clients have a portal: victim services and hospitals."""
    return list(Agency.objects.filter(node__is_self=True, kind__in=KINDS, closed_at=None).order_by("name"))


def name_token(agency_id: UUID, name: str) -> bytes:
    """What an account is found by: a digest of the pseudonym under the agency's key."""
    return sealing.keyring().index_token(agency_id, f"portal:{plain(name)[:200]}")


def token_digest(held: str) -> bytes:
    """What a visit is found by."""
    return hashlib.sha256(b"shelterbelt.portal.visit" + held.encode("utf-8", "replace")).digest()


def code_digest(code: str) -> bytes:
    """What a one-time code is found by: the digest of its letters, however they are typed."""
    plainly = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    letters = "".join(one for one in plainly if one.isascii() and one.isalnum())
    return hashlib.sha256(b"shelterbelt.portal.once" + letters.encode()).digest()


def account_named(name: str) -> Account | None:
    """The open account of this pseudonym, at whichever agency here. Each is asked, whatever the others answered."""
    found = [_named(one.id, name) for one in agencies_with_portal()]
    return next((one for one in found if one), None)


def _named(agency_id: UUID, name: str) -> Account | None:
    token = name_token(agency_id, name)
    hold(token)
    return Account.objects.filter(name=token, closed_at=None).first()


def code_held(code: str, *, at: datetime) -> OnceCode | None:
    """The code, if it is one that can still be used."""
    if not code.strip():
        return None
    digest = code_digest(code)
    hold(digest)
    return OnceCode.objects.filter(digest=digest, used_at=None, until_at__gt=at).first()


def visit_held(held: str, *, at: datetime) -> Visit | None:
    """The visit whose secret this is, if it is neither idle nor too long."""
    digest = token_digest(held)
    hold(digest)
    row = Visit.objects.filter(digest=digest).first()
    return row if row is not None and not is_over(row, at=at) else None


def passkey_digest(name: bytes) -> bytes:
    """What a passkey is found by: the digest of what its device calls it."""
    return hashlib.sha256(b"shelterbelt.portal.passkey" + name).digest()


def passkey_held(name: bytes) -> Passkey | None:
    """The passkey that a device calls by this name."""
    digest = passkey_digest(name)
    hold(digest)
    return Passkey.objects.filter(digest=digest).first()


def passkeys_of(account: Account) -> list[Passkey]:
    """The passkeys of an account, the oldest first."""
    return list(Passkey.objects.filter(account=account).order_by("id"))


def is_over(visit: Visit, *, at: datetime) -> bool:
    """Whether a visit was idle, or has lasted, too long."""
    return at - visit.seen_at >= IDLE or at - visit.began_at >= LONGEST


def account_of(person_id: UUID) -> Account | None:
    """The open account of a person, for themselves and whom they trust."""
    return Account.objects.filter(person_id=person_id, closed_at=None).first()


def household_of(account: Account) -> Household:
    """The household list of an account."""
    return Household.objects.get(account=account)


def visits_of(account: Account, *, at: datetime) -> list[Visit]:
    """The visits that are open now, the newest first."""
    rows = Visit.objects.filter(account=account).order_by("-began_at")
    return [row for row in rows if not is_over(row, at=at)]


def codes_of(person_id: UUID) -> list[OnceCode]:
    """The codes that workers gave this person, as far as whoever asks may see them, the newest first."""
    return list(
        OnceCode.objects.filter(person_id=person_id).exclude(given_by=None).order_by("-given_at")[:20]
    )


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[str, str] | None:
    """The link on a case page by which its worker gives a code; the same whether there is an account or not."""
    if case.agency_id != by.agency_id or not may(by, GIVE_CODE, case, at=at):
        return None
    return _("Their own account"), reverse("portal_case", args=[case.ref])
