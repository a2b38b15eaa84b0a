"""Row-level security of the assessments tables: deny by default, then each agency its own rows."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial"), ("consent", "0002_rows")]
    operations = [
        *rows.own("assessments_screen", "assessments_levelset"),
        rows.granted("assessments_levelset", "case_file", case="assessments_levelset.case_id"),
    ]
