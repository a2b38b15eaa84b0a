"""The pages of orders: what an officer at the door reads, forms that lose nothing, papers that tell of no protected place."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from icalendar import Calendar

from shelterbelt.ledger.models import Reading
from shelterbelt.orders import actions, served, shapes
from shelterbelt.orders.models import HomeSeed, Order, OrderHappening, OrderTerm
from shelterbelt.orders.told import TermTold
from shelterbelt.store.asker import as_agency
from tests.apps.county import hour
from tests.apps.orders.cast import HOME, in_force, with_terms
from tests.world import AT, DAY, HOUR, Town

PAPER = {
    "kind": "final", "court": "Circuit Court", "docket": "26-OP-9", "respondent": "Alex Rowan Pike",
    "respondent_born-month": "2", "respondent_born-day": "29", "respondent_born-year": "1984", "plates": "FK4217",
    "petitioner": "Jamie Birch", "protected": "Sam Birch\n", "effective": "on_issue", "lasts": "years", "number": "1",
    "zone": "America/Chicago", "words": "Keep away.",
}  # fmt: skip


def body(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with hour(AT):
        yield


def test_an_order_is_written_down_found_and_read_page_by_page(place: Town, signed_in: Any) -> None:
    clerk = signed_in(place.court_clerk)
    wrong = clerk.post("/orders/new/", {**PAPER, "number": "many", "zone": "Nowhere/At"})
    assert wrong.status_code == 422 and b"Keep away." in wrong.content and b"many" in wrong.content
    assert "Write how many" in body(wrong) and "Write a time zone" in body(wrong)
    made = clerk.post("/orders/new/", PAPER)
    assert made.status_code == 302, body(made)
    with as_agency(place.court.id, at=AT):
        ref = Order.objects.get().ref
    assert made["Location"] == f"/orders/{ref}/happened/"
    both = {
        "kind": "issued",
        "moment-day": "2026-03-04",
        "moment-time": "08:00",
        "day-month": "3",
        "day-day": "4",
        "day-year": "2026",
    }
    assert clerk.post(f"/orders/{ref}/happened/", both).status_code == 422
    assert clerk.post(f"/orders/{ref}/happened/", dict(list(both.items())[:3])).status_code == 302
    served_on = {"kind": "served", "day-month": "3", "day-day": "5", "day-year": "2026"}
    ahead = clerk.post(f"/orders/{ref}/happened/", served_on)
    assert ahead.status_code == 422 and "lies ahead" in body(ahead)
    spot = {
        "shape": "circle",
        "points": "41.8781, -87.6298",
        "metres": "300",
        "label": "School",
        "shown": "yes",
        "said": "Area one",
    }
    assert clerk.post(f"/orders/{ref}/places/", {**spot, "points": "here"}).status_code == 422
    assert clerk.post(f"/orders/{ref}/places/", spot).status_code == 302
    page = clerk.get(f"/orders/{ref}/terms/")
    (value,) = re.findall(r'name="places" type="checkbox" value="([^"]+)"', page.content.decode())
    hours = {"days": ["0", "2"], "from_clock": "18:00", "until_clock": "07:00"}
    term = {"code": "04", "kind": "stay_away", "words": "Stay away.", "places": value, **hours}
    assert clerk.post(f"/orders/{ref}/terms/", {**term, "from_clock": "late"}).status_code == 422
    assert clerk.post(f"/orders/{ref}/terms/", term).status_code == 302
    shown = body(clerk.get(f"/orders/{ref}/"))
    assert "Mon, Wed from 18:00 to 07:00 the next day" in shown and "Served: Not known" in shown
    assert "Until: the end of Mar 4, 2027" in shown
    assert "<svg" in clerk.get(f"/orders/{ref}/").content.decode()
    found = body(clerk.post("/orders/find/", {"text": "fk 4217"}))
    assert "There is an order in force." in found and "Served: Not known" in found
    none = body(clerk.post("/orders/find/", {"text": "Somebody Else"}))
    assert "None known here" in none and "does not say that there is none" in none and "safe" not in none
    assert clerk.get("/orders/").status_code == 200
    with as_agency(place.court.id, at=AT):
        assert Reading.objects.filter(what="order_sheet").count() == 1
        line = OrderHappening.objects.get()
    assert clerk.post(f"/orders/{ref}/lines/happening/{line.ref}/", {"sure": "on"}).status_code == 302
    assert "Written down, not issued" in body(clerk.get(f"/orders/{ref}/"))


def test_nothing_that_the_respondent_sees_tells_of_a_protected_place(place: Town, signed_in: Any) -> None:
    by = place.court_clerk
    made = with_terms(in_force(by), by)
    canaries = {"label": "Kestrel House", "address": "17 Plover Lane", "said": "Wren Refuge"}
    with as_agency(by.agency_id, at=AT, worker=by.id):
        hidden = actions.write_place(
            made, shapes.feature("circle", [(41.9, -87.7)], 150), **canaries, by=by, at=AT
        )
        actions.write_term(
            made,
            TermTold("04", "stay_away", "Stay away from her home.", places=(str(hidden.id),)),
            by=by,
            at=AT,
        )
        told = json.dumps(served.told(made, at=AT))
        for word in (*canaries.values(), "41.9", "87.7", "The school of the child", "555-0177", "Jamie"):
            assert word not in told, word
        assert "Area one" in told and "41.878100" in told and "Stay away from her home." in told
        assert served.told(made, at=AT)["places"] == [
            {
                "number": "1",
                "said": "Area one",
                "points": ["41.878100, -87.629800"],
                "metres": "300 metres around",
            }
        ]
    client = signed_in(by)
    answer = client.get(f"/orders/{made.ref}/paper/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="paper.pdf"'
    assert not any(word.encode() in answer.content for word in canaries.values())
    data = client.get(f"/orders/{made.ref}/data/").content.decode()
    assert not any(word in data for word in (*canaries.values(), "41.9", "The school", "555"))
    for words in ("Not near KESTREL  house.", "Not in 17 plover lane", "Call 312-555-0177 never"):
        with as_agency(by.agency_id, at=AT, worker=by.id):
            row = actions.write_term(made, TermTold("08", "other", words), by=by, at=AT)
        refused = client.get(f"/orders/{made.ref}/paper/")
        assert refused.status_code == 409 and "was not made" in body(refused), words
        assert "Plover" not in body(refused) and "Kestrel" not in body(refused)
        with as_agency(by.agency_id, at=AT, worker=by.id):
            actions.strike_term(row, by=by, at=AT)
    assert client.get(f"/orders/{made.ref}/paper/").status_code == 200


def test_data_for_a_clerk_has_the_names_of_niem(place: Town, signed_in: Any) -> None:
    made = with_terms(in_force(place.court_clerk), place.court_clerk)
    answer = signed_in(place.court_clerk).get(f"/orders/{made.ref}/data/")
    told = json.loads(answer.content)["j:ProtectionOrder"]
    assert told["nc:ActivityIdentification"] == {"nc:IdentificationID": "26-OP-0042"}
    assert told["j:CourtOrderIssuingDate"] == told["j:CourtOrderServiceDate"] == {"nc:Date": "2026-03-04"}
    assert told["nc:ActivityDateRange"]["nc:EndDate"] == {"nc:Date": "2027-03-04"}
    assert [one["j:ProtectionOrderConditionCode"] for one in told["j:ProtectionOrderCondition"]] == [
        "04", "05", "07", "06", "08",
    ]  # fmt: skip
    assert (
        told["j:ProtectionOrderRestrictedPerson"]["nc:PersonName"]["nc:PersonFullName"] == "Alex Rowan Pike"
    )
    assert told["j:CourtOrderIssuingCourt"]["j:OrganizationAugmentation"]["j:OrganizationORIIdentification"]
    assert "j:ProtectionOrderBradyIndicator" not in told and "j:CourtOrderRecallDate" not in told
    assert answer["Content-Disposition"] == 'attachment; filename="data.json"'


def test_a_hearing_for_a_calendar_names_nothing_and_nobody(place: Town, signed_in: Any) -> None:
    by = place.court_clerk
    made = in_force(by)
    words = {"court": "Circuit Court", "room": "4B", "about": "Renewal, Alex Pike"}
    with as_agency(by.agency_id, at=AT, worker=by.id):
        row = actions.set_hearing(made, AT + 10 * DAY, zone="America/Chicago", words=words, by=by, at=AT)
    client = signed_in(by)
    answer = client.get(f"/orders/{made.ref}/date/{row.ref}/")
    text = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="date.ics"'
    assert "DTSTART;TZID=America/Chicago:20260314T103000" in text and "BEGIN:VTIMEZONE" in text
    for word in ("Pike", "Circuit", "4B", "Renewal", "LOCATION", "order", "court", "protect"):
        assert word.lower() not in text.lower(), word
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["summary"] == "Appointment" and event.decoded("dtstart") == AT + 10 * DAY
    with as_agency(by.agency_id, at=AT, worker=by.id):
        actions.strike_hearing(row, by=by, at=AT)
    assert "STATUS:CANCELLED" in client.get(f"/orders/{made.ref}/date/{row.ref}/").content.decode()


def test_weapons_are_handed_over_when_somebody_says_so_and_shown_when_something_shows_it(
    place: Town, signed_in: Any
) -> None:
    made, client = in_force(place.court_clerk), signed_in(place.court_clerk)
    page = f"/orders/{made.ref}/"
    assert client.post(page + "weapons/", {"what": "Two rifles"}).status_code == 302
    assert "Nobody has written that it was handed over." in body(client.get(page))
    with as_agency(place.court.id, at=AT):
        (row,) = made.surrenders.all()
    told = {"moment-day": "2026-03-04", "moment-time": "09:00", "whom": "Sheriff"}
    assert client.post(f"{page}weapons/{row.ref}/", told).status_code == 302
    assert "nobody has shown it" in body(client.get(page))
    assert client.post(f"{page}weapons/{row.ref}/", {**told, "proof": "Receipt 9"}).status_code == 302
    assert "shown by Receipt 9" in body(client.get(page))


def test_who_may_find_our_orders_is_opened_and_ended_on_one_page(place: Town, signed_in: Any) -> None:
    made = in_force(place.court_clerk)
    clerk, officer = signed_in(place.court_clerk), signed_in(place.officer)
    assert "None known here" in body(officer.post("/orders/find/", {"text": "alex pike"}))
    until = {"reader": place.police.ref, "until_on-month": "4", "until_on-day": "1", "until_on-year": "2026"}
    assert clerk.post("/orders/shared/", {**until, "until_on-year": "2025"}).status_code == 422
    assert clerk.post("/orders/shared/", until).status_code == 302
    answer = officer.post("/orders/find/", {"text": "alex pike"})
    assert "There is an order in force." in body(answer) and f"from {place.court.name}" in body(answer)
    assert officer.get(f"/orders/{made.ref}/").status_code == 404
    with as_agency(place.court.id, at=AT):
        looks = Reading.objects.filter(what="order_sheet", about=made.id, reader_agency_id=place.police.id)
        assert looks.count() == 1
        (row,) = actions.agreeing.OrdersAgreement.objects.all()
    assert clerk.post(f"/orders/shared/{row.ref}/end/").status_code == 302
    assert "None known here" in body(officer.post("/orders/find/", {"text": "alex pike"}))
    assert signed_in(place.advocate).get("/orders/find/").status_code == 404


def test_it_is_told_once_a_day_of_the_list_that_an_order_ends_soon(place: Town) -> None:
    by = place.court_clerk
    made = in_force(by)
    with as_agency(by.agency_id, at=AT):
        made.refresh_from_db()
        assert made.ends_at is not None
        counts = [
            actions.remind(by.agency_id, at=made.ends_at - days * DAY) for days in (90, 59, 58, 29, 2, 1, -1)
        ]
    assert counts == [0, 1, 0, 1, 1, 0, 0]
    with as_agency(by.agency_id, at=AT, worker=by.id):
        assert not OrderTerm.objects.filter(order=made).exists() and not HomeSeed.objects.exists()
        actions.note_happening(made, "recalled", happened_at=AT, by=by, at=AT + HOUR)
        assert actions.remind(by.agency_id, at=made.ends_at - 13 * DAY) == 0
    assert HOME
