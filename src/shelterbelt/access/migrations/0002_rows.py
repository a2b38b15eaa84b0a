"""Row-level security of the access tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("mfa", "__latest__")]
    operations = [
        rows.closed("access_worker"),
        rows.policy("access_worker", "own", f"agency_id = {rows.AGENCY} or id = {rows.WORKER}"),
        rows.policy("access_worker", "signing_in", rows.SIGNING_IN, command="select"),
        rows.policy("access_worker", "signed_in", rows.SIGNING_IN, command="update"),
        rows.closed("access_demolink"),
        rows.policy("access_demolink", "signing_in", rows.SIGNING_IN),
        rows.closed("mfa_authenticator"),
        rows.policy("mfa_authenticator", "own", f"user_id = {rows.WORKER} or {rows.SIGNING_IN}"),
    ]
