"""Contacts: written down in seconds, called back as they allowed, handed over, counted without giving a few away."""

from datetime import timedelta

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.hotline.actions import (
    Forbidden,
    NotWished,
    call_back,
    forget_old,
    hand_over_call,
    open_case_for_call,
    pass_on_call,
)
from shelterbelt.hotline.kept import words_of
from shelterbelt.hotline.models import Call, CallStep, CallWords
from shelterbelt.hotline.queries import call_by_ref, calls_waiting, counted, queue, recent_calls, steps_of
from shelterbelt.library.hotline import ways
from shelterbelt.notices.actions import stop_contact
from shelterbelt.referrals.models import Service
from shelterbelt.sealing.errors import SealingError
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.apps.hotline.cast import SAFE, a_call
from tests.apps.test_dump import dumped, hits, thief  # noqa: F401
from tests.world import AT, DAY, HOUR, Town, worker

TRY = {"channel": "phone", "outcome": "reached"}
NIGHT = AT + 14 * HOUR


def test_a_contact_needs_nothing_but_its_time_and_one_form_is_one_contact(place: Town) -> None:
    one, two = a_call(place, once="form"), a_call(place, once="form")
    assert one.id == two.id
    with as_agency(place.advocates.id, at=AT):
        assert opened(one) == {} and one.waits_since is None
    with pytest.raises(ValueError):
        a_call(place, kind="pigeon")


def test_who_asked_to_be_called_waits_and_the_longest_waiting_is_first(place: Town) -> None:
    by = place.advocate
    later = a_call(place, outcome="call_back", instructions=SAFE, name="Later", at=AT + HOUR)
    first = a_call(place, outcome="call_back", instructions=SAFE, name="First")
    a_call(place, outcome="done")
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        assert [face.name for face in queue(by, AT + HOUR)] == ["First", "Later"]
        assert calls_waiting(by, AT) == 2 and len(recent_calls(by, AT)[0]) == 1
        call_back(first, channel="phone", outcome="not_reached", by=by, at=AT)
        assert calls_waiting(by, AT) == 2, "nobody was reached"
        call_back(first, **TRY, by=by, at=AT)
        assert [face.ref for face in queue(by, AT)] == [later.ref]


def test_a_call_back_that_they_forbade_is_refused_with_the_reason_and_leaves_no_step(place: Town) -> None:
    by, call = place.advocate, a_call(place, outcome="call_back", instructions=SAFE)
    silent = a_call(place, outcome="call_back")
    for thing, tried, at, code in (
        (call, TRY, NIGHT, "contact.outside_hours"),
        (call, {"channel": "text", "outcome": "reached"}, AT, "contact.channel_not_allowed"),
        (call, {"channel": "phone", "outcome": "message_left"}, AT, "contact.no_message"),
        (silent, TRY, AT, "contact.no_instructions"),
    ):
        with as_agency(place.advocates.id, at=at, worker=by.id):
            with pytest.raises(Forbidden) as refused:
                call_back(thing, **tried, by=by, at=at)
            assert code in [reason.code for reason in refused.value.because]
            assert not CallStep.objects.exists() and Call.objects.get(id=thing.id).waits_since
    with as_agency(place.advocates.id, at=NIGHT, worker=by.id):
        assert not queue(by, NIGHT)[0].allowed
        assert next(face for face in queue(by, AT) if face.ref == call.ref).allowed


def test_what_stands_for_their_case_goes_before_what_they_said_then(place: Town) -> None:
    by, call = place.advocate, a_call(place, outcome="call_back", instructions=SAFE)
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        case = open_case_for_call(call, name="Wren", wished=True, by=by, at=AT)
        stop_contact(case.id, by=by, at=AT)
        with pytest.raises(Forbidden) as refused:
            call_back(Call.objects.get(id=call.id), **TRY, by=by, at=AT)
    assert refused.value.because[0].code == "contact.do_not_contact"


