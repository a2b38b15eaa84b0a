"""What an order forbids and until when, minute by minute around changes of clocks, against what the clocks show."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.rules.order_terms import (
    ACTS,
    CODES,
    KINDS,
    Span,
    Term,
    Window,
    forbidden,
    may,
)
from shelterbelt.rules.reasons import Reason

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DENVER = "America/Denver"
# Clocks that change at two, at midnight, at 23:00 and 24:00, at 00:01, by half an hour, by two hours, by a whole day, never.
CHANGES = [
    (DENVER, date(2026, 3, 8)), (DENVER, date(2026, 11, 1)), ("America/Havana", date(2024, 3, 10)),
    ("America/Havana", date(2024, 11, 3)), ("America/Santiago", date(2024, 4, 7)), ("America/Santiago", date(2024, 9, 8)),
    ("America/St_Johns", date(2006, 10, 29)), ("Australia/Lord_Howe", date(2026, 4, 5)), ("Asia/Beirut", date(2026, 3, 29)),
    ("Australia/Lord_Howe", date(2026, 10, 4)), ("Antarctica/Troll", date(2026, 3, 29)), ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Toronto", date(1919, 3, 31)), ("Asia/Kathmandu", date(2026, 3, 8)),
]  # fmt: skip
CLOCKS = [time(0), time(0, 30), time(1), time(1, 30), time(2), time(2, 15), time(2, 30), time(3), time(8), time(22), time(23),
          time(23, 45)]  # fmt: skip
EVERY_DAY = frozenset(range(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(DENVER))


def hours(days: str, begins: str, ends: str = "", zone: str = DENVER) -> Window:
    """Hours on days, 0 to 6: `hours("04", "17:00", "18:00")`."""
    until = time.fromisoformat(ends) if ends else None
    return Window(frozenset(map(int, days)), time.fromisoformat(begins), until, zone)


# The oracle: what the clock of a place shows, minute by minute


class Shown:
    """Sixteen days around a change: what the clock shows at each minute."""

    def __init__(self, name: str, around: date) -> None:
        self.begins = datetime(around.year, around.month, around.day, 12, tzinfo=UTC) - 8 * DAY
        zone = ZoneInfo(name)
        self.clock = [
            (self.begins + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(16 * 1440)
        ]
        self.when: dict[datetime, list[int]] = {}
        for number, shown in enumerate(self.clock):
            self.when.setdefault(shown, []).append(number)
        self.last = {shown.date(): n for n, shown in enumerate(self.clock)}
        self.days = [around + n * DAY for n in range(-6, 7)]
        steps = [n for n in range(1, len(self.clock)) if self.clock[n] - self.clock[n - 1] != MINUTE]
        self.change = steps[0] if steps else 8 * 1440

    def readings(self, shown: datetime) -> tuple[int, int]:
        """The first and last minute that the clock may mean; what it skips, counted from before it and from after."""
        if shown in self.when:
            return self.when[shown][0], self.when[shown][-1]
        gap = next(n for n in range(1, len(self.clock)) if self.clock[n - 1] < shown < self.clock[n])
        back, on = self.clock[gap] - shown, shown - self.clock[gap - 1]
        return gap - back // MINUTE, gap + on // MINUTE - 1

    def over(self, day: date) -> int:
        """The minute after the last that is of this day or an earlier one."""
        return max(n for shown, n in self.last.items() if shown <= day) + 1

    def minutes(self, window: Window, *, wide: bool) -> set[int]:
        """Every minute of a window's hours: by any reading, or by all."""
        found: set[int] = set()
        for day in self.days:
            if day.weekday() in window.weekdays:
                begins = self.readings(datetime.combine(day, window.from_clock))[0 if wide else 1]
                until = window.until_clock
                if until is None and wide:
                    ends = self.over(day)
                elif until is None:
                    ends = self.readings(datetime.combine(day + DAY, time(0)))[0]
                else:
                    past = until < window.from_clock
                    ends = self.readings(datetime.combine(day + DAY if past else day, until))[
                        1 if wide else 0
                    ]
                found |= set(range(begins, ends))
        return found

    def forbids(self, term: Term) -> list[bool]:
        """At which minutes a term forbids."""
        inside = set(range(len(self.clock)))
        if term.windows:
            inside = set().union(*(self.minutes(window, wide=True) for window in term.windows))
        free: set[int] = set()
        for one in term.exceptions:
            assert isinstance(one, Window)
            free |= self.minutes(one, wide=False)
        return [number in inside and number not in free for number in range(len(self.clock))]


