"""A wall or a restriction hides rows of the referrals tables, whatever else opens them."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_bars"), ("referrals", "0002_rows")]
    operations = [
        rows.barred("referrals_contactchoice", "case_id", "incident_id"),
        rows.barred("referrals_contactrequest", "id", "case_id"),
        rows.barred("referrals_referral", "id", "case_id"),
        rows.seen_with("referrals_contactattempt", "referrals_contactrequest", "request_id"),
        rows.seen_with("referrals_referralevent", "referrals_referral", "referral_id"),
    ]
