"""Contact requests, consultations, the directory of services, and referrals.

What people said they want is sealed.
"""

from django.db import models

from shelterbelt.store.fields import Ref, Row, SealedRow
from shelterbelt.store.ids import new_ref, uuid7


class ContactChoice(SealedRow):
    """What a survivor answered when asked about contact.

    `sealed`: wishes and instructions; empty when they said no.
    """

    incident = models.ForeignKey(
        "cases.Incident", on_delete=models.CASCADE, null=True, related_name="contact_choices"
    )
    case = models.ForeignKey(
        "cases.Case", on_delete=models.CASCADE, null=True, related_name="contact_choices"
    )
    wanted = models.BooleanField()
    consulted = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    to = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    letter_id = models.UUIDField(null=True)
    bars = ("case_id", "incident_id")


class ContactRequest(SealedRow):
    """A request that came in:

    somebody wants an advocate to call. `sealed`: name, instructions, language, words for us.
    """

    sender = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    sender_ref = models.CharField(max_length=40)
    arrived_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)
    case = models.ForeignKey(
        "cases.Case", on_delete=models.SET_NULL, null=True, related_name="contact_requests"
    )
    ended_at = models.DateTimeField(null=True)
    bars = ("id", "case_id")

    class Meta:
        indexes = [models.Index(fields=["agency", "arrived_at"], name="request_inbox")]


class ContactAttempt(Row):
    """One try to reach the survivor by the instructions.

    `sealed` (under the request's key): channel, outcome, words.
    """

    request = models.ForeignKey(ContactRequest, on_delete=models.CASCADE, related_name="attempts")
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField()


class Service(models.Model):
    """One service of the directory (HSDS 3.0).

    Public information: a confidential place is held without its address.
    """

    id = models.UUIDField(primary_key=True)
    ref = Ref(max_length=22, unique=True, default=new_ref, editable=False)
    name = models.CharField(max_length=300)
    organization = models.CharField(max_length=300)
    status = models.CharField(max_length=30)
    confidential = models.BooleanField(default=False)
    record = models.JSONField()
    words = models.TextField()
    agency = models.ForeignKey("agencies.Agency", on_delete=models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField()


class Referral(SealedRow):
    """A referral to another agency, or one that came in.

    `sealed`: what was told; for a decline, its reason.
    """

    direction = models.CharField(max_length=3, choices=[("out", "out"), ("in", "in")])
    peer = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    peer_ref = models.CharField(max_length=40)
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, related_name="+")
    release_id = models.UUIDField(null=True)
    answer_back = models.BooleanField(default=False)
    letter_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    answer = models.CharField(
        max_length=10, choices=[("", ""), ("accepted", "accepted"), ("declined", "declined")]
    )
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    bars = ("id", "case_id")

    class Meta:
        indexes = [models.Index(fields=["agency", "direction", "made_at"], name="referral_inbox")]


class ReferralEvent(models.Model):
    """What became of a referral, in order; nothing is overwritten."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
