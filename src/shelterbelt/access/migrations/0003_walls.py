"""Walls, restricted files and broken glass; who may read a bar is decided by PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids
from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_rows"),
        ("agencies", "0002_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Declaration",
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
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("worker_id", models.UUIDField(db_index=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Glass",
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
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("worker_id", models.UUIDField()),
                ("thing_id", models.UUIDField()),
                ("category", models.CharField(max_length=40)),
                ("alone", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("second_id", models.UUIDField(null=True)),
                ("broken_at", models.DateTimeField(null=True)),
                ("until_at", models.DateTimeField(null=True)),
                ("paged_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Wall",
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
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("thing_id", models.UUIDField(db_index=True)),
                ("worker_id", models.UUIDField(db_index=True, null=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("party_match", "party_match"),
                            ("declared", "declared"),
                            ("survivor_named", "survivor_named"),
                            ("handed_over", "handed_over"),
                            ("reviewer", "reviewer"),
                            ("restricted", "restricted"),
                        ],
                        max_length=20,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("raised_by", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Conflict",
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
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("worker_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                (
                    "strength",
                    models.CharField(choices=[("strong", "strong"), ("weak", "weak")], max_length=6),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("walled", "walled"), ("cleared", "cleared")],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("worker_id", "person_id"), name="one_conflict")
                ],
            },
        ),
        migrations.CreateModel(
            name="Entrusted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("thing_id", models.UUIDField()),
                ("worker_id", models.UUIDField()),
                ("why", models.CharField(choices=[("team", "team"), ("glass", "glass")], max_length=10)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("given_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["thing_id", "worker_id"], name="entrusted_with")],
            },
        ),
        migrations.CreateModel(
            name="Bar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("thing_id", models.UUIDField()),
                ("root_id", models.UUIDField()),
                ("worker_id", models.UUIDField(null=True)),
                ("viewer_id", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "wall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hides", to="access.wall"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["worker_id"], name="bar_worker")],
                "constraints": [models.UniqueConstraint(fields=("thing_id", "wall"), name="barred_once")],
            },
        ),
        migrations.CreateModel(
            name="WorkerToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worker_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("name", "name"), ("born", "born"), ("phone", "phone")], max_length=5
                    ),
                ),
                ("token", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="access.declaration",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "token"], name="worker_token")],
            },
        ),
        *rows.own(
            "access_wall",
            "access_bar",
            "access_entrusted",
            "access_declaration",
            "access_workertoken",
            "access_conflict",
            "access_glass",
        ),
        # Ids only: row-level security of other tables must find the bars that concern the asker, whoever raised them.
        rows.policy(
            "access_bar",
            "concerns_us",
            f"worker_id = {rows.WORKER} or viewer_id = {rows.AGENCY} "
            f"or (worker_id is null and viewer_id is null and {rows.AGENCY} is not null)",
            command="select",
        ),
        rows.policy("access_entrusted", "with_us", f"worker_id = {rows.WORKER}", command="select"),
    ]
