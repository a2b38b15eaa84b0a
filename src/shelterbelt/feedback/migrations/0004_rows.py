"""Row-level security of what other agencies told of this one: only this one reads it."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_heard")]
    operations = [*rows.own("feedback_heard")]
