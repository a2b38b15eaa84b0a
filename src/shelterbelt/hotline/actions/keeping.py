"""Lets go what has been kept for as long as the dated file of the hotline says: reports, words of contacts, then their counts.

Nobody asks it: the night does. What a case holds goes with the case.
"""

from datetime import datetime

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import destroy
from shelterbelt.hotline.actions.telling import let_report_go
from shelterbelt.hotline.models import Call, CallWords, Report, Return
from shelterbelt.ledger.actions import record
from shelterbelt.library.hotline import Ways, ways
from shelterbelt.store import journal


def forget_old(agency: Agency, *, at: datetime) -> int:
    """Destroy the keys and rows whose time is over; how many there were."""
    told = ways()
    Return.objects.filter(agency_id=agency.id, until_at__lte=at).delete()
    return _reports(agency, told, at=at) + _words(agency, told, at=at) + _calls(agency, told, at=at)


def _reports(agency: Agency, told: Ways, *, at: datetime) -> int:
    rows = list(Report.objects.filter(agency_id=agency.id, case=None, touched_at__lte=at - told.keep_report))
    for row in rows:
        record("report.let_go", about=row.id, by=None, agency=agency.id, at=at)
        let_report_go(row.id)
        journal.note("report.gone", row.id, agency=agency.id, at=at)
    return len(rows)


def _words(agency: Agency, told: Ways, *, at: datetime) -> int:
    old = CallWords.objects.filter(agency_id=agency.id, call__case=None, touched_at__lte=at - told.keep_words)
    rows = list(old.filter(call__waits_since=None))
    for row in rows:
        record("call.words_let_go", about=row.call_id, by=None, agency=agency.id, at=at)
        destroy(bytes(row.key), agency.id)
        CallWords.objects.filter(id=row.id).delete()
    return len(rows)


def _calls(agency: Agency, told: Ways, *, at: datetime) -> int:
    old = Call.objects.filter(agency_id=agency.id, case=None, logged_at__lte=at - told.keep_count)
    rows = list(old.filter(words=None))
    for row in rows:
        record("call.let_go", about=row.id, by=None, agency=agency.id, at=at)
        destroy(bytes(row.key), agency.id)
        Call.objects.filter(id=row.id).delete()
    return len(rows)
