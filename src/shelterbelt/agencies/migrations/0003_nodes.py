"""Nodes that are trusted by two people, letters with a place in their line, and lines that know how far they came."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Func, Q, Value

import shelterbelt.store.ids

# What stands beside invented agencies only is an invented county's; any other node has to be compared by two people.
INVENTED = """
update agencies_node set state = 'trusted', fictional = not is_self
where is_self or not exists (select 1 from agencies_agency where not fictional)
"""
THERE = django.db.models.deletion.PROTECT


def moment(name: str) -> migrations.AddField:
    """An instant that may not have come yet."""
    return migrations.AddField("node", name, models.DateTimeField(null=True))


def person(name: str) -> migrations.AddField:
    """The worker who did it, by id."""
    return migrations.AddField("node", name, models.UUIDField(null=True))


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_rows")]
    operations = [
        migrations.AddField("node", "fictional", models.BooleanField(default=False)),
        migrations.AddField(
            "node",
            "state",
            models.CharField(
                choices=[("proposed", "proposed"), ("trusted", "trusted"), ("revoked", "revoked")],
                default="proposed",
                max_length=10,
            ),
        ),
        moment("proposed_at"),
        person("first_confirmed_by"),
        moment("first_confirmed_at"),
        person("confirmed_by"),
        moment("confirmed_at"),
        person("revoked_by"),
        moment("revoked_at"),
        migrations.AddField("node", "revoked_because", models.CharField(blank=True, max_length=20)),
        migrations.RunSQL(INVENTED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "node",
            models.CheckConstraint(
                name="trusted_by_two_people",
                condition=Q(is_self=True)
                | Q(fictional=True)
                | ~Q(state="trusted")
                | (
                    Q(first_confirmed_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(first_confirmed_by=F("confirmed_by"))
                ),
            ),
        ),
        migrations.RunSQL("create sequence agencies_letter_place", "drop sequence agencies_letter_place"),
        migrations.RemoveIndex("letter", "letter_waiting"),
        migrations.AddField(
            "letter",
            "place",
            models.BigIntegerField(db_default=Func(Value("agencies_letter_place"), function="nextval")),
        ),
        migrations.AddField("letter", "epoch", models.IntegerField(default=0)),
        migrations.AddField("letter", "number", models.BigIntegerField(null=True)),
        migrations.AddField("letter", "aside", models.BooleanField(default=False)),
        migrations.AddField("letter", "closed_at", models.DateTimeField(null=True)),
        migrations.AddField("letter", "closed_as", models.CharField(blank=True, max_length=10)),
        migrations.AddField("arrival", "refused", models.BooleanField(default=False)),
        migrations.AddIndex(
            "letter",
            models.Index(
                fields=["agency", "to", "place"],
                name="letter_waiting_in_line",
                condition=Q(delivered_at__isnull=True, closed_at__isnull=True),
            ),
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shelterbelt.store.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("direction", models.CharField(choices=[("in", "in"), ("out", "out")], max_length=3)),
                ("lane", models.CharField(max_length=10)),
                ("epoch", models.IntegerField(default=0)),
                ("last", models.BigIntegerField(default=0)),
                ("agency", models.ForeignKey(on_delete=THERE, related_name="+", to="agencies.agency")),
                ("peer", models.ForeignKey(on_delete=THERE, related_name="+", to="agencies.agency")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "peer", "direction", "lane"), name="one_line_each_way"
                    )
                ],
            },
        ),
    ]