@cache
def shown_around(place: tuple[str, date]) -> Shown:
    return Shown(*place)


# The days in the middle of the sixteen, and those that the hours of the outer days reach.
FROM, UNTIL, KNOWN = 5 * 1440, 11 * 1440, 13 * 1440


@st.composite
def terms_somewhere(draw: st.DrawFn) -> tuple[tuple[str, date], Term]:
    place = draw(st.sampled_from(CHANGES))
    several = st.lists(st.sampled_from([*CLOCKS, None]), min_size=2, max_size=2, unique=True)

    def window() -> Window:
        first, last = draw(several)
        days = draw(st.one_of(st.just(EVERY_DAY), st.frozensets(st.integers(0, 6), min_size=1)))
        return Window(days, first, last, place[0]) if first else Window(days, last or time(4), None, place[0])

    windows = tuple(window() for _ in range(draw(st.integers(0, 2))))
    exceptions = tuple(window() for _ in range(draw(st.integers(0, 2))))
    return place, Term("04", "stay_away", 100.0, ("school",), windows, exceptions)


@settings(max_examples=45, deadline=None)
@given(terms_somewhere(), st.lists(st.integers(FROM, UNTIL), max_size=6))
def test_every_minute_around_a_change_of_clocks_is_as_the_clocks_show_it(
    case: tuple[tuple[str, date], Term], some: list[int]
) -> None:
    place, term = case
    shown = shown_around(place)
    wanted = shown.forbids(term)
    turns = [n for n in range(1, KNOWN) if wanted[n] != wanted[n - 1]]
    near = [n for turn in turns for n in (turn - 1, turn) if FROM <= n < UNTIL]
    for number in {*some, *near, *range(shown.change - 75, shown.change + 76, 25)}:
        instant = shown.begins + number * MINUTE
        found = forbidden([term], at=instant)
        assert bool(found) == wanted[number], (place, term, instant, shown.clock[number])
        for ban in found:
            ends = next((turn for turn in turns if turn > number), None)
            if ends is not None:
                assert ban.until_at == shown.begins + ends * MINUTE, (place, term, instant)
            else:
                assert ban.until_at is None or ban.until_at >= shown.begins + KNOWN * MINUTE


# What a clock shows twice or never


def test_what_a_clock_shows_twice_is_forbidden_in_both_and_between() -> None:
    term = Term("04", "stay_away", windows=(hours("6", "01:00", "01:30"),))
    for text, wanted in (
        ("06:59", False),
        ("07:00", True),
        ("07:45", True),
        ("08:29", True),
        ("08:30", False),
    ):
        instant = datetime.fromisoformat(f"2026-11-01T{text}+00:00")
        assert bool(forbidden([term], at=instant)) == wanted, text
    (ban,) = forbidden([term], at=datetime(2026, 11, 1, 7, 10, tzinfo=UTC))
    assert ban.until_at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "from_", "until"),
    [
        # Midnight is skipped: its earlier reading is an hour before, on the day before.
        (hours("6", "00:00", "09:00", "America/Havana"), "2024-03-10T04:00", "2024-03-10T13:00"),
        # Midnight is shown twice, and the day is over at the first.
        (hours("5", "12:00", "", "America/Havana"), "2024-11-02T16:00", "2024-11-03T04:00"),
        # 23:30 became 00:30: hours that began two days before end a quarter of an hour after the change, in the later reading.
        (hours("5", "23:50", "23:45", "America/Toronto"), "1919-03-30T04:50", "1919-03-31T04:45"),
    ],
)
def test_hours_that_begin_or_end_where_a_clock_changes_at_midnight(
    window: Window, from_: str, until: str
) -> None:
    term = Term("04", "stay_away", windows=(window,))
    begins, ends = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (from_, until))
    for instant, wanted in ((begins - MINUTE, False), (begins, True), (ends - MINUTE, True), (ends, False)):
        found = forbidden([term], at=instant)
        assert [ban.until_at for ban in found] == [ends] * wanted, instant


