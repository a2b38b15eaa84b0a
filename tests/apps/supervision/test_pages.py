"""The pages of who is detained and of supervision: what stands on them, what never does, and two taps on a telephone."""

import re
from datetime import datetime
from typing import Any

import pytest

from shelterbelt.access.walls import raise_wall
from shelterbelt.people.actions import declare
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision import actions
from shelterbelt.supervision.models import Condition, NewsWish, Occasion, Supervision
from shelterbelt.ui.clock import now
from tests.apps.supervision.cast import Held, line, report
from tests.world import DAY, HOUR, Town, worker


@pytest.fixture
def one(place: Town) -> Held:
    return report(place)


def parts(moment: datetime, name: str) -> dict[str, str]:
    from zoneinfo import ZoneInfo

    local = moment.astimezone(ZoneInfo("America/Chicago"))
    return {f"{name}-day": local.date().isoformat(), f"{name}-time": local.strftime("%H:%M")}


def test_from_a_booking_to_a_survivor_who_knows(one: Held, signed_in: Any) -> None:
    at = now()
    one.said(
        line("1", "arrested", at - DAY, name="Sol Ender", born_on="1980-05-06", place="Block C"), at=at - DAY
    )
    client = signed_in(one.place.detective)
    page = client.get("/detained/").content.decode()
    assert "B-1" in page and "County jail" in page and "county_jail" not in page
    assert "Sol Ender" in page
    address = re.search(r"/detained/bookings/[\w-]{22}/", page)
    assert address
    booking = client.get(address[0]).content.decode()
    assert "With the same whole name and birth date" in booking and 'method="get"' not in booking
    assert "Nobody of our files" in client.post(address[0], {"find": "Canary Nobody"}).content.decode()
    assert "I know that it is" in client.post(address[0], {"find": "Sol Ender"}).content.decode()
    ref = re.search(r'name="person" value="([\w-]{22})"', booking)
    assert ref
    linked = client.post(address[0], {"person": ref[1]}, follow=True).content.decode()
    assert "This is" in linked
    assert "Block C" in linked
    one.said(line("2", "released", at - HOUR / 2), at=at - HOUR / 3)
    listed = client.get("/detained/news/").content.decode()
    assert "Wren Ashby" in listed
    assert "They were let out" in listed
    news = re.search(r"/detained/news/[\w-]{22}/", listed)
    assert news
    whole = client.get(news[0]).content.decode()
    assert "Nothing was sent. Somebody has to reach them." in whole
    assert client.post(news[0], {"how": "", "words": ""}).status_code == 422
    done = client.post(news[0], {"how": "called", "words": "They know"}, follow=True).content.decode()
    assert "Nothing is to be told now." in done
    person = client.get(f"/detained/people/{one.other.ref}/").content.decode()
    assert "Not detained" in person
    heard = {"kind": "returned", "words": "The jail called", **parts(at - HOUR / 6, "happened_at")}
    again = client.post(f"/detained/people/{one.other.ref}/", heard, follow=True).content.decode()
    assert "The jail called" in again
    back = re.findall(r"/detained/lines/[\w-]{22}/take-back/", again)
    assert "Taken back on" in client.post(back[0], follow=True).content.decode()
    undone = client.post(f"{address[0]}unlink/", follow=True).content.decode()
    assert "Who is this?" in undone


def test_nothing_of_a_survivor_stands_where_it_is_about_who_is_detained(one: Held, signed_in: Any) -> None:
    at = now()
    one.said(line("1", "arrested", at - DAY), at=at - DAY)
    booking = one.linked(at=at)
    client = signed_in(one.place.detective)
    for address in ("/detained/", f"/detained/bookings/{booking.ref}/", f"/detained/people/{one.other.ref}/"):
        page = client.get(address).content.decode()
        assert "Sol Ender" in page
        assert "Wren" not in page
        assert one.case.ref not in page


def test_an_officer_who_is_a_party_sees_nothing_of_it(one: Held, signed_in: Any) -> None:
    at = now()
    one.said(line("1", "arrested", at - DAY), at=at - DAY)
    booking = one.linked(at=at)
    by = one.place.officer_two
    with as_agency(by.agency_id, at=at):
        raise_wall(
            one.other.id, agency=by.agency_id, worker=by.id, basis="reviewer", reason="", by=None, at=at
        )
    client = signed_in(by)
    missing = client.get("/there-is-no-such-page/").content
    assert "Sol Ender" not in client.get("/detained/").content.decode()
    for address in (f"/detained/bookings/{booking.ref}/", f"/detained/people/{one.other.ref}/"):
        assert client.get(address).content == missing


