"""Pairs between nodes: what a survivor asked another agency for, what that agency shares, their own zones, planned meetings.

At the survivor's agency everything is in their own file. The other agency's side holds an order, a tracker and a reference
alone: no place, no device and no alarm of the survivor's.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.store.fields import Row, SealedRow

ASKED, WATCHED, REFUSED, ENDED = "asked", "watched", "refused", "ended"
PAIR_STATES = [(s, s) for s in (ASKED, WATCHED, REFUSED, ENDED)]
SHARE_STATES = [(s, s) for s in (ASKED, WATCHED, REFUSED, ENDED)]
# Why a pair ended: the survivor's word or their release, the other agency's, or a restore that cannot know.
ENDS = [
    (e, e) for e in ("", "withdrawn", "released_no_more", "device_ended", "order_ended", "agency", "over")
]
THEIRS, MINE = "theirs", "mine"
WARNS = [(w, w) for w in (THEIRS, MINE)]


class Pair(SealedRow):
    """A survivor's own device watched together with the tracker of an order that another agency runs. `ref` is in letters.

    `sealed`: docket (the court's number), because (codes of an answer). `device`: under which number the other's fixes
    lie here. `linked_at`: when the other node last wrote, with fixes or without.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    to = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    release_id = models.UUIDField(db_index=True)
    device = models.ForeignKey("watching.Device", on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=PAIR_STATES, default=ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    letter_id = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    linked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_because = models.CharField(max_length=20, choices=ENDS, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "state"], name="pair_living", condition=models.Q(ended_at__isnull=True)
            )
        ]


class PairShare(SealedRow):
    """What an agency that runs a tracker shares of it with a survivor's agency, until a day. `sealed`: docket.

    `place`, `skip`: how far its log was sent, and how much of what follows. `letter_id`: what went last.
    """

    bars: ClassVar[tuple[str, ...]] = ("order_id",)
    sender = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    sender_ref = models.CharField(max_length=40)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, related_name="+")
    device = models.ForeignKey("watching.Device", on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=SHARE_STATES, default=ASKED)
    asked_at = models.DateTimeField()
    until_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    because = models.CharField(max_length=40, blank=True, default="")
    place = models.BigIntegerField(default=0)
    skip = models.IntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    letter_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_because = models.CharField(max_length=20, choices=ENDS, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "sender", "sender_ref"], name="shared_for_one_request"),
        ]
        indexes = [
            models.Index(
                fields=["agency", "state"], name="share_living", condition=models.Q(ended_at__isnull=True)
            )
        ]


class WarningZone(SealedRow):
    """A place that a survivor drew for themselves: it warns and has no force. `sealed`: label, lat, lon, metres.

    `warns`: when the other one comes into it, or when they do themselves.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    warns = models.CharField(max_length=6, choices=WARNS, default=THEIRS)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()


class Passage(SealedRow):
    """A meeting that was planned. `sealed`: label, lat, lon, reach (of the place), metres (how near they may come).

    It covers the pairs and zones that it names, and what `rules.passages` lets a plan cover.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    sources = ArrayField(models.UUIDField())
    kinds = ArrayField(models.CharField(max_length=16))
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_passage_ends", condition=models.Q(until_at__gt=models.F("from_at"))
            )
        ]


class OwnWatch(Row):
    """What a survivor chose about being told of what their own watch sees.

    `calls_help`: an alarm of a pair or zone goes out as a help alert, to whom they set that up for. `quiet_word`: they
    are written themselves, by their safe-contact rules. `tried_at`: when it was last tried out.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(unique=True)
    calls_help = models.BooleanField(default=True)
    quiet_word = models.BooleanField(default=True)
    tried_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
