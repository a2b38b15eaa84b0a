"""Alarms are their agency's, less what is walled; how far the log was read, and what was known then, no worker reads."""

from django.db import migrations

from shelterbelt.store import rows

BEAT, CURSOR, WATCH = "watching_beat", "watching_cursor", "watching_watch"
GROUP, ALARM, CALL = "watching_alarmgroup", "watching_alarm", "watching_alarmcall"


class Migration(migrations.Migration):
    dependencies = [("watching", "0003_alarms")]

    operations = [
        rows.closed(BEAT),
        # It says that a process runs, and nothing of anybody: whoever asks for an agency may know.
        rows.policy(BEAT, "anybody", f"{rows.AGENCY} is not null"),
        rows.closed(CURSOR),
        rows.policy(CURSOR, "jobs", f"agency_id = {rows.AGENCY} and {rows.JOB}"),
        *rows.own(WATCH, GROUP, ALARM, CALL),
        *(rows.barred(table, "person_id", "order_id") for table in (WATCH, GROUP, ALARM)),
        rows.seen_with(CALL, GROUP, "group_id"),
    ]
