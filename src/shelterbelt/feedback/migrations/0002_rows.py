"""Row-level security of what was said of agencies: only the agency whose portal it was said in reads it."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]
    operations = [*rows.own("feedback_box")]
