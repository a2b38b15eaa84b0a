"""Hands what a watch saw in a judge's place on as a possible breach, with the fixes that show it. It confirms nothing.

A fault there holds no alarm up: it is told all the same, and the ledger says that no breach was written.
"""

import logging
from base64 import b64decode
from datetime import datetime

from django.db import transaction

from shelterbelt.agencies.sealed import opened
from shelterbelt.breaches.actions import note_seen
from shelterbelt.ledger.actions import record
from shelterbelt.rules import geofence
from shelterbelt.rules.breach import WATCH, Seen
from shelterbelt.rules.late import LIKELY
from shelterbelt.watching.alarm_models import Alarm
from shelterbelt.watching.sources import PLACE

# Staying is the same breach as having entered; it is shown with it.
BREACHES = frozenset({geofence.ENTERED, geofence.MAY_BE_IN, geofence.CROSSED})
log = logging.getLogger(__name__)


def note_breach(alarm: Alarm, *, at: datetime) -> None:
    """A possible breach, where an alarm is of a judge's place and no planned meeting covers it."""
    watch = alarm.watch
    if watch is None or watch.source != PLACE or watch.order is None or alarm.kind not in BREACHES:
        return
    if alarm.covered_until_at is not None or alarm.taken_back_at is not None:
        return
    try:
        with transaction.atomic():
            told = opened(alarm)
            seen = Seen(alarm.kind, WATCH, alarm.certainty or LIKELY, zone=told["place"])
            proof = b64decode(told["frames"])
            note_seen(watch.order, seen, happened_at=alarm.happened_at, proof=proof, at=at, alarm_id=alarm.id)
    except Exception as fault:
        log.error("an alarm became no breach: %s", type(fault).__name__)
        record("alarm.unproved", about=alarm.id, by=None, agency=alarm.agency_id, at=at)
