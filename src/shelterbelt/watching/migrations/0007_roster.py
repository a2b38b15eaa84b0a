"""How often an agency's devices have changed is counted by PostgreSQL itself, so that a receiver sees it at one look."""

import django.db.models.deletion
from django.db import migrations, models

from shelterbelt.store import rows

COUNT = """
create function watching_count_change() returns trigger language plpgsql as $$
begin
    insert into watching_roster (agency_id, version) values (coalesce(new.agency_id, old.agency_id), 1)
        on conflict (agency_id) do update set version = watching_roster.version + 1;
    return null;
end $$;
create trigger watching_device_changed after insert or delete
    or update of secret_digest, ended_at, part, trail, kind, feed_id on watching_device
    for each row execute function watching_count_change();
create trigger watching_feed_changed after insert or delete or update of secret_digest, ended_at on watching_feed
    for each row execute function watching_count_change();
"""
BACK = """
drop trigger watching_device_changed on watching_device;
drop trigger watching_feed_changed on watching_feed;
drop function watching_count_change();
"""


class Migration(migrations.Migration):
    dependencies = [("watching", "0006_pair_rows")]

    operations = [
        migrations.CreateModel(
            name="Roster",
            fields=[
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="agencies.agency",
                    ),
                ),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        *rows.own("watching_roster"),
        migrations.RunSQL(COUNT, BACK),
    ]
