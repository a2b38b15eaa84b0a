"""Messages to people, and how a person may be reached. Numbers, addresses, words and code words are sealed."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.store.fields import SealedRow

STATES = [(s, s) for s in ("waiting", "sent", "refused", "held", "stopped")]
STANDS = [(s, s) for s in ("proposed", "in_force", "refused", "replaced")]


class Notice(SealedRow):
    """One message to one person. `sealed`: the text, by which number or address it went, the instructions given.

    `reasons` are codes. `claimed_at`: a sender holds it since then; still there after its crash, nobody knows
    whether it went, and `unclear` counts that.
    """

    kind = models.CharField(max_length=40)
    about = models.UUIDField(db_index=True)
    channel = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=STATES)
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    written_at = models.DateTimeField()
    written_by = models.UUIDField(null=True)
    next_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    unclear = models.SmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    bars: ClassVar[tuple[str, ...]] = ("about",)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "next_at"], name="notice_due", condition=models.Q(state="waiting")
            ),
        ]


class StandingInstructions(SealedRow):
    """How one person may be reached, from one day on; a change is a new row, and the old one stays as it was.

    `sealed`: channels, windows, zone, number, address, code word, who may answer, until when, and the hard stops.
    `wrong_tries` counts code words that did not match while this row was in force.
    """

    about = models.UUIDField(db_index=True)
    state = models.CharField(max_length=10, choices=STANDS)
    told_at = models.DateTimeField()
    told_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    wrong_tries = models.SmallIntegerField(default=0)
    bars: ClassVar[tuple[str, ...]] = ("about",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "about"], name="one_in_force", condition=models.Q(state="in_force")
            ),
            models.UniqueConstraint(
                fields=["agency", "about"], name="one_proposed", condition=models.Q(state="proposed")
            ),
        ]
