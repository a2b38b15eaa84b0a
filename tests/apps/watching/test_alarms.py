"""Many alarms are told a few times, to whoever is on duty and may know, once each, until a person has it. None is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import raise_wall
from shelterbelt.agencies.sealed import opened
from shelterbelt.breaches.models import Breach
from shelterbelt.sealing import KeyDestroyed
from shelterbelt.store.asker import as_agency
from shelterbelt.watching import covering, telling
from shelterbelt.watching.actions import duty
from shelterbelt.watching.actions.alarm_keeping import forget_alarms
from shelterbelt.watching.alarm_models import Alarm, AlarmCall, AlarmGroup
from shelterbelt.watching.alarms import ms_of
from shelterbelt.watching.turning import Watcher
from tests.apps.notices.smsc import RTHROTTLED, smsc
from tests.apps.notices.test_texts import pointed
from tests.apps.watching.roads import (
    INSIDE,
    MINUTE,
    OUTSIDE,
    SECOND,
    Tracked,
    alarms,
    fix,
    send,
    tracked,
    turned,
)
from tests.world import AT, HOUR, Town, worker

PHONE = "+12025550188"


@pytest.fixture
def net(settings: Any, tmp_path: Path) -> Any:
    with smsc() as server:
        pointed(settings, tmp_path, server)
        yield server


@pytest.fixture
def one(place: Town) -> Tracked:
    made = tracked(place)
    on_duty(made.by, PHONE)
    return made


def on_duty(by: Any, number: str = "", *, at: datetime = AT, hours: int = 12) -> None:
    with as_agency(by.agency_id, at=at, worker=by.id):
        duty.be_on_duty(at + hours * HOUR, number, by=by, at=at)


def still(by: Any, *, at: datetime) -> None:
    with as_agency(by.agency_id, at=at, worker=by.id):
        duty.still_on_duty(by=by, at=at)


def acted(act: Callable[..., Any], *told: Any, by: Any, at: datetime) -> Any:
    with as_agency(by.agency_id, at=at, worker=by.id):
        return act(*told, by=by, at=at)


def groups(agency: UUID, *, at: datetime = AT) -> list[AlarmGroup]:
    with as_agency(agency, at=at):
        return list(AlarmGroup.objects.filter(agency_id=agency).order_by("first_at"))


def calls(agency: UUID, *, at: datetime = AT) -> list[tuple[str, int, int, str]]:
    with as_agency(agency, at=at):
        rows = AlarmCall.objects.filter(agency_id=agency).order_by("planned_at", "way")
        return [(row.way, row.telling, row.round, row.state) for row in rows]


def tell_all(agency: UUID, *, at: datetime) -> None:
    telling.call_next(agency, at=at)
    while telling.tell_one(agency, at=at):
        pass


def entered(one: Tracked, *, at: datetime = AT) -> None:
    watcher = Watcher()
    turned(watcher, one.agency, at=at)
    send(one.device, [fix(at + SECOND, INSIDE)], at=at + SECOND)
    turned(watcher, one.agency, at=at + SECOND)


def test_it_is_told_again_until_somebody_has_it_and_then_no_more(one: Tracked, net: Any) -> None:
    entered(one)
    for seconds in range(2, 1800, 20):
        tell_all(one.agency, at=AT + seconds * SECOND)
        tell_all(one.agency, at=AT + seconds * SECOND)
    assert net.texts() == ["Please look at your page now."] * 7, (
        "five times every two minutes, then every ten"
    )
    (group,) = groups(one.agency)
    assert [told["says"] for told in group.tellings] == ["first"] and group.rounds == 7
    at = AT + 1800 * SECOND
    assert acted(duty.take_alarms, group, by=one.by, at=at)
    assert not acted(duty.take_alarms, group, by=one.by, at=at)
    for seconds in range(1800, 5400, 20):
        tell_all(one.agency, at=AT + seconds * SECOND)
    assert len(net.texts()) == 7
    assert {row[:3] for row in calls(one.agency)} == {
        (way, 1, n) for way in ("page", "text") for n in range(1, 8)
    }


def test_a_hundred_alarms_are_one_group_told_a_few_times_and_none_is_lost(one: Tracked, net: Any) -> None:
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for number in range(100):
        at = AT + number * MINUTE
        send(one.device, [fix(at, INSIDE if number % 2 else OUTSIDE)], at=at)
        turned(watcher, one.agency, at=at)
        still(one.by, at=at)
        tell_all(one.agency, at=at)
        if number == 10:
            assert acted(duty.take_alarms, groups(one.agency)[0], by=one.by, at=at)
    told = alarms(one.agency)
    assert sum(row.kind == "entered" for row in told) == 50 and sum(row.kind == "left" for row in told) == 49
    print(
        [
            (g.first_at, g.last_at, g.person_id, g.state, g.tellings and g.tellings[-1]["says"])
            for g in groups(one.agency)
        ],
        [(r.kind, r.happened_at, r.seen_by) for r in told if r.kind not in ("entered", "left")],
    )
    (group,) = groups(one.agency)
    assert {row.group_id for row in told} == {group.id}
    assert [one["says"] for one in group.tellings] == ["first", "goes_on", "goes_on", "goes_on"]
    assert group.state == "taken" and len(net.texts()) < 12
    assert sum(len(set(one["members"])) for one in group.tellings[-1:]) >= 90


def test_what_is_surer_or_of_another_kind_calls_a_person_again(one: Tracked, net: Any) -> None:
    edge = (INSIDE[0] + 0.0027, INSIDE[1])
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for seconds in (0, 90):
        send(one.device, [fix(AT + seconds * SECOND, edge, 60.0)], at=AT + seconds * SECOND)
    turned(watcher, one.agency, at=AT + 2 * MINUTE)
    tell_all(one.agency, at=AT + 2 * MINUTE)
    acted(duty.take_alarms, groups(one.agency)[0], by=one.by, at=AT + 2 * MINUTE)
    at = AT + 3 * MINUTE
    send(one.device, [fix(at, INSIDE)], at=at)
    turned(watcher, one.agency, at=at)
    tell_all(one.agency, at=at)
    (group,) = groups(one.agency)
    assert group.state == "open" and [one["says"] for one in group.tellings] == ["first", "other_kind"]
    assert len(net.texts()) == 2


def test_what_is_taken_back_is_said_once_and_nobody_is_called_again(one: Tracked, net: Any) -> None:
    edge = (INSIDE[0] + 0.0027, INSIDE[1])
    watcher = Watcher()
    turned(watcher, one.agency, at=AT)
    for seconds in (0, 90):
        send(one.device, [fix(AT + seconds * SECOND, edge, 60.0)], at=AT + seconds * SECOND)
    turned(watcher, one.agency, at=AT + 2 * MINUTE)
    tell_all(one.agency, at=AT + 2 * MINUTE)
    send(one.device, [fix(AT + 45 * SECOND, OUTSIDE)], at=AT + 3 * MINUTE)
    turned(watcher, one.agency, at=AT + 3 * MINUTE)
    for minutes in range(3, 40):
        tell_all(one.agency, at=AT + minutes * MINUTE)
    (group,) = groups(one.agency)
    assert group.state == "taken_back" and len(net.texts()) == 2


def test_a_text_that_may_have_gone_is_not_sent_twice_and_the_next_round_is(
    one: Tracked, net: Any, monkeypatch: Any
) -> None:
    entered(one)
    at = AT + 2 * SECOND

    class Died(BaseException):
        pass

    def dies(*_told: Any, **_at: Any) -> None:
        raise Died

    telling.call_next(one.agency, at=at)
    with monkeypatch.context() as patch:
        patch.setattr(telling, "_note", dies)
        with pytest.raises(Died):
            telling.tell_one(one.agency, at=at)
    assert len(net.texts()) == 1
    tell_all(one.agency, at=at + 30 * SECOND)
    tell_all(one.agency, at=at + 90 * SECOND)
    assert len(net.texts()) == 1, "it went, as far as anybody knows"
    tell_all(one.agency, at=at + 121 * SECOND)
    assert len(net.texts()) == 2, "and nobody has it yet"


def test_a_network_that_is_busy_is_tried_again(one: Tracked, net: Any) -> None:
    net.behaviour.answers += [RTHROTTLED]
    entered(one)
    tell_all(one.agency, at=AT + 2 * SECOND)
    assert not net.texts()
    tell_all(one.agency, at=AT + 8 * SECOND)
    assert len(net.texts()) == 1


def test_whoever_left_or_is_walled_from_it_is_not_told(place: Town, one: Tracked, net: Any) -> None:
    other = worker(place.court, "court_clerk")
    on_duty(other, "+12025550189")
    with as_agency(one.agency, at=AT):
        raise_wall(
            one.order.respondent_id,
            agency=one.agency,
            worker=other.id,
            basis="declared",
            reason="",
            by=None,
            at=AT,
        )
    acted(duty.leave_duty, by=one.by, at=AT + SECOND)
    entered(one)
    tell_all(one.agency, at=AT + 2 * SECOND)
    assert net.texts() == [] and calls(one.agency) == []
    on_duty(one.by, PHONE, at=AT + 3 * SECOND)
    tell_all(one.agency, at=AT + 4 * MINUTE)
    assert len(net.texts()) == 1


def test_a_test_goes_to_whoever_asked_a_drill_to_all_and_neither_is_put_to_anything_else(
    place: Town, one: Tracked, net: Any
) -> None:
    other = worker(place.court, "court_clerk")
    on_duty(other, "+12025550189")
    entered(one)
    acted(duty.try_alarm, by=one.by, at=AT + SECOND)
    acted(duty.hold_drill, by=other, at=AT + SECOND)
    tell_all(one.agency, at=AT + 2 * SECOND)
    assert (
        sorted(net.texts())
        == ["Please look at your page now."] * 2
        + ["This is only a test. Nothing is the matter. Please look at your page now."] * 3
    )
    assert sorted((one.trial, one.state) for one in groups(one.agency)) == [
        ("", "open"), ("drill", "open"), ("test", "open"),
    ]  # fmt: skip
    with as_agency(one.agency, at=AT):
        assert not Alarm.objects.filter(trial__gt="", person_id__isnull=False).exists()


def test_a_planned_meeting_keeps_quiet_what_it_covers_and_not_longer(
    one: Tracked, net: Any, monkeypatch: Any
) -> None:
    plan = UUID(int=7)
    until = AT + 5 * MINUTE
    monkeypatch.setattr(
        covering, "COVERS", (lambda _part, told, _at: (plan, until) if told.kind == "entered" else None,)
    )
    entered(one)
    tell_all(one.agency, at=AT + 2 * SECOND)
    (row,) = alarms(one.agency)
    assert row.covered_by == plan and net.texts() == [] and breaches(one) == 0
    watcher = Watcher()
    turned(watcher, one.agency, at=until + SECOND)
    tell_all(one.agency, at=until + SECOND)
    assert len(net.texts()) == 1 and groups(one.agency)[0].state == "open" and breaches(one) == 1


def breaches(one: Tracked) -> int:
    """How many possible breaches of the order there are."""
    with as_agency(one.agency, at=AT):
        return Breach.objects.filter(order=one.order).count()


def test_what_is_long_ago_is_destroyed_and_what_became_a_breach_keeps_its_proof(
    one: Tracked, net: Any
) -> None:
    entered(one)
    tell_all(one.agency, at=AT + 2 * SECOND)
    (row,) = alarms(one.agency)
    for days, left in ((89, 1), (91, 0)):
        with as_agency(one.agency, at=AT + days * 24 * HOUR):
            forget_alarms(one.agency, at=AT + days * 24 * HOUR)
        assert len(alarms(one.agency)) == len(groups(one.agency)) == left
    with as_agency(one.agency, at=AT):
        (breach,) = Breach.objects.filter(alarm_id=row.id)
        assert breach.breachevidences.count() == 1
    with pytest.raises(KeyDestroyed):
        opened(row)


def test_only_whoever_may_takes_notes_and_closes_and_what_comes_later_opens_it_again(
    place: Town, one: Tracked, net: Any
) -> None:
    entered(one)
    tell_all(one.agency, at=AT + 2 * SECOND)
    (group,) = groups(one.agency)
    for by in (place.officer, place.advocate, place.uninvited, place.nurse):
        for act in (duty.take_alarms, lambda row, **more: duty.note_done(row, "x", **more)):
            with pytest.raises(NotForYou):
                acted(act, group, by=by, at=AT + MINUTE)
    assert not acted(duty.close_alarms, group, "done", by=one.by, at=AT + MINUTE)
    acted(duty.take_alarms, group, by=one.by, at=AT + MINUTE)
    acted(duty.note_done, group, "Called the tracker's bearer.", by=one.by, at=AT + MINUTE)
    assert acted(duty.close_alarms, group, "Went home.", by=one.by, at=AT + 2 * MINUTE)
    later = AT + timedelta(minutes=8)
    send(one.device, [fix(later, INSIDE)], at=later)
    turned(Watcher(), one.agency, at=later)
    tell_all(one.agency, at=later)
    (group,) = groups(one.agency)
    assert group.state == "open" and group.tellings[-1]["says"] == "other_kind"
    assert ms_of(later) - ms_of(AT) == 480_000
