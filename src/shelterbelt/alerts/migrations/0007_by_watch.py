"""An alert that a watch began, and nobody pressed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0006_many_at_once")]

    operations = [
        migrations.AddField(model_name="helpalert", name="by_watch", field=models.BooleanField(default=False))
    ]
