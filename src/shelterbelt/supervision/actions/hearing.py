"""Take in what a source tells of people who are detained: once each, in whatever order, and what it takes back.

Nobody is matched by a name here: a line belongs to a person only where a worker has linked its booking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record
from shelterbelt.rules.detention import KINDS
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.store.turns import one_at_a_time
from shelterbelt.supervision.actions.standing import follow_lines, follow_undone
from shelterbelt.supervision.models import TAKEN_BACK, Booking, DetainedLine, Feed
from shelterbelt.supervision.policy import LINK_BOOKING, TELL_DETAINED
from shelterbelt.supervision.told import ToldLine

KEY_REUSED = "key_reused"


@dataclass
class Heard:
    """What became of the lines of one delivery. `refused`: which line by its place, and why."""

    taken: int = 0
    repeated: int = 0
    taken_back: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def hear_lines(
    source: str, lines: Sequence[ToldLine], *, whole: bool, agency: Agency, by: Worker | None, at: datetime
) -> Heard:
    """Take lines in. `whole`: the source says that it has told all that it knows by now. An import has no `by`."""
    if by is not None:
        require(by, TELL_DETAINED, at=at)
    if by is not None and by.agency_id != agency.id:
        raise NotForYou
    with as_agency(agency.id, at=at):
        return _heard(source, lines, whole=whole, agency=agency, by=by, at=at)


def _heard(
    source: str, lines: Sequence[ToldLine], *, whole: bool, agency: Agency, by: Worker | None, at: datetime
) -> Heard:
    """In the agency's name: what is walled from whoever brought it comes in like the rest."""
    one_at_a_time(f"detained:{agency.id}")
    feed = _feed(agency.id, source, whole=whole, at=at)
    found, fresh, undone = Heard(), list[DetainedLine](), list[DetainedLine]()
    for place, told in enumerate(lines):
        if told.takes_back:
            undone += _taken_back(feed, told.takes_back, by=by, at=at, found=found)
        else:
            fresh += _taken(feed, told, place, by=by, at=at, found=found)
    record("detained.heard", about=feed.id, by=by.id if by else None, agency=agency.id, at=at)
    for person in dict.fromkeys(line.person_id for line in fresh if line.person_id):
        follow_lines(person, [line for line in fresh if line.person_id == person], agency=agency, at=at)
    for person in dict.fromkeys(line.person_id for line in undone if line.person_id):
        follow_undone(person, [line for line in undone if line.person_id == person], agency=agency, at=at)
    return found


def hear_call(
    person_id: UUID, kind: str, happened_at: datetime, words: str, *, by: Worker, at: datetime
) -> DetainedLine:
    """A worker was told by telephone how it stands with somebody: it counts like a line of a source that says no more."""
    require(by, LINK_BOOKING, about_person(person_id, by), at=at)
    if kind not in KINDS:
        raise ValueError("not what is heard of somebody who is detained")
    one_at_a_time(f"detained:{by.agency_id}")
    content = {"key": new_ref(), "stay": "", "place": "", "words": words.strip()}
    token = sealing.keyring().index_token(by.agency_id, f"detained call:{content['key']}")
    line = _line(by.agency_id, content, token, kind, happened_at, by=by.id, at=at, person_id=person_id)
    record("detained.line", about=line.id, by=by.id, agency=by.agency_id, at=at)
    follow_lines(person_id, [line], agency=by.agency, at=at)
    return line


def take_back_line(line: DetainedLine, *, by: Worker, at: datetime) -> DetainedLine:
    """A line was wrong: from now on it counts no more, and stays to be read."""
    require(by, LINK_BOOKING, line, at=at)
    one_at_a_time(f"detained:{by.agency_id}")
    row = DetainedLine.objects.select_for_update(of=("self",)).get(id=line.id)
    if row.undone_at is not None:
        return row
    _undo(row, by=by.id, at=at)
    if row.person_id:
        follow_undone(row.person_id, [row], agency=by.agency, at=at)
    return row


@dataclass(frozen=True)
class OfPerson:
    """Somebody as a permission asks about them: their agency's, and closed where a wall stands around them."""

    agency_id: UUID
    person_id: UUID
    bars = ("person_id",)


