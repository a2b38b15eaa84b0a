"""Releases narrow and end: why, when, by which steps; their papers, their disclosures, and a death that closes them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("consent", "0003_bars"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="authority",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="narrowed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="written_until",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="heldgrant",
            name="key",
            field=models.BinaryField(default=b""),
        ),
        migrations.AddField(
            model_name="heldgrant",
            name="sealed",
            field=models.BinaryField(default=b""),
        ),
        migrations.AddField(
            model_name="release",
            name="after_death",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="release",
            name="ended_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("withdrawn", "withdrawn"),
                    ("death", "death"),
                    ("closure", "closure"),
                    ("agency", "agency"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="narrowed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Death",
            fields=[
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
                ("case_id", models.UUIDField(unique=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField()),
                ("mistaken_at", models.DateTimeField(null=True)),
                ("mistaken_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Narrowing",
            fields=[
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
                ("case_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("sealed", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="narrowings",
                        to="consent.release",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
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
                ("case_id", models.UUIDField()),
                (
                    "what",
                    models.CharField(
                        choices=[("form", "form"), ("scan", "scan"), ("scan_view", "scan_view")],
                        max_length=10,
                    ),
                ),
                ("media", models.CharField(max_length=40)),
                ("sealed", models.BinaryField()),
                ("sha256", models.BinaryField()),
                ("size", models.BigIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="consent.release",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("release", "what"), name="one_paper_of_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
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
                ("case_id", models.UUIDField()),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shown", to="consent.grant"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "case_id", "at"], name="shown_of_case")],
            },
        ),
    ]
