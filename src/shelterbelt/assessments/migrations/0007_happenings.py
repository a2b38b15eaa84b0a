"""What happened and what is ahead, the forecast of it, and what each worker last saw of that; who may see which rows.

The kept forecast is the agency's own: a worker is shown one that is worked out of what they themselves may see.
"""

import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids
from shelterbelt.store import rows

DANGER = ("danger",)
NOBODY = f"agency_id = {rows.AGENCY} and {rows.WORKER} is null"
MINE = f"agency_id = {rows.AGENCY} and worker_id = {rows.WORKER}"

OWN_FORECASTS = (
    'create policy own_forecasts on "assessments_levelset" as restrictive for select '
    f"using (source <> 'forecast' or agency_id = {rows.AGENCY});"
)


def identity():
    return (
        "id",
        models.UUIDField(
            default=shelterbelt.store.ids.uuid7, editable=False, primary_key=True, serialize=False
        ),
    )


def to(model, kind=models.ForeignKey, related_name="+", on_delete=django.db.models.deletion.CASCADE):
    return kind(on_delete=on_delete, related_name=related_name, to=model)


def agency():
    return ("agency", to("agencies.agency", on_delete=django.db.models.deletion.PROTECT))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_team"),
        ("agencies", "0006_in_doubt"),
        ("assessments", "0006_rows"),
        ("cases", "0008_sight_of_own"),
    ]

    operations = [
        migrations.CreateModel(
            name="Happening",
            fields=[
                identity(),
                (
                    "ref",
                    models.CharField(
                        default=shelterbelt.store.ids.new_ref, editable=False, max_length=22, unique=True
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField()),
                ("planned", models.BooleanField(default=False)),
                ("until_at", models.DateTimeField(null=True)),
                ("until_recorded_at", models.DateTimeField(null=True)),
                ("until_by", models.UUIDField(null=True)),
                ("gone_on_at", models.DateTimeField(null=True)),
                ("gone_on_by", models.UUIDField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.UUIDField(null=True)),
                agency(),
                ("case", to("cases.case", related_name="happenings")),
            ],
            options={"indexes": [models.Index(fields=["case", "-happened_at"], name="happening_of_case")]},
        ),
        migrations.CreateModel(
            name="KeptForecast",
            fields=[
                identity(),
                ("parameters", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=20)),
                ("digest", models.CharField(max_length=64)),
                ("worked_out_at", models.DateTimeField()),
                ("since_at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                agency(),
                ("case", to("cases.case", kind=models.OneToOneField)),
            ],
            options={"indexes": [models.Index(fields=["agency", "digest"], name="forecast_version")]},
        ),
        migrations.CreateModel(
            name="ForecastDue",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("since_at", models.DateTimeField()),
                agency(),
            ],
        ),
        migrations.CreateModel(
            name="SeenForecast",
            fields=[
                identity(),
                ("worker_id", models.UUIDField()),
                ("shown_at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                agency(),
                ("case", to("cases.case")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["case", "worker_id"], name="one_sight_of_a_forecast")
                ]
            },
        ),
        *rows.own("assessments_happening"),
        rows.barred("assessments_happening", "case_id"),
        rows.shown_through("assessments_happening", "case_id", categories=DANGER),
        rows.closed("assessments_keptforecast"),
        rows.policy("assessments_keptforecast", "own", NOBODY),
        rows.barred("assessments_keptforecast", "case_id"),
        rows.closed("assessments_forecastdue"),
        rows.policy("assessments_forecastdue", "own", NOBODY),
        rows.barred("assessments_forecastdue", "case_id"),
        rows.closed("assessments_seenforecast"),
        rows.policy("assessments_seenforecast", "own", MINE),
        rows.barred("assessments_seenforecast", "case_id"),
        # A level that rests on something hidden is hidden with it; what the forecast said goes to no other agency.
        rows.barred_by_any("assessments_levelset", "rests_on", categories=DANGER),
        migrations.RunSQL(OWN_FORECASTS, 'drop policy own_forecasts on "assessments_levelset";'),
    ]
