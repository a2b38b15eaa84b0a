"""What somebody tells without an account, what comes by telephone, and what became of it. All content is sealed.

Codes that are counted lie sealed, too: a stolen table does not say what anybody called about.
"""

from typing import ClassVar

from django.db import models

from shelterbelt.store.fields import Row, SealedRow


class Report(SealedRow):
    """Something told without an account. `digest` is of the words with which one comes back; nothing gives them back.

    `sealed`: the name they chose, what they wish, how they may be reached. `waits`: the last word is theirs.
    `apart`: it came when very many came from one place.
    """

    bars: ClassVar[tuple[str, ...]] = ("id", "case_id")
    digest = models.BinaryField()
    arrived_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    waits = models.BooleanField(default=True)
    apart = models.BooleanField(default=False)
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="reports")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "digest"], name="report_words_once")]
        indexes = [models.Index(fields=["agency", "touched_at"], name="report_inbox")]


class Saying(Row):
    """One thing that was written in a report, under the report's key. Without `by` it is from whoever reports."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sayings")
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)


class Return(models.Model):
    """Somebody who gave the words of a report and is reading it, for half an hour. Only their browser has the secret.

    `sealed` opens with that secret alone: the words of a new report until they were shown, once.
    """

    digest = models.BinaryField(primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField(default=b"")
    until_at = models.DateTimeField()


class Call(SealedRow):
    """One contact with the hotline. `sealed`: the codes that are counted, and nothing about who it was.

    `waits_since`: they asked to be called back then, and nobody has reached them yet.
    """

    bars: ClassVar[tuple[str, ...]] = ("id", "case_id")
    happened_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    taken_by = models.UUIDField()
    waits_since = models.DateTimeField(null=True)
    handed_to = models.UUIDField(null=True)
    handed_at = models.DateTimeField(null=True)
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="calls")

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-logged_at"], name="call_order"),
            models.Index(fields=["agency", "waits_since"], name="call_queue"),
        ]


class CallWords(SealedRow):
    """What was said, a name to ask for, and how to call back: kept for a shorter time than the counts, under its own key."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="words")
    touched_at = models.DateTimeField()


class CallStep(Row):
    """What was done after a contact: a try to call back, or a hand-over. `sealed` lies under the key of its words."""

    words = models.ForeignKey(CallWords, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField()
