"""Identifiers are of version 7, never twice the same, and stand in the order in which they were made."""

import threading
import time

from shelterbelt.store.ids import uuid7


def test_ids_stand_in_the_order_in_which_they_were_made() -> None:
    before = time.time_ns() // 1_000_000
    made = [uuid7() for _ in range(20_000)]
    after = time.time_ns() // 1_000_000
    assert made == sorted(made) and len(set(made)) == len(made)
    assert all(one.version == 7 and one.variant == "specified in RFC 4122" for one in made)
    assert before - 1 <= made[0].int >> 80 and made[-1].int >> 80 <= after + 1


def test_threads_never_make_the_same_id() -> None:
    made: list[list[object]] = [[] for _ in range(4)]

    def some(mine: list[object]) -> None:
        mine += [uuid7() for _ in range(3_000)]

    threads = [threading.Thread(target=some, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = [one for mine in made for one in mine]
    assert len(set(whole)) == len(whole) and all(mine == sorted(mine) for mine in made)  # type: ignore[type-var]
