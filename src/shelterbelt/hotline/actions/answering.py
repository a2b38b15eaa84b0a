"""What an advocate does with a report: take it on, answer, hand it over, open a case when the person wishes it.

Refuses a case that nobody wished, and to copy a word into it that the person did not allow.
"""

from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.hotline.actions.telling import NothingSaid, _say
from shelterbelt.hotline.models import Report, Saying
from shelterbelt.hotline.policy import ANSWER_REPORTS
from shelterbelt.hotline.safely import refuse_forbidden
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.store.asker import as_agency

WISHES_A_FILE = "file"


class NotWished(Exception):
    """They did not ask for this."""


def take_report_on(report: Report, *, by: Worker, at: datetime) -> None:
    """Say that somebody has taken this on; the first one stands."""
    require(by, ANSWER_REPORTS, report, at=at)
    if Report.objects.filter(id=report.id, taken_by=None).update(taken_by=by.id, taken_at=at):
        record("report.taken_on", about=report.id, by=by.id, agency=report.agency_id, at=at)


def answer_report(report: Report, words: str, *, by: Worker, at: datetime) -> Saying:
    """Write an answer, which waits for whoever has the words."""
    require(by, ANSWER_REPORTS, report, at=at)
    if not words.strip():
        raise NothingSaid
    said = _say(report, words, by=by.id, at=at)
    Report.objects.filter(id=report.id, taken_by=None).update(taken_by=by.id, taken_at=at)
    Report.objects.filter(id=report.id).update(touched_at=at, waits=False)
    record("report.answered", about=report.id, by=by.id, agency=report.agency_id, at=at)
    return said


def note_report_call(report: Report, *, outcome: str, words: str = "", by: Worker, at: datetime) -> Saying:
    """Write down that they were called, where what they said allows it now; raises Forbidden where it does not.

    It lies with the report, goes when that goes, and is not shown to whoever comes back with the words.
    """
    require(by, ANSWER_REPORTS, report, at=at)
    if outcome not in shelf.codes("contact_outcomes"):
        raise ValueError("an outcome comes from the library")
    row = Report.objects.select_for_update().get(id=report.id)  # they may have said something else meanwhile
    refuse_forbidden(row, "phone", outcome=outcome, at=at)
    noted = _say(report, words, by=by.id, at=at, outcome=outcome)
    record("report.called", about=report.id, by=by.id, agency=report.agency_id, at=at)
    return noted


def hand_over_report(report: Report, to: Worker, *, by: Worker, at: datetime) -> None:
    """Give it to a colleague of the same agency, who can answer it as well."""
    require(by, ANSWER_REPORTS, report, at=at)
    if to.agency_id != report.agency_id or not ANSWER_REPORTS.allows(to):
        raise NotForYou
    Report.objects.filter(id=report.id).update(taken_by=to.id, taken_at=at)
    record("report.handed_over", about=report.id, by=by.id, agency=report.agency_id, at=at)


def open_case_for_report(report: Report, *, name: str, other: str = "", by: Worker, at: datetime) -> Case:
    """The case that the person wished: the one that is open, or a new one, with their words only if they allowed it."""
    require(by, ANSWER_REPORTS, report, at=at)
    row = Report.objects.select_for_update().get(id=report.id)
    if row.case is not None:
        return row.case
    told = opened(row)
    if WISHES_A_FILE not in told["wishes"]:
        raise NotWished
    case = open_direct_case(
        survivor={"name": name, "language": told["language"]},
        other={"name": other} if other else None,
        words=_copied(row, told),
        by=by,
        at=at,
    )
    row.case = case
    with as_agency(row.agency_id, at=at):  # whoever opens it may stand before a wall from here on
        row.save(update_fields=["case"])
    record("report.filed", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return case


def _copied(report: Report, told: dict[str, Any]) -> dict[str, Any]:
    if not told["may_copy"]:
        return {}
    theirs = Saying.objects.filter(report=report, by=None).order_by("at", "id")
    words = [opened_under(bytes(report.key), s.id, s.agency_id, bytes(s.sealed))["words"] for s in theirs]
    return {"own_words": "\n\n".join(words), "instructions": told["instructions"]}
