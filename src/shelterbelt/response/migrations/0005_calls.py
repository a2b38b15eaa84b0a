"""Overdue work goes up the chain; some work is for anybody but whoever asked for it."""

from django.db import migrations, models

# The owner too is under row-level security here; for this one statement the table lets its owner through.
BEGIN = """
alter table response_action no force row level security;
update response_action set call_at = greatest(due_at, now()) where kind = 'assessment' and done_at is null;
alter table response_action force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("response", "0004_glass")]

    operations = [
        migrations.AddField(model_name="action", name="call_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="action", name="calls", field=models.SmallIntegerField(default=0)),
        migrations.AddField(model_name="action", name="asked_by", field=models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                condition=models.Q(("call_at__isnull", False), ("done_at", None)),
                fields=["agency", "call_at"],
                name="action_calls",
            ),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(condition=models.Q(("done_at", None)), fields=["about"], name="action_about"),
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
