"""Ten thousand made-up fixes from a tracker, over the ground where somebody is, tell its bearer nothing: not by answer or paper.

The twin of each has the same order and tracker, and nobody to find. Between the quarters of the grid the watch looks at them,
so that an alarm that stands could show in what follows.
"""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shelterbelt.notices.models import Notice
from shelterbelt.orders import actions, served, shapes
from shelterbelt.orders.models import Order
from shelterbelt.orders.told import TermTold
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching.actions.devices import Issued, issue_tracker, turn_secret
from shelterbelt.watching.alarm_models import Alarm
from shelterbelt.watching.receiving.doors import Doors
from shelterbelt.watching.turning import Watcher
from tests.apps.exchange.live import serving
from tests.apps.orders.cast import HOME, in_force, with_terms
from tests.apps.watching.pairs import Paired, paired
from tests.apps.watching.roads import turned
from tests.apps.watching.senders import Answer, Request, owntracks, receiver
from tests.house.source import PACKAGE
from tests.world import Town, town

SIDE, QUARTERS, AT_ONCE = 100, 4, 16
STEP = 0.0009  # degrees: a hundred metres
HIDDEN = (HOME[0] + 20 * STEP, HOME[1] + 15 * STEP)
HERS = (HOME[0] - 25 * STEP, HOME[1] - 5 * STEP)
MINUTE = timedelta(minutes=1)
THE_ONE = Answer(
    200,
    (
        (b"Content-Type", b"application/json"),
        (b"Content-Length", b"2"),
        (b"Cache-Control", b"no-store"),
        (b"X-Content-Type-Options", b"nosniff"),
    ),
    b"[]",
)


@pytest.fixture
def here(node: None) -> Iterator[Town]:
    with serving():
        yield town()


def grid(quarter: int, *, every: int = 1) -> Iterator[tuple[float, float]]:
    """A quarter of ten kilometres by ten around the court's place, each hundred metres."""
    for number in range(quarter, SIDE * SIDE, QUARTERS * every):
        row, column = divmod(number, SIDE)
        yield HOME[0] + (row - SIDE / 2) * STEP, HOME[1] + (column - SIDE / 2) * STEP


