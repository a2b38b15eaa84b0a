"""The pages as workers use them: the steps of her choice, the inbox, the second door, referrals, and who gets nothing."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from shelterbelt.access.door import not_found
from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.models import Case, Note
from shelterbelt.people.queries import name_of
from shelterbelt.referrals.models import ContactAttempt, ContactChoice, ContactRequest, Referral, Service
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.referrals.cast import CANARIES, NAME, a_case, a_release, a_request, an_incident, taken_in
from tests.world import AT, DAY, Town

DETAILS = {
    "name": "Wren", "channels": ["phone"], "number": "312 555 0142", "hours": "these", "days": ["0", "3"], "start": "9:00",
    "end": "17:30", "zone": "America/Chicago", "voicemail": "no", "code_word": "canaryword", "once": "form",
}  # fmt: skip


def titles(html: str) -> str:
    """What a browser's history would keep of a page."""
    return " ".join(re.findall(r"<title>(.*?)</title>", html, re.S))


def test_the_first_question_is_whether_they_are_out_of_hearing(place: Town, signed_in: Any) -> None:
    incident, c = an_incident(place), signed_in(place.officer)
    first = c.get(reverse("contact_choice", args=[incident.ref]))
    assert "out of hearing" in first.content.decode()
    unsure = c.post(reverse("contact_choice", args=[incident.ref]), {"hearing": "not_clear"})
    assert unsure["Location"] == reverse("contact_wait", args=[incident.ref])
    assert c.get(unsure["Location"]).status_code == 200
    clear = c.post(reverse("contact_choice", args=[incident.ref]), {"hearing": "clear"})
    assert clear["Location"] == reverse("contact_ask", args=[incident.ref])
    asked = c.get(clear["Location"]).content.decode()
    assert place.advocates.duty_phone in asked and place.shelter.name in asked
    assert c.post(reverse("contact_choice", args=[incident.ref]), {}).status_code == 200


@pytest.mark.parametrize("wish", ["no", "later", "self", "not_asked"])
def test_every_answer_but_yes_is_one_tap(place: Town, signed_in: Any, wish: str) -> None:
    incident, c = an_incident(place), signed_in(place.officer)
    for _ in range(2):
        done = c.post(reverse("contact_ask", args=[incident.ref]), {"wish": wish, "once": "form"})
        assert done["Location"] == reverse("contact_choice", args=[incident.ref])
    with as_agency(place.police.id, at=AT):
        (choice,) = ContactChoice.objects.filter(incident=incident)
        assert opened(choice) == {"wish": wish} and not Letter.objects.exists()
    assert c.get(done["Location"]).status_code == 200
    c.post(reverse("contact_consulted", args=[choice.ref]))
    with as_agency(place.police.id, at=AT):
        assert ContactChoice.objects.get(id=choice.id).consulted


