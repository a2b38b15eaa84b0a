"""Nodes, agencies, units, and the letters between nodes. Nothing here names a survivor; letters are sealed."""

from django.db import models

from shelterbelt.store.ids import new_ref, uuid7

KINDS = ["police", "prosecutor", "probation", "court", "council", "hospital", "advocates", "shelter"]
VICTIM_SERVICES = ("advocates", "shelter")


class Node(models.Model):
    """One installation, by its address and public keys; `is_self` marks this one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True)
    address = models.URLField()
    sign_key = models.BinaryField()
    seal_key = models.BinaryField()
    is_self = models.BooleanField(default=False)


class Agency(models.Model):
    """An agency and the node that holds its files."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=22, unique=True, default=new_ref, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="agencies")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=[(k, k) for k in KINDS])
    protocol = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=60)
    duty_phone = models.CharField(max_length=40, blank=True)
    fictional = models.BooleanField(default=False)

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


class Letter(models.Model):
    """A sealed letter on its way out; written in the act's own transaction, kept until it is delivered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    sealed = models.BinaryField()
    written_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], name="letter_waiting", condition=models.Q(delivered_at__isnull=True)
            ),
        ]


class Arrival(models.Model):
    """A letter that was taken in: the same letter twice is taken in once."""

    id = models.UUIDField(primary_key=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    arrived_at = models.DateTimeField()
