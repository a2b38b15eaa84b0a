"""Row-level security of the cases tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("consent", "0002_rows"), ("people", "0002_rows")]
    operations = [
        *rows.own(
            "cases_case",
            "cases_incident",
            "cases_incidentversion",
            "cases_involvement",
            "cases_caseincident",
            "cases_note",
            "cases_evidence",
            "cases_custody",
        ),
        rows.granted("cases_case", "case_file", case="cases_case.id"),
        rows.granted("cases_caseincident", "case_file", case="cases_caseincident.case_id"),
        *[
            rows.policy(
                table,
                "granted_case_file",
                f"exists (select 1 from cases_caseincident ci where ci.incident_id = {table}.{column} "
                f"and ci.agency_id <> {rows.AGENCY})",
                command="select",
            )
            for table, column in (("cases_incident", "id"), ("cases_involvement", "incident_id"))
        ],
        rows.policy(
            "people_person",
            "granted_case_file",
            "exists (select 1 from cases_case c where (c.survivor_id = people_person.id or c.other_id = people_person.id) "
            f"and c.agency_id <> {rows.AGENCY})",
            command="select",
        ),
    ]
