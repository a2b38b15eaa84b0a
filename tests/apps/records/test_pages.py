"""Pages of whoever looks after records: they say when and why, never what; two people see an end."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shelterbelt.access.walls import raise_wall
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Reading
from shelterbelt.records.models import Erasure, Hold
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.records.conftest import asking, closing
from tests.apps.test_dump import MARK, PHONES
from tests.world import DAY, Town, worker


@pytest.fixture
def officer(town: Town, signed_in: Any) -> Client:
    client: Client = signed_in(town.advocates_records)
    return client


@pytest.fixture
def advocate(town: Town, signed_in: Any) -> Client:
    client: Client = signed_in(town.advocate)
    return client


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def holds(town: Town) -> list[Hold]:
    with as_agency(town.advocates.id, at=now()):
        return list(Hold.objects.all())


def test_the_pages_say_nothing_of_what_a_case_holds(file: Case, officer: Client, advocate: Client) -> None:
    for client in (officer, advocate):
        text = page(client, f"/records/cases/{file.ref}/")
        assert file.ref in text and MARK not in text and not any(number in text for number in PHONES)
    assert MARK not in page(officer, "/records/")


def test_a_case_is_found_by_its_reference_and_by_nothing_else(file: Case, officer: Client) -> None:
    assert officer.post("/records/", {"ref": file.ref})["Location"] == f"/records/cases/{file.ref}/"
    assert "No case here has this reference" in officer.post("/records/", {"ref": "nothing"}).content.decode()
    assert MARK not in officer.post("/records/", {"ref": f"{MARK}name"}).content.decode().replace(
        f'value="{MARK}name"', ""
    )


def test_from_the_survivors_wish_to_the_empty_row(
    town: Town, file: Case, officer: Client, advocate: Client
) -> None:
    erase = f"/records/cases/{file.ref}/erase/"
    assert "The survivor wishes it" in page(advocate, erase) and "Its time is over" not in page(
        advocate, erase
    )
    advocate.post(erase, {"basis": "survivor"})
    assert "Somebody else has to confirm it" in page(advocate, f"/records/cases/{file.ref}/")
    assert file.ref in page(officer, "/records/")
    assert "Tick this box" in officer.post(erase, {"step": "confirm"}).content.decode()
    assert officer.post(erase, {"step": "confirm", "sure": "on"})["Location"] == "/records/"
    missing = officer.get("/there-is-no-such-page/").content
    for client in (officer, advocate):
        assert client.get(f"/records/cases/{file.ref}/").content == missing
    text = page(officer, "/records/")
    assert "demo_county/victim_service/1/" in text and file.ref not in text


def test_whoever_asked_is_led_back_and_erases_nothing(town: Town, file: Case, signed_in: Any) -> None:
    asking(town.advocates_records, file, at=now())
    client = signed_in(town.advocates_records)
    answer = client.post(f"/records/cases/{file.ref}/erase/", {"step": "confirm", "sure": "on"})
    assert answer["Location"] == f"/records/cases/{file.ref}/"
    with as_agency(town.advocates.id, at=now()):
        assert not Erasure.objects.exclude(erased_at=None).exists()


def test_a_hold_stops_it_and_lifting_lets_it_go_on(town: Town, file: Case, officer: Client) -> None:
    paper = SimpleUploadedFile("order.pdf", b"%PDF-1.7 an order")
    told = {"because": "court", "reason": "Order of 3 March", "paper": paper}
    officer.post(f"/records/cases/{file.ref}/hold/", told)
    (hold,) = holds(town)
    text = page(officer, f"/records/cases/{file.ref}/")
    assert "Must not be erased" in text and "Ask for its erasure" not in text
    assert "Order of 3 March" in page(officer, f"/records/holds/{hold.ref}/")
    answer = officer.get(f"/records/holds/{hold.ref}/paper/")
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7 an order", "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="document"'
    refused = officer.post(f"/records/cases/{file.ref}/erase/", {"basis": "survivor"}).content.decode()
    assert "A legal hold stands" in refused
    assert "Write why it is not needed" in officer.post(f"/records/holds/{hold.ref}/", {}).content.decode()
    officer.post(f"/records/holds/{hold.ref}/", {"reason": "It was settled"})
    assert "It was settled" in page(officer, f"/records/holds/{hold.ref}/")
    assert "Ask for its erasure" in page(officer, f"/records/cases/{file.ref}/")


def test_a_hold_that_came_meanwhile_is_said_at_the_last_step(
    town: Town, file: Case, officer: Client, advocate: Client
) -> None:
    advocate.post(f"/records/cases/{file.ref}/erase/", {"basis": "survivor"})
    officer.post(f"/records/cases/{file.ref}/hold/", {"because": "litigation", "reason": "A lawsuit"})
    answer = officer.post(f"/records/cases/{file.ref}/erase/", {"step": "confirm", "sure": "on"})
    assert "A legal hold stands" in answer.content.decode()
    assert advocate.get(f"/cases/{file.ref}/").status_code == 200


def test_a_closed_case_shows_up_when_its_time_is_over(town: Town, officer: Client) -> None:
    refs = {}
    for days in (364, 366):
        at = now() - days * DAY
        with as_agency(town.advocates.id, at=at, worker=town.advocate.id):
            case = open_direct_case(survivor={"name": "A"}, other=None, words={}, by=town.advocate, at=at)
        closing(town.advocate, case, at=at)
        refs[days] = case.ref
    text = page(officer, "/records/")
    assert refs[366] in text and refs[364] not in text
    officer.post(f"/records/cases/{refs[366]}/erase/", {"basis": "schedule"})
    told = page(officer, "/records/")
    assert "by you: somebody else decides" in told and told.count(refs[366]) == 2  # the link and its words


def test_other_agencies_and_other_roles_find_nothing(town: Town, file: Case, signed_in: Any) -> None:
    asking(town.advocate, file, at=now())
    for somebody in (town.records_officer, town.officer, town.reviewer, town.shelter_worker, town.supervisor):
        client = signed_in(somebody)
        missing = client.get("/there-is-no-such-page/").content
        for url in (
            f"/records/cases/{file.ref}/",
            f"/records/cases/{file.ref}/erase/",
            f"/records/cases/{file.ref}/hold/",
        ):
            assert client.get(url).content == missing
            assert client.post(url, {"step": "call_off"}).content == missing
    with as_agency(town.advocates.id, at=now()):
        assert Erasure.objects.get().called_off_at is None


def test_a_supervisor_confirms_and_neither_holds_nor_asks(town: Town, file: Case, signed_in: Any) -> None:
    client = signed_in(worker(town.advocates, "supervisor"))
    missing = client.get("/there-is-no-such-page/").content
    assert client.get(f"/records/cases/{file.ref}/hold/").content == missing
    assert client.get(f"/records/cases/{file.ref}/erase/").content == missing
    asking(town.advocate, file, at=now())
    assert file.ref in page(client, "/records/")
    assert "Erase the case" in page(client, f"/records/cases/{file.ref}/erase/")


def test_a_walled_records_officer_does_not_learn_that_there_is_a_case(
    town: Town, file: Case, officer: Client
) -> None:
    asking(town.advocate, file, at=now())
    with as_agency(town.advocates.id, at=now()):
        raise_wall(
            file.id, agency=town.advocates.id, worker=town.advocates_records.id, basis="declared", reason="",
            by=None, at=now(),
        )  # fmt: skip
    assert file.ref not in page(officer, "/records/")
    assert officer.get(f"/records/cases/{file.ref}/").status_code == 404


def test_every_look_is_noted(town: Town, file: Case, officer: Client) -> None:
    page(officer, "/records/")
    page(officer, f"/records/cases/{file.ref}/")
    with as_agency(town.advocates.id, at=now()):
        found = Reading.objects.filter(by=town.advocates_records.id).values_list("what", flat=True)
        assert {"records", "records.case"} <= set(found)


def test_the_case_page_leads_there(file: Case, advocate: Client) -> None:
    assert f"/records/cases/{file.ref}/" in page(advocate, f"/cases/{file.ref}/")


def test_whoever_came_from_the_case_gets_back_to_it(town: Town, file: Case, signed_in: Any) -> None:
    shown = signed_in(town.advocate).get(f"/records/cases/{file.ref}/").content.decode()
    assert f'href="/cases/{file.ref}/"' in shown
