"""Row-level security as migration steps: deny by default, one agency sees its own. Refuses a table without a policy.

The asker is set for one transaction (`store.asker`); `(select …)` makes PostgreSQL read it once for a query.
"""

from django.db import migrations

AGENCY = "(select nullif(current_setting('app.agency', true), '')::uuid)"
WORKER = "(select nullif(current_setting('app.worker', true), '')::uuid)"
AT = "(select nullif(current_setting('app.at', true), '')::timestamptz)"
SURVIVOR = "(select nullif(current_setting('app.survivor', true), '')::uuid)"
HELD = "(select decode(nullif(current_setting('app.held', true), ''), 'hex'))"
JOB = f"({WORKER} is null and {SURVIVOR} is null)"
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


def own_file(*tables: str, person: str = "person_id") -> list[migrations.RunSQL]:
    """A survivor's own file: they themselves, the workers they trust it to, and jobs without a worker. No colleague.

    Whoever is entrusted stands in `safety_trusted`; a table of which parts are shared adds a policy of its own.
    """
    return [
        step
        for t in tables
        for step in (
            closed(t),
            policy(t, "hers", f"{t}.{person} = {SURVIVOR}"),
            policy(t, "entrusted", f"agency_id = {AGENCY} and ({JOB} or {trusted(t, person)})"),
        )
    ]


def trusted(table: str, person: str = "person_id") -> str:
    """SQL: the worker who asks is one to whom the survivor entrusts their own file now."""
    return (
        f"exists (select 1 from safety_trusted s where s.person_id = {table}.{person} and s.worker_id = {WORKER} "
        f"and s.from_at <= {AT} and (s.until_at is null or {AT} < s.until_at))"
    )


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


def barred(table: str, *columns: str) -> migrations.RunSQL:
    """Nobody sees a row about a thing that is walled from them or restricted to others, whatever else opens it.

    `columns` hold ids of things. Restrictive: joined with AND to every other policy. A job without a worker
    passes restrictions (it acts for the agency), and no wall against its agency.
    """
    return migrations.RunSQL(_barred(table, columns), f'drop policy barred on "{table}";')


def shown_through(table: str, *columns: str, categories: tuple[str, ...]) -> migrations.RunSQL:
    """Broken glass in one of these categories shows a restricted row for as long as it is open; it passes no wall.

    Takes the place of `barred`. A table without it shows nothing through glass.
    """
    glass = _glass(categories)
    return migrations.RunSQL(
        f"drop policy barred on {table}; {_barred(table, columns, glass)}",
        f"drop policy barred on {table}; {_barred(table, columns)}",
    )


def barred_by_any(table: str, column: str, *, categories: tuple[str, ...]) -> migrations.RunSQL:
    """Nobody sees a row that rests on a thing which is walled from them or restricted; `column` holds a list of ids.

    Beside `barred`; glass in one of these categories shows it.
    """
    using = _not_barred(f"any({table}.{column})", _glass(categories))
    return migrations.RunSQL(
        f'create policy barred_by_any on "{table}" as restrictive for select using ({using});',
        f'drop policy barred_by_any on "{table}";',
    )


def _glass(categories: tuple[str, ...]) -> str:
    return (
        f"exists (select 1 from access_glimpse o where o.thing_id = b.thing_id and o.worker_id = {WORKER} "
        f"and o.category = any('{{{','.join(categories)}}}') and o.from_at <= {AT} and {AT} < o.until_at)"
    )


def _barred(table: str, columns: tuple[str, ...], glass: str = "") -> str:
    using = " and ".join(_not_barred(f"{table}.{column}", glass) for column in columns)
    return f'create policy barred on "{table}" as restrictive for select using ({using});'


def _not_barred(thing: str, glass: str) -> str:
    entrusted = (
        f"exists (select 1 from access_entrusted e where e.thing_id = b.root_id and e.worker_id = {WORKER} "
        f"and e.from_at <= {AT} and (e.until_at is null or {AT} < e.until_at))"
    )
    let_in = f"({entrusted} or {glass})" if glass else entrusted
    return (
        f"not exists (select 1 from access_bar b where b.thing_id = {thing} and (b.worker_id = {WORKER} "
        f"or b.viewer_id = {AGENCY} or (b.worker_id is null and b.viewer_id is null and {WORKER} is not null "
        f"and not {let_in})))"
    )


def seen_with(table: str, parent: str, column: str) -> migrations.RunSQL:
    """A row is seen only by whoever sees the row it belongs to."""
    return migrations.RunSQL(
        f'create policy seen_with on "{table}" as restrictive for select '
        f"using (exists (select 1 from {parent} p where p.id = {table}.{column}));",
        f'drop policy seen_with on "{table}";',
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
