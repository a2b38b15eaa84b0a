"""Where somebody is, shown to one worker for a time: off until they choose it, seen on every page, and nothing of it is left."""

from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor
from shelterbelt.access.walls import raise_wall
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts import actions, queries
from shelterbelt.alerts.links import place_of
from shelterbelt.alerts.models import Button, Place
from shelterbelt.rules.places import Fix
from shelterbelt.safety.files import begin_file, end_trust, entrust, file_of
from shelterbelt.sealing.errors import KeyDestroyed
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.alerts.cases import direct_case
from tests.apps.alerts.people import by_hand, somebody, there
from tests.apps.alerts.test_pages import knock, text, token_of
from tests.apps.portal.visiting import Visiting, account_for
from tests.world import worker

FIX = {"y": "41.88", "x": "-87.63", "r": "12"}
SHOWN = "You are showing where you are"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def one(place: Any) -> Any:
    return somebody(place.advocate, at=now() - timedelta(hours=1), place=True)


@pytest.fixture
def visiting(place: Any, one: Any) -> Visiting:
    return Visiting(account_for(one.person, place.advocates, at=now()))


def begins(visiting: Visiting, whom: Any) -> str:
    """They choose somebody, for a quarter of an hour; what the page that stays open holds."""
    assert visiting.post("now-where", whom=str(whom.id), lasts="15").status_code == 303
    return text(visiting.get("now-home")).split('data-share="')[1].split('"')[0]


def second_one(place: Any, one: Any) -> Any:
    """Another worker whom the survivor trusts as much."""
    other = worker(place.advocates, "advocate")
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        file = file_of(one.person.id)
        assert file
        entrust(file, other, by=place.advocate, at=now())
    return other


def rows(who: Any) -> int:
    """How many places PostgreSQL shows a worker, whatever a query asks."""
    with as_agency(who.agency_id, at=now(), worker=who.id):
        return Place.objects.count()


def left(place: Any, one: Any) -> int:
    with as_agency(place.advocates.id, at=now()):
        return Place.objects.filter(person_id=one.person.id).count()


def test_it_is_off_until_they_choose_one_of_those_whom_they_trust(
    place: Any, one: Any, visiting: Visiting
) -> None:
    page = text(visiting.get("now-home"))
    assert SHOWN not in page and "This is off." in page and "data-share" not in page and not left(place, one)
    stranger = worker(place.advocates, "advocate")
    nurse = second_one(place, one)
    with as_agency(place.advocates.id, at=now()):
        raise_wall(
            one.person.id, agency=place.advocates.id, worker=nurse.id, basis="declared", reason="", by=None, at=now()
        )  # fmt: skip
    for whom in (stranger, nurse, place.officer):
        assert visiting.post("now-where", whom=str(whom.id), lasts="15").status_code == 422
        with by_hand(one.survivor, at=now()):
            token = actions.issue_button(one.survivor, "place", at=now())
            with pytest.raises(NotForYou):
                actions.begin_sharing(token, whom.id, MINUTE, by=one.survivor, at=now())
    assert visiting.post("now-where", whom=str(place.advocate.id), lasts="").status_code == 422
    assert not left(place, one)


def test_one_named_worker_sees_the_last_place_and_nobody_else_any(
    place: Any, one: Any, visiting: Visiting, client: Any, signed_in: Any
) -> None:
    others = (second_one(place, one), worker(place.advocates, "advocate"), place.officer)
    for other in others[:2]:
        there(other, at=now())
    token = begins(visiting, place.advocate)
    for fix in (FIX, FIX | {"y": "41.89"}):
        assert knock(client, token, "f", **fix)["k"] is True
    assert rows(place.advocate) == left(place, one) == 1, "no list of places"
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        (shared,) = queries.places_shared_with(by=place.advocate, at=now())
    assert shared.where is not None and shared.where.fix.latitude == 41.89
    assert "Maria Sol" in text(signed_in(place.advocate).get("/help-alerts/"))
    for other in others:
        assert rows(other) == 0
        with as_agency(place.advocates.id, at=now()):
            assert queries.places_shared_with(by=other, at=now()) == [], (
                "also where rows are not kept from it"
            )
    assert "Maria Sol" not in text(signed_in(others[0]).get("/help-alerts/"))


