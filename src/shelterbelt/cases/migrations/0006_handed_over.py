"""To whom an incident was handed over, and when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_glass")]
    operations = [
        migrations.AddField("incident", "handed_to", models.UUIDField(null=True)),
        migrations.AddField("incident", "handed_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "incident",
            models.Index(
                fields=["agency", "handed_to"],
                name="incident_handed",
                condition=models.Q(("handed_to__isnull", False)),
            ),
        ),
    ]
