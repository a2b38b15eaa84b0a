"""Devices: who issues and ends them, that a secret is shown once and kept nowhere, and that no page says where they are."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.ledger.models import Entry
from shelterbelt.records.actions.replaying import replay
from shelterbelt.store.asker import as_agency
from shelterbelt.store.journal import lines
from shelterbelt.watching.actions import devices
from shelterbelt.watching.models import Device, Feed, LastFix, Roster
from shelterbelt.watching.receiving.known import FORM, digest_of
from tests.apps.orders.cast import order
from tests.apps.safety.conftest import home_in
from tests.apps.watching.senders import osmand, receiver, send, tracker
from tests.world import AT, HOUR, Town


def test_a_secret_is_kept_as_a_digest_and_shown_to_nobody_again(place: Town) -> None:
    issued = tracker(place, "owntracks")
    assert FORM.fullmatch(issued.secret) and FORM.fullmatch(issued.passphrase)
    assert issued.secret not in repr(issued) and issued.passphrase not in repr(issued)
    with as_agency(place.court.id, at=AT):
        row = Device.objects.get()
        digest = bytes(row.secret_digest or b"")
        assert digest == digest_of(issued.secret) and issued.secret.encode() not in digest
        assert issued.secret not in json.dumps(opened(row))
        assert opened(row) == {"label": "Ankle", "passphrase": issued.passphrase}
        assert row.number == issued.thing.number and row.part == row.number % 16
        kinds = Entry.objects.filter(agency_id=place.court.id).values_list("kind", flat=True)
        assert "device.issued" in kinds


def test_only_who_keeps_trackers_issues_them_and_only_for_their_own_orders(place: Town) -> None:
    made = order(place.court_clerk)
    for by in (
        place.officer,
        place.advocate,
        place.prosecutor_worker,
        place.uninvited,
        place.probation_officer,
    ):
        with as_agency(by.agency_id, at=AT, worker=by.id), pytest.raises(NotForYou):
            devices.issue_tracker(made, "osmand", "x", by=by, at=AT)
    issued = tracker(place)
    for by in (place.officer, place.advocate, place.probation_officer):
        for act in (devices.turn_secret, devices.end_device):
            with as_agency(by.agency_id, at=AT, worker=by.id), pytest.raises(NotForYou):
                act(issued.thing, by=by, at=AT)
        with as_agency(by.agency_id, at=AT, worker=by.id):
            assert not Device.objects.exists() and not Feed.objects.exists()
    with as_agency(place.court.id, at=AT, worker=place.court_clerk.id):
        for protocol in ("feed", "letter", "mqtt"):
            with pytest.raises(ValueError):
                devices.issue_tracker(made, protocol, "x", by=place.court_clerk, at=AT)


def test_a_survivors_own_device_is_theirs_and_whom_they_trust(place: Town) -> None:
    home = home_in(place)
    with home.asks(home.by):
        mine = devices.issue_own_device(home.file, "osmand", "Phone", by=home.by, at=AT)
    send(osmand(mine.secret))
    for by in (home.colleague, place.shelter_worker, place.court_clerk):
        with as_agency(by.agency_id, at=AT, worker=by.id):
            assert not Device.objects.exists() and not LastFix.objects.exists()
            with pytest.raises(NotForYou):
                devices.end_device(mine.thing, by=by, at=AT)
    with home.asks(home.survivor):
        assert Device.objects.get().id == mine.thing.id and LastFix.objects.get().device_id == mine.thing.id
    turned = devices.turn_secret(mine.thing, by=home.survivor, at=AT)
    devices.end_device(turned.thing, by=home.survivor, at=AT)
    with as_agency(place.advocates.id, at=AT):
        assert Device.objects.get().ended_at == AT and not LastFix.objects.exists()


def test_every_change_of_a_device_is_counted_whoever_makes_it(place: Town) -> None:
    issued, court = tracker(place), place.court.id

    def count() -> int:
        with as_agency(court, at=AT):
            return Roster.objects.get(agency=place.court).version

    seen = [count()]
    changes: tuple[dict[str, Any], ...] = (
        {"ended_at": AT},
        {"secret_digest": b"x"},
        {"part": 3},
        {"trail": True},
    )
    for change in changes:
        with as_agency(court, at=AT):
            Device.objects.filter(id=issued.thing.id).update(**change)
        seen.append(count())
    with as_agency(court, at=AT):
        Device.objects.filter(id=issued.thing.id).update(heard_at=AT)
    assert count() == seen[-1]
    with as_agency(court, at=AT):
        Device.objects.filter(id=issued.thing.id).delete()
    assert len({*seen, count()}) == 6


def test_after_a_restore_what_had_ended_or_turned_is_so_again(
    place: Town, settings: Any, tmp_path: Any
) -> None:
    settings.JOURNAL = tmp_path
    walker, other, clerk = tracker(place), tracker(place), place.court_clerk
    with as_agency(place.court.id, at=AT, worker=clerk.id):
        turned = devices.turn_secret(walker.thing, by=clerk, at=AT)
        devices.end_device(other.thing, by=clerk, at=AT)
    with as_agency(place.court.id, at=AT):  # as the backup of an hour ago has them
        Device.objects.filter(id=walker.thing.id).update(secret_digest=digest_of(walker.secret))
        Device.objects.filter(id=other.thing.id).update(ended_at=None)
    assert replay(lines(tmp_path), since=AT - HOUR, at=AT + HOUR) == 2
    answers = send(osmand(walker.secret), osmand(other.secret), osmand(turned.secret))
    assert [answer.status for answer in answers] == [401, 401, 200]


def test_pages_issue_turn_and_end_and_never_say_where(place: Town, signed_in: Any) -> None:
    made, client = order(place.court_clerk), signed_in(place.court_clerk)
    assert "No tracker was issued yet" in client.get("/trackers/").content.decode()
    page = client.get("/trackers/new/").content.decode()
    assert made.ref in page and "Alex Rowan Pike" in page
    assert (
        client.post("/trackers/new/", {"order": made.ref, "label": "", "protocol": "osmand"}).status_code
        == 422
    )
    told = {"order": made.ref, "label": "Ankle 7", "protocol": "osmand"}
    shown = client.post("/trackers/new/", told)
    secret = FORM.search(shown.content.decode())
    assert (
        secret and shown.headers["Cache-Control"] == "no-store" and "/fixes/osmand" in shown.content.decode()
    )
    with receiver() as ask:
        assert ask(osmand(secret[0], 41.234567))[0].status == 200
    page = client.get("/trackers/").content.decode()
    assert "Ankle 7" in page and "ago" in page and made.ref in page
    assert secret[0] not in page and "41.23" not in page and "Pike" not in page
    with as_agency(place.court.id, at=AT):
        row = Device.objects.get()
    again = FORM.search(client.post(f"/trackers/{row.ref}/turn/").content.decode())
    assert again and again[0] != secret[0]
    assert client.post(f"/trackers/{row.ref}/end/").status_code == 302
    assert "Ended" in client.get("/trackers/").content.decode()
    assert client.post(f"/trackers/{row.ref}/turn/").status_code == 302
    feed = FORM.search(client.post("/trackers/", {"label": "Vendor"}).content.decode())
    assert feed and "Vendor" in client.get("/trackers/").content.decode()
    with as_agency(place.court.id, at=AT):
        vendor = Feed.objects.get()
    shown = client.post("/trackers/new/", {**told, "protocol": "feed", "feed": vendor.ref})
    assert not FORM.search(shown.content.decode()) and "Tell the vendor this number" in shown.content.decode()
    assert client.post("/trackers/new/", {**told, "protocol": "feed"}).status_code == 422
    assert FORM.search(client.post(f"/trackers/feeds/{vendor.ref}/turn/").content.decode())
    assert client.post(f"/trackers/feeds/{vendor.ref}/end/").status_code == 302
    assert signed_in(place.officer).get("/trackers/").status_code == 404


def test_a_page_says_how_long_ago_a_tracker_was_heard(place: Town) -> None:
    issued = tracker(place)
    later = AT + timedelta(hours=3)
    send(osmand(issued.secret, at=later), at=later)
    send(osmand(issued.secret, at=later + timedelta(seconds=5)), at=later + timedelta(seconds=5))
    with as_agency(place.court.id, at=AT):
        assert Device.objects.get().heard_at in (later, later + timedelta(seconds=5))
