"""An account and its visits are seen by whose they are, and by whoever holds the digest that one is found by.

The trusted worker sees the account and no visit. A code is also seen by the worker who gave it.
"""

from django.db import migrations

from shelterbelt.store import rows

ACCOUNT, VISIT, HOUSEHOLD, CODE = "portal_account", "portal_visit", "portal_household", "portal_oncecode"
JOB = f"agency_id = {rows.AGENCY} and {rows.JOB}"


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_accounts"), ("safety", "0002_rows"), ("access", "0005_glass")]

    operations = [
        *rows.own_file(ACCOUNT),
        rows.policy(ACCOUNT, "named", f"name = {rows.HELD}", command="select"),
        rows.closed(VISIT),
        rows.policy(VISIT, "hers", f"person_id = {rows.SURVIVOR}"),
        rows.policy(VISIT, "held", f"digest = {rows.HELD}", command="select"),
        rows.policy(VISIT, "agency", JOB),
        rows.closed(HOUSEHOLD),
        rows.policy(HOUSEHOLD, "hers", f"person_id = {rows.SURVIVOR}"),
        rows.policy(HOUSEHOLD, "agency", JOB),
        rows.closed(CODE),
        rows.policy(CODE, "hers", f"person_id = {rows.SURVIVOR}"),
        rows.policy(CODE, "held", f"digest = {rows.HELD}", command="select"),
        rows.policy(
            CODE,
            "agency",
            f"agency_id = {rows.AGENCY} and ({rows.JOB} or given_by = {rows.WORKER} or {rows.trusted(CODE, 'person_id')})",
        ),
        rows.barred(ACCOUNT, "person_id"),
        rows.barred(CODE, "person_id"),
    ]
