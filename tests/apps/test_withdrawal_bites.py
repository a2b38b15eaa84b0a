"""Something is withdrawn while a page, a file, a stream and a queued job are open: within one second nothing more leaves."""

import time
from datetime import timedelta
from typing import Any

import pytest

from shelterbelt.access.actions import close_account
from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies import peers
from shelterbelt.agencies.models import Letter
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import end_grant, narrow_release, open_agreement, withdraw_release
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.exchange.kinds import AT_ONCE
from shelterbelt.exchange.sending import deliver_line
from shelterbelt.ledger.models import Entry
from shelterbelt.referrals.actions import refer
from shelterbelt.referrals.models import Referral
from shelterbelt.referrals.queries import events_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.apps.api.conftest import program
from tests.apps.api.listening import Line, cookie, hang_up, server
from tests.apps.portal.visiting import by_own_hand
from tests.apps.referrals.cast import a_case, a_release, content
from tests.world import DAY, Town

__all__ = ["hang_up", "program", "server"]


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What leaves the node: here it goes nowhere, and is counted."""
    left: list[bytes] = []

    def dead(node: Any, place: str, data: bytes, **more: Any) -> bytes:
        left.append(data)
        raise peers.Unreachable("nobody is there")

    monkeypatch.setattr(peers, "post", dead)
    return left


def a_referral(place: Town, post: list[bytes]) -> tuple[Any, Referral]:
    """A referral whose letter waits in the queue."""
    at = now()
    case = a_case(place, at)
    release = a_release(place, case, categories=("safety_needs", "services"), at=at)
    with as_agency(place.advocates.id, at=at, worker=place.advocate.id):
        sent = refer(
            case, to=place.shelter, content=content(safety_needs="A quiet room"), by=place.advocate, at=at
        )
    return release, sent


def letter_of(place: Town, sent: Referral) -> Letter:
    with as_agency(place.advocates.id, at=now()):
        return Letter.objects.get(id=sent.letter_id)


def test_a_queued_letter_with_released_words_does_not_leave_after_the_withdrawal(
    place: Town, post: list[bytes]
) -> None:
    release, sent = a_referral(place, post)
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        withdraw_release(release, by=place.advocate, at=now(), channel="phone")
    deliver_line(place.advocates.id, place.shelter.id, AT_ONCE, at=now())
    letter = letter_of(place, sent)
    assert post == [] and letter.closed_as == "recalled" and bytes(letter.sealed) == b""
    with as_agency(place.advocates.id, at=now()):
        assert Entry.objects.filter(kind="letter.recalled", about=letter.id).count() == 1
        assert events_of(sent)[-1]["kind"] == "recalled"


def test_a_queued_letter_does_not_leave_after_they_ended_it_by_their_own_hand(
    place: Town, post: list[bytes]
) -> None:
    release, sent = a_referral(place, post)
    with as_agency(place.advocates.id, at=now()):
        person = Case.objects.get(id=release.case_id).survivor_id
    hand = Survivor(person, place.advocates.id, uuid7())
    with by_own_hand(hand, at=now()):
        withdraw_release(release, by=hand, at=now(), channel="own_hand")
    deliver_line(place.advocates.id, place.shelter.id, AT_ONCE, at=now())
    assert post == [] and letter_of(place, sent).closed_as == "recalled"


def test_a_letter_that_was_tried_before_is_not_tried_again(place: Town, post: list[bytes]) -> None:
    release, sent = a_referral(place, post)
    deliver_line(place.advocates.id, place.shelter.id, AT_ONCE, at=now())
    assert len(post) == 1, "it waits for a node that is down"
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        withdraw_release(release, by=place.advocate, at=now(), channel="phone")
    deliver_line(place.advocates.id, place.shelter.id, AT_ONCE, at=now() + timedelta(minutes=5))
    assert len(post) == 1 and letter_of(place, sent).closed_as == "recalled"


def test_a_letter_does_not_tell_what_was_taken_off_the_release(place: Town, post: list[bytes]) -> None:
    release, sent = a_referral(place, post)
    with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
        left = Narrower(categories=frozenset({"services"}))
        narrow_release(release, left, by=place.advocate, at=now(), channel="phone")
    deliver_line(place.advocates.id, place.shelter.id, AT_ONCE, at=now())
    assert post == [] and letter_of(place, sent).closed_as == "recalled"


def test_what_is_still_released_leaves(place: Town, post: list[bytes]) -> None:
    _release, sent = a_referral(place, post)
    deliver_line(place.advocates.id, place.shelter.id, AT_ONCE, at=now())
    assert len(post) == 1 and letter_of(place, sent).closed_at is None


@pytest.mark.alone
def test_page_file_stream_and_program_are_shut_within_a_second_of_the_end_of_a_grant(
    place: Town, signed_in: Any, program: Any, server: int
) -> None:
    """All four are open on what police share with the prosecutor when the agreement ends."""
    at = now()
    case = [an_incident(place, place.officer).case for _ in range(60)][-1]
    assert case is not None
    with as_agency(place.police.id, at=at, worker=place.supervisor.id):
        grant = open_agreement(
            place.police, place.prosecutor, ["case_file"], None, "coordination", at - DAY, at + DAY,
            by=place.supervisor, at=at,
        )  # fmt: skip
    worker = signed_in(place.prosecutor_worker)
    page = f"/cases/{case.ref}/"
    assert worker.get(page).status_code == 200
    file = iter(worker.post(f"/cases/export/?from={place.police.ref}").streaming_content)
    assert b"Ines" in b"".join(next(file) for _ in range(3))
    stream = Line(server, f"/stream/board?from={place.police.ref}", Cookie=cookie(worker))
    machine = program(place.prosecutor, "prosecutor")
    assert stream.status == 200 and machine.get(f"/cases/{case.ref}").status_code == 200
    time.sleep(0.7)
    with as_agency(place.police.id, at=now(), worker=place.supervisor.id):
        end_grant(grant, by=place.supervisor, at=now())
    began = time.monotonic()
    assert b"Ines" not in b"".join(file)
    assert stream.wait(lambda: stream.ended, 3) and stream.news() == []
    assert time.monotonic() - began < 1.0
    assert worker.get(page).content == worker.get("/there-is-no-such-page/").content
    assert machine.get(f"/cases/{case.ref}").content == machine.get("/nothing").content


@pytest.mark.alone
def test_an_account_that_closes_shuts_page_file_stream_that_second(
    place: Town, signed_in: Any, server: int
) -> None:
    for _ in range(60):
        an_incident(place, place.officer)
    worker = signed_in(place.detective)
    file = iter(worker.post("/cases/export/").streaming_content)
    assert b"Ines" in b"".join(next(file) for _ in range(3))
    stream = Line(server, Cookie=cookie(worker))
    assert stream.status == 200
    time.sleep(0.7)
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        close_account(place.detective, by=place.administrator, at=now())
    began = time.monotonic()
    assert list(file) == []
    assert stream.wait(lambda: stream.ended, 3) and stream.news() == []
    assert time.monotonic() - began < 1.0
    assert worker.get("/cases/").status_code == 302