def test_how_they_want_to_hear_is_written_on_the_case(one: Held, signed_in: Any) -> None:
    client = signed_in(one.place.detective)
    page = client.get(f"/cases/{one.case.ref}/").content.decode()
    address = f"/cases/{one.case.ref}/detained/"
    assert address in page
    assert "Nobody has asked them yet" in client.get(address).content.decode()
    told = {
        "wanted": "yes",
        "name": "Ana",
        "way": "text",
        "number": "202 555 0199",
        "email": "",
        "language": "es",
        "words": "",
    }
    for wrong, said in (
        ({"wanted": ""}, "Say what they want."),
        ({"number": ""}, "Write where they are told."),
        ({"way": ""}, "Choose how they are told."),
        ({"number": "202 555 0147"}, "This is where the survivor themselves is reached."),
        ({"words": "He was released from jail, go to the shelter"}, "These words would tell"),
    ):
        answer = client.post(address, {**told, **wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert client.post(address, told).status_code == 302
    assert "Ana" in client.get(address).content.decode()
    with as_agency(one.place.police.id, at=now()):
        assert NewsWish.objects.get().wanted


def under(place: Town, signed_in: Any) -> tuple[Any, str]:
    """Somebody under supervision, with one condition, through the pages."""
    client = signed_in(place.probation_officer)
    new = client.post(
        "/supervision/new/",
        {"name": "Sol Ender", "born_on-month": "5", "born_on-day": "6", "born_on-year": "1980", "words": ""},
    )
    ref = new["Location"].split("/")[2]
    first = (now() - 30 * DAY).date()
    day = {f"from_on-{part}": str(getattr(first, part)) for part in ("month", "day", "year")}
    sent = {"kind": "programme", "words": "Tuesday evenings", "every": "7", **day}
    assert client.post(new["Location"], sent).status_code == 302
    return client, f"/supervision/{ref}/"


def test_an_occasion_is_written_down_in_two_taps_and_a_correction_keeps_what_was_written(
    place: Town, signed_in: Any
) -> None:
    client, address = under(place, signed_in)
    with as_agency(place.probation.id, at=now(), worker=place.probation_officer.id):
        condition = Condition.objects.get()
        planned = now().replace(second=0, microsecond=0) - DAY
        actions.plan_occasion(condition, planned, by=place.probation_officer, at=now())
    listed = client.get("/supervision/").content.decode()
    assert "1 occasion to write about" in listed
    page = client.get(address).content.decode()  # the first tap
    moment = re.search(r'name="occasion_at" value="([^"]+)"', page)
    assert moment
    tap = f"/conditions/{condition.ref}/tap/"
    assert (
        client.post(tap, {"outcome": "not_there", "occasion_at": moment[1]})["Location"] == address
    )  # the second
    client.post(tap, {"outcome": "not_there", "occasion_at": moment[1]})
    assert "Not kept" in client.get(address).content.decode()
    fixed = {"outcome": "there", "words": "It was the other list", **parts(planned, "occasion_at")}
    assert client.post(f"/conditions/{condition.ref}/", fixed).status_code == 302
    whole = client.get(f"/conditions/{condition.ref}/").content.decode()
    assert "before:" in whole
    assert "It was the other list" in whole
    assert "<svg" in whole
    assert "Kept" in client.get(address).content.decode()
    with as_agency(place.probation.id, at=now()):
        assert list(Occasion.objects.order_by("id").values_list("outcome", flat=True)) == [
            "unknown",
            "not_there",
            "there",
        ]


def test_nobody_was_there_tomorrow(place: Town, signed_in: Any) -> None:
    client, address = under(place, signed_in)
    with as_agency(place.probation.id, at=now()):
        ref = Condition.objects.get().ref
    ahead = {"outcome": "there", "words": "", **parts(now() + DAY, "occasion_at")}
    answer = client.post(f"/conditions/{ref}/", ahead)
    assert answer.status_code == 422
    assert "has not been yet" in answer.content.decode()
    before = {"outcome": "there", "words": "", **parts(now() - 60 * DAY, "occasion_at")}
    assert "does not hold then" in client.post(f"/conditions/{ref}/", before).content.decode()
    client.post(f"/conditions/{ref}/end/")
    assert client.post(f"{address}end/", follow=True).status_code == 200
    with as_agency(place.probation.id, at=now()):
        assert Supervision.objects.get().ended_at is not None


def test_a_wall_closes_supervision_to_whoever_is_a_party(place: Town, signed_in: Any) -> None:
    colleague = worker(place.probation, "probation_officer")
    with as_agency(place.probation.id, at=now(), worker=colleague.id):
        declare({"name": "Sol Ender", "born_on": "1980-05-06"}, by=colleague, at=now())
    _client, address = under(place, signed_in)
    theirs = signed_in(colleague)
    assert "Sol Ender" not in theirs.get("/supervision/").content.decode()
    assert theirs.get(address).content == theirs.get("/there-is-no-such-page/").content
