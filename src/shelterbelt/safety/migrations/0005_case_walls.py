"""A wall between a worker and a case closes its survivor's own file to that worker as well, whoever trusts them.

PostgreSQL looks at the cases as the agency does: to the worker a case behind a wall is not there.
"""

from django.db import migrations

from shelterbelt.store import rows

TRUSTED, WALLED = "safety_trusted", "safety_case_walled"
MAKE = (
    f"create function {WALLED}(person uuid, asking uuid) returns boolean language plpgsql as $$ "
    "declare held text := current_setting('app.worker', true); found boolean; begin "
    "perform set_config('app.worker', '', true); "
    "select exists (select 1 from cases_case c join access_bar b on b.thing_id = c.id"
    " where c.survivor_id = person and b.worker_id = asking) into found; "
    "perform set_config('app.worker', held, true); return found; end $$;"
)
USING = (
    f"{rows.WORKER} is null"
    f" or not (select exists (select 1 from access_bar b where b.worker_id = {rows.WORKER}))"
    f" or not {WALLED}(person_id, {rows.WORKER})"
)


class Migration(migrations.Migration):
    dependencies = [("safety", "0004_rows"), ("cases", "0005_glass"), ("access", "0005_glass")]

    operations = [
        migrations.RunSQL(MAKE, f"drop function {WALLED}(uuid, uuid);"),
        migrations.RunSQL(
            f"create policy case_walled on {TRUSTED} as restrictive for select using ({USING});",
            f"drop policy case_walled on {TRUSTED};",
        ),
    ]
