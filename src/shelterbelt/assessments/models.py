"""Screens (a trigger for a call), assessments (sheets of an instrument), what was said of the level, and looks at it anew.

A screen or a detection has no way into a level: only a line of `LevelSet` says one.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shelterbelt.assessments.happenings import ForecastDue, Happening, KeptForecast, SeenForecast
from shelterbelt.cases.models import LEVELS
from shelterbelt.store.fields import Row, SealedRow
from shelterbelt.store.ids import uuid7

__all__ = [
    "Assessment",
    "AssessmentVersion",
    "ForecastDue",
    "Happening",
    "KeptForecast",
    "LevelSet",
    "Reassessment",
    "Screen",
    "SeenForecast",
]

# Empty: set under the rule of before, when one person alone could lower.
SOURCES = [(s, s) for s in ("", "instrument", "judgement", "survivor", "forecast")]
STATES = [(s, s) for s in ("open", "agreed", "declined", "called_off", "overtaken")]


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


class Assessment(SealedRow):
    """A sheet of any instrument, answered question by question.

    `sealed`: answers, their revisions, what was judged and why, result, corrections.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="assessments")
    incident = models.ForeignKey(
        "cases.Incident", on_delete=models.CASCADE, null=True, related_name="assessments"
    )
    instrument = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    started_by = models.UUIDField()
    started_at = models.DateTimeField()
    revision = models.IntegerField(default=0)
    finished_by = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    corrected_at = models.DateTimeField(null=True)
    bars = ("case_id", "incident_id")

    class Meta:
        indexes = [models.Index(fields=["case", "-finished_at"], name="assessment_of_case")]


class AssessmentVersion(models.Model):
    """What a finished assessment said before it was corrected."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="versions")
    revision = models.IntegerField()
    sealed = models.BinaryField()
    replaced_at = models.DateTimeField()
    replaced_by = models.UUIDField()


class LevelSet(Row):
    """Somebody or something said: at least this level. `sealed`: factors, reason.

    `happened_at`: when that on which it rests happened; `set_at`: since when it is known here. `rests_on` holds ids of
    assessments and incidents: where one of them is found to be wrong, the line is undone.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="levels")
    level = models.CharField(max_length=10, choices=LEVELS)
    sealed = models.BinaryField()
    set_by = models.UUIDField(null=True)
    set_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=SOURCES, default="", blank=True)
    happened_at = models.DateTimeField(null=True)
    moved = models.BooleanField(default=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, null=True, related_name="levels")
    incident = models.ForeignKey("cases.Incident", on_delete=models.CASCADE, null=True, related_name="+")
    rests_on = ArrayField(models.UUIDField(), default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    undone_because = models.CharField(max_length=20, blank=True, default="")
    bars = ("case_id", "incident_id")


class Reassessment(Row):
    """A worker looked at all of it anew and found less danger; a second person agrees, or not.

    `sealed`: factors, reason, what the survivor said, what the second person said. Until that person agrees the
    old level stands.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="reassessments")
    level = models.CharField(max_length=10, choices=LEVELS)
    was = models.CharField(max_length=10, choices=LEVELS)
    asked_survivor = models.BooleanField()
    sealed = models.BinaryField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default="open")
    second_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    bars = ("case_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_open_reassessment", condition=models.Q(state="open")
            )
        ]
