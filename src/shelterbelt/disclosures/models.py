"""What lets a file be opened without a release, what others demanded, and how an agency answers.

Nothing here opens anything by itself: a grant in `consent` does, once a second person has checked the paper.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.store.fields import SealedRow
from shelterbelt.store.ids import uuid7

KINDS = [(k, k) for k in ("court_order", "mandate", "agreement", "aggregate")]
STATES = [(s, s) for s in ("waiting", "open", "returned", "ended")]
DEMANDS = [
    (k, k)
    for k in (
        "subpoena", "court_order", "search_warrant", "immigration", "out_of_state", "own_file", "next_of_kin",
    )
]  # fmt: skip
OUTCOMES = [(o, o) for o in ("", "refused", "objected", "quashed", "complied", "withdrawn")]


def _agency() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")


class OnPaper(SealedRow):
    """A row that rests on a paper: the paper lies sealed among the files, under the row's own key."""

    document_type = models.CharField(max_length=4, blank=True)
    document_size = models.BigIntegerField(default=0)
    document_sha256 = models.BinaryField(default=b"")

    class Meta:
        abstract = True


class Authority(OnPaper):
    """A court order, a mandate, an agreement, or a record that numbers were given. The case is known by its id.

    `sealed`: who issued it, its number, exactly what it says, who asked, what was left out and why.
    """

    case_id = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    recipient = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    categories = ArrayField(models.CharField(max_length=40), default=list)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    state = models.CharField(max_length=10, choices=STATES, default="waiting")
    second_at = models.DateTimeField(null=True)
    second_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    grant_id = models.UUIDField(null=True)
    bars = ("case_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="authority_ends"
            ),
            models.CheckConstraint(
                condition=models.Q(second_by=None) | ~models.Q(second_by=models.F("entered_by")),
                name="two_people",
            ),
        ]


class AuthorityNote(models.Model):
    """What was done about an authority: told the survivor, could not, checked, returned, ended. `sealed`: words."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = _agency()
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=20)
    notice_id = models.UUIDField(null=True)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField()


class Demand(OnPaper):
    """Somebody asked for records: what they hold, until when, and what became of it.

    `sealed`: who asked, what for, how it came, what was said. `hold_id` is the hold that it placed.
    """

    case_id = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=20, choices=DEMANDS)
    received_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    hold_id = models.UUIDField(null=True)
    next_due_at = models.DateTimeField(null=True)
    bars = ("case_id",)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "next_due_at"], name="demand_due", condition=models.Q(ended_at=None)
            ),
        ]


class DemandNote(models.Model):
    """One step with a demand: done, objected, quashed, complied with (exactly what), refused. `sealed`: words, items."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = _agency()
    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=20)
    step = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField()


class Practice(SealedRow):
    """How an agency answers: whom its workers call, and whether papers show workers' names. `sealed`: contacts."""

    names_on_paper = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField()
    bars = ()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency"], name="one_practice")]
