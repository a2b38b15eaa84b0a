"""What broken glass shows, and who asked for pages that are not there for them; who may read it is decided by PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

from shelterbelt.store import rows

CATEGORIES = [(c, c) for c in ("who", "danger", "incidents", "steps", "notes")]


def _agency(*, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency", null=null
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0004_sessions")]
    operations = [
        # Nobody could ask to break glass before: the table is empty.
        migrations.AddField("glass", "asker_agency", _agency(null=True)),
        migrations.AlterField("glass", "asker_agency", _agency()),
        migrations.AddField("glass", "others", models.SmallIntegerField(default=0)),
        migrations.AlterField("glass", "thing_id", models.UUIDField(db_index=True, null=True)),
        migrations.AlterField("glass", "worker_id", models.UUIDField(db_index=True)),
        migrations.AlterField("glass", "category", models.CharField(choices=CATEGORIES, max_length=40)),
        migrations.CreateModel(
            name="Glimpse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("thing_id", models.UUIDField()),
                ("worker_id", models.UUIDField()),
                ("category", models.CharField(choices=CATEGORIES, max_length=40)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("agency", _agency()),
                (
                    "glass",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="glimpses",
                        to="access.glass",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["thing_id", "worker_id"], name="glimpse_of")]},
        ),
        migrations.CreateModel(
            name="Missed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worker_id", models.UUIDField()),
                ("route", models.CharField(max_length=60)),
                ("mark", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "met",
                    models.CharField(
                        blank=True,
                        choices=[(m, m) for m in ("", "nothing", "wall", "restricted")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("agency", _agency()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("met", "")), fields=["agency", "id"], name="missed_unread"
                    ),
                    models.Index(
                        condition=models.Q(("met__in", ["wall", "restricted"])),
                        fields=["agency", "-at"],
                        name="missed_met",
                    ),
                ]
            },
        ),
        *rows.own("access_glimpse", "access_missed"),
        rows.policy("access_glimpse", "with_us", f"worker_id = {rows.WORKER}", command="select"),
        rows.policy("access_glass", "asked_by_us", f"asker_agency_id = {rows.AGENCY}", command="select"),
        # Who stands before a wall does not learn that others ask for what is behind it; what one asked oneself stays.
        migrations.RunSQL(
            "create policy walled on access_glass as restrictive for select using ("
            f"thing_id is null or worker_id = {rows.WORKER} or not exists (select 1 from access_bar b "
            f"where b.thing_id = access_glass.thing_id and (b.worker_id = {rows.WORKER} or b.viewer_id = {rows.AGENCY})))",
            "drop policy walled on access_glass;",
        ),
    ]
