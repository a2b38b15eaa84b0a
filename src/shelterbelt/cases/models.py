"""Incidents, the roles people had in them, cases, notes and evidence. Narratives, answers and names of files are sealed."""

from django.db import models

from shelterbelt.store.fields import Row, SealedRow
from shelterbelt.store.ids import uuid7

ROLES = [(r, r) for r in ("survivor", "perpetrator", "undetermined", "witness", "child")]
LEVELS = [(name, name) for name in ("low", "medium", "high", "extreme")]


class Incident(SealedRow):
    """Something that happened. `sealed` holds the answers of each step; a draft is the same row before it is recorded."""

    unit = models.ForeignKey("agencies.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    happened_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=0)
    source = models.CharField(max_length=40, default="officer")
    source_key = models.CharField(max_length=64, null=True)
    case_count = models.SmallIntegerField(default=0)
    handed_to = models.UUIDField(null=True)
    handed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "source", "source_key"], name="one_incident_per_source_key"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "-happened_at"],
                name="incident_unattached",
                condition=models.Q(case_count=0),
            ),
            models.Index(
                fields=["agency", "opened_by"], name="incident_drafts", condition=models.Q(recorded_at=None)
            ),
            models.Index(
                fields=["agency", "handed_to"],
                name="incident_handed",
                condition=models.Q(handed_to__isnull=False),
            ),
        ]


class IncidentVersion(models.Model):
    """What a recorded incident said before it was corrected."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="versions")
    revision = models.IntegerField()
    sealed = models.BinaryField()
    replaced_at = models.DateTimeField()
    replaced_by = models.UUIDField()


class Involvement(models.Model):
    """The role a person had in one incident; never a property of the person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="involvements")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="involvements")
    role = models.CharField(max_length=20, choices=ROLES)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)


class Case(SealedRow):
    """One agency's file of one survivor and one other person, who may be unnamed."""

    survivor = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=10, choices=[("police", "police"), ("direct", "direct")])
    unit = models.ForeignKey("agencies.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=10, choices=LEVELS, default="medium")
    level_rank = models.SmallIntegerField(default=2)
    next_due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "-level_rank", "next_due_at", "id"],
                name="case_board",
                condition=models.Q(closed_at=None),
            ),
            models.Index(fields=["agency", "survivor"], name="case_survivor"),
            models.Index(fields=["agency", "other"], name="case_other"),
            models.Index(
                fields=["agency", "level", "next_due_at", "id"],
                name="case_level",
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["agency", "next_due_at", "id"], name="case_due", condition=models.Q(closed_at=None)
            ),
            models.Index(
                fields=["agency", "unit", "level", "next_due_at", "id"],
                name="case_unit",
                condition=models.Q(closed_at=None),
            ),
        ]


class Sight(models.Model):
    """An open case that a grant shows to another agency of this node, in the order of a board.

    PostgreSQL keeps it in the act that opens, narrows or ends the grant, or changes the case. It opens nothing:
    the grant is asked again whenever a case is shown.
    """

    grant_id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    recipient_id = models.UUIDField()
    case_id = models.UUIDField()
    level = models.CharField(max_length=10, choices=LEVELS)
    next_due_at = models.DateTimeField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    bars = ("case_id",)

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient_id", "agency", "level", "next_due_at", "case_id"], name="sight_board"
            ),
            models.Index(fields=["until_at"], name="sight_ended"),
        ]


class CaseIncident(models.Model):
    """An incident that belongs to a case; an incident may attach to none, one or two."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attached")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="attached")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "incident"], name="attached_once")]


class Note(Row):
    """A confidential note of a case, sealed under the case's key. `sealed`: text, category."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    sealed = models.BinaryField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField()
    bars = ("case_id",)


class KeptOut(SealedRow):
    """Whom the survivor of a case named as never to see it: a worker, an agency, or somebody typed. `sealed`: who, words.

    It stays with its holder: only a release of this category shows it to anybody else.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="kept_out")
    worker_id = models.UUIDField(null=True)
    viewer = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    wall_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    bars = ("case_id",)


class Evidence(Row):
    """A file taken in: the original sealed and untouched, a derivative without metadata. `sealed`: name, kind, type, about."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="evidence")
    sealed = models.BinaryField()
    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    has_derivative = models.BooleanField(default=False)
    taken_in_at = models.DateTimeField()
    taken_in_by = models.UUIDField()
    bars = ("incident_id",)


class Custody(models.Model):
    """One event in the life of a file of evidence: taken in, looked at, copied out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="custody")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.UUIDField()
    digest = models.BinaryField()
