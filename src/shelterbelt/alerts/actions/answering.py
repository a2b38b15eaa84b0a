"""Answer a help alert, as a worker who is there or by the link that was sent; and end it with what came of it."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.sealed import opened, seal
from shelterbelt.alerts.actions.places import end_places
from shelterbelt.alerts.models import AnswerLink, Call, HelpAlert
from shelterbelt.alerts.policy import ANSWER_HELP_ALERT
from shelterbelt.alerts.setup import DUTY
from shelterbelt.ledger.actions import record
from shelterbelt.rules.calling import HELP
from shelterbelt.store.asker import as_agency


def answer_alert(alert: HelpAlert, *, by: Worker, at: datetime) -> bool:
    """“I have it”: nobody else is called any more, and the survivor's page says so; whether this worker was the first."""
    require(by, ANSWER_HELP_ALERT, alert, at=at)
    with as_agency(by.agency_id, at=at):
        row = HelpAlert.objects.select_for_update().get(id=alert.id)
        first = note_answer(row, DUTY, at=at)
        if first:
            row.answered_by = by.id
            row.save(update_fields=["answered_by"])
            record("help.answered", about=row.id, by=by.id, agency=by.agency_id, at=at)
    return first


def answer_by_link(link: AnswerLink, *, at: datetime) -> bool:
    """Somebody whom the survivor chose says that they have it; the link is the permission, and it opens nothing else."""
    with as_agency(link.agency_id, at=at):
        row = HelpAlert.objects.select_for_update().filter(id=link.about_id, ended_at=None).first()
        first = row is not None and note_answer(row, link.slot, at=at)
        if row is not None and first:
            record("help.answered", about=row.id, by=None, agency=row.agency_id, at=at)
    return first


def end_alert(alert: HelpAlert, outcome: str, words: str, *, by: Worker, at: datetime) -> None:
    """What came of it. From now on it is the survivor's own again, and nobody on duty sees it."""
    require(by, ANSWER_HELP_ALERT, alert, at=at)
    with as_agency(by.agency_id, at=at):
        row = HelpAlert.objects.select_for_update().get(id=alert.id)
        row.sealed = seal(row.key, row.agency_id, {**opened(row), "outcome_words": words}, about=row.id)
        row.state, row.outcome, row.next_at = "ended", outcome, None
        row.ended_at, row.ended_by = at, by.id
        row.save()
        Call.objects.filter(alert=row, state="waiting").update(
            state="given_up", next_at=None, reasons=["calling.over"]
        )
        end_places(Survivor(row.person_id, row.agency_id, row.person_id), row.button_id, at=at)
        record("help.ended", about=row.id, by=by.id, agency=by.agency_id, at=at)


def note_answer(row: HelpAlert, slot: str, *, at: datetime) -> bool:
    """Who has it, if nobody had it before: nobody else is called. The caller holds the row."""
    if row.answered_at is not None:
        return False
    row.answered_at, row.answered_slot, row.next_at = at, slot, at
    if row.state in ("sent", "unanswered"):
        row.state = "answered"
    row.save(update_fields=["answered_at", "answered_slot", "next_at", "state"])
    Call.objects.filter(alert=row, state="waiting", says=HELP).update(
        state="given_up", next_at=None, reasons=["calling.over"]
    )
    return True
