"""Devices and what they said: who carries which, the log of fixes and its keys, the last fix of a survivor's own device.

No place stands in a column: fixes are sealed by the batch, under a key of their hour that is destroyed when their time is over.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q, Value

from shelterbelt.rules.frames import DEVICES
from shelterbelt.store.fields import Row, SealedRow
from shelterbelt.store.ids import uuid7
from shelterbelt.watching.alarm_models import Alarm, AlarmCall, AlarmGroup, Beat, Cursor, Watch
from shelterbelt.watching.pair_models import OwnWatch, Pair, PairShare, Passage, WarningZone

__all__ = [
    "Alarm",
    "AlarmCall",
    "AlarmGroup",
    "Beat",
    "Cursor",
    "Device",
    "Feed",
    "LastFix",
    "LogKey",
    "LogRow",
    "OwnWatch",
    "Pair",
    "PairShare",
    "Passage",
    "Roster",
    "WarningZone",
    "Watch",
]

# A tracker that an order or a court asks for; a device of a survivor's own; one whose fixes another node sends by letter.
TRACKER, OWN, SENT = "tracker", "own", "sent"
KINDS = [(kind, kind) for kind in (TRACKER, OWN, SENT)]
OWNTRACKS, OSMAND, FEED, LETTER = "owntracks", "osmand", "feed", "letter"
PROTOCOLS = [(name, name) for name in (OWNTRACKS, OSMAND, FEED, LETTER)]
PARTS = 16


class Feed(SealedRow):
    """A vendor whose machine sends what many trackers said, with one secret. `sealed`: label. The digest alone is kept."""

    bars: ClassVar[tuple[str, ...]] = ()
    secret_digest = models.BinaryField(unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    turned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Device(SealedRow):
    """A device that somebody carries: `person_id`. `number`: what frames call it on this node. `sealed`: label, key.

    `part`: in which part of the log its fixes lie; both devices of a pair share one. `trail`: of a survivor's own device,
    whether they want more kept than the last fix. `heard_at`: to the minute, and never where.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id", "order_id")
    number = models.BigIntegerField(
        unique=True, db_default=Func(Value("watching_device_number"), function="nextval")
    )
    kind = models.CharField(max_length=8, choices=KINDS)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, related_name="+")
    person_id = models.UUIDField(db_index=True)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, null=True, related_name="devices")
    protocol = models.CharField(max_length=10, choices=PROTOCOLS)
    secret_digest = models.BinaryField(null=True, unique=True)
    part = models.SmallIntegerField()
    trail = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField(null=True)
    turned_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "-issued_at"], name="device_newest")]
        constraints = [
            models.CheckConstraint(
                name="device_has_room",
                condition=Q(number__gte=1, number__lt=DEVICES, part__gte=0, part__lt=PARTS),
            ),
            models.CheckConstraint(
                name="a_device_alone_or_of_a_feed", condition=Q(feed=None) | Q(secret_digest=None)
            ),
        ]


class Roster(models.Model):
    """How often the devices and feeds of an agency have changed: counted by PostgreSQL itself, whoever changes them."""

    agency = models.OneToOneField(
        "agencies.Agency", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    version = models.BigIntegerField(default=0)


class LogKey(Row):
    """The key of one agency's fixes of one hour. `brief`: of devices of which only the last fix is kept.

    Destroyed, with what lies under it, when their time is over; the half outside the database with it.
    """

    bars: ClassVar[tuple[str, ...]] = ()
    key = models.BinaryField()
    hour_at = models.DateTimeField()
    brief = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "hour_at", "brief"], name="one_log_key_an_hour")
        ]


class LogRow(models.Model):
    """Fixes that became durable together, as frames, sealed under the key of their hour. `place`: where it stands in its part.

    Rows of one part are written one transaction after the other, so that places are seen in their order.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.SmallIntegerField()
    place = models.BigIntegerField(db_default=Func(Value("watching_log_place"), function="nextval"))
    under = models.ForeignKey(LogKey, on_delete=models.PROTECT, related_name="rows")
    received_at = models.DateTimeField()
    count = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["agency", "part", "place"], name="log_order")]


class LastFix(SealedRow):
    """The last fix of a survivor's own device, and nothing before it. `sealed`: the fix in numbers."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="last")
    person_id = models.UUIDField(db_index=True)
    received_at = models.DateTimeField()
