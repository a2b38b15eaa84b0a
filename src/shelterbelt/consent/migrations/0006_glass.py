"""Whoever broke glass for a restricted file under an agreement sees the grant that lets their agency at it.

Without the grant the file itself stayed closed to them. No wall is passed.
"""

from django.db import migrations

from shelterbelt.store import rows

ALL = ("who", "danger", "incidents", "steps", "notes")


class Migration(migrations.Migration):
    dependencies = [("consent", "0005_rows"), ("access", "0005_glass")]

    operations = [rows.shown_through("consent_grant", "case_id", categories=ALL)]
