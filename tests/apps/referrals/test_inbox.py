"""The advocates' inbox: what is taken in, what is refused, and what trying, opening and ending do."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.people.queries import details
from shelterbelt.referrals.actions import (
    acknowledge,
    end_request,
    note_attempt,
    open_case_for_request,
    take_in_contact_request,
)
from shelterbelt.referrals.models import ContactAttempt, ContactRequest
from shelterbelt.referrals.queries import (
    attempts_of,
    inbox,
    inbox_waiting,
    instructions_of_case,
    request_by_ref,
    request_content,
    sender_refs_of_case,
)
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.referrals.cast import a_request, an_incident, body_of, said_yes
from tests.world import AT, DAY, HOUR, Town


@pytest.fixture
def body(place: Town) -> dict[str, Any]:
    return body_of(said_yes(place, an_incident(place)).letter_id, place.police)


def take(place: Town, body: Any) -> ContactRequest:
    with as_agency(place.advocates.id, at=AT):
        return take_in_contact_request(body, letter=uuid7(), sender=place.police, to=place.advocates, at=AT)


def test_what_is_missing_too_long_or_of_another_type_is_refused(place: Town, body: dict[str, Any]) -> None:
    how = body["instructions"]
    wrong: list[Any] = [None, [], "text", {}, {**body, "extra": 1}]
    wrong += [{k: v for k, v in body.items() if k != name} for name in body]
    wrong += [{**body, name: 7} for name in body]
    wrong += [{**body, "name": text} for text in ("", "  ", "x" * 301, "a\x00b", "\ud800")]
    wrong += [
        {**body, "words": "x" * 20_001},
        {**body, "language": "klingon"},
        {**body, "interpreter": "yes"},
    ]
    wrong += [{**body, "instructions": {k: v for k, v in how.items() if k != name}} for name in how]
    wrong += [{**body, "instructions": {**how, name: value}} for name, value in (
        ("channels", []), ("channels", ["pigeon"]), ("channels", "phone"), ("channels", ["phone", "phone"]),
        ("channels", [["phone"]]), ("days", ["7"]), ("days", [0]), ("from", "9"), ("until", "24:01"), ("from", None),
        ("zone", ""), ("zone", "../../etc/passwd"), ("zone", "Nowhere/Land"), ("voicemail", 1), ("number", "1" * 41),
        ("place", "x" * 1001), ("code_word", ["x"]), ("extra", ""),
    )]  # fmt: skip
    for one in wrong:
        with pytest.raises(BadLetter):
            take(place, one)
    with as_agency(place.advocates.id, at=AT):
        assert not ContactRequest.objects.exists()
    assert take(place, body)


def test_a_request_to_an_agency_that_keeps_no_inbox_is_refused(place: Town, body: dict[str, Any]) -> None:
    with as_agency(place.prosecutor.id, at=AT), pytest.raises(BadLetter):
        take_in_contact_request(body, letter=uuid7(), sender=place.police, to=place.prosecutor, at=AT)


def test_naughty_strings_survive_the_round_trip(place: Town, body: dict[str, Any]) -> None:
    from shelterbelt.rules.fields import clean_text

    strings = json.loads((Path(os.environ["SHELTERBELT_ORACLES"]) / "naughty" / "blns.json").read_text())
    kept = [s for s in strings if s.strip() and clean_text(s, 300) == (s, None)]
    assert len(kept) > 300
    request = take(place, {**body, "reference": "r", "name": kept[0], "words": "\n".join(kept)})
    with as_agency(place.advocates.id, at=AT):
        assert request_content(request)["words"] == "\n".join(kept)


def test_the_same_request_twice_is_taken_in_once(place: Town, body: dict[str, Any]) -> None:
    assert take(place, body).id == take(place, body).id
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        assert inbox_waiting(place.advocate, AT) == 1


def test_new_requests_come_first_and_are_counted_for_those_who_answer(place: Town) -> None:
    first, second = a_request(place), a_request(place)
    who = place.advocate
    with as_agency(who.agency_id, at=AT, worker=who.id):
        acknowledge(second, by=who, at=AT + HOUR)
        rows, more = inbox(who, AT)
        assert [(row.ref, row.state) for row in rows] == [(first.ref, "new"), (second.ref, "taken")]
        assert not more and inbox_waiting(who, AT) == 1
    for other in (place.officer, place.shelter_worker, place.nurse):
        with as_agency(other.agency_id, at=AT, worker=other.id):
            assert inbox(other, AT)[0] == [] and inbox_waiting(other, AT) == 0
            with pytest.raises(NotForYou):
                request_by_ref(first.ref, by=other, at=AT)


def test_nothing_that_the_advocates_do_is_told_to_the_sender(place: Town) -> None:
    request, who = a_request(place), place.advocate
    with as_agency(who.agency_id, at=AT, worker=who.id):
        acknowledge(request, by=who, at=AT)
        note_attempt(request, channel="phone", outcome="reached", by=who, at=AT)
        open_case_for_request(request, name="Wren", by=who, at=AT)
        end_request(request, outcome="done", by=who, at=AT)
        assert not Letter.objects.exists()


def test_the_first_acknowledgement_stands(place: Town) -> None:
    request, who = a_request(place), place.advocate
    with as_agency(who.agency_id, at=AT, worker=who.id):
        acknowledge(request, by=who, at=AT)
        acknowledge(request, by=who, at=AT + DAY)
        assert ContactRequest.objects.get(id=request.id).acknowledged_at == AT


def test_a_try_against_the_instructions_is_written_down_with_a_warning(place: Town) -> None:
    request, who = a_request(place), place.advocate
    # AT is a Wednesday, 9:30 in Chicago: inside the hours. At 23:30 the same day is outside.
    with as_agency(who.agency_id, at=AT, worker=who.id):
        assert (
            note_attempt(request, channel="phone", outcome="reached", words="all well", by=who, at=AT) == ()
        )
        late = note_attempt(request, channel="phone", outcome="reached", by=who, at=AT + 14 * HOUR)
        mail = note_attempt(request, channel="email", outcome="reached", by=who, at=AT)
        left = note_attempt(request, channel="phone", outcome="message_left", by=who, at=AT)
        tries = attempts_of(ContactRequest.objects.get(id=request.id))
    assert late == ("contact.outside_hours",)
    assert mail == ("contact.channel_not_allowed",)
    assert left == ("contact.no_message",)
    assert len(tries) == 4
    assert {t["outcome"] for t in tries if t["against"]} == {"reached", "message_left"}
    assert tries[-1]["words"] == "all well" or "all well" in [t["words"] for t in tries]


def test_the_same_form_twice_is_one_try(place: Town) -> None:
    request, who = a_request(place), place.advocate
    with as_agency(who.agency_id, at=AT, worker=who.id):
        for _ in range(2):
            note_attempt(request, channel="phone", outcome="not_reached", once="form", by=who, at=AT)
        assert ContactAttempt.objects.filter(request=request).count() == 1


def test_a_case_opens_once_from_a_request_with_what_was_told(place: Town) -> None:
    request, who = a_request(place), place.advocate
    with as_agency(who.agency_id, at=AT, worker=who.id):
        case = open_case_for_request(request, name="Wren C.", by=who, at=AT)
        assert open_case_for_request(request, name="Wren C.", by=who, at=AT).id == case.id
        case = Case.objects.select_related("survivor").get(id=case.id)
        known = details(case.survivor)
        told = instructions_of_case(case)
        assert sender_refs_of_case(case.id) == {place.police.id: request.sender_ref}
    assert known["name"] == "Wren C." and known["phones"] == ["+13125550191"] and case.other is None
    assert told is not None and told["code_word"] == "canaryword"
    assert case.agency_id == place.advocates.id and case.door == "direct"


def test_an_ended_request_keeps_its_first_ending(place: Town) -> None:
    request, who = a_request(place), place.advocate
    with as_agency(who.agency_id, at=AT, worker=who.id):
        end_request(request, outcome="declined", words="not now", by=who, at=AT)
        end_request(request, outcome="done", by=who, at=AT + HOUR)
        row = ContactRequest.objects.get(id=request.id)
        assert opened(row)["ended"]["outcome"] == "declined" and row.ended_at == AT
        assert inbox_waiting(who, AT) == 0
        assert [r.state for r in inbox(who, AT, ended=True)[0]] == ["ended"]


def test_a_row_of_the_inbox_shows_nothing_in_plain(place: Town) -> None:
    request = a_request(place)
    with as_agency(place.advocates.id, at=AT), connection.cursor() as cursor:
        cursor.execute("select * from referrals_contactrequest where id = %s", [request.id])
        text = " ".join(
            bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else repr(v)
            for v in cursor.fetchone()
        )
    assert str(request.id) in text and "anary" not in text and "3125550191" not in text
