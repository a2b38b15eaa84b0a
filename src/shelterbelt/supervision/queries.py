"""Reading who is detained: sources, bookings, persons and their lines, and the news that survivors are to have of it.

Starts from what the asker may see. What it shows of somebody who is detained names no case and no survivor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, Permission, by_ref, may, reached, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.library.detained import detained
from shelterbelt.people.models import Person
from shelterbelt.people.queries import name_of, persons_matching
from shelterbelt.rules.detention import IN, OUT, RAISES, UNKNOWN, Held
from shelterbelt.store.questions import question
from shelterbelt.supervision.actions.hearing import about_person
from shelterbelt.supervision.actions.telling import wish_of
from shelterbelt.supervision.facts import lines_about, standing
from shelterbelt.supervision.models import (
    TAKEN_BACK,
    Booking,
    BookingLink,
    DetainedLine,
    DetainedNews,
    DetainedStand,
    Feed,
    NewsWish,
)
from shelterbelt.supervision.policy import SEE_DETAINED, SEE_DETAINED_NEWS
from shelterbelt.supervision.words import source_words

MOST = 200
SUGGESTED = 5
# Looked at first: of whom nobody knows, then who is out, then who is detained.
ORDER = {UNKNOWN: 0, OUT: 1, IN: 2}


@dataclass(frozen=True)
class Source:
    """One source: when it was last heard whole, and whether that is so long ago that nobody counts as detained by it."""

    name: str
    heard_at: datetime | None
    came_at: datetime | None
    silent: bool


@dataclass(frozen=True)
class Face:
    """Somebody of whom something was heard, as a list shows them."""

    ref: str
    name: str
    detained: Held


@dataclass(frozen=True)
class LineShown:
    """One line as it is read: what it said, when that was, when it was heard, from whom, and whether it was taken back."""

    ref: str
    kind: str
    happened_at: datetime
    received_at: datetime
    expected_at: datetime | None
    undone_at: datetime | None
    source: str
    by: str
    place: str
    words: str


@dataclass(frozen=True)
class BookingShown:
    """A booking as a list and its page show it; `person` is whose a worker said that it is."""

    row: Booking
    source: str
    number: str
    name: str
    born_on: str
    person: Face | None


def sources(by: Worker, *, at: datetime) -> list[Source]:
    """Every source that ever told this agency something, the one that is silent longest first."""
    rows = visible(by, SEE_DETAINED, Feed.objects.all(), at=at)
    believed = detained().settings.believed_for
    found = [
        Source(
            source_words(row.source),
            row.heard_at,
            row.came_at,
            row.heard_at is None or row.heard_at + believed <= at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.heard_at is not None, one.heard_at or at, one.name))


def people_detained(by: Worker, *, at: datetime) -> list[Face]:
    """Of whom something was heard, as it stands now: those first of whom nobody knows."""
    rows = visible(by, SEE_DETAINED, DetainedStand.objects.all(), at=at)
    ids = list(rows.order_by("-looked_at").values_list("person_id", flat=True)[:MOST])
    people = Person.objects.filter(agency_id=by.agency_id, id__in=ids)
    faces = [face_of(person, at=at) for person in people]
    return sorted(faces, key=lambda one: (ORDER.get(one.detained.state, 3), one.name))


def face_of(person: Person, *, at: datetime) -> Face:
    """How it stands with a person now, worked out anew."""
    return Face(person.ref, name_of(person), standing(lines_about(person.id, agency=person.agency_id), at=at))


def person_by_ref(ref: str, permission: Permission, *, by: Worker, at: datetime) -> Person:
    """A person of the worker's agency whom something was heard of, or who is named here; refused otherwise."""
    found = Person.objects.filter(agency_id=by.agency_id, ref=ref).first()
    if found is None or not may(by, permission, about_person(found.id, by), at=at):
        raise NotForYou
    return found


def lines_shown(rows: Iterable[DetainedLine]) -> list[LineShown]:
    """Lines, what happened last first."""
    found = [row for row in rows if row.kind != TAKEN_BACK]
    names = names_of(row.by for row in found)
    told_by = Feed.objects.filter(id__in={row.feed_id for row in found})
    feeds = {feed: source_words(name) for feed, name in told_by.values_list("id", "source")}
    shown = [
        _line(row, feeds.get(row.feed_id, "") if row.feed_id else "", names.get(row.by, "")) for row in found
    ]
    return sorted(shown, key=lambda one: (one.happened_at, one.received_at), reverse=True)


def _line(row: DetainedLine, source: str, by: str) -> LineShown:
    told = opened(row)
    return LineShown(
        row.ref, row.kind, row.happened_at, row.received_at, row.expected_at, row.undone_at, source, by,
        told["place"], told["words"],
    )  # fmt: skip


def bookings_unlinked(by: Worker, *, at: datetime) -> list[BookingShown]:
    """Bookings that nobody has said anything about, newest first."""
    rows = visible(by, SEE_DETAINED, Booking.objects.filter(person_id=None), at=at).select_related("feed")
    return [_booking(row, None) for row in rows.order_by("-arrived_at")[:MOST]]


