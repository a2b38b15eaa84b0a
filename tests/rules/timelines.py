"""Random timelines of the published parameters, for properties."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from shelterbelt.library.parameters import parameters
from shelterbelt.rules.hazard import Happening, Spell, Timeline
from shelterbelt.rules.levels import Level

PUBLISHED = parameters()
NUMBERS = PUBLISHED.parameters
AT = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)
TYPES = sorted(NUMBERS.events)
STATES = sorted(NUMBERS.states)

behind = st.floats(-420, 0).map(lambda day: AT + day * DAY)
ahead = st.floats(0.01, 95).map(lambda day: AT + day * DAY)


def happened(kind: str, day: float, *, recorded: float | None = None) -> Happening:
    return Happening(kind, AT + day * DAY, AT + (day if recorded is None else recorded) * DAY)


def planned(kind: str, day: float, *, recorded: float = -1.0) -> Happening:
    return Happening(kind, AT + day * DAY, AT + recorded * DAY, planned=True)


def still(state: str, since: float = -10.0) -> Spell:
    return Spell(state, AT + since * DAY, AT + since * DAY)


past = st.builds(lambda kind, at: Happening(kind, at, at), st.sampled_from(TYPES), behind)
plans = st.builds(lambda kind, at: Happening(kind, at, AT - DAY, planned=True), st.sampled_from(TYPES), ahead)
happenings = st.one_of(past, past, plans)
lasting = st.builds(lambda state, at: Spell(state, at, at), st.sampled_from(STATES), behind)
ended = st.builds(
    lambda state, at, until: Spell(state, min(at, until), min(at, until), max(at, until)),
    st.sampled_from(STATES),
    behind,
    behind,
)
ending = st.builds(
    lambda state, at, until: Spell(state, at, at, until), st.sampled_from(STATES), behind, ahead
)
spells = st.one_of(lasting, ended, ending)
bands = st.one_of(st.none(), st.sampled_from(Level))
timelines = st.builds(
    Timeline,
    st.lists(happenings, max_size=8).map(tuple),
    st.lists(spells, max_size=5).map(tuple),
    bands,
)
