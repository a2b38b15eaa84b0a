"""Row-level security of the ledger tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        *rows.own("ledger_entry", "ledger_link"),
        rows.closed("ledger_reading"),
        rows.policy("ledger_reading", "own", f"agency_id = {rows.AGENCY}"),
        *rows.append_only("ledger_entry", "ledger_reading", "ledger_link"),
    ]
