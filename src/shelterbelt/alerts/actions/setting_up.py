"""Set help alerts up with a survivor, change it, take somebody out, end it. Made live with a worker they trust.

By their own hand a survivor only takes away: a forced hand on the device cannot put somebody in or change a code.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.sealed import destroy, new_key, opened, seal
from shelterbelt.alerts.models import Button, HelpSetup
from shelterbelt.alerts.policy import SET_UP_HELP
from shelterbelt.alerts.setup import digests_of
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.safety.models import OwnFile
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7


def set_up_help(file: OwnFile, told: Mapping[str, Any], *, by: Worker, at: datetime) -> HelpSetup:
    """Keep whom an alert goes to, in which words, and the two codes; empty codes leave those that stand."""
    require(by, SET_UP_HELP, file, at=at)
    before = HelpSetup.objects.select_for_update().filter(person_id=file.person_id).first()
    content = {name: value for name, value in told.items() if name not in ("cancel_code", "forced_code")}
    for kept, typed in (("cancel", "cancel_code"), ("forced", "forced_code")):
        if code := told.get(typed):
            content[kept] = digests_of(file.agency_id, file.person_id, code)[0]
        elif before:
            content[kept] = opened(before)[kept]
    record("help_setup.changed", about=file.person_id, by=by.id, agency=file.agency_id, at=at)
    if before:
        return _changed(before, content, at)
    row_id, key = uuid7(), new_key(file.agency_id)
    return HelpSetup.objects.create(
        id=row_id,
        agency_id=file.agency_id,
        key=key,
        sealed=seal(key, file.agency_id, content, about=row_id),
        person_id=file.person_id,
        changed_at=at,
    )


def take_out(setup: HelpSetup, slot: str, *, by: Survivor, at: datetime) -> None:
    """Somebody hears of no alert any more, at once; or, for the slot “place”, no place is told."""
    require_own(by, SET_UP_HELP, setup, at=at)
    content = opened(setup)
    if slot == "place":
        content["place"] = False
    content["people"] = [one for one in content["people"] if one["slot"] != slot]
    content["dispatch"] = [one for one in content["dispatch"] if one["slot"] != slot]
    with acting(by, at=at):
        _changed(setup, content, at)
        record("help_setup.changed", about=setup.person_id, by=by.id, agency=by.agency_id, at=at)


def end_setup(setup: HelpSetup, *, by: Worker | Survivor, at: datetime) -> None:
    """There is no help alert any more, and the names and numbers are gone; buttons that lie on a device press nothing."""
    require_own(by, SET_UP_HELP, setup, at=at)
    with acting(by, at=at):
        _ended(setup, by=by.id, at=at)


def end_for_death(case_id: UUID, agency_id: UUID, by: UUID | None, at: datetime) -> None:
    """The survivor of this case has died: no button presses anything any more."""
    with as_agency(agency_id, at=at):
        case = Case.objects.filter(id=case_id, agency_id=agency_id)
        person_id = case.values_list("survivor_id", flat=True).first()
        setup = HelpSetup.objects.filter(person_id=person_id).first() if person_id else None
        if setup is not None:
            _ended(setup, by=by, at=at)


def _ended(setup: HelpSetup, *, by: UUID | None, at: datetime) -> None:
    record("help_setup.ended", about=setup.person_id, by=by, agency=setup.agency_id, at=at)
    Button.objects.filter(person_id=setup.person_id).delete()
    key = bytes(setup.key)
    setup.delete()
    destroy(key, setup.agency_id)


def _changed(row: HelpSetup, content: Mapping[str, Any], at: datetime) -> HelpSetup:
    row.sealed, row.changed_at = seal(row.key, row.agency_id, content, about=row.id), at
    row.save(update_fields=["sealed", "changed_at"])
    return row
