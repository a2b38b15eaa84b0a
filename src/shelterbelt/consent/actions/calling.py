"""End a release on the word of somebody who calls, where whoever answers cannot see the file, or must not.

It answers nothing: the same whether there was such a release or not. A release that ended so is checked on like any
other that was ended from afar. Refuses one name alone where more was signed.
"""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.consent.actions.ending import end_withdrawn, locked, refuse_channel
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import WITHDRAW_RELEASE
from shelterbelt.rules.signers import same_name
from shelterbelt.store.asker import as_agency


def withdraw_by_name(name: str, recipient: Agency, *, by: Worker, at: datetime, channel: str) -> None:
    """End what somebody of this name released to one agency, in the agency's name: no wall stands before a withdrawal."""
    require(by, WITHDRAW_RELEASE, at=at)
    refuse_channel(channel, by)
    with as_agency(by.agency_id, at=at):
        rows = Release.objects.filter(agency_id=by.agency_id, recipient=recipient, withdrawn_at=None)
        for found in rows.filter(expires_at__gt=at).order_by("id"):
            if same_name(name, str(opened(found)["subject"])):
                row = locked(found.id)
                if row.withdrawn_at is None:
                    end_withdrawn(row, by=by.id, at=at, channel=channel)
