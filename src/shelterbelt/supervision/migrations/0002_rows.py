"""Row-level security of supervision: each agency its own. A wall around somebody hides all that is kept of them here."""

from django.db import migrations

from shelterbelt.store import rows

OF_PEOPLE = (
    "booking",
    "bookinglink",
    "detainedline",
    "detainedstand",
    "supervision",
    "condition",
    "occasion",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_bars"), ("supervision", "0001_supervision")]
    operations = [
        *rows.own("supervision_feed", "supervision_detainednews", "supervision_newswish"),
        *rows.own(*(f"supervision_{name}" for name in OF_PEOPLE)),
        *(rows.barred(f"supervision_{name}", "person_id") for name in OF_PEOPLE),
        rows.barred("supervision_detainednews", "case_id", "person_id"),
        rows.barred("supervision_newswish", "case_id"),
    ]
