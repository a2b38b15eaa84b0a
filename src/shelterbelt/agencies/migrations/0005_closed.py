"""An agency that closed or merged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0004_rows")]
    operations = [
        migrations.AddField(
            model_name="agency",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
