"""Whom a restricted file is about is shown by broken glass of every category."""

from django.db import migrations

from shelterbelt.store import rows

ALL = ("who", "danger", "incidents", "steps", "notes")


class Migration(migrations.Migration):
    dependencies = [("people", "0003_bars"), ("access", "0005_glass")]
    operations = [
        rows.shown_through("people_person", "id", categories=ALL),
    ]
