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
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

PLACE = "place"


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
        _note_out(before, content, at)
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
    content = _without(opened(setup), slot)
    with acting(by, at=at):
        _note_out(setup, content, at)
        _changed(setup, content, at)
        record("help_setup.changed", about=setup.person_id, by=by.id, agency=by.agency_id, at=at)


def take_out_again(setup_id: UUID, at: datetime, *, slot: str) -> int:
    """After a restore: whoever had been taken out, or had made way for somebody else, hears of no alert."""
    setup = HelpSetup.objects.select_for_update().filter(id=setup_id).first()
    content = _without(opened(setup), slot) if setup else {}
    if setup is None or content == opened(setup):
        return 0
    _changed(setup, content, at)
    return 1


def end_again(setup_id: UUID, at: datetime) -> int:
    """After a restore: what had been ended, with its key, is no set-up."""
    setup = HelpSetup.objects.filter(id=setup_id).first()
    if setup is not None:
        Button.objects.filter(person_id=setup.person_id).delete()
        setup.delete()
    return int(setup is not None)


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
    journal.note("help.ended", setup.id, agency=setup.agency_id, at=at)
    key = bytes(setup.key)
    setup.delete()
    destroy(key, setup.agency_id)


def _without(content: dict[str, Any], slot: str) -> dict[str, Any]:
    """A set-up without whom a slot stands for; without “place”, no place is told."""
    left = {part: [one for one in content[part] if one["slot"] != slot] for part in ("people", "dispatch")}
    return {**content, **left, "place": content["place"] and slot != PLACE}


def _note_out(setup: HelpSetup, content: Mapping[str, Any], at: datetime) -> None:
    """Beside the database: which slots stand for somebody no more, or for somebody else."""
    before = opened(setup)
    out = {PLACE} if before["place"] and not content["place"] else set()
    for part in ("people", "dispatch"):
        stay = {one["slot"]: _who(one) for one in content[part]}
        out |= {one["slot"] for one in before[part] if stay.get(one["slot"]) != _who(one)}
    for slot in sorted(out):
        journal.note("help.out", setup.id, agency=setup.agency_id, at=at, left={"slot": slot})


def _who(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(one.get(part, "") for part in ("name", "number", "email", "agency"))


def _changed(row: HelpSetup, content: Mapping[str, Any], at: datetime) -> HelpSetup:
    row.sealed, row.changed_at = seal(row.key, row.agency_id, content, about=row.id), at
    row.save(update_fields=["sealed", "changed_at"])
    return row
