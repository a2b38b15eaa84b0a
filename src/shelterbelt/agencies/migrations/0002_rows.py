"""Row-level security of the agencies tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]
    operations = [
        *rows.own("agencies_letter", "agencies_arrival"),
    ]
