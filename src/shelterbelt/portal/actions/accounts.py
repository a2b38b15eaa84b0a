"""Opens, changes and closes accounts. Refuses a name that somebody has, and a second account of one person.

A closed account answers as a name that nobody has. Nothing of it can be brought back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, acting, require_own, theirs
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, opened, opened_under, seal
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.people.actions import record_person
from shelterbelt.portal.actions.passkeys import forget_decoys
from shelterbelt.portal.hashes import digest_of, never, which
from shelterbelt.portal.models import ERASES, Account, Household, OnceCode, Passkey, Visit
from shelterbelt.portal.policy import KEEP_PORTAL
from shelterbelt.portal.queries import account_named, account_of, name_token
from shelterbelt.safety.files import file_of, make_file
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

NO_MARK = " " * 40
CHOICES = ("second", "tells", "keeps")
YES, NO = "y", "n"


class Taken(ValueError):
    """Somebody has this name, or this person has an account."""


class TheSame(ValueError):
    """Both passphrases are the same: nobody could say which of them was meant."""


def open_own_account(agency: Agency, name: str, passphrase: str, *, at: datetime) -> Account:
    """An account that somebody opens by themselves: a person of whom the agency knows nothing, and their own file."""
    with as_agency(agency.id, at=at):
        person = record_person({}, agency=agency.id, by=None, at=at)
        return make_account(person.id, agency.id, name, passphrase, by=person.id, at=at)


def make_account(
    person_id: UUID, agency_id: UUID, name: str, passphrase: str, *, by: UUID | None, at: datetime
) -> Account:
    """An account of a person, and their own file where there is none yet. The agency asks, without a worker."""
    if account_of(person_id) or account_named(name):
        raise Taken
    if file_of(person_id) is None:
        make_file(person_id, agency_id, by=by, at=at)
    account_id, key = uuid7(), new_key(agency_id)
    chosen = {"name": name, **dict.fromkeys(CHOICES, NO)}
    made = Account.objects.create(
        id=account_id,
        agency_id=agency_id,
        person_id=person_id,
        key=key,
        sealed=seal(key, agency_id, chosen, about=account_id),
        mark=seal(key, agency_id, {"forced_at": NO_MARK}, about=account_id),
        name=name_token(agency_id, name),
        first=digest_of(passphrase),
        second=never(),
        opened_at=at,
        opened_by=by,
    )
    _household(made)
    record("portal_account.opened", about=account_id, by=by, agency=agency_id, at=at)
    return made


def survivor_of(account: Account) -> Survivor:
    """The survivor whose account it is."""
    return Survivor(account.person_id, account.agency_id, account.id)


def chosen_in(account: Account) -> dict[str, Any]:
    """The pseudonym, and what the survivor chose: a second passphrase, that it tells, that something stays on a device."""
    told = opened(account)
    return {"name": told["name"], **{one: told[one] == YES for one in CHOICES}}


def forced_at(account: Account) -> datetime | None:
    """When the second passphrase was last given, if the survivor chose that their trusted worker learns of it."""
    told = opened_under(account.key, account.id, account.agency_id, account.mark)["forced_at"].strip()
    return datetime.fromisoformat(told) if told else None


def change_passphrase(
    account: Account, passphrase: str, *, by: Survivor, but: Visit | None = None, at: datetime
) -> None:
    """Another passphrase; every other visit ends, and no device opens it without words any more."""
    theirs(by, account)
    if which(passphrase, account.second, never()):
        raise TheSame
    _end_ways_in(account, but=but, at=at)
    _changed(account, {"first": digest_of(passphrase)}, {}, by=by, at=at)


def set_second(
    account: Account, passphrase: str, *, tells: bool, by: Survivor, but: Visit | None = None, at: datetime
) -> None:
    """The passphrase that opens the household list; without one, none does. `tells`: the trusted worker learns of its use."""
    theirs(by, account)
    if passphrase and which(passphrase, account.first, never()):
        raise TheSame
    second = digest_of(passphrase) if passphrase else never()
    _end_visits(account, but=but)
    forget_decoys(account)
    chosen = {"second": bool(passphrase), "tells": bool(passphrase) and tells}
    _changed(account, {"second": second}, chosen, by=by, at=at)


def keep_on_device(account: Account, keeps: bool, *, by: Survivor, at: datetime) -> None:
    """Something that the survivor asked for stays on a device: the way out leaves it there."""
    theirs(by, account)
    _changed(account, {}, {"keeps": keeps}, by=by, at=at)


def renew_account(account: Account, name: str, passphrase: str, *, by: UUID, at: datetime) -> None:
    """A new name and passphrase after a trusted worker made sure who it is; the second passphrase is gone."""
    found = account_named(name)
    if found is not None and found.id != account.id:
        raise Taken
    told = {**opened(account), "name": name, **dict.fromkeys(CHOICES, NO)}
    account.sealed = seal(account.key, account.agency_id, told, about=account.id)
    account.name = name_token(account.agency_id, name)
    account.first, account.second = digest_of(passphrase), never()
    account.save(update_fields=["sealed", "name", "first", "second"])
    _end_ways_in(account, at=at)
    record("portal_account.renewed", about=account.id, by=by, agency=account.agency_id, at=at)
    journal.note("portal.changed", account.id, agency=account.agency_id, at=at)


def close_account(account: Account, *, by: Worker | Survivor, at: datetime) -> None:
    """Nobody signs in by it any more, from this moment; the survivor's own file stays."""
    require_own(by, KEEP_PORTAL, account, at=at)
    with acting(by, at=at):
        _close(account, by=by.id, at=at)


