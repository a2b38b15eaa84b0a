"""Only a team is entrusted with a restricted file; broken glass has rows of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_glass")]
    operations = [
        migrations.AlterField(
            "entrusted", "why", models.CharField(choices=[("team", "team")], max_length=10)
        ),
    ]
