"""Releases (what a survivor signed) and grants (what a release, agreement, order or mandate opens)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.store.fields import Row, SealedRow

BASES = [
    ("release", "release"),
    ("agreement", "agreement"),
    ("court_order", "court_order"),
    ("mandate", "mandate"),
]


class Release(SealedRow):
    """A signed, informed, written and time-limited consent to one recipient.

    `sealed` holds every field of the form. The case is known by its id, never by a foreign key upward.
    """

    case_id = models.UUIDField(db_index=True)
    recipient = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=40))
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    taken_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    document = models.BinaryField()
    bars = ("case_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("starts_at")), name="ends")
        ]


class Grant(Row):
    """From one holder's case (by agreement, all of them) to one agency: categories, purpose, from, until."""

    case_id = models.UUIDField(null=True)
    recipient = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=40))
    purpose = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=20, choices=BASES)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="grants")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    bars = ("case_id",)

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient", "agency", "case_id"],
                name="grant_living",
                condition=models.Q(withdrawn_at=None),
            ),
            models.Index(fields=["agency", "case_id"], name="grant_of_case"),
        ]


class HeldGrant(Row):
    """The recipient's note of a grant that another node holds: enough to ask, nothing of what it opens."""

    grant_id = models.UUIDField(unique=True)
    holder = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40, blank=True, db_index=True)
    purpose = models.CharField(max_length=200, blank=True)
    categories = ArrayField(models.CharField(max_length=40))
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
