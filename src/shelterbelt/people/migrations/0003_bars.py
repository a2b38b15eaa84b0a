"""A wall or a restriction hides rows of the people tables, whatever else opens them."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("access", "0003_walls"), ("people", "0002_rows")]
    operations = [
        rows.barred("people_person", "id"),
        rows.barred("people_personversion", "person_id"),
        rows.barred("people_token", "person_id"),
    ]
