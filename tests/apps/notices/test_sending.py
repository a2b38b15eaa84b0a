"""Sending what is due: once, inside the hours, by what stands in that very moment; and what a crash leaves."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from shelterbelt.ledger.models import Entry
from shelterbelt.notices import channels, jobs
from shelterbelt.notices.actions import (
    propose_instructions,
    refuse_change,
    stop_contact,
    tell_instructions,
    write_notice,
)
from shelterbelt.notices.actions.sending import LOST_AFTER, send_notice
from shelterbelt.notices.models import Notice
from shelterbelt.notices.queries import due_notices
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.notices.people import AT, EVENING, told
from tests.apps.notices.servers import MailServer, mail_server
from tests.world import Town

BY_MAIL = told(channels=["email"])
MINUTE = timedelta(minutes=1)
OPENING = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)


@pytest.fixture
def server(settings: Any, both_ways: None) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.MAIL = {**settings.MAIL, "port": str(server.port)}
        yield server


def write(town: Town, about: UUID, instructions: Any = BY_MAIL, *, at: datetime = AT) -> Notice:
    with as_agency(town.advocates.id, at=at, worker=town.advocate.id):
        return write_notice(
            "reminder",
            agency=town.advocates,
            about=about,
            instructions=instructions,
            language="en",
            by=None,
            at=at,
        )


def now_is(town: Town, notice: Notice) -> Notice:
    with as_agency(town.advocates.id, at=AT):
        return Notice.objects.get(id=notice.id)


def test_it_goes_once_and_leaves_its_line(place: Town, server: MailServer) -> None:
    notice = write(place, uuid7())
    assert send_notice(place.advocates.id, notice.id, at=AT) == "sent"
    assert send_notice(place.advocates.id, notice.id, at=AT + MINUTE) == ""
    assert len(server.inbox.letters) == 1
    with as_agency(place.advocates.id, at=AT):
        kinds = list(Entry.objects.filter(about=notice.id).order_by("id").values_list("kind", flat=True))
    assert kinds == ["notice.waiting", "notice.sent"]


def test_two_jobs_at_once_send_one(place: Town, server: MailServer) -> None:
    notice = write(place, uuid7())
    server.inbox.wait = 0.5
    found: list[str] = []

    def work() -> None:
        try:
            found.append(send_notice(place.advocates.id, notice.id, at=AT))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["", "", "", "sent"]
    assert len(server.inbox.letters) == 1


def test_within_a_minute_of_the_opening_the_sweep_finds_it_and_not_before(
    place: Town, server: MailServer
) -> None:
    notice = write(place, uuid7(), at=EVENING)
    assert due_notices(place.advocates.id, at=OPENING - timedelta(seconds=1)) == []
    assert due_notices(place.advocates.id, at=OPENING) == [notice.id]
    assert send_notice(place.advocates.id, notice.id, at=OPENING - MINUTE) == ""
    assert send_notice(place.advocates.id, notice.id, at=OPENING) == "sent"


def test_the_sweep_runs_each_minute_and_its_jobs_carry_ids_only(
    place: Town, server: MailServer, monkeypatch: Any
) -> None:
    assert {
        task.cron
        for task in jobs.app.periodic_registry.periodic_tasks.values()
        if task.task.name == "notices.sweep"
    } == {"* * * * *"}
    notice = write(place, uuid7(), at=EVENING)
    monkeypatch.setattr(jobs, "now", lambda: OPENING + timedelta(seconds=20))
    jobs.sweep(0)
    with connection.cursor() as cursor:
        cursor.execute("select args from procrastinate_jobs where args->>'notice' = %s", [str(notice.id)])
        args = json.loads(cursor.fetchone()[0])
    assert args == {"agency": str(place.advocates.id), "notice": str(notice.id)}
    monkeypatch.setattr(jobs, "now", lambda: OPENING + timedelta(seconds=50))
    jobs.send(**args)
    assert len(server.inbox.letters) == 1


def test_after_an_outage_over_night_it_waits_for_the_next_hours(place: Town, server: MailServer) -> None:
    notice = write(place, uuid7())
    assert send_notice(place.advocates.id, notice.id, at=EVENING) == "waiting"
    assert server.inbox.letters == []
    assert now_is(place, notice).next_at == OPENING
    assert send_notice(place.advocates.id, notice.id, at=OPENING) == "sent"


def test_after_an_outage_of_a_week_it_is_dropped_with_the_reason(place: Town, server: MailServer) -> None:
    notice = write(place, uuid7())
    assert send_notice(place.advocates.id, notice.id, at=AT + timedelta(days=7)) == "refused"
    assert now_is(place, notice).reasons == ["notice.too_late"]
    assert server.inbox.letters == []


def test_what_changed_while_it_waited_counts(place: Town, server: MailServer) -> None:
    about = uuid7()
    notice = write(place, about, at=EVENING)
    with as_agency(place.advocates.id, at=EVENING, worker=place.advocate.id):
        tell_instructions(
            about, told(channels=["email"], email="new@example.org"), by=place.advocate, at=EVENING
        )
    assert send_notice(place.advocates.id, notice.id, at=OPENING) == "sent"
    assert server.inbox.from_to[0][1] == ["new@example.org"]


def test_instructions_that_were_narrowed_refuse_it(place: Town, server: MailServer) -> None:
    about = uuid7()
    notice = write(place, about, at=EVENING)
    with as_agency(place.advocates.id, at=EVENING, worker=place.advocate.id):
        tell_instructions(about, told(shared_device=True), by=place.advocate, at=EVENING)
    assert send_notice(place.advocates.id, notice.id, at=OPENING) == "refused"
    assert server.inbox.letters == []


def test_nothing_goes_while_a_change_waits_and_the_old_way_goes_on_when_it_was_refused(
    place: Town, server: MailServer
) -> None:
    about = uuid7()
    before = write(place, about, at=EVENING)
    with as_agency(place.advocates.id, at=EVENING, worker=place.advocate.id):
        propose_instructions(
            about, told(email="thief@example.org"), by=place.advocate, at=EVENING, given=BY_MAIL
        )
    meanwhile = write(place, about, at=OPENING)
    for notice in (before, meanwhile):
        assert send_notice(place.advocates.id, notice.id, at=OPENING) == "waiting"
        assert now_is(place, notice).reasons == ["contact.change_pending"]
    assert server.inbox.letters == []
    with as_agency(place.advocates.id, at=OPENING, worker=place.advocate.id):
        refuse_change(about, by=place.advocate, at=OPENING)
    for notice in (before, meanwhile):
        assert send_notice(place.advocates.id, notice.id, at=OPENING) == "sent"
    assert [to for _, to in server.inbox.from_to] == [["robin@example.org"]] * 2


def test_a_stop_that_was_said_is_obeyed_by_a_message_that_is_on_its_way(
    place: Town, server: MailServer
) -> None:
    """A stop either comes before the letter, and then nothing goes, or waits until it has gone."""
    about = uuid7()
    notice = write(place, about)
    server.inbox.wait = 0.6
    order: list[str] = []

    def work() -> None:
        try:
            send_notice(place.advocates.id, notice.id, at=AT)
            order.append("sent")
        finally:
            connections["default"].close()

    thread = threading.Thread(target=work)
    thread.start()
    while not server.inbox.greeted:
        threading.Event().wait(0.01)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        stop_contact(about, by=place.advocate, at=AT, given=BY_MAIL)
        order.append("stopped")
    thread.join()
    assert order == ["sent", "stopped"]
    assert now_is(place, notice).state == "sent"


def test_a_busy_server_puts_it_off_and_then_it_goes(place: Town, server: MailServer) -> None:
    notice = write(place, uuid7())
    server.inbox.on_rcpt = ["450 later"]
    assert send_notice(place.advocates.id, notice.id, at=AT) == "waiting"
    assert now_is(place, notice).next_at == AT + MINUTE
    assert send_notice(place.advocates.id, notice.id, at=AT + timedelta(seconds=30)) == ""
    assert send_notice(place.advocates.id, notice.id, at=AT + MINUTE) == "sent"
    assert len(server.inbox.letters) == 1


def test_a_refusal_for_good_is_said(place: Town, server: MailServer) -> None:
    notice = write(place, uuid7())
    server.inbox.on_rcpt = ["550 nobody"]
    assert send_notice(place.advocates.id, notice.id, at=AT) == "refused"
    assert now_is(place, notice).reasons == ["mail.address"]


def test_a_line_that_breaks_is_tried_once_more_and_then_left_to_a_person(
    place: Town, server: MailServer
) -> None:
    notice = write(place, uuid7())
    server.inbox.on_data = ["drop after", "drop after", ""]
    assert send_notice(place.advocates.id, notice.id, at=AT) == "waiting"
    again = now_is(place, notice).next_at
    assert again == AT + timedelta(minutes=15)
    assert send_notice(place.advocates.id, notice.id, at=again) == "held"
    assert now_is(place, notice).reasons == ["notice.unclear"]
    assert due_notices(place.advocates.id, at=again + timedelta(hours=2)) == []
    first, second = server.inbox.letters
    assert first["message-id"] == second["message-id"]


class Dead(BaseException):
    """The process ends here."""


def test_a_crash_between_sending_and_noting_makes_two_at_most(
    place: Town, server: MailServer, monkeypatch: Any
) -> None:
    notice = write(place, uuid7())
    really = channels.send

    def send_and_die(*words: Any, **more: Any) -> None:
        really(*words, **more)
        raise Dead

    monkeypatch.setattr(channels, "send", send_and_die)
    moment = AT
    for _ in range(5):
        try:
            send_notice(place.advocates.id, notice.id, at=moment)
        except Dead:
            assert now_is(place, notice).claimed_at == moment
        # While somebody may still hold it, nobody else takes it.
        assert due_notices(place.advocates.id, at=moment + MINUTE) == []
        moment += LOST_AFTER
    assert len(server.inbox.letters) == 2
    assert now_is(place, notice).state == "held"
    assert now_is(place, notice).reasons == ["notice.unclear"]


def test_a_crash_before_sending_loses_nothing(place: Town, server: MailServer, monkeypatch: Any) -> None:
    notice = write(place, uuid7())

    def die(*words: Any, **more: Any) -> None:
        raise Dead

    with monkeypatch.context() as patched:
        patched.setattr(channels, "send", die)
        with pytest.raises(Dead):
            send_notice(place.advocates.id, notice.id, at=AT)
    assert send_notice(place.advocates.id, notice.id, at=AT + LOST_AFTER) == "sent"
    assert len(server.inbox.letters) == 1


def test_a_sender_that_would_tell_is_held_for_somebody_to_see(
    place: Town, server: MailServer, settings: Any
) -> None:
    settings.MAIL = {**settings.MAIL, "from": "notes@saferoads.example"}
    notice = write(place, uuid7())
    assert send_notice(place.advocates.id, notice.id, at=AT) == "held"
    assert now_is(place, notice).reasons == ["notice.tells"]
    assert server.inbox.letters == []
