"""What grants show of open cases, in a board's order, kept by PostgreSQL in the same act as the grant and the case.

A walk along an index instead of a look at every case: withdrawal takes the line out in its own transaction.
"""

import django.db.models.deletion
from django.db import migrations, models

from shelterbelt.store import rows

LINE = "g.id, g.agency_id, g.recipient_id, c.id, c.level, c.next_due_at, g.from_at, g.until_at"
INTO = """
insert into cases_sight (grant_id, agency_id, recipient_id, case_id, level, next_due_at, from_at, until_at)
"""
KEPT = """
on conflict (grant_id) do update set level = excluded.level, next_due_at = excluded.next_due_at,
  from_at = excluded.from_at, until_at = excluded.until_at;
"""
OPENS = "g.withdrawn_at is null and g.case_id is not null and 'case_file' = any(g.categories)"
FROM_GRANTS = f"""
delete from cases_sight s using fresh g where s.grant_id = g.id and not ({OPENS});
{INTO} select {LINE} from fresh g join cases_case c on c.id = g.case_id
 where {OPENS} and c.closed_at is null {KEPT}
"""
FROM_CASES = f"""
delete from cases_sight s using fresh c where s.case_id = c.id and c.closed_at is not null;
{INTO} select {LINE} from fresh c join consent_grant g on g.agency_id = c.agency_id and g.case_id = c.id
 where {OPENS} and c.closed_at is null {KEPT}
"""
MOVED = """
not exists (select 1 from fresh n join before o on o.id = n.id where n.level is distinct from o.level
  or n.next_due_at is distinct from o.next_due_at or n.closed_at is distinct from o.closed_at)
"""


def keeps(name: str, table: str, event: str, statement: str, idle: str) -> migrations.RunSQL:
    """A statement after each insert or update; `idle` is SQL for there being nothing to do."""
    old = " old table as before" if event == "update" else ""
    return migrations.RunSQL(
        f"create function {name}() returns trigger language plpgsql as "
        f"$$ begin if {idle} then return null; end if; {statement} return null; end $$; "
        f"create trigger {name} after {event} on {table} referencing new table as fresh{old} "
        f"for each statement execute function {name}();",
        f"drop trigger {name} on {table}; drop function {name}();",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_rows"),
        ("cases", "0003_bars"),
        ("consent", "0003_bars"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sight",
            fields=[
                ("grant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("recipient_id", models.UUIDField()),
                ("case_id", models.UUIDField()),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("low", "low"),
                            ("medium", "medium"),
                            ("high", "high"),
                            ("extreme", "extreme"),
                        ],
                        max_length=10,
                    ),
                ),
                ("next_due_at", models.DateTimeField(null=True)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["recipient_id", "agency", "level", "next_due_at", "case_id"],
                        name="sight_board",
                    ),
                    models.Index(fields=["until_at"], name="sight_ended"),
                ],
            },
        ),
        *rows.own("cases_sight"),
        rows.policy("cases_sight", "shown_to_us", f"recipient_id = {rows.AGENCY}", command="select"),
        rows.barred("cases_sight", "case_id"),
        keeps(
            "sight_follows_new_grant",
            "consent_grant",
            "insert",
            FROM_GRANTS,
            "not exists (select 1 from fresh)",
        ),
        keeps(
            "sight_follows_grant", "consent_grant", "update", FROM_GRANTS, "not exists (select 1 from fresh)"
        ),
        keeps("sight_follows_case", "cases_case", "update", FROM_CASES, MOVED),
    ]
