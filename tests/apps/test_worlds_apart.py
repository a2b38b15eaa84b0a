"""Pairs of worlds that differ in one fact which a viewer may not see: every byte that the viewer gets is the same.

Pages by their address and by every link, lists, boards, levels, drivers, work and when it is due, counts, searches, papers
and their sizes. `WORLDS` says how many pairs for each fact; a night takes hundreds.
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.apps.county import NOW, hour
from tests.apps.worlds import (
    FACTS,
    LEVELS,
    NAMES,
    Told,
    World,
    differences,
    everything,
    get,
    world,
)
from tests.world import DAY

WORLDS = int(os.environ.get("WORLDS", "2"))
told = st.builds(
    Told,
    name=st.sampled_from(NAMES),
    other=st.sampled_from(NAMES),
    level=st.sampled_from(LEVELS),
    many=st.sampled_from([1, 2, 27]),
    words=st.text("abc Ñ😶\n", max_size=40),
    hours=st.integers(0, 1),
)
later = st.sampled_from([NOW, NOW + 2 * DAY, NOW + 40 * DAY])


@pytest.mark.parametrize("fact", FACTS)
def test_what_one_may_not_see_changes_no_byte_of_what_one_gets(node: None, signed_in: Any, fact: str) -> None:
    @settings(
        max_examples=WORLDS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), derandomize="WORLDS" not in os.environ,
    )  # fmt: skip
    @given(told=told, at=later, chance=st.randoms(use_true_random=False))
    def pair(told: Told, at: Any, chance: Any) -> None:
        viewers = chance.sample(FACTS[fact].hidden_from, k=3)
        look_twice(world(), fact, told, viewers, signed_in, at)

    pair()


def look_twice(w: World, fact: str, told: Told, viewers: list[str], signed_in: Any, at: Any) -> None:
    """Look, let it happen, look again: nothing differs, and what happened is not there under its own address."""
    clients = {role: signed_in(getattr(w.town, role)) for role in viewers}
    with hour(at):
        before = {role: everything(w, getattr(w.town, role), client) for role, client in clients.items()}
    FACTS[fact].happens(w, told)
    w.settle(at)
    with hour(at):
        for role, client in clients.items():
            after = everything(w, getattr(w.town, role), client)
            assert differences(before[role], after) == [], (fact, role)
            missing = get(client, "get", "/there-is-no-such-page/")
            for thing in w.hidden:
                for place in ("cases", "incidents", "records/cases", "held"):
                    assert get(client, "get", f"/{place}/{thing.ref}/") == missing, (fact, role, place)
    assert sum(status == 200 for look in before.values() for status, *_ in look.values()) > 10
