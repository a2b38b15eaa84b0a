"""Raise and lift walls, restrict files and entrust people with them. Refuses to say in the open why.

The bars that a wall sets are spread by PostgreSQL itself to the incidents and cases of a person, past and future.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Bar, Entrusted, Wall
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.ledger.actions import record
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.store.journal import note


def raise_wall(
    thing: UUID,
    *,
    agency: UUID,
    worker: UUID | None = None,
    viewer: UUID | None = None,
    basis: str,
    reason: str,
    by: UUID | None,
    at: datetime,
) -> Wall:
    """Hide a thing from a worker or from an agency, at once; the same wall twice is one.

    Whoever calls this has asked whether `by` may: a match or a declaration raises walls by itself.
    """
    if (worker is None) == (viewer is None):
        raise ValueError("a wall stands before one worker or one agency")
    standing = Wall.objects.filter(
        agency_id=agency, thing_id=thing, worker_id=worker, viewer_id=viewer, basis=basis, lifted_at=None
    ).first()
    return standing or _wall(
        thing, agency=agency, worker=worker, viewer=viewer, basis=basis, reason=reason, by=by, at=at
    )


def restrict(
    thing: UUID, *, agency: UUID, team: Iterable[UUID], reason: str, by: UUID | None, at: datetime
) -> Wall:
    """Close a file to everybody in its agency but its team; those before in the team stay."""
    for worker in team:
        entrust(thing, worker, agency=agency, by=by, at=at)
    standing = Wall.objects.filter(
        agency_id=agency, thing_id=thing, basis="restricted", lifted_at=None
    ).first()
    return standing or _wall(
        thing, agency=agency, worker=None, viewer=None, basis="restricted", reason=reason, by=by, at=at
    )


def entrust(
    thing: UUID,
    worker: UUID,
    *,
    agency: UUID,
    by: UUID | None,
    at: datetime,
    why: str = "team",
    until: datetime | None = None,
) -> None:
    """Let a worker see a restricted thing; a wall before them stays where it is."""
    living = Entrusted.objects.filter(thing_id=thing, worker_id=worker, why=why, until_at=until)
    if until is None and living.exists():
        return
    Entrusted.objects.create(
        agency_id=agency, thing_id=thing, worker_id=worker, why=why, from_at=at, until_at=until, given_by=by
    )
    record("file.entrusted", about=thing, by=by, agency=agency, at=at)


def lift(wall: Wall, *, by: UUID | None, at: datetime, reason: str = "") -> None:
    """Take a wall or a restriction away; that it stood, who lifted it and why, stays."""
    told = {**opened(wall), "lifted_because": reason}
    sealed = seal(wall.key, wall.agency_id, told, about=wall.id)
    Wall.objects.filter(id=wall.id, lifted_at=None).update(lifted_at=at, lifted_by=by, sealed=sealed)
    Bar.objects.filter(wall_id=wall.id).delete()
    record("wall.lifted", about=wall.id, by=by, agency=wall.agency_id, at=at)


def _wall(
    thing: UUID,
    *,
    agency: UUID,
    worker: UUID | None,
    viewer: UUID | None,
    basis: str,
    reason: str,
    by: UUID | None,
    at: datetime,
) -> Wall:
    wall_id, key = uuid7(), new_key(agency)
    wall = Wall.objects.create(
        id=wall_id,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, {"reason": reason}, about=wall_id),
        thing_id=thing,
        worker_id=worker,
        viewer_id=viewer,
        basis=basis,
        raised_at=at,
        raised_by=by,
    )
    hidden = {"thing_id": thing, "worker_id": worker, "viewer_id": viewer}
    # In the agency's name: it reaches what the asker may not see, or sees no longer from here on.
    with as_agency(agency, at=at):
        Bar.objects.create(agency_id=agency, root_id=thing, wall=wall, **hidden)
    record("wall.raised", about=wall_id, by=by, agency=agency, at=at)
    if basis != "erased":
        ids = {name: str(one) if one else "" for name, one in hidden.items()}
        note("wall.raised", wall_id, agency=agency, at=at, left={**ids, "basis": basis})
    return wall
