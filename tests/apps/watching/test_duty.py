"""The duty list says who, where, how surely and how long ago, to whoever may know; unknown is said, and no place of hers is."""

from typing import Any

import pytest

from shelterbelt.api import watch_stream
from shelterbelt.api.stream import Listening
from shelterbelt.rules.fixes import Fix
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching import duty_queries, replay_drawing
from shelterbelt.watching.alarm_models import AlarmGroup
from shelterbelt.watching.models import Device
from shelterbelt.watching.telling import call_next
from shelterbelt.watching.turning import Watcher
from tests.apps.watching.alarm_things import a_group
from tests.apps.watching.roads import INSIDE, SECOND, fix, send, tracked, turned
from tests.world import HOUR, Town


def page(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_list_says_who_and_how_surely_and_whoever_has_it_writes_down_what_was_done(
    place: Town, signed_in: Any
) -> None:
    at = now()
    one = tracked(place, at=at)
    with as_agency(one.agency, at=at):
        Device.objects.filter(id=one.device.id).update(heard_at=at - HOUR)
    watcher = Watcher()
    turned(watcher, one.agency, at=at - SECOND)
    send(one.device, [fix(at - SECOND, INSIDE)], at=at)
    turned(watcher, one.agency, at=at)
    client = signed_in(one.by)
    call_next(one.agency, at=at)
    shown = page(client, "/watch/")
    for words in (
        "In a place that the order names",
        "Alex Rowan Pike",
        "The school of the child",
        "Sure",
        "Nobody has it yet",
    ):
        assert words in shown, words
    assert "<strong>Unknown</strong>" in shown and 'content="30"' in shown and "/stream/watch" in shown
    with as_agency(one.agency, at=at):
        group = AlarmGroup.objects.get(agency_id=one.agency)
    url = f"/watch/{group.ref}/"
    shown = page(client, url)
    assert (
        "<svg" in shown and "sb-ground__judge" in shown and "sb-way__off" in shown and "Ask dispatch" in shown
    )
    assert "Jamie Birch" not in shown, "nothing of whoever is protected"
    assert client.post(f"{url}done/", {"words": ""}).status_code == 422
    client.post(f"{url}take/")
    client.post(f"{url}done/", {"words": "Called the bearer.", "note": ""})
    assert "Called the bearer." in page(client, url) and "Somebody has it" in page(client, url)
    client.post(f"{url}done/", {"words": "Went home.", "close": "yes"})
    assert "Closed" in page(client, "/watch/")


def test_whoever_says_that_they_are_there_stands_on_the_list_and_tries_it_out(
    place: Town, signed_in: Any
) -> None:
    client = signed_in(place.probation_officer)
    assert "Nobody. Alarms stand here" in page(client, "/watch/")
    assert client.post("/watch/", {}).status_code == 422
    client.post("/watch/", {"hours": "4", "number": ""})
    assert "I am still here" in page(client, "/watch/")
    client.post("/watch/again/")
    client.post("/watch/test/")
    client.post("/watch/drill/")
    call_next(place.probation.id, at=now())
    shown = page(client, "/watch/")
    assert "This is a test" in shown and "This is a drill: send nobody" in shown
    client.post("/watch/leave/")
    assert "I am still here" not in page(client, "/watch/")


def test_what_is_walled_off_is_on_no_list_and_in_no_stream(place: Town, signed_in: Any) -> None:
    from shelterbelt.access.walls import raise_wall

    at = now()
    one = tracked(place, at=at)
    group = a_group(one.order, at=at)
    client = signed_in(one.by)
    assert group.ref in page(client, "/watch/")
    with as_agency(one.agency, at=at, worker=one.by.id):
        assert duty_queries.alarms_waiting(by=one.by, at=at) == 1
    with as_agency(one.agency, at=at):
        raise_wall(
            one.order.respondent_id,
            agency=one.agency,
            worker=one.by.id,
            basis="declared",
            reason="",
            by=None,
            at=at,
        )
    assert group.ref not in page(client, "/watch/")
    assert client.get(f"/watch/{group.ref}/").status_code == 404
    with as_agency(one.agency, at=at, worker=one.by.id):
        assert duty_queries.alarms_waiting(by=one.by, at=at) == 0
        assert duty_queries.marks(by=one.by, at=at) == {}


def test_a_stream_tells_that_the_list_has_changed_and_ends_with_the_session(
    place: Town, signed_in: Any, settings: Any
) -> None:
    at = now()
    one = tracked(place, at=at)
    client = signed_in(one.by)
    who = Listening(session=client.cookies[settings.SESSION_COOKIE_NAME].value)
    state, news = watch_stream.look(who, None) or (None, b"none")
    assert (state, news) == ({}, b"")
    a_group(one.order, at=at)
    state, news = watch_stream.look(who, {}) or (None, b"")
    assert news == watch_stream.NEWS and state
    assert watch_stream.look(who, state) == (state, b"")
    client.logout()
    assert watch_stream.look(who, state) is None
    for other in (place.advocate, place.nurse, place.uninvited):
        away = signed_in(other)
        them = Listening(session=away.cookies[settings.SESSION_COOKIE_NAME].value)
        assert watch_stream.look(them, None) is None and watch_stream.begin(them) is None
    assert watch_stream.look(Listening(token="x" * 30), None) is None


@pytest.mark.parametrize("shape", ["circle", "area", "street", "none"])
def test_a_way_is_drawn_with_its_circles_and_its_zone(shape: str) -> None:
    zones = {
        "circle": {"points": [[0.0, 0.0]], "reach": 300.0},
        "area": {"points": [[0.0, 0.0], [200.0, 0.0], [200.0, 300.0]], "reach": 0.0},
        "street": {"points": [[0.0, 0.0], [400.0, 100.0]], "reach": 50.0},
    }
    zone = {**zones[shape], "plane": [41.8781, -87.6298], "shape": shape} if shape != "none" else None
    fixes = [Fix(n * 60_000, 41.8781 + n / 2000, -87.6298, 20.0 if n else 90_000.0) for n in range(60)]
    svg = replay_drawing.draw(replay_drawing.Way("The way", "60 positions", "%(metres)s metres", fixes, zone))
    assert svg.count("sb-way__off") == 60 and ("sb-ground__judge" in svg) is (zone is not None)
    assert "60 positions" in svg and "metres</text>" in svg and ">60</text>" in svg
    assert "style=" not in svg and "script" not in svg


def test_a_way_of_a_single_rough_position_is_drawn() -> None:
    svg = replay_drawing.draw(
        replay_drawing.Way("The way", "1 position", "%(metres)s m", [Fix(0, -89.9, 179.999, 5000.0)])
    )
    assert svg.count("sb-way__off") == 1
