"""Screens (a trigger for a call) and levels (set by a person, from listed factors).

Two tables, because they are two things.
"""

from django.db import models

from shelterbelt.cases.models import LEVELS
from shelterbelt.store.fields import Row, SealedRow


class Screen(SealedRow):
    """The questions of one screen, answered one by one. `sealed`: answers, their revisions, result."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="screens")
    incident = models.ForeignKey(
        "cases.Incident", on_delete=models.CASCADE, null=True, related_name="screens"
    )
    instrument = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    started_by = models.UUIDField()
    started_at = models.DateTimeField()
    revision = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    triggered = models.BooleanField(null=True)
    medical = models.BooleanField(null=True)
    bars = ("case_id", "incident_id")


class LevelSet(Row):
    """A person set a case's level from listed factors. `sealed`: factors, reason."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="levels")
    level = models.CharField(max_length=10, choices=LEVELS)
    sealed = models.BinaryField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    bars = ("case_id",)
