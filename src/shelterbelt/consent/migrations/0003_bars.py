"""A wall or a restriction hides rows of the consent tables, whatever else opens them."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("access", "0003_walls"), ("consent", "0002_rows")]
    operations = [
        rows.barred("consent_release", "case_id"),
        rows.barred("consent_grant", "case_id"),
    ]
