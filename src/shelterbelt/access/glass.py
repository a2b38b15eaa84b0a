"""Break the glass: see one part of a restricted file for an hour, with a reason and a second person, aloud.

Refuses walls, victim services, and other agencies without an agreement; whoever asks is never told which. Alone on
duty, the reviewer is paged first, in a transaction of its own. Afterwards the reviewer reads the reason.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access import tries
from shelterbelt.access.bars import CATEGORIES
from shelterbelt.access.exports import alert
from shelterbelt.access.models import Glass, Glimpse, Session, Worker
from shelterbelt.access.policy import AGREE_GLASS, ASK_GLASS, BREAKERS, REVIEW_GLASS
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

ASK_LASTS = timedelta(hours=1)
GLASS_LASTS = timedelta(minutes=60)


def ask_glass(ref: str, category: str, reason: str, *, alone: bool, by: Worker, at: datetime) -> Glass:
    """Ask to see one part of the file with this reference. The same is done, and answered, whether there is one or not."""
    require(by, ASK_GLASS, at=at)
    if category not in CATEGORIES or not reason.strip():
        raise ValueError("glass is asked for in one category and with a reason")
    if alone and not has_reviewer(by):
        raise NotForYou
    tries.note(by, "glass", ref, at=at)
    with as_agency(by.agency_id, at=at):
        found = import_string(settings.GLASS_FILE)(ref=ref, by=by, at=at)
    thing, holder = found or (None, by.agency_id)
    told = {"reason": reason, "asked_for": ref}
    glass_id, others = uuid7(), _others(by, at=at)
    with as_agency(holder, at=at):
        key = new_key(holder)
        glass = Glass.objects.create(
            id=glass_id,
            agency_id=holder,
            asker_agency_id=by.agency_id,
            key=key,
            sealed=seal(key, holder, told, about=glass_id),
            worker_id=by.id,
            thing_id=thing,
            category=category,
            alone=alone,
            others=others,
            asked_at=at,
            paged_at=at if alone else None,
        )
        record("glass.asked", about=glass_id, by=by.id, agency=holder, at=at)
    if alone:
        _page(glass, by, at=at)
    return glass


def _page(glass: Glass, by: Worker, *, at: datetime) -> None:
    """Tell the reviewer of the asker's agency that somebody is about to open a file alone; it names no file."""
    alert("glass_alone", by, at=at)
    record("reviewer.paged", about=glass.id, by=by.id, agency=by.agency_id, at=at)


def open_alone(glass: Glass, *, by: Worker, at: datetime) -> bool:
    """Open it alone, once the page to the reviewer stands in the database; whether there was anything to open."""
    require(by, ASK_GLASS, glass, at=at)
    row = _locked(glass, at=at)
    if not row.alone or row.paged_at is None or row.paged_at >= at:
        raise NotForYou
    return _break(row, by, second=None, at=at)


def agree_glass(glass: Glass, *, by: Worker, at: datetime) -> None:
    """Agree as the second person: it opens for an hour."""
    require(by, AGREE_GLASS, glass, at=at)
    row = _second(glass, by, at=at)
    with as_agency(row.asker_agency_id, at=at):
        asker = Worker.objects.select_related("agency").filter(id=row.worker_id, is_active=True).first()
    if asker is None or not _break(row, asker, second=by, at=at):
        raise NotForYou


def decline_glass(glass: Glass, *, by: Worker, at: datetime) -> None:
    """Say no as the second person; who asked sees nothing but that it did not open."""
    require(by, AGREE_GLASS, glass, at=at)
    row = _second(glass, by, at=at)
    with as_agency(row.agency_id, at=at):
        Glass.objects.filter(id=row.id).update(second_id=by.id)
        record("glass.declined", about=row.id, by=by.id, agency=row.agency_id, at=at)


def close_glass(glass: Glass, *, by: Worker, at: datetime) -> None:
    """Close what one opened, before its hour is over."""
    require(by, ASK_GLASS, glass, at=at)
    if _end(glass, at=at):
        with as_agency(glass.agency_id, at=at):
            record("glass.closed", about=glass.id, by=by.id, agency=glass.agency_id, at=at)


def review_glass(glass: Glass, *, by: Worker, at: datetime) -> None:
    """The reviewer has looked into it."""
    require(by, REVIEW_GLASS, glass, at=at)
    if by.id in (glass.worker_id, glass.second_id):
        raise NotForYou
    if Glass.objects.filter(id=glass.id, reviewed_at=None).update(reviewed_at=at, reviewed_by=by.id):
        record("glass.reviewed", about=glass.id, by=by.id, agency=glass.agency_id, at=at)


def end_glass_of(worker_id: UUID, at: datetime) -> None:
    """Part of closing an account: what it opened closes, and what it asked for opens no more."""
    for glass in Glass.objects.filter(worker_id=worker_id, until_at__gt=at):
        _end(glass, at=at)


def _end(glass: Glass, *, at: datetime) -> bool:
    with as_agency(glass.agency_id, at=at):
        Glimpse.objects.filter(glass_id=glass.id, until_at__gt=at).update(until_at=at)
        return bool(Glass.objects.filter(id=glass.id, until_at__gt=at).update(until_at=at))


def has_reviewer(by: Worker) -> bool:
    """Whether the worker's agency has a reviewer who can be paged."""
    rows = Worker.objects.filter(agency_id=by.agency_id, roles__contains=["reviewer"], is_active=True)
    return rows.exclude(id=by.id).exists()


def _second(glass: Glass, by: Worker, *, at: datetime) -> Glass:
    """The row, locked, if this worker can be its second person."""
    row = _locked(glass, at=at)
    if row.worker_id == by.id:
        raise NotForYou
    return row


def _locked(glass: Glass, *, at: datetime) -> Glass:
    """The row, locked in its holder's name, if it still waits."""
    with as_agency(glass.agency_id, at=at):
        row = Glass.objects.select_for_update().get(id=glass.id)
    if row.broken_at or row.second_id or not row.asked_at <= at < row.asked_at + ASK_LASTS:
        raise NotForYou
    return row


def _break(row: Glass, asker: Worker, *, second: Worker | None, at: datetime) -> bool:
    """Open it, if it is still a file that glass may open to the asker."""
    until = at + GLASS_LASTS
    if row.thing_id is None:
        return False
    with as_agency(asker.agency_id, at=at):
        if not import_string(settings.GLASS_FILE)(case_id=row.thing_id, by=asker, at=at):
            return False
    with as_agency(row.agency_id, at=at):
        Glimpse.objects.bulk_create(
            Glimpse(
                agency_id=row.agency_id,
                glass=row,
                thing_id=thing,
                worker_id=asker.id,
                category=row.category,
                from_at=at,
                until_at=until,
            )
            for thing in import_string(settings.GLASS_THINGS)(row.thing_id)
        )
        second_id = second.id if second else None
        Glass.objects.filter(id=row.id).update(broken_at=at, until_at=until, second_id=second_id)
        if second_id:
            record("glass.agreed", about=row.id, by=second_id, agency=row.agency_id, at=at)
        record("glass.broken", about=row.thing_id, by=asker.id, agency=row.agency_id, at=at)
    return True


def _others(by: Worker, *, at: datetime) -> int:
    """How many others of the agency who could have been asked were signed in: for the reviewer to see."""
    seen = Session.objects.filter(seen_at__gt=at - settings.SESSION_IDLE).values("worker_id")
    rows = Worker.objects.filter(agency_id=by.agency_id, is_active=True, roles__overlap=list(BREAKERS))
    return rows.filter(id__in=seen).exclude(id=by.id).count()