def close_for_death(case_id: UUID, agency_id: UUID, by: UUID | None, at: datetime) -> None:
    """The survivor of this case has died: their account closes in the same transaction."""
    person_id = Case.objects.filter(id=case_id).values_list("survivor_id", flat=True).first()
    account = account_of(person_id) if person_id else None
    if account is not None and account.agency_id == agency_id:
        _close(account, by=by, at=at)


def close_again(account_id: UUID, at: datetime) -> int:
    """After a restore: an account that had been closed is closed."""
    account = Account.objects.filter(id=account_id, closed_at=None).first()
    if account is not None:
        _close(account, by=None, at=at)
    return int(account is not None)


def forget_words(account_id: UUID, at: datetime) -> int:
    """After a restore: passphrases had been changed, and the old ones open nothing. The trusted worker gives a code."""
    Passkey.objects.filter(account_id=account_id).delete()
    return Account.objects.filter(id=account_id, closed_at=None).update(first=never(), second=never())


def write_household(account: Account, notes: Mapping[str, str], *, by: Survivor, at: datetime) -> None:
    """What was written beside the household list."""
    theirs(by, account)
    row = Household.objects.get(account=account)
    row.sealed = seal(account.key, account.agency_id, {"notes": dict(notes)}, about=row.id)
    row.save(update_fields=["sealed"])


def _close(account: Account, *, by: UUID | None, at: datetime) -> None:
    if not Account.objects.filter(id=account.id, closed_at=None).update(closed_at=at, closed_by=by):
        raise NotForYou
    nothing = seal(
        account.key, account.agency_id, {"name": "", **dict.fromkeys(CHOICES, NO)}, about=account.id
    )
    Account.objects.filter(id=account.id).update(
        name=account.id.bytes, first=never(), second=never(), sealed=nothing
    )
    # In the agency's name: a worker sees neither visits nor devices, and ends them all the same.
    with as_agency(account.agency_id, at=at):
        _end_ways_in(account, at=at)
        Household.objects.filter(account=account).delete()
        OnceCode.objects.filter(person_id=account.person_id, used_at=None).update(until_at=at)
    record("portal_account.closed", about=account.id, by=by, agency=account.agency_id, at=at)
    journal.note("portal.closed", account.id, agency=account.agency_id, at=at)


def _changed(
    account: Account, columns: Mapping[str, str], chosen: Mapping[str, bool], *, by: Survivor, at: datetime
) -> None:
    told = {**opened(account), **{name: YES if one else NO for name, one in chosen.items()}}
    account.sealed = seal(account.key, account.agency_id, told, about=account.id)
    for name, value in columns.items():
        setattr(account, name, value)
    with acting(by, at=at):
        account.save(update_fields=["sealed", *columns])
        record("portal_account.changed", about=account.id, by=by.id, agency=account.agency_id, at=at)
    if columns:
        journal.note("portal.changed", account.id, agency=account.agency_id, at=at)


def _end_ways_in(account: Account, *, but: Visit | None = None, at: datetime) -> None:
    """Visits, devices that open it without words, and a code that would erase it."""
    OnceCode.objects.filter(person_id=account.person_id, use=ERASES, used_at=None).update(until_at=at)
    _end_visits(account, but=but)
    Passkey.objects.filter(account=account).delete()


def _end_visits(account: Account, *, but: Visit | None = None) -> None:
    rows = Visit.objects.filter(account=account)
    (rows.exclude(id=but.id) if but else rows).delete()


def _household(account: Account) -> None:
    row_id = uuid7()
    Household.objects.create(
        id=row_id,
        agency_id=account.agency_id,
        account=account,
        person_id=account.person_id,
        sealed=seal(account.key, account.agency_id, {"notes": {}}, about=row_id),
    )
