"""Row-level security as migration steps: deny by default, one agency sees its own. Refuses a table without a policy.

The asker is set for one transaction (`store.asker`); `(select …)` makes PostgreSQL read it once for a query.
"""

from django.db import migrations

AGENCY = "(select nullif(current_setting('app.agency', true), '')::uuid)"
WORKER = "(select nullif(current_setting('app.worker', true), '')::uuid)"
AT = "(select nullif(current_setting('app.at', true), '')::timestamptz)"
SIGNING_IN = "(select coalesce(current_setting('app.signing_in', true), '') = 'yes')"


def _closed(table: str) -> str:
    return f'alter table "{table}" enable row level security; alter table "{table}" force row level security;'


def policy(table: str, name: str, using: str, *, command: str = "all") -> migrations.RunSQL:
    """One policy beside those the table has; PostgreSQL joins them with OR."""
    check = "" if command in ("select", "delete") else f" with check ({using})"
    using_part = "" if command == "insert" else f" using ({using})"
    return migrations.RunSQL(
        f'create policy {name} on "{table}" for {command}{using_part}{check};',
        f'drop policy {name} on "{table}";',
    )


def closed(table: str) -> migrations.RunSQL:
    """Turn row-level security on, for the table's owner too: nothing is visible until a policy says so."""
    return migrations.RunSQL(_closed(table), f'alter table "{table}" disable row level security;')


def own(*tables: str) -> list[migrations.RunSQL]:
    """Every row belongs to the agency in `agency_id`, and only that agency reads or writes it."""
    return [step for t in tables for step in (closed(t), policy(t, "own", f"agency_id = {AGENCY}"))]


def granted(table: str, category: str, *, case: str) -> migrations.RunSQL:
    """An agency also reads what a living grant inside this node opens to it; `case` is SQL for the row's case."""
    return policy(
        table,
        f"granted_{category}",
        f"exists (select 1 from consent_grant g where g.recipient_id = {AGENCY} and g.agency_id = {table}.agency_id"
        f" and (g.case_id is null or g.case_id = {case}) and '{category}' = any(g.categories)"
        f" and g.from_at <= {AT} and {AT} < g.until_at and g.withdrawn_at is null)",
        command="select",
    )


def append_only(*tables: str) -> list[migrations.RunSQL]:
    """Rows are added and never changed: PostgreSQL itself refuses, whoever asks."""
    make = (
        "create or replace function refuse_change() returns trigger language plpgsql as "
        "$$ begin raise exception 'this table is append-only'; end $$;"
    )
    steps = [migrations.RunSQL(make, migrations.RunSQL.noop)]
    for table in tables:
        steps.append(
            migrations.RunSQL(
                f"create trigger {table}_append_only before update or delete or truncate on {table} "
                "for each statement execute function refuse_change();",
                f"drop trigger {table}_append_only on {table};",
            )
        )
    return steps