def about_person(person_id: UUID, by: Worker) -> OfPerson:
    """What `require` is asked about a person of the worker's own agency."""
    return OfPerson(by.agency_id, person_id)


def _feed(agency: UUID, source: str, *, whole: bool, at: datetime) -> Feed:
    feed, _new = Feed.objects.get_or_create(agency_id=agency, source=source)
    feed.came_at = at
    if whole:
        feed.heard_at = max(feed.heard_at or at, at)
    feed.save(update_fields=["came_at", "heard_at"])
    return feed


def _token(feed: Feed, what: str, text: str) -> bytes:
    return sealing.keyring().index_token(feed.agency_id, f"detained {what}:{feed.source}:{text}")


def _taken(
    feed: Feed, told: ToldLine, place: int, *, by: Worker | None, at: datetime, found: Heard
) -> list[DetainedLine]:
    """The line as a row; none where it came before, or its key already stands for another line."""
    token, booking = _token(feed, "line", told.key), _booking(feed, told, at=at)
    stay = _token(feed, "stay", told.stay).hex() if told.stay else ""
    before = DetainedLine.objects.filter(agency_id=feed.agency_id, feed=feed, token=token).first()
    if before is not None and before.kind != TAKEN_BACK:
        same = (before.booking_id, before.kind, before.happened_at, before.expected_at, before.stay)
        if same == (booking.id, told.kind, told.happened_at, told.expected_at, stay):
            found.repeated += 1
        else:
            found.refused.append((place, KEY_REUSED))
        return []
    undone_at = before.undone_at if before else None
    if before is not None:
        before.delete()
    content = {"key": told.key, "stay": told.stay, "place": told.place, "words": ""}
    assert told.happened_at is not None
    line = _line(
        feed.agency_id, content, token, told.kind, told.happened_at, by=by.id if by else None, at=at, stay=stay,
        person_id=booking.person_id, feed=feed, booking=booking, expected_at=told.expected_at, undone_at=undone_at,
    )  # fmt: skip
    found.taken += 1
    record("detained.line", about=line.id, by=line.by, agency=line.agency_id, at=at)
    return [] if undone_at else [line]


def _line(
    agency: UUID,
    content: dict[str, Any],
    token: bytes,
    kind: str,
    happened_at: datetime,
    *,
    by: UUID | None,
    at: datetime,
    **more: Any,
) -> DetainedLine:
    row_id, key = uuid7(), new_key(agency)
    return DetainedLine.objects.create(
        id=row_id,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, content, about=row_id),
        token=token,
        kind=kind,
        happened_at=happened_at,
        received_at=at,
        by=by,
        **more,
    )


def _booking(feed: Feed, told: ToldLine, *, at: datetime) -> Booking:
    token = _token(feed, "booking", told.booking)
    found = Booking.objects.filter(feed=feed, token=token).first()
    if found is not None:
        return found
    row_id, key = uuid7(), new_key(feed.agency_id)
    content = {"number": told.booking, "name": told.name, "born_on": told.born_on}
    return Booking.objects.create(
        id=row_id,
        agency_id=feed.agency_id,
        feed=feed,
        key=key,
        sealed=seal(key, feed.agency_id, content, about=row_id),
        token=token,
        arrived_at=at,
    )


def _taken_back(feed: Feed, key: str, *, by: Worker | None, at: datetime, found: Heard) -> list[DetainedLine]:
    """The line that a source takes back. Where it has not come yet, it will count for nothing when it does."""
    token, who = _token(feed, "line", key), by.id if by else None
    line = DetainedLine.objects.filter(agency_id=feed.agency_id, feed=feed, token=token).first()
    if line is not None and line.undone_at is not None:
        found.repeated += 1
        return []
    found.taken_back += 1
    if line is None:
        content = {"key": key, "stay": "", "place": "", "words": ""}
        line = _line(feed.agency_id, content, token, TAKEN_BACK, at, by=who, at=at, feed=feed, undone_at=at)
        record("detained.taken_back", about=line.id, by=who, agency=feed.agency_id, at=at)
        return []
    _undo(line, by=who, at=at)
    return [line]


def _undo(line: DetainedLine, *, by: UUID | None, at: datetime) -> None:
    line.undone_at = at
    line.save(update_fields=["undone_at"])
    record("detained.taken_back", about=line.id, by=by, agency=line.agency_id, at=at)
