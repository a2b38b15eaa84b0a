"""Live readings over real HTTP: only what was released, only while it is in force, never without a trace."""

import json
import socket
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies import peers
from shelterbelt.agencies.models import Node
from shelterbelt.agencies.queries import agency
from shelterbelt.consent.actions import withdraw_release
from shelterbelt.consent.models import HeldGrant
from shelterbelt.consent.queries import Read, held_grants, read_held
from shelterbelt.exchange import actions
from shelterbelt.exchange.collect import collected, instruction_lines
from shelterbelt.ledger.models import Reading
from shelterbelt.library import shelf
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.exchange.conftest import Scene, release_to_police
from tests.apps.exchange.live import send, serving
from tests.apps.exchange.test_letters import deliver_all, held_by, letters_of, outcome, posted, refused
from tests.world import Town, this_node


def read_by(worker: Worker, held: HeldGrant) -> Read:
    at = now()
    with as_agency(worker.agency_id, at=at, worker=worker.id):
        fresh = HeldGrant.objects.select_related("holder__node").get(id=held.id)
        return read_held(fresh, by=worker, at=at)


def held_of(scene: Scene) -> HeldGrant:
    deliver_all(scene.town.advocates)
    (held,) = held_by(scene.town.police)
    return held


def asked(scene: Scene, **changed: Any) -> dict[str, Any]:
    """The holder's answer to a question of the police, as it comes over the line."""
    question = {"grant": str(scene.grant.id), "purpose": "safety", "categories": list(scene.grant.categories)}
    by = changed.pop("by", scene.town.police)
    return peers.ask("read/1", question | changed, by=by, to=scene.town.advocates, at=now())


def test_detective_reads_what_was_released_and_nothing_else(scene: Scene) -> None:
    read = read_by(scene.town.detective, held_of(scene))
    assert read.state == "open"
    assert read.sections is not None
    assert {section.category for section in read.sections} == {"safety_needs", "danger_level"}
    told = str(read.sections)
    assert "A new lock on the back door" in told
    assert "Medium" in told
    for kept_back in ("plum", "quince", "Ximena"):
        assert kept_back not in told


def test_no_byte_of_another_category_leaves_the_node(scene: Scene) -> None:
    told = json.dumps(asked(scene, categories=sorted(shelf.codes("release_categories"))))
    assert "A new lock" in told
    assert "quince" not in told
    assert "plum" not in told


def test_withdrawn_release_gives_nothing_from_the_next_request_on(scene: Scene) -> None:
    held = held_of(scene)
    assert read_by(scene.town.detective, held).state == "open"
    with as_agency(scene.town.advocates.id, at=now(), worker=scene.town.advocate.id):
        withdraw_release(scene.release, by=scene.town.advocate, at=now(), channel="phone")
    # The withdrawal letter has not been delivered: the holder's own no is enough.
    read = read_by(scene.town.detective, held)
    assert (read.state, read.sections) == ("closed", None)


def test_withdrawal_letter_ends_what_the_recipient_holds(scene: Scene) -> None:
    held_of(scene)
    with as_agency(scene.town.advocates.id, at=now(), worker=scene.town.advocate.id):
        withdraw_release(scene.release, by=scene.town.advocate, at=now(), channel="phone")
    deliver_all(scene.town.advocates)
    (held,) = held_by(scene.town.police)
    assert held.withdrawn_at is not None
    at = now()
    with as_agency(scene.town.police.id, at=at):
        assert held_grants([held.reference], by=scene.town.detective, at=at) == []


def test_withdrawal_that_overtakes_its_grant_leaves_nothing_open(scene: Scene) -> None:
    with as_agency(scene.town.advocates.id, at=now(), worker=scene.town.advocate.id):
        withdraw_release(scene.release, by=scene.town.advocate, at=now(), channel="phone")
    grant, withdrawal = letters_of(scene.town.advocates)
    for number, letter in enumerate((withdrawal, grant), 1):
        data = posted(letter, number=number)
        assert outcome(send("/exchange/letters/", data, node=str(this_node().id))) == "taken"
    (held,) = held_by(scene.town.police)
    assert held.withdrawn_at is not None


