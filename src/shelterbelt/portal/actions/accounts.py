"""Opens accounts. Refuses a name that somebody has, a second account of one person, and a passphrase too short."""

from datetime import datetime
from uuid import UUID

from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record
from shelterbelt.people.actions import record_person
from shelterbelt.portal.hashes import digest_of, never
from shelterbelt.portal.models import Account, Household
from shelterbelt.portal.queries import account_of, name_token
from shelterbelt.safety.files import file_of, make_file
from shelterbelt.store.asker import as_agency, hold
from shelterbelt.store.ids import uuid7

NO_MARK = " " * 40


class Taken(ValueError):
    """Somebody has this name, or this person has an account."""


def open_own_account(agency: Agency, name: str, passphrase: str, *, at: datetime) -> Account:
    """An account that somebody opens by themselves: a person of whom the agency knows nothing, and their own file."""
    with as_agency(agency.id, at=at):
        person = record_person({}, agency=agency.id, by=None, at=at)
        return make_account(person.id, agency.id, name, passphrase, by=person.id, at=at)


def make_account(
    person_id: UUID, agency_id: UUID, name: str, passphrase: str, *, by: UUID | None, at: datetime
) -> Account:
    """An account of a person, and their own file where there is none yet. The agency asks, without a worker."""
    token = name_token(name)
    hold(token)
    if account_of(person_id) or Account.objects.filter(name=token).exists():
        raise Taken
    if file_of(person_id) is None:
        make_file(person_id, agency_id, by=by, at=at)
    account_id, key = uuid7(), new_key(agency_id)
    made = Account.objects.create(
        id=account_id,
        agency_id=agency_id,
        person_id=person_id,
        key=key,
        sealed=seal(key, agency_id, {"name": name}, about=account_id),
        mark=seal(key, agency_id, {"forced_at": NO_MARK}, about=account_id),
        name=token,
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


def _household(account: Account) -> None:
    row_id = uuid7()
    Household.objects.create(
        id=row_id,
        agency_id=account.agency_id,
        account=account,
        person_id=account.person_id,
        sealed=seal(account.key, account.agency_id, {"notes": {}}, about=row_id),
    )
