"""Row-level security of the referrals tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial")]
    operations = [
        *rows.own(
            "referrals_contactchoice",
            "referrals_contactrequest",
            "referrals_contactattempt",
            "referrals_referral",
            "referrals_referralevent",
        ),
    ]
