"""Whom a survivor named as never to see their file; behind the case's own walls."""

import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids
from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("agencies", "0004_rows"), ("cases", "0006_handed_over")]
    operations = [
        migrations.CreateModel(
            name="KeptOut",
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
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("worker_id", models.UUIDField(null=True)),
                ("wall_id", models.UUIDField(null=True)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.UUIDField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="kept_out", to="cases.case"
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        *rows.own("cases_keptout"),
        rows.barred("cases_keptout", "case_id"),
    ]
