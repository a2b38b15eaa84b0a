"""Pairs of worlds that differ in one fact which a viewer may not see: every byte that the viewer gets is the same.

Pages by their address and by every link, lists, boards, levels, drivers, work and when it is due, counts, searches, papers
and their sizes. `WORLDS` says how many pairs for each fact; a night takes hundreds.
"""

import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shelterbelt.assessments.actions import set_level
from shelterbelt.cases.actions import Party, open_incident, record_incident, write_note
from shelterbelt.people.actions import change_person
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref
from tests.apps.county import NOW, hour
from tests.apps.worlds import (
    FACTS,
    LEVELS,
    NAMES,
    Looked,
    Told,
    World,
    deeds,
    differences,
    everything,
    named,
    program_of,
    refs_of_hidden,
    through_api,
    world,
)
from tests.world import AT, DAY

WORLDS = int(os.environ.get("WORLDS", "1"))
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
    @given(told=told, at=later, turn=st.integers(0, 1000))
    def pair(told: Told, at: Any, turn: int) -> None:
        first, *others = FACTS[fact].hidden_from
        viewers = [first, *Random(f"{fact} {turn}").sample(others, k=min(WORLDS, 2))]
        look_twice(world(), fact, told, viewers, signed_in, at)

    pair()


def look_twice(w: World, fact: str, told: Told, viewers: list[str], signed_in: Any, at: Any) -> None:
    """Look, let it happen, look again: nothing differs, and what happened is not there under its own reference."""
    clients = {role: signed_in(getattr(w.town, role)) for role in viewers}
    FACTS[fact].first(w)
    # What time alone brings is the same in both.
    w.settle(at)
    with hour(at):
        asker = getattr(w.town, FACTS[fact].program, None)
        program = program_of(asker) if asker else None
        before = {role: looked(w, role, client, told, at) for role, client in clients.items()}
        by_program = through_api(w, asker, program) if program else {}
    FACTS[fact].happens(w, told)
    w.settle(at)
    with hour(at):
        if program:
            assert len(by_program) > 4
            assert differences(by_program, through_api(w, asker, program)) == [], (fact, "by a program")
        for role, client in clients.items():
            assert differences(before[role], looked(w, role, client, told, at)) == [], (fact, role)
            nothing = named(client, new_ref())
            for ref in refs_of_hidden(w):
                assert differences(nothing, named(client, ref)) == [], (fact, role, "by its reference")
    assert sum(status == 200 for look in before.values() for status, *_ in look.values()) > 10


def looked(w: World, role: str, client: Any, told: Told, at: Any) -> Looked:
    """Everything that is there, and what comes of doing something with the same names."""
    return everything(w, getattr(w.town, role), client) | deeds(w, role, client, told, at)


@pytest.mark.parametrize("leak", ["level", "note", "count", "name"])
def test_these_eyes_see_a_leak(node: None, signed_in: Any, leak: str) -> None:
    """The comparison is not blind: what the viewer may see shows, on the page where it belongs."""
    w = world()
    by, case = w.town.detective, w.police.things["case"]
    client = signed_in(by)
    first = ["/cases/", f"/cases/{case.ref}/"]
    with hour(NOW):
        before = everything(w, by, client, first=first)
    with as_agency(w.town.police.id, at=AT, worker=by.id):
        if leak == "level":
            set_level(case, "extreme", ["gun_access"], "A rifle", by=by, at=AT)
        elif leak == "note":
            write_note(case, text="Something", category="", by=by, at=AT)
        elif leak == "name":
            change_person(case.survivor, {"name": "Quim Farrell"}, by=by.id, at=AT)
        else:
            record_incident(
                open_incident(by=by, at=AT), content={}, parties=[Party("survivor", {"name": "Quim"})],
                happened_at=AT, by=by, at=AT,
            )  # fmt: skip
    with hour(NOW):
        assert differences(before, everything(w, by, client, first=first))
