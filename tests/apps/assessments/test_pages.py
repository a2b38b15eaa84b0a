"""The pages of a screen and of a level: one question a page, each saved on its own, nothing lost."""

from typing import Any

from shelterbelt.assessments.models import Screen
from shelterbelt.cases.actions import Party, open_direct_case, open_incident, record_incident
from shelterbelt.cases.models import Case, Incident
from shelterbelt.store.asker import as_agency
from tests.world import AT, HOUR, Town


def recorded(place: Town) -> tuple[Incident, Case]:
    parties = [Party("survivor", {"name": "Amina Okoro"}), Party("perpetrator", {"name": "Sam Weller"})]
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        draft = open_incident(by=place.officer, at=AT)
        made = record_incident(
            draft, content={}, parties=parties, happened_at=AT - HOUR, by=place.officer, at=AT
        )
    assert made.case
    return made.incident, made.case


def begun(place: Town, client: Any) -> str:
    incident, _case = recorded(place)
    page = client.post("/screens/new/", {"incident": incident.ref})
    return str(page["Location"])


def test_a_screen_goes_from_the_first_question_to_its_result_without_scripts(
    place: Town, signed_in: Any
) -> None:
    client = signed_in(place.officer)
    address = begun(place, client)
    page = client.get(address, follow=True)
    assert "Can anyone overhear you" in page.content.decode()
    url = page.redirect_chain[-1][0]
    page = client.post(url, {"answer": "no", "revision": "0"}, follow=True)
    for number in range(1, 12):
        url = page.redirect_chain[-1][0]
        assert f"Question {number} of 11" in page.content.decode()
        answer = {1: "yes", 5: "yes", 7: "declined"}.get(number, "no")
        page = client.post(url, {"answer": answer, "revision": "0"}, follow=True)
    url = page.redirect_chain[-1][0]
    page = client.post(url, {"answer": "declined", "worries": "Las llaves", "revision": "0"}, follow=True)
    page = client.post(page.redirect_chain[-1][0], {"answer": "no", "revision": "0"}, follow=True)
    text = page.content.decode()
    assert "Offer a call to an advocate now" in text
    assert "Pressure on the neck can injure without a mark" in text
    assert "The answer was yes:" in text
    assert "It is not a danger level" in text
    assert "bail" in text
    assert "1 question was left unanswered" in text
    assert "Las llaves" in text
    assert place.advocates.duty_phone in text


def test_somebody_who_can_overhear_stops_it_and_nothing_is_lost(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    address = begun(place, client)
    page = client.post(f"{address}overhear/", {"answer": "yes", "revision": "0"}, follow=True)
    assert "Stop here and move first" in page.content.decode()
    assert "Can anyone overhear" in client.get(address, follow=True).content.decode()
    page = client.post(f"{address}overhear/", {"answer": "no", "revision": "1"}, follow=True)
    assert "Question 1 of 11" in page.content.decode()


def test_skipping_the_rest_keeps_what_was_answered(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    address = begun(place, client)
    client.post(f"{address}gun_access/", {"answer": "yes", "revision": "0"})
    page = client.post(f"{address}strangulation_attempt/", {"skip": "1", "revision": "0"}, follow=True)
    assert "In their own words" in page.content.decode()
    client.post(f"{address}survivor/", {"answer": "no", "revision": "0"})
    page = client.post(f"{address}worker/", {"answer": "no", "revision": "0"}, follow=True)
    assert "10 questions were left unanswered" in page.content.decode()
    assert "84 to 93 of 100" in page.content.decode()
    assert "84 to 93 %" not in page.content.decode()
    assert "offer a medical evaluation" in page.content.decode()


def test_no_answer_is_asked_for_and_what_was_written_stays(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    address = begun(place, client)
    page = client.post(f"{address}survivor/", {"worries": "He knows the school. نعم", "revision": "0"})
    assert page.status_code == 422
    assert "Choose an answer" in page.content.decode()
    assert "He knows the school. نعم" in page.content.decode()


def test_second_tab_is_told_plainly_and_keeps_its_words(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    address = begun(place, client)
    client.post(f"{address}survivor/", {"answer": "no", "worries": "first words", "revision": "0"})
    page = client.post(f"{address}survivor/", {"answer": "yes", "worries": "second words", "revision": "0"})
    text = page.content.decode()
    assert page.status_code == 409
    assert "changed in another window" in text
    assert "first words" in text
    assert "second words" in text
    page = client.post(f"{address}survivor/", {"answer": "yes", "worries": "second words", "revision": "1"})
    assert page.status_code == 302


def test_finished_screen_leads_to_its_result_whatever_is_clicked(place: Town, signed_in: Any) -> None:
    client = signed_in(place.officer)
    address = begun(place, client)
    for _click in range(2):
        page = client.post(f"{address}worker/", {"answer": "yes", "revision": "0"})
        assert page["Location"] == f"{address}result/"
    with as_agency(place.police.id, at=AT):
        assert Screen.objects.filter(agency=place.police).count() == 1


def test_nurse_and_advocate_take_the_same_screen_on_a_case_without_police(
    place: Town, signed_in: Any
) -> None:
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        case = open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)
    client = signed_in(place.advocate)
    page = client.post("/screens/new/", {"case": case.ref}, follow=True)
    assert "Can anyone overhear" in page.content.decode()
    assert signed_in(place.officer).post("/screens/new/", {"case": case.ref}).status_code == 404
    assert signed_in(place.officer).get("/screens/new/").status_code == 404


def test_screen_of_another_agency_looks_like_none(place: Town, signed_in: Any) -> None:
    address = begun(place, signed_in(place.officer))
    for worker in (place.advocate, place.coordinator, place.uninvited):
        client = signed_in(worker)
        nothing = client.get("/screens/not-there/")
        for tail in ("", "overhear/", "result/", "wait/"):
            page = client.get(address + tail)
            assert (page.status_code, page.content) == (404, nothing.content)
