"""Work of a restricted case is shown by glass that was broken for the steps."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("response", "0003_bars"), ("access", "0005_glass")]
    operations = [
        rows.shown_through("response_action", "case_id", "incident_id", "about", categories=("steps",)),
    ]
