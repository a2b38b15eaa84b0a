"""Open, change and close worker accounts, and end their sessions. Refuses demo links outside the demo county.

Whoever keeps accounts changes nothing about their own. A lost way of signing in is renewed by two people.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access import sessions
from shelterbelt.access.bars import Entrusted
from shelterbelt.access.exports import alert
from shelterbelt.access.models import Alert, DemoLink, Enrolment, Session, Worker
from shelterbelt.access.policy import CONFIRM_RESET, MANAGE_ACCOUNTS, PROGRAM, ROLES, SEE_ALERTS, clash
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.agencies.sealed import new_key, opened_under, seal
from shelterbelt.ledger.actions import record
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.store.ids import uuid7

CODE_LASTS = timedelta(hours=24)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26
# What is known of a worker besides their name: only to find out whether a party is them.
DETAILS = ("other_names", "born_on", "phones")


class NotTogether(ValueError):
    """Roles that one person must not have at once, or that do not exist."""


def open_account(
    *,
    agency: Agency,
    code: str,
    name: str,
    roles: Sequence[str],
    unit: Unit | None = None,
    details: Mapping[str, Any] | None = None,
    at: datetime,
) -> Worker:
    """A worker's account, without a password; `details` (birth date, numbers, other names) find conflicts of interest."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles: {sorted(unknown)}")
    worker_id, key = uuid7(), new_key(agency.id)
    worker = Worker(id=worker_id, agency=agency, unit=unit, code=code, roles=list(roles), key=key)
    worker.sealed = seal(key, agency.id, {"name": name, **_known(details)}, about=worker_id)
    worker.set_unusable_password()
    worker.save(force_insert=True)
    record("account.opened", about=worker_id, by=None, agency=agency.id, at=at)
    _compare(worker, at=at)
    return worker


def appoint(
    *,
    by: Worker,
    code: str,
    name: str,
    roles: Sequence[str],
    unit: Unit | None = None,
    details: Mapping[str, Any] | None = None,
    at: datetime,
) -> tuple[Worker, str]:
    """An account that an administrator opens, with the code that sets its sign-in up, shown this once."""
    require(by, MANAGE_ACCOUNTS, at=at)
    _refuse_clash(roles)
    worker = open_account(
        agency=by.agency, code=code, name=name, roles=roles, unit=unit, details=details, at=at
    )
    alert("account_opened", worker, by=by.id, at=at)
    return worker, issue_code(worker, by=by, at=at)


def change_account(
    worker: Worker, *, roles: Sequence[str], unit: Unit | None, by: Worker, at: datetime
) -> Worker:
    """Other roles or another unit; the worker signs in anew. Nobody changes their own."""
    require(by, MANAGE_ACCOUNTS, worker, at=at)
    row = _person(worker, by)
    _refuse_clash(roles)
    if row.roles == list(roles) and row.unit_id == (unit.id if unit else None):
        return row
    row.roles, row.unit = list(roles), unit
    row.save(update_fields=["roles", "unit"])
    record("account.changed", about=row.id, by=by.id, agency=row.agency_id, at=at)
    alert("account_changed", row, by=by.id, at=at)
    sessions.end_all(row.id, at=at)
    return row


def change_details(worker: Worker, details: Mapping[str, Any], *, by: Worker, at: datetime) -> None:
    """Say anew who a worker is; what is found by that is compared with the agency's people at once."""
    require(by, MANAGE_ACCOUNTS, worker, at=at)
    row = _locked(worker, by)
    before = opened_under(row.key, row.id, row.agency_id, row.sealed)
    content = {"name": details.get("name") or before.get("name", ""), **_known(details)}
    if content == before:
        return
    row.sealed = seal(row.key, row.agency_id, content, about=row.id)
    row.save(update_fields=["sealed"])
    record("account.details_changed", about=row.id, by=by.id, agency=row.agency_id, at=at)
    _compare(row, at=at)


def _known(details: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name in DETAILS if (value := (details or {}).get(name))}


