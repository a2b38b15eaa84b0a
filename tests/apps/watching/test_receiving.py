"""Devices send: what is acknowledged is in the log, each learns nothing, and what is refused is refused in one way."""

import asyncio
import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from nacl.secret import SecretBox

from shelterbelt.agencies.sealed import opened
from shelterbelt.rules.fixes import CLOCK, Fix
from shelterbelt.rules.frames import FRAME, SIZE
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.actions import devices
from shelterbelt.watching.actions.keeping import keep_fixes
from shelterbelt.watching.log import Lot
from shelterbelt.watching.models import Device, LastFix, LogKey, LogRow
from shelterbelt.watching.protocols.owntracks import key_of
from shelterbelt.watching.receiving import doors, gathering
from shelterbelt.watching.receiving.doors import SMALL, Doors
from shelterbelt.watching.receiving.known import Known, digest_of, new_secret
from shelterbelt.watching.receiving.parcels import parcel
from tests.apps.orders.cast import HOME, in_force, with_terms
from tests.apps.safety.conftest import home_in
from tests.apps.watching.senders import (
    MS,
    Answer,
    Request,
    logged,
    one,
    osmand,
    owntracks,
    ran,
    receiver,
    send,
    tracker,
)
from tests.world import AT, Town

CONSTANT = (
    (b"Content-Type", b"application/json"),
    (b"Content-Length", b"2"),
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
)
TAKEN, REFUSED = Answer(200, CONSTANT, b"[]"), Answer(401, CONSTANT, b"[]")
LATER = Answer(503, (*CONSTANT, (b"Retry-After", b"10")), b"[]")


def test_every_protocol_reaches_the_log_and_is_answered_alike(place: Town) -> None:
    walker, phone = tracker(place), tracker(place, "owntracks")
    clerk = place.court_clerk
    with as_agency(place.court.id, at=AT, worker=clerk.id):
        feed = devices.issue_feed("Vendor", by=clerk, at=AT)
    worn = [tracker(place, "feed", feed=feed.thing).thing.number for _ in range(2)]
    told = {"fixes": [{"device": n, "at": MS, "latitude": 41, "longitude": -105, "metres": 5} for n in worn]}
    frames = b"".join(FRAME.pack(MS, 0, 42.0, -105.0, 5.0, -1.0, n, -1, 0, 0) for n in worn)
    sealed = SecretBox(key_of(phone.passphrase)).encrypt(owntracks("", 43.0).body)
    closed = json.dumps({"_type": "encrypted", "data": base64.b64encode(sealed).decode()}).encode()
    answers = send(
        osmand(walker.secret),
        owntracks(phone.secret),
        owntracks(phone.secret, body=closed),
        Request("POST", "/fixes/json", "", json.dumps(told).encode(), f"Bearer {feed.secret}"),
        Request("POST", "/fixes/frames", "", frames, f"Bearer {feed.secret}"),
    )
    assert answers == [TAKEN] * 5
    found = logged(place.court.id)
    want = [(walker.thing.number, 40.0), (phone.thing.number, 40.0), (phone.thing.number, 43.0)]
    want += [(n, 41.0) for n in worn] + [(n, 42.0) for n in worn]
    assert sorted((heard.device, heard.fix.latitude) for heard in found) == sorted(want)
    assert {heard.received_ms for heard in found} == {MS}
    assert found[0].fix == Fix(MS, found[0].fix.latitude, -105.0, found[0].fix.metres)
    with as_agency(place.court.id, at=AT):
        assert set(Device.objects.filter(agency=place.court).values_list("heard_at", flat=True)) == {AT}
        assert not LastFix.objects.exists()


def test_what_waits_together_becomes_one_row_of_its_part(place: Town) -> None:
    walker = tracker(place)
    assert _held_back(walker.secret, *(osmand(walker.secret, 40 + n / 100) for n in range(9))) == [TAKEN] * 9
    assert len(logged(place.court.id)) == 9
    with as_agency(place.court.id, at=AT):
        assert LogRow.objects.get().count == 9
        assert LogKey.objects.get().hour_at == AT.replace(minute=0)