def test_expired_release_gives_nothing(up: int, here: Town) -> None:
    scene = release_to_police(here, at=now() - timedelta(days=40))
    assert asked(scene)["state"] == "closed"
    with as_agency(here.advocates.id, at=scene.at):
        question = {"grant": str(scene.grant.id), "purpose": "safety", "categories": ["safety_needs"]}
        last = scene.grant.until_at - timedelta(microseconds=1)
        assert actions.shown(question, holder=here.advocates, reader=here.police, at=last)["state"] == "open"
        told = actions.shown(question, holder=here.advocates, reader=here.police, at=scene.grant.until_at)
        assert told["state"] == "closed"


@pytest.mark.parametrize(
    "changed",
    [
        {"grant": str(UUID(int=7))},
        {"purpose": "investigation"},
        {"categories": ["incident_account"]},
        {"categories": []},
    ],
)
def test_every_no_looks_the_same(scene: Scene, changed: dict[str, Any]) -> None:
    told = asked(scene, **changed)
    assert {**told, "at": ""} == {"state": "closed", "sections": [], "at": ""}


def test_another_agency_with_the_grants_number_reads_nothing(scene: Scene) -> None:
    for other in (scene.town.prosecutor, scene.town.shelter):
        assert asked(scene, by=other)["state"] == "closed"


def test_holder_keeps_who_looked_and_a_digest(scene: Scene) -> None:
    read_by(scene.town.detective, held_of(scene))
    with as_agency(scene.town.advocates.id, at=now()):
        look = Reading.objects.get(what="case.read_by_grant", about=scene.case.id)
    assert look.reader_agency_id == scene.town.police.id
    assert look.grant_id == scene.grant.id
    assert len(bytes(look.digest)) == 16
    with as_agency(scene.town.police.id, at=now()):
        own = Reading.objects.get(what="grant.read")
    assert (own.by, own.grant_id) == (scene.town.detective.id, scene.grant.id)


def test_closed_door_leaves_no_reading(scene: Scene) -> None:
    asked(scene, purpose="other")
    with as_agency(scene.town.advocates.id, at=now()):
        assert not Reading.objects.filter(what="case.read_by_grant").exists()


def test_node_that_is_down_is_said_to_be_unreachable(here: Town) -> None:
    with serving():
        scene = release_to_police(here, at=now())
        held = held_of(scene)
    read = read_by(here.detective, held)
    assert (read.state, read.sections) == ("unreachable", None)


