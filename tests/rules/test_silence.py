"""Silence is what was known at the time: dated by its deadline, whoever asks and however late."""

import random

import pytest

from shelterbelt.rules.silence import begun, deadline, due, hear

ALLOWED = 300


def run(begins: int, heard: list[tuple[int, int]], asked: list[int], end: int) -> list[tuple[int, str]]:
    """What is told when things are heard as (received, told) and somebody asks at some instants and at the end."""
    state, found = begun(begins), []
    for at, what in sorted(
        [(at, told) for at, told in heard] + [(at, None) for at in [*asked, end]], key=lambda x: x[0]
    ):
        if what is None:
            state, events = due(state, at, allowed_ms=ALLOWED)
        else:
            state, events = hear(state, what, at, allowed_ms=ALLOWED)
        found += [event.key for event in events]
    return found


def searched(begins: int, heard: list[tuple[int, int]], end: int) -> list[tuple[int, str]]:
    """The same by looking at every instant: silent where the newest that was known is as old as it may be."""
    found, silent = [], False
    for at in range(begins, end + 1):
        known = [begins, *(min(told, received) for received, told in heard if received <= at)]
        # What arrives at an instant comes after the deadline of that same instant.
        before = [begins, *(min(told, received) for received, told in heard if received < at)]
        if not silent and at - max(before) >= ALLOWED:
            silent = True
            found.append((at, "silent"))
        if silent and at - max(known) < ALLOWED and at in {received for received, _ in heard}:
            silent = False
            found.append((at, "back"))
    return found


def test_silence_is_told_once_at_its_deadline_and_ends_with_something_fresh() -> None:
    assert run(0, [(100, 100), (900, 890)], [], 1500) == [(400, "silent"), (900, "back"), (1190, "silent")]


def test_nothing_at_all_is_silence_too() -> None:
    assert deadline(begun(50), allowed_ms=ALLOWED) == 350
    assert run(50, [], [], 10_000) == [(350, "silent")]
    assert run(50, [], [], 349) == []


def test_what_is_told_long_after_ends_no_silence() -> None:
    assert run(0, [(1000, 200), (1001, 600)], [], 1100) == [(300, "silent")]
    assert run(0, [(1000, 701)], [], 1000) == [(300, "silent"), (1000, "back")]


def test_a_time_to_come_keeps_nobody_from_being_silent() -> None:
    assert run(0, [(10, 10**9)], [], 500) == [(310, "silent")]


@pytest.mark.parametrize("number", range(40))
def test_it_does_not_matter_when_somebody_asks(number: int) -> None:
    chance = random.Random(number)
    heard = sorted((at, at - chance.choice([0, 5, 100, 400, -50])) for at in chance.sample(range(1, 3000), 8))
    wanted = searched(0, heard, 3500)
    assert run(0, heard, [], 3500) == wanted
    # Whoever asks at the very instant of an arrival asks before it or after it, with the same answer.
    assert run(0, heard, chance.sample(range(3500), 60), 3500) == wanted