def test_an_exception_holds_only_where_both_readings_of_a_clock_agree() -> None:
    short = Term("05", "contact", exceptions=(hours("6", "01:00", "01:30"),))
    long = Term("05", "contact", exceptions=(hours("5", "18:00", "17:00"),))
    for minute in range(0, 180, 10):
        instant = datetime(2026, 11, 1, 6, 30, tzinfo=UTC) + minute * MINUTE
        assert forbidden([short], at=instant), instant
        assert not forbidden([long], at=instant), instant


def test_an_exception_that_a_change_of_clocks_leaves_out_comes_again_the_week_after() -> None:
    term = Term("05", "contact", exceptions=(hours("6", "01:00", "01:30"),))
    (ban,) = forbidden([term], at=at("2026-10-25T02:00"))
    assert ban.until_at == at("2026-11-08T01:00")


def test_an_exception_of_which_a_change_of_clocks_leaves_nothing_ends_no_ban() -> None:
    term = Term("05", "contact", exceptions=(hours("6", "02:00", "03:00"),))
    (ban,) = forbidden([term], at=at("2026-03-08T01:30"))
    assert ban.until_at == at("2026-03-15T02:00")


def test_an_exception_without_an_end_lasts_to_the_end_of_its_day() -> None:
    term = Term("05", "contact", exceptions=(hours("4", "17:00"),))
    assert not forbidden([term], at=at("2026-03-06T23:59"))
    assert forbidden([term], at=at("2026-03-07T00:00"))
    assert forbidden([term], at=at("2026-03-05T23:59"))[0].until_at == at("2026-03-06T17:00")


# Until when


def test_hours_end_or_are_left_free_or_the_term_ends_whichever_is_first() -> None:
    school = Term("04", "stay_away", windows=(hours("01234", "07:00", "17:00"),))
    monday = at("2026-03-02T12:00")
    (ban,) = forbidden([school], at=monday)
    assert ban.until_at == at("2026-03-02T17:00")
    assert ban.because == (Reason("term.hours", "04"),)
    meeting = replace(school, exceptions=(Span(at("2026-03-02T14:00"), at("2026-03-02T15:00")),))
    assert forbidden([meeting], at=monday)[0].until_at == at("2026-03-02T14:00")
    assert not forbidden([meeting], at=at("2026-03-02T14:59"))
    assert forbidden([meeting], at=at("2026-03-02T15:00"))
    ends = replace(meeting, until_at=at("2026-03-02T13:00"))
    assert forbidden([ends], at=monday)[0].until_at == at("2026-03-02T13:00")
    assert not forbidden([ends], at=at("2026-03-02T13:00"))


def test_hours_that_meet_are_one_stretch_and_all_the_hours_there_are_have_no_end() -> None:
    night, day = hours("0123456", "20:00", "08:00"), hours("0123456", "08:00", "20:00")
    (ban,) = forbidden([Term("08", "curfew", windows=(night, day))], at=at("2026-03-04T12:00"))
    assert ban.until_at is None
    assert ban.because == (Reason("term.hours", "08"), Reason("term.no_end_known"))
    weekend = Term("08", "curfew", windows=(hours("5", "12:00"), hours("6", "00:00")))
    (ban,) = forbidden([weekend], at=at("2026-03-07T13:00"))
    assert ban.until_at == at("2026-03-09T00:00")


def test_hours_without_a_pause_end_with_the_term() -> None:
    always = (hours("0123456", "00:00"),)
    (ban,) = forbidden([Term("08", "curfew", windows=always)], at=at("2026-03-04T12:00"))
    assert ban.until_at is None
    ends = at("2026-06-01T00:00")
    (ban,) = forbidden([Term("08", "curfew", windows=always, until_at=ends)], at=at("2026-03-04T12:00"))
    assert ban.until_at == ends
    assert ban.until_at is not None and ban.until_at.utcoffset() == timedelta(0)


def test_a_pause_that_a_change_of_clocks_closes_comes_again_the_week_after() -> None:
    week = (hours("0123456", "02:00"), hours("0123456", "00:00", "01:00"), hours("012345", "00:00", "03:00"),
            hours("6", "01:30", "02:30"))  # fmt: skip
    (ban,) = forbidden([Term("08", "curfew", windows=week)], at=at("2026-10-25T01:30"))
    assert ban.until_at == at("2026-11-08T01:00")


