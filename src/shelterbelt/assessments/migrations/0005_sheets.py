"""Sheets of any instrument, who or what said a level, and looks at it anew by two people."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids

LEVELS = [("low", "low"), ("medium", "medium"), ("high", "high"), ("extreme", "extreme")]
SOURCES = [
    ("", ""),
    ("instrument", "instrument"),
    ("judgement", "judgement"),
    ("survivor", "survivor"),
    ("forecast", "forecast"),
]
STATES = [
    ("open", "open"),
    ("agreed", "agreed"),
    ("declined", "declined"),
    ("called_off", "called_off"),
    ("overtaken", "overtaken"),
]


def row():
    return [
        (
            "id",
            models.UUIDField(
                default=shelterbelt.store.ids.uuid7, editable=False, primary_key=True, serialize=False
            ),
        ),
        (
            "ref",
            models.CharField(
                default=shelterbelt.store.ids.new_ref, editable=False, max_length=22, unique=True
            ),
        ),
    ]


def agency():
    return (
        "agency",
        models.ForeignKey(
            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_in_doubt"),
        ("assessments", "0004_glass"),
        ("cases", "0008_sight_of_own"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                *row(),
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("instrument", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=20)),
                ("digest", models.CharField(max_length=64)),
                ("started_by", models.UUIDField()),
                ("started_at", models.DateTimeField()),
                ("revision", models.IntegerField(default=0)),
                ("finished_by", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("corrected_at", models.DateTimeField(null=True)),
                agency(),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessments",
                        to="cases.case",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessments",
                        to="cases.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AssessmentVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shelterbelt.store.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("revision", models.IntegerField()),
                ("sealed", models.BinaryField()),
                ("replaced_at", models.DateTimeField()),
                ("replaced_by", models.UUIDField()),
                agency(),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="assessments.assessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reassessment",
            fields=[
                *row(),
                ("level", models.CharField(choices=LEVELS, max_length=10)),
                ("was", models.CharField(choices=LEVELS, max_length=10)),
                ("asked_survivor", models.BooleanField()),
                ("sealed", models.BinaryField()),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(choices=STATES, default="open", max_length=10)),
                ("second_id", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                agency(),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reassessments",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["case", "-finished_at"], name="assessment_of_case"),
        ),
        migrations.AddConstraint(
            model_name="reassessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("case",), name="one_open_reassessment"
            ),
        ),
        migrations.AlterField(model_name="levelset", name="set_by", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="levelset",
            name="source",
            field=models.CharField(blank=True, choices=SOURCES, default="", max_length=10),
        ),
        migrations.AddField(model_name="levelset", name="happened_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="levelset", name="moved", field=models.BooleanField(default=True)),
        migrations.AddField(
            model_name="levelset",
            name="assessment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="levels",
                to="assessments.assessment",
            ),
        ),
        migrations.AddField(
            model_name="levelset",
            name="incident",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cases.incident",
            ),
        ),
        migrations.AddField(
            model_name="levelset",
            name="rests_on",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), default=list, size=None
            ),
        ),
        migrations.AddField(model_name="levelset", name="undone_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="levelset", name="undone_by", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="levelset",
            name="undone_because",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
    ]
