"""What is watched and how far the log was read; alarms, the groups they are told in, and who was told.

Columns hold ids, instants and codes. Fixes, places and words are sealed.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q, Value

from shelterbelt.store.fields import Row, SealedRow

ZONE, PAIR = "zone", "pair"
WATCHES = [(kind, kind) for kind in (ZONE, PAIR)]
CERTAINTIES = [(word, word) for word in ("sure", "likely", "possible")]
# Tried out by one worker alone, or by everybody on duty: neither ever leaves the duty list.
TEST, DRILL = "test", "drill"
TRIALS = [(word, word) for word in (TEST, DRILL)]
OPEN, TAKEN, TAKEN_BACK, CLOSED = "open", "taken", "taken_back", "closed"
STATES = [(state, state) for state in (OPEN, TAKEN, TAKEN_BACK, CLOSED)]
WAITING, TOLD, GIVEN_UP = "waiting", "told", "given_up"
CALL_STATES = [(state, state) for state in (WAITING, TOLD, GIVEN_UP)]


class Beat(models.Model):
    """That one of this node's processes runs, and since when it does without a break."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    since_at = models.DateTimeField()


class Cursor(SealedRow):
    """How far one part of an agency's log was taken in. `sealed`: how everything in it stood at `kept_place`.

    `past_place`: what follows it proves alarms that come next. `numbers`: the watches that were known at `kept_place`.
    """

    bars: ClassVar[tuple[str, ...]] = ()
    part = models.SmallIntegerField()
    place = models.BigIntegerField(default=0)
    kept_place = models.BigIntegerField(default=0)
    past_place = models.BigIntegerField(default=0)
    numbers = ArrayField(models.BigIntegerField(), default=list)
    kept_at = models.DateTimeField()
    keyed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "part"], name="one_cursor_a_part")]


class Watch(Row):
    """One device and one zone, or two devices, as they are watched since an instant. `number`: what the rules call it.

    `source`, `source_id`: what asks for it. `digest`: keyed, of its settings; another one is another watch.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id", "order_id", "case_id")
    number = models.BigIntegerField(
        unique=True, db_default=Func(Value("watching_watch_number"), function="nextval")
    )
    kind = models.CharField(max_length=4, choices=WATCHES)
    part = models.SmallIntegerField()
    device = models.ForeignKey("watching.Device", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("watching.Device", on_delete=models.CASCADE, null=True, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, related_name="+")
    person_id = models.UUIDField(db_index=True)
    case_id = models.UUIDField(null=True)
    source = models.CharField(max_length=10)
    source_id = models.UUIDField()
    digest = models.BinaryField()
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "source", "source_id", "device"],
                condition=Q(ended_at=None),
                name="watched_once",
            )
        ]
        indexes = [models.Index(fields=["agency", "part"], name="watch_open", condition=Q(ended_at=None))]


class AlarmGroup(SealedRow):
    """Alarms about one person (or thing: `topic_id`) that are told together, until a person has it. `sealed`: notes.

    `tellings`: what was told when, of which alarms and how certain, in ids and codes. `next_at`: when time alone changes
    something.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id", "order_id", "case_id")
    topic_id = models.UUIDField(db_index=True)
    person_id = models.UUIDField(null=True, db_index=True)
    case_id = models.UUIDField(null=True)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, related_name="+")
    trial = models.CharField(max_length=5, choices=TRIALS, blank=True)
    begun_by = models.UUIDField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    tellings = models.JSONField(default=list)
    rounds = models.IntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "next_at"], name="group_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["agency", "-last_at"], name="group_newest"),
        ]


class Alarm(SealedRow):
    """One thing that a watch saw, once for its watch, kind and instant. `sealed`: the fixes that show it, the zone, metres.

    One that was taken back is marked and stays. `covered_by`: a planned meeting keeps it quiet, until `covered_until_at`.
    `ends`: it ends something, and nobody is told of it. `late`: shown by a fix that came too late for anything else.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id", "order_id", "case_id")
    group = models.ForeignKey(AlarmGroup, on_delete=models.SET_NULL, null=True, related_name="alarms")
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, null=True, related_name="alarms")
    device = models.ForeignKey("watching.Device", on_delete=models.CASCADE, null=True, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, related_name="+")
    person_id = models.UUIDField(null=True, db_index=True)
    case_id = models.UUIDField(null=True)
    seen_by = models.CharField(max_length=40)
    kind = models.CharField(max_length=16)
    ms = models.BigIntegerField()
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField()
    certainty = models.CharField(max_length=8, choices=CERTAINTIES, blank=True)
    trial = models.CharField(max_length=5, choices=TRIALS, blank=True)
    ends = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    taken_back_at = models.DateTimeField(null=True)
    covered_by = models.UUIDField(null=True)
    covered_until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "seen_by", "kind", "ms"], name="told_once_by_a_watch"),
        ]
        indexes = [
            models.Index(fields=["agency", "-happened_at"], name="alarm_newest"),
            models.Index(
                fields=["agency", "covered_until_at"],
                name="alarm_covered",
                condition=Q(covered_until_at__isnull=False),
            ),
        ]


class AlarmCall(Row):
    """One telling of one worker on duty by one way: once for each telling of a group and each round until somebody has it."""

    bars: ClassVar[tuple[str, ...]] = ()
    group = models.ForeignKey(AlarmGroup, on_delete=models.CASCADE, related_name="calls")
    worker_id = models.UUIDField()
    way = models.CharField(max_length=10)
    telling = models.SmallIntegerField()
    round = models.IntegerField()
    says = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=CALL_STATES)
    planned_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    reasons = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "worker_id", "way", "telling", "round"], name="alarm_told_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "next_at"], name="alarm_call_due", condition=Q(next_at__isnull=False)
            ),
        ]