def _compare(worker: Worker, *, at: datetime) -> None:
    """Let the apps above this one know who works here now."""
    for compares in settings.ACCOUNT_KNOWN:
        import_string(compares)(worker, at=at)


def close_account(worker: Worker, *, by: Worker | None, at: datetime) -> None:
    """End everything that an account opens, in one transaction; `by` is nobody where the agency itself leaves."""
    if by is not None:
        require(by, MANAGE_ACCOUNTS, worker, at=at)
    row = _locked(worker, by)
    if not row.is_active:
        return
    row.is_active = False
    row.set_unusable_password()
    row.save(update_fields=["is_active", "password"])
    Authenticator.objects.filter(user_id=row.id).delete()
    Enrolment.objects.filter(worker=row).delete()
    Entrusted.objects.filter(worker_id=row.id, until_at=None).update(until_at=at)
    Entrusted.objects.filter(worker_id=row.id, until_at__gt=at).update(until_at=at)
    with as_agency(row.agency_id, at=at):  # also work in a file that is walled from whoever closes it
        for ends in settings.ACCOUNT_ENDS:
            import_string(ends)(row.id, at)
    record("account.closed", about=row.id, by=by.id if by else None, agency=row.agency_id, at=at)
    sessions.end_all(row.id, at=at)
    journal.note("account.closed", row.id, agency=row.agency_id, at=at)
    worker.is_active = False


def issue_code(worker: Worker, *, by: Worker | None, at: datetime) -> str:
    """The code that sets a sign-in up where there is none yet. At the operator's own machine it replaces the old ones."""
    if by is not None:
        require(by, MANAGE_ACCOUNTS, worker, at=at)
    row = _person(worker, by)
    if not row.is_active or (by is not None and has_signed_up(row)):
        raise NotForYou
    if by is None:
        clear_factors(row, at=at)
        sessions.end_all(row.id, at=at)
    return _new_code(row, by=by, at=at)


def ask_reset(worker: Worker, *, by: Worker, at: datetime) -> None:
    """Ask that a lost way of signing in be renewed: sessions end now, the rest needs a second person."""
    require(by, MANAGE_ACCOUNTS, worker, at=at)
    row = _person(worker, by)
    Enrolment.objects.update_or_create(
        worker=row,
        defaults={
            "agency_id": row.agency_id,
            "digest": None,
            "asked_by": by.id,
            "asked_at": at,
            "until_at": None,
        },
    )
    record("account.reset_asked", about=row.id, by=by.id, agency=row.agency_id, at=at)
    sessions.end_all(row.id, at=at)


def confirm_reset(worker: Worker, *, by: Worker, at: datetime) -> str:
    """Agree, as the second person: the old ways in are gone, and the new code is shown this once."""
    require(by, CONFIRM_RESET, worker, at=at)
    row = _person(worker, by)
    asked = Enrolment.objects.filter(worker=row, digest=None).first()
    if asked is None or asked.asked_by in (None, by.id) or at - asked.asked_at > CODE_LASTS:
        raise NotForYou
    clear_factors(row, at=at)
    record("account.reset_confirmed", about=row.id, by=by.id, agency=row.agency_id, at=at)
    alert("reset_confirmed", row, by=by.id, at=at)
    return _new_code(row, by=by, at=at)


def has_signed_up(worker: Worker) -> bool:
    """Whether a worker has set up a way to sign in."""
    return worker.has_usable_password() or Authenticator.objects.filter(user_id=worker.id).exists()


def use_code(code: str, once: str, *, at: datetime) -> Worker | None:
    """The worker whose two codes these are, once and in time; nobody otherwise, and nothing says why."""
    found = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("worker", "worker__agency", "worker__unit")
        .filter(worker__code=code, digest=_digest(once), until_at__gt=at, worker__is_active=True)
        .first()
    )
    if found is None:
        return None
    worker = found.worker
    set_asker(worker.agency_id, worker.id, at, signing_in=True)
    found.delete()
    record("account.enrolled", about=worker.id, by=worker.id, agency=worker.agency_id, at=at)
    return worker


