"""A Merkle tree per agency in the place of the two chains. What the chains ended in is kept as a line of the new ledger."""

from django.db import migrations, models

# The owner too is under row-level security here; for this one statement the table lets its owner through.
REBUILT = """
alter table ledger_entry no force row level security;
alter table ledger_link no force row level security;
insert into ledger_entry (agency_id, kind, about, by, at, digest, xid)
select agency_id, 'ledger.rebuilt', agency_id, null, now(),
       string_agg(hash, ''::bytea order by stream), pg_current_xact_id()
  from (select distinct on (agency_id, stream) agency_id, stream, hash
          from ledger_link order by agency_id, stream, number desc) as ends
 group by agency_id;
alter table ledger_entry force row level security;
alter table ledger_link force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_rows")]

    operations = [
        migrations.RunSQL(REBUILT, migrations.RunSQL.noop),
        migrations.DeleteModel(name="Link"),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "agency_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("number", models.BigIntegerField()),
                (
                    "stream",
                    models.CharField(
                        choices=[("entries", "entries"), ("readings", "readings"), ("padding", "padding")],
                        max_length=8,
                    ),
                ),
                ("row_id", models.BigIntegerField(null=True)),
                ("commitment", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "row_id"), name="one_leaf_per_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Salt",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "agency_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("number", models.BigIntegerField()),
                ("salt", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Subtree",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "agency_id",
                        "level",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("level", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "agency_id", "size", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("size", models.BigIntegerField()),
                ("note", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
