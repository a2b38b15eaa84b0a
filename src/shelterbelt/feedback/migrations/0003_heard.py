import django.db.models.deletion
from django.db import migrations, models

import shelterbelt.store.ids


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_in_doubt"),
        ("feedback", "0002_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heard",
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
                ("year", models.SmallIntegerField()),
                ("first", models.SmallIntegerField()),
                ("last", models.SmallIntegerField()),
                ("door", models.CharField(choices=[("account", "account"), ("open", "open")], max_length=10)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "teller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "teller", "year", "first", "door"), name="heard_once"
                    )
                ],
            },
        ),
    ]
