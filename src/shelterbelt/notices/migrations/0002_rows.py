"""Row-level security of the notices tables: each agency its own rows, and nobody what a wall or restriction hides."""

from django.db import migrations

from shelterbelt.store import rows

TABLES = ("notices_notice", "notices_standinginstructions")


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("access", "0003_walls")]
    operations = [*rows.own(*TABLES), *(rows.barred(table, "about") for table in TABLES)]
