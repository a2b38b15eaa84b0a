"""Letters between nodes over real HTTP: taken in once, delayed and never lost, refused from strangers."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from shelterbelt import sealing
from shelterbelt.agencies import peers
from shelterbelt.agencies.actions import waiting
from shelterbelt.agencies.enrol import enrol_agency, enrol_node
from shelterbelt.agencies.models import Agency, Arrival, Letter, Node
from shelterbelt.agencies.queries import agency as agency_by_id
from shelterbelt.consent.models import HeldGrant
from shelterbelt.exchange import jobs, sending
from shelterbelt.exchange.kinds import BY_TICK, LANES
from shelterbelt.ledger.models import Entry
from shelterbelt.sealing import letters
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.exchange.conftest import Scene, release_to_police
from tests.apps.exchange.live import send, serving
from tests.world import Town, this_node


def letters_of(agency: Agency) -> list[Letter]:
    with as_agency(agency.id, at=now()):
        return list(Letter.objects.order_by("written_at", "id"))


def held_by(agency: Agency) -> list[HeldGrant]:
    with as_agency(agency.id, at=now()):
        return list(HeldGrant.objects.order_by("id"))


def kinds_in_ledger(agency: Agency) -> list[str]:
    with as_agency(agency.id, at=now()):
        return list(Entry.objects.order_by("id").values_list("kind", flat=True))


def deliver_all(agency: Agency, *, later: timedelta = timedelta()) -> None:
    """Everything that waits goes out, by the tick too: once to each that is written to."""
    with as_agency(agency.id, at=now()):
        lines = set(waiting().values_list("to_id", flat=True))
    for to in lines:
        for lane in LANES:
            sending.deliver_line(agency.id, to, lane, at=after_tick() + later)


def after_tick() -> datetime:
    """An instant by which everything that was written until now may leave."""
    return now() + timedelta(seconds=settings.LETTER_TICK)


def posted(letter: Letter, *, number: int = 1, epoch: int = 0, lane: str = BY_TICK) -> bytes:
    """A letter as it goes over the line, with a slip that gives it this number."""
    letter.number, letter.epoch = number, epoch
    return sending.slip(letter, lane, at=now()) + bytes(letter.sealed)


def receipt_of(answer: bytes) -> dict[str, Any]:
    told = letters.read(answer, by=peers.keys_of(this_node()), to=sealing.keyring().node_keys())
    assert told["kind"] == "receipt/2"
    return dict(told["body"])


def outcome(answer: tuple[int, bytes]) -> str:
    """What became of a letter, as the signed receipt says."""
    status, body = answer
    assert status == 200, body
    return str(receipt_of(body)["outcome"])


def jobs_for(agency: Agency) -> list[tuple[str, bool]]:
    """The waiting jobs of an agency's lines that were put off: lane, and whether they are for later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select args->>'lane', coalesce(scheduled_at > now(), false) from procrastinate_jobs "
            "where task_name = 'exchange.deliver' and args->>'agency' = %s and status = 'todo' "
            "and args ? 'lane' order by id",
            [str(agency.id)],
        )
        return list(cursor.fetchall())


def refused(answer: tuple[int, bytes]) -> str:
    status, body = answer
    told = json.loads(body)
    assert status == 400
    assert set(told) == {"refused"}
    return str(told["refused"])


def test_letter_is_taken_in_and_the_sender_learns_delivered(scene: Scene) -> None:
    deliver_all(scene.town.advocates)
    (held,) = held_by(scene.town.police)
    assert held.grant_id == scene.grant.id
    assert held.holder_id == scene.town.advocates.id
    (letter,) = letters_of(scene.town.advocates)
    assert letter.delivered_at is not None
    assert bytes(letter.sealed) == b""
    assert "letter.delivered" in kinds_in_ledger(scene.town.advocates)


def test_letter_sent_thrice_is_taken_in_once(scene: Scene) -> None:
    (letter,) = letters_of(scene.town.advocates)
    data = posted(letter)
    answers = [send("/exchange/letters/", data, node=str(this_node().id)) for _ in range(3)]
    assert [outcome(answer) for answer in answers] == ["taken"] * 3
    assert receipt_of(answers[2][1]) == {"letter": str(letter.id), "outcome": "taken", "epoch": 0}
    assert len(held_by(scene.town.police)) == 1
    assert kinds_in_ledger(scene.town.police).count("grant.received") == 1


def test_lost_answer_makes_no_second_arrival(scene: Scene) -> None:
    (letter,) = letters_of(scene.town.advocates)
    send("/exchange/letters/", posted(letter), node=str(this_node().id))  # the answer goes nowhere
    deliver_all(scene.town.advocates)
    assert letters_of(scene.town.advocates)[0].delivered_at is not None
    assert len(held_by(scene.town.police)) == 1
    assert kinds_in_ledger(scene.town.police).count("letter.arrived") == 1


