"""The one line that a survivor sees of being watched over: how it stands and how old that is. Never a place, never a promise.

Unknown is never shown as calm: a device that is silent, a line between nodes that is down, or our own absence have words of
their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.library.watching import watching
from shelterbelt.watching.actions.shares import BEAT
from shelterbelt.watching.alarm_models import OPEN, TAKEN, Alarm, AlarmGroup, Watch
from shelterbelt.watching.beats import RECEIVER, WATCHER, gap, last_beat
from shelterbelt.watching.models import OWN, Device
from shelterbelt.watching.own_telling import NEAR
from shelterbelt.watching.pair_models import MINE, WATCHED, Pair, WarningZone

OFF, ALERT, OUTAGE, UNKNOWN, CALM = "off", "alert", "outage", "unknown", "calm"
# The other node says at least once a beat that the line stands.
LINK = 4 * BEAT


@dataclass(frozen=True)
class OwnLine:
    """How it stands, and of when the oldest of the last signals is (none where there was none)."""

    state: str
    signal_at: datetime | None = None


def own_line(survivor: Survivor, *, at: datetime) -> OwnLine:
    """How a survivor's own watch stands at an instant, by what their own file says."""
    with own_hand(survivor, at=at):
        pairs = list(Pair.objects.filter(person_id=survivor.id, state=WATCHED).select_related("device"))
        devices = list(Device.objects.filter(person_id=survivor.id, kind=OWN, ended_at=None))
        zones = WarningZone.objects.filter(person_id=survivor.id)
        # A watch stands until the next turn of the loop; what it watched may have been ended a moment ago.
        stand = [one.id for one in pairs] + [one.id for one in zones if pairs or one.warns == MINE]
        watches = Watch.objects.filter(person_id=survivor.id, order=None, ended_at=None)
        watched = watches.filter(source_id__in=stand).exists()
        own = max(devices, key=lambda one: (one.issued_at, one.number), default=None)
        if not watched and not pairs:
            return OwnLine(OFF)
        needed = [one for one in (own, *(pair.device for pair in pairs)) if one is not None]
        signal = _oldest(needed)
        if _alarmed(survivor):
            return OwnLine(ALERT, signal)
        if _away(at) or any(pair.linked_at is None or at - pair.linked_at > LINK for pair in pairs):
            return OwnLine(OUTAGE, signal)
        silent = timedelta(milliseconds=watching().silence.allowed_ms)
        if not watched or own is None or signal is None or at - signal > silent or _silent(survivor):
            return OwnLine(UNKNOWN, signal)
        return OwnLine(CALM, signal)


def _oldest(devices: Iterable[Device]) -> datetime | None:
    """The last signal of whichever was heard longest ago; none while any was never heard."""
    heard = [one.heard_at for one in devices]
    return None if not heard or None in heard else min(one for one in heard if one)


def _alarmed(survivor: Survivor) -> bool:
    return _open(survivor).filter(alarms__kind__in=NEAR, alarms__taken_back_at=None).exists()


def _silent(survivor: Survivor) -> bool:
    """Whether a device or a watch of theirs does not know now."""
    rows = Alarm.objects.filter(person_id=survivor.id, order=None, kind__in=("silent", "lost"))
    last = rows.filter(taken_back_at=None, group__in=_open(survivor)).order_by("-ms").first()
    if last is None:
        return False
    after = Alarm.objects.filter(
        person_id=survivor.id, seen_by=last.seen_by, ms__gte=last.ms, taken_back_at=None
    )
    return not after.filter(ends=True).exists()


def _open(survivor: Survivor) -> QuerySet[AlarmGroup]:
    rows = AlarmGroup.objects.filter(person_id=survivor.id, order=None, trial="")
    return rows.filter(Q(state__in=(OPEN, TAKEN)))


def _away(at: datetime) -> bool:
    """Whether this node itself does not watch now."""
    watch, receiver = last_beat(WATCHER), last_beat(RECEIVER)
    if watch is None or at - watch.at > gap():
        return True
    return receiver is not None and at - receiver.at > gap()
