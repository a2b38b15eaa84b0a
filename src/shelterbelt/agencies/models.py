"""Nodes, agencies, units, and the letters between nodes. Nothing here names a survivor; letters are sealed."""

from django.db import models
from django.db.models import F, Func, Q, Value

from shelterbelt.store.fields import Ref
from shelterbelt.store.ids import new_ref, uuid7

KINDS = ["police", "prosecutor", "probation", "court", "council", "hospital", "advocates", "shelter"]
VICTIM_SERVICES = ("advocates", "shelter")
NODE_STATES = ("proposed", "trusted", "revoked")


class Node(models.Model):
    """One installation, by its address and public keys; `is_self` marks this one.

    Another one is trusted once two different workers have compared its keys, or in an invented county.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True)
    address = models.URLField()
    sign_key = models.BinaryField()
    seal_key = models.BinaryField()
    is_self = models.BooleanField(default=False)
    fictional = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=[(s, s) for s in NODE_STATES], default="proposed")
    proposed_at = models.DateTimeField(null=True)
    first_confirmed_by = models.UUIDField(null=True)
    first_confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="trusted_by_two_people",
                condition=Q(is_self=True)
                | Q(fictional=True)
                | ~Q(state="trusted")
                | (
                    Q(first_confirmed_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(first_confirmed_by=F("confirmed_by"))
                ),
            )
        ]

    @property
    def trusted(self) -> bool:
        """Whether letters to and from it are sent, taken in and read."""
        return self.is_self or self.state == "trusted"


class Agency(models.Model):
    """An agency and the node that holds its files. One that closed or merged is kept, and never reached again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = Ref(max_length=22, unique=True, default=new_ref, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="agencies")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=[(k, k) for k in KINDS])
    protocol = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=60)
    duty_phone = models.CharField(max_length=40, blank=True)
    fictional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]


class Unit(models.Model):
    """A part of an agency that work can belong to (patrol, detectives)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="one_unit_per_code")]


class Line(models.Model):
    """How far the letters between two agencies have come, in one direction and one lane (at once, or by the tick).

    `epoch` begins anew, and with it the numbers, when one side was put back to an older state.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    peer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=[("in", "in"), ("out", "out")])
    lane = models.CharField(max_length=10)
    epoch = models.IntegerField(default=0)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "peer", "direction", "lane"], name="one_line_each_way"),
        ]


class Letter(models.Model):
    """A sealed letter on its way out; written in the act's own transaction, kept until it is delivered.

    It gets its number when it is first sent. `closed_as` says why one will never be delivered.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    sealed = models.BinaryField()
    place = models.BigIntegerField(db_default=Func(Value("agencies_letter_place"), function="nextval"))
    written_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    epoch = models.IntegerField(default=0)
    number = models.BigIntegerField(null=True)
    aside = models.BooleanField(default=False)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "to", "place"],
                name="letter_waiting_in_line",
                condition=Q(delivered_at__isnull=True, closed_at__isnull=True),
            ),
            models.Index(
                fields=["agency", "to"],
                name="letter_in_doubt",
                condition=Q(delivered_at__isnull=True, closed_at__isnull=True, number__isnull=False),
            ),
        ]


class Arrival(models.Model):
    """A letter that came: the same letter twice is taken in once. `refused` ones can never be understood."""

    id = models.UUIDField(primary_key=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    arrived_at = models.DateTimeField()
    refused = models.BooleanField(default=False)
