"""What happened to a danger and what is ahead, the forecast worked out of it, and what each worker last saw of that."""

from django.db import models

from shelterbelt.store.fields import Row
from shelterbelt.store.ids import uuid7


class Happening(Row):
    """Something that happened, lasts or is planned. `sealed`: type, words, the act it is, why it was undone or gone on with.

    It is never changed: what was wrong is undone and written anew. `until_at`: the end of what lasts, and since when
    that is known. `gone_on_at`: somebody decided to go on with the act.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="happenings")
    sealed = models.BinaryField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    planned = models.BooleanField(default=False)
    until_at = models.DateTimeField(null=True)
    until_recorded_at = models.DateTimeField(null=True)
    until_by = models.UUIDField(null=True)
    gone_on_at = models.DateTimeField(null=True)
    gone_on_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    bars = ("case_id",)

    class Meta:
        indexes = [models.Index(fields=["case", "-happened_at"], name="happening_of_case")]


class KeptForecast(models.Model):
    """What the forecast said of a case when it was last worked out, for the agency; no worker reads it.

    `sealed` lies under the case's key: bands, what lifts, windows, and the days since `since_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="+")
    parameters = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    worked_out_at = models.DateTimeField()
    since_at = models.DateTimeField()
    sealed = models.BinaryField()
    bars = ("case_id",)

    class Meta:
        indexes = [models.Index(fields=["agency", "digest"], name="forecast_version")]


class ForecastDue(models.Model):
    """A case whose forecast the ledger has touched and that is still to be worked out anew, from which day on."""

    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="+")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    bars = ("case_id",)


class SeenForecast(models.Model):
    """The forecast of a case as one worker last saw it, and the one before that, from which changes are told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    worker_id = models.UUIDField()
    shown_at = models.DateTimeField()
    sealed = models.BinaryField()
    bars = ("case_id",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "worker_id"], name="one_sight_of_a_forecast")]
