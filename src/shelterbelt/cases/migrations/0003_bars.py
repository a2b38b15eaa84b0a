"""A wall or a restriction hides rows of the cases tables, and PostgreSQL spreads it to what belongs to the thing.

From a person to their incidents and cases, from a case to its incidents, past and future, in the same transaction.
"""

from django.db import migrations

from shelterbelt.store import rows

INTO = "insert into access_bar (agency_id, thing_id, worker_id, viewer_id, wall_id, root_id)"
KEPT = "b.worker_id, b.viewer_id, b.wall_id, b.root_id"
FROM_BAR = f"""
{INTO}
select b.agency_id, c.id, {KEPT} from fresh b
  join cases_case c on c.agency_id = b.agency_id and c.survivor_id = b.thing_id
union
select b.agency_id, c.id, {KEPT} from fresh b
  join cases_case c on c.agency_id = b.agency_id and c.other_id = b.thing_id
union
select b.agency_id, i.incident_id, {KEPT} from fresh b
  join cases_involvement i on i.person_id = b.thing_id and i.agency_id = b.agency_id
union
select b.agency_id, i.incident_id, {KEPT} from fresh b
  join cases_caseincident i on i.case_id = b.thing_id and i.agency_id = b.agency_id
on conflict do nothing;
"""
FROM_CASE = f"""
{INTO}
select b.agency_id, c.id, {KEPT} from fresh c join access_bar b on b.thing_id = c.survivor_id
union
select b.agency_id, c.id, {KEPT} from fresh c join access_bar b on b.thing_id = c.other_id
on conflict do nothing;
"""
FROM_INVOLVEMENT = f"""
{INTO}
select b.agency_id, i.incident_id, {KEPT} from fresh i join access_bar b on b.thing_id = i.person_id
on conflict do nothing;
"""
FROM_ATTACHMENT = f"""
{INTO}
select b.agency_id, i.incident_id, {KEPT} from fresh i join access_bar b on b.thing_id = i.case_id
on conflict do nothing;
"""


def spreads(name: str, table: str, event: str, statement: str) -> migrations.RunSQL:
    """A statement that runs once after each insert or update, over the rows that it brought."""
    return migrations.RunSQL(
        f"create function {name}() returns trigger language plpgsql as "
        "$$ begin if not exists (select 1 from fresh) or not exists (select 1 from access_bar) "
        f"then return null; end if; {statement} return null; end $$; "
        f"create trigger {name} after {event} on {table} referencing new table as fresh "
        f"for each statement execute function {name}();",
        f"drop trigger {name} on {table}; drop function {name}();",
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0003_bars"), ("cases", "0002_rows"), ("access", "0003_walls")]
    operations = [
        rows.barred("cases_case", "id"),
        rows.barred("cases_incident", "id"),
        rows.barred("cases_incidentversion", "incident_id"),
        rows.barred("cases_involvement", "incident_id"),
        rows.barred("cases_caseincident", "case_id", "incident_id"),
        rows.barred("cases_note", "case_id"),
        rows.barred("cases_evidence", "incident_id"),
        rows.seen_with("cases_custody", "cases_evidence", "evidence_id"),
        spreads("bar_spreads", "access_bar", "insert", FROM_BAR),
        spreads("bar_reaches_case", "cases_case", "insert", FROM_CASE),
        spreads("bar_reaches_changed_case", "cases_case", "update", FROM_CASE),
        spreads("bar_reaches_incident", "cases_involvement", "insert", FROM_INVOLVEMENT),
        spreads("bar_reaches_attached", "cases_caseincident", "insert", FROM_ATTACHMENT),
    ]
