"""The pages of a level: more counts at once; less waits for the survivor, a reason and a second person."""

import re
from typing import Any

import pytest

from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import Assessment, LevelSet, Reassessment
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import open_agreement
from shelterbelt.response.follow import follow
from shelterbelt.store.asker import as_agency
from tests.apps.assessments.cast import HIGH, acting, agreed, asked, judged, level_of, report, sheet
from tests.apps.reading import text_of
from tests.world import AT, DAY, HOUR, Town

LESS = {
    "level": "low",
    "factors": [],
    "reason": "The rifle was handed in",
    "asked": "yes",
    "survivor_says": "I sleep again",
}


@pytest.fixture
def case(place: Town) -> Case:
    return report(place)[1]


def test_level_page_sets_once_keeps_bad_input_and_shows_no_percentage(
    place: Town, case: Case, signed_in: Any
) -> None:
    client, url = signed_in(place.detective), f"/cases/{case.ref}/level/"
    page = client.get(url)
    once = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    assert once
    assert "%" not in text_of(page)
    assert "Was the survivor asked" not in text_of(page)
    told = {"once": once[1], "seen": "medium"}
    nothing = client.post(url, {"level": "high", **told})
    assert nothing.status_code == 422
    assert "Choose what it rests on" in text_of(nothing)
    given = {"level": "high", "factors": ["gun_access"], "reason": "", **told}
    for _click in range(2):
        assert client.post(url, given).status_code == 302
    with as_agency(place.police.id, at=AT):
        assert LevelSet.objects.filter(case=case).count() == 1
        assert queries.levels_of(Case.objects.get(id=case.id))[0].level == "high"


def test_a_lower_level_asks_for_a_reason_and_for_the_survivor_and_keeps_what_was_typed(
    place: Town, case: Case, signed_in: Any
) -> None:
    client, url = signed_in(place.detective), f"/cases/{case.ref}/level/"
    lowered = client.post(url, {"level": "low", "factors": ["separation"], "seen": "medium"})
    assert lowered.status_code == 422
    for said in ("Say why the level goes down", "Say whether the survivor was asked", "ask a second person"):
        assert said in text_of(lowered)
    assert re.search(r'value="separation" checked', lowered.content.decode())
    unasked = client.post(url, {**LESS, "asked": "no", "seen": "medium"})
    assert unasked.status_code == 422
    assert "Ask the survivor first" in text_of(unasked)
    assert "I sleep again" in unasked.content.decode()
    with as_agency(place.police.id, at=AT):
        assert not Reassessment.objects.filter(case=case).exists()


def test_a_lower_level_waits_for_a_second_person_who_finds_it_and_agrees(
    place: Town, case: Case, signed_in: Any
) -> None:
    first, second = signed_in(place.detective), signed_in(place.supervisor)
    page = first.post(f"/cases/{case.ref}/level/", {**LESS, "seen": "medium", "once": "D" * 22}, follow=True)
    assert "The level stays as it is until a second person agrees" in text_of(page)
    assert "until a second person agrees" in text_of(first.get(f"/cases/{case.ref}/"))
    assert level_of(case) == "medium"
    follow(place.police.id, at=AT + 10000 * HOUR)
    work = second.get("/work/")
    assert "As the second person, say whether the danger level ends lower" in text_of(work)
    assert "As the second person" not in text_of(first.get("/work/"))
    links = re.findall(r'href="(/work/[^"]+)"[^>]*>As the second', work.content.decode())
    page = second.get(links[0], follow=True)
    url = page.redirect_chain[-1][0]
    for said in ("The rifle was handed in", "I sleep again", "Do you agree?"):
        assert said in text_of(page)
    assert first.get(url).status_code == 404
    assert second.post(url, {}).status_code == 422
    done = second.post(url, {"agrees": "yes", "words": "Read"}, follow=True)
    assert "The level is saved" in text_of(done)
    assert level_of(case) == "low"
    assert "Looked at anew by" in text_of(done)
    follow(place.police.id, at=AT + 10000 * HOUR)
    assert "As the second person" not in text_of(second.get("/work/"))


def test_no_leaves_the_level_and_a_second_answer_is_told(place: Town, case: Case, signed_in: Any) -> None:
    row = asked(case, "low", by=place.detective)
    client = signed_in(place.supervisor)
    page = client.post(f"/reassessments/{row.ref}/", {"agrees": "no", "words": "Too soon"}, follow=True)
    assert "The level stays as it is" in text_of(page)
    assert "did not agree to level low" in text_of(page)
    again = client.post(f"/reassessments/{row.ref}/", {"agrees": "yes"})
    assert again.status_code == 409
    assert "This waits for nobody any more" in text_of(again)
    assert level_of(case) == "medium"


