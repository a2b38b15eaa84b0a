"""Police whom a survivor named hear of a help alert by a sealed letter, while a release opens it, and of its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts import actions, calls
from shelterbelt.alerts.actions import dispatching
from shelterbelt.alerts.models import Call, CallForHelp
from shelterbelt.alerts.released import may_be_named
from shelterbelt.consent.actions import withdraw_release
from shelterbelt.exchange import sending
from shelterbelt.exchange.kinds import AT_ONCE
from shelterbelt.rules.places import Fix
from shelterbelt.safety.files import begin_file
from shelterbelt.safety.models import OwnFile
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.alerts.people import SECOND, SET, Somebody, alerts_of, by_hand, press, turn, type_code
from tests.apps.exchange.conftest import Scene, release_to_police
from tests.apps.exchange.live import serving
from tests.world import Town, town

OPENED = ("safety_needs", "safe_contact")
LATE = timedelta(minutes=4)


@dataclass
class Named:
    """A survivor who named the police, and the release that opens it."""

    scene: Scene
    one: Somebody
    at: Any

    @property
    def town(self) -> Town:
        return self.scene.town

    def pressed(self, *, place: bool = False) -> str:
        """Pressed a while ago; nobody answered, and the police are due."""
        token = self.one.button(at=self.at)
        button = press(token, at=self.at)
        if place and button is not None:
            with as_agency(self.town.advocates.id, at=self.at):
                actions.keep_place(button, Fix(41.88, -87.63, 12.0, "near"), at=self.at)
        self.step(self.at + LATE)
        return token

    def step(self, at: Any) -> None:
        """What the worker process does: who is due, what is taken back, whoever waits is told."""
        turn(self.one.worker, at=at)
        actions.take_back_unreleased(self.town.advocates.id, at=at)
        while actions.tell_one(self.town.advocates.id, at=at):
            pass

    def carry(self, *, back: bool = False) -> None:
        """The letters that wait go out, over real HTTP."""
        ends = (self.town.advocates.id, self.town.police.id)
        sending.deliver_line(*(ends[::-1] if back else ends), AT_ONCE, at=now() + timedelta(minutes=1))

    def came(self) -> list[CallForHelp]:
        with as_agency(self.town.police.id, at=now()):
            return list(CallForHelp.objects.order_by("arrived_at"))

    def withdraw(self) -> None:
        by = self.town.advocate
        with as_agency(by.agency_id, at=now(), worker=by.id):
            withdraw_release(self.scene.release, by=by, at=now(), channel="phone")


def named(here: Town, *, categories: tuple[str, ...] = OPENED, asks: str = "call_first") -> Named:
    at = now() - timedelta(minutes=10)
    scene = release_to_police(here, at=at - timedelta(minutes=1), categories=categories)
    by = here.advocate
    slot = {
        "slot": "d1",
        "agency": str(here.police.id),
        "name": "Xime",
        "number": "+12025550147",
        "asks": asks,
    }
    told = SET | {"people": [], "dispatch": [slot], "place": True}
    with as_agency(by.agency_id, at=at, worker=by.id):
        setup = actions.set_up_help(begin_file(scene.case.survivor, by=by, at=at), told, by=by, at=at)
    hand = Survivor(scene.case.survivor_id, by.agency_id, scene.case.survivor_id)
    return Named(scene, Somebody(by, scene.case.survivor, hand, setup), at)


@pytest.fixture
def here(node: None) -> Iterator[Town]:
    with serving():
        yield town()


def faces(it: Named) -> list[calls.CallFace]:
    by = it.town.officer
    with as_agency(by.agency_id, at=now(), worker=by.id):
        return calls.calls_for_help(by=by, at=now())


def test_the_police_they_named_see_what_is_needed_and_their_answer_comes_back(here: Town) -> None:
    it = named(here)
    it.pressed(place=True)
    assert not it.came(), "nothing before the letter went"
    it.carry()
    (face,) = faces(it)
    assert (face.name, face.number, face.asks) == ("Xime", "+12025550147", "call_first")
    assert face.where is not None and face.where.fix.latitude == 41.88
    assert set(opened(face.row)) == {"name", "number", "asks", "place"}
    by = it.town.officer
    with as_agency(by.agency_id, at=now(), worker=by.id):
        assert actions.take_call(face.row, by=by, at=now())
        assert not actions.take_call(face.row, by=by, at=now()), "once"
    it.carry(back=True)
    (alert,) = alerts_of(it.one, at=now())
    assert (alert.state, alert.answered_slot) == ("answered", "d1")


def test_without_a_release_there_is_nothing_to_choose_and_nothing_is_sent(here: Town) -> None:
    it = named(here, categories=("danger_level",))
    with as_agency(it.town.advocates.id, at=now()):
        assert may_be_named(it.one.person.id, it.town.advocates.id, at=now()) == []
    it.pressed()
    it.carry()
    assert not it.came()
    with as_agency(it.town.advocates.id, at=now()):
        call = Call.objects.get(way="letter")
        assert (call.state, call.reasons) == ("given_up", ["calling.no_release"])


def test_a_release_that_does_not_say_how_to_reach_them_tells_no_number(here: Town) -> None:
    it = named(here, categories=("safety_needs",))
    it.pressed()
    it.carry()
    (face,) = faces(it)
    assert (face.number, face.asks) == ("", "come")


def test_a_withdrawal_recalls_what_waits_and_ends_what_arrived(here: Town) -> None:
    it = named(here)
    it.pressed()
    it.withdraw()
    it.carry()
    assert not it.came()
    it.step(now())
    it.carry()
    assert not it.came(), "nobody hears that there was something"
    other = named(town())
    other.pressed()
    other.carry()
    (before,) = other.came()
    kept = bytes(before.sealed), bytes(before.key)
    assert all(kept)
    other.withdraw()
    other.step(now())
    other.carry()
    (row,) = other.came()
    assert (row.over_because, bytes(row.key), bytes(row.sealed)) == ("withdrawn", b"", b"")
    assert faces(other) == []


def test_however_many_are_told_whoever_is_withdrawn_or_taken_out_is_taken_back(
    here: Town, monkeypatch: Any
) -> None:
    monkeypatch.setattr(dispatching, "AT_ONCE", 1)
    stays, changed, out, last = (named(here) for _ in range(4))
    for it in (stays, changed, out, last):
        it.pressed()
    agency, by = here.advocates.id, here.advocate

    def told() -> set[Any]:
        with as_agency(agency, at=now()):
            return set(Call.objects.filter(way="letter", state="told").values_list("person_id", flat=True))

    assert len(told()) == 4 and actions.take_back_unreleased(agency, at=now()) == 0
    with as_agency(agency, at=now(), worker=by.id):
        file = OwnFile.objects.get(person_id=changed.one.person.id)
        actions.set_up_help(file, opened(changed.one.setup) | {"words": "Ring twice."}, by=by, at=now())
    last.withdraw()
    assert actions.take_back_unreleased(agency, at=now()) == 1
    assert told() == {it.one.person.id for it in (stays, changed, out)}
    with by_hand(out.one.survivor, at=now()):
        actions.take_out(out.one.setup, "d1", by=out.one.survivor, at=now())
    assert actions.take_back_unreleased(agency, at=now()) == 1
    assert told() == {it.one.person.id for it in (stays, changed)}


def test_a_code_that_cancels_ends_it_there_and_a_forced_one_is_told_anew_without_a_number(here: Town) -> None:
    it = named(here)
    for code, because in (("blue 42", "cancelled"), ("green 17", "")):
        token = it.pressed()
        it.carry()
        assert type_code(token, code, at=it.at + LATE + SECOND)
        it.step(it.at + LATE + 2 * SECOND)
        it.carry()
        row = it.came()[-1]
        assert row.over_because == because
    (face,) = faces(it)
    assert face.row.forced and (face.number, face.asks) == ("", "come")
    with as_agency(it.town.advocates.id, at=now()):
        assert not Letter.objects.filter(closed_as="refused").exists()


def test_only_the_police_see_them_and_only_whoever_was_told_can_answer(here: Town, signed_in: Any) -> None:
    it = named(here)
    it.pressed()
    it.carry()
    (row,) = it.came()
    clerk = it.town.court_clerk
    with as_agency(clerk.agency_id, at=now(), worker=clerk.id), pytest.raises(NotForYou):
        actions.take_call(row, by=clerk, at=now())
    body = {"reference": row.sender_ref}
    with as_agency(it.town.advocates.id, at=now()), pytest.raises(ValueError):
        actions.take_in_call_taken(
            body, letter=row.id, sender=it.town.shelter, to=it.town.advocates, at=now()
        )
    assert alerts_of(it.one, at=now())[0].answered_at is None
    page = signed_in(it.town.officer)
    listed = page.get("/help-calls/").content.decode()
    assert "Xime" in listed and f"/help-calls/{row.ref}/" in listed
    shown = page.get(f"/help-calls/{row.ref}/").content.decode()
    assert "tel:+12025550147" in shown and "Call first" in shown
    assert signed_in(it.town.advocate).get("/help-calls/").status_code in (403, 404)
    assert page.post(f"/help-calls/{row.ref}/take/").status_code == 302
    assert page.post(f"/help-calls/{row.ref}/close/").status_code == 302
    assert "Xime" not in page.get(f"/help-calls/{row.ref}/").content.decode()
    assert "Closed here" in page.get("/help-calls/").content.decode()
