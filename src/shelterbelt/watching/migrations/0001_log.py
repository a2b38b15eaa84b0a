"""Devices, the log of what they said, its keys, and the last fix of a survivor's own."""

import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0006_in_doubt"),
        ("orders", "0001_orders"),
    ]

    operations = [
        migrations.RunSQL("create sequence watching_device_number", "drop sequence watching_device_number"),
        migrations.RunSQL("create sequence watching_log_place", "drop sequence watching_log_place"),
        migrations.CreateModel(
            name="Feed",
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
                ("secret_digest", models.BinaryField(unique=True)),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.UUIDField()),
                ("turned_at", models.DateTimeField(null=True)),
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
            name="Device",
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
                (
                    "number",
                    models.BigIntegerField(
                        db_default=models.Func(models.Value("watching_device_number"), function="nextval"),
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("tracker", "tracker"), ("own", "own"), ("sent", "sent")], max_length=8
                    ),
                ),
                ("person_id", models.UUIDField(db_index=True)),
                (
                    "protocol",
                    models.CharField(
                        choices=[
                            ("owntracks", "owntracks"),
                            ("osmand", "osmand"),
                            ("feed", "feed"),
                            ("letter", "letter"),
                        ],
                        max_length=10,
                    ),
                ),
                ("secret_digest", models.BinaryField(null=True, unique=True)),
                ("part", models.SmallIntegerField()),
                ("trail", models.BooleanField(default=False)),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.UUIDField(null=True)),
                ("turned_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
                (
                    "feed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="watching.feed",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LastFix",
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
                ("received_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="last", to="watching.device"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LogKey",
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
                ("hour_at", models.DateTimeField()),
                ("brief", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shelterbelt.store.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("part", models.SmallIntegerField()),
                (
                    "place",
                    models.BigIntegerField(
                        db_default=models.Func(models.Value("watching_log_place"), function="nextval")
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("count", models.IntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "under",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="watching.logkey"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["agency", "-issued_at"], name="device_newest"),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__gte", 1), ("number__lt", 4294967296), ("part__gte", 0), ("part__lt", 16)
                ),
                name="device_has_room",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(("feed", None), ("secret_digest", None), _connector="OR"),
                name="a_device_alone_or_of_a_feed",
            ),
        ),
        migrations.AddConstraint(
            model_name="logkey",
            constraint=models.UniqueConstraint(
                fields=("agency", "hour_at", "brief"), name="one_log_key_an_hour"
            ),
        ),
        migrations.AddIndex(
            model_name="logrow",
            index=models.Index(fields=["agency", "part", "place"], name="log_order"),
        ),
    ]
