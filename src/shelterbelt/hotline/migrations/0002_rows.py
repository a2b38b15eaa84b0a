"""Row-level security of the hotline's tables: deny by default, then each agency its own rows; walls hide them."""

from django.db import migrations

from shelterbelt.store import rows


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_bars"), ("hotline", "0001_initial")]
    operations = [
        *rows.own(
            "hotline_report",
            "hotline_saying",
            "hotline_return",
            "hotline_call",
            "hotline_callwords",
            "hotline_callstep",
        ),
        rows.barred("hotline_report", "id", "case_id"),
        rows.barred("hotline_call", "id", "case_id"),
        rows.seen_with("hotline_saying", "hotline_report", "report_id"),
        rows.seen_with("hotline_callwords", "hotline_call", "call_id"),
        rows.seen_with("hotline_callstep", "hotline_callwords", "words_id"),
    ]