def booking_by_ref(ref: str, permission: Permission, *, by: Worker, at: datetime) -> Booking:
    """A booking, if this worker may have it; refused otherwise."""
    rows = visible(by, permission, Booking.objects.select_related("feed"), at=at)
    found: Booking | None = rows.filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def booking_shown(row: Booking, *, at: datetime) -> BookingShown:
    """A booking with whose it is."""
    person = (
        Person.objects.filter(agency_id=row.agency_id, id=row.person_id).first() if row.person_id else None
    )
    return _booking(row, face_of(person, at=at) if person else None)


def _booking(row: Booking, person: Face | None) -> BookingShown:
    told = opened(row)
    return BookingShown(
        row, source_words(row.feed.source), told["number"], told["name"], told["born_on"], person
    )


def links_of(row: Booking) -> list[tuple[BookingLink, str]]:
    """Who a booking was said to be, and by whom, newest first."""
    links = list(BookingLink.objects.filter(booking=row).order_by("-linked_at"))
    names = names_of(link.linked_by for link in links)
    return [(link, names.get(link.linked_by, "")) for link in links]


def suggested(row: Booking) -> list[Person]:
    """Persons whose whole name and birth date are the booking's: for a worker to look at, never joined by themselves."""
    told = opened(row)
    if not told["name"] or not told["born_on"]:
        return []
    named = persons_matching(told["name"], agency=row.agency_id)
    born = persons_matching(told["born_on"], agency=row.agency_id)
    rows = Person.objects.filter(agency_id=row.agency_id, id__in=named).filter(id__in=born)
    return list(rows.order_by("recorded_at")[:SUGGESTED])


def people_called(text: str, *, agency: UUID) -> list[Person]:
    """Persons of the agency by whole name, birth date or telephone number."""
    rows = Person.objects.filter(agency_id=agency, id__in=persons_matching(text, agency=agency))
    return list(rows.order_by("recorded_at")[:20])


def line_by_ref(ref: str, permission: Permission, *, by: Worker, at: datetime) -> DetainedLine:
    """A line, if this worker may have it; refused otherwise."""
    return by_ref(_detained_line_rows, permission, ref, by=by, at=at)


def _detained_line_rows() -> QuerySet[DetainedLine]:
    return DetainedLine.objects.all()


@dataclass(frozen=True)
class NewsShown:
    """News as the list and its page show it. `alarm`: due, known late, or past the hour at which workers are to see it so."""

    row: DetainedNews
    survivor: str
    other: str
    alarm: bool
    named: dict[str, Any] | None

    @property
    def raises(self) -> bool:
        """Whether it is of the kind that is never told to nobody."""
        return any(one in RAISES for one in self.row.news)


def news_open(by: Worker, *, at: datetime) -> list[NewsShown]:
    """What survivors are still to be told: alarms first, then by when it is due."""
    rows = visible(by, SEE_DETAINED_NEWS, DetainedNews.objects.filter(state="open"), at=at)
    rows = rows.select_related("case", "case__survivor", "case__other")
    found = [shown_news(row, at=at) for row in rows[:MOST]]
    return sorted(found, key=lambda one: (not one.alarm, one.row.due_at or one.row.heard_at, one.row.ref))


def news_waiting(by: Worker, at: datetime) -> int:
    """How many of them there are; nothing for whoever may not see them."""
    return _news_open.count(by, at) if SEE_DETAINED_NEWS.allows(by) else 0


@question
def _news_open(by: Worker, at: datetime) -> QuerySet[DetainedNews]:
    rows = reached(by, SEE_DETAINED_NEWS, DetainedNews.objects.only("id"), at=at)
    return rows.filter(state="open")


def news_of(case: Case, *, by: Worker, at: datetime) -> list[NewsShown]:
    """All news of a case, newest first."""
    rows = visible(by, SEE_DETAINED_NEWS, DetainedNews.objects.filter(case=case), at=at)
    rows = rows.select_related("case", "case__survivor", "case__other").order_by("-heard_at", "-id")
    return [shown_news(row, at=at) for row in rows[:MOST]]


def news_by_ref(ref: str, permission: Permission, *, by: Worker, at: datetime) -> DetainedNews:
    """News, if this worker may have it; refused otherwise."""
    return by_ref(_detained_news_rows, permission, ref, by=by, at=at)


def _detained_news_rows() -> QuerySet[DetainedNews]:
    return DetainedNews.objects.select_related("case", "case__survivor", "case__other")


def shown_news(row: DetainedNews, *, at: datetime) -> NewsShown:
    """News with the names of its case."""
    late = any(instant is not None and instant <= at for instant in (row.alarm_at, row.due_at))
    wish = wish_of(row.case_id)
    return NewsShown(
        row=row,
        survivor=name_of(row.case.survivor),
        other=name_of(row.case.other),
        alarm=row.state == "open" and (row.alarm or late),
        named=opened(wish)["named"] if wish else None,
    )


def words_of(row: DetainedNews) -> str:
    """What whoever confirmed it wrote."""
    return str(opened(row)["words"])


def named_in(wish: NewsWish) -> dict[str, str] | None:
    """Whom a survivor named."""
    found: dict[str, str] | None = opened(wish)["named"]
    return found
