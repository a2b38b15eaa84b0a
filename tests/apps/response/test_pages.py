"""The board, the case page and the desk: order, pages, search, and what nobody else may see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.assessments import actions as assessments
from shelterbelt.cases.actions import (
    Party,
    open_direct_case,
    open_incident,
    put_level,
    put_next_due,
    record_incident,
    write_note,
)
from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.consent.actions import open_agreement, take_in_grant
from shelterbelt.ledger.models import Reading
from shelterbelt.referrals.actions.asking import ask_contact
from shelterbelt.referrals.actions.inbox import take_in_contact_request
from shelterbelt.referrals.letters import INSTRUCTION_PARTS
from shelterbelt.response import board as boards
from shelterbelt.response import queries
from shelterbelt.response.board import Asked, board
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

LATER = AT + 40 * DAY
LEVELS = ("low", "medium", "high", "extreme")


def case_of(place: Town, name: str = "Amina Okoro", other: str = "Sam Weller", **details: Any) -> Case:
    parties = [Party("survivor", {"name": name, **details}), Party("perpetrator", {"name": other})]
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        draft = open_incident(by=place.officer, at=AT)
        made = record_incident(
            draft, content={}, parties=parties, happened_at=AT - HOUR, by=place.officer, at=AT
        )
    assert made.case
    return made.case


def many(place: Town, number: int) -> list[Case]:
    """Cases of every level, some without a due time and some with the same one."""
    cases = [case_of(place, f"Survivor{n} Testname") for n in range(number)]
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        for n, case in enumerate(cases):
            if n % 4 == 0:
                put_level(case, "low", at=AT)  # what two people and the survivor would have come to
            elif n % 4 != 1:
                assessments.set_level(case, LEVELS[n % 4], ["other"], "Said so", by=place.detective, at=AT)
            put_next_due(case.id, None if n % 5 == 0 else AT + (n // 6) * HOUR)
    return cases


def key(case: Case) -> tuple[Any, ...]:
    rank = -LEVELS.index(case.level)
    return (rank, case.next_due_at is None, case.next_due_at or AT, case.id)


def test_pages_of_the_board_hold_every_case_once_in_the_order_of_danger_and_delay(place: Town) -> None:
    many(place, 63)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        pages, after = [], ""
        while True:
            page = board(place.detective, Asked(), at=AT, after=after)
            pages.append(page)
            after = page.older
            if not after:
                break
        walked = [case for page in pages for case in page.cases]
        assert [len(page.cases) for page in pages] == [25, 25, 13]
        assert len({case.id for case in walked}) == 63
        assert walked == sorted(walked, key=key)
        assert not pages[0].newer
        back = board(place.detective, Asked(), at=AT, before=pages[2].newer)
        assert back.cases == pages[1].cases
        first = board(place.detective, Asked(), at=AT, before=back.newer)
        assert (first.cases, first.newer) == (pages[0].cases, "")


def test_board_filters_by_level_unit_and_delay(place: Town) -> None:
    many(place, 12)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        by, at = place.detective, AT + HOUR + timedelta(minutes=1)
        assert {c.level for c in board(by, Asked(level="high"), at=at).cases} == {"high"}
        late = board(by, Asked(overdue=True), at=at).cases
        assert late
        assert all(c.next_due_at and c.next_due_at < at for c in late)
        assert len(board(by, Asked(unit="patrol"), at=at).cases) == 12
        assert not board(by, Asked(unit="detectives"), at=at).cases


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("Łucja Świątek", "swiatek", True),
        ("نور الهدى", "نور", True),
        ("王小明", "王小明", True),
        ("Đặng Thị Hương", "HUONG", True),
        ("Amina Okoro", "okor", False),
        ("Amina Okoro", "amina okoro", True),
        ("Amina Okoro", "amina weller", False),
        ("Amina Okoro", "", False),
        ("Amina Okoro", "%", False),
    ],
)
def test_search_finds_whole_words_in_any_script_and_no_fragment(
    place: Town, name: str, asked: str, found: bool
) -> None:
    case = case_of(place, name)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        cases, more = boards.found_cases(asked, place.detective, at=AT)
        assert [c.id for c in cases] == ([case.id] if found else [])
        assert not more


def test_search_finds_by_birth_date_and_phone(place: Town) -> None:
    case = case_of(place, born_on="1991-02-28", phones=["+13125550142"])
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        for asked in ("1991-02-28", "2/28/1991", "+1 (312) 555-0142"):
            assert [c.id for c in boards.found_cases(asked, place.detective, at=AT)[0]] == [case.id]
        assert boards.found_cases("1991-02-29", place.detective, at=AT)[0] == ()


def test_searched_name_stands_in_no_address(place: Town, signed_in: Any) -> None:
    case_of(place)
    page = signed_in(place.detective).post("/cases/", {"q": "Okoro"})
    assert page.status_code == 200
    assert "Amina Okoro" in page.content.decode()
    assert not re.search(r'href="[^"]*[Oo]koro', page.content.decode())


def test_case_page_shows_what_is_due_and_why_and_leaves_a_reading(place: Town, signed_in: Any) -> None:
    case = case_of(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        assessments.set_level(case, "high", ["gun_access"], "A rifle in the hall", by=place.detective, at=AT)
        write_note(case, text="Spoke with a neighbour", category="", by=place.detective, at=AT)
    page = signed_in(place.detective).get(f"/cases/{case.ref}/")
    text = page.content.decode()
    assert page.status_code == 200
    for said in (
        "Amina Okoro",
        "A rifle in the hall",
        "Check on the survivor",
        "No unannounced visit",
        "Spoke with a neighbour",
    ):
        assert said in text
    assert "<title>Case – Shelterbelt</title>" in text
    with as_agency(place.police.id, at=AT):
        assert Reading.objects.filter(what="case", about=case.id, by=place.detective.id).count() == 1


def test_worker_of_another_agency_gets_the_page_that_does_not_exist(place: Town, signed_in: Any) -> None:
    case = case_of(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT):
        action = Action.objects.filter(agency=place.police).first()
    assert action
    for worker in (place.advocate, place.prosecutor_worker, place.uninvited):
        client = signed_in(worker)
        missing = client.get("/cases/does-not-exist-at-all/")
        for url in (f"/cases/{case.ref}/", f"/work/{action.ref}/", f"/cases/{case.ref}/level/"):
            page = client.get(url)
            assert (page.status_code, page.content) == (404, missing.content)


def test_shared_cases_are_listed_while_the_agreement_lives_and_stay_read_only(
    place: Town, signed_in: Any
) -> None:
    case = case_of(place)
    _agree(place, place.prosecutor, ["case_file"])
    client = signed_in(place.prosecutor_worker)
    board_page = client.get("/cases/?tab=shared").content.decode()
    assert "Amina Okoro" in board_page
    page = client.get(f"/cases/{case.ref}/")
    assert page.status_code == 200
    assert "an agreement or an order opens" in page.content.decode()
    assert "New screen" not in page.content.decode()
    assert not re.search(r'href="/(work|incidents)/[^"]', page.content.decode())
    with as_agency(place.police.id, at=AT):
        assert Reading.objects.filter(
            what="case", about=case.id, reader_agency_id=place.prosecutor.id
        ).exists()


def _agree(place: Town, recipient: Any, categories: list[str]) -> None:
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        open_agreement(
            place.police, recipient, categories, None, "coordination", AT - DAY, AT + 3650 * DAY,
            by=place.supervisor, at=AT,
        )  # fmt: skip


def test_coordinator_sees_overdue_work_of_agencies_that_agreed_and_no_name(
    place: Town, signed_in: Any
) -> None:
    case_of(place)
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)
    for agency in (place.police, place.advocates):
        follow(agency.id, at=AT)
    client = signed_in(place.coordinator)
    assert "Nothing is overdue" in client.get("/overdue/").content.decode()
    _agree(place, place.council, ["actions"])
    text = client.get("/overdue/").content.decode()
    assert place.police.name in text
    assert "Check on the survivor" in text
    for hidden in ("Amina", "Okoro", "Weller", place.advocates.name, "safety planning"):
        assert hidden not in text
    assert signed_in(place.detective).get("/overdue/").status_code == 404


def test_row_level_security_keeps_a_victim_services_work_from_the_coordinator(place: Town) -> None:
    with as_agency(place.advocates.id, at=AT, worker=place.advocate.id):
        open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)
    follow(place.advocates.id, at=AT)
    _agree(place, place.council, ["actions"])
    with as_agency(place.council.id, at=LATER, worker=place.coordinator.id):
        assert not Action.objects.filter(agency=place.advocates).exists()
        assert not Case.objects.exists()
    with as_agency(place.advocates.id, at=LATER, worker=place.advocate.id):
        assert Action.objects.filter(agency=place.advocates).exists()


def test_my_work_is_mine_and_my_units_and_not_another_units(place: Town, signed_in: Any) -> None:
    case_of(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT, worker=place.officer_two.id):
        mine = {a.rule for a in queries.my_work(place.officer, at=AT)[0]}
        theirs = {a.rule for a in queries.my_work(place.officer_two, at=AT)[0]}
    assert mine == {"offer_advocate_call", "safety_check"}
    assert theirs == set()
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        assert {a.rule for a in queries.my_work(place.detective, at=AT)[0]} == {
            "detective_follow_up", "order_information", "assessment_first",
        }  # fmt: skip
    text = signed_in(place.officer).get("/work/").content.decode()
    assert "New incident" in text
    assert "days late" in text


def test_done_page_keeps_what_was_typed_and_asks_for_the_missing_word(place: Town, signed_in: Any) -> None:
    case_of(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT):
        action = Action.objects.get(agency=place.police, rule="safety_check")
    client = signed_in(place.officer)
    page = client.post(f"/work/{action.ref}/", {"outcome": "not_reached", "note": ""})
    assert page.status_code == 422
    assert "Say when it will be tried again" in page.content.decode()
    page = client.post(f"/work/{action.ref}/", {"outcome": "", "note": "Rang twice, ظهر"})
    assert "Rang twice, ظهر" in page.content.decode()
    for _click in range(2):
        page = client.post(f"/work/{action.ref}/", {"outcome": "not_reached", "note": "Tomorrow at ten"})
        assert page.status_code == 302
    with as_agency(place.police.id, at=AT):
        row = Action.objects.get(id=action.id)
        assert row.outcome == "not_reached"
        assert row.notes.count() == 1
    assert "Tomorrow at ten" in client.get(f"/work/{action.ref}/").content.decode()


def test_incidents_without_a_case_have_a_list_of_their_own(place: Town, signed_in: Any) -> None:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        for n in range(27):
            draft = open_incident(by=place.officer, at=AT)
            record_incident(
                draft,
                content={"harm": {"abuse_types": ["threats"]}},
                parties=[Party("undetermined", {"name": "Ari"})],
                happened_at=AT - (n // 2) * HOUR,
                by=place.officer,
                at=AT,
            )
        first = boards.incidents_without_case(place.detective, at=AT)
        second = boards.incidents_without_case(place.detective, at=AT, after=first.older)
        assert len({row.id for row in (*first.rows, *second.rows)}) == 27
        again = boards.incidents_without_case(place.detective, at=AT, before=second.newer)
        assert again.rows == first.rows
    text = signed_in(place.detective).get("/cases/?tab=incidents").content.decode()
    assert "Threats" in text
    assert "Roles not determined" in text


def test_timeline_turns_a_page_after_fifty_lines_and_loses_none(place: Town, signed_in: Any) -> None:
    case = case_of(place)
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        for n in range(60):
            write_note(case, text=f"note {n:02d}.", category="", by=place.detective, at=AT + n * HOUR // 7)
    client = signed_in(place.detective)
    first = client.get(f"/cases/{case.ref}/").content.decode()
    older = re.search(r'rel="next" href="([^"#]+)', first)
    assert older
    second = client.get(f"/cases/{case.ref}/" + older.group(1).replace("&amp;", "&")).content.decode()
    told = re.findall(r"note \d\d\.", first + second)
    assert sorted(told) == [f"note {n:02d}." for n in range(60)]
    assert client.get(f"/cases/{case.ref}/?before=nonsense").status_code == 200


def test_grant_that_cannot_be_read_just_now_says_so_and_shows_nothing(place: Town, signed_in: Any) -> None:
    case = case_of(place)
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        incident = CaseIncident.objects.get(case=case).incident
        told = {"name": "Amina", **instructions()}
        choice = ask_contact(
            incident, wanted=True, to=place.advocates, instructions=told, by=place.officer, at=AT
        )
        body = {
            "grant": str(uuid7()),
            "reference": choice.ref,
            "categories": ["danger_view"],
            "from": (AT - DAY).isoformat(),
            "until": (AT + 3650 * DAY).isoformat(),
            "purpose": "safety",
        }
        take_in_grant(body, letter=uuid7(), sender=place.advocates, to=place.police, at=AT)
    page = signed_in(place.detective).get(f"/cases/{case.ref}/").content.decode()
    assert "This cannot be read just now" in page
    assert place.advocates.name in page
    assert "Contact request to" in page
    assert "On its way" in page
    assert "5550142" not in page


def test_page_about_work_leads_to_its_record_and_can_be_taken(place: Town, signed_in: Any) -> None:
    case = case_of(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT):
        action = Action.objects.get(agency=place.police, rule="detective_follow_up")
    client = signed_in(place.detective)
    text = client.get(f"/work/{action.ref}/").content.decode()
    assert f"/cases/{case.ref}/" in text
    assert "I will do it" in text
    assert "An assumption, to be tried and reviewed" in text
    for _click in range(2):
        assert client.post(f"/work/{action.ref}/", {"take": "1"}).status_code == 302
    assert "I will do it" not in client.get(f"/work/{action.ref}/").content.decode()


def instructions() -> dict[str, Any]:
    told: dict[str, Any] = {
        "channels": ["phone"],
        "days": ["0"],
        "number": "+13125550142",
        "voicemail": False,
    }
    return {part: told.get(part, "") for part in INSTRUCTION_PARTS} | {"zone": "America/Chicago"}


def test_contact_request_opens_an_attempt_that_leads_to_the_inbox(place: Town, signed_in: Any) -> None:
    with as_agency(place.advocates.id, at=AT):
        take_in_contact_request(
            {
                "reference": "r" * 22,
                "name": "Ines",
                "instructions": instructions(),
                "language": "en",
                "interpreter": False,
                "words": "",
            },
            letter=uuid7(),
            sender=place.police,
            to=place.advocates,
            at=AT,
        )
    follow(place.advocates.id, at=AT)
    text = signed_in(place.advocate).get("/work/").content.decode()
    assert "Try to reach the survivor for the first time" in text
    assert "Contact request" in text
    with as_agency(place.advocates.id, at=AT):
        action = Action.objects.get(agency=place.advocates)
    client = signed_in(place.advocate)
    assert "/requests/" in client.get(f"/work/{action.ref}/").content.decode()
    assert client.post(f"/work/{action.ref}/", {"outcome": "done", "note": "Spoke"}).status_code == 302
