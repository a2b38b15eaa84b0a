"""Rooms of looks, choices, contact and messages: off until agreed, changed at any time, held until checked, read by two."""

from typing import Any

import pytest

from shelterbelt.conversations.actions import show_looks
from shelterbelt.conversations.models import Message
from shelterbelt.conversations.queries import choices_of
from shelterbelt.notices.actions import tell_instructions
from shelterbelt.notices.standing import stand_of
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.conversations.conftest import Two, two_of
from tests.apps.conversations.test_words import ALLOWED
from tests.apps.portal.visiting import Visiting, account_for, by_own_hand
from tests.world import Town


@pytest.fixture
def two(place: Town) -> Two:
    return two_of(place)


@pytest.fixture
def visiting(two: Two) -> Visiting:
    return Visiting(account_for(two.case.survivor, two.town.advocates))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_looked_is_off_until_the_worker_shows_it_and_then_in_words(
    two: Two, visiting: Visiting, signed_in: Any
) -> None:
    client = signed_in(two.advocate)
    client.get(f"/cases/{two.case.ref}/")
    page = text(visiting.get("looks-home"))
    assert "It is not shown here unless" in page and "an advocate" not in page
    assert client.post(f"/entrusted/{two.file.ref}/looks/{two.case.ref}/", {"do": "show"}).status_code == 302
    page = text(visiting.get("looks-home"))
    assert "an advocate" in page and "The case" in page
    assert two.advocate.code not in page, "names stand there only where the agency puts them on paper"
    assert page.count("You, or somebody with your words") < 3, "looks within a minute are one line"
    assert visiting.post("looks-home").status_code == 303
    assert "It is not shown here unless" in text(visiting.get("looks-home"))


def test_looks_at_another_survivors_case_are_never_shown(two: Two, visiting: Visiting) -> None:
    other = two_of(two.town, "Somebody Else")
    with as_agency(two.town.advocates.id, at=now(), worker=two.advocate.id):
        show_looks(other.file, other.case.id, by=two.advocate, at=now())
    assert "It is not shown here unless" in text(visiting.get("looks-home"))


def test_a_choice_is_kept_and_can_be_changed_at_any_time(
    two: Two, visiting: Visiting, signed_in: Any
) -> None:
    assert visiting.post("choices-home", code="", words="").status_code == 422
    assert visiting.post("choices-home", code="police", words="").status_code == 303
    assert visiting.post("choices-home", code="none", words="canarywords").status_code == 303
    page = text(visiting.get("choices-home"))
    assert "Nothing for now" in page and "canarywords" in page and "Police or a court" in page
    with by_own_hand(visiting.survivor):
        assert [one.code for one in choices_of(two.file)] == ["none", "police"]
    assert "Nothing for now" in text(signed_in(two.advocate).get(f"/entrusted/{two.file.ref}/words/"))
    case = f"/cases/{two.case.ref}/"
    assert "Nothing for now" not in text(signed_in(two.colleague).get(case))


CHANGE = {
    "stop": "no",
    "channels": ["text"],
    "number": "(312) 555-0188",
    "shared_device": "no",
    "voicemail": "no",
}


def test_contact_shows_little_and_a_change_waits(two: Two, visiting: Visiting) -> None:
    with as_agency(two.town.advocates.id, at=now(), worker=two.advocate.id):
        tell_instructions(two.case.id, ALLOWED, by=two.advocate, at=now())
    pages = text(visiting.get("contact-home")) + text(visiting.get("contact-change"))
    assert "…0123" in pages
    assert "canaryword" not in pages and "3125550123" not in pages
    assert visiting.post("contact-change", **CHANGE).status_code == 303
    page = text(visiting.get("contact-home"))
    assert "A change waits since" in page and "0188" not in page
    with as_agency(two.town.advocates.id, at=now()):
        stand = stand_of(two.town.advocates.id, two.case.id)
        assert stand.waiting is not None and stand.told and stand.told["number"] == ALLOWED["number"]
    assert visiting.get("contact-change").status_code == 303


def test_contact_needs_a_number_where_there_is_none(two: Two, visiting: Visiting) -> None:
    answer = visiting.post("contact-change", **{**CHANGE, "number": ""})
    assert answer.status_code == 422 and "Write the number for text messages." in text(answer)


def test_the_two_write_to_each_other_and_a_number_waits_for_each(
    two: Two, visiting: Visiting, signed_in: Any
) -> None:
    page = text(visiting.get("words-home"))
    assert "This is not for emergencies." in page and "Before you write" in page
    assert visiting.post("words-home", text="canarywords").status_code == 303
    client = signed_in(two.advocate)
    assert "1 new" in text(client.get("/entrusted/"))
    assert "canarywords" in text(client.get(f"/entrusted/{two.file.ref}/words/"))
    assert "1 new" not in text(client.get("/entrusted/"))
    answer = client.post(f"/entrusted/{two.file.ref}/words/", {"text": "On Monday"})
    assert answer.status_code == 302
    assert "1 new" in text(visiting.get("home"))
    assert "On Monday" in text(visiting.get("words-home"))
    assert "1 new" not in text(visiting.get("home"))


def test_a_colleague_finds_no_page_of_it_and_no_link(two: Two, visiting: Visiting, signed_in: Any) -> None:
    visiting.post("words-home", text="canarywords")
    client = signed_in(two.colleague)
    absent = client.get("/entrusted/no-such-file/words/")
    there = client.get(f"/entrusted/{two.file.ref}/words/")
    assert (there.status_code, there.content) == (404, absent.content)
    assert client.post(f"/entrusted/{two.file.ref}/words/", {"text": "Hello"}).status_code == 404
    page = text(client.get(f"/cases/{two.case.ref}/"))
    assert "Write with them" not in page and two.file.ref not in page
    log = text(client.get(f"/cases/{two.case.ref}/looked/")) + text(client.get("/entrusted/"))
    assert "words" not in log.lower().replace("passwords", "") or "canarywords" not in log
    assert "Write with them" in text(signed_in(two.advocate).get(f"/cases/{two.case.ref}/"))


def test_their_habits_are_theirs(two: Two, visiting: Visiting) -> None:
    assert visiting.post("words-habits", reads_seen="yes", note="no", kept_days="30").status_code == 303
    assert visiting.post("words-habits", reads_seen="yes", note="no", kept_days="31").status_code == 422


def test_everything_stands_in_spanish_too(two: Two) -> None:
    visiting = Visiting(account_for(two.case.survivor, two.town.advocates), language="es")
    rooms = ("papers-home", "papers-wish", "looks-home", "choices-home", "contact-home", "contact-change")
    for room in (*rooms, "words-home", "words-habits"):
        page = text(visiting.get(room))
        for english in ("You can", "Nobody ", "Choose", "Your advocate", "Write ", "Save", "Back to"):
            assert english not in page, (room, english)


def test_messages_go_with_the_case_when_it_is_erased(two: Two, visiting: Visiting) -> None:
    from shelterbelt.records.parts import hanging, roots_of

    visiting.post("words-home", text="canarywords")
    with as_agency(two.town.advocates.id, at=now()):
        found = hanging(roots_of(two.case))
        assert len(found[Message]) == 1
