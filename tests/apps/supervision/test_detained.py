"""Who is detained: what a feed says in whatever order, links that a worker makes, silence that makes it unknown, and no guess."""

from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import raise_wall
from shelterbelt.assessments.models import Happening
from shelterbelt.assessments.queries import told_of
from shelterbelt.library.detained import detained
from shelterbelt.people.actions import record_person
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision import actions
from shelterbelt.supervision.models import Booking, DetainedLine
from shelterbelt.supervision.told import Unfit, told_line
from tests.apps.supervision.cast import MINUTE, Held, line, report
from tests.world import AT, DAY, HOUR, Town, worker


@pytest.fixture
def one(place: Town) -> Held:
    return report(place)


def test_a_line_is_nobodys_until_a_worker_says_whose_it_is(one: Held, signed_in: Any) -> None:
    named = {"name": "Sol Ender", "born_on": "1980-05-06"}
    one.said(line("1", "arrested", AT - HOUR, **named))
    assert (one.stand(), one.news()) == ("", []), "a name and a birth date that agree join nothing"
    one.linked()
    assert one.stand() == "in"
    one.said(line("2", "released", AT + HOUR), at=AT + HOUR)
    assert one.stand() == "out"
    assert [news.news for news in one.news()] == [["released"]]
    with as_agency(one.place.police.id, at=AT, worker=one.place.detective.id):
        actions.unlink_booking(Booking.objects.get(), by=one.place.detective, at=AT + 2 * HOUR)
    assert one.stand() == "unknown"
    assert [news.news for news in one.news()] == [["unknown"]], (
        "what was said of somebody else is told no more"
    )
    client = signed_in(one.place.detective)
    page = client.get(f"/detained/people/{one.other.ref}/").content.decode()
    assert "Nobody knows" in page and "Not detained" not in page


def test_lines_that_come_twice_or_in_any_order_say_the_same_and_are_told_once(one: Held) -> None:
    first, second = line("1", "arrested", AT - 3 * HOUR), line("2", "released", AT - 5 * MINUTE)
    heard = one.said(second, first, second)
    assert (heard.taken, heard.repeated) == (2, 1)
    one.linked()
    assert one.stand() == "out"
    before = [(news.id, news.news) for news in one.news()]
    again = one.said(first, second, at=AT + HOUR)
    assert (again.taken, again.repeated) == (0, 2)
    assert [(news.id, news.news) for news in one.news()] == before
    other = one.said(line("1", "moved", AT), at=AT + HOUR)
    assert other.refused == [(0, "key_reused")], "a key stands for one line"


def test_what_is_taken_back_counts_no_more_also_where_the_word_comes_before_the_line(one: Held) -> None:
    one.said(line("1", "arrested", AT - HOUR))
    one.linked()
    one.said(line("2", "released", AT), at=AT + MINUTE)
    with as_agency(one.place.police.id, at=AT):
        rows = Happening.objects.filter(case=one.case, undone_at=None).select_related("case")
        assert sorted(told_of(row, row.case)["type"] for row in rows) == ["arrest", "release_from_custody"]
    one.said({"key": "3", "takes_back": "2"}, at=AT + 2 * MINUTE)
    assert one.stand() == "in"
    with as_agency(one.place.police.id, at=AT):
        rows = Happening.objects.filter(case=one.case, undone_at=None).select_related("case")
        assert [told_of(row, row.case)["type"] for row in rows] == ["arrest"], "nor is it a happening"
    early = one.said({"key": "4", "takes_back": "5"}, at=AT + 3 * MINUTE)
    late = one.said(line("5", "released", AT + MINUTE), at=AT + 4 * MINUTE)
    assert (early.taken_back, late.taken, one.stand()) == (1, 1, "in")


def test_a_silent_feed_makes_it_unknown_and_a_word_by_telephone_ends_that(one: Held) -> None:
    believed = detained().settings.believed_for
    one.said(line("1", "arrested", AT - HOUR))
    one.linked()
    one.said(at=AT + believed / 2)
    one.turn(AT + believed)
    assert one.stand() == "in", "a feed that is heard whole bears everybody out"
    one.said(at=AT + believed, whole=False)
    one.turn(AT + believed * 1.5 + MINUTE)
    assert one.stand() == "unknown", "a part of it bears out nobody"
    assert one.news()[-1].news == ["unknown"]
    later = AT + believed * 2
    with as_agency(one.place.police.id, at=later, worker=one.place.detective.id):
        actions.hear_call(
            one.other.id, "arrested", AT - HOUR, "The jail says so", by=one.place.detective, at=later
        )
    assert one.stand() == "in"
    assert one.news()[-1].news == ["unknown", "held"], (
        "that nobody knew is told until somebody has confirmed it"
    )


def test_of_two_sources_the_one_that_is_silent_longest_counts(one: Held) -> None:
    believed = detained().settings.believed_for
    one.said(line("1", "arrested", AT - HOUR))
    one.linked()
    one.said(line("1", "moved", AT), source="state_prison")
    one.linked()
    one.said(at=AT + believed, source="state_prison")
    one.turn(AT + believed - MINUTE)
    assert one.stand() == "in"
    one.turn(AT + believed + MINUTE)
    assert one.stand() == "unknown", "another source bears nobody out of whom the jail says nothing"


def test_a_plan_that_passed_and_a_doubtful_clock_are_unknown(one: Held) -> None:
    one.said(
        line("1", "arrested", AT - HOUR),
        line("2", "release_planned", AT - HOUR, expected_at=(AT + DAY).isoformat()),
    )
    one.linked()
    assert one.stand() == "in"
    one.turn(AT + DAY + MINUTE)
    assert one.stand() == "unknown"
    two = report(one.place, "Ines Calder", "Tomo Wern")
    two.said({**line("9", "arrested", AT + 5 * HOUR), "booking": "B-2"})
    two.linked(number="B-2")
    assert two.stand() == "unknown"


