"""The board as a stream, through the real server: what changed arrives within a second, and nothing after the end."""

import json
import threading
import time
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from shelterbelt.access import sessions
from shelterbelt.api.actions import revoke_client
from shelterbelt.api.stream import event
from shelterbelt.config import streams
from shelterbelt.ledger.models import Reading
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.apps.api.listening import Line, cookie, hang_up, server
from tests.world import Town

__all__ = ["hang_up", "server"]


@pytest.mark.alone
def test_a_new_case_is_told_within_a_second_and_without_names(
    place: Town, signed_in: Any, server: int
) -> None:
    line = Line(server, Cookie=cookie(signed_in(place.detective)))
    assert line.status == 200 and "text/event-stream" in line.head and "no-store" in line.head
    time.sleep(0.7)
    case = an_incident(place, place.officer).case
    assert case is not None
    began = time.monotonic()
    assert line.wait(lambda: line.news(), 3)
    assert time.monotonic() - began < 1.0
    assert line.news() == [{"changed": [{"ref": case.ref, "level": "medium", "due_at": None}], "gone": []}]
    assert b"Ines" not in line.came
    with as_agency(place.police.id, at=now()):
        assert Reading.objects.filter(what="board.stream", by=place.detective.id).count() == 1


def test_what_happens_just_after_a_line_is_open_is_told(
    place: Town, signed_in: Any, server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, look, happened = count(), streams.stream.look, threading.Event()

    def slowly(*words: Any) -> Any:
        return look(*words) if next(looks) == 0 or happened.wait(5) else None

    monkeypatch.setattr(streams.stream, "look", slowly)
    line = Line(server, Cookie=cookie(signed_in(place.detective)))
    assert line.status == 200
    case = an_incident(place, place.officer).case
    happened.set()
    assert case is not None and line.wait(lambda: line.news(), 3)
    assert [changed["ref"] for changed in line.news()[0]["changed"]] == [case.ref]


def test_what_a_worker_may_not_see_moves_nothing(place: Town, signed_in: Any, server: int) -> None:
    line = Line(server, Cookie=cookie(signed_in(place.prosecutor_worker)))
    assert line.status == 200
    time.sleep(0.7)
    an_incident(place, place.officer)
    assert not line.wait(lambda: line.news(), 1.5)


@pytest.mark.alone
def test_a_stream_ends_with_its_session_and_says_nothing_more(
    place: Town, signed_in: Any, server: int
) -> None:
    line = Line(server, Cookie=cookie(signed_in(place.detective)))
    time.sleep(0.7)
    with as_agency(place.police.id, at=now()):
        sessions.end_all(place.detective.id, at=now())
    an_incident(place, place.officer)
    began = time.monotonic()
    assert line.wait(lambda: line.ended, 3) and time.monotonic() - began < 1.0
    assert line.news() == []


@pytest.mark.alone
def test_a_program_listens_until_its_token_is_worth_nothing(place: Town, program: Any, server: int) -> None:
    one = program(place.police, "detective")
    line = Line(server, Authorization=f"Bearer {one.token}")
    assert line.status == 200
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        revoke_client(one.client, by=place.administrator, at=now())
    began = time.monotonic()
    assert line.wait(lambda: line.ended, 3) and time.monotonic() - began < 1.0
    assert Line(server, Authorization=f"Bearer {one.token}").status == 404


def test_whoever_may_not_listen_gets_one_answer(
    place: Town, signed_in: Any, program: Any, server: int
) -> None:
    one = program(place.police, "detective", scopes=("actions:read",))
    good = cookie(signed_in(place.detective))
    tries = [
        Line(server), Line(server, Cookie="session=nobody"), Line(server, "/stream/else", Cookie=good),
        Line(server, Cookie=good, Origin="https://elsewhere.example"),
        Line(server, Cookie=cookie(signed_in(place.uninvited))),
        Line(server, Cookie=cookie(signed_in(place.administrator))),
        Line(server, f"/stream/board?from={place.court.ref}", Cookie=good),
        Line(server, Authorization=f"Bearer {one.token}"), Line(server, Authorization="Bearer nothing"),
    ]  # fmt: skip
    assert all(line.wait(lambda line=line: line.ended, 2) for line in tries)
    assert {line.status for line in tries} == {404}
    assert len({line.came.split(b"\r\n\r\n")[1] for line in tries}) == 1


def test_one_session_holds_a_few_streams(place: Town, signed_in: Any, server: int) -> None:
    good = cookie(signed_in(place.detective))
    lines = [Line(server, Cookie=good) for _ in range(streams.MOST_OF_ONE)]
    assert {line.status for line in lines} == {200}
    assert Line(server, Cookie=good).status == 404
    lines[0].socket.close()
    time.sleep(1.2)
    assert Line(server, Cookie=good).status == 200


def test_being_listened_to_keeps_no_session_alive(
    place: Town, signed_in: Any, server: int, settings: Any, monkeypatch: Any
) -> None:
    settings.SESSION_IDLE = timedelta(seconds=3)
    monkeypatch.setattr(sessions, "SEEN_EVERY", timedelta(milliseconds=1))
    line = Line(server, Cookie=cookie(signed_in(place.detective)))
    assert line.status == 200
    assert line.wait(lambda: line.ended, 6)


def test_an_event_tells_references_levels_and_times_only() -> None:
    told = event(
        {"a": ("low", ""), "b": ("low", "")}, {"b": ("high", ""), "c": ("low", "2026-01-01T00:00:00+00:00")}
    )
    body = json.loads(told.split(b"data: ")[1])
    assert body["gone"] == ["a"] and [one["ref"] for one in body["changed"]] == ["b", "c"]
    assert all(set(one) == {"ref", "level", "due_at"} for one in body["changed"])
