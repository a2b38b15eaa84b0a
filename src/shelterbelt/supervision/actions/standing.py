"""Fold what was heard of somebody, keep how it stands, and say what of it is news: for lines, links, and time alone.

The rules decide; here it is written down, once for each change, with the happenings and the news of the cases it touches:
in the agency's name, whoever brought the word, for a survivor hears of it though that worker may not see their case.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shelterbelt.agencies.models import Agency
from shelterbelt.assessments.actions import hear_happening, unhear_happening
from shelterbelt.assessments.policy import KINDS as FORECAST_IN
from shelterbelt.ledger.actions import record
from shelterbelt.library.detained import detained
from shelterbelt.rules.detention import Change, Held, Notice, tellings
from shelterbelt.store.asker import as_agency
from shelterbelt.store.turns import one_at_a_time
from shelterbelt.supervision.actions.telling import make_news
from shelterbelt.supervision.facts import cases_about, change_of, lines_about, stand_before, standing
from shelterbelt.supervision.models import DetainedLine, DetainedStand

AT_ONCE = 200


def follow_lines(person_id: UUID, new: Sequence[DetainedLine], *, agency: Agency, at: datetime) -> None:
    """What follows from lines that were just heard, one after the other as they came."""
    with as_agency(agency.id, at=at):
        _followed(person_id, new, agency=agency, at=at)


def _followed(person_id: UUID, new: Sequence[DetainedLine], *, agency: Agency, at: datetime) -> None:
    came = {line.id for line in new}
    known = [line for line in lines_about(person_id, agency=agency.id) if line.id not in came]
    before, notices = stand_before(_kept(person_id, agency)), list[Notice]()
    for line in new:
        known.append(line)
        after = standing(known, at=at)
        notices += tellings(before, after, at=at, settings=detained().settings, change=change_of(line))
        before = after
        _became(line, agency=agency, at=at)
    _keep(person_id, before, agency=agency, at=at)
    make_news(person_id, notices, happened_at=new[-1].happened_at, agency=agency, at=at)


def follow_undone(person_id: UUID, undone: Sequence[DetainedLine], *, agency: Agency, at: datetime) -> None:
    """What follows from lines that were taken back: what they became in cases is undone as well."""
    with as_agency(agency.id, at=at):
        for line in undone:
            _undo_happenings(line, at=at)
        _renewed(person_id, None, agency=agency, at=at)


def follow_link(person_id: UUID, lines: Sequence[DetainedLine], *, agency: Agency, at: datetime) -> None:
    """What follows from a booking's being somebody: of its lines the last one is news, heard now, not when it came."""
    living = [line for line in lines if line.undone_at is None]
    last = max(living, key=lambda line: (line.happened_at, line.received_at, line.id), default=None)
    change = replace(change_of(last), received_at=max(at, last.received_at)) if last else None
    with as_agency(agency.id, at=at):
        for line in lines:
            _became(line, agency=agency, at=at)
        _renewed(person_id, change, agency=agency, at=at)


def follow_unlink(person_id: UUID, lines: Sequence[DetainedLine], *, agency: Agency, at: datetime) -> None:
    """What follows from a booking's not being somebody: news that rested on it is told no more, and what is so now is."""
    with as_agency(agency.id, at=at):
        for line in lines:
            _undo_happenings(line, at=at)
        _renewed(person_id, None, agency=agency, at=at, forget=True)


def look_again(agency: Agency, *, at: datetime) -> int:
    """Where time alone makes it unknown whether somebody is detained, that is news; returns for how many it was looked at."""
    one_at_a_time(f"detained:{agency.id}")
    due = DetainedStand.objects.filter(agency_id=agency.id, next_at__lte=at).order_by("next_at")
    people = list(due.values_list("person_id", flat=True)[:AT_ONCE])
    for person in people:
        _renewed(person, None, agency=agency, at=at)
    return len(people)


def _renewed(
    person_id: UUID, change: Change | None, *, agency: Agency, at: datetime, forget: bool = False
) -> None:
    before = stand_before(_kept(person_id, agency))
    after = standing(lines_about(person_id, agency=agency.id), at=at)
    notices = tellings(before, after, at=at, settings=detained().settings, change=change)
    _keep(person_id, after, agency=agency, at=at)
    happened = change.happened_at if change else after.since_at
    make_news(person_id, notices, happened_at=happened, agency=agency, at=at, forget=forget)


def _kept(person_id: UUID, agency: Agency) -> DetainedStand | None:
    rows = DetainedStand.objects.select_for_update(of=("self",))
    return rows.filter(agency_id=agency.id, person_id=person_id).first()


def _keep(person_id: UUID, now: Held, *, agency: Agency, at: datetime) -> None:
    told = {
        "state": now.state, "since_at": now.since_at, "by": now.by, "expected_at": now.expected_release_at,
        "next_at": now.next_at, "looked_at": at,
    }  # fmt: skip
    row = _kept(person_id, agency)
    changed = row is None or (row.state, row.expected_at) != (now.state, now.expected_release_at)
    DetainedStand.objects.update_or_create(agency_id=agency.id, person_id=person_id, defaults=told)
    if changed:
        record("detained.changed", about=person_id, by=None, agency=agency.id, at=at)


def _became(line: DetainedLine, *, agency: Agency, at: datetime) -> None:
    """A line is a happening of every open case about this person, where the agency forecasts."""
    type = detained().happenings.get(line.kind)
    if not type or line.person_id is None or line.undone_at or agency.kind not in FORECAST_IN:
        return
    made = [
        hear_happening(case, type, happened_at=min(line.happened_at, at), at=at).id
        for case in cases_about(line.person_id, agency=agency.id)
    ]
    if made:
        line.happenings = [*line.happenings, *made]
        line.save(update_fields=["happenings"])


def _undo_happenings(line: DetainedLine, *, at: datetime) -> None:
    for happening in line.happenings:
        unhear_happening(happening, at=at)
    if line.happenings:
        line.happenings = []
        line.save(update_fields=["happenings"])
