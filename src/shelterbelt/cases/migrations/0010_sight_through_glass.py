"""What grants show of a restricted case is seen through glass that was broken for it, like the case itself."""

from django.db import migrations

from shelterbelt.store import rows

ALL = ("who", "danger", "incidents", "steps", "notes")


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_sight_of_restricted"), ("consent", "0006_glass")]

    operations = [rows.shown_through("cases_sight", "case_id", categories=ALL)]