def end_session(session: Session, *, by: Worker, at: datetime) -> None:
    """End one of one's own sessions."""
    if session.worker_id != by.id:
        raise NotForYou
    session.delete()
    record("session.ended", about=by.id, by=by.id, agency=by.agency_id, at=at)
    journal.note("session.ended", by.id, agency=by.agency_id, at=at)


def end_other_sessions(*, by: Worker, but: bytes, at: datetime) -> None:
    """End all of one's own sessions except this one."""
    if sessions.end_all(by.id, at=at, but=but):
        record("session.ended", about=by.id, by=by.id, agency=by.agency_id, at=at)


def note_factor_change(worker: Worker, *, but: bytes, at: datetime) -> None:
    """A password or a second factor changed: the worker's other sessions end."""
    sessions.end_all(worker.id, at=at, but=but)
    record("account.factor_changed", about=worker.id, by=worker.id, agency=worker.agency_id, at=at)
    journal.note("account.factors", worker.id, agency=worker.agency_id, at=at)


def see_alert(alert: Alert, *, by: Worker, at: datetime) -> None:
    """Somebody looked into it; never the worker it is about."""
    require(by, SEE_ALERTS, alert, at=at)
    if alert.worker_id == by.id:
        raise NotForYou
    if Alert.objects.filter(id=alert.id, seen_at=None).update(seen_at=at, seen_by=by.id):
        record("alert.seen", about=alert.worker_id, by=by.id, agency=by.agency_id, at=at)


def clear_factors(worker: Worker, *, at: datetime) -> None:
    """Take away every way of signing in that a worker has; after a restore the old ones do not come back."""
    Authenticator.objects.filter(user_id=worker.id).delete()
    worker.set_unusable_password()
    worker.save(update_fields=["password"])
    journal.note("account.factors", worker.id, agency=worker.agency_id, at=at)


def _refuse_clash(roles: Sequence[str]) -> None:
    if not roles or clash(roles) or PROGRAM in roles or not set(roles) <= set(ROLES):
        raise NotTogether(sorted(roles))


def _locked(worker: Worker, by: Worker | None) -> Worker:
    """The account, locked; nobody's own, and none that is out of sight."""
    row = Worker.objects.select_for_update().filter(id=worker.id).first()
    if row is None or (by is not None and by.id == row.id):
        raise NotForYou
    return row


def _person(worker: Worker, by: Worker | None) -> Worker:
    """The account, locked, of a person: nobody signs in with a program's (api/)."""
    row = _locked(worker, by)
    if PROGRAM in row.roles:
        raise NotForYou
    return row


def _new_code(worker: Worker, *, by: Worker | None, at: datetime) -> str:
    """A code of 128 random bits in letters that are not mistaken for one another; only its digest is kept."""
    number = secrets.randbits(128)
    once = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))
    Enrolment.objects.update_or_create(
        worker=worker,
        defaults={
            "agency_id": worker.agency_id,
            "digest": _digest(once),
            "asked_by": by.id if by else None,
            "asked_at": at,
            "until_at": at + CODE_LASTS,
        },
    )
    by_id: UUID | None = by.id if by else None
    record("account.code_issued", about=worker.id, by=by_id, agency=worker.agency_id, at=at)
    return " ".join(once[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def _digest(once: str) -> bytes:
    """The digest of a code as it is typed: spaces, hyphens and capitals do not matter, and 0 is O."""
    plain = once.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    kept = "".join(letter for letter in plain if letter in LETTERS)
    return hashlib.sha256(b"shelterbelt.once" + kept.encode()).digest()


def make_demo_link(worker: Worker, *, at: datetime) -> str:
    """A fresh token that signs in as this worker of a fictional agency; only its digest is kept."""
    if not worker.agency.fictional:
        raise ValueError("demo links exist for fictional agencies only")
    token = secrets.token_urlsafe(24)
    DemoLink.objects.filter(worker=worker).delete()
    DemoLink.objects.create(digest=hashlib.sha256(token.encode()).digest(), worker=worker, made_at=at)
    return token