def test_a_term_without_hours_forbids_always_and_one_that_has_not_begun_or_is_over_nothing() -> None:
    term = Term("07", "weapons")
    (ban,) = forbidden([term], at=at("2026-03-04T12:00"))
    assert ban.until_at is None
    assert ban.because == (Reason("term.always", "07"), Reason("term.no_end_known"))
    begins = replace(term, from_at=at("2026-03-05T00:00"))
    assert not forbidden([begins], at=at("2026-03-04T23:59"))
    assert forbidden([begins], at=at("2026-03-05T00:00"))


def test_a_ban_says_what_how_far_and_where_in_the_order_of_the_paper() -> None:
    terms = [Term("08", "other"), Term("04", "stay_away", 150.0, ("school", "work")), Term("02", "other")]
    found = forbidden(terms, at=at("2026-03-04T12:00"))
    assert [(ban.code, ban.kind, ban.metres, ban.places) for ban in found] == [
        ("08", "other", 0.0, ()), ("04", "stay_away", 150.0, ("school", "work")), ("02", "other", 0.0, ()),
    ]  # fmt: skip
    assert [Reason("term.read_the_paper", ban.code) in ban.because for ban in found] == [True, False, False]


def test_hours_are_those_of_their_own_zone() -> None:
    term = Term("04", "stay_away", windows=(hours("2", "07:00", "17:00", "America/New_York"),))
    assert forbidden([term], at=at("2026-03-04T05:00"))
    assert not forbidden([term], at=at("2026-03-04T15:00"))


# What is allowed


FREE = (hours("4", "17:00", "18:00"),)
FRIDAY, SATURDAY = at("2026-03-06T17:30"), at("2026-03-07T17:30")


@pytest.mark.parametrize("act", sorted(ACTS))
def test_what_no_term_speaks_of_is_unknown_and_never_allowed(act: str) -> None:
    assert may([], act, at=FRIDAY) == "unknown"
    others = [
        Term("01", kind, exceptions=FREE) for kind in KINDS if kind not in ACTS[act] and kind != "other"
    ]
    assert may(others, act, at=FRIDAY) == "unknown"


@pytest.mark.parametrize(("act", "kind"), [(act, kind) for act in sorted(ACTS) for kind in sorted(ACTS[act])])
def test_only_what_a_term_leaves_free_is_allowed_and_only_then(act: str, kind: str) -> None:
    term = Term("05", kind, exceptions=FREE)
    assert may([term], act, at=FRIDAY) == "yes"
    assert may([term], act, at=SATURDAY) == "no"
    assert may([term, Term("05", kind)], act, at=FRIDAY) == "no"
    assert may([term, Term("08", "other")], act, at=FRIDAY) == "unknown"
    for code in ("01", "02"):
        assert may([term, Term(code, "other")], act, at=FRIDAY) == "yes"
    assert may([replace(term, until_at=FRIDAY)], act, at=FRIDAY) == "unknown"
    over = Term("08", "other", until_at=FRIDAY)
    assert may([term, over], act, at=FRIDAY) == "yes"


def test_beside_the_hours_in_which_a_term_forbids_it_says_nothing() -> None:
    term = Term("04", "stay_away", places=("school",), windows=(hours("01234", "07:00", "17:00"),))
    assert may([term], "be_at_place", at=at("2026-03-06T16:59")) == "no"
    assert may([term], "be_at_place", at=FRIDAY) == "unknown"


def test_time_with_children_is_given_in_its_hours_and_not_said_of_the_others() -> None:
    given_ = Term("06", "children", windows=FREE)
    assert forbidden([given_], at=FRIDAY) == forbidden([given_], at=SATURDAY) == ()
    assert may([given_], "be_with_children", at=FRIDAY) == "yes"
    assert may([given_], "be_with_children", at=SATURDAY) == "unknown"
    assert may([given_, Term("09", "children")], "be_with_children", at=FRIDAY) == "no"
    assert may([replace(given_, windows=())], "be_with_children", at=FRIDAY) == "unknown"
    assert may([replace(given_, windows=(), exceptions=FREE)], "be_with_children", at=FRIDAY) == "unknown"
    # What a change of clocks makes doubtful is not given.
    night = Term("06", "children", windows=(hours("6", "01:00", "01:30"),))
    assert may([night], "be_with_children", at=datetime(2026, 11, 1, 7, 10, tzinfo=UTC)) == "unknown"


