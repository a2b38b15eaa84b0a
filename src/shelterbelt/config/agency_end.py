"""`shelterbelt agency close`: an agency closed, or merged into another. Whatever was released to it or by it ends.

Refuses to hand anything to a successor: whoever follows it asks every survivor anew.
"""

import argparse
from datetime import datetime

from django.db import transaction

from shelterbelt.access.actions import close_account
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.actions import note_closed
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.config.processes import Fault
from shelterbelt.consent.actions import end_releases_of_agency
from shelterbelt.consent.policy import CLOSE_CONSENT
from shelterbelt.ledger.actions import record
from shelterbelt.store.asker import as_agency, signing_in
from shelterbelt.ui.clock import now


def command(chosen: argparse.Namespace) -> int:
    """Close one agency in the name of somebody who may, and say what ended."""
    at = now()
    agency = Agency.objects.select_related("node").filter(name=chosen.name).first()
    if agency is None:
        raise Fault(f"No agency is called {chosen.name!r} here.")
    with signing_in(at=at):
        by = Worker.objects.filter(code=chosen.by, is_active=True).select_related("agency__node").first()
    if by is None or not CLOSE_CONSENT.allows(by) or (agency.node.is_self and by.agency_id != agency.id):
        raise Fault(f"Nobody who may close this agency has the code {chosen.by!r} and an open account.")
    ended, accounts = close(agency, by=by, at=at)
    print(f"{agency.name} is closed. {ended} releases and grants ended, {accounts} accounts were closed.")
    print("Nothing passes to whoever follows it. Tell the survivors; they decide anew.")
    return 0


def close(agency: Agency, *, by: Worker, at: datetime) -> tuple[int, int]:
    """In one transaction: nobody can choose it, nothing is opened to it or by it, and nobody signs in for it."""
    ended = accounts = 0
    with transaction.atomic():
        with as_agency(by.agency_id, at=at, worker=by.id):
            require(by, CLOSE_CONSENT, at=at)
            note_closed(agency, at=at)
            record("agency.closed", about=agency.id, by=by.id, agency=by.agency_id, at=at)
        for holder in agencies_here():
            with as_agency(holder.id, at=at):
                ended += end_releases_of_agency(agency, by=by, at=at, holder=holder)
        if agency.node.is_self:
            accounts = _close_accounts(agency, at=at)
    return ended, accounts


def _close_accounts(agency: Agency, *, at: datetime) -> int:
    with as_agency(agency.id, at=at):
        workers = list(Worker.objects.filter(agency=agency, is_active=True))
        for worker in workers:
            close_account(worker, by=None, at=at)
    return len(workers)
