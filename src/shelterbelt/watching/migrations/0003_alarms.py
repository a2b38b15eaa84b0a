"""What is watched and how far the log was read; alarms, their groups, and who was told."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_in_doubt"),
        ("orders", "0002_rows"),
        ("watching", "0002_rows"),
    ]

    operations = [
        migrations.RunSQL("create sequence watching_watch_number", "drop sequence watching_watch_number"),
        migrations.CreateModel(
            name="Beat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("since_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AlarmGroup",
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
                ("topic_id", models.UUIDField(db_index=True)),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                (
                    "trial",
                    models.CharField(
                        blank=True, choices=[("test", "test"), ("drill", "drill")], max_length=5
                    ),
                ),
                ("begun_by", models.UUIDField(null=True)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("taken", "taken"),
                            ("taken_back", "taken_back"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("tellings", models.JSONField(default=list)),
                ("rounds", models.IntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AlarmCall",
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
                ("way", models.CharField(max_length=10)),
                ("telling", models.SmallIntegerField()),
                ("round", models.IntegerField()),
                ("says", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("told", "told"), ("given_up", "given_up")],
                        max_length=10,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="watching.alarmgroup",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cursor",
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
                ("part", models.SmallIntegerField()),
                ("place", models.BigIntegerField(default=0)),
                ("kept_place", models.BigIntegerField(default=0)),
                ("past_place", models.BigIntegerField(default=0)),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("kept_at", models.DateTimeField()),
                ("keyed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
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
                (
                    "number",
                    models.BigIntegerField(
                        db_default=models.Func(models.Value("watching_watch_number"), function="nextval"),
                        unique=True,
                    ),
                ),
                ("kind", models.CharField(choices=[("zone", "zone"), ("pair", "pair")], max_length=4)),
                ("part", models.SmallIntegerField()),
                ("person_id", models.UUIDField(db_index=True)),
                ("source", models.CharField(max_length=10)),
                ("source_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("since_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="watching.device"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="watching.device",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Alarm",
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
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("seen_by", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=16)),
                ("ms", models.BigIntegerField()),
                ("happened_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                (
                    "certainty",
                    models.CharField(
                        blank=True,
                        choices=[("sure", "sure"), ("likely", "likely"), ("possible", "possible")],
                        max_length=8,
                    ),
                ),
                (
                    "trial",
                    models.CharField(
                        blank=True, choices=[("test", "test"), ("drill", "drill")], max_length=5
                    ),
                ),
                ("ends", models.BooleanField(default=False)),
                ("late", models.BooleanField(default=False)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("covered_by", models.UUIDField(null=True)),
                ("covered_until_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="watching.device",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="alarms",
                        to="watching.alarmgroup",
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="watching.watch",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="alarmgroup",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)), fields=["agency", "next_at"], name="group_due"
            ),
        ),
        migrations.AddIndex(
            model_name="alarmgroup",
            index=models.Index(fields=["agency", "-last_at"], name="group_newest"),
        ),
        migrations.AddIndex(
            model_name="alarmcall",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["agency", "next_at"],
                name="alarm_call_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarmcall",
            constraint=models.UniqueConstraint(
                fields=("group", "worker_id", "way", "telling", "round"), name="alarm_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cursor",
            constraint=models.UniqueConstraint(fields=("agency", "part"), name="one_cursor_a_part"),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["agency", "part"], name="watch_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("agency", "source", "source_id", "device"),
                name="watched_once",
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(fields=["agency", "-happened_at"], name="alarm_newest"),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("covered_until_at__isnull", False)),
                fields=["agency", "covered_until_at"],
                name="alarm_covered",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                fields=("agency", "seen_by", "kind", "ms"), name="told_once_by_a_watch"
            ),
        ),
    ]
