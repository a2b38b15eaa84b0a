"""Nobody reads a survivor's own record but they themselves, and whoever they show one item to, while they do.

What was written and who had it stays as it was; it goes only when it is taken away, or with the whole case.
"""

from django.db import migrations

from shelterbelt.store import rows

ITEM, VERSION, ORIGINAL, HANDLED = (
    "journal_item",
    "journal_version",
    "journal_original",
    "journal_handled",
)
SHOWN, GIVING = "journal_shown", "journal_giving"
PARTS = ((ITEM, "id"), (VERSION, "item_id"), (ORIGINAL, "item_id"), (HANDLED, "item_id"))
TABLES = (ITEM, VERSION, ORIGINAL, HANDLED, SHOWN, GIVING)


def _shown(table: str, item: str) -> migrations.RunSQL:
    living = f"v.from_at <= {rows.AT} and (v.until_at is null or {rows.AT} < v.until_at)"
    return rows.policy(
        table,
        "shown",
        f"agency_id = {rows.AGENCY} and exists (select 1 from {SHOWN} v where v.item_id = {table}.{item}"
        f" and v.worker_id = {rows.WORKER} and {living}) and {rows.trusted(table)}",
        command="select",
    )


def _never(table: str, command: str, using: str) -> migrations.RunSQL:
    name = f"never_{command}"
    return migrations.RunSQL(
        f'create policy {name} on "{table}" as restrictive for {command} using ({using});',
        f'drop policy {name} on "{table}";',
    )


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_own_record"), ("safety", "0002_rows"), ("access", "0005_glass")]

    operations = [
        *(rows.closed(table) for table in TABLES),
        *(rows.policy(table, "hers", f"{table}.person_id = {rows.SURVIVOR}") for table in TABLES),
        *(rows.policy(table, "job", f"agency_id = {rows.AGENCY} and {rows.JOB}") for table in TABLES),
        *(_shown(table, item) for table, item in PARTS),
        rows.policy(
            SHOWN, "to_them", f"agency_id = {rows.AGENCY} and worker_id = {rows.WORKER}", command="select"
        ),
        rows.policy(
            GIVING, "carried", f"agency_id = {rows.AGENCY} and {rows.trusted(GIVING)}", command="select"
        ),
        *(rows.barred(table, "person_id") for table in TABLES),
        *(_never(table, "update", "false") for table in (VERSION, HANDLED)),
        *(_never(table, "delete", rows.JOB) for table in TABLES),
    ]
