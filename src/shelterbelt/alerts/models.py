"""Help alerts: who said that they are there, what was set up, the buttons that pages hold, presses, and who was told.

Presses, codes and calls hold ids and instants only. Names, numbers, words and places are sealed.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.store.fields import Row, SealedRow

STATES = [(s, s) for s in ("held", "sent", "unanswered", "answered", "cancelled", "forced", "ended")]
CODES = [(c, c) for c in ("cancel", "forced")]
USES = [(u, u) for u in ("help", "test", "place")]
CALL_STATES = [(s, s) for s in ("waiting", "told", "given_up")]
OVER = [(o, o) for o in ("cancelled", "withdrawn", "closed")]


class Presence(SealedRow):
    """A worker said “I am here until …”. `sealed`: the number that they want a text on, if they gave one.

    `lasts_at`: from then on they count as gone unless they have said it again.
    """

    bars: ClassVar[tuple[str, ...]] = ()
    worker_id = models.UUIDField()
    confirmed_at = models.DateTimeField()
    until_at = models.DateTimeField()
    lasts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["worker_id"], name="there_once", condition=models.Q(ended_at=None)
            )
        ]


class HelpSetup(SealedRow):
    """What a survivor set up. `sealed`: people, numbers, words, seconds, whether the place is told, both codes as digests."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(unique=True)
    changed_at = models.DateTimeField()


class Button(Row):
    """What a page holds to press with: random, kept here as a digest, good once, for one alert, a test, or one shared place."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(unique=True)
    use = models.CharField(max_length=5, choices=USES)
    issued_at = models.DateTimeField()
    until_at = models.DateTimeField()


class Press(Row):
    """A button was pressed: as soon as this row is there, the press is not lost. `taken`: an alert was made of it.

    `fault_at`: what was set up for it did not open then; it is tried again.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    button_id = models.UUIDField(unique=True)
    pressed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    taken = models.BooleanField(default=False)
    fault_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="press_waits", condition=models.Q(taken=False)),
        ]


class Code(Row):
    """A code that was right was typed for a press."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    button_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10, choices=CODES)
    said_at = models.DateTimeField()


class HelpAlert(SealedRow):
    """One help alert. `sealed`: the set-up as it was at the press, how to call whoever pressed, and words at the end.

    `by_watch`: a watch began it and nobody pressed; `button_id` then stands for what it saw. `went_at`: since then
    recipients know. `next_at`: when time alone changes something; none when nothing more comes.
    `fault_at`: it did not open then, and nobody can be told; it is tried again.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    button_id = models.UUIDField(unique=True)
    test = models.BooleanField(default=False)
    by_watch = models.BooleanField(default=False)
    to_duty = models.BooleanField(default=True)
    pressed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=STATES)
    went_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    fault_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_slot = models.CharField(max_length=12, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=30, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "next_at"], name="alert_due", condition=models.Q(next_at__isnull=False)
            ),
            models.Index(fields=["agency", "went_at"], name="alert_open", condition=models.Q(ended_at=None)),
        ]


class Call(Row):
    """One telling of one recipient by one way: written with the alert, sent by the worker process, once for each round."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    alert = models.ForeignKey(HelpAlert, on_delete=models.CASCADE, related_name="calls")
    person_id = models.UUIDField(db_index=True)
    slot = models.CharField(max_length=12)
    way = models.CharField(max_length=10)
    step = models.SmallIntegerField()
    round = models.IntegerField()
    says = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=CALL_STATES)
    planned_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    letter_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "slot", "way", "step", "round"], name="told_once"),
        ]
        indexes = [
            # Not by its state: a plan for any value of a parameter could not use the index.
            models.Index(
                fields=["agency", "next_at"], name="call_due", condition=models.Q(next_at__isnull=False)
            ),
            models.Index(
                fields=["agency"],
                name="call_by_letter",
                condition=models.Q(way="letter", says="help", state="told"),
            ),
            models.Index(
                fields=["letter_id"], name="call_of_letter", condition=models.Q(letter_id__isnull=False)
            ),
        ]


class AnswerLink(Row):
    """What somebody of the circle was sent to answer with: random, kept here as a digest, for one alert or one place."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    digest = models.BinaryField(unique=True)
    about_id = models.UUIDField(db_index=True)
    slot = models.CharField(max_length=12)
    until_at = models.DateTimeField()


class Place(SealedRow):
    """Where somebody said that they are, for one person to see, for a time. `sealed`: the last place alone, and with whom.

    `with_alert`: it goes with an alert. At the end the key is destroyed, and with it the last place, in backups too.
    Without an alert the row goes as well.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField(db_index=True)
    button_id = models.UUIDField(unique=True)
    with_alert = models.BooleanField(default=False)
    worker_id = models.UUIDField(null=True)
    began_at = models.DateTimeField()
    until_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class CallForHelp(SealedRow):
    """What a police agency whom a survivor named was told of a help alert, by a letter of their agency.

    `sealed`: a name, a number if it is safe to call, what they ask for, the last place. Destroyed once it is over.
    """

    bars: ClassVar[tuple[str, ...]] = ()
    sender = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    sender_ref = models.CharField(max_length=40)
    forced = models.BooleanField(default=False)
    pressed_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    over_at = models.DateTimeField(null=True)
    over_because = models.CharField(max_length=10, choices=OVER, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "sender", "sender_ref"], name="called_once"),
        ]
