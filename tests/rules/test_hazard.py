"""The forecast's parts, one by one: bands, drivers, windows, what holds, what changed, what is assumed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.rules.timelines import AT, DAY, NUMBERS, PUBLISHED, happened, planned, still

from shelterbelt.rules.course import course
from shelterbelt.rules.hazard import (
    Driver,
    Forecast,
    Happening,
    Holding,
    Line,
    Spell,
    Timeline,
    band_of,
    changed,
    forecast,
)
from shelterbelt.rules.kernels import Process, Term, chance, cumulative
from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Reason

CONTACT, PHYSICAL, SEVERE = Process.CONTACT, Process.PHYSICAL, Process.SEVERE
FAILS, HOLDS = Line.IF_FAILS, Line.IF_HOLDS
WEEK = 168.0


def looked(*happenings: Happening, spells: tuple[Spell, ...] = (), band: Level | None = None) -> Forecast:
    return forecast(NUMBERS, Timeline(happenings, spells, band), at=AT)


def ratio(found: Forecast, process: Process, hours: float = WEEK, line: Line = FAILS) -> float:
    return found.chance(line, process, hours).ratio


def test_nothing_recorded_is_the_base_and_never_less() -> None:
    found = looked()
    for process, p in ((CONTACT, 0.30), (PHYSICAL, 0.10), (SEVERE, 0.02)):
        one = found.chance(FAILS, process, WEEK)
        assert one.p == pytest.approx(1 - (1 - p) ** (7 / 180))
        assert (one.ratio, one.band) == (1.0, "usual")
    assert (found.drivers, found.windows, found.proposes) == ((), (), None)
    assert found.because == (Reason("forecast.band_unknown"),)


def test_there_is_a_number_for_each_line_process_and_horizon_and_no_other() -> None:
    found = looked(happened("physical_incident", -1))
    assert len(found.chances) == 2 * 3 * 5
    assert {one.hours for one in found.chances} == {24, 72, 168, 720, 2160}
    with pytest.raises(KeyError):
        found.chance(FAILS, PHYSICAL, 12.0)


def test_an_incident_counts_as_the_closed_form_says() -> None:
    found = looked(happened("physical_incident", -5))
    rate = NUMBERS.baseline[PHYSICAL].rate
    expected = chance(cumulative(rate, [Term(-5, 4.1, 14)], 1, 15, 0, 7))
    assert found.chance(FAILS, PHYSICAL, WEEK).p == pytest.approx(expected, rel=1e-14)


def test_a_new_incident_starts_the_clock_again_and_counts_as_a_repeat() -> None:
    one = looked(happened("physical_incident", -5))
    two = looked(happened("physical_incident", -5), happened("physical_incident", -20))
    assert ratio(two, PHYSICAL) == pytest.approx(1.25 * ratio(one, PHYSICAL), rel=1e-8)
    assert Reason("forecast.repeat", "2") in two.because


def test_an_incident_of_more_than_twelve_months_ago_is_no_repeat() -> None:
    old = looked(happened("physical_incident", -5), happened("physical_incident", -366))
    assert ratio(old, PHYSICAL) == ratio(looked(happened("physical_incident", -5)), PHYSICAL)


def test_an_incident_leaves_the_count_on_the_day_its_year_is_over() -> None:
    leaving = looked(happened("physical_incident", -5), happened("physical_incident", -360.5))
    rate = NUMBERS.baseline[PHYSICAL].rate
    newest = [Term(-5, 4.1, 14)]
    expected = cumulative(rate, newest, 1.25, 15, 0, 4.5) + cumulative(rate, newest, 1, 15, 4.5, 7)
    assert leaving.chance(FAILS, PHYSICAL, WEEK).cumulative == pytest.approx(expected, rel=1e-13)


def test_many_incidents_stop_at_the_cap_of_repeats() -> None:
    many = looked(*(happened("harassment_incident", -300 + day) for day in range(40)))
    one = looked(happened("harassment_incident", -261))
    assert ratio(many, PHYSICAL) == pytest.approx(3.0 * ratio(one, PHYSICAL), rel=1e-8)


def test_a_hearing_ahead_counts_before_and_after_its_day() -> None:
    found = looked(planned("court_date", 3))
    rate = NUMBERS.baseline[CONTACT].rate
    assert found.chance(FAILS, CONTACT, 72).cumulative > 3 * rate * 1.5
    assert ratio(found, CONTACT, 24) < ratio(found, CONTACT, 72)
    for recorded in (-1.0, 3.0):
        assert looked(happened("court_date", 3, recorded=recorded)) == looked()


def test_an_order_to_be_served_counts_from_its_day_on() -> None:
    found = looked(planned("order_served", 2))
    assert ratio(found, SEVERE, 24) == 1
    assert ratio(found, SEVERE, 72) > 2


def test_what_raises_is_in_both_lines_and_what_protects_in_the_second_alone() -> None:
    found = looked(spells=(still("cohabiting"), still("gps_bilateral"), still("advocate_engaged")))
    assert ratio(found, PHYSICAL) == 1.5
    assert ratio(found, PHYSICAL, line=HOLDS) == pytest.approx(1.5 * 0.7)
    assert ratio(found, CONTACT) == 1
    assert found.holding[1] == Holding(PHYSICAL, "state.gps_bilateral", "F/P")


def test_living_together_protects_nobody() -> None:
    found = looked(spells=(still("cohabiting"),))
    assert ratio(found, CONTACT, line=HOLDS) == 1
    assert found.holding == ()


def test_arrest_is_in_the_second_line_alone_and_its_contact_in_neither() -> None:
    found = looked(happened("arrest", -3))
    assert [ratio(found, process) for process in Process] == [1, 1, 1]
    assert [ratio(found, process, line=HOLDS) for process in Process] == [1, pytest.approx(0.71), 1]
    assert ratio(looked(happened("arrest", -366)), PHYSICAL, line=HOLDS) == 1
    ending = looked(happened("arrest", -362))
    assert ratio(ending, PHYSICAL, line=HOLDS) == pytest.approx((3 * 0.71 + 4) / 7)


def test_a_planned_end_is_believed_of_what_protects_and_not_of_what_raises() -> None:
    ends = AT + 3 * DAY
    held = looked(spells=(Spell("perp_in_custody", AT - DAY, AT - DAY, ends),))
    assert ratio(held, PHYSICAL, 72, HOLDS) == pytest.approx(0.03)
    assert ratio(held, PHYSICAL, WEEK, HOLDS) == pytest.approx((3 * 0.03 + 4) / 7)
    raised = looked(spells=(Spell("cohabiting", AT - DAY, AT - DAY, ends),))
    assert ratio(raised, PHYSICAL, WEEK) == 1.5
    over = looked(spells=(Spell("cohabiting", AT - 9 * DAY, AT - 9 * DAY, AT - DAY),))
    assert ratio(over, PHYSICAL, WEEK) == 1


def test_an_end_that_was_not_known_then_does_not_count_then() -> None:
    spell = Spell("cohabiting", AT - 9 * DAY, AT - 9 * DAY, AT - 3 * DAY, AT - DAY)
    then = forecast(NUMBERS, Timeline(spells=(spell,)), at=AT - 2 * DAY)
    hindsight = forecast(NUMBERS, Timeline(spells=(spell,)), at=AT - 2 * DAY, known_at=AT)
    assert (ratio(then, PHYSICAL), ratio(hindsight, PHYSICAL)) == (1.5, 1)


def test_a_state_that_has_not_begun_counts_on_neither_line() -> None:
    begins = tuple(Spell(state, AT + DAY, AT) for state in ("cohabiting", "perp_in_custody"))
    assert looked(spells=begins) == looked()


def test_the_newest_of_a_type_is_the_newest_by_its_day_and_not_by_its_place() -> None:
    old, new = happened("physical_incident", -30), happened("physical_incident", -2, recorded=-1)
    assert looked(old, new) == looked(new, old)


def test_what_was_known_then_can_be_asked_again() -> None:
    late = happened("physical_incident", -2, recorded=0)
    then = forecast(NUMBERS, Timeline((late,)), at=AT, known_at=AT - DAY)
    assert then.chances == looked().chances
    assert looked(late).chances == looked(happened("physical_incident", -2)).chances
    monday = forecast(NUMBERS, Timeline((late,)), at=AT - DAY, known_at=AT)
    assert ratio(monday, PHYSICAL) > ratio(looked(late), PHYSICAL) > 3


def test_the_static_band_is_shrunk_toward_the_base() -> None:
    found = [ratio(looked(band=band), PHYSICAL) for band in Level]
    assert found == [pytest.approx(r**0.4) for r in (0.6, 1, 2, 4)]
    capped = replace(NUMBERS, shrink=1.0)
    extreme = forecast(capped, Timeline(band=Level.EXTREME), at=AT)
    assert ratio(extreme, PHYSICAL) == pytest.approx(3)


def test_bands_begin_where_the_data_say() -> None:
    found = [band_of(NUMBERS, value) for value in (0, 1.499999, 1.5, 2.9, 3, 5.9, 6, 99)]
    assert found == ["usual", "usual", "raised", "raised", "high", "high", "very_high", "very_high"]


def test_it_proposes_a_level_and_never_the_highest() -> None:
    assert looked(happened("physical_incident", -1)).proposes is None
    much = looked(*(happened(kind, -0.1) for kind in NUMBERS.events), band=Level.EXTREME)
    assert much.proposes is Level.HIGH
    assert Reason("forecast.proposes", "high") in much.because
    assert SEVERE in much.capped
    assert {one.code for one in much.assumed} >= {"caps", "proposes", "shift", "event.order_served"}


def test_drivers_are_named_with_the_share_that_would_go_without_them() -> None:
    found = looked(happened("order_served", -1), happened("court_date", -1), spells=(still("cohabiting"),))
    physical = [driver for driver in found.drivers if driver.process is PHYSICAL]
    assert [driver.code for driver in physical] == [
        "event.order_served",
        "state.cohabiting",
        "event.court_date",
    ]
    without = looked(happened("court_date", -1), spells=(still("cohabiting"),))
    assert physical[0].share == pytest.approx(1 - ratio(without, PHYSICAL) / ratio(found, PHYSICAL))
    assert physical[1] == Driver(PHYSICAL, "state.cohabiting", pytest.approx(1 / 3), "F/P")  # type: ignore[arg-type]


def test_windows_are_the_days_ahead_that_are_raised() -> None:
    found = looked(planned("order_served", 10))
    (contact, physical, severe) = found.windows
    assert (severe.from_at, severe.band, severe.codes) == (
        AT + 10 * DAY,
        "very_high",
        ("event.order_served",),
    )
    assert physical.until_at < severe.until_at
    assert contact.process is CONTACT


def test_what_protects_closes_no_window() -> None:
    planned_order = planned("order_served", 10)
    held = looked(planned_order, spells=(still("perp_in_custody"), still("survivor_in_undisclosed_shelter")))
    assert held.windows == looked(planned_order).windows


def test_two_dates_apart_are_two_windows() -> None:
    found = looked(planned("order_served", 10), planned("release_from_custody", 60))
    spans = [
        ((one.from_at - AT).days, (one.until_at - AT).days) for one in found.windows if one.process is SEVERE
    ]
    assert spans == [(10, 22), (54, 75)]


def test_what_changed_since_is_told_in_codes() -> None:
    before = looked(happened("physical_incident", -30))
    now = looked(
        happened("physical_incident", -30), happened("order_issued", 0), spells=(still("gps_bilateral"),)
    )
    found = changed(before, now)
    assert Reason("forecast.rose", "severe:24:usual:very_high") in found
    assert Reason("forecast.new_driver", "event.order_issued") in found
    assert Reason("forecast.new_holding", "state.gps_bilateral") in found
    assert Reason("forecast.proposes", "high") in found
    back = changed(now, before)
    assert Reason("forecast.fell", "severe:24:very_high:usual") in back
    assert Reason("forecast.no_more_driver", "event.order_issued") in back
    assert Reason("forecast.proposes") in back
    assert changed(now, now) == ()


def test_other_parameters_are_a_change() -> None:
    other = replace(NUMBERS, version="2")
    found = changed(looked(), forecast(other, Timeline(), at=AT))
    assert found == (Reason("forecast.parameters", "retaliation/2"),)


def test_a_forecast_names_its_parameters_and_what_it_was_told() -> None:
    found = looked(happened("arrest", -3), spells=(still("gps_bilateral"),), band=Level.HIGH)
    assert (found.parameters, found.version, found.digest) == ("retaliation", "1", NUMBERS.digest)
    assert found.because == (
        Reason("forecast.band", "high"),
        Reason("forecast.event", "arrest"),
        Reason("forecast.state", "gps_bilateral"),
    )
    assert {one.code: one.tag for one in found.assumed}["state.gps_bilateral"] == "F/P"
    assert "event.arrest" not in {one.code for one in found.assumed}


def test_what_the_parameters_do_not_know_is_refused() -> None:
    for timeline in (Timeline((happened("earthquake", -1),)), Timeline(spells=(still("asleep"),))):
        with pytest.raises(ValueError, match="in these parameters"):
            forecast(NUMBERS, timeline, at=AT)


def test_the_course_shows_ratios_behind_and_ahead() -> None:
    timeline = Timeline((happened("physical_incident", -5), planned("order_served", 10)))
    found = course(NUMBERS, timeline, SEVERE, at=AT, back=10, ahead=20)
    assert len(found) == 30
    assert [point.fails for point in found[:5]] == [1.0] * 5
    assert found[5].fails > 4
    assert found[10].fails == ratio(forecast(NUMBERS, timeline, at=AT), SEVERE, 24)
    assert found[20].fails > found[19].fails + 3
    assert all(point.lo == point.fails == point.hi for point in found)
    assert (found[0].from_at, found[-1].until_at) == (AT - 10 * DAY, AT + 20 * DAY)


def test_a_course_in_weeks_is_the_mean_of_its_days() -> None:
    timeline = Timeline((happened("physical_incident", -5),), (still("perp_in_custody", -2),))
    weeks = course(NUMBERS, timeline, PHYSICAL, at=AT, back=0, ahead=16, step=7)
    assert [(point.until_at - point.from_at) / timedelta(days=1) for point in weeks] == [7, 7, 2]
    daily = course(NUMBERS, timeline, PHYSICAL, at=AT, back=0, ahead=16)
    assert weeks[0].fails == pytest.approx(sum(point.fails for point in daily[:7]) / 7)
    assert weeks[0].holds == pytest.approx(0.03 * weeks[0].fails)


def test_every_code_that_a_forecast_can_name_has_words() -> None:
    found = looked(
        *(happened(kind, -0.1) for kind in NUMBERS.events),
        spells=tuple(still(state) for state in NUMBERS.states),
        band=Level.HIGH,
    )
    named = {one.code for one in found.drivers} | {one.code for one in found.holding}
    named |= {one.code for one in found.assumed}
    named |= {code for window in found.windows for code in window.codes}
    assert named <= set(PUBLISHED.words)
