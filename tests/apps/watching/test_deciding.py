"""Rules and engine decide alike in production too: the same way is told the same, whichever decides, and when they change."""

from tests.engines.kept_code import HERE  # isort: skip  # first: the engine's code is kept there

from typing import Any

import pytest

from shelterbelt.rules.fixes import STRAP
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.alarm_models import Cursor
from shelterbelt.watching.alarms import ms_of
from shelterbelt.watching.models import LogRow
from shelterbelt.watching.turning import Watcher
from tests.apps.watching.roads import INSIDE, MINUTE, OUTSIDE, SECOND, alarms, fix, send, tracked, turned
from tests.world import AT, Town

assert HERE
RULES, ENGINE = "rules", "engine"
EDGE, BESIDE = (INSIDE[0] + 0.0027, INSIDE[1]), (INSIDE[0] + 0.006, INSIDE[1])


def way(at: Any) -> list[tuple[Any, Any]]:
    """In by the edge, one late that takes it back, in, out, a strap that opens, and silence."""
    return [
        (at, [fix(at, OUTSIDE)]),
        (at + 90 * SECOND, [fix(at + MINUTE, EDGE, 60.0), fix(at + 90 * SECOND, EDGE, 60.0)]),
        (at + 3 * MINUTE, [fix(at + 140 * SECOND, EDGE, 60.0)]),
        (at + 4 * MINUTE, [fix(at + 75 * SECOND, BESIDE), fix(at + 105 * SECOND, BESIDE)]),
        (at + 5 * MINUTE, [fix(at + 5 * MINUTE, INSIDE)] * 2),
        (at + 11 * MINUTE, [fix(at + n * MINUTE, INSIDE) for n in (10, 8, 9, 11)]),
        (at + 14 * MINUTE, [fix(at + 13 * MINUTE, OUTSIDE), fix(at + 14 * MINUTE, OUTSIDE, marks=STRAP)]),
        (at + 40 * MINUTE, []),
    ]


def gone(one: Any, ways: list[str], settings: Any) -> list[tuple[Any, ...]]:
    """What is told of the way when these decide in turn; each with whole new memory where it is another."""
    watcher, last = Watcher(), None
    settings.WATCH_BY = ways[0]
    turned(watcher, one.agency, at=AT)
    for n, (at, fixes) in enumerate(way(AT + MINUTE)):
        settings.WATCH_BY = ways[n % len(ways)]
        if last != settings.WATCH_BY:
            watcher, last = Watcher(), settings.WATCH_BY
        if fixes:
            send(one.device, fixes, at=at)
        turned(watcher, one.agency, at=at)
    return [(row.kind, row.ms, row.certainty, row.ends, row.taken_back_at) for row in alarms(one.agency)]


@pytest.mark.parametrize("ways", [[RULES], [ENGINE], [RULES, ENGINE]])
def test_what_decides_changes_nothing_that_is_told(place: Town, settings: Any, ways: list[str]) -> None:
    def at(seconds: int) -> int:
        return ms_of(AT + MINUTE + seconds * SECOND)

    assert gone(tracked(place), ways, settings) == [
        ("may_be_in", at(120), "possible", False, AT + 5 * MINUTE),
        ("entered", at(300), "sure", False, None),
        ("stayed", at(600), "sure", False, None),
        ("left", at(780), "sure", True, None),
        ("strap", at(840), "", False, None),
        ("silent", at(840 + 900), "", False, None),
    ]


def test_what_does_not_open_holds_nothing_up_after_a_restart(place: Town) -> None:
    one = tracked(place)
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for n in range(3):
        send(one.device, [fix(AT + n * MINUTE, OUTSIDE)], at=AT + n * MINUTE)
    turned(watcher, one.agency, at=AT + 3 * MINUTE)
    with as_agency(one.agency, at=AT):
        rows = LogRow.objects.filter(agency_id=one.agency).order_by("place")
        LogRow.objects.filter(id=rows[1].id).update(sealed=b"broken")
        assert Cursor.objects.get(agency_id=one.agency).past_place < rows[1].place
    send(one.device, [fix(AT + 4 * MINUTE, INSIDE)], at=AT + 4 * MINUTE)
    turned(Watcher(), one.agency, at=AT + 4 * MINUTE)
    assert [row.kind for row in alarms(one.agency)] == ["entered"]
