"""Lets a device open an account without words, and takes that back. Refuses more than a few devices.

A device opens what the visit opened in which it was let in: the account, or the list of the second words.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.sessions import device_of
from shelterbelt.access.survivors import Survivor, acting, theirs
from shelterbelt.agencies.sealed import opened_under, seal
from shelterbelt.ledger.actions import record
from shelterbelt.portal.models import Account, Passkey
from shelterbelt.portal.passkeys import Made, NoKey
from shelterbelt.portal.queries import passkey_digest, passkeys_of
from shelterbelt.store import journal
from shelterbelt.store.ids import uuid7

MOST = 10
YES, NO = "y", "n"


@dataclass(frozen=True)
class Told:
    """What is kept of a passkey, opened."""

    public: bytes
    mark: bytes
    device: str
    day: date
    decoy: bool


def add_passkey(
    account: Account, made: Made, *, decoy: bool, agent: str, by: Survivor, at: datetime
) -> Passkey:
    """From now on this device opens what the visit has open; nobody else is told."""
    theirs(by, account)
    if len(passkeys_of(account)) >= MOST:
        raise NoKey
    row_id = uuid7()
    told = {
        "public": b64encode(made.public).decode(),
        "mark": b64encode(made.mark).decode(),
        "device": device_of(agent),
        "day": at.date().isoformat(),
        "decoy": YES if decoy else NO,
    }
    try:
        with acting(by, at=at), transaction.atomic():
            row = Passkey.objects.create(
                id=row_id,
                agency_id=account.agency_id,
                account=account,
                person_id=account.person_id,
                digest=passkey_digest(made.id),
                sealed=seal(account.key, account.agency_id, told, about=row_id),
            )
            record("portal_account.changed", about=account.id, by=by.id, agency=account.agency_id, at=at)
    except IntegrityError as taken:
        raise NoKey from taken
    return row


def remove_passkey(row: Passkey, *, by: Survivor, at: datetime) -> None:
    """This device opens nothing any more, from this moment; a restore does not bring it back."""
    theirs(by, row)
    with acting(by, at=at):
        gone, _tables = Passkey.objects.filter(id=row.id).delete()
        if not gone:
            raise NotForYou
        record("portal_account.changed", about=row.account_id, by=by.id, agency=row.agency_id, at=at)
        journal.note("portal.passkey_gone", row.id, agency=row.agency_id, at=at)


def forget_decoys(account: Account) -> None:
    """The second words change or end: what was let in by them opens nothing."""
    for row in passkeys_of(account):
        if told_of(row, account).decoy:
            row.delete()


def remove_again(passkey_id: UUID, at: datetime) -> int:
    """After a restore: a device that had been taken out opens nothing."""
    return Passkey.objects.filter(id=passkey_id).delete()[0]


def told_of(row: Passkey, account: Account) -> Told:
    """What is kept of a passkey; only the account's key opens it."""
    told = opened_under(account.key, row.id, row.agency_id, row.sealed)
    return Told(
        public=b64decode(told["public"]),
        mark=b64decode(told["mark"]),
        device=told["device"],
        day=date.fromisoformat(told["day"]),
        decoy=told["decoy"] == YES,
    )
