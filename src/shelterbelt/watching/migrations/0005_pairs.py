"""Pairs between nodes, warning zones, planned meetings, and what a survivor chose for their own device."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_in_doubt"),
        ("orders", "0002_rows"),
        ("watching", "0004_alarm_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnWatch",
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
                ("person_id", models.UUIDField(unique=True)),
                ("calls_help", models.BooleanField(default=True)),
                ("quiet_word", models.BooleanField(default=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField()),
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
            name="WarningZone",
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
                ("person_id", models.UUIDField(db_index=True)),
                (
                    "warns",
                    models.CharField(
                        choices=[("theirs", "theirs"), ("mine", "mine")], default="theirs", max_length=6
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
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
            name="Pair",
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
                ("person_id", models.UUIDField(db_index=True)),
                ("release_id", models.UUIDField(db_index=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("watched", "watched"),
                            ("refused", "refused"),
                            ("ended", "ended"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField()),
                ("letter_id", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("linked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("withdrawn", "withdrawn"),
                            ("released_no_more", "released_no_more"),
                            ("device_ended", "device_ended"),
                            ("order_ended", "order_ended"),
                            ("agency", "agency"),
                            ("over", "over"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
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
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="watching.device",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["agency", "state"],
                        name="pair_living",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PairShare",
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
                ("sender_ref", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("watched", "watched"),
                            ("refused", "refused"),
                            ("ended", "ended"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("because", models.CharField(blank=True, default="", max_length=40)),
                ("place", models.BigIntegerField(default=0)),
                ("skip", models.IntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("letter_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("withdrawn", "withdrawn"),
                            ("released_no_more", "released_no_more"),
                            ("device_ended", "device_ended"),
                            ("order_ended", "order_ended"),
                            ("agency", "agency"),
                            ("over", "over"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
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
                        on_delete=django.db.models.deletion.SET_NULL,
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
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["agency", "state"],
                        name="share_living",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "sender", "sender_ref"), name="shared_for_one_request"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
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
                ("person_id", models.UUIDField(db_index=True)),
                (
                    "sources",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), size=None
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_at__gt", models.F("from_at"))), name="a_passage_ends"
                    )
                ],
            },
        ),
    ]
