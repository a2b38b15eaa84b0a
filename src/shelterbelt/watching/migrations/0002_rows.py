"""A tracker is its agency's; a survivor's own device is theirs and whom they trust; the log is read by no worker at all."""

from django.db import migrations

from shelterbelt.store import rows

DEVICE, FEED, KEY, ROW, LAST = (
    "watching_device",
    "watching_feed",
    "watching_logkey",
    "watching_logrow",
    "watching_lastfix",
)
OURS = f"agency_id = {rows.AGENCY}"


class Migration(migrations.Migration):
    dependencies = [("watching", "0001_log"), ("access", "0005_glass"), ("safety", "0002_rows")]

    operations = [
        *rows.own(FEED),
        *rows.own_file(LAST),
        rows.closed(DEVICE),
        rows.policy(DEVICE, "tracker", f"{OURS} and kind = 'tracker'"),
        rows.policy(DEVICE, "hers", f"kind <> 'tracker' and person_id = {rows.SURVIVOR}"),
        rows.policy(
            DEVICE,
            "entrusted",
            f"{OURS} and kind <> 'tracker' and ({rows.JOB} or {rows.trusted(DEVICE, 'person_id')})",
        ),
        # Whoever holds a secret may send: each finds its own row, nothing else.
        *(
            rows.policy(table, "held", f"secret_digest = {rows.HELD}", command="select")
            for table in (DEVICE, FEED)
        ),
        *(
            step
            for table in (KEY, ROW)
            for step in (rows.closed(table), rows.policy(table, "jobs", f"{OURS} and {rows.JOB}"))
        ),
        rows.barred(DEVICE, "person_id", "order_id"),
        rows.barred(LAST, "person_id"),
        # What is sealed shrinks no further: PostgreSQL need not try.
        migrations.RunSQL(
            f"alter table {ROW} alter column sealed set storage external",
            f"alter table {ROW} alter column sealed set storage extended",
        ),
    ]
