"""Referrals: nothing without a release, nothing beyond it, and an answer only where it was released."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.models import Letter
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import withdraw_release
from shelterbelt.people.queries import name_of
from shelterbelt.referrals.actions import (
    NoRelease,
    answer_referral,
    note_outcome,
    open_case_for_referral,
    refer,
    refer_by_phone,
    take_in_answer,
    take_in_referral,
)
from shelterbelt.referrals.models import Referral, Service
from shelterbelt.referrals.queries import (
    events_of,
    referral_by_ref,
    referral_content,
    referrals_of,
    referrals_of_case,
    releases_to_refer,
)
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.referrals.cast import NAME, a_case, a_release, body_of, content, taken_in
from tests.world import AT, DAY, HOUR, Town

NEED = {"safety_needs": "a room for two, ground floor"}


def send(place: Town, case: Case, at: Any = AT, **more: Any) -> Referral:
    told = {"to": place.shelter, "content": content(**NEED), "by": place.advocate, "at": at, **more}
    with as_agency(told["by"].agency_id, at=at, worker=told["by"].id):
        return refer(case, **told)


def sent(place: Town, **more: Any) -> Referral:
    case = a_case(place)
    a_release(place, case)
    return send(place, case, **more)


def decline(place: Town, came: Referral, reason: str = "full", words: str = "until Friday") -> Referral:
    with as_agency(place.shelter.id, at=AT, worker=place.shelter_worker.id):
        return answer_referral(
            came, answer="declined", reason=reason, words=words, by=place.shelter_worker, at=AT
        )


def test_no_release_no_referral(place: Town) -> None:
    with pytest.raises(NoRelease):
        send(place, a_case(place))
    with as_agency(place.advocates.id, at=AT):
        assert not Letter.objects.filter(kind="referral/1").exists() and not Referral.objects.exists()


def test_an_expired_or_withdrawn_release_blocks_a_referral(place: Town) -> None:
    case = a_case(place)
    release = a_release(place, case)
    with pytest.raises(NoRelease):
        send(place, case, at=AT + 40 * DAY)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        assert [r.id for r in releases_to_refer(case, by=place.advocate, at=AT)] == [release.id]
        withdraw_release(release, by=place.advocate, at=AT + HOUR, channel="phone")
        assert releases_to_refer(case, by=place.advocate, at=AT + HOUR) == []
    with pytest.raises(NoRelease):
        send(place, case, at=AT + 2 * HOUR)


def test_a_release_to_one_agency_opens_nothing_to_another(place: Town) -> None:
    case = a_case(place)
    a_release(place, case)
    for to in (place.hospital, place.police):
        with pytest.raises(NoRelease):
            send(place, case, to=to)


def test_words_outside_the_released_categories_are_not_told(place: Town) -> None:
    case = a_case(place)
    a_release(place, case)
    instructions = {"channels": ["phone"]}
    for more in (content(children="two"), {**content(**NEED), "instructions": instructions}):
        with pytest.raises(NoRelease):
            send(place, case, content=more)


def test_only_what_was_ticked_reaches_the_other_agency(place: Town) -> None:
    out = sent(place, content={"name": "", "language": "", "instructions": None, "words": NEED})
    came = taken_in(place, out)
    with as_agency(place.shelter.id, at=AT):
        told = referral_content(came)["content"]
    assert told == {"name": "", "language": "", "instructions": None, "words": NEED}
    body = body_of(out.letter_id, place.advocates)
    assert NAME not in str(body) and set(body) == {"reference", "release", "answer_back", "content"}


def test_a_second_click_makes_one_referral(place: Town) -> None:
    case = a_case(place)
    a_release(place, case)
    assert send(place, case, once="form").id == send(place, case, once="form").id
    with as_agency(place.advocates.id, at=AT):
        assert Letter.objects.filter(kind="referral/1").count() == 1


def test_without_answer_back_the_sender_learns_nothing(place: Town) -> None:
    out = sent(place)
    came = decline(place, taken_in(place, out))
    assert came.answer == "declined" and came.letter_id is None
    with as_agency(place.shelter.id, at=AT):
        assert not Letter.objects.exists()
    body = {"reference": out.ref, "answer": "declined", "reason": "full"}
    with as_agency(place.advocates.id, at=AT), pytest.raises(BadLetter):
        take_in_answer(body, letter=uuid7(), sender=place.shelter, to=place.advocates, at=AT)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        assert [r.state for r in referrals_of(place.advocate, AT, "out")[0]] == ["sent"]


@pytest.mark.parametrize(
    ("answer", "reason", "words"), [("accepted", "", ""), ("declined", "full", "until Friday")]
)
def test_with_answer_back_the_sender_reads_the_answer(
    place: Town, answer: str, reason: str, words: str
) -> None:
    out = sent(place, answer_back=True)
    came, who = taken_in(place, out), place.shelter_worker
    with as_agency(place.shelter.id, at=AT, worker=who.id):
        came = answer_referral(came, answer=answer, reason=reason, words=words, by=who, at=AT)
    body = body_of(came.letter_id, place.shelter)
    for _ in range(2):
        with as_agency(place.advocates.id, at=AT):
            take_in_answer(body, letter=uuid7(), sender=place.shelter, to=place.advocates, at=AT)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        row = referral_by_ref(out.ref, by=place.advocate, at=AT)
        told = referral_content(row)
        assert row.case is not None
        assert [r.state for r in referrals_of_case(row.case, by=place.advocate, at=AT)] == [answer]
        assert [e["kind"] for e in events_of(row)] == ["sent", answer]
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from ledger_entry where kind = %s and about = %s",
                [f"referral.{answer}", row.id],
            )
            assert cursor.fetchone() == (1,)
    assert (told["reason"], told["words"]) == (reason, words)


def test_a_decline_needs_a_listed_reason(place: Town) -> None:
    came = taken_in(place, sent(place))
    for reason in ("", "because"):
        with pytest.raises(BadLetter):
            decline(place, came, reason=reason)
    with as_agency(place.shelter.id, at=AT):
        assert Referral.objects.get(id=came.id).answer == ""


def test_the_first_answer_stands(place: Town) -> None:
    came = taken_in(place, sent(place))
    decline(place, came)
    with as_agency(place.shelter.id, at=AT, worker=place.shelter_worker.id):
        again = answer_referral(came, answer="accepted", by=place.shelter_worker, at=AT + HOUR)
    assert again.answer == "declined"


def test_an_answer_from_somebody_else_is_refused(place: Town) -> None:
    out = sent(place, answer_back=True)
    body = {"reference": out.ref, "answer": "accepted", "reason": ""}
    with as_agency(place.advocates.id, at=AT), pytest.raises(BadLetter):
        take_in_answer(body, letter=uuid7(), sender=place.hospital, to=place.advocates, at=AT)


def test_a_referral_that_is_not_as_its_schema_says_is_refused(place: Town) -> None:
    body = body_of(sent(place).letter_id, place.advocates)
    told = body["content"]
    wrong: list[Any] = [None, [], {}, {**body, "x": 1}, {**body, "reference": ""}, {**body, "answer_back": 1}]
    wrong += [{k: v for k, v in body.items() if k != name} for name in body]
    wrong += [{**body, "content": {k: v for k, v in told.items() if k != name}} for name in told]
    wrong += [{**body, "content": {**told, name: value}} for name, value in (
        ("name", 3), ("name", "x" * 301), ("language", "xx"), ("instructions", {}), ("instructions", []),
        ("words", {"gossip": "x"}), ("words", {"safety_needs": ""}), ("words", {"safety_needs": "x" * 20_001}), ("words", []),
    )]  # fmt: skip
    for one in wrong:
        with as_agency(place.shelter.id, at=AT), pytest.raises(BadLetter):
            take_in_referral(one, letter=uuid7(), sender=place.advocates, to=place.shelter, at=AT)


def test_the_receiver_opens_a_case_of_their_own(place: Town) -> None:
    came, who = taken_in(place, sent(place)), place.shelter_worker
    with as_agency(place.shelter.id, at=AT, worker=who.id):
        answer_referral(came, answer="accepted", by=who, at=AT)
        case = open_case_for_referral(came, name="Wren", by=who, at=AT)
        assert open_case_for_referral(came, name="Wren", by=who, at=AT).id == case.id
        assert name_of(Case.objects.select_related("survivor").get(id=case.id).survivor) == "Wren"
    assert case.agency_id == place.shelter.id
    with as_agency(place.advocates.id, at=AT):
        assert not Case.objects.filter(id=case.id).exists()


def test_workers_of_other_agencies_reach_no_referral(place: Town) -> None:
    out = sent(place)
    came = taken_in(place, out)
    for who in (place.officer, place.nurse, place.coordinator, place.uninvited):
        with as_agency(who.agency_id, at=AT, worker=who.id):
            for ref in (out.ref, came.ref):
                with pytest.raises(NotForYou):
                    referral_by_ref(ref, by=who, at=AT)
            with pytest.raises(NotForYou):
                answer_referral(came, answer="accepted", by=who, at=AT)


@pytest.fixture
def service(place: Town) -> Iterator[Service]:
    """One service of the directory, gone again afterwards with what points to it."""
    made = Service.objects.create(
        id=uuid7(),
        name="Legal desk",
        organization="County bar",
        status="active",
        record={},
        words=" ",
        imported_at=AT,
    )
    yield made
    with as_agency(place.advocates.id, at=AT):
        Referral.objects.filter(service=made).delete()
        made.delete()


def test_a_service_without_an_account_is_noted_by_hand(place: Town, service: Service) -> None:
    case, who = a_case(place), place.advocate
    with as_agency(who.agency_id, at=AT, worker=who.id):
        made = refer_by_phone(case, service, how="called_together", words="Tuesday", once="f", by=who, at=AT)
        assert (
            refer_by_phone(case, service, how="called_together", words="Tuesday", once="f", by=who, at=AT).id
            == made.id
        )
        note_outcome(made, outcome="done", words="an hour with them", by=who, at=AT + DAY)
        note_outcome(made, outcome="done", words="an hour with them", by=who, at=AT + DAY)
        told = referral_content(Referral.objects.get(id=made.id))
        assert not Letter.objects.exists()
        assert [r.state for r in referrals_of_case(case, by=who, at=AT)] == ["noted"]
    assert told["how"] == "called_together" and len(told["outcomes"]) == 1
