"""Sessions, enrolment codes, tries, counts and alerts, each closed; second factors also belong to their agency.

Django's own session table goes: it held the keys themselves. Everybody signs in once more.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shelterbelt.store.ids
from shelterbelt.store import rows

THIS = "(select decode(nullif(current_setting('app.session', true), ''), 'hex'))"
OF_AGENCY = (
    "exists (select 1 from access_worker w where w.id = {column} and w.agency_id = " + rows.AGENCY + ")"
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_walls"),
        ("agencies", "0002_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("key", models.BinaryField(primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("until_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                (
                    "ref",
                    models.CharField(
                        default=shelterbelt.store.ids.new_ref, editable=False, max_length=22, unique=True
                    ),
                ),
                ("worker_id", models.UUIDField(db_index=True, null=True)),
                ("sealed", models.BinaryField()),
                ("device", models.CharField(blank=True, max_length=40)),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.BinaryField(primary_key=True, serialize=False)),
                ("fails", models.IntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("free_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "worker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", models.BinaryField(null=True)),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shelterbelt.store.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        default=shelterbelt.store.ids.new_ref, editable=False, max_length=22, unique=True
                    ),
                ),
                ("worker_id", models.UUIDField()),
                ("kind", models.CharField(max_length=30)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "-at"], name="alert_order")],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worker_id", models.UUIDField()),
                ("kind", models.CharField(max_length=10)),
                ("slot", models.DateTimeField()),
                ("digest", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("worker_id", "kind", "slot", "digest"), name="counted_once"
                    )
                ],
            },
        ),
        rows.closed("access_session"),
        rows.policy("access_session", "this_one", f"digest = {THIS}"),
        rows.policy("access_session", "mine", f"worker_id = {rows.WORKER}", command="select"),
        rows.policy("access_session", "mine_to_end", f"worker_id = {rows.WORKER}", command="delete"),
        rows.policy("access_session", "ours", OF_AGENCY.format(column="worker_id"), command="select"),
        rows.policy("access_session", "ours_to_end", OF_AGENCY.format(column="worker_id"), command="delete"),
        rows.policy(
            "access_session",
            "old",
            f"{rows.SIGNING_IN} and seen_at < now() - interval '1 day'",
            command="select",
        ),
        rows.policy(
            "access_session",
            "old_to_end",
            f"{rows.SIGNING_IN} and seen_at < now() - interval '1 day'",
            command="delete",
        ),
        rows.closed("access_enrolment"),
        rows.policy("access_enrolment", "own", f"agency_id = {rows.AGENCY} or {rows.SIGNING_IN}"),
        rows.closed("access_tries"),
        rows.policy("access_tries", "signing_in", rows.SIGNING_IN),
        rows.closed("access_mark"),
        rows.policy("access_mark", "signing_in", rows.SIGNING_IN),
        *rows.own("access_look", "access_alert"),
        rows.policy("mfa_authenticator", "ours", OF_AGENCY.format(column="user_id"), command="select"),
        rows.policy("mfa_authenticator", "ours_to_end", OF_AGENCY.format(column="user_id"), command="delete"),
        migrations.RunSQL("drop table if exists django_session", migrations.RunSQL.noop),
    ]
