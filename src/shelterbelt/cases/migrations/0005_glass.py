"""What broken glass shows of a restricted case: its face always, incidents and notes each in their own category."""

from django.db import migrations

from shelterbelt.store import rows

ALL = ("who", "danger", "incidents", "steps", "notes")


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_sight"), ("access", "0005_glass")]
    operations = [
        rows.shown_through("cases_case", "id", categories=ALL),
        rows.shown_through(
            "cases_caseincident", "case_id", "incident_id", categories=("incidents", "danger")
        ),
        rows.shown_through("cases_incident", "id", categories=("incidents",)),
        rows.shown_through("cases_involvement", "incident_id", categories=("incidents",)),
        rows.shown_through("cases_note", "case_id", categories=("notes",)),
    ]
