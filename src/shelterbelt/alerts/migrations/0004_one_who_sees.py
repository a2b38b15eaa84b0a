"""A place that goes with no alert is seen by the one worker whom the survivor named, while they trust them, and by no other."""

from django.db import migrations

from shelterbelt.store import rows

PLACE, ALERT = "alerts_place", "alerts_helpalert"
TRUSTED = f"agency_id = {rows.AGENCY} and ({rows.JOB} or {rows.trusted(PLACE)})"
NAMED = (
    f"agency_id = {rows.AGENCY} and ({rows.JOB} or "
    f"({rows.trusted(PLACE)} and (with_alert or worker_id = {rows.WORKER})))"
)
WITH = f"exists (select 1 from {ALERT} a where a.button_id = {PLACE}.button_id and a.ended_at is null)"
BEFORE = f"agency_id = {rows.AGENCY} and ended_at is null and (worker_id = {rows.WORKER} or {WITH})"
AFTER = f"agency_id = {rows.AGENCY} and ended_at is null and with_alert and {WITH}"


def _altered(name: str, before: str, after: str, *, check: bool) -> migrations.RunSQL:
    def alter(using: str) -> str:
        return f"alter policy {name} on {PLACE} using ({using})" + (
            f" with check ({using});" if check else ";"
        )

    return migrations.RunSQL(alter(after), alter(before))


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_calls_for_help"), ("safety", "0002_rows")]

    operations = [
        _altered("entrusted", TRUSTED, NAMED, check=True),
        _altered("roster", BEFORE, AFTER, check=False),
    ]
