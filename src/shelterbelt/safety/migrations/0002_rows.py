"""A survivor's own file is seen by themselves, by whom they entrust it to, and by jobs. No wall is passed."""

from django.db import migrations

from shelterbelt.store import rows

TRUSTED = "safety_trusted"


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_own_file"), ("access", "0005_glass")]

    operations = [
        *rows.own_file("safety_ownfile"),
        rows.closed(TRUSTED),
        rows.policy(TRUSTED, "hers", f"person_id = {rows.SURVIVOR}"),
        rows.policy(
            TRUSTED,
            "entrusted",
            f"agency_id = {rows.AGENCY} and ({rows.JOB} or worker_id = {rows.WORKER})",
            command="select",
        ),
        # Whoever is trusted may let a colleague in, or end it, as the survivor wishes.
        rows.policy(TRUSTED, "written", f"agency_id = {rows.AGENCY}", command="insert"),
        rows.policy(TRUSTED, "ended", f"agency_id = {rows.AGENCY}", command="update"),
        rows.barred("safety_ownfile", "person_id"),
        rows.barred(TRUSTED, "person_id"),
    ]
