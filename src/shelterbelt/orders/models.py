"""Orders of protection: the paper, whom it names, what happened to it, its terms and places, hearings, weapons.

Who it is about, what it says and where stay sealed under the order's key; days, instants and codes by which it is found
to be in force do not. A line that was wrong is struck, and stays.
"""

from typing import ClassVar

from django.db import models

from shelterbelt.rules import order_terms, order_times, orders, zones
from shelterbelt.store.fields import Row, SealedRow
from shelterbelt.store.ids import uuid7

KINDS = [(kind, kind) for kind in orders.KINDS]
BINDS = [(word, word) for word in (orders.ON_ISSUE, orders.ON_SERVICE)]
LENGTHS = [(kind, kind) for kind in order_times.KINDS]
HAPPENINGS = [(kind, kind) for kind in sorted(orders.HAPPENINGS)]
TERMS = [(kind, kind) for kind in order_terms.KINDS]
SHAPES = [(shape, shape) for shape in (zones.CIRCLE, zones.AREA, zones.STREET)]
RESPONDENT, PROTECTED = "respondent", "protected"


class Order(SealedRow):
    """One order as its paper has it. `zone`: the issuing place's. `ends_at`: when it ends, as far as that was known last.

    `sealed`: court, ori, docket, judge, words, issued_in (a place elsewhere), plates of the respondent, brady.
    """

    bars: ClassVar[tuple[str, ...]] = ("id", "case_id", "respondent_id", "petitioner_id")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="orders")
    respondent = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    petitioner = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=24, choices=KINDS)
    effective = models.CharField(max_length=10, choices=BINDS)
    lasts_kind = models.CharField(max_length=16, choices=LENGTHS)
    lasts_on = models.DateField(null=True)
    lasts_clock = models.TimeField(null=True)
    lasts_number = models.IntegerField(default=0)
    zone = models.CharField(max_length=64)
    counts_from = models.CharField(max_length=10, choices=BINDS, blank=True, default="")
    court_calendar = models.CharField(max_length=40, blank=True, default="")
    replaced_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replaces")
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-recorded_at"], name="order_newest"),
            models.Index(
                fields=["agency", "ends_at"], name="order_ends", condition=models.Q(ends_at__isnull=False)
            ),
        ]


class OfOrder(Row):
    """A row of one order, sealed under the order's key; whoever sees the order sees it."""

    bars: ClassVar[tuple[str, ...]] = ("order_id",)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="%(class)ss")
    sealed = models.BinaryField()

    class Meta:
        abstract = True


class OrderPerson(OfOrder):
    """Somebody whom the paper names. `sealed`: name, other_names, born_on, phones, looks, as the paper has them."""

    bars: ClassVar[tuple[str, ...]] = ("order_id", "person_id")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=[(r, r) for r in (RESPONDENT, PROTECTED)])


class OrderToken(models.Model):
    """A blind token by which an order is found: a name part, two of them together, a birth date, a phone, a plate."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tokens")
    token = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["agency", "token", "order"], name="order_token_lookup")]


class OrderHappening(OfOrder):
    """Issue, service or a try, recall, change, recognition, somebody's word of an end. `on`: only that day is known.

    `sealed`: who, how, words, proof. `evidence_id`: a file that proves it, where there is one.
    """

    kind = models.CharField(max_length=16, choices=HAPPENINGS)
    at = models.DateTimeField(null=True)
    on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)
    evidence_id = models.UUIDField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(at__isnull=False) ^ models.Q(on__isnull=False), name="an_hour_or_a_day"
            )
        ]
        indexes = [models.Index(fields=["order", "recorded_at"], name="happenings_of_order")]


class OrderPlace(OfOrder):
    """A place that the judge named. `sealed`: geojson, label, said, address, shown.

    `label` and `address` are for whoever protects; `said` is what the paper says to the respondent. Without `shown` the
    respondent learns nothing of it.
    """

    shape = models.CharField(max_length=8, choices=SHAPES)
    written_at = models.DateTimeField()
    written_by = models.UUIDField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.UUIDField(null=True)


class OrderTerm(OfOrder):
    """One term, by its number on the paper and its NCIC code. `sealed`: words, metres, windows, exceptions, places."""

    number = models.SmallIntegerField()
    code = models.CharField(max_length=2)
    kind = models.CharField(max_length=12, choices=TERMS)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField()
    written_by = models.UUIDField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.UUIDField(null=True)


class Hearing(OfOrder):
    """When the court hears it. `sealed`: court, room, what it is about, how to come in safely."""

    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    written_by = models.UUIDField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.UUIDField(null=True)


class Surrender(OfOrder):
    """Weapons that are to be handed over. `sealed`: what, to whom, words, proof. Without `done_at` nobody has shown it."""

    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    written_by = models.UUIDField(null=True)
    evidence_id = models.UUIDField(null=True)


class Reminder(models.Model):
    """That an end comes near was told, once for each day of the list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="reminders")
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "due_at"], name="reminded_once")]


class OrdersAgreement(Row):
    """A system agency opens its orders' enforcement sheets to another one of this node, from and until."""

    bars: ClassVar[tuple[str, ...]] = ()
    reader = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    opened_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["reader", "agency"], name="orders_agreed")]


class HomeSeed(SealedRow):
    """The seed from which places around one person's home are made; kept for ever, for two seeds cut each other.

    `sealed`: seed, and the sets that were shown.
    """

    bars: ClassVar[tuple[str, ...]] = ("person_id", "case_id")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], name="one_seed_of_a_home")]