def _held_back(secret: str, *requests: Request) -> list[Answer]:
    """The answers of a receiver that knows this secret, and that begins to write when all of these have come."""
    door = Doors(lambda: AT)
    door.known.look(digest_of(secret), at=AT)

    async def begun() -> list[Answer]:
        waiting = [asyncio.ensure_future(one(door, request)) for request in requests]
        await asyncio.sleep(0.05)
        door.gathering.start()
        return list(await asyncio.gather(*waiting))

    try:
        return ran(begun())
    finally:
        door.stop()


def _bad(secret: str) -> list[Request]:
    good = osmand(secret)
    return [
        Request("GET", "/"), Request("GET", "/fixes/"), Request("GET", "/fixes/json"), Request("PUT", "/fixes/osmand"),
        Request("POST", "/fixes/json", "", b"{}"), Request("POST", "/fixes/json", "", b"{}", "Bearer"),
        Request("POST", "/fixes/frames", "", b"", "Bearer " + "x" * 4000),
        Request("POST", "/fixes/owntracks", "", b"{}", "Basic !"),
        Request("POST", "/fixes/owntracks", "", b"{}", f"Bearer {secret}"), Request("GET", "/fixes/osmand", "lat=1&lon=2"),
        Request("GET", "/fixes/osmand", f"{good.query}&deviceid={new_secret()}"), osmand(new_secret()),
        owntracks(new_secret()), osmand("1' or '1'='1"), osmand("%00"), osmand(secret.upper()), osmand(secret[:-1]),
        Request("POST", "/fixes/osmand", "", b"x" * (SMALL + 1)), Request("GET", "/fixes/osmand", "id=" + "%F0" * 3000),
    ]  # fmt: skip


def test_whoever_has_no_secret_gets_one_answer(place: Town) -> None:
    walker = tracker(place)
    with receiver() as ask:
        for request in _bad(walker.secret):
            assert ask(request) == [REFUSED], request
        assert ask(osmand(walker.secret)) == [TAKEN]
    assert len(logged(place.court.id)) == 1


def test_nothing_of_a_request_is_logged_taken_or_refused_or_failed(
    place: Town, caplog: Any, monkeypatch: Any
) -> None:
    walker, phone, wrong = tracker(place), tracker(place, "owntracks"), new_secret()
    requests = [osmand(walker.secret, 43.21), owntracks(phone.secret, 43.21), osmand(wrong, 43.21)]
    sealed = owntracks(phone.secret, body=b'{"_type":"location","tst":"4321"')
    with caplog.at_level(0), receiver() as ask:
        assert ask(*requests, sealed) == [TAKEN, TAKEN, REFUSED, TAKEN]
        monkeypatch.setattr(gathering, "keep_fixes", lambda *_parcels, **_at: 1 / 0)
        assert ask(*requests[:2]) == [LATER] * 2
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "fixes were not kept: ZeroDivisionError" in said
    words = ("43.21", "4321", "-105", walker.secret, phone.secret, wrong, "lat=", "Fix(", "Parcel(")
    assert not [word for word in words if word in said]
    assert not [record for record in caplog.records if record.exc_info]


def test_what_names_no_place_is_answered_as_if_it_did(place: Town) -> None:
    walker, phone = tracker(place), tracker(place, "owntracks")
    nothing = [
        Request("GET", "/fixes/osmand", f"id={walker.secret}"), osmand(walker.secret, 0, lon=0), osmand(walker.secret, 999),
        osmand(walker.secret, lat="nan"), osmand(walker.secret, accuracy=90000), owntracks(phone.secret, body=b"["),
        owntracks(phone.secret, body=b'{"_type":"encrypted","data":"AAAA"}'),
        owntracks(walker.secret), osmand(phone.secret),
        Request("POST", "/fixes/frames", "", b"\0" * SIZE, f"Bearer {phone.secret}"),
    ]  # fmt: skip
    with receiver() as ask:
        for request in nothing:
            assert ask(request) == [TAKEN], request
    assert logged(place.court.id) == []


def test_a_wrong_clock_is_marked_and_counts_from_now(place: Town) -> None:
    walker = tracker(place)
    send(osmand(walker.secret, at=AT - timedelta(days=400)), osmand(walker.secret, at=AT + timedelta(days=1)))
    assert [(heard.fix.ms, heard.fix.marks) for heard in logged(place.court.id)] == [(MS, CLOCK)] * 2


