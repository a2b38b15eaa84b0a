"""The pages of a sheet: chosen, answered one by one, finished, corrected, compared, printed; nothing lost or made up."""

import re
from typing import Any

import pytest
import yaml

from shelterbelt.access.models import Worker
from shelterbelt.access.walls import raise_wall
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import Assessment
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Reading
from shelterbelt.library import assessments as library
from shelterbelt.library import packs
from shelterbelt.store.asker import as_agency
from tests.apps.assessments.cast import DALE, HIGH, acting, again, every, judged, level_of, report, sheet
from tests.apps.reading import text_of
from tests.world import AT, DAY, HOUR, Town

DALE_ITEMS = [item.id for item in library.assessment("dale", "1").items]
SHIPPED = sorted({id for id, _version in library.names(only_product=True)})


def begun(client: Any, case: Case, instrument: str = "dale") -> str:
    """The address of a new sheet."""
    page = client.post(f"/cases/{case.ref}/sheets/new/", {"instrument": instrument})
    assert page.status_code == 302, text_of(page)
    return str(page["Location"])


def answered(client: Any, address: str, given: dict[str, str]) -> None:
    for question, answer in given.items():
        url = f"{address}questions/{question}/"
        assert client.post(url, {"answer": answer, "revision": "0"}).status_code == 302


def finished(client: Any, address: str, **more: str) -> Any:
    return client.post(f"{address}check/", more, follow=True)


def direct(place: Town) -> Case:
    with acting(place.advocate):
        return open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)


