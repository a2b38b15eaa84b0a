"""A planned meeting keeps nearness quiet at its place and in its hours alone; silence, doubt and everything else is told."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching.actions import own_watch as actions
from shelterbelt.watching.alarm_models import AlarmGroup
from shelterbelt.watching.pair_models import Passage
from shelterbelt.watching.pair_turning import pair_turn
from tests.apps.alerts.people import by_hand
from tests.apps.exchange.live import serving
from tests.apps.orders.cast import HOME
from tests.apps.watching.pairs import FAR, NEAR, Paired, paired
from tests.world import Town, town

MINUTE = timedelta(minutes=1)
PLACE: dict[str, Any] = {"label": "library", "lat": HOME[0], "lon": HOME[1], "reach": 500.0, "metres": 0.0}


@pytest.fixture
def here(node: None) -> Iterator[Town]:
    with serving():
        yield town()


def planned(it: Paired, first: int, last: int, **more: Any) -> Passage:
    span = (it.at + first * MINUTE, it.at + last * MINUTE)
    assert it.pair is not None
    with by_hand(it.hand, at=it.at):
        return actions.plan_passage(it.file, PLACE | more, span, sources=[it.pair.id], by=it.hand, at=it.at)


def told(it: Paired) -> int:
    with as_agency(it.hers, at=now()):
        return AlarmGroup.objects.filter(agency_id=it.hers).exclude(tellings=[]).count()


def test_it_covers_its_place_and_hours_and_afterwards_nearness_is_told(here: Town) -> None:
    it = paired(here, at=now() - 10 * MINUTE).begun()
    row = planned(it, 0, 8)
    it.come(FAR, FAR, FAR)
    when = it.come(NEAR, NEAR, at=it.at + 3 * MINUTE)
    pair_turn(it.hers, at=when)
    (alarm,) = it.alarms()
    assert (alarm.kind, alarm.covered_by) == ("came_near", row.id) and told(it) == 0
    when = it.come(NEAR, NEAR, NEAR, NEAR, at=when)
    pair_turn(it.hers, at=when)
    assert told(it) == 1, "who does not part is told when its time is over"


def test_elsewhere_it_covers_nothing_and_silence_never(here: Town) -> None:
    it = paired(here, at=now() - 10 * MINUTE).begun()
    planned(it, 0, 60, lat=FAR[0])
    it.come(FAR, FAR, FAR)
    when = it.come(NEAR, NEAR, at=it.at + 3 * MINUTE)
    pair_turn(it.hers, at=when)
    assert told(it) == 1
    later = it.at + 25 * MINUTE
    it.turn(at=later)
    assert {one.kind for one in it.alarms() if one.covered_by is None} == {"came_near", "silent"}


def test_only_their_own_watches_are_named_and_an_ended_plan_covers_nothing(here: Town) -> None:
    it = paired(here, at=now() - 10 * MINUTE).begun()
    other = paired(here, at=it.at)
    assert it.pair is not None
    with by_hand(other.hand, at=it.at), pytest.raises(NotForYou):
        actions.plan_passage(
            other.file, PLACE, (it.at, it.at + MINUTE), sources=[it.pair.id], by=other.hand, at=it.at
        )
    for first, last in ((5, 5), (0, 25 * 60)):
        with pytest.raises(ValueError, match="within a day"):
            planned(it, first, last)
    row = planned(it, 0, 30)
    with by_hand(it.hand, at=it.at):
        actions.end_passage(row, by=it.hand, at=it.at + MINUTE)
    it.come(FAR, FAR, FAR)
    when = it.come(NEAR, NEAR, at=it.at + 3 * MINUTE)
    pair_turn(it.hers, at=when)
    assert told(it) == 1