def test_while_it_is_on_every_page_says_so_and_ends_it_but_not_the_list_of_the_second_words(
    place: Any, one: Any, visiting: Visiting, client: Any
) -> None:
    there(place.advocate, at=now())
    token = begins(visiting, place.advocate)
    button = token_of(text(visiting.get("now-home")))
    visiting.post("now-press", b=button)
    decoy = Visiting(visiting.visitor.account, decoy=True)
    pages = [("home",), ("me",), ("plan-home",), ("now-home",), ("now-test",), ("now-stands", button)]
    for name in pages:
        page = text(visiting.get(*name))
        assert page.count(SHOWN) == 1 and "Stop now" in page, name
    assert "Only this person sees it" in text(visiting.get("now-home"))
    assert SHOWN not in text(decoy.get("home"))
    assert visiting.post("now-where", end="1").status_code == 303
    for name in pages:
        assert SHOWN not in text(visiting.get(*name)), name
    assert knock(client, begins(visiting, place.advocate), "f", **FIX)["k"] is True
    assert knock(client, token, "f", **FIX)["k"] is False


def test_it_ends_by_itself_and_nothing_of_it_is_left(
    place: Any, one: Any, visiting: Visiting, client: Any
) -> None:
    assert knock(client, begins(visiting, place.advocate), "f", **FIX)["k"] is True
    with as_agency(place.advocates.id, at=now()):
        (row,) = Place.objects.filter(person_id=one.person.id)
        assert opened(row)["lat"] == 41.88
    assert actions.end_old_places(place.advocates.id, at=now() + 14 * MINUTE) == 0
    late = now() + 16 * MINUTE
    with by_hand(one.survivor, at=late):
        assert queries.shared_place(one.survivor, at=late) is None
        button = Button.objects.get(id=row.button_id)
        assert not actions.keep_place(button, Fix(41.0, -87.0, 12.0, "near"), at=late), (
            "before any job has run"
        )
    with as_agency(place.advocates.id, at=late, worker=place.advocate.id):
        assert queries.places_shared_with(by=place.advocate, at=late) == []
    assert actions.end_old_places(place.advocates.id, at=late) == 1
    assert left(place, one) == 0
    with pytest.raises(KeyDestroyed):
        opened(row)


def test_it_ends_with_the_trust_in_whoever_sees_it(
    place: Any, one: Any, visiting: Visiting, client: Any
) -> None:
    second_one(place, one)
    token = begins(visiting, place.advocate)
    assert knock(client, token, "f", **FIX)["k"] is True
    with by_hand(one.survivor, at=now()):
        file = file_of(one.person.id)
        assert file
        end_trust(file, place.advocate.id, by=one.survivor, at=now())
    assert rows(place.advocate) == 0
    assert SHOWN not in text(visiting.get("now-home"))
    assert knock(client, token, "f", **FIX)["k"] is False
    assert actions.end_old_places(place.advocates.id, at=now()) == 1 and left(place, one) == 0


def test_the_case_leads_the_one_worker_to_the_place_while_it_is_shared(place: Any) -> None:
    by = place.advocate
    case = direct_case(by, at=now() - MINUTE)
    hand = Survivor(case.survivor_id, place.advocates.id, case.survivor_id)
    with as_agency(place.advocates.id, at=now(), worker=by.id):
        begin_file(case.survivor, by=by, at=now() - MINUTE)
    colleague = worker(place.advocates, "advocate")

    def led(who: Any, at: Any) -> bool:
        with as_agency(place.advocates.id, at=at, worker=who.id):
            return place_of(case, by=who, at=at) is not None

    assert not led(by, now())
    with by_hand(hand, at=now()):
        token = actions.issue_button(hand, "place", at=now())
        actions.begin_sharing(token, by.id, 30 * MINUTE, by=hand, at=now())
    assert led(by, now()) and not led(colleague, now())
    assert not led(by, now() + 31 * MINUTE)
