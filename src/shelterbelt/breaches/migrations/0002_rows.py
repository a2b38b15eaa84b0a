"""Row-level security of breaches: each agency its own, nobody who is walled from the order, its case or whom it binds.

What was said, kept and handled is never changed; it goes only with the whole breach.
"""

from django.db import migrations

from shelterbelt.store import rows

BREACH = "breaches_breach"
FIXED = (
    "breaches_breachdecision",
    "breaches_breachevidence",
    "breaches_breachcustody",
    "breaches_breachterm",
)
PARTS = (*FIXED, "breaches_proceedingstep")


def never(table: str, command: str, using: str) -> migrations.RunSQL:
    """Nobody does this to a row, whatever else opens it, but where `using` holds."""
    name = f"never_{command}"
    return migrations.RunSQL(
        f'create policy {name} on "{table}" as restrictive for {command} using ({using});',
        f'drop policy {name} on "{table}";',
    )


class Migration(migrations.Migration):
    dependencies = [("breaches", "0001_breaches"), ("orders", "0002_rows")]
    operations = [
        *rows.own(BREACH, *PARTS, "breaches_counted"),
        rows.barred("breaches_counted", "case_id"),
        rows.barred(BREACH, "order_id", "case_id", "respondent_id"),
        *(rows.seen_with(table, BREACH, "breach_id") for table in PARTS),
        *(never(table, "update", "false") for table in FIXED),
        *(never(table, "delete", rows.JOB) for table in (BREACH, *PARTS)),
    ]