@pytest.mark.alone
def test_silent_node_is_left_alone_for_a_while_so_that_others_get_through(here: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Node.objects.filter(id=this_node().id).update(address=f"http://localhost:{silent.getsockname()[1]}")
        question: dict[str, Any] = {"grant": str(uuid7()), "purpose": "", "categories": []}
        police, advocates = agency(here.police.id), agency(here.advocates.id)
        at = now()

        def ask(later: int) -> float:
            begun = time.monotonic()
            with pytest.raises(peers.Silent):
                peers.ask(
                    "read/1", question, by=police, to=advocates, at=at + timedelta(seconds=later), timeout=0.3
                )
            return time.monotonic() - begun

        assert ask(0) >= 0.3
        assert ask(29) < 0.3
        assert ask(30) >= 0.3


def question_from(scene: Scene, *, at: Any) -> bytes:
    body = {"grant": str(scene.grant.id), "purpose": "safety", "categories": ["safety_needs"]}
    return peers.written(uuid7(), "read/1", body, by=scene.town.police, to=scene.town.advocates, at=at)


def test_question_is_answered_once(scene: Scene) -> None:
    data = question_from(scene, at=now())
    assert send("/exchange/reads/", data, node=str(this_node().id))[0] == 200
    assert refused(send("/exchange/reads/", data, node=str(this_node().id))) == "not_now"
    with as_agency(scene.town.advocates.id, at=now()):
        assert Reading.objects.filter(what="case.read_by_grant").count() == 1


@pytest.mark.parametrize("minutes", [-6, 6])
def test_stale_question_is_refused(scene: Scene, minutes: int) -> None:
    data = question_from(scene, at=now() + timedelta(minutes=minutes))
    assert refused(send("/exchange/reads/", data, node=str(this_node().id))) == "not_now"


def test_forgotten_questions_are_too_old_to_be_asked_again(scene: Scene) -> None:
    data = question_from(scene, at=now())
    send("/exchange/reads/", data, node=str(this_node().id))
    later = now() + timedelta(minutes=30)
    actions.forget_questions(scene.town.advocates.id, at=later)
    content, sender, to = actions.opened_letter(str(this_node().id), data)
    with pytest.raises(actions.Refused):
        actions.answer_reading(content, sender, to, at=later)


def test_letter_is_no_question_and_a_question_no_letter(scene: Scene) -> None:
    data = question_from(scene, at=now())
    assert refused(send("/exchange/letters/", data + data, node=str(this_node().id))) == "not_understood"
    letter = peers.written(
        uuid7(), "withdrawal/1", {"grant": str(uuid7()), "at": now().isoformat()},
        by=scene.town.advocates, to=scene.town.police, at=now(),
    )  # fmt: skip
    assert refused(send("/exchange/reads/", letter, node=str(this_node().id))) == "not_understood"


def test_answers_cannot_be_read_without_the_nodes_key(scene: Scene) -> None:
    status, answer = send("/exchange/reads/", question_from(scene, at=now()), node=str(this_node().id))
    assert status == 200
    assert b"lock" not in answer
    assert b"safety_needs" not in answer


def test_held_grants_are_found_by_reference_for_readers_only(scene: Scene) -> None:
    held = held_of(scene)
    at = now()
    with as_agency(scene.town.police.id, at=at):
        found = held_grants([held.reference, "", "another"], by=scene.town.detective, at=at)
        assert [one.id for one in found] == [held.id]
        assert held_grants([""], by=scene.town.detective, at=at) == []
        assert held_grants([held.reference], by=scene.town.uninvited, at=at) == []
        with pytest.raises(NotForYou):
            read_held(held, by=scene.town.uninvited, at=at)
    with as_agency(scene.town.prosecutor.id, at=at):
        assert held_grants([held.reference], by=scene.town.prosecutor_worker, at=at) == []


def test_plan_and_contact_come_from_the_case_itself(here: Town, node: None, settle: Any) -> None:
    at = now()
    scene = release_to_police(here, at=at)
    settle(here.advocates, at=at)
    with as_agency(here.advocates.id, at=at):
        told = collected(scene.case.id, shelf.codes("release_categories"), at=at)
    rows = {section["category"]: section["rows"] for section in told}
    assert set(rows) == shelf.codes("release_categories")
    assert rows["plans"], "the protocol of a victim-service agency opens at least one action"
    assert rows["service_contact"][0]["value"] == here.advocates.name
    assert rows["incident_account"][0]["value"] == "What happened: quince"
    assert rows["children"] == []
    assert "plum" not in json.dumps(told)


def test_contact_instructions_are_words_and_unknown_parts_are_left_out() -> None:
    lines = dict(
        instruction_lines(
            {
                "channels": ["phone"],
                "number": "+12025550142",
                "days": ["0"],
                "voicemail": False,
                "code_word": "plum",
                "zone": "America/Chicago",
                "unheard_of": "x",
            }
        )
    )
    assert lines["Number"] == "+12025550142"
    assert lines["A message may be left"] == "No"
    assert lines["Code word"] == "plum"
    assert "x" not in lines.values()


def test_holders_own_numbers_for_the_case_do_not_leave(scene: Scene) -> None:
    assert str(scene.case.id) not in json.dumps(asked(scene))
    assert scene.case.ref not in json.dumps(asked(scene))
