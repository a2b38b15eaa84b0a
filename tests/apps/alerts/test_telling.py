"""Who is told, by which way, again and again until somebody answers; each message once, whatever dies in between."""

from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.alerts import actions
from shelterbelt.alerts.actions import telling
from shelterbelt.alerts.models import Call
from shelterbelt.notices.channels import Message, Never, Tells, refuse_unfit
from shelterbelt.notices.mail import written
from shelterbelt.store.asker import as_agency
from tests.apps.alerts.people import SECOND, alerts_of, press, somebody, there, turn
from tests.apps.notices.servers import mail_server
from tests.world import AT, worker


@pytest.fixture
def one(place: Any) -> Any:
    return somebody(place.advocate)


@pytest.fixture
def mail(settings: Any) -> Any:
    with mail_server() as server:
        inbox, port = server.inbox, server.port
        settings.MAIL = {
            "host": "127.0.0.1",
            "port": port,
            "user": "",
            "password_file": "",
            "from": "post@example.org",
        }
        yield inbox


def sent(place: Any, one: Any, *, at: Any = AT) -> None:
    press(one.button(at=at), at=at)
    turn(place.advocate, at=at)
    turn(place.advocate, at=at + 15 * SECOND)


def tell_all(place: Any, *, at: Any) -> None:
    while actions.tell_one(place.advocates.id, at=at):
        pass


def test_a_mailbox_gets_each_message_once_though_its_sender_dies_between_sending_and_noting(
    place: Any, one: Any, mail: Any, monkeypatch: Any
) -> None:
    sent(place, one)
    at = AT + 16 * SECOND

    class Died(BaseException):
        pass

    def dies(*_: Any, **__: Any) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(telling, "_note", dies)
        for _ in range(2):
            with pytest.raises(Died):
                actions.tell_one(place.advocates.id, at=at)
    tell_all(place, at=at + 30 * SECOND)
    assert len(mail.letters) == 1, "nobody else takes what another has taken a moment ago"
    tell_all(place, at=at + 90 * SECOND)
    assert len(mail.letters) == 2
    assert len({letter["Message-ID"] for letter in mail.letters}) == 1, "a mailbox shows it once"
    with as_agency(place.advocates.id, at=at):
        assert Call.objects.get(way="email", round=0).state == "told"


def test_a_line_that_is_down_is_tried_again_and_an_answer_stops_it(place: Any, one: Any, mail: Any) -> None:
    mail.on_rcpt += ["450 busy"]
    sent(place, one)
    at = AT + 16 * SECOND
    tell_all(place, at=at)
    assert not mail.letters
    tell_all(place, at=at + 6 * SECOND)
    assert len(mail.letters) == 1
    there(place.advocate, at=AT)
    with as_agency(place.advocates.id, at=AT + 20 * SECOND, worker=place.advocate.id):
        assert actions.answer_alert(alerts_of(one)[0], by=place.advocate, at=AT + 20 * SECOND)
    for seconds in range(30, 4000, 60):
        turn(place.advocate, at=AT + seconds * SECOND)
        tell_all(place, at=AT + seconds * SECOND)
    assert len(mail.letters) == 1


def test_until_somebody_answers_it_is_told_again(place: Any, one: Any, mail: Any) -> None:
    sent(place, one)
    for seconds in range(15, 15 + 1300, 30):
        turn(place.advocate, at=AT + seconds * SECOND)
        tell_all(place, at=AT + seconds * SECOND)
    assert len(mail.letters) == 7, "five times every two minutes, then every ten"
    assert len({letter["Message-ID"] for letter in mail.letters}) == 7


def test_whoever_is_there_and_gave_a_number_is_told_without_a_telling_word(place: Any, one: Any) -> None:
    there(place.advocate, number="+12025550188")
    sent(place, one)
    with as_agency(place.advocates.id, at=AT + 16 * SECOND):
        call = Call.objects.get(slot__startswith="r")
        told = telling._told(call, call.alert, at=AT + 16 * SECOND)
    assert told is not None and (told.to, told.body) == ("+12025550188", "Please look at your page now.")


