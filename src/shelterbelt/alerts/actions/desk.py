"""Take calls for help in at a police agency, say that somebody goes, and close them. Refuses whom no victim service wrote for.

What is told is destroyed once it is over: taken back, cancelled, or closed.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency
from shelterbelt.agencies.sealed import destroy, new_key, seal
from shelterbelt.alerts import letters
from shelterbelt.alerts.models import CallForHelp
from shelterbelt.alerts.policy import TAKE_CALL_FOR_HELP
from shelterbelt.alerts.released import KIND
from shelterbelt.ledger.actions import record
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.store.ids import uuid7


def take_in_call(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> CallForHelp:
    """Keep a call for help, once for each reference; told anew it stands as it is told now, open again."""
    if to.kind != KIND or sender.kind not in VICTIM_SERVICES:
        raise BadLetter("to")
    told = letters.call_for_help(body)
    reference, pressed_at = told.pop("reference"), datetime.fromisoformat(told.pop("pressed_at"))
    row = _row(reference, sender=sender, to=to) or CallForHelp(
        id=uuid7(), agency=to, sender=sender, sender_ref=reference, arrived_at=at
    )
    before, row.key = bytes(row.key), new_key(to.id)
    row.sealed = seal(
        row.key, to.id, {name: told[name] for name in ("name", "number", "asks", "place")}, about=row.id
    )
    row.pressed_at, row.forced = pressed_at, told["forced"]
    row.over_at, row.over_because = None, ""
    row.save()
    if before:
        transaction.on_commit(partial(destroy, before, to.id))
    record("help_call.arrived", about=row.id, by=None, agency=to.id, at=at)
    return row


def take_in_call_over(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """It is over: what was told is destroyed. Of one that is not known here nothing is kept."""
    told = letters.call_over(body)
    row = _row(told["reference"], sender=sender, to=to)
    if row is not None and row.over_at is None:
        _over(row, told["because"], by=None, at=at)


def take_call(call: CallForHelp, *, by: Worker, at: datetime) -> bool:
    """“We are going”: the agency that wrote is told, and so the survivor's page says that somebody has it; who was first."""
    require(by, TAKE_CALL_FOR_HELP, call, at=at)
    row = CallForHelp.objects.select_for_update(of=("self",)).select_related("sender__node", "agency__node")
    found = row.get(id=call.id)
    if found.taken_at is not None or found.over_at is not None:
        return False
    found.taken_at, found.taken_by = at, by.id
    found.save(update_fields=["taken_at", "taken_by"])
    send_letter("help_call_taken/1", {"reference": found.sender_ref}, by=found.agency, to=found.sender, at=at)
    record("help_call.taken", about=found.id, by=by.id, agency=by.agency_id, at=at)
    return True


def close_call(call: CallForHelp, *, by: Worker, at: datetime) -> None:
    """Somebody was there, and it is over here."""
    require(by, TAKE_CALL_FOR_HELP, call, at=at)
    row = CallForHelp.objects.select_for_update(of=("self",)).get(id=call.id)
    if row.over_at is None:
        _over(row, "closed", by=by.id, at=at)


def _row(reference: str, *, sender: Agency, to: Agency) -> CallForHelp | None:
    rows = CallForHelp.objects.select_for_update(of=("self",))
    return rows.filter(agency=to, sender=sender, sender_ref=reference).first()


def _over(row: CallForHelp, because: str, *, by: UUID | None, at: datetime) -> None:
    key, row.key, row.sealed = bytes(row.key), b"", b""
    row.over_at, row.over_because = at, because
    row.save()
    # An act that is undone has destroyed nothing.
    transaction.on_commit(partial(destroy, key, row.agency_id))
    record("help_call.over", about=row.id, by=by, agency=row.agency_id, at=at)