def test_of_a_place_only_the_terms_speak_that_name_it_or_none() -> None:
    school = Term("04", "stay_away", places=("school",))
    home = Term("03", "residence", exceptions=FREE, places=("home",))
    assert may([school, home], "be_at_place", at=FRIDAY) == "no"
    assert may([school, home], "be_at_place", at=FRIDAY, place="home") == "yes"
    assert may([school, home], "be_at_place", at=FRIDAY, place="work") == "unknown"
    assert may([replace(school, places=()), home], "be_at_place", at=FRIDAY, place="home") == "no"


def test_home_that_is_given_to_one_alone_says_nothing_of_things_and_things_nothing_of_the_home() -> None:
    home, things = Term("03", "residence", places=("home",)), Term("08", "belongings")
    assert may([home], "be_at_place", at=FRIDAY, place="home") == "no"
    assert may([home], "take_things", at=FRIDAY) == "unknown"
    assert may([things], "take_things", at=FRIDAY) == "no"
    assert may([things], "be_at_place", at=FRIDAY, place="home") == "unknown"


@st.composite
def terms(draw: st.DrawFn) -> Term:
    free = tuple(draw(st.lists(st.sampled_from([*FREE, hours("56", "09:00")]), max_size=1)))
    windows = tuple(
        draw(st.lists(st.sampled_from([hours("4", "16:00", "18:00"), hours("5", "22:00")]), max_size=1))
    )
    kind, code = draw(st.sampled_from(KINDS)), draw(st.sampled_from(sorted(CODES)))
    return Term(code, kind, windows=windows, exceptions=free)


@settings(max_examples=60, deadline=None)
@given(st.lists(terms(), max_size=3), terms(), st.sampled_from([FRIDAY, SATURDAY]))
def test_another_term_takes_no_ban_away_and_turns_no_refusal_round(
    paper: list[Term], another: Term, instant: datetime
) -> None:
    assert set(forbidden(paper, at=instant)) <= set(forbidden([*paper, another], at=instant))
    for act in ACTS:
        before, after = may(paper, act, at=instant), may([*paper, another], act, at=instant)
        assert before != "no" or after == "no"
        assert after != "yes" or another.exceptions or another.code == "06" or before == "yes"
        banned = {ban.kind for ban in forbidden(paper, at=instant)}
        assert (before == "no") == bool(banned & ACTS[act])


# What is no term


@pytest.mark.parametrize(
    "term",
    [
        Term("10", "contact"), Term("05", "talking"), Term("04", "stay_away", -1.0), Term("04", "stay_away", float("nan")),
        Term("04", "stay_away", windows=(hours("", "07:00"),)), Term("04", "stay_away", windows=(hours("7", "07:00"),)),
        Term("04", "stay_away", windows=(hours("1", "07:00", "07:00"),)),
        Term("04", "stay_away", exceptions=(hours("1", "07:00", "07:00"),)),
        Term("04", "stay_away", windows=(hours("1", "07:00", "08:00", "America/Nowhere"),)),
        Term("05", "contact", from_at=datetime(2026, 3, 4)), Term("05", "contact", until_at=datetime(2026, 3, 4)),
        Term("05", "contact", exceptions=(Span(datetime(2026, 3, 4), FRIDAY),)),
        Term("05", "contact", exceptions=(Span(FRIDAY, datetime(2026, 3, 7)),)),
    ],
)  # fmt: skip
def test_what_is_no_term_is_refused(term: Term) -> None:
    with pytest.raises(ValueError):
        forbidden([term], at=FRIDAY)
    with pytest.raises(ValueError):
        may([term], "be_at_place", at=FRIDAY)


def test_a_naive_instant_and_an_act_of_no_kind_are_refused() -> None:
    with pytest.raises(ValueError):
        forbidden([], at=datetime(2026, 3, 4))
    with pytest.raises(ValueError):
        may([], "be_at_place", at=datetime(2026, 3, 4))
    with pytest.raises(ValueError):
        may([], "be_around", at=FRIDAY)


def test_a_span_that_ends_before_it_begins_leaves_nothing_free() -> None:
    term = Term("05", "contact", exceptions=(Span(FRIDAY, FRIDAY - MINUTE), Span(SATURDAY, SATURDAY)))
    assert forbidden([term], at=FRIDAY)
    assert forbidden([term], at=FRIDAY - 2 * MINUTE)[0].until_at is None
