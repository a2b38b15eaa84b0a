"""Devices that open an account without words: seen by whose they are, and by whoever holds what one is found by.

A trusted worker sees none of them.
"""

import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids
from shelterbelt.store import rows

PASSKEY = "portal_passkey"


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_bars"), ("agencies", "0006_in_doubt")]

    operations = [
        migrations.CreateModel(
            name="Passkey",
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
                ("person_id", models.UUIDField(db_index=True)),
                ("digest", models.BinaryField(unique=True)),
                ("sealed", models.BinaryField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="portal.account"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        rows.closed(PASSKEY),
        rows.policy(PASSKEY, "hers", f"person_id = {rows.SURVIVOR}"),
        rows.policy(PASSKEY, "held", f"digest = {rows.HELD}", command="select"),
        rows.policy(PASSKEY, "agency", f"agency_id = {rows.AGENCY} and {rows.JOB}"),
        rows.barred(PASSKEY, "person_id"),
    ]
