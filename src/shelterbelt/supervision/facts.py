"""Turns rows into what the rules of detention and compliance read, and asks them. Decides nothing itself."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Min

from shelterbelt.cases.models import Case
from shelterbelt.library.detained import detained
from shelterbelt.rules import compliance, detention
from shelterbelt.rules.detention import UNKNOWN, Change, Held
from shelterbelt.supervision.models import TAKEN_BACK, Condition, DetainedLine, DetainedStand, Feed, Occasion


def lines_about(person_id: UUID, *, agency: UUID) -> list[DetainedLine]:
    """Every line about a person, also of what was taken back, as they were heard."""
    rows = DetainedLine.objects.filter(agency_id=agency, person_id=person_id).exclude(kind=TAKEN_BACK)
    return list(rows.order_by("received_at", "id"))


def change_of(line: DetainedLine) -> Change:
    """A line as the rules take it. The blind token stands for its key: a line that came twice is one row already."""
    return Change(
        key=bytes(line.token).hex(),
        kind=line.kind,
        happened_at=line.happened_at,
        received_at=line.received_at,
        stay=line.stay,
        expected_at=line.expected_at,
        undone_at=line.undone_at,
    )


def heard_at(lines: Collection[DetainedLine]) -> datetime | None:
    """Since when nothing was heard of them: where several sources know of somebody, of the one that is silent longest."""
    feeds = {line.feed_id for line in lines if line.feed_id and line.undone_at is None}
    if not feeds:
        return None
    rows = Feed.objects.filter(id__in=feeds)
    found: datetime | None = rows.aggregate(at=Min("heard_at"))["at"]
    return found if not rows.filter(heard_at=None).exists() else None


def standing(lines: Iterable[DetainedLine], *, at: datetime) -> Held:
    """How it stands with somebody at this instant, by these lines."""
    rows = list(lines)
    changes = [change_of(row) for row in rows]
    return detention.stand(changes, at=at, settings=detained().settings, heard_at=heard_at(rows))


def stand_before(row: DetainedStand | None) -> Held:
    """How it stood when it was last looked at; nobody knew anything where it never was."""
    if row is None:
        return Held(UNKNOWN, None, "", None, None, ())
    return Held(row.state, row.since_at, row.by, row.expected_at, row.next_at, ())


def cases_about(person_id: UUID, *, agency: UUID) -> list[Case]:
    """The open cases of an agency whose other person this is."""
    rows = Case.objects.select_related("agency", "survivor").filter(
        agency_id=agency, other_id=person_id, closed_at=None
    )
    return list(rows.order_by("opened_at", "id"))


def conditions_of(rows: Iterable[Condition]) -> list[compliance.Condition]:
    """Conditions as the rules take them."""
    return [
        compliance.Condition(
            str(row.id),
            row.kind,
            row.from_at,
            row.until_at,
            timedelta(days=row.every_days) if row.every_days else None,
        )
        for row in rows
    ]


def occasions_of(rows: Iterable[Occasion]) -> list[compliance.Occasion]:
    """Occasions as the rules take them."""
    return [
        compliance.Occasion(str(row.condition_id), row.planned_at, row.outcome, row.recorded_at)
        for row in rows
    ]
