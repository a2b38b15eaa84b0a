"""Row-level security of the response tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("response", "0001_initial"), ("consent", "0002_rows")]
    operations = [
        *rows.own("response_action", "response_actionnote", "response_cursor"),
        rows.granted("response_action", "actions", case="response_action.case_id"),
        rows.granted("response_action", "case_file", case="response_action.case_id"),
    ]
