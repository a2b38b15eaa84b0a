"""A plan lies in its person's own file; a part that is shared with the team is read by whoever works on the case.

Nobody's own session says whom a file is entrusted to: the act does, in the agency's name, after it has asked.
"""

from django.db import migrations

from shelterbelt.store import rows

TRUSTED, PLAN, PART = "safety_trusted", "safety_safetyplan", "safety_planpart"
VERSION, SHARE = "safety_partversion", "safety_partshare"
TABLES = (PLAN, PART, VERSION, SHARE)
LIVING = f"s.from_at <= {rows.AT} and (s.ended_at is null or {rows.AT} < s.ended_at)"
WORKS = (
    f"exists (select 1 from cases_case c where c.agency_id = {rows.AGENCY} and c.closed_at is null"
    " and c.survivor_id = s.person_id)"
)


def _shared(part: str) -> str:
    return (
        f"exists (select 1 from {SHARE} s where s.part_id = {part} and s.viewer_id = {rows.AGENCY}"
        f" and {LIVING} and {WORKS})"
    )


def _in_agencys_name(name: str, command: str) -> list[migrations.RunSQL]:
    """Take the policy's place: before, any session of the agency could."""
    clause = "with check" if command == "insert" else "using"
    before = f"create policy {name} on {TRUSTED} for {command} {clause} (agency_id = {rows.AGENCY});"
    made = rows.policy(TRUSTED, name, f"agency_id = {rows.AGENCY} and {rows.JOB}", command=command)
    return [migrations.RunSQL(f"drop policy {name} on {TRUSTED};", before), made]


def _never(table: str, command: str, using: str) -> migrations.RunSQL:
    name = f"never_{command}"
    return migrations.RunSQL(
        f'create policy {name} on "{table}" as restrictive for {command} using ({using});',
        f'drop policy {name} on "{table}";',
    )


class Migration(migrations.Migration):
    dependencies = [("safety", "0003_plan"), ("cases", "0005_glass"), ("access", "0005_glass")]

    operations = [
        *_in_agencys_name("written", "insert"),
        *_in_agencys_name("ended", "update"),
        *rows.own_file(*TABLES),
        *(rows.barred(table, "person_id") for table in TABLES),
        rows.policy(
            SHARE,
            "team",
            f"agency_id = {rows.AGENCY} and viewer_id = {rows.AGENCY} and {rows.WORKER} is not null and "
            + f"{LIVING} and {WORKS}".replace("s.", f"{SHARE}."),
            command="select",
        ),
        rows.policy(
            PART, "shared", f"agency_id = {rows.AGENCY} and {_shared(f'{PART}.id')}", command="select"
        ),
        rows.policy(
            VERSION,
            "shared",
            f"agency_id = {rows.AGENCY} and {_shared(f'{VERSION}.part_id')} and exists (select 1 from {PART} p"
            f" where p.id = {VERSION}.part_id and p.newest = {VERSION}.number)",
            command="select",
        ),
        # What was written stays as it was; what a plan held goes only when the whole case is erased.
        _never(VERSION, "update", "false"),
        *(_never(table, "delete", rows.JOB) for table in TABLES),
    ]
