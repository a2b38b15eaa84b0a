"""What a sheet finds and what is told of a case becomes work: for the agency that took it, in time, with its reasons."""

import re
from datetime import timedelta
from typing import Any

from tests.apps.assessments.cast import acting, every, judged, report, sheet
from tests.apps.reading import page_of, text_of
from tests.apps.response.test_forecast import STRANGLED, happened, incident_of
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.agencies.models import Agency
from shelterbelt.assessments.models import LevelSet
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.library import shelf
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency


def direct(place: Town) -> Case:
    with acting(place.advocate):
        return open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)


def work_of(of: Agency, case: Case, *, since: timedelta = timedelta()) -> dict[str, tuple[str, timedelta]]:
    """The open work of a case by its rule: for which role, and how long after."""
    with as_agency(of.id, at=AT):
        rows = Action.objects.filter(agency=of, case=case, done_at=None)
        return {row.rule: (row.role, row.due_at - AT - since) for row in rows}


def danger_in(page: str) -> str:
    """What the case page says of the level and of what holds it."""
    found = re.search(r"Danger</h2>.*?</section>", page, re.DOTALL)
    assert found
    return text_of(found[0])


def test_what_a_sheet_does_is_work_of_whoever_took_it_and_of_nobody_else(place: Town) -> None:
    own, (_, theirs) = direct(place), report(place)
    sheet("danger_assessment", every("danger_assessment", "yes"), by=place.advocate, case=own)
    sheet("maram", every("maram", "yes"), by=place.detective, case=theirs)
    for one in (place.advocates, place.police):
        follow(one.id, at=AT)
    told = work_of(place.advocates, own)
    assert told["suicide_safety"] == ("advocate", HOUR)
    assert told["medical_evaluation_after_assessment"] == ("advocate", HOUR)
    told = work_of(place.police, theirs)
    assert told["immediate_protection"] == ("officer", HOUR)
    assert told["supervisor_review_now"] == ("supervisor", 4 * HOUR)
    assert work_of(place.police, own) == {} == work_of(place.advocates, theirs)


def test_the_work_says_why_from_where_and_how_sure_that_is(place: Town, signed_in: Any) -> None:
    _, case = report(place)
    sheet("maram", every("maram", "yes"), by=place.detective, case=case)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT):
        row = Action.objects.get(case=case, rule="immediate_protection")
    page = text_of(page_of(signed_in, place.officer, f"/work/{row.ref}/"))
    protocol = shelf.protocol("demo_county", "police")
    rule = next(rule for rule in protocol.rules if rule.id == row.rule)
    assert rule.why in page and protocol.sources[rule.source] in page
    assert "An assumption, to be tried and reviewed" in page
    assert all(protocol.manners[code] in page for code in rule.how)


def test_what_happened_asks_for_a_look_and_what_was_told_late_counts_from_its_day(place: Town) -> None:
    case = report(place, at=AT - 10 * DAY)[1]
    happened(place, case, "release_from_custody", AT - 6 * HOUR)
    follow(place.police.id, at=AT)
    looks = [
        due for rule, (_role, due) in work_of(place.police, case).items() if rule.startswith("assessment")
    ]
    assert looks == [18 * HOUR]
    other = report(place, at=AT - 10 * DAY)[1]
    happened(place, other, "order_served", AT - 4 * DAY)
    follow(place.police.id, at=AT)
    looks = [
        due for rule, (_role, due) in work_of(place.police, other).items() if rule.startswith("assessment")
    ]
    assert looks == [timedelta()]


def test_what_protects_asks_for_no_look(place: Town) -> None:
    case = report(place)[1]
    follow(place.police.id, at=AT)
    before = work_of(place.police, case)
    happened(place, case, "advocate_engaged")
    follow(place.police.id, at=AT)
    assert work_of(place.police, case) == before


def test_a_fresh_report_of_pressure_on_the_neck_is_told_on_the_case_page_with_its_reasons(
    place: Town, signed_in: Any
) -> None:
    case = report(place)[1]
    incident_of(place, case, STRANGLED)
    follow(place.police.id, at=AT)
    page = page_of(signed_in, place.detective, f"/cases/{case.ref}/")
    words = danger_in(page)
    assert "High" in words and "By the forecast" in words and "It rests on:" in words
    assert "Pressure on the neck" in words
    assert "Pressure on the neck or blocked breathing" in text_of(page)


def test_what_only_lies_ahead_is_not_told_as_if_it_had_happened(place: Town, signed_in: Any) -> None:
    case = report(place)[1]
    judged(case, "high", by=place.detective)
    happened(place, case, "release_from_custody", AT + DAY)
    happened(place, case, "new_threat_to_kill")
    happened(place, case, "weapon_acquired")
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT):
        said = LevelSet.objects.filter(case=case, source="forecast")
        assert said.exists(), "the forecast has said nothing"
    words = danger_in(page_of(signed_in, place.detective, f"/cases/{case.ref}/"))
    assert "The other person was released (planned)" in words
    assert words.count("was released") == 1
