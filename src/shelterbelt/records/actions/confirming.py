"""Erase a case: a second person confirms, its keys are destroyed, and what is left is an empty row.

Refuses whoever asked for it, and a case that is held, demanded or not due at this very instant.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.walls import raise_wall
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.sealed import destroy
from shelterbelt.cases.models import Case, Incident
from shelterbelt.consent.models import Grant
from shelterbelt.ledger.actions import forget_about, record
from shelterbelt.people.models import Person
from shelterbelt.records.actions.asking import refuse_unless_due
from shelterbelt.records.actions.holding import locked
from shelterbelt.records.models import Erasure
from shelterbelt.records.parts import Roots, Rows, children_first, hanging, roots_of
from shelterbelt.records.policy import CONFIRM_ERASURE
from shelterbelt.store.asker import as_agency
from shelterbelt.store.journal import note

EMPTY: dict[str, Any] = {"key": b"", "sealed": b""}


class SamePerson(ValueError):
    """Whoever asked for an erasure does not confirm it: two people see it."""


def erase_case(case: Case, *, by: Worker, at: datetime) -> Erasure:
    """Destroy what the case holds, in this node and in every backup of its database; an empty row stays."""
    require(by, CONFIRM_ERASURE, case, at=at)
    row = locked(case.id)
    asked = Erasure.objects.select_for_update().filter(
        case_id=row.id, called_off_at=None, erased_at=None
    ).first()  # fmt: skip
    if asked is None:
        raise NotForYou("nobody asked for it")
    if asked.asked_by == by.id:
        raise SamePerson("a second person confirms an erasure")
    refuse_unless_due(row, asked.basis, at=at)
    asked.confirmed_by, asked.erased_at = by.id, at
    asked.save(update_fields=["confirmed_by", "erased_at"])
    with as_agency(row.agency_id, at=at):
        empty(roots_of(row), agency=row.agency_id, by=by.id, at=at)
    return asked


def empty(roots: Roots, *, agency: UUID, by: UUID | None, at: datetime) -> None:
    """Take everything out of these shells, in the holder's transaction; done twice it changes nothing.

    The keys go last: until then a fault leaves all as it was, and from then on nothing can fail but the commit.
    """
    _end_grants(roots, at=at)
    going = hanging(roots)
    keys = _keys({**going, **roots.rows})
    things = tuple(thing for ids in going.values() for thing in ids if isinstance(thing, UUID))
    for model in children_first(going):
        model._default_manager.filter(pk__in=going[model]).delete()
    _shells(roots, agency=agency, at=at)
    forget_about(agency, {*things, *roots.ids}, at)
    for case in sorted(roots.cases):
        record("case.erased", about=case, by=by, agency=agency, at=at)
    for shell in roots.ids:
        raise_wall(shell, agency=agency, viewer=agency, basis="erased", reason="", by=None, at=at)
        note("erased", shell, agency=agency, at=at)
    _delete_files(things)
    for key in keys:
        destroy(key, agency)


def _end_grants(roots: Roots, *, at: datetime) -> None:
    """Whoever reads through a grant is told that it has ended, and nothing else."""
    rows = Grant.objects.filter(case_id__in=roots.cases, withdrawn_at=None)
    for grant in rows.select_related("agency__node", "recipient__node"):
        grant.withdrawn_at = at
        grant.save(update_fields=["withdrawn_at"])
        told = {"grant": str(grant.id), "at": at.isoformat()}
        send_letter("withdrawal/1", told, by=grant.agency, to=grant.recipient, at=at)
        note("grant.ended", grant.id, agency=grant.agency_id, at=at)


def _keys(rows: Rows) -> list[bytes]:
    found = []
    for model, ids in rows.items():
        if any(field.attname == "key" for field in model._meta.concrete_fields):
            values = model._default_manager.filter(pk__in=ids).values_list("key", flat=True)
            found += [bytes(key) for key in values if key]
    return found


def _shells(roots: Roots, *, agency: UUID, at: datetime) -> None:
    """What stays of each: who held it, its reference, and nothing that says anything about anybody."""
    nobody = Person.objects.filter(id__in=roots.people).first() or Person.objects.create(
        agency_id=agency, recorded_at=at, **EMPTY
    )
    Person.objects.filter(id__in=roots.people).update(**EMPTY)
    Incident.objects.filter(id__in=roots.incidents).update(
        **EMPTY, opened_by=None, happened_at=None, unit=None, case_count=0
    )
    for case in Case.objects.filter(id__in=roots.cases):
        case.survivor = case.survivor if case.survivor_id in roots.people else nobody
        case.other = None
        case.key, case.sealed, case.unit, case.opened_by, case.next_due_at = b"", b"", None, None, None
        case.level, case.level_rank, case.closed_at = "medium", 2, case.closed_at or at
        case.save()


def _delete_files(things: Iterable[UUID]) -> None:
    """The files that carry one of these ids in their name: what lies in them is unreadable from now on anyway."""
    names = {str(thing) for thing in things}
    folder = Path(settings.FILES)
    if names and folder.is_dir():
        for path in folder.iterdir():
            if path.name.split(".")[0] in names:
                path.unlink(missing_ok=True)
