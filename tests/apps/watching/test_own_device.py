"""A survivor's own device, zones and the one line: theirs to set up and to end, never a place, and unknown is never calm."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.models import Call, HelpAlert
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import Heard, framed, unframed
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching.actions import own_watch as actions
from shelterbelt.watching.alarm_models import Watch
from shelterbelt.watching.alarms import ms_of
from shelterbelt.watching.beats import WATCHER, beat
from shelterbelt.watching.log import NOTHING_READ, Lot, log
from shelterbelt.watching.models import Device
from shelterbelt.watching.own_line import own_line
from shelterbelt.watching.pair_models import Pair, WarningZone
from shelterbelt.watching.pair_turning import pair_turn
from tests.apps.alerts.people import by_hand, there
from tests.apps.exchange.live import serving
from tests.apps.orders.cast import HOME
from tests.apps.portal.visiting import Visiting, account_for
from tests.apps.watching.pairs import FAR, NEAR, Paired, paired
from tests.world import Town, town

MINUTE = timedelta(minutes=1)
ZONE = {"label": "the school", "lat": HOME[0], "lon": HOME[1], "metres": 300.0}


@pytest.fixture
def here(node: None) -> Iterator[Town]:
    with serving():
        yield town()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def state(it: Paired, at: Any) -> str:
    with by_hand(it.hand, at=at):
        return own_line(it.hand, at=at).state


def heard(it: Paired, at: Any, *, other: Any = None) -> None:
    """Both devices were heard, and the line and our own watch stand."""
    with as_agency(it.hers, at=at):
        Device.objects.filter(person_id=it.file.person_id).update(heard_at=at)
        Pair.objects.filter(person_id=it.file.person_id).update(linked_at=other or at)
        beat(WATCHER, at=at)


def test_the_line_is_calm_only_while_everything_is_known(here: Town) -> None:
    at = now() - 10 * MINUTE
    it = paired(here, at=at)
    assert state(it, at) == "off"
    it.begun()
    assert state(it, at) == "outage", "nobody watches yet"
    heard(it, at)
    assert state(it, at) == "calm"
    heard(it, at + 5 * MINUTE, other=at)
    assert state(it, at + 5 * MINUTE) == "outage", "the other node says nothing"
    with as_agency(it.hers, at=at):
        Device.objects.filter(person_id=it.file.person_id, kind="sent").update(heard_at=at - 20 * MINUTE)
        Pair.objects.update(linked_at=at + 5 * MINUTE)
    assert state(it, at + 5 * MINUTE) == "unknown"
    heard(it, at + 6 * MINUTE)
    assert state(it, at + 6 * MINUTE) == "calm" and state(it, at + 9 * MINUTE) == "outage", (
        "we are away ourselves"
    )
    it.come(FAR, FAR, FAR)
    when = it.come(NEAR, NEAR, at=at + 3 * MINUTE)
    pair_turn(it.hers, at=when)
    heard(it, when)
    assert state(it, when) == "alert"


def test_a_zone_warns_of_the_tracker_and_of_themselves_and_is_gone_when_it_is_taken_away(here: Town) -> None:
    it = paired(here, at=now() - 10 * MINUTE).begun()
    with by_hand(it.hand, at=it.at):
        theirs = actions.draw_zone(it.file, ZONE, "theirs", by=it.hand, at=it.at)
        mine = actions.draw_zone(it.file, {**ZONE, "lat": FAR[0]}, "mine", by=it.hand, at=it.at)
        with pytest.raises(ValueError, match="width"):
            actions.draw_zone(it.file, {**ZONE, "metres": 0.0}, "mine", by=it.hand, at=it.at)
    it.turn(at=it.at)
    it.come(FAR, FAR, FAR)
    when = it.come(NEAR, NEAR, at=it.at + 3 * MINUTE)
    seen = {(one.kind, opened(one)["place"]) for one in it.alarms() if one.kind != "came_near"}
    assert seen == {("entered", str(theirs.id))}
    it.says(FAR, at=when + MINUTE)
    it.turn(at=when + MINUTE)
    assert ("entered", str(mine.id)) in {(one.kind, opened(one)["place"]) for one in it.alarms()}
    with as_agency(here.shelter.id, at=when, worker=here.shelter_worker.id), pytest.raises(NotForYou):
        actions.remove_zone(theirs, by=here.shelter_worker, at=when)
    with by_hand(it.hand, at=when):
        actions.remove_zone(WarningZone.objects.get(id=theirs.id), by=it.hand, at=when)
    it.turn(at=when + MINUTE)
    with as_agency(it.hers, at=when):
        assert not Watch.objects.filter(source_id=theirs.id, ended_at=None).exists()
    assert "school" not in str(it.sent) and it.lengths == {16384}


def test_what_was_kept_of_a_trail_goes_at_once_and_nobody_elses_with_it(here: Town) -> None:
    it = paired(here, at=now() - 10 * MINUTE)
    own = it.device()
    other = own.number + 1
    frames = b"".join(
        framed(number, Fix(ms_of(it.at) + step, *HOME, 8.0), received_ms=ms_of(it.at))
        for step, number in enumerate((own.number, other, own.number))
    )
    with as_agency(it.hers, at=it.at):
        log.append(it.hers, {Lot(own.part): frames, Lot(own.part, brief=True): frames[:48]}, at=it.at)
    with by_hand(it.hand, at=it.at):
        actions.forget_trail(own, by=it.hand, at=it.at)
    with as_agency(it.hers, at=it.at):
        left: list[Heard] = [
            one for batch in log.read(it.hers, own.part, NOTHING_READ, 100) for one in unframed(batch.frames)
        ]
    assert [one.device for one in left] == [other]


def test_a_test_tells_everybody_that_it_is_one_once_and_not_again_at_once(here: Town) -> None:
    it = paired(here, at=now() - 10 * MINUTE)
    it.set_up()
    there(here.advocate, at=it.at)
    with by_hand(it.hand, at=it.at):
        actions.try_out(it.file, by=it.hand, at=it.at)
        with pytest.raises(actions.NotTaken):
            actions.try_out(it.file, by=it.hand, at=it.at + MINUTE)
    it.call(at=it.at)
    with as_agency(it.hers, at=it.at):
        (alert,) = HelpAlert.objects.all()
        assert alert.test and set(Call.objects.values_list("says", flat=True)) == {"test"}
    with by_hand(it.hand, at=it.at):
        actions.choose(it.file, calls_help=False, quiet_word=False, by=it.hand, at=it.at + 20 * MINUTE)
        actions.try_out(it.file, by=it.hand, at=it.at + 20 * MINUTE)
    with as_agency(it.hers, at=it.at):
        assert opened(HelpAlert.objects.order_by("pressed_at").last())["people"] == []  # type: ignore[arg-type]


def test_the_room_is_theirs_a_secret_is_shown_once_and_no_page_has_a_place(here: Town) -> None:
    it = paired(here, at=now() - 10 * MINUTE).begun()
    visiting = Visiting(account_for(it.case.survivor, here.advocates))
    home = visiting.get("home")
    assert "This is no promise." in text(home) and len(home.content) == 32768
    for name in ("watch-home", "watch-zones", "watch-meetings"):
        page = visiting.get(name)
        assert page.status_code == 200 and len(page.content) % 4096 == 0, name
    assert visiting.post("watch-device", act="end").status_code == 303
    page = visiting.post("watch-device", act="begin", protocol="owntracks")
    secrets = re.findall("<code>([A-Z0-9]{26})</code>", text(page), re.IGNORECASE)
    later = text(visiting.get("watch-home"))
    assert len(secrets) == 2 and not any(secret in later for secret in secrets), (
        "its secret and its passphrase"
    )
    zone = {"label": "work", "where": "typed", "position": "41.9, -87.7", "reach": "200", "warns": "theirs"}
    assert visiting.post("watch-zones", **(zone | {"position": "here"})).status_code == 422
    assert visiting.post("watch-zones", **zone).status_code == 303
    shown = text(visiting.get("watch-zones"))
    assert (
        "work" in shown
        and "41.9" not in shown
        and "without force" in shown
        and "Not watched now" not in shown
    )
    day = (now() + timedelta(days=1)).date()
    parts = {"month": day.month, "day": day.day, "year": day.year}
    hours = {f"{end}-{part}": str(number) for end in ("begins", "ends") for part, number in parts.items()}
    hours |= {"begins-time": "10:00", "ends-time": "11:00"}
    meeting = {**zone, **hours, "label": "hand-over", "covers": str(it.pair.id)}  # type: ignore[union-attr]
    assert visiting.post("watch-meetings", **(meeting | {"ends-time": "09:00"})).status_code == 422
    assert visiting.post("watch-meetings", **meeting).status_code == 303
    visiting.post("watch-zones", **(zone | {"label": ""}))
    planned = text(visiting.get("watch-meetings"))
    assert "hand-over" in planned and "Zone 2" in planned and "Being near their tracker" in planned
    assert visiting.post("watch-pair-end", it.pair.ref).status_code == 303  # type: ignore[union-attr]
    ended = text(visiting.get("watch-home"))
    assert "Ended" in ended and "Nothing is watched." in ended and "No alert" not in ended
    assert "no tracker of the other person is shared" in text(visiting.get("watch-zones"))
    assert visiting.post("watch-told", calls_help="on").status_code == 303
    assert "A test goes out" in text(visiting.post("watch-test"))
