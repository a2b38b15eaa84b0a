"""What a grant shows is kept in the agency's name: also when whoever opens or ends it does not see the case themselves.

Whether anybody is shown a line is asked when it is read, as before.
"""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("shelterbelt.cases.migrations.0004_sight")
OWN = importlib.import_module("shelterbelt.cases.migrations.0008_sight_of_own")
IDLE = "not exists (select 1 from fresh)"
KEEPERS = (
    ("sight_follows_new_grant", OWN.FROM_GRANTS, IDLE),
    ("sight_follows_grant", OWN.FROM_GRANTS, IDLE),
    ("sight_follows_case", BEFORE.FROM_CASES, BEFORE.MOVED),
)


def _function(name: str, body: str, *, declared: str = "") -> str:
    return f"create or replace function {name}() returns trigger language plpgsql as $${declared} begin {body} end $$;"


def _for_the_agency(name: str, statement: str, idle: str) -> str:
    """The asker is put aside for the statement alone; if it fails, PostgreSQL takes that back with everything else."""
    return _function(
        name,
        f"if {idle} then return null; end if; "
        f"perform set_config('app.worker', '', true); {statement} "
        "perform set_config('app.worker', asker, true); return null;",
        declared=" declare asker text := coalesce(current_setting('app.worker', true), '');",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_sight_of_own")]

    operations = [
        migrations.RunSQL(
            _for_the_agency(name, statement, idle),
            _function(name, f"if {idle} then return null; end if; {statement} return null;"),
        )
        for name, statement, idle in KEEPERS
    ]
