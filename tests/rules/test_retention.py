"""What the schedule says of a file: kept, may be erased, must not be; a hold and a demand outrank everything."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.library import shelf
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.retention import ORDER, FileFacts, Keep, Ruling, Schedule, judge, together

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def schedule(days: int = 365, *, on_request: bool = True, from_on: date = date(2026, 1, 1)) -> Schedule:
    line = Keep("case_file", "closed", days, "no_longer_needed", on_request, "Why.", "source", "P")
    return Schedule(
        "demo", "one", "1", "0" * 64, "Title", frozenset({"advocates"}), from_on, {"case_file": line}, {}
    )


def facts(
    closed_at: datetime | None = AT - 400 * DAY, *, holds: int = 0, demands: int = 0, asked: bool = False
) -> FileFacts:
    events = {"closed": closed_at} if closed_at else {}
    return FileFacts(
        "case_file", "advocates", events, open=closed_at is None, holds=holds, demands=demands, asked=asked
    )


def codes(ruling: Ruling) -> list[str]:
    return [reason.code for reason in ruling.because]


def test_a_file_whose_period_is_over_may_be_erased_from_that_moment_on() -> None:
    found = judge(facts(), schedule(), at=AT)
    assert (found.state, found.from_at) == ("may_erase", AT - 35 * DAY)
    assert found.because == (Reason("retention.over", "no_longer_needed"),)


def test_the_last_instant_of_the_period_still_keeps_it() -> None:
    begun = AT - 365 * DAY
    assert judge(facts(begun), schedule(), at=AT - timedelta(seconds=1)).state == "keep"
    assert judge(facts(begun), schedule(), at=AT).state == "may_erase"


def test_an_open_file_is_kept() -> None:
    assert codes(judge(facts(None), schedule(), at=AT)) == ["retention.open"]


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("against", [{"holds": 1}, {"demands": 1}, {"holds": 2, "demands": 1}])
def test_a_hold_and_a_demand_outrank_the_schedule_and_the_survivors_wish(
    against: dict[str, int], asked: bool
) -> None:
    found = judge(facts(asked=asked, **against), schedule(), at=AT)
    assert (found.state, found.from_at) == ("must_not_erase", None)


def test_a_demand_that_names_no_file_keeps_every_file() -> None:
    found = judge(replace(facts(asked=True), unnamed=1), schedule(), at=AT)
    assert (found.state, codes(found)) == ("must_not_erase", ["retention.demand_unnamed"])


def test_a_survivors_wish_ends_the_period_where_the_schedule_lets_it() -> None:
    assert judge(facts(None, asked=True), schedule(), at=AT).state == "may_erase"
    refused = judge(facts(AT, asked=True), schedule(on_request=False), at=AT)
    assert refused.state == "keep"
    assert codes(refused) == ["retention.period", "retention.asked_kept"]


@pytest.mark.parametrize(
    "wrong",
    [
        FileFacts("notes", "advocates", {"closed": AT - 9999 * DAY}),
        FileFacts("case_file", "police", {"closed": AT - 9999 * DAY}),
    ],
)
def test_what_no_line_speaks_of_is_kept(wrong: FileFacts) -> None:
    assert codes(judge(wrong, schedule(), at=AT)) == ["retention.no_schedule"]


def test_without_a_schedule_or_before_its_first_day_everything_is_kept() -> None:
    assert judge(facts(), None, at=AT).state == "keep"
    assert judge(facts(), schedule(from_on=date(2026, 3, 5)), at=AT).state == "keep"


def test_an_event_that_has_not_happened_begins_no_period() -> None:
    assert codes(judge(FileFacts("case_file", "advocates", {}), schedule(), at=AT)) == ["retention.not_begun"]


def test_a_file_is_as_its_strictest_category_says() -> None:
    may, keep = Ruling("may_erase", AT, ()), Ruling("keep", AT + DAY, (Reason("retention.period", "x"),))
    never = Ruling("must_not_erase", None, (Reason("retention.hold"),))
    assert together([may, keep]) == Ruling("keep", AT + DAY, keep.because)
    assert together([may, never, keep]) == Ruling("must_not_erase", None, never.because)
    with pytest.raises(ValueError, match="at least one"):
        together([])


states = st.sampled_from(ORDER)
rulings = st.builds(Ruling, states, st.none() | st.just(AT), st.just(()))


@given(st.lists(rulings, min_size=1), rulings)
def test_another_category_never_makes_a_file_easier_to_erase(some: list[Ruling], more: Ruling) -> None:
    before, after = together(some), together([*some, more])
    assert ORDER.index(after.state) >= ORDER.index(before.state)


@given(
    st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.replace(tzinfo=UTC)),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
    st.integers(0, 5000),
)
def test_whoever_holds_or_demands_nothing_is_ever_erased_under_it(
    closed: datetime | None, holds: int, demands: int, asked: bool, days: int
) -> None:
    found = judge(facts(closed, holds=holds, demands=demands, asked=asked), schedule(days), at=AT)
    assert (found.state == "must_not_erase") == bool(holds or demands)
    assert found.because


@pytest.mark.parametrize("name", shelf.names_of("retention"))
def test_every_schedule_speaks_of_every_category(name: str) -> None:
    found = shelf.retention(*name.split("/"))
    wanted = {"case_file", "notes", "evidence", "screens", "contact", "referrals", "releases"}
    assert set(found.lines) == wanted


def test_each_kind_of_agency_has_one_schedule() -> None:
    from shelterbelt.agencies.models import KINDS

    named = [kind for name in shelf.names_of("retention") for kind in shelf.retention(*name.split("/")).kinds]
    assert sorted(named) == sorted(KINDS)


def test_a_system_agency_never_erases_because_somebody_asked_and_a_victim_service_always_may() -> None:
    system, services = (
        shelf.retention("demo_county", "system"),
        shelf.retention("demo_county", "victim_service"),
    )
    assert not any(line.on_request for line in system.lines.values())
    assert all(line.on_request for line in services.lines.values())
    assert system.lines["evidence"].basis == "evidence_law"
