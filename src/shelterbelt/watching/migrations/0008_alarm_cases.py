"""What is watched for an order of a case is closed with the case."""

from django.db import migrations, models

from shelterbelt.store import rows

TABLES = ("alarm", "alarmgroup", "watch")


class Migration(migrations.Migration):
    dependencies = [("watching", "0007_roster")]

    operations = [
        step
        for name in TABLES
        for step in (
            migrations.AddField(name, "case_id", models.UUIDField(null=True)),
            migrations.RunSQL(
                f"drop policy barred on watching_{name}",
                rows.barred(f"watching_{name}", "person_id", "order_id").sql,
            ),
            rows.barred(f"watching_{name}", "person_id", "order_id", "case_id"),
        )
    ]