def test_node_that_is_down_delays_letters_and_loses_none(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LETTER_TICK", 1)
    with serving() as port:
        pass  # the port is known, and nobody listens there any more
    at = now() - timedelta(minutes=1)
    scenes = [release_to_police(here, at=at) for _ in range(3)]
    jobs.deliver(str(here.advocates.id), str(here.police.id))
    waits = letters_of(here.advocates)
    assert [letter.delivered_at for letter in waits] == [None, None, None]
    assert [letter.tries for letter in waits] == [1, 0, 0], "the line waits for its first letter"
    assert jobs_for(here.advocates) == [("by_tick", True)]
    with serving(port):
        deliver_all(here.advocates, later=timedelta(minutes=2))
    assert all(letter.delivered_at for letter in letters_of(here.advocates))
    assert {held.grant_id for held in held_by(here.police)} == {scene.grant.id for scene in scenes}


def test_waiting_doubles_up_to_a_minute(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LETTER_TICK", 1)
    with serving():
        pass
    at, waits = now().replace(microsecond=0), []
    release_to_police(here, at=at)
    for _ in range(9):
        wait = sending.deliver_line(here.advocates.id, here.police.id, BY_TICK, at=at).wait
        assert wait is not None
        waits.append(wait)
        at += timedelta(seconds=wait)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_letter_is_not_tried_before_its_time(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LETTER_TICK", 1)
    with serving():
        pass
    at = now().replace(microsecond=0)
    release_to_police(here, at=at)
    for _ in range(2):
        assert sending.deliver_line(here.advocates.id, here.police.id, BY_TICK, at=at).wait == 1
    assert letters_of(here.advocates)[0].tries == 1


def test_sweep_finds_letters_whose_job_was_lost(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LETTER_TICK", 1)
    with serving() as port:
        pass
    release_to_police(here, at=now() - timedelta(minutes=3))
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where args->>'agency' = %s", [str(here.advocates.id)])
    jobs.sweep_agency(here.advocates.id, at=now())
    assert jobs_for(here.advocates) == [("by_tick", False)]
    jobs.sweep_agency(here.advocates.id, at=now())
    assert len(jobs_for(here.advocates)) == 1
    with serving(port):
        jobs.deliver(str(here.advocates.id), str(here.police.id), "by_tick")
    assert len(held_by(here.police)) == 1


@pytest.fixture
def stranger(tmp_path: object) -> Keyring:
    """The keys of a node that is not this one."""
    from pathlib import Path

    return Keyring.create(Path(str(tmp_path)) / "keys")


def written(
    keys: Keyring,
    *,
    sender: UUID,
    to: UUID,
    kind: str = "grant/1",
    body: dict[str, object] | None = None,
    number: int = 1,
    slip: dict[str, object] | None = None,
) -> bytes:
    """A letter with its slip as somebody who has these keys could write it."""

    def sealed(kind: str, body: dict[str, object], letter_id: UUID) -> bytes:
        content = {
            "id": str(letter_id),
            "kind": kind,
            "from": str(sender),
            "to": str(to),
            "at": now().isoformat(),
            "body": body,
        }
        return letters.write(content, to=sealing.keyring().public_keys(), by=keys.node_keys())

    letter_id = uuid7()
    letter = sealed(kind, body if body is not None else good_grant(), letter_id)
    place: dict[str, object] = {
        "letter": str(letter_id),
        "digest": hashlib.sha256(letter).hexdigest(),
        "lane": BY_TICK,
        "epoch": 0,
        "number": number,
    }
    return sealed("slip/1", {**place, **(slip or {})}, uuid7()) + letter


def good_grant() -> dict[str, object]:
    at = now()
    return {
        "grant": str(uuid7()),
        "reference": "r",
        "categories": ["plans"],
        "purpose": "safety",
        "from": at.isoformat(),
        "until": (at + timedelta(days=1)).isoformat(),
    }


def test_unknown_node_is_refused(up: int, here: Town, stranger: Keyring) -> None:
    data = written(stranger, sender=here.advocates.id, to=here.police.id)
    for name in (str(uuid7()), "", "not an id"):
        assert refused(send("/exchange/letters/", data, node=name)) == "stranger"


def test_forged_signature_is_refused(up: int, here: Town, stranger: Keyring) -> None:
    data = written(stranger, sender=here.advocates.id, to=here.police.id)
    assert refused(send("/exchange/letters/", data, node=str(this_node().id))) == "stranger"
    good = written(sealing.keyring(), sender=here.advocates.id, to=here.police.id)
    bent = good[:-1] + bytes([good[-1] ^ 1])
    assert refused(send("/exchange/letters/", bent, node=str(this_node().id))) == "stranger"
    assert held_by(here.police) == []


def test_node_cannot_write_for_an_agency_that_lives_elsewhere(up: int, here: Town, stranger: Keyring) -> None:
    other = enrol_node(
        f"other {uuid7()}", "http://localhost:1", stranger.public_keys(), is_self=False, fictional=True
    )
    data = written(stranger, sender=here.advocates.id, to=here.police.id)
    assert refused(send("/exchange/letters/", data, node=str(other.id))) == "not_here"
    assert held_by(here.police) == []


def test_letter_for_an_agency_that_is_not_here_is_refused(up: int, here: Town, stranger: Keyring) -> None:
    other = enrol_node(
        f"other {uuid7()}", "http://localhost:1", stranger.public_keys(), is_self=False, fictional=True
    )
    theirs = enrol_agency(other, name="Elsewhere", kind="police", protocol="", time_zone="UTC")
    for to in (theirs.id, uuid7()):
        data = written(stranger, sender=theirs.id, to=to)
        assert refused(send("/exchange/letters/", data, node=str(other.id))) == "not_here"
    data = written(stranger, sender=theirs.id, to=here.police.id)
    assert send("/exchange/letters/", data, node=str(other.id))[0] == 200


@pytest.mark.parametrize("kind", ["grant/0", "grant/99", "grant", "gossip/1", "read/1", "slip/1"])
def test_unknown_kind_or_version_is_not_understood(up: int, here: Town, kind: str) -> None:
    data = written(sealing.keyring(), sender=here.advocates.id, to=here.police.id, kind=kind)
    assert outcome(send("/exchange/letters/", data, node=str(this_node().id))) == "not_understood"
    with as_agency(here.police.id, at=now()):
        assert not Arrival.objects.filter(kind=kind).exists()


@pytest.mark.parametrize(
    "bent",
    [{"grant": "x"}, {"from": "yesterday"}, {"categories": "all"}, {"more": 1}, {"until": "2026-01-01"}],
)
def test_badly_formed_body_is_refused_for_good(up: int, here: Town, bent: dict[str, object]) -> None:
    body = {**good_grant(), **bent}
    data = written(sealing.keyring(), sender=here.advocates.id, to=here.police.id, body=body)
    for _ in range(2):
        assert outcome(send("/exchange/letters/", data, node=str(this_node().id))) == "refused"
    assert held_by(here.police) == []


@pytest.mark.parametrize(
    "bent",
    [{"letter": str(uuid7())}, {"digest": "00" * 32}, {"lane": "sideways"}, {"number": -1}, {"more": 1}],
)
def test_slip_of_another_letter_is_refused(up: int, here: Town, bent: dict[str, object]) -> None:
    data = written(sealing.keyring(), sender=here.advocates.id, to=here.police.id, slip=bent)
    assert refused(send("/exchange/letters/", data, node=str(this_node().id))) == "not_understood"
    assert held_by(here.police) == []


def test_letter_without_its_slip_is_refused(up: int, here: Town) -> None:
    data = written(sealing.keyring(), sender=here.advocates.id, to=here.police.id)
    for cut in (data[4096:], data[:4096], data[4096:] + data[:4096]):
        assert refused(send("/exchange/letters/", cut, node=str(this_node().id))) in (
            "stranger",
            "not_understood",
        )
    assert held_by(here.police) == []


def test_letter_over_the_limit_is_refused_unread(up: int) -> None:
    assert (
        refused(send("/exchange/letters/", b"x" * (1024 * 1024 + 4097), node=str(this_node().id)))
        == "too_large"
    )


def test_only_posting_finds_the_exchange(node: None, client: object) -> None:
    from django.test import Client

    plain = Client(SERVER_NAME="localhost")
    missing = plain.get("/exchange/nothing/")
    for path in ("/exchange/letters/", "/exchange/reads/"):
        answer = plain.get(path)
        assert (answer.status_code, answer.content) == (404, missing.content)


def test_declining_node_is_asked_again_ever_more_rarely(up: int, here: Town) -> None:
    """A node that has lost our enrolment keeps our letters waiting; none is thrown away."""
    release_to_police(here, at=now())
    (letter,) = letters_of(here.advocates)
    with as_agency(here.advocates.id, at=now()):
        Letter.objects.filter(id=letter.id).update(sealed=b"not a letter", tries=14)
    went = sending.deliver_line(here.advocates.id, here.police.id, BY_TICK, at=after_tick())
    assert went.wait is not None
    assert 600 <= went.wait <= 600 + settings.LETTER_TICK
    assert letters_of(here.advocates)[0].delivered_at is None


def test_answer_signed_by_nobody_is_no_receipt(here: Town, up: int) -> None:
    asked = uuid7()
    with pytest.raises(peers.Unreachable):
        peers.answer_of(b"ok", by=here.police, to=here.advocates, re=asked)
    data = peers.written(
        uuid7(), "receipt/1", {}, by=here.police, to=here.advocates, at=now(), re=str(uuid7())
    )
    with pytest.raises(peers.Unreachable):
        peers.answer_of(data, by=here.police, to=here.advocates, re=asked)


def test_agency_by_id_knows_the_node_of_letters(here: Town) -> None:
    assert agency_by_id(here.police.id).node_id == Node.objects.get(is_self=True).id
