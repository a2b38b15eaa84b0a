"""Writing a message: it waits, is held or is refused by the instructions, and nothing of it stands in the open."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.ledger.models import Entry
from shelterbelt.library.files import LibraryError
from shelterbelt.notices.actions import (
    stop_contact,
    stop_for_death,
    stop_notice,
    tell_instructions,
    write_notice,
)
from shelterbelt.notices.models import Notice
from shelterbelt.notices.queries import notice_by_ref, notices_about
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.notices.people import AT, EVENING, TOLD, told
from tests.world import Town


def write(
    town: Town, about: UUID, instructions: Any = TOLD, *, kind: str = "reminder", at: datetime = AT
) -> Notice:
    with as_agency(town.advocates.id, at=at, worker=town.advocate.id):
        return write_notice(
            kind,
            agency=town.advocates,
            about=about,
            instructions=instructions,
            language="es",
            by=town.advocate,
            at=at,
        )


def kinds_about(town: Town, about: UUID) -> list[str]:
    with as_agency(town.advocates.id, at=AT):
        return list(Entry.objects.filter(about=about).order_by("id").values_list("kind", flat=True))


def test_inside_the_hours_it_waits_for_the_sender_at_once(place: Town, both_ways: None) -> None:
    notice = write(place, uuid7())
    assert (notice.state, notice.channel, notice.next_at) == ("waiting", "text", AT)
    assert kinds_about(place, notice.id) == ["notice.waiting"]


def test_outside_the_hours_it_waits_until_they_open_in_their_zone(place: Town, both_ways: None) -> None:
    notice = write(place, uuid7(), at=EVENING)
    assert notice.state == "waiting"
    # 09:00 in Chicago in winter is 15:00 UTC.
    assert notice.next_at == datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    assert notice.reasons == ["contact.outside_hours"]


@pytest.mark.parametrize(
    ("instructions", "state", "reason"),
    [
        (None, "refused", "contact.no_instructions"),
        ({}, "refused", "contact.no_instructions"),
        ({"channels": "text", "windows": 3}, "refused", "contact.channel_not_allowed"),
        (told(channels=["pigeon"]), "refused", "contact.channel_not_allowed"),
        (told(no_contact=True), "refused", "contact.do_not_contact"),
        (told(shared_device=True), "refused", "contact.shared_device"),
        (told(valid_until="2026-03-01T00:00:00+00:00"), "refused", "contact.out_of_date"),
        (told(valid_until="2026-03-01T00:00:00"), "refused", "contact.channel_not_allowed"),
        (told(zone="Nowhere/Land"), "refused", "contact.zone_unknown"),
        (told(number="", email="", channels=["email"]), "refused", "contact.no_address"),
        (told(windows=[]), "refused", "contact.no_hours"),
        (told(channels=["phone"]), "held", "notice.a_person_calls"),
        (told(channels=["in_person"]), "held", "notice.a_person_calls"),
    ],
)
def test_what_they_did_not_allow_is_refused_with_the_reason(
    place: Town, both_ways: None, instructions: Any, state: str, reason: str
) -> None:
    notice = write(place, uuid7(), instructions)
    assert notice.state == state
    assert reason in notice.reasons
    assert kinds_about(place, notice.id) == [f"notice.{state}"]


def test_without_a_way_to_send_it_is_held_and_says_so(place: Town, no_way: None) -> None:
    notice = write(place, uuid7())
    assert (notice.state, notice.reasons) == ("held", ["notice.no_transport"])


def test_an_unknown_kind_is_not_written(place: Town, both_ways: None) -> None:
    with pytest.raises(LibraryError):
        write(place, uuid7(), kind="../choices/levels")


def test_neither_number_nor_words_stand_in_the_row_the_job_or_the_ledger(
    place: Town, both_ways: None
) -> None:
    notice = write(place, uuid7())
    with as_agency(place.advocates.id, at=AT), connection.cursor() as cursor:
        cursor.execute("select notices_notice::text from notices_notice where id = %s", [notice.id])
        row = cursor.fetchone()[0]
        cursor.execute(
            "select args::text from procrastinate_jobs where args->>'notice' = %s", [str(notice.id)]
        )
        job = cursor.fetchone()[0]
    for secret in (TOLD["number"], TOLD["email"], "willow", "recordatorio"):
        assert secret not in row + job
        assert secret.encode().hex() not in row


def test_standing_instructions_go_before_those_given(place: Town, both_ways: None) -> None:
    about = uuid7()
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        tell_instructions(about, told(channels=["email"]), by=place.advocate, at=AT)
    assert write(place, about).channel == "email"
    assert write(place, about, None).channel == "email"


def test_a_hard_stop_in_what_is_given_stops_it_all_the_same(place: Town, both_ways: None) -> None:
    about = uuid7()
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        tell_instructions(about, TOLD, by=place.advocate, at=AT)
    assert write(place, about, told(no_contact=True)).reasons == ["contact.do_not_contact"]


def test_stopping_all_contact_refuses_what_waits_at_once(place: Town, both_ways: None) -> None:
    about = uuid7()
    waits = write(place, about, at=EVENING)
    with as_agency(place.advocates.id, at=EVENING, worker=place.advocate.id):
        stop_contact(about, by=place.advocate, at=EVENING, given=TOLD)
        waits.refresh_from_db()
    assert (waits.state, waits.reasons) == ("refused", ["contact.do_not_contact"])
    assert write(place, about).reasons == ["contact.do_not_contact"]


def test_nothing_is_sent_about_somebody_who_has_died(place: Town, both_ways: None) -> None:
    about = uuid7()
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        stop_for_death(about, agency=place.advocates.id, by=place.advocate.id, at=AT)
    assert write(place, about).reasons == ["contact.deceased"]


def test_a_worker_can_stop_one_that_waits_and_not_one_that_went(place: Town, both_ways: None) -> None:
    notice = write(place, uuid7(), at=EVENING)
    with as_agency(place.advocates.id, at=EVENING, worker=place.advocate.id):
        assert stop_notice(notice, by=place.advocate, at=EVENING)
        assert not stop_notice(notice, by=place.advocate, at=EVENING)
    assert kinds_about(place, notice.id) == ["notice.waiting", "notice.stopped"]


def test_another_agency_neither_sees_nor_stops_it(place: Town, both_ways: None) -> None:
    about = uuid7()
    notice = write(place, about)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        assert notices_about(about, by=place.officer, at=AT) == []
        with pytest.raises(NotForYou):
            notice_by_ref(notice.ref, by=place.officer, at=AT)
        with pytest.raises(NotForYou):
            stop_notice(notice, by=place.officer, at=AT)


def test_a_worker_sees_what_was_written_and_why_not_without_the_whole_number(
    place: Town, both_ways: None
) -> None:
    about = uuid7()
    write(place, about, told(shared_device=True))
    write(place, about, at=AT + timedelta(minutes=1))
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        first, second = notices_about(about, by=place.advocate, at=AT)
        assert opened(Notice.objects.get(ref=first.ref))["given"] == TOLD
    assert (first.state, first.text) == ("waiting", "Tiene un recordatorio.")
    assert second.state == "refused"
    assert "contact.shared_device" in second.reasons
