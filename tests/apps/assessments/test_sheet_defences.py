"""A correction is for whoever takes sheets: looking through broken glass reads a sheet and writes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.walls import restrict
from shelterbelt.assessments import actions
from shelterbelt.assessments.models import Assessment
from shelterbelt.cases.models import Case
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_glass import agreed, asked
from tests.apps.assessments.cast import DALE, HIGH, acting, report, sheet
from tests.apps.county import hour
from tests.world import AT, Town

SAID = {"answer": "no", "revision": "1", "reason": "Misheard."}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Pages are asked for at the hour in which the glass is broken."""
    with hour(AT):
        yield


@pytest.fixture
def closed(place: Town) -> tuple[Assessment, Case]:
    """A finished sheet of a file that is closed to everybody but the detective."""
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    with as_agency(place.police.id, at=AT):
        team = [place.detective.id]
        restrict(case.id, agency=place.police.id, team=team, reason="A colleague.", by=None, at=AT)
    return row, case


def broken(place: Town, case: Case, category: str = "danger") -> None:
    agreed(asked(place.officer_two, case.ref, category), place.supervisor)


def test_through_glass_a_sheet_is_read_and_no_way_to_correct_it_is_shown(
    place: Town, signed_in: Any, closed: tuple[Assessment, Case]
) -> None:
    row, case = closed
    client = signed_in(place.officer_two)
    assert client.get(f"/sheets/{row.ref}/result/").status_code == 404
    broken(place, case)
    page = client.get(f"/sheets/{row.ref}/result/")
    assert page.status_code == 200 and "/correct/" not in page.content.decode()


def test_through_glass_the_page_of_a_correction_is_not_there(
    place: Town, signed_in: Any, closed: tuple[Assessment, Case]
) -> None:
    row, case = closed
    broken(place, case)
    client = signed_in(place.officer_two)
    missing = client.get("/there-is-no-such-page/")
    for send in (client.get, client.post):
        page = send(f"/sheets/{row.ref}/correct/{DALE[0]}/", SAID)
        assert (page.status_code, page.content) == (404, missing.content)


def test_through_glass_the_act_itself_is_refused_and_changes_nothing(
    place: Town, closed: tuple[Assessment, Case]
) -> None:
    row, case = closed
    broken(place, case)
    with acting(place.officer_two):
        with pytest.raises(NotForYou):
            actions.correct_answer(row, DALE[0], "no", 1, reason="Misheard.", by=place.officer_two, at=AT)
        with pytest.raises(NotForYou):
            actions.give_answer(row, DALE[0], "no", 1, by=place.officer_two, at=AT)
        with pytest.raises(NotForYou):
            actions.finish_assessment(row, by=place.officer_two, at=AT)
    with as_agency(place.police.id, at=AT):
        kept = Assessment.objects.get(id=row.id)
        assert (kept.corrected_at, bytes(kept.sealed)) == (None, bytes(row.sealed))


def test_glass_that_was_broken_for_another_part_shows_no_sheet(
    place: Town, signed_in: Any, closed: tuple[Assessment, Case]
) -> None:
    row, case = closed
    broken(place, case, "notes")
    for way in ("result/", "paper/", f"correct/{DALE[0]}/"):
        assert signed_in(place.officer_two).get(f"/sheets/{row.ref}/{way}").status_code == 404


def test_whoever_is_on_the_team_corrects_it(
    place: Town, signed_in: Any, closed: tuple[Assessment, Case]
) -> None:
    row, _ = closed
    page = signed_in(place.detective).post(f"/sheets/{row.ref}/correct/{DALE[0]}/", SAID, follow=True)
    assert page.status_code == 200 and "The answer is corrected" in page.content.decode()
