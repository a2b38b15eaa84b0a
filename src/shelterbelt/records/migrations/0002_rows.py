"""Row-level security of holds and erasures: each agency its own, and no hold seen of a case that is walled."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial"), ("access", "0003_walls")]
    operations = [
        *rows.own("records_hold", "records_erasure"),
        rows.barred("records_hold", "case_id"),
    ]
