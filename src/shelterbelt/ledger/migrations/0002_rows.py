"""Row-level security of the ledger tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        *rows.own("ledger_entry", "ledger_link"),
        rows.closed("ledger_reading"),
        rows.policy("ledger_reading", "own", f"agency_id = {rows.AGENCY}"),
        # Whoever reads through a grant of this node notes it in the holder's ledger, and cannot read it there.
        rows.policy("ledger_reading", "read_by_us", f"reader_agency_id = {rows.AGENCY}", command="insert"),
        *rows.append_only("ledger_entry", "ledger_reading", "ledger_link"),
    ]
