"""A visit and a household list stand behind the same bars as the account that they belong to."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_rows")]

    operations = [rows.barred(table, "person_id") for table in ("portal_visit", "portal_household")]