def test_a_secret_that_was_turned_or_ended_is_refused_at_once_by_a_receiver_that_knew_it(place: Town) -> None:
    walker, clerk = tracker(place), place.court_clerk
    with receiver() as ask:
        assert ask(osmand(walker.secret)) == [TAKEN]
        with as_agency(place.court.id, at=AT, worker=clerk.id):
            turned = devices.turn_secret(walker.thing, by=clerk, at=AT)
        assert ask(osmand(walker.secret), osmand(turned.secret)) == [REFUSED, TAKEN]
        with as_agency(place.court.id, at=AT, worker=clerk.id):
            devices.end_device(walker.thing, by=clerk, at=AT)
        assert ask(osmand(turned.secret), osmand(walker.secret)) == [REFUSED] * 2
    assert len(logged(place.court.id)) == 2


def test_a_feed_sends_for_its_own_trackers_alone_and_for_new_ones_at_once(place: Town) -> None:
    clerk, other = place.court_clerk, tracker(place)
    with as_agency(place.court.id, at=AT, worker=clerk.id):
        feed = devices.issue_feed("Vendor", by=clerk, at=AT)

    def batch(*numbers: int) -> Request:
        frames = b"".join(FRAME.pack(MS, 0, 42.0, -105.0, 5.0, -1.0, n, -1, 0, 0) for n in numbers)
        return Request("POST", "/fixes/frames", "", frames, f"Bearer {feed.secret}")

    with receiver() as ask:
        assert ask(batch(other.thing.number, 4_000_000_000)) == [TAKEN]
        worn = tracker(place, "feed", feed=feed.thing).thing
        assert ask(batch(worn.number, other.thing.number)) == [TAKEN]
        with as_agency(place.court.id, at=AT, worker=clerk.id):
            devices.end_device(worn, by=clerk, at=AT)
        assert ask(batch(worn.number)) == [LATER]
        assert ask(batch(worn.number)) == [TAKEN]
        with as_agency(place.court.id, at=AT, worker=clerk.id):
            devices.end_feed(feed.thing, by=clerk, at=AT)
        assert ask(batch(worn.number)) == [REFUSED]
    assert [heard.device for heard in logged(place.court.id)] == [worn.number]


def test_nothing_is_acknowledged_while_the_database_is_away_and_all_is_well_afterwards(
    place: Town, postgres: str
) -> None:
    walker = tracker(place)
    with receiver() as ask:
        assert ask(osmand(walker.secret)) == [TAKEN]
        with connection.cursor() as cursor:
            cursor.execute("select current_user, current_database()")
            role, name = cursor.fetchone()
        with psycopg.connect(postgres, autocommit=True) as owner:
            owner.execute(f'alter role "{role}" with nologin')
            try:
                owner.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
                    [name],
                )
                assert ask(osmand(walker.secret, 41), osmand(new_secret())) == [LATER, LATER]
            finally:
                owner.execute(f'alter role "{role}" with login')
        connection.close()
        assert ask(osmand(walker.secret, 42)) == [TAKEN]
    assert [heard.fix.latitude for heard in logged(place.court.id)] == [40.0, 42.0]


def test_what_is_kept_waits_for_the_disk_whatever_the_connection_is_set_to(place: Town) -> None:
    walker, seen = tracker(place), []
    bearer = Known().look(digest_of(walker.secret), at=AT)
    assert bearer is not None
    one_fix = parcel(bearer, "osmand", osmand(walker.secret).query, b"", received_ms=MS)

    def looked(run: Any, statement: str, *more: Any) -> Any:
        if "watching_logrow" in statement:
            with connection.cursor() as cursor:
                seen.append(cursor.execute("select current_setting('synchronous_commit')").fetchone()[0])
        return run(statement, *more)

    try:
        with connection.cursor() as cursor:
            cursor.execute("set synchronous_commit to off")
        with connection.execute_wrapper(looked):
            keep_fixes(place.court.id, [one_fix], at=AT)
    finally:
        connection.close()
    assert seen == ["on"] and len(logged(place.court.id)) == 1