def probes(secret: str, quarter: int, at: datetime, **more: Any) -> list[Request]:
    """What somebody sends who moves their tracker over the grid, faster than anybody moves."""
    begins = round(at.timestamp()) - 60
    told = (
        {"_type": "location", "lat": north, "lon": east, "tst": begins + n // 50, "acc": 5}
        for n, (north, east) in enumerate(grid(quarter, **more))
    )
    return [owntracks(secret, body=json.dumps(one).encode()) for one in told]


def asked(secret: str, quarter: int, *, at: datetime, **more: Any) -> Counter[Answer]:
    """All answers to a quarter of the grid, each with all of its bytes."""
    found: Counter[Answer] = Counter()
    every = probes(secret, quarter, at, **more)
    doors = Doors(lambda: at + MINUTE)
    with receiver(at, doors) as ask:
        for first in range(0, len(every), AT_ONCE):
            found.update(ask(*every[first : first + AT_ONCE]))
    return found


def order_with(by: Any, places: int, *, at: datetime) -> tuple[Order, Issued]:
    """An order whose one term names the place on its paper, and where there are two another one that the paper does not have."""
    made = in_force(by, at=at)
    with as_agency(by.agency_id, at=at, worker=by.id):
        shown = actions.write_place(
            made, shapes.feature("circle", [HOME], 300), said="Area one", shown=True, by=by, at=at
        )
        named = [str(shown.id)]
        if places == 2:
            hidden = shapes.feature("circle", [HIDDEN], 300)
            named.append(str(actions.write_place(made, hidden, label="The shelter", by=by, at=at).id))
        actions.write_term(made, TermTold("04", "stay_away", "Stay away.", places=tuple(named)), by=by, at=at)
        return made, issue_tracker(made, "owntracks", "Ankle", by=by, at=at)


def paper(made: Order, by: Any, *, at: datetime) -> dict[str, Any]:
    """All that the paper for the respondent says."""
    with as_agency(by.agency_id, at=at, worker=by.id):
        return served.told(made, at=at)


def notices(agency: Any, *, at: datetime) -> int:
    """How many messages anybody was sent."""
    with as_agency(agency, at=at):
        return Notice.objects.filter(agency_id=agency).count()


def shared(here: Town, at: datetime) -> tuple[Paired, str]:
    """A pair that is watched: the survivor is on the grid. The tracker's secret is turned, so that we know it."""
    it = paired(here, at=at)
    it.device()
    it.ask()
    it.carry()
    it.decide()
    it.carry(back=True)
    it.turn(at=at)
    by = here.court_clerk
    with as_agency(by.agency_id, at=at, worker=by.id):
        return it, turn_secret(it.tracked.device, by=by, at=at).secret


def test_ten_thousand_fixes_from_a_watched_pair_and_from_its_twin_are_answered_with_the_same_bytes(
    here: Town,
) -> None:
    at = now() - timedelta(hours=2)
    by = here.court_clerk
    it, secret = shared(here, at)
    twin = with_terms(in_force(by, at=at), by, at=at)
    with as_agency(by.agency_id, at=at, worker=by.id):
        other = issue_tracker(twin, "owntracks", "blue strap", by=by, at=at)
    before = notices(it.court, at=at)
    paired_, alone = Counter[Answer](), Counter[Answer]()
    for quarter in range(QUARTERS):
        when = at + (5 + 10 * quarter) * MINUTE
        it.says(HERS, at=when)
        paired_ += asked(secret, quarter, at=when)
        alone += asked(other.secret, quarter, at=when, every=10)
        it.push(at=when + MINUTE)
        it.turn(at=when + MINUTE)
    assert paired_ == {THE_ONE: SIDE * SIDE}
    assert alone == {THE_ONE: SIDE * SIDE // 10}
    assert "came_near" in {one.kind for one in it.alarms()}, (
        "the survivor's side saw it, so there was something to learn"
    )
    assert paper(it.tracked.order, by, at=at) == paper(twin, by, at=at)
    assert notices(it.court, at=at) == before, "the court's side sends nobody anything because of a pair"


def test_a_place_that_the_paper_does_not_have_is_not_found_by_trying(place: Town) -> None:
    at, by = now() - timedelta(hours=2), place.court_clerk
    (hidden, one), (open_, two) = (order_with(by, places, at=at) for places in (2, 1))
    watcher, found = Watcher(), [Counter[Answer](), Counter[Answer]()]
    for quarter in range(QUARTERS):
        when = at + (5 + 10 * quarter) * MINUTE
        for number, issued in enumerate((one, two)):
            found[number] += asked(issued.secret, quarter, at=when, every=4)
        turned(watcher, by.agency_id, at=when + MINUTE)
    assert found[0] == found[1] == {THE_ONE: SIDE * SIDE // 4}
    with as_agency(by.agency_id, at=now()):
        inside = Alarm.objects.filter(agency_id=by.agency_id, kind__in=("entered", "crossed"))
        told = Counter(inside.values_list("watch__device_id", flat=True))
    assert told[one.thing.id] > told[two.thing.id] > 0, (
        "the watch saw the hidden place, so there was something to learn"
    )
    assert paper(hidden, by, at=at) == paper(open_, by, at=at)
    assert str(HIDDEN[0])[:7] not in str(paper(hidden, by, at=at))


KNOWS_PLACES = {
    "geofence", "approach", "zones", "watches", "alarms", "alarm_models", "deciding", "turning", "sources", "telling",
    "pair_models", "pairs", "warning_zones", "queries", "orders",
}  # fmt: skip


def test_what_answers_a_device_knows_no_place_and_no_alarm_so_that_not_even_its_time_can_tell() -> None:
    files = [
        *(PACKAGE / "watching" / "receiving").glob("*.py"),
        PACKAGE / "watching" / "actions" / "keeping.py",
    ]
    assert len(files) > 4
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                named = {*(node.module or "").split("."), *(one.name for one in node.names)}
                assert not named & KNOWS_PLACES, f"{path.name} imports {named & KNOWS_PLACES}"
