"""Row-level security of the disclosures tables: each agency its own rows, none about a thing that is walled."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_initial"), ("access", "0003_walls")]
    operations = [
        *rows.own(
            "disclosures_authority",
            "disclosures_authoritynote",
            "disclosures_demand",
            "disclosures_demandnote",
            "disclosures_practice",
        ),
        rows.barred("disclosures_authority", "case_id"),
        rows.barred("disclosures_demand", "case_id"),
        rows.seen_with("disclosures_authoritynote", "disclosures_authority", "authority_id"),
        rows.seen_with("disclosures_demandnote", "disclosures_demand", "demand_id"),
    ]
