"""Close a file to whom its survivor named, or to everybody but a team. Refuses oneself, and a team without its supervisor.

Part of cases' actions. Who was named stays with the file's holder.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Entrusted, Wall, Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.walls import entrust, lift, raise_wall, restrict
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.cases.models import Case, KeptOut
from shelterbelt.cases.policy import KEEP_OUT, RESTRICT_FILE, SEE_CASE
from shelterbelt.consent.actions import end_releases_to
from shelterbelt.ledger.actions import record
from shelterbelt.store.ids import uuid7


def keep_out(
    case: Case,
    *,
    worker: Worker | None = None,
    agency: Agency | None = None,
    who: str = "",
    words: str = "",
    by: Worker,
    at: datetime,
) -> KeptOut:
    """Somebody whom the survivor named never sees their files here: a colleague, an agency, or a name to keep in mind.

    A colleague and an agency stand before a wall at once, and releases to that agency end. A name is kept and hides
    nothing by itself.
    """
    require(by, KEEP_OUT, case, at=at)
    _refuse_named(worker, agency, who, by=by)
    wall = _wall_before(case, worker, agency, words, by=by, at=at) if worker or agency else None
    entry_id, key = uuid7(), new_key(case.agency_id)
    entry = KeptOut.objects.create(
        id=entry_id,
        agency_id=case.agency_id,
        case=case,
        key=key,
        sealed=seal(key, case.agency_id, {"who": who, "words": words}, about=entry_id),
        worker_id=worker.id if worker else None,
        viewer=agency,
        wall_id=wall.id if wall else None,
        added_at=at,
        added_by=by.id,
    )
    record("kept_out.added", about=entry_id, by=by.id, agency=case.agency_id, at=at)
    return entry


def _refuse_named(worker: Worker | None, agency: Agency | None, who: str, *, by: Worker) -> None:
    if sum((worker is not None, agency is not None, bool(who.strip()))) != 1:
        raise ValueError("one worker, one agency or one name")
    if worker is not None and (worker.id == by.id or worker.agency_id != by.agency_id):
        raise NotForYou
    if agency is not None and agency.id == by.agency_id:
        raise NotForYou


def _wall_before(
    case: Case, worker: Worker | None, agency: Agency | None, words: str, *, by: Worker, at: datetime
) -> Wall:
    """Before the survivor, and so before all of their files here; what opened one to that agency is over."""
    if agency is not None:
        files = Case.objects.filter(agency_id=case.agency_id, survivor_id=case.survivor_id)
        end_releases_to(agency, files.values_list("id", flat=True), by=by, at=at)
    return raise_wall(
        case.survivor_id,
        agency=case.agency_id,
        worker=worker.id if worker else None,
        viewer=agency.id if agency else None,
        basis="survivor_named",
        reason=words,
        by=by.id,
        at=at,
    )


def let_in(entry: KeptOut, *, by: Worker, at: datetime) -> None:
    """The survivor takes a name off their list; ended releases stay ended, and nothing is opened anew."""
    require(by, KEEP_OUT, entry, at=at)
    if not KeptOut.objects.filter(id=entry.id, ended_at=None).update(ended_at=at, ended_by=by.id):
        return
    same = KeptOut.objects.filter(wall_id=entry.wall_id, ended_at=None)
    standing = Wall.objects.filter(lifted_at=None)
    wall = standing.filter(id=entry.wall_id).first() if entry.wall_id else None
    if wall is not None and not same.exists():
        lift(wall, by=by.id, at=at, reason="")
    record("kept_out.ended", about=entry.id, by=by.id, agency=entry.agency_id, at=at)


def close_to_team(case: Case, *, team: Sequence[Worker], reason: str, by: Worker, at: datetime) -> None:
    """Only these people see the file from now on; whoever closes it is one of them."""
    require(by, RESTRICT_FILE, case, at=at)
    _refuse_strangers(team, by)
    members = {by.id, *(worker.id for worker in team)}
    restrict(case.id, agency=case.agency_id, team=sorted(members), reason=reason, by=by.id, at=at)
    record("file.restricted", about=case.id, by=by.id, agency=case.agency_id, at=at)


def join_team(case: Case, worker: Worker, *, by: Worker, at: datetime) -> None:
    """Somebody more sees the file; a wall before them stays where it is."""
    require(by, RESTRICT_FILE, case, at=at)
    _refuse_strangers([worker], by)
    if not restriction_of(case):
        raise NotForYou
    entrust(case.id, worker.id, agency=case.agency_id, by=by.id, at=at)


def leave_team(case: Case, worker_id: UUID, *, by: Worker, at: datetime) -> None:
    """Somebody sees the file no more; nobody takes themselves out, so that somebody is left who can open it."""
    require(by, RESTRICT_FILE, case, at=at)
    if worker_id == by.id:
        raise NotForYou
    if Entrusted.objects.filter(thing_id=case.id, worker_id=worker_id, until_at=None).update(until_at=at):
        record("file.team_left", about=case.id, by=by.id, agency=case.agency_id, at=at)


def open_to_all(case: Case, *, reason: str, by: Worker, at: datetime) -> None:
    """The agency sees the file again as it sees others."""
    require(by, RESTRICT_FILE, case, at=at)
    if (wall := restriction_of(case)) is not None:
        lift(wall, by=by.id, at=at, reason=reason)
        Entrusted.objects.filter(thing_id=case.id, until_at=None).update(until_at=at)
        record("file.opened", about=case.id, by=by.id, agency=case.agency_id, at=at)


def restriction_of(case: Case) -> Wall | None:
    """What closes a file to all but its team, if anything does."""
    rows = Wall.objects.filter(agency_id=case.agency_id, thing_id=case.id, basis="restricted")
    return rows.filter(lifted_at=None).first()


def _refuse_strangers(team: Sequence[Worker], by: Worker) -> None:
    for worker in team:
        if worker.agency_id != by.agency_id or not SEE_CASE.allows(worker):
            raise NotForYou
