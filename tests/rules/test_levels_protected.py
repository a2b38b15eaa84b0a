"""An order, a device, an advocate and an arrest: whatever is added, neither level nor place in the queue goes down."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.test_levels_standing import LOOKS, MANY
from tests.rules.timelines import AT, NUMBERS, still, timelines

from shelterbelt.rules.hazard import Happening, Line, Timeline, forecast
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level, Raise, Source, standing

HOUR = timedelta(hours=1)
ADDED = ("order_issued", "order_served", "arrest")
HELD = ("permanent_order_in_force", "gps_bilateral", "advocate_engaged")


def place(timeline: Timeline, many: list[Raise], looks: list) -> tuple[Level, float]:  # type: ignore[type-arg]
    """Where a case stands: its level, and within it the chance of severe harm in a week if protection does not hold."""
    before = standing(many, looks, at=AT).level
    found = forecast(NUMBERS, Timeline(timeline.happenings, timeline.spells, before), at=AT)
    said = [Raise("forecast", Source.FORECAST, found.proposes, AT, AT)] if found.proposes else []
    level = standing([*many, *said], looks, at=AT).level
    return level, found.chance(Line.IF_FAILS, Process.SEVERE, 168.0).p


@given(
    timelines, MANY, LOOKS, st.sets(st.sampled_from(ADDED)), st.sets(st.sampled_from(HELD)), st.floats(-60, 0)
)
@settings(max_examples=60, deadline=None)
def test_what_protects_moves_neither_level_nor_place_down(
    timeline: Timeline,
    many: list[Raise],
    looks: list,
    added: set[str],
    held: set[str],
    day: float,  # type: ignore[type-arg]
) -> None:
    more = Timeline(
        (*timeline.happenings, *(Happening(kind, AT + day * 24 * HOUR, AT) for kind in sorted(added))),
        (*timeline.spells, *(still(state, -1) for state in sorted(held))),
    )
    was, now = place(timeline, many, looks), place(more, many, looks)
    assert now[0] >= was[0]
    assert now[1] >= was[1] * (1 - 1e-12)
