"""Row-level security of the consent tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [
        *rows.own("consent_release", "consent_grant", "consent_heldgrant"),
        rows.policy("consent_grant", "received", f"recipient_id = {rows.AGENCY}", command="select"),
    ]
