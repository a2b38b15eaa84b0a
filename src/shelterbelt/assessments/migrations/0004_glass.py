"""Levels and screens of a restricted case are shown by glass that was broken for the danger."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_bars"), ("access", "0005_glass")]
    operations = [
        rows.shown_through("assessments_screen", "case_id", "incident_id", categories=("danger",)),
        rows.shown_through("assessments_levelset", "case_id", categories=("danger",)),
    ]
