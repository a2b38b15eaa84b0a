"""Destroys alarms when their time is over: their keys first, then they and who was told of them.

Nobody asks it: the clock does. What proves a breach lies with the breach, and is not touched.
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from shelterbelt.agencies.sealed import destroy
from shelterbelt.ledger.actions import record_each
from shelterbelt.library.watching import watching
from shelterbelt.watching.alarm_models import Alarm, AlarmGroup, Watch

AT_ONCE = 200


def forget_alarms(agency: UUID, *, at: datetime) -> int:
    """Groups of which the last alarm is long ago, with all that belongs to them; how many there were."""
    before = at - timedelta(days=watching().kept_days)
    groups = list(
        AlarmGroup.objects.filter(agency_id=agency, last_at__lt=before).order_by("last_at")[:AT_ONCE]
    )
    ids = [one.id for one in groups]
    alarms = Alarm.objects.filter(group_id__in=ids)
    keys = [bytes(key) for key in (*(one.key for one in groups), *alarms.values_list("key", flat=True))]
    record_each("alarms.forgotten", [(one, None) for one in ids], agency=agency, at=at)
    alarms.delete()
    AlarmGroup.objects.filter(id__in=ids).delete()
    Watch.objects.filter(agency_id=agency, ended_at__lt=before, alarms=None).delete()
    for key in keys:
        # An act that is undone has destroyed nothing.
        transaction.on_commit(partial(destroy, key, agency))
    return len(groups)
