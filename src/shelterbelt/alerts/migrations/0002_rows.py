"""A help alert is the survivor's own. While it is open, whoever said that they are there sees it, and nobody afterwards."""

from django.db import migrations

from shelterbelt.store import rows

PRESENCE, ALERT, CALL, PLACE = "alerts_presence", "alerts_helpalert", "alerts_call", "alerts_place"
OWN = (
    "alerts_helpsetup",
    "alerts_button",
    "alerts_press",
    "alerts_code",
    ALERT,
    CALL,
    "alerts_answerlink",
    PLACE,
)
THERE = (
    f"exists (select 1 from {PRESENCE} p where p.agency_id = {rows.AGENCY} and p.worker_id = {rows.WORKER} "
    f"and p.ended_at is null and p.confirmed_at <= {rows.AT} and {rows.AT} < p.lasts_at)"
)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_help_alerts"), ("safety", "0002_rows"), ("access", "0005_glass")]

    operations = [
        *rows.own(PRESENCE),
        *rows.own_file(*OWN),
        # Whoever holds a button may press it, and whoever was sent a link may answer: each finds its own row, nothing else.
        rows.policy("alerts_button", "held", f"digest = {rows.HELD}", command="select"),
        rows.policy("alerts_answerlink", "held", f"digest = {rows.HELD}", command="select"),
        rows.policy(
            ALERT,
            "roster",
            f"agency_id = {rows.AGENCY} and to_duty and went_at is not null and ended_at is null and {THERE}",
            command="select",
        ),
        # What belongs to an alert is seen by whoever sees the alert.
        rows.policy(
            CALL,
            "roster",
            f"agency_id = {rows.AGENCY} and exists (select 1 from {ALERT} a where a.id = {CALL}.alert_id)",
            command="select",
        ),
        rows.policy(
            PLACE,
            "roster",
            f"agency_id = {rows.AGENCY} and ended_at is null and (worker_id = {rows.WORKER} "
            f"or exists (select 1 from {ALERT} a where a.button_id = {PLACE}.button_id and a.ended_at is null))",
            command="select",
        ),
        *(rows.barred(table, "person_id") for table in OWN),
    ]
