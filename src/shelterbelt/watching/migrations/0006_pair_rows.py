"""What a survivor has watched is their own file, alarms too; what an agency shares of a tracker is that agency's.

An alarm about somebody with no order beside it comes from a survivor's own watch: open ones are seen by whoever is there.
"""

from django.db import migrations

from shelterbelt.store import rows

PAIR, ZONE, PASSAGE, OWN = (
    "watching_pair",
    "watching_warningzone",
    "watching_passage",
    "watching_ownwatch",
)
SHARE = "watching_pairshare"
WATCH, GROUP, ALARM = "watching_watch", "watching_alarmgroup", "watching_alarm"
PRESENCE = "alerts_presence"
THERE = (
    f"exists (select 1 from {PRESENCE} p where p.agency_id = {rows.AGENCY} and p.worker_id = {rows.WORKER} "
    f"and p.ended_at is null and p.confirmed_at <= {rows.AT} and {rows.AT} < p.lasts_at)"
)
# Whoever may see a row of a survivor's own watch besides.
BESIDES = {
    GROUP: f"({GROUP}.state in ('open', 'taken') and {THERE})",
    ALARM: f"exists (select 1 from {GROUP} g where g.id = {ALARM}.group_id and g.state in ('open', 'taken') and {THERE})",
    WATCH: f"exists (select 1 from {ALARM} a where a.watch_id = {WATCH}.id)",
}


def _their_own(table: str) -> migrations.RunSQL:
    of_nobodys_file = f"{table}.order_id is not null or {table}.person_id is null"
    theirs = f"{rows.JOB} or {table}.person_id = {rows.SURVIVOR} or {rows.trusted(table)}"
    return migrations.RunSQL(
        f'create policy their_own on "{table}" as restrictive for select '
        f"using ({of_nobodys_file} or {theirs} or {BESIDES[table]});",
        f'drop policy their_own on "{table}";',
    )


class Migration(migrations.Migration):
    dependencies = [
        ("watching", "0005_pairs"),
        ("safety", "0002_rows"),
        ("access", "0005_glass"),
        ("alerts", "0002_rows"),
    ]

    operations = [
        *rows.own_file(PAIR, ZONE, PASSAGE, OWN),
        *rows.own(SHARE),
        *(rows.barred(table, "person_id") for table in (PAIR, ZONE, PASSAGE, OWN)),
        rows.barred(SHARE, "order_id"),
        *(
            rows.policy(table, "hers", f"{table}.order_id is null and {table}.person_id = {rows.SURVIVOR}")
            for table in (GROUP, ALARM, WATCH)
        ),
        *(_their_own(table) for table in (GROUP, ALARM, WATCH)),
    ]
