"""Actions that a protocol opened, and how far each agency's ledger has been followed."""

from django.db import models

from shelterbelt.store.fields import Row
from shelterbelt.store.ids import uuid7


class Action(Row):
    """A piece of work with an owner, a due time and a reason.

    It belongs to a case or, before there is one, an incident; `about` is what its cause was about. `asked_by`: who may not
    do it, because they asked for it. `calls`: how many steps up the chain were taken since it was due; `call_at`: when
    the next one is.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="actions")
    incident = models.ForeignKey(
        "cases.Incident", on_delete=models.CASCADE, null=True, related_name="actions"
    )
    unit = models.ForeignKey("agencies.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=30)
    owner = models.ForeignKey("access.Worker", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    protocol = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    rule = models.CharField(max_length=60)
    because = models.JSONField(default=list)
    cause = models.BigIntegerField()
    about = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    asked_by = models.UUIDField(null=True)
    calls = models.SmallIntegerField(default=0)
    call_at = models.DateTimeField(null=True)
    bars = ("case_id", "incident_id", "about")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "cause", "rule"], name="opened_once_per_cause")
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_at", "id"], name="action_overdue", condition=models.Q(done_at=None)
            ),
            models.Index(fields=["case", "due_at"], name="action_of_case", condition=models.Q(done_at=None)),
            models.Index(
                fields=["owner", "due_at", "id"], name="action_of_owner", condition=models.Q(done_at=None)
            ),
            models.Index(
                fields=["agency", "unit", "due_at", "id"],
                name="action_of_unit",
                condition=models.Q(done_at=None, owner=None),
            ),
            models.Index(
                fields=["agency", "call_at"],
                name="action_calls",
                condition=models.Q(done_at=None, call_at__isnull=False),
            ),
            models.Index(fields=["about"], name="action_about", condition=models.Q(done_at=None)),
        ]


class ActionNote(models.Model):
    """What was written when an action was done, sealed under the case's (or incident's) key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="notes")
    sealed = models.BinaryField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField()


class Cursor(models.Model):
    """How far an agency's ledger has been followed: the last settled transaction and entry."""

    agency = models.OneToOneField(
        "agencies.Agency", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    xid = models.TextField(default="0")
    entry_id = models.BigIntegerField(default=0)
