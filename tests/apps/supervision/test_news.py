"""Survivors hear of it: by their own rules, again until a person confirms, then whomever they named; and nobody reads why."""

from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.library import quiet
from shelterbelt.library.detained import detained
from shelterbelt.notices.actions import stop_contact, tell_instructions
from shelterbelt.notices.models import Notice
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision import actions
from shelterbelt.supervision.actions import asking
from shelterbelt.supervision.actions.telling import TheirOwn
from tests.apps.notices.people import AT as NOON
from tests.apps.notices.people import told as instructions
from tests.apps.notices.servers import mail_server
from tests.apps.supervision.cast import MINUTE, Held, line, report
from tests.world import DAY, HOUR, Town

NAMED = {"name": "Ana", "way": "email", "to": "ana@example.org", "language": "es", "words": ""}


@pytest.fixture
def one(place: Town) -> Held:
    """Somebody who is detained, since an hour before the survivor's safe hours of a Wednesday are under way."""
    made = report(place)
    made.said(line("1", "arrested", NOON - HOUR), at=NOON - HOUR)
    made.linked(at=NOON - HOUR)
    return made


@pytest.fixture
def mail(settings: Any) -> Any:
    with mail_server() as server:
        way = {
            "host": "127.0.0.1",
            "port": server.port,
            "user": "",
            "password_file": "",
            "from": "post@example.org",
        }
        settings.MAIL = way
        yield server.inbox


def let_out(one: Held, at: Any = NOON) -> None:
    one.said(line("2", "released", at), at=at)


def wished(one: Held, *, wanted: bool = True, named: Any = None, at: Any = NOON) -> None:
    by = one.place.detective
    with as_agency(by.agency_id, at=at, worker=by.id):
        actions.tell_wish(one.case, wanted=wanted, named=named, by=by, at=at)


def messages(one: Held) -> list[Notice]:
    with as_agency(one.place.police.id, at=NOON):
        return list(Notice.objects.filter(about=one.case.id).order_by("written_at"))


def test_they_are_asked_to_call_by_their_own_rules_again_until_a_person_confirms(
    one: Held, mail: Any
) -> None:
    let_out(one)
    one.turn(NOON)
    (first,) = messages(one)
    assert (first.kind, first.state, first.channel) == ("call_soon", "waiting", "email")
    with as_agency(one.place.police.id, at=NOON):
        Notice.objects.update(state="sent")  # as the sender does
    one.turn(NOON + detained().repeat(1) - MINUTE)
    assert len(messages(one)) == 1
    one.turn(NOON + detained().repeat(1))
    assert len(messages(one)) == 2
    one.turn(NOON + 9 * HOUR)
    assert len(messages(one)) == 2, "one that still waits for its hours is not sent beside another"
    (news,) = one.news()
    by = one.place.detective
    with as_agency(by.agency_id, at=NOON, worker=by.id):
        actions.confirm_news(news, "called", "They go to their sister", by=by, at=NOON + 10 * HOUR)
        actions.confirm_news(news, "met", "", by=by, at=NOON + 11 * HOUR)
    one.turn(NOON + 30 * HOUR)
    (done,) = one.news("confirmed")
    with as_agency(one.place.police.id, at=NOON):
        assert (done.how, opened(done)["words"], done.next_at) == ("called", "They go to their sister", None)
    assert len(messages(one)) == 2


def test_what_is_written_says_nothing_about_why_and_nothing_goes_where_they_forbade_it(
    one: Held, mail: Any
) -> None:
    for text in (*quiet.kind("call_soon").texts.values(), *map(quiet_text, detained().named_words.values())):
        assert not quiet.telling(text.body)
    by = one.place.detective
    with as_agency(by.agency_id, at=NOON, worker=by.id):
        stop_contact(one.case.id, by=by, at=NOON)
    let_out(one)
    one.turn(NOON)
    assert [(row.state, row.reasons) for row in messages(one)] == [("refused", ["contact.do_not_contact"])]
    assert one.news(), "it stands on the list, for a person to decide"


def quiet_text(body: str) -> quiet.Text:
    return quiet.Text("", body)


def test_unconfirmed_it_goes_once_to_whomever_they_named_and_says_nothing_to_them_either(
    one: Held, mail: Any
) -> None:
    wished(one, named=NAMED)
    let_out(one)
    due = NOON + HOUR
    one.turn(NOON)
    one.turn(due - MINUTE)
    assert not mail.letters
    one.turn(due)
    one.turn(due + DAY)
    (letter,) = mail.letters
    assert letter["To"] == NAMED["to"]
    assert detained().named_words["es"] in letter.get_body().get_content()
    assert not quiet.telling(letter.get_body().get_content())
    (news,) = one.news()
    assert news.named_told_at == due
    one.said(line("3", "arrested", due + DAY), at=due + 2 * DAY)
    one.turn(due + 4 * DAY)
    assert len(mail.letters) == 1 and one.news()[0].id != news.id, "newer news is no second text to them"


def test_whoever_they_named_is_tried_again_when_the_post_does_not_take_it(one: Held, mail: Any) -> None:
    wished(one, named=NAMED)
    let_out(one)
    mail.on_rcpt.append("451 later")
    one.turn(NOON + HOUR)
    one.turn(NOON + HOUR + MINUTE)
    assert not mail.letters
    one.turn(NOON + HOUR + asking.LOST_AFTER)
    assert len(mail.letters) == 1