def test_a_yes_is_sent_once_and_the_page_afterwards_says_sent_and_nothing_more(
    place: Town, signed_in: Any
) -> None:
    incident, c = an_incident(place), signed_in(place.officer)
    yes = c.post(reverse("contact_ask", args=[incident.ref]), {"wish": "yes", "once": "x", "consulted": "on"})
    form = c.get(yes["Location"]).content.decode()
    assert "checked" in form.split('name="consulted"')[1].split(">")[0]
    assert "checked" not in form.split('name="to"')[1].split(">")[0], "no agency is chosen beforehand"
    for _ in range(2):
        done = c.post(yes["Location"], {**DETAILS, "to": place.advocates.ref, "consulted": "on"})
        assert done.status_code == 302, done.content.decode()
    after = c.get(done["Location"]).content.decode()
    assert "Sent" in after and "canaryword" not in after and "3125550142" not in after
    with as_agency(place.police.id, at=AT):
        (choice,) = ContactChoice.objects.filter(incident=incident)
        told = opened(choice)["instructions"]
        assert Letter.objects.count() == 1 and choice.consulted
    assert (told["from"], told["until"], told["days"], told["number"]) == (
        "09:00",
        "17:30",
        ["0", "3"],
        "+13125550142",
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"to": ""}, "Choose who should contact them."),
        ({"name": ""}, "Write a name."),
        ({"name": "x" * 301}, "Shorten it"),
        ({"channels": []}, "Choose at least one way"),
        ({"number": ""}, "Write the number to call."),
        ({"number": "call me"}, "Check the number."),
        ({"channels": ["email"]}, "Write the e-mail address."),
        ({"days": []}, "Choose at least one day."),
        ({"start": "late"}, "Write the time, like 18:30."),
        ({"start": "10:00", "end": "10:00"}, "begin and end at the same time"),
        ({"hours": ""}, "Say when it is safe."),
        ({"voicemail": ""}, "Say whether a message may be left."),
        ({"words": "a\x07b"}, "Take out the signs"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field_and_kept(
    place: Town, signed_in: Any, changed: dict[str, Any], said: str
) -> None:
    incident, c = an_incident(place), signed_in(place.officer)
    page = c.post(
        reverse("contact_details", args=[incident.ref]), {**DETAILS, "to": place.advocates.ref, **changed}
    ).content.decode()
    assert said in page and "govuk-error-message" in page
    assert "canaryword" in page, "what was typed stays"
    with as_agency(place.police.id, at=AT):
        assert not ContactChoice.objects.filter(incident=incident).exists()


def test_an_advocate_answers_a_request_from_its_page(place: Town, signed_in: Any) -> None:
    request, c = a_request(place), signed_in(place.advocate)
    page = lambda name: reverse(name, args=[request.ref])  # noqa: E731
    listed = c.get(reverse("contact_requests")).content.decode()
    assert "New" in listed and page("contact_request") in listed
    shown = c.get(page("contact_request")).content.decode()
    for canary in (
        "canaryword",
        "canarysister",
        "canarywords",
        "+13125550191",
        "Leave no message.",
        "Spanish",
    ):
        assert canary in shown
    assert not any(canary in titles(shown) + titles(listed) for canary in CANARIES)
    c.post(page("contact_request_take"))
    tried = c.post(
        page("contact_request_try"), {"channel": "email", "outcome": "reached", "once": "t"}, follow=True
    )
    assert "went against their instructions" in tried.content.decode()
    assert c.post(page("contact_request_try"), {"channel": "phone"}).status_code == 200
    assert 'value="Wren Canaryname"' in c.get(page("contact_request_case")).content.decode()
    assert c.post(page("contact_request_case"), {"name": ""}).status_code == 200
    opened_case = c.post(page("contact_request_case"), {"name": "Wren"})
    assert opened_case.status_code == 302
    assert c.get(page("contact_request_case"))["Location"] == opened_case["Location"]
    assert c.post(page("contact_request_end"), {}).status_code == 200
    c.post(page("contact_request_end"), {"outcome": "done", "words": "went well"})
    assert "went well" in c.get(page("contact_request")).content.decode()
    assert "Ended" in c.get(reverse("contact_requests") + "?list=ended").content.decode()
    with as_agency(place.advocates.id, at=AT):
        row = ContactRequest.objects.get(id=request.id)
        assert row.acknowledged_by == place.advocate.id and row.case is not None
        assert ContactAttempt.objects.filter(request=row).count() == 1 and not Letter.objects.exists()


@pytest.mark.parametrize("who", ["advocate", "shelter_worker", "nurse"])
def test_the_second_door_needs_a_name_and_tells_nobody(place: Town, signed_in: Any, who: str) -> None:
    worker = getattr(place, who)
    c = signed_in(worker)
    assert "Write a name" in c.post(reverse("case_new"), {"name": ""}).content.decode()
    for _ in range(2):
        done = c.post(reverse("case_new"), {"name": "Rowan", "wants_first": "a safe bed", "once": "form"})
        assert done.status_code == 302
    with as_agency(worker.agency_id, at=AT):
        (case,) = Case.objects.filter(agency=worker.agency).select_related("survivor")
        assert name_of(case.survivor) == "Rowan" and case.other is None and case.door == "direct"
        assert opened(case)["wants_first"] == "a safe bed" and not Letter.objects.exists()


def test_the_second_door_keeps_contact_instructions_when_they_are_given(place: Town, signed_in: Any) -> None:
    c = signed_in(place.advocate)
    wrong = c.post(reverse("case_new"), {"name": "Rowan", "number": "312 555 0142"}).content.decode()
    assert "Choose which of these ways is safe." in wrong
    assert c.post(reverse("case_new"), {**DETAILS, "name": "Rowan"}).status_code == 302
    with as_agency(place.advocates.id, at=AT):
        assert opened(Case.objects.get(agency=place.advocates))["instructions"]["code_word"] == "canaryword"


def test_a_note_is_kept_here_unless_somebody_says_otherwise(place: Town, signed_in: Any) -> None:
    case, c = a_case(place), signed_in(place.advocate)
    url = reverse("note_new", args=[case.ref])
    assert NAME not in titles(c.get(url).content.decode())
    assert c.post(url, {"text": "", "category": "kept_here"}).status_code == 200
    for _ in range(2):
        assert c.post(url, {"text": "canarynote", "category": "kept_here"}).status_code == 302
    c.post(url, {"text": "a lock", "category": "safety_needs"})
    with as_agency(place.advocates.id, at=AT):
        notes = [
            opened_under(bytes(case.key), n.id, n.agency_id, bytes(n.sealed))
            for n in Note.objects.filter(case=case)
        ]
    assert sorted((n["text"], n["category"]) for n in notes) == [
        ("a lock", "safety_needs"),
        ("canarynote", ""),
    ]


def a_referral(place: Town, signed_in: Any, back: str = "yes") -> Referral:
    at = now()
    case = a_case(place, at - DAY)
    release = a_release(place, case, at=at - DAY)
    c = signed_in(place.advocate)
    url = reverse("referral_new", args=[case.ref])
    assert place.shelter.name in c.get(url).content.decode()
    form = c.get(f"{url}?release={release.ref}").content.decode()
    assert escape(NAME) in form and "words_children" not in form
    wrong = c.post(url, {"release": release.ref, "tell": ["safety_needs"], "answer_back": back, "once": "f"})
    assert "Write the words that will be told" in wrong.content.decode()
    told = {
        "release": release.ref,
        "tell": ["name", "safety_needs"],
        "words_safety_needs": "a lock",
        "answer_back": back,
        "once": "f",
    }
    sent = [c.post(url, told)["Location"] for _ in range(2)]
    assert sent[0] == sent[1]
    with as_agency(place.advocates.id, at=at):
        return Referral.objects.select_related("case").get(case=case)


def test_a_referral_goes_from_page_to_page_and_its_answer_comes_back(place: Town, signed_in: Any) -> None:
    out = a_referral(place, signed_in)
    came = taken_in(place, out, now())
    shelter, url = signed_in(place.shelter_worker), reverse("referral", args=[came.ref])
    assert "New" in shelter.get(reverse("referrals")).content.decode()
    page = shelter.get(url).content.decode()
    assert escape(NAME) in page and "a lock" in page and NAME not in titles(page)
    assert "Choose a reason." in shelter.post(url, {"answer": "declined"}).content.decode()
    assert shelter.post(url, {"answer": "accepted"}).status_code == 302
    assert reverse("referral_case", args=[came.ref]) in shelter.get(url).content.decode()
    assert shelter.post(reverse("referral_case", args=[came.ref]), {"name": "Wren"}).status_code == 302
    with as_agency(place.shelter.id, at=AT):
        row = Referral.objects.get(id=came.id)
        assert row.letter_id is not None and row.case is not None
    mine = signed_in(place.advocate).get(reverse("referral", args=[out.ref])).content.decode()
    assert "The answer will show here when it comes." in mine and "Accepted" not in mine


def test_without_a_release_the_page_offers_to_take_one(place: Town, signed_in: Any) -> None:
    case = a_case(place)
    page = signed_in(place.advocate).get(reverse("referral_new", args=[case.ref])).content.decode()
    assert "No release in force names another agency." in page
    tried = signed_in(place.advocate).post(
        reverse("referral_new", args=[case.ref]), {"release": "x", "tell": ["name"]}
    )
    assert tried.status_code == 200
    with as_agency(place.advocates.id, at=AT):
        assert not Referral.objects.exists()


def test_whoever_is_not_invited_gets_the_page_that_does_not_exist(place: Town, signed_in: Any) -> None:
    incident, request, out = an_incident(place), a_request(place), a_referral(place, signed_in)
    came = taken_in(place, out, now())
    with as_agency(place.police.id, at=AT):
        choice = ContactChoice.objects.exclude(incident=incident).first()
    assert choice is not None and out.case is not None
    police = [
        reverse(n, args=[incident.ref])
        for n in ("contact_choice", "contact_wait", "contact_ask", "contact_details")
    ]
    police.append(reverse("contact_consulted", args=[choice.ref]))
    steps = ("", "_take", "_try", "_case", "_end")
    advocates = [reverse(f"contact_request{step}", args=[request.ref]) for step in steps]
    advocates += [reverse("note_new", args=[out.case.ref]), reverse("referral_new", args=[out.case.ref])]
    advocates.append(reverse("referral", args=[out.ref]))
    shelter = [reverse("referral", args=[came.ref]), reverse("referral_case", args=[came.ref])]
    lists = [reverse("contact_requests"), reverse("case_new"), reverse("referrals")]
    same = not_found().content
    for who, closed in (
        (
            place.uninvited,
            [
                *police,
                *advocates,
                *shelter,
                *lists,
                reverse("directory"),
                reverse("service", args=["x" * 22]),
            ],
        ),
        (place.officer, [*advocates, *shelter, *lists]),
        (place.coordinator, [*police, *advocates, *shelter, *lists]),
        (place.nurse, [*police, *advocates, *shelter, reverse("contact_requests")]),
        (place.shelter_worker, [*police, *advocates]),
        (place.advocate, [*police, *shelter]),
    ):
        c: Client = signed_in(who)
        for url in closed:
            for answer in (c.get(url), c.post(url, {"wish": "no", "hearing": "clear", "name": "x"})):
                if answer.status_code == 405:
                    continue
                assert (answer.status_code, answer.content) == (404, same), url


def test_a_search_and_a_service_are_shown_to_every_role(place: Town, signed_in: Any) -> None:
    made = Service.objects.create(
        id=uuid7(), name="Zymurgic house", organization="Zed", status="active", confidential=True, words=" zymurgic house ",
        imported_at=AT,
        record={
            "name": "Zymurgic house", "phones": [{"number": "555-0107"}], "url": "https://hidden.example",
            "schedules": [{"byday": "MO,TH", "opens_at": "09:00:00Z"}],
            "locations": [{"addresses": [{"address_1": "17 Hiddenlane"}]}],
        },
    )  # fmt: skip
    try:
        for who in (place.officer, place.nurse, place.court_clerk, place.coordinator):
            c = signed_in(who)
            assert "Zymurgic house" in c.get(reverse("directory"), {"q": "zymur"}).content.decode()
            page = c.get(reverse("service", args=[made.ref])).content.decode()
            assert "555-0107" in page and "not published" in page and "Monday, Thursday" in page
            assert "hidden" not in page.casefold().replace("visually-hidden", "").replace(
                'type="hidden"', ""
            ).replace("aria-hidden", "")
            assert c.get(reverse("directory"), {"q": "x" * 999, "page": "-3"}).status_code == 200
            assert c.get(reverse("directory"), {"q": "%00", "term": "none"}).status_code == 200
            assert c.get(reverse("directory"), {"q": "\x00"}).status_code == 404
    finally:
        made.delete()
