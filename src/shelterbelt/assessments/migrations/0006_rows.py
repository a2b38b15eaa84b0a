"""Row-level security of sheets and reassessments: own rows, less what is barred; what broken glass shows of danger."""

from django.db import migrations

from shelterbelt.store import rows

DANGER = ("danger",)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_sheets"),
        ("access", "0006_team"),
        ("consent", "0003_bars"),
        ("cases", "0003_bars"),
    ]
    operations = [
        *rows.own("assessments_assessment", "assessments_assessmentversion", "assessments_reassessment"),
        rows.granted("assessments_reassessment", "case_file", case="assessments_reassessment.case_id"),
        rows.barred("assessments_assessment", "case_id", "incident_id"),
        rows.barred("assessments_reassessment", "case_id"),
        rows.seen_with("assessments_assessmentversion", "assessments_assessment", "assessment_id"),
        rows.shown_through("assessments_assessment", "case_id", "incident_id", categories=DANGER),
        rows.shown_through("assessments_reassessment", "case_id", categories=DANGER),
        # A level that rests on an incident is hidden with it. The first line is for the way back.
        rows.shown_through("assessments_levelset", "case_id", categories=DANGER),
        rows.shown_through("assessments_levelset", "case_id", "incident_id", categories=DANGER),
    ]