def test_one_secret_that_floods_holds_nobody_else_up(place: Town) -> None:
    flooding, calm = tracker(place), tracker(place)
    flood = [osmand(flooding.secret, 40 + n / 1000) for n in range(gathering.OF_ONE + 30)]
    answers = _held_back(flooding.secret, *flood, osmand(calm.secret))
    assert answers.count(TAKEN) == gathering.OF_ONE + 1 and answers[-1] == TAKEN
    assert answers.count(LATER) == 30
    assert len(logged(place.court.id)) == gathering.OF_ONE + 1


def test_of_a_survivors_own_device_the_last_fix_alone_is_kept_unless_they_want_more(place: Town) -> None:
    file = home_in(place).file
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        mine = devices.issue_own_device(file, "osmand", "Phone", by=place.advocate, at=AT)
    hour = timedelta(hours=1)
    send(osmand(mine.secret, 41), osmand(mine.secret, 42, AT - hour), osmand(mine.secret, 43, AT - 2 * hour))
    with as_agency(place.advocates.id, at=AT):
        last = LastFix.objects.get()
        assert (opened(last)["latitude"], last.person_id) == (41.0, file.person_id)
        assert set(LogRow.objects.values_list("under__brief", flat=True)) == {True}
    with receiver() as ask:
        assert ask(osmand(mine.secret, 44)) == [TAKEN]
        with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
            devices.keep_trail(mine.thing, keep=True, by=place.advocate, at=AT)
        assert ask(osmand(mine.secret, 45)) == [LATER]
        assert ask(osmand(mine.secret, 45)) == [TAKEN]
    with as_agency(place.advocates.id, at=AT):
        assert LogRow.objects.filter(under__brief=False).count() == 1
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        devices.end_device(mine.thing, by=place.advocate, at=AT)
        assert not LastFix.objects.exists()


def test_a_body_that_breaks_off_or_has_no_end_is_refused(place: Town) -> None:
    walker, door = tracker(place), Doors(lambda: AT)
    request = Request("POST", "/fixes/osmand", osmand(walker.secret).query)
    endless = [b"x" * 1024] * 40
    assert ran(one(door, request, endless)) == REFUSED

    async def broken() -> Answer:
        said: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.disconnect"}

        async def tell(message: dict[str, object]) -> None:
            said.append(message)

        scope = {"type": "http", "method": "POST", "path": request.path, "headers": []}
        await door({**scope, "query_string": request.query.encode()}, receive, tell)
        return Answer(said[0]["status"], tuple(said[0]["headers"]), b"[]")  # type: ignore[arg-type]

    assert ran(broken()) == REFUSED
    assert Lot(3) < Lot(3, brief=True) < Lot(4)


@pytest.mark.parametrize("path", ["/fixes/health"])
def test_health_says_that_it_runs_and_nothing_else(place: Town, path: str) -> None:
    assert ran(one(Doors(lambda: AT), Request("GET", path))) == TAKEN


def test_what_a_device_is_told_is_the_same_in_worlds_with_and_without_others(place: Town) -> None:
    """A grid of fixes around a place: the answers of both worlds are equal byte by byte, and tell nothing of the grid."""
    answers = []
    for other in (False, True):
        mine = tracker(place)
        with receiver() as ask:
            if other:
                made = with_terms(in_force(place.court_clerk), place.court_clerk)
                home = home_in(place)
                with home.asks(home.by):
                    theirs = devices.issue_own_device(home.file, "osmand", "Phone", by=home.by, at=AT)
                assert ask(osmand(theirs.secret, HOME[0], lon=HOME[1])) == [TAKEN] and made
            grid = [(HOME[0] + y / 500, HOME[1] + x / 500) for x in range(-6, 7) for y in range(-6, 7)]
            told = [ask(osmand(mine.secret, lat, lon=lon))[0] for lat, lon in grid]
            refused = ask(osmand(new_secret(), HOME[0], lon=HOME[1]))
        answers.append((told, refused))
    assert answers[0] == answers[1] == ([TAKEN] * 169, [REFUSED])


def test_the_receiver_knows_no_zone_and_no_pair() -> None:
    """What it does not import it cannot tell."""
    for path in Path(doors.__file__).parent.glob("*.py"):
        text = path.read_text()
        for word in ("zone", "Pair", "Alarm", "orders", "alarms", "turning", "deciding"):
            assert word not in "\n".join(x for x in text.splitlines() if "import" in x), (path.name, word)
