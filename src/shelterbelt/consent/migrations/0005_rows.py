"""Row-level security of what a release leaves behind: each agency its own, and no bar passed by."""

from django.db import migrations

from shelterbelt.store import rows

TABLES = ("consent_narrowing", "consent_paper", "consent_death", "consent_shown")


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_narrowing")]
    operations = [
        *rows.own(*TABLES),
        *(rows.barred(table, "case_id") for table in TABLES),
    ]
