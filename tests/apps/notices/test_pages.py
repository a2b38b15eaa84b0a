"""The page "How to reach them safely": fill in, see, change from afar and face to face, check, stop, send."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Reading
from shelterbelt.notices.models import Notice
from shelterbelt.notices.standing import instructions_in_force, stand_of
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.notices.people import told
from tests.world import Town

GIVEN = {
    "channels": ["text"], "number": "+12025550147", "email": "", "place": "", "days": ["0", "1", "2", "3", "4", "5", "6"],
    "from": "", "until": "", "zone": "America/Chicago", "voicemail": False, "code_word": "Willow tree", "may_answer": "only me",
}  # fmt: skip
FORM = {
    "how": "in_person", "channels": ["text", "email"], "number": "(202) 555-0199", "email": "robin@example.org", "place": "",
    "shared_device": "no", "hours": "these", "days1": ["0", "1"], "start1": "09:00", "end1": "12:00", "days2": ["5"],
    "start2": "22:00", "end2": "01:00", "start3": "", "end3": "", "zone": "America/New_York", "voicemail": "no",
    "code_word": "Cedar", "may_answer": "", "sender_name": "", "until-month": "", "until-day": "", "until-year": "",
}  # fmt: skip


@pytest.fixture
def case(place: Town, both_ways: None) -> Case:
    at = now()
    with as_agency(place.advocates.id, at=at, worker=place.advocate.id):
        return open_direct_case(
            survivor={"name": "Robin Ñandú", "language": "es"},
            other=None,
            words={"instructions": GIVEN},
            by=place.advocate,
            at=at,
        )


@pytest.fixture
def client(place: Town, signed_in: Any) -> Client:
    made: Client = signed_in(place.advocate)
    return made


def page(client: Client, case: Case, more: str = "") -> str:
    answer = client.get(f"/cases/{case.ref}/reach/{more}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(client: Client, case: Case, more: str, data: Any) -> Any:
    return client.post(f"/cases/{case.ref}/reach/{more}", data)


def in_force(case: Case) -> Any:
    with as_agency(case.agency_id, at=now()):
        return instructions_in_force(case.agency_id, case.id)


def test_what_came_with_the_request_is_shown_and_fills_the_form(client: Client, case: Case) -> None:
    seen = page(client, case)
    assert "+12025550147" in seen and "Willow tree" in seen and "As it came with the request" in seen
    form = page(client, case, "change/")
    assert 'value="+12025550147"' in form and 'value="Willow tree"' in form and 'value="any" checked' in form
    with as_agency(case.agency_id, at=now()):
        assert Reading.objects.filter(what="safe_contact", about=case.id).count() == 2


def test_the_case_page_leads_there_and_nobody_elsewhere_gets_there(
    client: Client, case: Case, place: Town, signed_in: Any
) -> None:
    assert f"/cases/{case.ref}/reach/" in client.get(f"/cases/{case.ref}/").content.decode()
    nothing = client.get("/cases/nothing/reach/").content
    for worker in (place.officer, place.shelter_worker, place.advocates_administrator, place.uninvited):
        for more in ("", "change/", "check/", "stop/"):
            answer = signed_in(worker).get(f"/cases/{case.ref}/reach/{more}")
            assert (answer.status_code, answer.content) == (404, nothing)


def test_told_face_to_face_it_holds_at_once_with_several_spans_of_hours(client: Client, case: Case) -> None:
    answer = post(client, case, "change/", FORM)
    assert answer.status_code == 302 and answer["Location"] == f"/cases/{case.ref}/reach/"
    stands = in_force(case)
    assert stands["number"] == "+12025550199"
    assert stands["windows"] == [
        {"days": ["0", "1"], "from": "09:00", "until": "12:00"},
        {"days": ["5"], "from": "22:00", "until": "01:00"},
    ]
    seen = page(client, case)
    assert "Monday, Tuesday, 09:00 – 12:00" in seen and "Saturday, 22:00 – 01:00" in seen and "Cedar" in seen


def test_told_from_afar_it_is_held_hides_the_word_and_is_checked(client: Client, case: Case) -> None:
    answer = post(client, case, "change/", {**FORM, "how": "from_afar"})
    assert answer["Location"] == f"/cases/{case.ref}/reach/check/"
    assert in_force(case) is None
    for more in ("", "check/"):
        seen = page(client, case, more)
        assert "Willow" not in seen and "Cedar" not in seen and "5550199" not in seen
    assert "3 tries are left" in page(client, case, "check/")
    again = client.get(f"/cases/{case.ref}/reach/change/")
    assert again["Location"] == f"/cases/{case.ref}/reach/check/"
    wrong = post(client, case, "check/", {"do": "word", "said": "cedar"}).content.decode()
    assert "This is not their code word" in wrong and "2 tries are left" in wrong
    right = post(client, case, "check/", {"do": "word", "said": "willow TREE"})
    assert right.status_code == 302
    assert in_force(case)["number"] == "+12025550199"


def test_a_refused_change_says_to_check_in_safely_by_the_old_way(client: Client, case: Case) -> None:
    post(client, case, "change/", {**FORM, "how": "from_afar"})
    seen = client.post(f"/cases/{case.ref}/reach/check/", {"do": "refuse"}, follow=True).content.decode()
    assert "Check in with them safely" in seen and "+12025550147" in seen and "Willow tree" in seen


def test_after_three_wrong_words_the_page_says_to_meet_them(client: Client, case: Case) -> None:
    post(client, case, "change/", {**FORM, "how": "from_afar"})
    for said in ("oak", "elm", "ash"):
        seen = post(client, case, "check/", {"do": "word", "said": said}).content.decode()
    assert "wrong too often" in seen
    assert (
        "wrong too often"
        in post(client, case, "check/", {"do": "word", "said": "willow tree"}).content.decode()
    )
    assert in_force(case) is None
    assert post(client, case, "check/", {"do": "person"}).status_code == 302
    assert in_force(case)["number"] == "+12025550199"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"how": ""}, "Say how they told us"),
        ({"channels": []}, "Choose at least one way"),
        ({"number": ""}, "Write the number for text messages"),
        ({"email": "nobody"}, "Check the e-mail address"),
        (
            {"days1": [], "days2": [], "start1": "", "end1": "", "start2": "", "end2": ""},
            "Choose at least one day",
        ),
        ({"days2": []}, "Choose the days for these hours"),
        ({"end1": "09:00"}, "begin and end at the same time"),
        ({"start1": "nine"}, "Write the time"),
        ({"zone": "Mars"}, "Choose one of the answers"),
        ({"sender_name": "Women&#x27;s shelter"}, "This name would tell"),
        ({"until-year": "2020", "until-month": "1", "until-day": "1"}, "This day is over"),
        ({"shared_device": ""}, "Say whether somebody else can see it"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: Client, case: Case, changes: Any, said: str
) -> None:
    seen = post(client, case, "change/", {**FORM, "may_answer": "only Ñandú", **changes})
    assert seen.status_code == 200
    text = seen.content.decode()
    assert said in text and "only Ñandú" in text
    assert in_force(case) is None


def test_a_last_day_holds_until_its_end_by_their_clock(client: Client, case: Case) -> None:
    day = (now() + timedelta(days=30)).date()
    until = {"until-year": str(day.year), "until-month": str(day.month), "until-day": str(day.day)}
    post(client, case, "change/", {**FORM, **until})
    assert in_force(case)["valid_until"].startswith((day + timedelta(days=1)).isoformat() + "T00:00:00-0")
    form = page(client, case, "change/")
    assert f'name="until-day" type="text" inputmode="numeric" autocomplete="off" value="{day.day}"' in form


def test_stopping_is_one_press_and_says_so(client: Client, case: Case) -> None:
    assert "needs no code word" in page(client, case, "stop/")
    post(client, case, "stop/", {})
    seen = page(client, case)
    assert "They asked not to be contacted" in seen and "Stop all contact" not in seen
    assert in_force(case)["no_contact"] is True


def test_a_message_is_sent_seen_and_stopped_on_the_page(client: Client, case: Case) -> None:
    day = str((now().weekday() + 3) % 7)
    later = {"days1": [day], "start1": "03:00", "end1": "03:02", "days2": [], "start2": "", "end2": ""}
    post(client, case, "change/", {**FORM, **later})
    assert "Tiene un recordatorio." in page(client, case)
    assert post(client, case, "send/", {"kind": "reminder"}).status_code == 302
    assert post(client, case, "send/", {"kind": "new_sign_in"}).status_code == 200  # a worker's own
    with as_agency(case.agency_id, at=now()):
        notice = Notice.objects.get(about=case.id)
        assert opened(notice)["language"] == "es"
    seen = page(client, case)
    assert "It waits for their safe hours." in seen and "Stop this message" in seen
    assert post(client, case, f"{notice.ref}/stop/", {}).status_code == 302
    seen = page(client, case)
    assert "Somebody stopped it." in seen and "Stop this message" not in seen
    assert (
        "too late to stop"
        in client.post(f"/cases/{case.ref}/reach/{notice.ref}/stop/", follow=True).content.decode()
    )


def test_why_nothing_went_is_said_in_words(client: Client, case: Case, no_way: None) -> None:
    post(client, case, "send/", {"kind": "check_in"})
    assert "This node is not set up to send it" in page(client, case)


def test_a_nurse_cannot_put_it_in_force_alone(place: Town, signed_in: Any, both_ways: None) -> None:
    at = now()
    with as_agency(place.hospital.id, at=at, worker=place.nurse.id):
        case = open_direct_case(
            survivor={"name": "R"}, other=None, words={"instructions": told()}, by=place.nurse, at=at
        )
    nurse = signed_in(place.nurse)
    assert "They are here with me" not in page(nurse, case, "change/")
    assert post(nurse, case, "change/", FORM).status_code == 200
    post(nurse, case, "change/", {**FORM, "how": "from_afar"})
    assert "I have met them" not in page(nurse, case, "check/")
    assert post(nurse, case, "check/", {"do": "person"}).status_code == 404
    with as_agency(case.agency_id, at=at):
        assert stand_of(case.agency_id, case.id).waiting is not None


def test_titles_and_addresses_say_nothing(client: Client, case: Case) -> None:
    for more in ("", "change/", "stop/"):
        seen = page(client, case, more)
        assert "<title>" in seen and "Robin" not in seen.split("</title>")[0]