def test_whoever_asked_can_take_it_back(place: Town, case: Case, signed_in: Any) -> None:
    row = asked(case, "low", by=place.detective)
    client = signed_in(place.detective)
    url = f"/reassessments/{row.ref}/call-off/"
    assert url in client.get(f"/cases/{case.ref}/level/").content.decode()
    assert signed_in(place.supervisor).post(url).status_code == 404
    assert "Taken back" in text_of(client.post(url, follow=True))
    with pytest.raises(actions.Settled):
        agreed(row, by=place.supervisor)


def test_the_survivors_own_view_may_be_less_and_lowers_nothing(
    place: Town, case: Case, signed_in: Any
) -> None:
    client, url = signed_in(place.detective), f"/cases/{case.ref}/level/"
    page = client.post(url, {"level": "low", "survivors": "on", "seen": "medium"}, follow=True)
    assert "Their view is written down" in text_of(page)
    assert level_of(case) == "medium"
    client.post(url, {"level": "extreme", "survivors": "on", "seen": "medium"})
    assert level_of(case) == "extreme"
    assert "The survivor’s own view, told to" in text_of(client.get(f"/cases/{case.ref}/"))


def test_a_level_can_rest_on_one_report(place: Town, case: Case, signed_in: Any) -> None:
    client, url = signed_in(place.detective), f"/cases/{case.ref}/level/"
    ref = re.findall(r'<option value="([\w-]{22})"', client.get(url).content.decode())
    assert len(ref) == 1
    client.post(url, {"level": "high", "factors": ["gun_access"], "incident": ref[0], "seen": "medium"})
    with as_agency(place.police.id, at=AT):
        row = LevelSet.objects.get(case=case)
        assert row.incident is not None and row.incident.ref == ref[0]
        assert row.rests_on == [row.incident_id]


def test_level_that_somebody_else_set_meanwhile_is_told(place: Town, case: Case, signed_in: Any) -> None:
    judged(case, "extreme", by=place.supervisor)
    page = signed_in(place.detective).post(
        f"/cases/{case.ref}/level/",
        {"level": "extreme", "reason": "Words to keep", "once": "B" * 22, "seen": "medium"},
    )
    assert page.status_code == 409
    assert "Somebody else set the level" in page.content.decode()
    assert "Words to keep" in page.content.decode()


def test_who_raised_it_stands_on_the_case_and_what_was_undone_in_its_timeline(
    place: Town, case: Case, signed_in: Any
) -> None:
    row = sheet("dale", HIGH, by=place.detective, case=case)
    client = signed_in(place.detective)
    page = text_of(client.get(f"/cases/{case.ref}/"))
    assert "By an instrument:" in page
    assert "level at least high" in page
    with acting(place.detective, AT + HOUR):
        actions.correct_answer(row, "perp_owns_gun", "no", 1, reason="Sold", by=place.detective, at=AT + HOUR)
    page = text_of(client.get(f"/cases/{case.ref}/"))
    assert "By an instrument:" not in page
    assert "Undone: what it rested on was found to be wrong" in page


def test_whom_an_agreement_shows_the_case_sees_what_holds_and_no_sheet(
    place: Town, case: Case, signed_in: Any
) -> None:
    with as_agency(place.police.id, at=AT, worker=place.supervisor.id):
        span = ("coordination", AT - DAY, AT + 10000 * DAY)
        open_agreement(
            place.police, place.prosecutor, ["case_file"], case.id, *span, by=place.supervisor, at=AT
        )
    row = sheet("dale", HIGH, by=place.detective, case=case)
    with as_agency(place.prosecutor.id, at=AT, worker=place.prosecutor_worker.id):
        assert LevelSet.objects.filter(case=case).count() == 1
        assert not Assessment.objects.filter(id=row.id).exists()
    page = text_of(signed_in(place.prosecutor_worker).get(f"/cases/{case.ref}/"))
    assert "By an instrument ," in page and "By an instrument: level at least high" in page
    agreed(asked(case, "low", by=place.detective, at=AT + HOUR), by=place.supervisor, at=AT + HOUR)
    page = text_of(signed_in(place.prosecutor_worker).get(f"/cases/{case.ref}/"))
    assert "Danger level: Low" in page and "a second person agreed" in page
    assert "I sleep again" not in page, "what the survivor said stays with the agency that they told it"


def test_another_agency_and_a_reader_find_no_such_page(place: Town, case: Case, signed_in: Any) -> None:
    row = asked(case, "low", by=place.detective)
    for worker in (place.advocate, place.prosecutor_worker, place.officer_two, place.uninvited):
        client = signed_in(worker)
        nothing = client.get("/reassessments/not-there/")
        page = client.get(f"/reassessments/{row.ref}/")
        assert (page.status_code, page.content) == (404, nothing.content)