def test_a_warm_hand_over_puts_it_first_in_a_colleagues_queue_and_sends_nothing(place: Town) -> None:
    from shelterbelt.agencies.models import Letter

    by, second = place.advocate, worker(place.advocates, "advocate")
    a_call(place, outcome="call_back", instructions=SAFE, at=AT - HOUR)
    call = a_call(place, outcome="call_back", instructions=SAFE, words="Two children")
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        with pytest.raises(NotForYou):
            hand_over_call(call, place.shelter_worker, by=by, at=AT)
        hand_over_call(call, second, words="Spoke Spanish with them", by=by, at=AT)
        service = Service.objects.create(
            id=uuid7(),
            name="A clinic",
            organization="A place",
            status="active",
            record={},
            words="",
            imported_at=AT,
        )
        pass_on_call(call, service, how="called_together", by=by, at=AT)
        assert not Letter.objects.exists()
        assert {(s["kind"], bool(s["to"])) for s in steps_of(call)} == {
            ("handed_over", True),
            ("passed_on", False),
        }
    with as_agency(place.advocates.id, at=AT, worker=second.id):
        first, *_rest = queue(second, AT)
        assert first.ref == call.ref and first.mine


def test_a_contact_becomes_a_case_only_by_their_wish_and_copies_only_what_they_allowed(place: Town) -> None:
    by = place.advocate
    for may_copy in (False, True):
        call = a_call(place, words="They said this", language="es")
        with as_agency(place.advocates.id, at=AT, worker=by.id):
            with pytest.raises(NotWished):
                open_case_for_call(call, name="Wren", wished=False, by=by, at=AT)
            case = open_case_for_call(call, name="Wren", wished=True, may_copy=may_copy, by=by, at=AT)
            assert ("They said this" in str(opened(case))) is may_copy


def test_nothing_of_a_contact_lies_in_the_open_and_others_see_none(place: Town, thief: object) -> None:  # noqa: F811
    call = a_call(
        place, outcome="call_back", kind="phone", topics=["stalking"], name="Quezzelvorpname",
        words="Quezzelvorpwords", instructions=SAFE,
    )  # fmt: skip
    tables = {table: data for table, data in dumped(thief) if table.startswith(("hotline", "procrastinate"))}
    assert call.ref.encode() in tables["hotline_call"]
    for table, data in tables.items():
        assert not hits(data) and b"stalking" not in data and b"3125550191" not in data, table
    for other in (place.shelter_worker, place.officer, place.uninvited):
        with as_agency(other.agency_id, at=AT, worker=other.id):
            assert queue(other, AT) == [] and calls_waiting(other, AT) == 0
            with pytest.raises(NotForYou):
                call_by_ref(call.ref, by=other, at=AT)
    with as_agency(place.shelter.id, at=AT):
        assert not Call.objects.exists() and not CallWords.objects.exists()


def test_words_go_before_the_counts_and_who_still_waits_is_not_forgotten(place: Town) -> None:
    done, waiting = (
        a_call(place, words="Long ago", kind="phone"),
        a_call(place, outcome="call_back", instructions=SAFE),
    )
    over = AT + ways().keep_words
    with as_agency(place.advocates.id, at=over):
        kept = CallWords.objects.get(call=done)
        assert forget_old(place.advocates, at=over) == 1
        assert words_of(done) == {} and words_of(waiting)["instructions"] == SAFE
        with pytest.raises(SealingError):
            opened(kept)
        assert opened(Call.objects.get(id=done.id)) == {"kind": "phone"}
    last = AT + ways().keep_count
    with as_agency(place.advocates.id, at=last):
        forget_old(place.advocates, at=last)
        assert [row.id for row in Call.objects.all()] == [waiting.id]


def test_a_count_of_a_few_is_withheld_and_so_is_what_gives_it_away(place: Town) -> None:
    by, least = place.advocate, ways().least
    for number in range(2 * least + 2):
        a_call(
            place,
            kind="phone" if number < 2 else "text" if number < least + 2 else "chat",
            topics=["stalking"],
        )
    next_quarter = AT + timedelta(days=40)
    for _ in range(least - 1):
        a_call(place, kind="phone", at=next_quarter)
    with as_agency(place.advocates.id, at=AT, worker=by.id):
        assert counted(by, AT + DAY).quarters == (), "a quarter that still runs is not told"
        told = counted(by, AT + timedelta(days=200))
    assert told.quarters == ((2026, 2), (2026, 1)) and told.totals == (None, 2 * least + 2)
    kinds = dict(next(table for table in told.tables if table.name == "kind").rows)
    assert kinds["phone"] == (None, None), "two of them"
    assert sorted(str(kinds[one][1]) for one in ("text", "chat")) == [str(least), "None"], (
        "one more goes with it"
    )
    topics = dict(next(table for table in told.tables if table.name == "topics").rows)
    assert topics["stalking"] == (None, 2 * least + 2)
    with as_agency(place.shelter.id, at=AT, worker=place.shelter_worker.id):
        assert counted(place.shelter_worker, AT + timedelta(days=200)).quarters == ()
