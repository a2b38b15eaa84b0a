"""A wall or a restriction hides rows of the response tables, whatever else opens them."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_bars"), ("response", "0002_rows")]
    operations = [
        rows.barred("response_action", "case_id", "incident_id", "about"),
        rows.seen_with("response_actionnote", "response_action", "action_id"),
    ]