def test_a_forced_alert_tells_the_circle_not_to_write_back(place: Any, one: Any, mail: Any) -> None:
    press(one.button(), code="green 17")
    turn(place.advocate, at=AT)
    tell_all(place, at=AT)
    assert "Do not call or write to my phone." in mail.letters[0].get_content()


@pytest.mark.parametrize(
    "text",
    [
        "Ask at Shelterbelt",
        "look at www.example.org/case",
        "case dJ4kZ0pQ7xR2mN8vB1cT5y",
        "see http://x.test/a",
    ],
)
def test_what_others_are_told_names_nothing_of_ours_and_holds_no_other_link(place: Any, text: str) -> None:
    from shelterbelt.library.quiet import Text

    with pytest.raises(Tells):
        refuse_unfit(Message("+12025550123", Text("Message", text), "en", "x", to_other=True))
    link = "http://localhost:1/n/c/abc/"
    refuse_unfit(Message("+1", Text("Message", f"They hurt me. {link}"), "en", "x", to_other=True, link=link))
    with pytest.raises(Tells):
        refuse_unfit(Message("+1", Text("Message", "They hurt me."), "en", "x"))


def test_an_agencys_name_is_in_no_message(place: Any) -> None:
    from email.headerregistry import Address

    from shelterbelt.library.quiet import Text

    text = Text("Message", f"Call {place.advocates.name}")
    with pytest.raises(Tells):
        written(
            Message("a@example.org", text, "en", "x", to_other=True),
            Address(addr_spec="p@example.org"),
            at=AT,
        )


def test_a_number_without_its_country_is_given_up_and_said(place: Any, settings: Any) -> None:
    settings.TEXTS = {"host": "127.0.0.1", "port": 1, "user": "", "password_file": "", "from": "+12025550100"}
    from tests.apps.alerts.people import ANA

    bad = somebody(place.advocate, people=[ANA | {"number": "12", "email": ""}])
    sent(place, bad)
    tell_all(place, at=AT + 16 * SECOND)
    with as_agency(place.advocates.id, at=AT):
        call = Call.objects.get(slot="c1")
    assert (call.state, call.reasons) == ("given_up", [Never("text.number").code])


def test_only_whoever_is_there_answers(place: Any, one: Any) -> None:
    sent(place, one)
    (alert,) = alerts_of(one)
    away = worker(place.advocates, "advocate")
    for who in (away, place.officer):
        with as_agency(who.agency_id, at=AT, worker=who.id), pytest.raises(NotForYou):
            actions.answer_alert(alert, by=who, at=AT + 20 * SECOND)
        with as_agency(who.agency_id, at=AT, worker=who.id), pytest.raises(NotForYou):
            actions.end_alert(alert, "reached", "", by=who, at=AT + 20 * SECOND)


def test_who_leaves_is_gone_at_once(place: Any, one: Any) -> None:
    from shelterbelt.alerts.facts import present

    there(place.advocate)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        assert len(present(place.advocates.id, at=AT)) == 1
        assert actions.still_there(by=place.advocate, at=AT + SECOND)
        actions.leave(by=place.advocate, at=AT + 2 * SECOND)
        assert not present(place.advocates.id, at=AT + 2 * SECOND)
        assert not actions.still_there(by=place.advocate, at=AT + 3 * SECOND)


def test_two_who_call_at_once_tell_nobody_twice(place: Any, one: Any) -> None:
    for n in range(3):
        press(one.button(at=AT + n * SECOND), at=AT + n * SECOND)
    for _ in range(3):
        turn(place.advocate, at=AT + 30 * SECOND)
    with as_agency(place.advocates.id, at=AT):
        assert Call.objects.count() == 9
