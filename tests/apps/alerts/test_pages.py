"""Pages of help now: the button is there only while somebody is, without scripts too; colleagues see nothing else."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.alerts import actions
from shelterbelt.alerts.models import Call, HelpAlert, Place
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.alerts.people import alerts_of, somebody, there, turn
from tests.apps.portal.visiting import OWN, Visiting, account_for
from tests.world import worker

DOOR = "/n/c/"


@pytest.fixture
def one(place: Any) -> Any:
    return somebody(place.advocate, at=now() - timedelta(hours=1), place=True)


@pytest.fixture
def visiting(place: Any, one: Any) -> Visiting:
    return Visiting(account_for(one.person, place.advocates, at=now()))


def token_of(page: str) -> str:
    """The button that a page holds."""
    return page.split('data-now="')[1].split('"')[0]


def knock(client: Any, token: str, do: str, **more: str) -> Any:
    answer = client.post(DOOR, {"b": token, "d": do, **more}, headers={"origin": OWN})
    assert len(answer.content) == 512 and answer["Cache-Control"].startswith("no-store")
    return json.loads(answer.content)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_there_is_no_button_while_nobody_is_there_and_the_page_says_whom_to_reach(
    place: Any, visiting: Visiting
) -> None:
    page = text(visiting.get("now-home"))
    assert "data-now=" not in page and "Nobody is there" in page and "555-0142" in page and "911" in page
    there(place.advocate, at=now())
    page = text(visiting.get("now-home"))
    assert "data-now=" in page and "911" in page and "not that number" in page


def test_whoever_has_not_said_it_again_is_not_there(place: Any, visiting: Visiting) -> None:
    there(place.advocate, at=now() - timedelta(hours=3))
    assert "data-now=" not in text(visiting.get("now-home"))


def test_a_worker_whom_a_wall_keeps_from_them_does_not_count_as_there(
    place: Any, one: Any, visiting: Visiting
) -> None:
    from shelterbelt.access.walls import raise_wall

    with as_agency(place.advocates.id, at=now()):
        raise_wall(
            one.person.id,
            agency=place.advocates.id,
            basis="reviewer",
            worker=place.advocate.id,
            reason="",
            by=None,
            at=now(),
        )
    there(place.advocate, at=now())
    assert "data-now=" not in text(visiting.get("now-home"))
    there(worker(place.advocates, "advocate"), at=now())
    assert "data-now=" in text(visiting.get("now-home"))


def test_without_scripts_it_is_two_steps(place: Any, one: Any, visiting: Visiting) -> None:
    there(place.advocate, at=now())
    token = token_of(text(visiting.get("now-home")))
    answer = visiting.post("now-press", b=token)
    assert answer.status_code == 303 and visiting.path_of(answer["Location"]) == f"/g/s/{token}/"
    page = text(visiting.get("now-stands", token))
    assert "It goes out in" in page and "Your code" in page
    assert "not the code" in text(visiting.post("now-stands", token, code="nonsense"))
    assert visiting.post("now-stands", token, code="green 17").status_code == 303
    assert "Cancelled." in text(visiting.get("now-stands", token))
    turn(place.advocate, at=now())
    assert alerts_of(one, at=now())[0].state == "forced"


def test_both_codes_give_the_same_bytes_but_for_what_is_random(place: Any) -> None:
    """Pages of one size, the same words; answers of the door the same but for the next button."""
    there(place.advocate, at=now())
    seen = []
    for code in ("blue 42", "green 17"):
        one = somebody(place.advocate, at=now() - timedelta(hours=1))
        visiting = Visiting(account_for(one.person, place.advocates, at=now()))
        token = token_of(text(visiting.get("now-home")))
        knock(visiting.client, token, "p", a="0")
        first = knock(visiting.client, token, "s", c=code)
        turn(place.advocate, at=now())
        page = visiting.get("now-stands", token)
        said = page.content.decode().split("<main")[1].split("</main>")[0].split("<!--")[0]
        later = knock(visiting.client, token, "s")
        for answer in (first, later):
            assert len(answer.pop("n")) == 43
        seen.append((first, later, len(page.content), "Cancelled." in said, page.status_code))
    assert seen[0] == seen[1]


def test_a_press_is_taken_from_somebody_who_is_signed_out(place: Any, one: Any, client: Any) -> None:
    token = one.button(at=now())
    assert knock(client, token, "p", a="4000")["s"] == "h"
    assert not client.cookies
    turn(place.advocate, at=now())
    assert len(alerts_of(one, at=now())) == 1
    assert knock(client, "y" * 43, "p")["s"] == "x"
    assert (
        client.post(DOOR, {"b": token, "d": "p"}, headers={"origin": "https://elsewhere"}).status_code == 403
    )
    assert client.get(DOOR).status_code in (404, 405)


def test_the_next_press_after_a_code_is_another_alert(place: Any, one: Any, client: Any) -> None:
    token = one.button(at=now())
    knock(client, token, "p", a="0")
    fresh = knock(client, token, "s", c="blue 42")["n"]
    turn(place.advocate, at=now())
    knock(client, fresh, "p", a="0")
    turn(place.advocate, at=now() + timedelta(seconds=20))
    assert sorted(alert.state for alert in alerts_of(one, at=now())) == ["cancelled", "sent"]


def test_a_place_is_kept_only_when_they_switched_that_on_and_goes_at_the_end(
    place: Any, one: Any, client: Any
) -> None:
    there(place.advocate, at=now())
    fix = {"y": "41.88", "x": "-87.63", "r": "12"}
    token = one.button(at=now())
    assert knock(client, token, "f", **fix)["k"] is False, "not before it was pressed"
    knock(client, token, "p", a="60000")
    for bad in (
        {"y": "0", "x": "0", "r": "1"},
        {"y": "nan", "x": "1", "r": "1"},
        {"y": "41", "x": "8", "r": "9000"},
    ):
        assert knock(client, token, "f", **bad)["k"] is False
    assert knock(client, token, "f", **fix)["k"] is True
    assert knock(client, token, "f", **fix | {"y": "41.89"})["k"] is True
    turn(place.advocate, at=now() + timedelta(seconds=20))
    with as_agency(place.advocates.id, at=now()):
        (row,) = Place.objects.filter(person_id=one.person.id)
        kept = bytes(row.key), bytes(row.sealed)
    alert = alerts_of(one, at=now())[0]
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        actions.end_alert(alert, "reached", "", by=place.advocate, at=now())
    with as_agency(place.advocates.id, at=now()):
        row.refresh_from_db()
        assert (bytes(row.key), bytes(row.sealed)) == (b"", b"")
    from shelterbelt.agencies.sealed import opened_under
    from shelterbelt.sealing.errors import SealingError

    with pytest.raises(SealingError):
        opened_under(kept[0], row.id, row.agency_id, kept[1])
    off = somebody(place.advocate, at=now(), place=False)
    token = off.button(at=now())
    knock(client, token, "p", a="0")
    assert knock(client, token, "f", **fix)["k"] is False


def test_only_this_page_may_ask_where_the_device_is(place: Any, visiting: Visiting, client: Any) -> None:
    assert visiting.get("now-home")["Permissions-Policy"].startswith("geolocation=(self)")
    assert visiting.get("home")["Permissions-Policy"].startswith("geolocation=()")


# Workers


def test_whoever_is_there_sees_it_while_it_is_open_and_nobody_afterwards(
    place: Any, one: Any, signed_in: Any
) -> None:
    colleague = worker(place.advocates, "advocate")
    there(colleague, at=now() - timedelta(minutes=1))
    from tests.apps.alerts.people import press

    press(one.button(at=now()), at=now(), age=3_600_000)
    turn(place.advocate, at=now() + timedelta(seconds=16))
    (alert,) = alerts_of(one, at=now())
    page = signed_in(colleague)
    listed = text(page.get("/help-alerts/"))
    assert "Maria Sol" in listed and f"/help-alerts/{alert.ref}/" in listed
    shown = text(page.get(f"/help-alerts/{alert.ref}/"))
    assert "Call the second number first." in shown and "Ana Reyes" in shown
    away = worker(place.advocates, "advocate")
    assert signed_in(away).get(f"/help-alerts/{alert.ref}/").status_code == 404
    with as_agency(place.advocates.id, at=now(), worker=away.id):
        assert not HelpAlert.objects.exists() and not Call.objects.exists()
    assert page.post(f"/help-alerts/{alert.ref}/answer/").status_code == 302
    assert "Somebody has it" in text(page.get("/help-alerts/"))
    ended = page.post(f"/help-alerts/{alert.ref}/", {"outcome": "reached", "words": "All well."})
    assert ended.status_code == 302
    assert page.get(f"/help-alerts/{alert.ref}/").status_code == 404
    with as_agency(place.advocates.id, at=now(), worker=colleague.id):
        assert not HelpAlert.objects.exists() and not Call.objects.exists()
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        assert HelpAlert.objects.count() == 1


def test_a_held_or_cancelled_alert_is_seen_by_nobody_on_duty(place: Any, one: Any) -> None:
    from tests.apps.alerts.people import press, type_code

    there(place.advocate, at=now())
    colleague = worker(place.advocates, "advocate")
    there(colleague, at=now() - timedelta(minutes=1))
    token = one.button(at=now())
    press(token, at=now())
    turn(place.advocate, at=now())
    for code in ("", "blue 42"):
        if code:
            type_code(token, code, at=now())
            turn(place.advocate, at=now())
        with as_agency(place.advocates.id, at=now(), worker=colleague.id):
            assert not HelpAlert.objects.exists()


def test_the_link_that_was_sent_answers_and_opens_nothing_else(place: Any, one: Any, client: Any) -> None:
    from shelterbelt.alerts.actions.telling import _told
    from tests.apps.alerts.people import press

    token = one.button(at=now() - timedelta(minutes=2))
    press(token, at=now(), age=60_000)
    turn(place.advocate, at=now())
    (alert,) = alerts_of(one, at=now())
    with as_agency(place.advocates.id, at=now()):
        call = Call.objects.get(alert=alert, way="text")
        told = _told(call, alert, at=now())
    assert told is not None and told.to == "+12025550123"
    assert told.body == f"Can you come by right away? – M. Open this to answer: {told.link}"
    for word in ("Maria", "Sol", alert.ref, str(place.advocates.name)):
        assert word not in told.body
    way = "/n/c/" + told.link.split("/n/c/")[1]
    page = text(client.get(way))
    assert "Somebody needs you" in page and "Maria" not in page and "<title>Information</title>" in page
    assert alerts_of(one, at=now())[0].answered_at is None, "looking answers nothing"
    assert "You said that you have it" in text(client.post(way))
    assert alerts_of(one, at=now())[0].answered_slot == "c1"
    assert client.get("/n/c/" + "z" * 32 + "/").status_code == 404
    assert knock(client, token, "s")["s"] == "a"


def test_the_setup_page_is_for_the_worker_they_trust_and_refuses_their_own_number(
    place: Any, signed_in: Any
) -> None:
    from shelterbelt.notices.actions import tell_instructions
    from shelterbelt.safety.files import begin_file
    from tests.apps.alerts.cases import direct_case

    at = now() - timedelta(minutes=1)
    case = direct_case(place.advocate, at=at)
    with as_agency(place.advocates.id, at=at, worker=place.advocate.id):
        begin_file(case.survivor, by=place.advocate, at=at)
        told = {"number": "+12025550199", "channels": ["text"]}
        tell_instructions(case.id, told, by=place.advocate, at=at)
    page = signed_in(place.advocate)
    way = f"/cases/{case.ref}/help/"
    assert page.get(way).status_code == 200
    told = {
        "name1": "Ana", "number1": "202 555 0123", "email1": "", "language1": "en", "said1": "call_me", "words1": "",
        "hold": "15", "place": "no", "cancel_code": "blue 42", "forced_code": "blue-42", "signed": "M", "words": "",
    }  # fmt: skip
    assert "Two different codes" in text(page.post(way, told))
    right = told | {"forced_code": "green 17"}
    assert "survivor&#x27;s own" in text(page.post(way, right | {"number1": "202 555 0199"}))
    assert page.post(way, right).status_code == 302
    colleague = worker(place.advocates, "advocate")
    assert signed_in(colleague).get(way).status_code == 404
    assert signed_in(place.officer).get(way).status_code == 404
    again = page.get(way)
    assert "blue 42" not in text(again) and "Ana" in text(again)
