"""A call for help at a police agency is that agency's own; a telling by letter knows its letter."""

import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids
from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_rows"), ("agencies", "0006_in_doubt")]

    operations = [
        migrations.AddField(model_name="call", name="letter_id", field=models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("says", "help"), ("state", "told"), ("way", "letter")),
                fields=["agency"],
                name="call_by_letter",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("letter_id__isnull", False)), fields=["letter_id"], name="call_of_letter"
            ),
        ),
        migrations.CreateModel(
            name="CallForHelp",
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
                ("sender_ref", models.CharField(max_length=40)),
                ("forced", models.BooleanField(default=False)),
                ("pressed_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
                ("over_at", models.DateTimeField(null=True)),
                (
                    "over_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cancelled", "cancelled"),
                            ("withdrawn", "withdrawn"),
                            ("closed", "closed"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "sender", "sender_ref"), name="called_once")
                ],
            },
        ),
        *rows.own("alerts_callforhelp"),
    ]
