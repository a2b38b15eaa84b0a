"""Who is detained and who was let out, the news that a survivor is to have of it, and how conditions are kept.

Numbers of bookings, places, names, words and whom a survivor named are sealed; a source's own keys are blind tokens here.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.rules import compliance, detention
from shelterbelt.store.fields import Row, SealedRow

# A line that was taken back before it came itself: nobody knows yet what it said.
TAKEN_BACK = "taken_back"
KINDS = [(kind, kind) for kind in (*detention.KINDS, TAKEN_BACK)]
STATES = [(state, state) for state in detention.STATES]
NEWS_STATES = [(state, state) for state in ("open", "confirmed", "overtaken", "not_wanted", "not_needed")]
OUTCOMES = [(outcome, outcome) for outcome in compliance.OUTCOMES]


class Feed(Row):
    """A source that tells who is detained, by its own name. `heard_at`: when it was last heard whole."""

    bars: ClassVar[tuple[str, ...]] = ()
    source = models.CharField(max_length=40)
    heard_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "source"], name="one_feed_of_a_source")]


class Booking(SealedRow):
    """What a source calls somebody by. `sealed`: its number, the name and birth date that came with it.

    `person_id`: who a worker said that this is; nobody until then, whatever the names are.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="bookings")
    token = models.BinaryField()
    person_id = models.UUIDField(null=True, db_index=True)
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "token"], name="one_booking_of_a_number")]
        indexes = [
            models.Index(
                fields=["agency", "arrived_at"], name="booking_unlinked", condition=models.Q(person_id=None)
            )
        ]


class BookingLink(Row):
    """A worker said that a booking is this person; and perhaps that it was not."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="links")
    person_id = models.UUIDField(db_index=True)
    linked_at = models.DateTimeField()
    linked_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)


class DetainedLine(SealedRow):
    """One line of a source, or what somebody was told by telephone. `sealed`: its key, the stay, the place, words.

    `token` and `stay` are blind. It is never changed: what was wrong is taken back. `happenings`: what it became in cases.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, null=True, related_name="lines")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, null=True, related_name="lines")
    person_id = models.UUIDField(null=True, db_index=True)
    token = models.BinaryField()
    kind = models.CharField(max_length=20, choices=KINDS)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    stay = models.CharField(max_length=64, blank=True)
    expected_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    happenings = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "feed", "token"], name="one_line_of_a_key"),
        ]


class DetainedStand(Row):
    """How it stood with somebody when it was last looked at: what changes from here on is news.

    `next_at`: when time alone makes it unknown. What a page shows is worked out anew.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=STATES)
    since_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=20, blank=True)
    expected_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "person_id"], name="one_stand_of_a_person")]
        indexes = [
            models.Index(
                fields=["agency", "next_at"], name="stand_due", condition=models.Q(next_at__isnull=False)
            )
        ]


class DetainedNews(SealedRow):
    """What the survivor of one case is to be told, until a person confirmed that they know. `sealed`: words at the end.

    `due_at`: confirmed by then; `alarm_at`: workers see it as an alarm; `named_at`: whoever they named hears.
    `named_sent_at`: a text to them of the round `named_round` may have gone.
    `asks_at`: the first message goes no sooner. `next_at`: when something is to be done for it.
    """

    bars: ClassVar[tuple[str, ...]] = ("case_id", "person_id")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="detained_news")
    person_id = models.UUIDField(db_index=True)
    news = ArrayField(models.CharField(max_length=20))
    alarm = models.BooleanField(default=False)
    happened_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=NEWS_STATES, default="open")
    asks_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    named_at = models.DateTimeField(null=True)
    named_told_at = models.DateTimeField(null=True)
    named_tries = models.SmallIntegerField(default=0)
    named_round = models.SmallIntegerField(default=0)
    named_sent_at = models.DateTimeField(null=True)
    rounds = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    notice_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    how = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person_id"], name="one_open_news", condition=models.Q(state="open")
            )
        ]
        indexes = [
            models.Index(
                fields=["agency", "next_at"], name="news_due", condition=models.Q(next_at__isnull=False)
            )
        ]


class NewsWish(SealedRow):
    """How the survivor of a case wants to hear of somebody who is detained. A change is a new row; the old one stays.

    `sealed`: whom they named for when they cannot be reached: name, way, number or address, language, words.
    """

    bars: ClassVar[tuple[str, ...]] = ("case_id",)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="news_wishes")
    wanted = models.BooleanField()
    told_at = models.DateTimeField()
    told_by = models.UUIDField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_news_wish", condition=models.Q(replaced_at=None)
            )
        ]


class Supervision(SealedRow):
    """Somebody under the supervision of this agency, from one day on. `sealed`: words."""

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    officer_id = models.UUIDField()
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "from_at"], name="supervision_open", condition=models.Q(ended_at=None)
            )
        ]


class Condition(Row):
    """Something that a person under supervision has to do. `sealed` (under the supervision's key): what it says.

    `order_id`: the order that it comes from. `every_days`: something is to be written down so often.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    supervision = models.ForeignKey(Supervision, on_delete=models.CASCADE, related_name="conditions")
    person_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=30)
    order_id = models.UUIDField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    every_days = models.SmallIntegerField(null=True)
    sealed = models.BinaryField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    ended_by = models.UUIDField(null=True)


class Occasion(Row):
    """How one occasion went, as it was written down then; of one occasion the last row holds, and the others stay.

    `sealed` (under the supervision's key): words.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id",)
    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="occasions")
    person_id = models.UUIDField(db_index=True)
    planned_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    sealed = models.BinaryField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["condition", "planned_at"], name="occasion_order")]
