"""Row-level security of programs and their tokens: each agency its own, and a token to whoever holds it."""

from django.db import migrations

from shelterbelt.store import rows

THIS = "(select decode(nullif(current_setting('app.token', true), ''), 'hex'))"


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("access", "0002_rows")]
    operations = [
        *rows.own("api_client", "api_token"),
        rows.policy("api_client", "signing_in", rows.SIGNING_IN, command="select"),
        rows.policy("api_token", "this_one", f"digest = {THIS}", command="select"),
    ]
