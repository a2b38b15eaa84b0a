"""What holds for every timeline: consistent, blind to the future and to order, and never lowered by what is added."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.timelines import (
    AT,
    DAY,
    NUMBERS,
    STATES,
    TYPES,
    ahead,
    happenings,
    lasting,
    spells,
    still,
    timelines,
)

from shelterbelt.rules import lines
from shelterbelt.rules.draws import draws
from shelterbelt.rules.hazard import Chance, Happening, Line, Timeline, chances, forecast
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import outlook

FEW = draws(NUMBERS, 5, 12)
FAILS, HOLDS = Line.IF_FAILS, Line.IF_HOLDS
HELP = ("order_issued", "order_served", "arrest", "police_report_by_survivor")
HOLDING = ("permanent_order_in_force", "gps_bilateral", "advocate_engaged", "perp_in_custody")


def keyed(found: tuple[Chance, ...], line: Line) -> dict[tuple[Process, float], Chance]:
    return {(one.process, one.hours): one for one in found if one.line is line}


def never_lower(before: Timeline, after: Timeline) -> None:
    """No number of the first line, no end of its interval, no band and no proposed level is lower."""
    was, now = (keyed(chances(NUMBERS, one, at=AT, draws=FEW), FAILS) for one in (before, after))
    for key, one in was.items():
        assert now[key].ratio >= one.ratio
        for name in ("cumulative", "p", "lo", "hi"):
            assert getattr(now[key], name) >= getattr(one, name) * (1 - 1e-12)
    proposed = [forecast(NUMBERS, one, at=AT).proposes or Level.LOW for one in (before, after)]
    assert proposed[0] <= proposed[1]


@given(timelines, happenings)
@settings(max_examples=80, deadline=None)
def test_one_more_happening_never_lowers_the_first_line(timeline: Timeline, one: Happening) -> None:
    never_lower(timeline, replace(timeline, happenings=(*timeline.happenings, one)))


@given(timelines, spells)
@settings(max_examples=80, deadline=None)
def test_one_more_state_never_lowers_the_first_line(timeline: Timeline, one) -> None:  # type: ignore[no-untyped-def]
    never_lower(timeline, replace(timeline, spells=(*timeline.spells, one)))


@given(timelines, st.lists(st.sampled_from(HELP), min_size=1, unique=True), st.floats(-30, 0))
@settings(max_examples=50, deadline=None)
def test_an_order_a_device_an_advocate_and_an_arrest_together_lower_nothing_of_it(
    timeline: Timeline, kinds: list[str], day: float
) -> None:
    more = tuple(Happening(kind, AT + day * DAY, AT) for kind in kinds)
    held = tuple(still(state, -1) for state in HOLDING)
    never_lower(timeline, Timeline(timeline.happenings + more, timeline.spells + held, timeline.band))


@given(timelines)
@settings(max_examples=40, deadline=None)
def test_a_longer_horizon_never_has_less_chance_and_what_holds_is_never_above(timeline: Timeline) -> None:
    found = chances(NUMBERS, timeline, at=AT)
    for line in Line:
        for process in Process:
            rising = [one.p for one in found if (one.line, one.process) == (line, process)]
            assert rising == sorted(rising)
            assert 0 < rising[0] <= rising[-1] < 1
    fails, holds = keyed(found, FAILS), keyed(found, HOLDS)
    assert all(holds[key].cumulative <= one.cumulative for key, one in fails.items())


@given(timelines, st.floats(0.01, 89.9), st.sampled_from(Process))
@settings(max_examples=40, deadline=None)
def test_adjacent_windows_add_up_on_both_lines(timeline: Timeline, cut: float, process: Process) -> None:
    sums = []
    for a, b in ((0.0, 90.0), (0.0, cut), (cut, 90.0)):
        view = outlook(NUMBERS, timeline, at=AT, known_at=AT, a=a, b=b)
        pairs = lines.hazards(NUMBERS, view, process, timeline.band, lines.holders(NUMBERS, view, process))
        sums.append(lines.summed(view, pairs, a=a, b=b))
    whole, first, second = sums
    for line in (0, 1):
        assert first[line] + second[line] == pytest.approx(whole[line], rel=1e-12)


@given(timelines, st.sampled_from(TYPES), ahead)
@settings(max_examples=40, deadline=None)
def test_what_happens_later_changes_no_byte_of_now(timeline: Timeline, kind: str, later) -> None:  # type: ignore[no-untyped-def]
    now = forecast(NUMBERS, timeline, at=AT)
    for one in (
        Happening(kind, later, later),
        Happening(kind, later, AT - DAY),
        Happening(kind, later, later, planned=True),
        Happening(kind, AT - DAY, later),
    ):
        with_it = replace(timeline, happenings=(*timeline.happenings, one))
        assert forecast(NUMBERS, with_it, at=AT) == now


@given(timelines, st.sampled_from(TYPES), ahead)
@settings(max_examples=40, deadline=None)
def test_what_happens_later_changes_nothing_in_hindsight_either(timeline: Timeline, kind: str, later) -> None:  # type: ignore[no-untyped-def]
    known = AT + 100 * DAY
    now = forecast(NUMBERS, timeline, at=AT, known_at=known)
    for one in (Happening(kind, later, later), Happening(kind, later, later, planned=True)):
        with_it = replace(timeline, happenings=(*timeline.happenings, one))
        assert forecast(NUMBERS, with_it, at=AT, known_at=known) == now


@given(timelines, st.sampled_from(STATES), ahead)
@settings(max_examples=40, deadline=None)
def test_a_state_that_begins_or_ends_unplanned_later_changes_no_byte_of_now(
    timeline: Timeline, state: str, later
) -> None:  # type: ignore[no-untyped-def]
    lasts = replace(timeline, spells=(*timeline.spells, still(state)))
    for known in (AT, AT + 100 * DAY):
        now = forecast(NUMBERS, timeline, at=AT, known_at=known)
        begun = replace(still(state), from_at=later, recorded_at=later)
        assert (
            forecast(NUMBERS, replace(timeline, spells=(*timeline.spells, begun)), at=AT, known_at=known)
            == now
        )
        over = replace(still(state), until_at=later, until_recorded_at=later)
        assert forecast(
            NUMBERS, replace(timeline, spells=(*timeline.spells, over)), at=AT, known_at=known
        ) == forecast(NUMBERS, lasts, at=AT, known_at=known)


@given(timelines, st.integers())
@settings(max_examples=40, deadline=None)
def test_the_order_of_recording_changes_no_byte(timeline: Timeline, seed: int) -> None:
    shuffle = random.Random(seed)
    others = [list(timeline.happenings), list(timeline.spells)]
    for one in others:
        shuffle.shuffle(one)
    other = replace(timeline, happenings=tuple(others[0]), spells=tuple(others[1]))
    assert forecast(NUMBERS, other, at=AT, draws=FEW[:2]) == forecast(NUMBERS, timeline, at=AT, draws=FEW[:2])


@given(timelines, st.integers(0, 30))
@settings(max_examples=40, deadline=None)
def test_a_late_record_counts_from_its_day_on(timeline: Timeline, days: int) -> None:
    known = AT + days * DAY
    late = tuple(replace(one, recorded_at=known) if one.at <= AT else one for one in timeline.happenings)
    found = forecast(NUMBERS, replace(timeline, happenings=late), at=AT, known_at=known)
    assert found.chances == forecast(NUMBERS, timeline, at=AT).chances


@given(timelines, happenings)
@settings(max_examples=40, deadline=None)
def test_what_was_taken_back_raises_nothing_any_more(timeline: Timeline, one: Happening) -> None:
    undone = replace(one, undone_at=AT)
    with_it = replace(timeline, happenings=(*timeline.happenings, undone))
    assert forecast(NUMBERS, with_it, at=AT) == forecast(NUMBERS, timeline, at=AT)


@given(timelines)
@settings(max_examples=40, deadline=None)
def test_no_number_goes_over_its_cap(timeline: Timeline) -> None:
    for one in chances(NUMBERS, timeline, at=AT):
        most = NUMBERS.rate(one.process, timeline.band) * NUMBERS.caps[one.process] * one.hours / 24
        assert one.cumulative <= most * (1 + 1e-12)


@given(timelines)
@settings(max_examples=40, deadline=None)
def test_a_higher_level_never_has_a_lower_line(timeline: Timeline) -> None:
    found = [chances(NUMBERS, replace(timeline, band=band), at=AT, draws=FEW[:3]) for band in Level]
    for lower, higher in pairwise(found):
        for one, other in zip(lower, higher, strict=True):
            assert one.ratio <= other.ratio
            assert (one.lo or 0) <= (other.lo or 0)
            assert (one.hi or 0) <= (other.hi or 0)


@given(timelines, st.lists(lasting, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_what_protects_is_never_multiplied(timeline: Timeline, more) -> None:  # type: ignore[no-untyped-def]
    bare = replace(timeline, spells=(), happenings=())
    with_all = keyed(chances(NUMBERS, replace(bare, spells=tuple(more)), at=AT), HOLDS)
    raised = keyed(chances(NUMBERS, replace(bare, spells=tuple(more)), at=AT), FAILS)
    for (process, hours), one in with_all.items():
        protecting = [NUMBERS.states[s.state] for s in more if NUMBERS.states[s.state].protects]
        strongest = min((state.R[process] for state in protecting), default=1.0)
        assert one.cumulative == pytest.approx(raised[process, hours].cumulative * min(1.0, strongest))


@given(timelines)
@settings(max_examples=40, deadline=None)
def test_in_custody_violence_is_near_nothing_and_contact_is_not(timeline: Timeline) -> None:
    alone = replace(timeline, spells=(still("perp_in_custody"),))
    found = chances(NUMBERS, alone, at=AT)
    fails, holds = keyed(found, FAILS), keyed(found, HOLDS)
    for hours in NUMBERS.horizons:
        for process in (Process.PHYSICAL, Process.SEVERE):
            assert holds[process, hours].cumulative <= 0.0301 * fails[process, hours].cumulative
        assert holds[Process.CONTACT, hours].cumulative >= 0.39 * fails[Process.CONTACT, hours].cumulative


@given(timelines)
@settings(max_examples=40, deadline=None)
def test_drivers_windows_and_assumptions_are_named_for_every_timeline(timeline: Timeline) -> None:
    found = forecast(NUMBERS, timeline, at=AT, draws=FEW[:2])
    for process in Process:
        shares = [one.share for one in found.drivers if one.process is process]
        assert len(shares) <= 5
        assert shares == sorted(shares, reverse=True)
        assert all(0 < share < 1 for share in shares)
    for window in found.windows:
        assert AT <= window.from_at < window.until_at <= AT + 90 * DAY
        assert window.band != "usual"
    assert {one.code for one in found.assumed} >= {"bands", "spread", "baseline.physical"}
    assert all({"M", "P", "D"} & set(one.tag.split("/")) for one in found.assumed)
    for one in found.chances:
        assert (one.lo or 0) <= one.p <= (one.hi or 0)
        assert (one.ratio_lo or 0) <= one.ratio <= (one.ratio_hi or 0)
