"""A line's letter in doubt is found at once, however many wait behind it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("agencies", "0005_closed")]
    operations = [
        migrations.AddIndex(
            "letter",
            models.Index(
                fields=["agency", "to"],
                name="letter_in_doubt",
                condition=Q(delivered_at__isnull=True, closed_at__isnull=True, number__isnull=False),
            ),
        )
    ]
