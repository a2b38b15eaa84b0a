"""Breaches of orders, possible until a person says more: their terms, what was said of them, evidence, custody, court.

Nothing here is ever changed or taken away by an act: what was wrong has another line beside it, or is struck and stays.
"""

from typing import ClassVar

from django.db import models

from shelterbelt.rules import breach, order_terms, proceedings
from shelterbelt.rules.custody import KINDS as HANDLED
from shelterbelt.store.fields import Row, SealedRow

SOURCES = [(word, word) for word in breach.SOURCES]
STATES = [(word, word) for word in (breach.POSSIBLY, *breach.DECIDED)]
CERTAINTIES = [(word, word) for word in breach.CERTAINTIES]
TERMS = [(kind, kind) for kind in order_terms.KINDS]
STEPS = [(word, word) for word in proceedings.STEPS]
FIXES, PAPER, FILE = "fixes", "paper", "file"


class Breach(SealedRow):
    """What was reported or seen of one order. `state` is what its decisions come to; only a person moves it.

    `sealed`: act, certainty, zone, metres, off, words, from_whom, and why terms were not touched. `case`: whose it is, where
    both parties are that case's. `alarm_id`: the watch's. No order: a survivor told of it, and none is known here; then
    `sealed` also has `wish` and `named`, the number of the term that they named.
    """

    bars: ClassVar[tuple[str, ...]] = ("order_id", "case_id", "respondent_id")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, related_name="breaches")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="breaches")
    respondent = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=10, choices=SOURCES)
    state = models.CharField(max_length=16, choices=STATES, default=breach.POSSIBLY)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)
    alarm_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "state", "-happened_at"], name="breach_state"),
            models.Index(fields=["case", "-happened_at"], name="breach_of_case"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "alarm_id"], name="one_breach_of_an_alarm"),
            models.CheckConstraint(
                condition=models.Q(order__isnull=False)
                | models.Q(case__isnull=False, source=breach.SURVIVOR),
                name="breach_of_an_order_or_a_case",
            ),
        ]


class OfBreach(Row):
    """A row of one breach, sealed under the breach's key; whoever sees the breach sees it."""

    bars: ClassVar[tuple[str, ...]] = ("breach_id",)
    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="%(class)ss")
    sealed = models.BinaryField()

    class Meta:
        abstract = True


class BreachTerm(OfBreach):
    """A term that may have been broken, as it was judged when it was written down. `sealed`: why."""

    term = models.ForeignKey("orders.OrderTerm", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=2)
    kind = models.CharField(max_length=12, choices=TERMS)
    certainty = models.CharField(max_length=10, choices=CERTAINTIES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["breach", "term"], name="term_broken_once")]


class BreachDecision(OfBreach):
    """What a person said of a breach. `sealed`: why. Never changed: whoever sees it otherwise says so anew."""

    state = models.CharField(max_length=16, choices=STATES)
    at = models.DateTimeField()
    by = models.UUIDField()


class BreachEvidence(OfBreach):
    """Something that bears a breach out: the fixes that prove it, a small file, or a file of evidence of the case.

    `sealed`: name, about, and the bytes where they lie here. `statement` names the digest; `signed_by` is the node's public
    key that signed it.
    """

    kind = models.CharField(max_length=8, choices=[(k, k) for k in (FIXES, PAPER, FILE)])
    evidence = models.ForeignKey("cases.Evidence", on_delete=models.CASCADE, null=True, related_name="+")
    taken_in_at = models.DateTimeField()
    taken_in_by = models.UUIDField(null=True)
    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    statement = models.BinaryField()
    signature = models.BinaryField()
    signed_by = models.BinaryField()


class BreachCustody(Row):
    """One line of who had it in hand (rules.custody), hanging on the line before. No `by`: the watch."""

    bars: ClassVar[tuple[str, ...]] = ("breach_id",)
    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="+")
    evidence = models.ForeignKey(BreachEvidence, on_delete=models.CASCADE, related_name="custody")
    number = models.IntegerField()
    kind = models.CharField(max_length=20, choices=[(k, k) for k in HANDLED])
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    digest = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "number"], name="one_hand_of_a_number")]


class ProceedingStep(OfBreach):
    """One step in court. `reason`: a code of the library, where it ended so. `sealed`: words, court, docket."""

    kind = models.CharField(max_length=20, choices=STEPS)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    reason = models.CharField(max_length=40, blank=True, default="")
    until_at = models.DateTimeField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.UUIDField(null=True)


class Counted(Row):
    """An occasion of breaches as the forecast of a case has it: which line of what happened stands for it."""

    bars: ClassVar[tuple[str, ...]] = ("case_id",)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    happening = models.ForeignKey("assessments.Happening", on_delete=models.CASCADE, related_name="+")
    happened_at = models.DateTimeField()
