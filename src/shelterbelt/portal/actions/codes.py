"""One-time codes: given face to face and used on a device of one's own, or shown there and read out to a worker.

Refuses a code that is used, too old or withdrawn, and never says which. The worker never sees a passphrase.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.actions import LETTERS
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, acting, theirs
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.ledger.actions import record
from shelterbelt.people.models import Person
from shelterbelt.portal.actions.accounts import make_account, renew_account, survivor_of
from shelterbelt.portal.models import CONNECTS, ERASES, OPENS, RECOVERS, Account, OnceCode, Visit
from shelterbelt.portal.policy import ERASE_OWN, GIVE_CODE, KEEP_PORTAL
from shelterbelt.portal.queries import account_of, code_digest, code_held
from shelterbelt.safety.files import entrust, file_of, has_ended
from shelterbelt.safety.policy import OPEN_FILE
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

LASTS = timedelta(hours=24)
LENGTH = 12
NO_CODE = "code"


def give_code(case: Case, explained: Mapping[str, Any], *, by: Worker, at: datetime) -> str:
    """A code for the survivor of this case: with it they open an account, or let this worker into the one they have."""
    require(by, GIVE_CODE, case, at=at)
    require(by, WRITE_CASE, case, at=at)
    code = _give(case.survivor_id, by.agency_id, OPENS, explained, by=by.id, at=at)
    record("portal_code.given", about=case.survivor_id, by=by.id, agency=by.agency_id, at=at)
    return code


def give_recovery(account: Account, explained: Mapping[str, Any], *, by: Worker, at: datetime) -> str:
    """The trusted worker has made sure who it is: a code for a new name and passphrase. Every visit ends now."""
    require(by, KEEP_PORTAL, account, at=at)
    with as_agency(by.agency_id, at=at):
        Visit.objects.filter(account=account).delete()
        code = _give(account.person_id, by.agency_id, RECOVERS, explained, by=by.id, at=at)
        record("portal_account.recovery", about=account.id, by=by.id, agency=by.agency_id, at=at)
    return code


def give_connection(account: Account, *, by: Survivor, at: datetime) -> str:
    """The survivor reads this code to a worker, who then opens a case for whoever has this account."""
    theirs(by, account)
    return _own_code(account, CONNECTS, by=by, at=at)


def give_erasure(account: Account, *, by: Survivor, at: datetime) -> str:
    """The survivor asks for all of it to be erased, and reads this code to a worker; by itself it changes nothing."""
    theirs(by, account)
    return _own_code(account, ERASES, by=by, at=at)


def _own_code(account: Account, use: str, *, by: Survivor, at: datetime) -> str:
    """A code that the survivor makes of their own and reads to a worker."""
    with acting(by, at=at):
        code = _give(account.person_id, account.agency_id, use, {}, by=None, at=at)
        record("portal_code.given", about=account.person_id, by=by.id, agency=account.agency_id, at=at)
    return code


def erase_by_code(code: str, *, by: Worker, at: datetime) -> str:
    """Erase the account, the own file and all that is kept of whoever read this code out; or say why not."""
    require(by, ERASE_OWN, at=at)
    found = code_held(code, at=at)
    if found is None or found.use != ERASES or found.agency_id != by.agency_id:
        return NO_CODE
    erase: Callable[..., str] = import_string(settings.OWN_FILE_ERASED)
    return erase(found.person_id, found.agency_id, by=by.id, at=at)


def use_code(code: str, name: str, passphrase: str, *, at: datetime) -> Account | None:
    """The account that a worker's code opens or renews; none if it is no such code. It is used then, or still whole."""
    found = code_held(code, at=at)
    if found is None or found.use in (CONNECTS, ERASES):
        return None
    with as_agency(found.agency_id, at=at):
        account = account_of(found.person_id)
        if (account is None) is (found.use == RECOVERS) or has_ended(found.person_id):
            return None
        if account is not None:
            renew_account(account, name, passphrase, by=found.person_id, at=at)
        else:
            account = make_account(
                found.person_id, found.agency_id, name, passphrase, by=found.person_id, at=at
            )
        _used(found, at=at)
        _trusts(found.given_by, survivor_of(account), at=at)
    return account


def let_in(code: str, *, by: Survivor, at: datetime) -> bool:
    """With a worker's code the survivor lets that worker work with them on their own file; False for no such code."""
    found = code_held(code, at=at)
    if found is None or found.use != OPENS or found.person_id != by.id:
        return False
    theirs(by, found)
    with acting(by, at=at):
        _used(found, at=at)
        _trusts(found.given_by, by, at=at)
        record("portal_code.used", about=by.id, by=by.id, agency=by.agency_id, at=at)
    return True


def open_case_by_code(code: str, name: str, *, by: Worker, at: datetime) -> Case | None:
    """A case for whoever read this code out of the account they had opened by themselves; none if it is no such code."""
    require(by, GIVE_CODE, at=at)
    found = code_held(code, at=at)
    if found is None or found.use != CONNECTS or found.agency_id != by.agency_id:
        return None
    with as_agency(by.agency_id, at=at):
        account, person = account_of(found.person_id), Person.objects.get(id=found.person_id)
        if account is None or Case.objects.filter(survivor=person).exists():
            return None
        _used(found, at=at)
        _trusts(by.id, survivor_of(account), at=at)
        record("portal_code.used", about=found.person_id, by=by.id, agency=by.agency_id, at=at)
    return open_direct_case(survivor={"name": name}, other=None, words={}, known=person, by=by, at=at)


def _give(
    person_id: UUID, agency_id: UUID, use: str, told: Mapping[str, Any], *, by: UUID | None, at: datetime
) -> str:
    """A fresh code; one of the same use that waits is void."""
    OnceCode.objects.filter(person_id=person_id, use=use, used_at=None, given_by=by).update(until_at=at)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    row_id, key = uuid7(), new_key(agency_id)
    OnceCode.objects.create(
        id=row_id,
        agency_id=agency_id,
        person_id=person_id,
        key=key,
        sealed=seal(key, agency_id, told, about=row_id),
        use=use,
        digest=code_digest(code),
        given_by=by,
        given_at=at,
        until_at=at + LASTS,
    )
    return " ".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def _trusts(worker_id: UUID | None, survivor: Survivor, *, at: datetime) -> None:
    """By using the code, or reading it out, the survivor lets this worker in; one who is gone meanwhile is not."""
    if worker_id is None:
        return
    worker = Worker.objects.filter(id=worker_id, agency_id=survivor.agency_id, is_active=True).first()
    file = file_of(survivor.id)
    if worker is not None and file is not None and OPEN_FILE.allows(worker):
        entrust(file, worker, by=survivor, at=at)


def _used(code: OnceCode, *, at: datetime) -> None:
    """Once: of two at the same moment, one is refused."""
    if not OnceCode.objects.filter(id=code.id, used_at=None).update(used_at=at):
        raise NotForYou
