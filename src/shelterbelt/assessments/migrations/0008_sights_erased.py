"""What workers last saw of a forecast is also the agency's own: with its case it is erased, by whom no row belongs to."""

from django.db import migrations

from shelterbelt.store import rows

NOBODY = f"agency_id = {rows.AGENCY} and {rows.WORKER} is null"


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_happenings")]

    operations = [
        rows.policy("assessments_seenforecast", "erased", NOBODY, command="select"),
        rows.policy("assessments_seenforecast", "erased_too", NOBODY, command="delete"),
    ]
