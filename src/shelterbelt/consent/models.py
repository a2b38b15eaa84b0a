"""Releases (what a survivor signed) and grants (what a release, agreement, order or mandate opens).

What was signed is never changed. A release or grant only ever gets narrower, and each step of that is kept.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.store.fields import Row, SealedRow

BASES = [
    ("release", "release"),
    ("agreement", "agreement"),
    ("court_order", "court_order"),
    ("mandate", "mandate"),
]
# Why a release came to its end before its last day.
ENDS = [(e, e) for e in ("", "withdrawn", "death", "closure", "agency")]
PAPERS = [(p, p) for p in ("form", "scan", "scan_view")]


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
    ended_because = models.CharField(max_length=12, choices=ENDS, blank=True, default="")
    narrowed_at = models.DateTimeField(null=True)
    after_death = models.BooleanField(default=False)
    document = models.BinaryField()
    bars = ("case_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("starts_at")), name="ends")
        ]


class Narrowing(Row):
    """One step by which a release became narrower. `sealed` (the release's key): how they told us, before and after."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="narrowings")
    case_id = models.UUIDField()
    at = models.DateTimeField()
    by = models.UUIDField()
    sealed = models.BinaryField()
    bars = ("case_id",)


class Paper(Row):
    """A paper of a release under the release's key: the signed form, and the scan of one that was signed by hand."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="papers")
    case_id = models.UUIDField()
    what = models.CharField(max_length=10, choices=PAPERS)
    media = models.CharField(max_length=40)
    sealed = models.BinaryField()
    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    bars = ("case_id",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "what"], name="one_paper_of_each")]


class Death(Row):
    """That the survivor of a case has died: releases are closed, and after-death instructions hold."""

    case_id = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    mistaken_at = models.DateTimeField(null=True)
    mistaken_by = models.UUIDField(null=True)
    bars = ("case_id",)


class Grant(Row):
    """From one holder's case (by agreement, all of them) to one agency: categories, purpose, from, until.

    `authority` is the order or law that it rests on. `written_until` says of a category up to which instant what was
    written is opened; a category that is not in it has no such end.
    """

    case_id = models.UUIDField(null=True)
    recipient = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=40))
    purpose = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=20, choices=BASES)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="grants")
    authority = models.UUIDField(null=True)
    written_until = models.JSONField(default=dict)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    narrowed_at = models.DateTimeField(null=True)
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


class Shown(Row):
    """One disclosure: what a grant opened to its recipient at one instant, as ids, codes and a keyed digest."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="shown")
    case_id = models.UUIDField()
    reader = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=40))
    at = models.DateTimeField()
    digest = models.BinaryField()
    bars = ("case_id",)

    class Meta:
        indexes = [models.Index(fields=["agency", "case_id", "at"], name="shown_of_case")]


class HeldGrant(Row):
    """The recipient's note of a grant that another node holds: enough to ask, nothing of what it opens.

    `sealed` holds the limits that the survivor set in words; `key` is empty where there are none.
    """

    grant_id = models.UUIDField(unique=True)
    holder = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40, blank=True, db_index=True)
    purpose = models.CharField(max_length=200, blank=True)
    categories = ArrayField(models.CharField(max_length=40))
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    key = models.BinaryField(default=b"")
    sealed = models.BinaryField(default=b"")