def test_a_release_that_is_known_late_is_an_alarm_at_once(one: Held) -> None:
    one.said(line("1", "arrested", AT - DAY))
    one.linked()
    one.said(line("2", "released", AT - 3 * HOUR))
    (news,) = one.news()
    assert {"known_late", "released"} <= set(news.news)
    assert news.alarm
    assert news.due_at == AT
    two = report(one.place, "Ines Calder", "Tomo Wern")
    two.said({**line("7", "released", AT), "booking": "B-2"})
    two.linked(number="B-2", at=AT + 5 * HOUR)
    assert two.news()[-1].alarm, "heard in time and linked late is known late"


def test_workers_before_a_wall_and_of_other_agencies_see_nothing_and_change_nothing(one: Held) -> None:
    place = one.place
    one.said(line("1", "arrested", AT - HOUR))
    booking = one.linked()
    with as_agency(place.police.id, at=AT):
        raise_wall(
            one.other.id,
            agency=place.police.id,
            worker=place.detective.id,
            basis="reviewer",
            reason="",
            by=None,
            at=AT,
        )
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        assert not Booking.objects.exists()
        assert not DetainedLine.objects.exists()
        for act in (
            lambda: actions.unlink_booking(booking, by=place.detective, at=AT),
            lambda: actions.hear_call(one.other.id, "released", AT, "", by=place.detective, at=AT),
        ):
            with pytest.raises(NotForYou):
                act()
    with as_agency(place.court.id, at=AT, worker=place.court_clerk.id):
        assert not Booking.objects.exists()
        with pytest.raises(NotForYou):
            actions.unlink_booking(booking, by=place.court_clerk, at=AT)
    one.said(line("2", "released", AT + MINUTE), at=AT + MINUTE)
    assert one.news()[-1].news == ["released"], "the survivor hears of it whoever may not"


def test_nobody_links_a_booking_without_the_right_past_a_wall_or_across_agencies(one: Held) -> None:
    place = one.place
    one.said(line("1", "arrested", AT - HOUR))
    with as_agency(place.police.id, at=AT):
        booking = Booking.objects.get()
        raise_wall(
            one.other.id, agency=place.police.id, worker=place.detective.id, basis="reviewer", reason="", by=None,
            at=AT,
        )  # fmt: skip
    with as_agency(place.court.id, at=AT):
        theirs = record_person({"name": "Sol Ender"}, agency=place.court.id, by=None, at=AT)
        actions.hear_lines(
            "jail",
            [told_line(line("1", "arrested", AT - HOUR))],
            whole=True,
            agency=place.court,
            by=None,
            at=AT,
        )
        court_booking = Booking.objects.get()
    for by, what, who in (
        (place.officer, booking, one.other),  # no right to link
        (place.detective, booking, one.other),  # walled from the person
        (place.court_clerk, booking, theirs),  # another agency's booking
        (place.court_clerk, court_booking, one.other),  # another agency's person
    ):
        with as_agency(by.agency_id, at=AT, worker=by.id), pytest.raises(NotForYou):
            actions.link_booking(what, who, by=by, at=AT)
    for agency in (place.police, place.court):
        with as_agency(agency.id, at=AT):
            assert Booking.objects.get().person_id is None
    assert not one.news()


def test_a_program_without_the_right_tells_nothing(one: Held) -> None:
    place = one.place
    for by in (place.advocate, place.records_officer, worker(place.police, "")):
        with as_agency(by.agency_id, at=AT, worker=by.id), pytest.raises(NotForYou):
            actions.hear_lines("jail", [], whole=True, agency=by.agency, by=by, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.officer.id), pytest.raises(NotForYou):
        actions.hear_lines("jail", [], whole=True, agency=place.court, by=place.officer, at=AT)


def test_bookings_that_nobody_links_are_forgotten(one: Held) -> None:
    one.said(line("1", "arrested"), {**line("2", "arrested"), "booking": "B-2"})
    one.linked()
    with as_agency(one.place.police.id, at=AT):
        later = AT + detained().unlinked_for + DAY
        assert actions.forget_unlinked(one.place.police.id, at=later) == 1
        assert Booking.objects.count() == 1
        assert DetainedLine.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"key": ""}, "missing", "key"),
        ({"booking": None}, "missing", "booking"),
        ({"kind": "freed"}, "kind_unknown", "kind"),
        ({"happened_at": ""}, "missing", "happened_at"),
        ({"happened_at": "2026-03-04T10:00:00"}, "no_zone", "happened_at"),
        ({"happened_at": "yesterday"}, "no_instant", "happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "no_instant", "happened_at"),
        ({"happened_at": "1066-01-01T00:00:00Z"}, "too_early", "happened_at"),
        ({"expected_at": "2026-03-09T10:00:00Z"}, "not_planned", "expected_at"),
        ({"name": 7}, "not_text", "name"),
        ({"name": "a\0b"}, "text_control", "name"),
        ({"stay": "x" * 101}, "text_too_long", "stay"),
        ({"born_on": "1980-02-30"}, "no_day", "born_on"),
        ({"colour": "red"}, "field_unknown", "colour"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_field(change: Any, code: str, field: str) -> None:
    with pytest.raises(Unfit) as fault:
        told_line({**line("1", "arrested"), **change})
    assert (fault.value.code, fault.value.field) == (code, field)
