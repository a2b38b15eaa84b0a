"""Sessions: short, listed, revocable; a stolen table signs nobody in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection

from shelterbelt.access import sessions
from shelterbelt.access.actions import close_account, make_demo_link, note_factor_change
from shelterbelt.access.models import Session, Worker
from shelterbelt.store.asker import as_agency, signing_in
from shelterbelt.ui.clock import now
from tests.apps.access.signing import visitor
from tests.world import Town

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def key_of(client: Any) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def rows_of(worker: Worker) -> list[Session]:
    with as_agency(worker.agency_id, at=now(), worker=worker.id):
        return list(Session.objects.filter(worker_id=worker.id))


def moved(client: Any, worker: Worker, **back: timedelta) -> None:
    """The same session, begun or last seen that much earlier."""
    with sessions._holding(key_of(client)) as digest:
        row = Session.objects.get(digest=digest)
        Session.objects.filter(digest=digest).update(
            **{name: getattr(row, name) - gap for name, gap in back.items()}
        )


def test_a_session_that_nobody_used_for_half_an_hour_is_over(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    assert client.get("/work/").status_code == 200
    moved(client, place.officer, seen_at=timedelta(minutes=29))
    assert client.get("/work/").status_code == 200
    moved(client, place.officer, seen_at=timedelta(minutes=31))
    assert client.get("/work/")["Location"] == "/account/login/"
    assert rows_of(place.officer) == []


def test_a_session_is_over_after_twelve_hours_however_busy(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    assert client.get("/work/").status_code == 200
    moved(client, place.officer, opened_at=timedelta(hours=12, seconds=1))
    assert client.get("/work/")["Location"] == "/account/login/"


def test_a_busy_session_stays_open_and_says_when_it_was_last_used(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    for _ in range(3):
        moved(client, place.officer, seen_at=timedelta(minutes=20))
        assert client.get("/work/").status_code == 200
        (row,) = rows_of(place.officer)
        assert now() - row.seen_at < timedelta(minutes=1)


def test_the_table_holds_neither_the_key_nor_anything_readable(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    client.get("/work/")
    with as_agency(place.police.id, at=now(), worker=place.officer.id), connection.cursor() as cursor:
        cursor.execute("select row_to_json(s)::text, s.sealed from access_session s")
        found = cursor.fetchall()
    assert found
    for text, sealed in found:
        assert key_of(client) not in text
        assert b"_auth_user" not in bytes(sealed)
    assert sessions.digest_of(key_of(client)) != key_of(client).encode()


def test_a_session_is_seen_by_whoever_holds_its_key_its_worker_and_their_agency(
    place: Town, signed_in: Any
) -> None:
    signed_in(place.officer).get("/work/")

    def seen(agency: Any, worker: Any = None) -> int:
        with as_agency(agency.id, at=now(), worker=worker.id if worker else None):
            return Session.objects.filter(worker_id=place.officer.id).count()

    assert seen(place.police, place.officer) == 1
    assert seen(place.police, place.administrator) == 1
    assert seen(place.prosecutor) == seen(place.advocates) == 0
    assert Session.objects.count() == 0


def test_the_key_changes_at_sign_in(place: Town) -> None:
    client = visitor()
    client.get("/account/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    before = key_of(client)
    with as_agency(place.police.id, at=now()), signing_in(at=now()):
        token = make_demo_link(place.officer, at=now())
    settings.DEMO = True
    try:
        assert client.get(f"/account/demo/{token}/")["Location"] == "/"
    finally:
        settings.DEMO = False
    assert key_of(client) != before
    planted = visitor()
    planted.cookies[settings.SESSION_COOKIE_NAME] = before
    assert planted.get("/work/")["Location"] == "/account/login/"
    assert client.get("/work/").status_code == 200


def test_a_worker_sees_their_sessions_and_ends_one_or_all_others(place: Town, signed_in: Any) -> None:
    one, two, three = (signed_in(place.officer) for _ in range(3))
    one.get("/work/", headers={"User-Agent": FIREFOX})
    page = two.get("/account/sessions/").content.decode()
    assert page.count("End it") == 2
    assert "Firefox, Linux" in page
    row = next(r for r in rows_of(place.officer) if r.device)
    assert two.post(f"/account/sessions/{row.ref}/end/").status_code == 302
    assert one.get("/work/")["Location"] == "/account/login/"
    assert three.get("/work/").status_code == 200
    two.post("/account/sessions/end/")
    assert three.get("/work/")["Location"] == "/account/login/"
    assert two.get("/work/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(place: Town, signed_in: Any) -> None:
    theirs, mine = signed_in(place.officer), signed_in(place.officer_two)
    theirs.get("/work/")
    (row,) = rows_of(place.officer)
    missing = mine.get("/there-is-no-such-page/")
    answer = mine.post(f"/account/sessions/{row.ref}/end/")
    assert (answer.status_code, answer.content) == (404, missing.content)
    assert theirs.get("/work/").status_code == 200


def test_a_changed_factor_ends_the_other_sessions(place: Town, signed_in: Any) -> None:
    here, there = signed_in(place.officer), signed_in(place.officer)
    with as_agency(place.police.id, at=now(), worker=place.officer.id):
        note_factor_change(place.officer, but=sessions.digest_of(key_of(here)), at=now())
    assert here.get("/work/").status_code == 200
    assert there.get("/work/")["Location"] == "/account/login/"


def test_a_session_that_ends_while_a_page_is_made_is_not_brought_back(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    store = sessions.SessionStore(key_of(client))
    store["something"] = "new"
    with as_agency(place.police.id, at=now(), worker=place.officer.id):
        sessions.end_all(place.officer.id, at=now())
    with pytest.raises(UpdateError):
        store.save()
    assert client.get("/work/")["Location"] == "/account/login/"


def test_what_is_streamed_stops_when_the_account_closes(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    client.get("/work/")
    parts = sessions.while_open(iter([b"1", b"2", b"3"]), key_of(client), every=timedelta(0))
    assert next(parts) == b"1"
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        close_account(place.officer, by=place.administrator, at=now())
    assert list(parts) == []


def test_old_sessions_are_taken_away_by_the_daily_job(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    moved(client, place.officer, seen_at=timedelta(days=2))
    other = signed_in(place.officer_two)
    with signing_in(at=now()):
        sessions.SessionStore.clear_expired()
    assert rows_of(place.officer) == []
    assert other.get("/work/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0 Safari/537.36 Edg/137.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel) AppleWebKit/537.36 Chrome/137.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("", ""),
        ("<script>" * 200, ""),
    ],
)
def test_a_device_is_named_by_its_family_only(agent: str, said: str) -> None:
    assert sessions.device_of(agent) == said


def test_an_ended_session_is_noted_outside_the_database(
    place: Town, signed_in: Any, tmp_path: Any, settings: Any
) -> None:
    settings.JOURNAL = tmp_path
    signed_in(place.officer)
    at: datetime = now()
    with as_agency(place.police.id, at=at, worker=place.officer.id):
        assert sessions.end_all(place.officer.id, at=at) == 1
    from shelterbelt.store import journal

    (line,) = journal.lines(tmp_path)
    assert (line.kind, line.about, line.agency) == ("session.ended", place.officer.id, place.police.id)
