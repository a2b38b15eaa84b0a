"""Messages, wishes and choices are seen by the survivor, by whom they trust, and by jobs. No wall is passed.

Who is trusted since later sees no message from before, unless the survivor let them.
"""

from django.db import migrations

from shelterbelt.store import rows

OWN = (
    "conversations_message",
    "conversations_habits",
    "conversations_earlier",
    "conversations_wish",
    "conversations_responsechoice",
    "conversations_looksshown",
)
MESSAGE = "conversations_message"
SINCE = (
    f"{rows.WORKER} is null or exists (select 1 from safety_trusted s where s.person_id = {MESSAGE}.person_id"
    f" and s.worker_id = {rows.WORKER} and s.from_at <= {MESSAGE}.written_at and s.from_at <= {rows.AT}"
    f" and (s.until_at is null or {rows.AT} < s.until_at))"
    f" or exists (select 1 from conversations_earlier e where e.person_id = {MESSAGE}.person_id"
    f" and e.worker_id = {rows.WORKER})"
)


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0001_conversations"),
        ("safety", "0002_rows"),
        ("access", "0005_glass"),
    ]

    operations = [
        *rows.own_file(*OWN),
        *(rows.barred(table, "person_id") for table in OWN),
        migrations.RunSQL(
            f'create policy since on "{MESSAGE}" as restrictive for select using ({SINCE});',
            f'drop policy since on "{MESSAGE}";',
        ),
        *rows.own("conversations_usual"),
    ]