def raw(content: bytes) -> str:
    """A page without what differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", content.decode())


# Choosing


def test_only_what_the_worker_may_take_is_offered(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    page = text_of(signed_in(place.detective).get(f"/cases/{case.ref}/sheets/new/"))
    assert "Ontario Domestic Assault Risk Assessment" in page and "It sets no danger level." in page
    assert "HITS" not in page
    own = direct(place)
    page = text_of(signed_in(place.advocate).get(f"/cases/{own.ref}/sheets/new/"))
    assert "HITS" in page and "Ontario" not in page


def test_what_is_not_offered_cannot_be_begun(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    for instrument in ("hits", "danger_assessment", "nothing_like_it", ""):
        page = client.post(f"/cases/{case.ref}/sheets/new/", {"instrument": instrument})
        assert page.status_code == 422
    with as_agency(place.police.id, at=AT):
        assert not Assessment.objects.filter(case=case).exists()


def test_a_begun_sheet_is_shown_again_and_gone_on_with(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    address = begun(client, case)
    assert "Begun and not finished" in text_of(client.get(f"/cases/{case.ref}/sheets/new/"))
    assert begun(client, case) == address
    answered(client, address, {DALE[0]: "yes"})
    assert client.get(address)["Location"].endswith(f"/questions/{DALE[1]}/")


def test_an_incident_without_a_case_takes_a_detection_only(place: Town, signed_in: Any) -> None:
    from shelterbelt.cases.actions import Party, open_incident, record_incident

    with acting(place.officer):
        people = [Party("undetermined", {"name": "Ari"}), Party("undetermined", {"name": "Noor"})]
        draft = open_incident(by=place.officer, at=AT)
        incident = record_incident(
            draft, content={}, parties=people, happened_at=AT - HOUR, by=place.officer, at=AT
        ).incident
    client = signed_in(place.officer)
    address = f"/incidents/{incident.ref}/sheets/new/"
    page = text_of(client.get(address))
    assert "Lethality Assessment Program" in page and "Ontario" not in page
    assert client.post(address, {"instrument": "odara"}).status_code == 422
    taken = client.post(address, {"instrument": "lap2"})["Location"]
    answered(client, taken, {"weapon_used_or_threatened": "yes"})
    assert "The answers call for an offer of help now" in text_of(finished(client, taken))


# Answering


@pytest.mark.parametrize("instrument", SHIPPED)
def test_every_instrument_goes_from_the_first_question_to_its_result_without_scripts(
    place: Town, signed_in: Any, instrument: str
) -> None:
    found = library.assessment(instrument, queries.newest(instrument))
    by = place.detective if "detective" in found.administered_by else place.advocate
    case = report(place)[1] if by is place.detective else direct(place)
    client = signed_in(by)
    page = client.get(begun(client, case, instrument), follow=True)
    if found.before:
        assert "Before you begin" in text_of(page)
        page = client.get(re.search(r'href="([^"]+/questions/[^"]+)"', page.content.decode())[1])  # type: ignore[index]
        url = page.request["PATH_INFO"]
    else:
        url = page.redirect_chain[-1][0]
    for number, item in enumerate(found.items, start=1):
        words = text_of(page)
        assert f"Question {number} of {len(found.items)}" in words and item.text in words
        assert "Prefer not to say" in words and "Not asked, or not known" in words
        code = next(iter(item.answers)) if number % 3 else "declined"
        page = client.post(url, {"answer": code, "revision": "0"}, follow=True)
        url = page.redirect_chain[-1][0]
    assert "Check the answers" in text_of(page)
    words = text_of(client.post(url, {}, follow=True))
    assert "Result of an assessment" in words and "What to be careful about" in words
    for line in (*found.careful, *found.limits, found.accuracy_note):
        assert line in words
    assert not re.search(r"\d\s?%", words)


def test_a_question_may_be_skipped_and_stays_without_an_answer(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    address = begun(client, case)
    page = client.post(f"{address}questions/{DALE[0]}/", {"skip": "1"})
    assert page["Location"].endswith(f"/questions/{DALE[1]}/")
    words = text_of(finished(client, address))
    assert (
        "No question was answered" in words
        and "Nothing answered, or too little, is not a low result" in words
    )
    assert level_of(case) == "medium"


def test_nothing_chosen_is_said_and_nothing_is_saved(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    address = begun(client, case)
    page = client.post(f"{address}questions/{DALE[0]}/", {"revision": "0"})
    assert page.status_code == 422 and "Choose an answer" in text_of(page)
    assert client.post(f"{address}questions/{DALE[0]}/", {"answer": "perhaps"}).status_code == 422


def test_the_second_of_two_writers_is_told_and_keeps_what_they_chose(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    address = begun(client, case)
    url = f"{address}questions/{DALE[0]}/"
    client.post(url, {"answer": "yes", "revision": "0"})
    page = client.post(url, {"answer": "no", "revision": "0"})
    assert page.status_code == 409
    assert "changed in another window" in text_of(page) and "The other answer is: Yes" in text_of(page)
    assert re.search(r'value="no" checked', page.content.decode())
    assert re.search(r'name="revision" value="1"', page.content.decode())
    assert client.post(url, {"answer": "no", "revision": "1"}).status_code == 302


def test_an_answer_given_elsewhere_is_shown_with_where_and_when_and_never_filled_in(
    place: Town, signed_in: Any
) -> None:
    _, case = report(place)
    sheet("lap2", {"weapon_used_or_threatened": "yes"}, by=place.officer, case=case, at=AT)
    client = signed_in(place.detective)
    address = begun(client, case)
    page = client.get(f"{address}questions/weapon_used_or_threatened/")
    words = text_of(page)
    assert "Answered before" in words and "Mar 4, 2026" in words
    assert "Lethality Assessment Program: the decision rule of 2024: Yes" in words
    assert " checked" not in page.content.decode()
    with as_agency(place.police.id, at=AT):
        taken = Assessment.objects.get(case=case, instrument="dale")
        assert queries.answers_of(taken) == {}
    answered(client, address, {"weapon_used_or_threatened": "no"})
    page = client.get(f"{address}questions/weapon_used_or_threatened/")
    assert "Answered before" not in text_of(page)


def test_a_question_names_nobody(place: Town, signed_in: Any) -> None:
    """The telephone is often handed to the survivor, or lies where others see it."""
    _, case = report(place)
    client = signed_in(place.detective)
    address = begun(client, case)
    for tail in ("before/", f"questions/{DALE[0]}/", "check/"):
        page = text_of(client.get(address + tail))
        assert "Amina" not in page and "Okoro" not in page and "Weller" not in page


def test_a_finished_sheet_leads_to_its_result_whatever_is_opened(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    client = signed_in(place.detective)
    for tail in ("", "before/", "check/", f"questions/{DALE[0]}/"):
        assert client.get(f"/sheets/{row.ref}/{tail}")["Location"] == f"/sheets/{row.ref}/result/"
    url = f"/sheets/{row.ref}/questions/{DALE[0]}/"
    assert client.post(url, {"answer": "no", "revision": "1"})["Location"] == f"/sheets/{row.ref}/result/"


# Results


def test_a_judgement_needs_its_reason_and_only_raises(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    address = begun(client, case)
    answered(client, address, every("dale"))
    page = finished(client, address, judged="high")
    assert page.status_code == 422 and "Say why you judge it graver" in text_of(page)
    assert level_of(case) == "medium"
    words = text_of(finished(client, address, judged="high", reason="They bought petrol."))
    assert "They bought petrol." in words and "A worker judged it graver" in words
    assert level_of(case) == "high"
    client = signed_in(place.officer)
    address = begun(client, case)
    assert finished(client, address, judged="below_threshold").status_code == 422


def test_a_result_tells_what_open_questions_leave_possible(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    row = sheet("dale", {DALE[0]: "yes", DALE[1]: "declined"}, by=place.detective, case=case)
    words = text_of(signed_in(place.detective).get(f"/sheets/{row.ref}/result/"))
    assert "10 questions stay open. An open question is not a “no”." in words
    assert "from “Below the threshold” to “At or above the threshold”" in words
    assert "Score: 1. With what stays open, anything from 1 to 11 is possible." in words
    assert "it does not mean that it is safe" in words


def test_what_is_unchecked_or_assumed_is_said_on_the_page(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    row = sheet("odara", every("odara", "yes"), by=place.detective, case=case)
    words = text_of(signed_in(place.detective).get(f"/sheets/{row.ref}/result/"))
    assert "General knowledge, not yet checked against its source: how much each answer counts" in words
    assert "An assumption, to be tried and reviewed: where one band ends and the next begins" in words
    assert "which level belongs to which band" in words
    assert "Accuracy was measured on the official wording, not on ours." in words
    assert "The questions are in this project’s own words. The official wording belongs to its owner" in words


def test_a_norm_is_told_of_a_group_with_its_base_and_what_was_never_published(
    place: Town, signed_in: Any
) -> None:
    _, case = report(place)
    row = sheet("odara", every("odara", "yes"), by=place.detective, case=case)
    words = text_of(signed_in(place.detective).get(f"/sheets/{row.ref}/result/"))
    assert "Of 100 people in that sample with a score of 7-13 it happened to about 70." in words
    assert "How sure this is was not published." in words
    assert "In the whole sample it happened to 30 of 100. By the size of the sample, 26 to 34." in words
    assert "In how many of the whole sample it happened was not found." in words
    assert "It is not the chance of this person" in words
    assert "4 of these points come from questions about records of police and courts" in words
    assert "The same score is now nearer to the middle" in words


def test_a_structured_judgement_lists_what_is_known_and_what_is_open(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    given = {"gun_access": "yes", "strangulation_attempt": "no", "threatens_to_kill": "not_asked"}
    row = sheet("lethality_factors", given, by=place.detective, case=case)
    words = text_of(signed_in(place.detective).get(f"/sheets/{row.ref}/result/"))
    assert (
        "1 grave factor is known" in words and "10 grave factors are open: unknown, and not absent" in words
    )
    assert "Nothing is added up" in words and "Score" not in words.split("All answers")[0]


def test_a_detection_says_that_it_sets_no_level(place: Town, signed_in: Any) -> None:
    case = direct(place)
    row = sheet("hits", every("hits", "very_often"), by=place.advocate, case=case)
    words = text_of(signed_in(place.advocate).get(f"/sheets/{row.ref}/result/"))
    assert "It is not a danger level, and it sets none." in words
    assert level_of(case) == "medium"


def test_whether_a_court_may_see_it_is_what_the_file_says(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    assert "A court is not shown this result from here." in text_of(client.get(f"/sheets/{row.ref}/result/"))
    row = sheet("odara", every("odara"), by=place.detective, case=case)
    words = text_of(client.get(f"/sheets/{row.ref}/result/"))
    assert "only with the permission of the instrument’s owner" in words


# Corrections


def test_a_mistaken_answer_is_corrected_and_what_it_said_before_stays_readable(
    place: Town, signed_in: Any
) -> None:
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    client = signed_in(place.detective)
    assert level_of(case) == "high"
    url = f"/sheets/{row.ref}/correct/{DALE[0]}/"
    assert "The answer is now: Yes" in text_of(client.get(url))
    page = client.post(url, {"answer": "no", "revision": "1"})
    assert page.status_code == 422 and "Say what the mistake was" in text_of(page)
    words = text_of(client.post(url, {"answer": "no", "revision": "1", "reason": "Misheard"}, follow=True))
    assert "The answer is corrected" in words
    assert "What was corrected" in words and "before, Yes" in words and "Misheard" in words
    assert "Below the threshold" in words
    assert level_of(case) == "medium"
    page = client.post(url, {"answer": "yes", "revision": "1", "reason": "No, it was so"})
    assert page.status_code == 409 and "changed in another window" in text_of(page)
    assert "No, it was so" in text_of(page)


# Side by side, on paper, over time


def test_two_sheets_stand_side_by_side_with_what_differs(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    one = sheet("dale", every("dale", "no", perp_owns_gun="yes"), by=place.detective, case=case)
    two = sheet("dale", HIGH, by=place.officer, case=case, at=AT + DAY)
    client = signed_in(place.detective)
    url = f"/cases/{case.ref}/sheets/beside/"
    page = client.get(url, {"one": two.ref, "other": one.ref})
    words = text_of(page)
    assert words.index("Mar 4, 2026", words.index("Show")) < words.index("Mar 5, 2026", words.index("Show"))
    assert page.content.decode().count(">differs<") == 10
    assert "A lower result does not mean that it is safe" in words
    assert "What is not certain about it: General knowledge, not yet checked" in words
    assert "An assumption, to be tried and reviewed: " in words
    assert client.get(url, {"one": one.ref, "other": one.ref}).status_code == 422
    assert client.get(url, {"one": one.ref, "other": "nothing"}).status_code == 422
    other = sheet("odara", every("odara"), by=place.detective, case=case)
    words = text_of(client.get(url, {"one": one.ref, "other": other.ref}))
    assert "two different instruments" in words
    words = text_of(client.get(f"/sheets/{two.ref}/result/"))
    assert "Beside the one before" in words


def test_a_sheet_of_another_case_is_not_put_beside(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    _, another = report(place)
    one = sheet("dale", HIGH, by=place.detective, case=case)
    two = sheet("dale", HIGH, by=place.detective, case=another)
    page = signed_in(place.detective).get(
        f"/cases/{case.ref}/sheets/beside/", {"one": one.ref, "other": two.ref}
    )
    assert page.status_code == 422 and two.ref not in page.content.decode().replace(f"other={two.ref}", "")


@pytest.mark.parametrize("instrument", ["dale", "odara", "lethality_factors", "lap"])
def test_the_paper_names_nobody_gives_no_share_and_is_not_for_a_court(
    place: Town, signed_in: Any, instrument: str
) -> None:
    _, case = report(place)
    row = sheet(instrument, every(instrument, "yes"), by=place.detective, case=case)
    words = text_of(signed_in(place.detective).get(f"/sheets/{row.ref}/paper/"))
    assert "For the conference, and not for a court." in words
    assert "Amina" not in words and "Weller" not in words
    assert "of 100" not in words and "%" not in words and "orecast" not in words
    assert "What is not certain about it" in words or instrument == "lap"


def test_the_picture_and_its_table_tell_the_same(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    sheet("dale", HIGH, by=place.detective, case=case, at=AT + HOUR)
    judged(case, "extreme", by=place.officer, at=AT + 2 * HOUR)
    page = signed_in(place.detective).get(f"/cases/{case.ref}/danger/")
    drawn, words = page.content.decode(), text_of(page)
    assert re.search(r'<svg class="sb-drawn" role="img" aria-labelledby="([\w-]+) ([\w-]+)"', drawn)
    assert "The danger level of the case: Medium from" in words and "Extreme from" in words
    assert "Which level belongs to a result is an assumption of this project" in words
    rows = re.findall(r"<tr.*?</tr>", drawn.split("<tbody")[1], flags=re.DOTALL)
    said = [re.sub(r"<[^>]+>", "", re.findall(r"<th.*?</th>", row, re.DOTALL)[0]) for row in rows]
    assert said[:3] == ["Incident", "Case opened", "Danger Assessment for Law Enforcement (DA-LE)"]
    assert len(said) == 4 and said[3].startswith("Judged by ")
    assert "style=" not in drawn.split("<svg")[2].split("</svg>")[0]


def test_what_was_undone_is_told_as_that(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case, at=AT + HOUR)
    with acting(place.detective, AT + DAY):
        fresh = Assessment.objects.get(id=row.id)
        actions.correct_answer(fresh, DALE[0], "no", 1, reason="Misheard", by=place.detective, at=AT + DAY)
    words = text_of(signed_in(place.detective).get(f"/cases/{case.ref}/danger/"))
    says = words[words.index("The danger level of the case") :].split(".")[0]
    assert says.count("Medium from") == 2 and says.count("High from") == 1


# Who sees it


def everybody(place: Town) -> list[Worker]:
    return [value for value in vars(place).values() if isinstance(value, Worker)]


def test_pages_of_another_agency_look_like_pages_that_are_not_there(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    ways = [
        f"/sheets/{row.ref}/",
        f"/sheets/{row.ref}/result/",
        f"/sheets/{row.ref}/paper/",
        f"/sheets/{row.ref}/correct/{DALE[0]}/",
        f"/sheets/{row.ref}/questions/{DALE[0]}/",
        f"/cases/{case.ref}/danger/",
        f"/cases/{case.ref}/sheets/new/",
        f"/cases/{case.ref}/sheets/beside/",
    ]
    for by in (place.advocate, place.coordinator, place.nurse, place.uninvited):
        client = signed_in(by)
        missing = client.get("/sheets/not-there/result/")
        for way in ways:
            for method in (client.get, client.post):
                page = method(way)
                assert (page.status_code, page.content) == (404, missing.content), (by.code, way)


def test_what_is_behind_a_wall_leaves_no_gap_in_the_picture(place: Town, signed_in: Any) -> None:
    incident, case = report(place)
    hidden = again(place, case, at=AT + HOUR, happened_at=AT + HOUR)
    sheet("dale", HIGH, by=place.detective, incident=hidden, case=case, at=AT + DAY)
    with as_agency(place.police.id, at=AT):
        wall = {"basis": "reviewer", "reason": "", "by": None, "at": AT}
        raise_wall(hidden.id, agency=place.police.id, worker=place.officer_two.id, **wall)
    url = f"/cases/{case.ref}/danger/"
    all_of_it = signed_in(place.detective).get(url).content.decode()
    less = signed_in(place.officer_two).get(url).content.decode()
    assert all_of_it.count("<tr") == 5 and less.count("<tr") == 3
    assert "High from" in all_of_it and "High from" not in less
    assert hidden.ref not in less and incident.ref in less
    assert re.findall(r'data-label="Number">(\d+)<', less) == ["1", "2"]


def test_every_look_leaves_a_reading(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    client = signed_in(place.supervisor)
    client.get(f"/sheets/{row.ref}/result/")
    client.get(f"/sheets/{row.ref}/paper/")
    client.get(f"/cases/{case.ref}/danger/")
    with as_agency(place.police.id, at=AT):
        rows = Reading.objects.filter(by=place.supervisor.id).values_list("what", "about")
        assert list(rows.order_by("id")) == [
            ("assessment", row.id),
            ("assessment", row.id),
            ("level", case.id),
        ]


def test_a_case_leads_to_its_assessments(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    page = signed_in(place.detective).get(f"/cases/{case.ref}/").content.decode()
    for way in (f"/cases/{case.ref}/sheets/new/", f"/cases/{case.ref}/danger/", f"/sheets/{row.ref}/result/"):
        assert f'href="{way}"' in page


# Words of a pack


def pack(**more: Any) -> bytes:
    """A pack with the official words of a police instrument."""
    items = library.assessment("dale", "1").items
    told = {
        "pack": 1,
        "instrument": "dale",
        "version": "1",
        "language": "en",
        "edition": "1",
        "official": True,
        "statement": "Official words, for those whom the owner trained.",
        "texts": {item.id: {"text": f"Official {item.id}?"} for item in items},
    }
    return yaml.safe_dump({**told, **more}).encode()


@pytest.fixture
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path))


@pytest.mark.usefixtures("home")
def test_a_sheet_keeps_to_the_words_that_it_was_begun_with(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    client = signed_in(place.detective)
    before = begun(client, case)
    packs.add(pack())
    assert "Official" not in text_of(client.get(f"{before}questions/{DALE[0]}/"))
    finished(client, before)
    address = begun(client, case)
    assert f"Official {DALE[0]}?" in text_of(client.get(f"{address}questions/{DALE[0]}/"))
    packs.add(pack(edition="2", texts={item: {"text": "Newer?"} for item in DALE_ITEMS}))
    assert f"Official {DALE[0]}?" in text_of(client.get(f"{address}questions/{DALE[0]}/"))
    words = text_of(finished(client, address))
    assert "Official words, for those whom the owner trained." in words and "Newer?" not in words
    assert "The questions are in this project’s own words" not in words
