"""A wall or a restriction hides rows of the assessments tables, whatever else opens them."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_bars"), ("assessments", "0002_rows")]
    operations = [
        rows.barred("assessments_screen", "case_id", "incident_id"),
        rows.barred("assessments_levelset", "case_id"),
    ]
