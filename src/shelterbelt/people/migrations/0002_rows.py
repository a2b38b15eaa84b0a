"""Row-level security of the people tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        *rows.own("people_person", "people_personversion", "people_token"),
    ]
