"""Walled, never written and somebody else's: one answer, byte for byte, with the same questions to the database, as fast.

The time is the one that a test asserts: whoever measures answers must not learn from them what is there.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_glass_pages import closed_case, walled_case
from tests.world import AT, Town

TRIES = 200
APART = 0.005
ADDRESSES: dict[str, Callable[[str], str]] = {
    "case": lambda ref: f"/cases/{ref}/",
    "looks": lambda ref: f"/cases/{ref}/looks/",
    "note": lambda ref: f"/cases/{ref}/notes/new/",
}


@pytest.fixture
def refs(place: Town) -> dict[str, str]:
    """References of a case behind a wall, of none, of another agency's, and of one that is restricted to others."""
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        hers: Case = open_direct_case(
            survivor={"name": "Uma"}, other=None, words={}, by=place.advocate, at=AT
        )
    return {
        "walled": walled_case(place, place.officer_two).ref,
        "never": "Zq4vY0tqk2J3cXo8m1nB5w",
        "theirs": hers.ref,
        "restricted": closed_case(place).ref,
    }


def timed(client: Client, address: str) -> float:
    begun = time.perf_counter()
    assert client.get(address).status_code == 404
    return time.perf_counter() - begun


def asked_in_turn(
    client: Client, refs: dict[str, str], address: Callable[[str], str], tries: int
) -> dict[str, list[float]]:
    """How long each answer took; the kinds take turns, and each goes first as often as the others."""
    times: dict[str, list[float]] = {name: [] for name in refs}
    names = list(refs)
    for n in range(tries):
        for name in names[n % len(names) :] + names[: n % len(names)]:
            times[name].append(timed(client, address(refs[name])))
    return times


def apart(times: dict[str, list[float]]) -> tuple[float, float]:
    """How far the medians lie apart, and how far the tenths that the machine disturbed least."""
    medians = [statistics.median(told) for told in times.values()]
    least = [statistics.quantiles(told, n=10)[0] for told in times.values()]
    return max(medians) - min(medians), max(least) - min(least)


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete"])
@pytest.mark.parametrize("page", list(ADDRESSES))
def test_what_is_hidden_and_what_is_not_there_answer_with_the_same_bytes(
    place: Town, signed_in: Any, refs: dict[str, str], page: str, method: str
) -> None:
    client = signed_in(place.officer_two)
    client.get("/work/")
    told = set()
    for ref in refs.values():
        answer = getattr(client, method)(ADDRESSES[page](ref))
        told.add((answer.status_code, answer.content, repr(sorted(answer.items())), str(answer.cookies)))
    assert len(told) == 1
    assert next(iter(told))[0] == 404


@pytest.mark.parametrize("page", list(ADDRESSES))
def test_what_is_hidden_and_what_is_not_there_ask_the_database_alike(
    place: Town, signed_in: Any, refs: dict[str, str], page: str
) -> None:
    client = signed_in(place.officer_two)
    client.get(ADDRESSES[page](refs["never"]))
    told = {}
    for name, ref in refs.items():
        with CaptureQueriesContext(connection) as asked:
            client.get(ADDRESSES[page](ref))
        told[name] = [query["sql"].split()[0] for query in asked.captured_queries]
    assert told["walled"] == told["never"] == told["theirs"] == told["restricted"]


@pytest.mark.alone
def test_medians_of_200_tries_lie_within_5_ms(place: Town, signed_in: Any, refs: dict[str, str]) -> None:
    client = signed_in(place.officer_two)
    del refs["restricted"]
    asked_in_turn(client, refs, ADDRESSES["case"], 10)
    seen = []
    # What a busy machine adds falls on one kind or another; what the product adds falls on the same one each time.
    for _round in range(3):
        seen.append(apart(asked_in_turn(client, refs, ADDRESSES["case"], TRIES)))
        if max(seen[-1]) < APART:
            return
    raise AssertionError([tuple(f"{1000 * gap:.2f} ms" for gap in pair) for pair in seen])
