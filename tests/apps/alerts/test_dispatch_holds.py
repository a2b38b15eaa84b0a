"""What keeps a call for help to the police whom a survivor named, and what ends it for good: each lock by itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.agencies.sealed import opened_under
from shelterbelt.alerts import actions, watch
from shelterbelt.alerts.actions import dispatching
from shelterbelt.alerts.actions.calling import AT_ONCE
from shelterbelt.alerts.models import Call, CallForHelp, HelpSetup, Place
from shelterbelt.alerts.released import may_be_named
from shelterbelt.rules.places import Fix
from shelterbelt.safety.files import begin_file
from shelterbelt.sealing.errors import KeyDestroyed
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.ui.clock import now
from tests.apps.alerts.people import SECOND, SET, alerts_of, by_hand, press, turn, type_code
from tests.apps.alerts.test_dispatch import LATE, Named, here, named  # noqa: F401
from tests.world import Town, agency, town


def named_again(it: Named, to: Agency, *, place: bool = True) -> None:
    """The set-up is made anew: the same slot stands for this agency."""
    by = it.town.advocate
    slot = {"slot": "d1", "agency": str(to.id), "name": "Xime", "number": "", "asks": "come"}
    with as_agency(by.agency_id, at=it.at, worker=by.id):
        file = begin_file(it.scene.case.survivor, by=by, at=it.at)
        told = SET | {"people": [], "dispatch": [slot], "place": place}
        actions.set_up_help(file, told, by=by, at=it.at)


def tellings(it: Named) -> list[tuple[str, list[str]]]:
    with as_agency(it.town.advocates.id, at=now()):
        return list(
            Call.objects.filter(way="letter").order_by("step", "round").values_list("state", "reasons")
        )


def kinds_written(it: Named) -> list[str]:
    with as_agency(it.town.advocates.id, at=now()):
        rows = Letter.objects.filter(kind__startswith="help_call").order_by("place")
        return list(rows.values_list("kind", flat=True))


def test_a_release_to_one_agency_opens_no_way_to_another_and_only_police_can_be_named(here: Town) -> None:  # noqa: F811
    it = named(here)
    other = agency("police")
    named_again(it, other)
    it.pressed()
    assert tellings(it) == [("given_up", ["calling.no_release"])]
    shelter = named(replace(town(), police=here.shelter))
    with as_agency(shelter.town.advocates.id, at=now()):
        assert may_be_named(shelter.one.person.id, shelter.town.advocates.id, at=now()) == []
    shelter.pressed()
    assert tellings(shelter) == [("given_up", ["calling.no_release"])]


def test_whom_the_survivor_takes_out_or_exchanges_hears_nothing_that_has_not_left(here: Town) -> None:  # noqa: F811
    it = named(here)
    it.pressed()
    hand: Survivor = it.one.survivor
    with by_hand(hand, at=now()):
        actions.take_out(HelpSetup.objects.get(person_id=hand.id), "d1", by=hand, at=now())
    it.carry()
    assert not it.came()
    other = named(town())
    other.pressed()
    named_again(other, agency("police"))
    other.carry()
    assert not other.came()


def test_a_code_in_time_keeps_a_letter_that_waits_and_nobody_hears_that_there_was_one(here: Town) -> None:  # noqa: F811
    it = named(here)
    token = it.pressed()
    assert type_code(token, "blue 42", at=it.at + LATE + SECOND)
    it.step(it.at + LATE + 2 * SECOND)
    it.carry()
    assert not it.came()
    assert kinds_written(it) == ["help_call/1"], "no letter says that it is over"


def test_the_place_is_told_as_they_had_chosen_when_they_pressed_and_not_once_it_ended(here: Town) -> None:  # noqa: F811
    it = named(here)
    named_again(it, here.police, place=False)
    token = it.one.button(at=it.at)
    button = press(token, at=it.at)
    assert button is not None
    turn(it.one.worker, at=it.at)
    named_again(it, here.police)
    with as_agency(here.advocates.id, at=it.at):
        assert actions.keep_place(button, Fix(41.88, -87.63, 12.0, "near"), at=it.at)
        assert dispatching._place(alerts_of(it.one, at=it.at)[0]) is None, "they had switched it off"
    other = named(town())
    other.pressed(place=True)
    (alert,) = alerts_of(other.one, at=now())
    with as_agency(other.town.advocates.id, at=now()):
        assert dispatching._place(alert) is not None
        actions.end_old_places(other.town.advocates.id, at=now() + timedelta(hours=13))
        assert Place.objects.get(button_id=alert.button_id).ended_at is not None
        assert dispatching._place(alert) is None


def told(reference: str = "", **more: Any) -> dict[str, Any]:
    return {
        "reference": reference or new_ref(), "pressed_at": now().isoformat(), "forced": False, "name": "Ines",
        "number": "+12025550147", "asks": "come", "place": None,
    } | more  # fmt: skip


def taken_in(to: Agency, sender: Agency, body: dict[str, Any]) -> CallForHelp:
    with as_agency(to.id, at=now()):
        return actions.take_in_call(body, letter=uuid7(), sender=sender, to=to, at=now())


def test_only_a_victim_service_calls_only_police_and_each_sender_has_names_of_its_own(place: Town) -> None:
    for to, sender in ((place.court, place.advocates), (place.police, place.prosecutor)):
        with pytest.raises(ValueError):
            taken_in(to, sender, told())
    first = taken_in(place.police, place.advocates, told("r-1"))
    second = taken_in(place.police, place.shelter, told("r-1", name="Ada"))
    assert first.id != second.id


def readable(row: CallForHelp, key: bytes, sealed: bytes) -> bool:
    try:
        return bool(opened_under(key, row.id, row.agency_id, sealed))
    except KeyDestroyed:
        return False


class Undone(Exception):
    """What a test undoes an act with."""


def closed_and_undone(row: CallForHelp, by: Worker) -> None:
    with as_agency(by.agency_id, at=now(), worker=by.id):
        actions.close_call(row, by=by, at=now())
        raise Undone


def test_what_is_told_anew_or_over_destroys_what_was_told_when_it_is_kept_and_not_before(place: Town) -> None:
    body, by = told(), place.officer
    first = taken_in(place.police, place.advocates, body)
    kept = bytes(first.key), bytes(first.sealed)
    second = taken_in(place.police, place.advocates, body | {"number": ""})
    assert first.id == second.id and not readable(first, *kept)
    kept = bytes(second.key), bytes(second.sealed)

    with pytest.raises(Undone):
        closed_and_undone(second, by)
    assert readable(second, *kept), "what is undone has destroyed nothing"
    clerk = place.court_clerk
    with as_agency(clerk.agency_id, at=now(), worker=clerk.id), pytest.raises(NotForYou):
        actions.close_call(second, by=clerk, at=now())
    with as_agency(place.police.id, at=now(), worker=by.id):
        actions.close_call(second, by=by, at=now())
    assert not readable(second, *kept)
    with as_agency(place.police.id, at=now(), worker=by.id):
        assert not actions.take_call(second, by=by, at=now()), "nobody goes to what is over"


def test_an_answer_that_comes_after_the_end_changes_nothing(here: Town) -> None:  # noqa: F811
    it = named(here)
    it.pressed()
    it.carry()
    (row,) = it.came()
    by = it.town.advocate
    with as_agency(by.agency_id, at=now(), worker=by.id):
        actions.be_there(now() + timedelta(hours=1), "", by=by, at=now())
        actions.end_alert(alerts_of(it.one, at=now())[0], "reached", "", by=by, at=now())
    body = {"reference": row.sender_ref}
    with as_agency(it.town.advocates.id, at=now()):
        actions.take_in_call_taken(body, letter=row.id, sender=here.police, to=it.town.advocates, at=now())
    assert alerts_of(it.one, at=now())[0].answered_at is None


def test_the_loop_takes_back_what_no_release_opens_and_waits_unless_there_is_more_than_a_turn_holds(
    here: Town,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it = named(here)
    it.pressed()
    it.carry()
    it.withdraw()
    monkeypatch.setattr(watch, "_agencies", lambda: [it.town.advocates.id])
    press(it.one.button(at=now()), at=now())
    watch.somebody_waits.clear()
    assert watch.turn(now()) is False and watch.somebody_waits.is_set()
    assert len(alerts_of(it.one, at=now())) == 2
    assert kinds_written(it) == ["help_call/1", "help_call_over/1"]
    monkeypatch.setattr(watch, "take_presses", lambda *_, **__: AT_ONCE)
    assert watch.turn(now()) is True
