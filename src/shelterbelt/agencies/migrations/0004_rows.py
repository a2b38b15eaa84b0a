"""Row-level security of the lines: each agency its own."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_nodes")]
    operations = [*rows.own("agencies_line")]