def test_a_way_that_never_works_is_not_tried_again_for_newer_news(one: Held, mail: Any) -> None:
    wished(one, named=NAMED)
    let_out(one)
    mail.on_rcpt.append("550 nobody of that name")
    one.turn(NOON + HOUR)
    one.said(line("3", "arrested", NOON + 2 * HOUR), at=NOON + 2 * HOUR)
    one.turn(NOON + DAY)
    (news,) = one.news()
    assert not mail.letters and news.named_told_at is None


def crash(*_told: Any, **_more: Any) -> None:
    raise KeyboardInterrupt


def test_a_text_that_may_have_gone_is_not_sent_again_and_the_next_says_so(
    one: Held, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wished(one, named=NAMED)
    let_out(one)
    due = NOON + HOUR
    with monkeypatch.context() as dies:
        dies.setattr(asking, "name_told", crash)  # the process ends between sending and writing
        with pytest.raises(KeyboardInterrupt):
            one.turn(due)
        assert len(mail.letters) == 1
        one.turn(due + MINUTE)
        assert len(mail.letters) == 1
        with pytest.raises(KeyboardInterrupt):
            one.turn(due + asking.LOST_AFTER)
    first, second = mail.letters
    assert first["Message-ID"] != second["Message-ID"]
    bodies = [letter.get_body().get_content() for letter in mail.letters]
    assert bodies[0] != bodies[1] and detained().named_words["es"] in bodies[1]
    assert not quiet.telling(bodies[1])
    # Of neither it is known; nothing further goes, however often it is looked at, and a person sees that.
    one.said(line("3", "arrested", due + 6 * MINUTE), at=due + 6 * MINUTE)
    for times in range(2, 9):
        one.turn(due + times * asking.LOST_AFTER)
    one.turn(due + 5 * DAY)
    assert len(mail.letters) == 2
    (news,) = one.news()
    assert news.named_told_at is None and news.named_sent_at == due + asking.LOST_AFTER


def test_confirmed_in_time_nobody_else_hears(one: Held, mail: Any) -> None:
    wished(one, named=NAMED)
    let_out(one)
    (news,) = one.news()
    by = one.place.detective
    with as_agency(by.agency_id, at=NOON, worker=by.id):
        actions.confirm_news(news, "called", "", by=by, at=NOON + MINUTE)
    one.turn(NOON + 2 * HOUR)
    assert not mail.letters
    assert not messages(one)


def test_whoever_does_not_want_to_hear_is_told_nothing_and_neither_is_anybody_else(
    one: Held, mail: Any
) -> None:
    let_out(one)
    wished(one, wanted=False, named=NAMED)
    one.turn(NOON + 3 * HOUR)
    assert not messages(one)
    assert not mail.letters
    assert not one.news()
    one.said(line("3", "arrested", NOON + 4 * HOUR), at=NOON + 4 * HOUR)
    assert [row.state for row in one.news("not_wanted")] == ["not_wanted", "not_wanted"]


def test_their_own_number_is_nobody_elses(one: Held) -> None:
    with pytest.raises(TheirOwn):
        wished(one, named={**NAMED, "to": "robin@example.org"})


def test_only_whom_they_named_last_hears_and_nobody_at_what_is_their_own_by_now(one: Held, mail: Any) -> None:
    wished(one, named=NAMED)
    wished(one, named={**NAMED, "to": "bea@example.org"}, at=NOON + MINUTE)
    let_out(one)
    by = one.place.detective
    with as_agency(by.agency_id, at=NOON, worker=by.id):
        tell_instructions(one.case.id, {**instructions(), "email": "bea@example.org"}, by=by, at=NOON)
    one.turn(NOON + 2 * HOUR)
    assert not mail.letters, "since they named them, it has become the survivor's own address"
    with as_agency(by.agency_id, at=NOON, worker=by.id):
        tell_instructions(one.case.id, instructions(), by=by, at=NOON)
    wished(one, named={**NAMED, "to": "cleo@example.org"}, at=NOON + 3 * HOUR)
    one.turn(NOON + 4 * HOUR)
    assert [letter["To"] for letter in mail.letters] == ["cleo@example.org"]


def test_what_raises_is_told_with_what_came_after_it_and_a_burst_is_not_many_messages(
    one: Held, mail: Any
) -> None:
    let_out(one)
    one.turn(NOON)
    one.said(line("3", "arrested", NOON + 5 * MINUTE), at=NOON + 6 * MINUTE)
    one.turn(NOON + 7 * MINUTE)
    (news,) = one.news()
    assert news.news == ["released", "held"], (
        "that they were out is not dropped because they are detained again"
    )
    assert len(messages(one)) == 1
    with as_agency(one.place.police.id, at=NOON):
        assert news.due_at == NOON + HOUR


def test_nobody_but_the_cases_own_workers_confirms(one: Held) -> None:
    let_out(one)
    (news,) = one.news()
    place = one.place
    for by in (place.officer, place.court_clerk, place.probation_officer, place.advocate, place.coordinator):
        with as_agency(by.agency_id, at=NOON, worker=by.id), pytest.raises(NotForYou):
            actions.confirm_news(news, "called", "", by=by, at=NOON)
    with (
        as_agency(place.police.id, at=NOON, worker=place.detective.id),
        pytest.raises(ValueError, match="how"),
    ):
        actions.confirm_news(news, "guessed", "", by=place.detective, at=NOON)


def test_no_news_of_somebody_goes_to_another_case(one: Held) -> None:
    two = report(one.place, "Ines Calder", "Sol Ender")
    let_out(one)
    assert one.news()
    assert not two.news(), "two files with one name are two persons"
