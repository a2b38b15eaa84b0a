"""A grant shows lines of its own holder's cases alone, and only while it lives.

Whoever reads a case by a grant could write one of their own that names it: nothing of the case goes further by it.
"""

import importlib

from django.db import migrations

from shelterbelt.store import rows

BEFORE = importlib.import_module("shelterbelt.cases.migrations.0004_sight")
OWN = "join cases_case c on c.id = g.case_id and c.agency_id = g.agency_id"
FROM_GRANTS = BEFORE.FROM_GRANTS.replace("join cases_case c on c.id = g.case_id", OWN)


def _function(name: str, statement: str) -> str:
    return (
        f"create or replace function {name}() returns trigger language plpgsql as "
        f"$$ begin if not exists (select 1 from fresh) then return null; end if; {statement} return null; end $$;"
    )


def _policy(using: str) -> str:
    return (
        "drop policy shown_to_us on cases_sight; "
        f"create policy shown_to_us on cases_sight for select using ({using});"
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_kept_out")]

    operations = [
        *(
            migrations.RunSQL(_function(name, FROM_GRANTS), _function(name, BEFORE.FROM_GRANTS))
            for name in ("sight_follows_new_grant", "sight_follows_grant")
        ),
        migrations.RunSQL(
            _policy(f"recipient_id = {rows.AGENCY} and from_at <= {rows.AT} and {rows.AT} < until_at"),
            _policy(f"recipient_id = {rows.AGENCY}"),
        ),
        migrations.RunSQL(
            "delete from cases_sight s using cases_case c where c.id = s.case_id and c.agency_id <> s.agency_id",
            migrations.RunSQL.noop,
        ),
    ]
