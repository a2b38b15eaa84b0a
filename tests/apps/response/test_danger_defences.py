"""What happened, the forecast and acts before everybody who may not see them: objects, lists, database and pages agree."""

import re
from datetime import datetime
from typing import Any

import pytest
from tests.apps.access.test_glass import agreed as glass_agreed
from tests.apps.access.test_glass import asked as glass_asked
from tests.apps.access.test_glass import closed_case
from tests.apps.assessments.cast import HIGH, acting, again, agreed, asked, judged, level_of, report, sheet
from tests.apps.reading import page_of, text_of
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import ForecastDue, Happening, KeptForecast, LevelSet, SeenForecast
from shelterbelt.assessments.policy import RECORD_HAPPENING, SEE_HAPPENING
from shelterbelt.cases.models import Case
from shelterbelt.exchange.collect import collected
from shelterbelt.ledger.models import Reading
from shelterbelt.library import shelf
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency

LATER = AT + HOUR
WORDS = "Told by a neighbour"


def happened(
    place: Town, case: Case, type: str, at: datetime = AT, *, now: datetime = AT, **more: Any
) -> Any:
    with acting(place.detective, now):
        return actions.record_happening(case, type, happened_at=at, by=place.detective, at=now, **more)


def wall(place: Town, thing: Any, **before: Any) -> None:
    with as_agency(place.police.id, at=LATER):
        raise_wall(thing, agency=place.police.id, basis="reviewer", reason="", by=None, at=LATER, **before)


def everybody(place: Town) -> list[Worker]:
    return [value for value in vars(place).values() if isinstance(value, Worker)]


def taken_back(place: Town, row: Happening, *, at: datetime = LATER) -> None:
    with acting(place.detective, at):
        actions.undo_happening(row, "It was somebody else", by=place.detective, at=at)


# Who


@pytest.mark.parametrize("right", [SEE_HAPPENING, RECORD_HAPPENING])
def test_object_list_and_database_agree_about_a_happening(place: Town, right: Any) -> None:
    """For everybody, with a wall and a restriction in the way; another agency finds no row, whatever it is opened to."""
    case = report(place)[1]
    row = happened(place, case, "arrest", words=WORDS)
    wall(place, case.id, worker=place.officer_two.id)
    opened: dict[bool, set[str]] = {False: set(), True: set()}
    for restricted in (False, True):
        if restricted:
            with as_agency(place.police.id, at=LATER):
                team = [place.detective.id]
                restrict(case.id, agency=place.police.id, team=team, reason="", by=None, at=LATER)
        for by in everybody(place):
            with acting(by, LATER):
                held = Happening.objects.filter(id=row.id).exists()
                listed = visible(by, right, Happening.objects.all(), at=LATER).filter(id=row.id).exists()
                one = may(by, right, row, at=LATER)
            hidden = by == place.officer_two or (restricted and by != place.detective)
            assert held == (by.agency_id == place.police.id and not hidden), by.code
            assert listed == one and (held or not one), by.code
            opened[restricted] |= {by.code} if one else set()
    assert opened[False] == {place.officer.code, place.detective.code, place.supervisor.code}
    assert opened[True] == {place.detective.code}


def test_who_does_no_casework_writes_ends_takes_back_and_goes_on_with_nothing(place: Town) -> None:
    case = report(place)[1]
    lasts = happened(place, case, "cohabiting", AT - DAY)
    act = happened(place, case, "order_served", AT + 9 * DAY, act="serve_order")
    for by in (place.administrator, place.records_officer, place.prosecutor_worker, place.advocate):
        with as_agency(place.police.id, at=LATER):
            for attempt in (
                lambda by=by: actions.record_happening(case, "arrest", happened_at=AT, by=by, at=LATER),
                lambda by=by: actions.end_happening(lasts, until_at=AT, by=by, at=LATER),
                lambda by=by: actions.undo_happening(lasts, "Wrong", by=by, at=LATER),
                lambda by=by: actions.go_on(act, (), "", by=by, at=LATER),
                lambda by=by: actions.note_seen(
                    case, queries.forecast_of(case, at=LATER)[1], by=by, at=LATER
                ),
            ):
                with pytest.raises(NotForYou):
                    attempt()
    with as_agency(place.police.id, at=LATER):
        row = Happening.objects.get(id=lasts.id)
        assert (row.until_at, row.undone_at) == (None, None)
        assert Happening.objects.filter(case=case).count() == 2
        assert Happening.objects.get(id=act.id).gone_on_at is None
        assert not SeenForecast.objects.exists()


def test_pages_about_a_danger_look_absent_to_whoever_they_are_not_for(place: Town, signed_in: Any) -> None:
    case = report(place)[1]
    row, act = (
        happened(place, case, "cohabiting"),
        happened(place, case, "order_served", AT + 9 * DAY, act="serve_order"),
    )
    wall(place, case.id, worker=place.officer_two.id)
    pages = (f"/cases/{case.ref}/forecast/", f"/happenings/{row.ref}/", f"/acts/{act.ref}/")
    for by in (
        place.officer_two,
        place.administrator,
        place.prosecutor_worker,
        place.court_clerk,
        place.advocate,
    ):
        client = signed_in(by)
        nothing = client.get("/there-is-no-such-page/")
        for url in pages:
            found = client.get(url)
            assert (found.status_code, found.content) == (404, nothing.content), (by.code, url)


def test_no_worker_reads_what_is_kept_or_called_for_and_each_reads_their_own_sight_alone(place: Town) -> None:
    case = report(place)[1]
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT):
        actions.call_for_forecasts(place.police.id, {case.id: AT})
        assert KeptForecast.objects.exists() and ForecastDue.objects.exists()
    for by in (place.detective, place.officer):
        with acting(by):
            actions.note_seen(case, queries.forecast_of(case, at=AT)[1], by=by, at=AT)
    for by in everybody(place):
        with acting(by):
            assert not KeptForecast.objects.exists() and not ForecastDue.objects.exists(), by.code
            assert {one.worker_id for one in SeenForecast.objects.all()} <= {by.id}
            assert SeenForecast.objects.exists() == (by in (place.detective, place.officer)), by.code


def test_a_wall_hides_the_sight_that_somebody_had_and_an_erased_case_is_forecast_by_nobody(
    place: Town,
) -> None:
    case = report(place)[1]
    follow(place.police.id, at=AT)
    with acting(place.detective):
        actions.note_seen(case, queries.forecast_of(case, at=AT)[1], by=place.detective, at=AT)
        assert SeenForecast.objects.exists()
    with as_agency(place.police.id, at=AT):
        actions.call_for_forecasts(place.police.id, {case.id: AT})
    wall(place, case.id, worker=place.detective.id)
    with acting(place.detective, LATER):
        assert not SeenForecast.objects.exists()
    # What is walled from the agency itself, as an erased case is, is not even there for its own jobs.
    wall(place, case.id, viewer=place.police.id)
    with as_agency(place.police.id, at=LATER):
        assert not KeptForecast.objects.exists() and not ForecastDue.objects.exists()


def test_glass_for_the_danger_shows_what_happened_and_glass_for_another_part_does_not(place: Town) -> None:
    case = closed_case(place)
    row = happened(place, case, "cohabiting")

    def sees() -> bool:
        with acting(place.officer_two, LATER + HOUR / 2):
            return Happening.objects.filter(id=row.id).exists()

    assert not sees()
    for part, shown in (("incidents", False), ("danger", True)):
        glass = glass_asked(place.officer_two, case.ref, part, at=LATER)
        glass_agreed(glass, place.supervisor, at=LATER)
        assert sees() == shown, part


def test_a_forecast_is_worked_out_in_the_name_of_the_agency_whoever_wakes_it(place: Town) -> None:
    case = report(place)[1]
    hidden = again(place, case, at=AT, happened_at=AT - HOUR)
    wall(place, hidden.id, worker=place.officer_two.id)
    with acting(place.officer_two, LATER):
        actions.renew_forecast(case, at=LATER)
    assert worked_out(place, case) == LATER


# What a level rests on


def test_a_level_that_rests_on_a_hidden_sheet_is_hidden_with_it_also_when_the_forecast_says_it(
    place: Town, signed_in: Any
) -> None:
    """The sheet lifts the band, the band lifts the forecast, and neither line is there for whom the report is hidden."""
    case = report(place, at=AT - 30 * DAY)[1]
    hidden = again(place, case, at=AT - DAY, happened_at=AT - DAY)
    sheet("dale", {**HIGH}, by=place.detective, at=AT - DAY, incident=hidden, case=case)
    happened(place, case, "strangulation_incident")
    follow(place.police.id, at=AT)
    wall(place, hidden.id, worker=place.officer_two.id)
    with as_agency(place.police.id, at=AT):
        said = {row.source: row for row in LevelSet.objects.filter(case=case)}
        assert set(said) == {"instrument", "forecast"} and hidden.id in said["forecast"].rests_on
    with acting(place.officer_two, LATER):
        assert not LevelSet.objects.filter(case=case).exists()
        facts = queries.facts_of(Case.objects.get(id=case.id), at=LATER)
        assert facts.band is None and hidden.id not in {one.id for one in facts.reports}
    page = text_of(page_of(signed_in, place.officer_two, f"/cases/{case.ref}/", LATER))
    for words in ("By the forecast", "The forecast: level", "By an instrument", "Assessment:"):
        assert words not in page, words
    seen = text_of(page_of(signed_in, place.detective, f"/cases/{case.ref}/", LATER))
    assert "By an instrument" in seen


def test_what_was_taken_back_is_no_reason_for_a_later_level(place: Town) -> None:
    case = report(place)[1]
    first = happened(place, case, "strangulation_incident")
    follow(place.police.id, at=AT)
    taken_back(place, first)
    follow(place.police.id, at=LATER)
    second = happened(place, case, "new_threat_to_kill", LATER, now=LATER)
    third = happened(place, case, "strangulation_incident", LATER, now=LATER)
    follow(place.police.id, at=LATER + HOUR)
    with as_agency(place.police.id, at=LATER):
        line = LevelSet.objects.get(case=case, source="forecast", undone_at=None)
    assert set(line.rests_on) == {second.id, third.id}
    assert level_of(case) == "high"


def work_of(place: Town, case: Case, by: Worker) -> list[tuple[Any, ...]]:
    """The work of a case as this worker finds it."""
    with acting(by, LATER):
        rows = Action.objects.filter(case=case).order_by("id")
        return list(rows.values_list("id", "kind", "due_at", "done_at", "outcome", "because"))


def test_work_for_a_hidden_report_takes_no_place_of_work_that_is_seen_and_stands_for_none(
    place: Town,
) -> None:
    case = report(place, at=AT - 10 * DAY)[1]
    follow(place.police.id, at=AT - 10 * DAY)
    with as_agency(place.police.id, at=AT):
        others = Action.objects.filter(case=case).exclude(kind="assessment")
        others.update(done_at=AT - DAY, outcome="done")
    hidden = again(place, case, at=AT, happened_at=AT - HOUR)
    wall(place, hidden.id, worker=place.officer_two.id)
    before = work_of(place, case, place.officer_two)
    assert before
    follow(place.police.id, at=LATER)
    assert work_of(place, case, place.officer_two) == before
    # What comes later opens its own work for them, although there is some that is as soon.
    seen = again(place, case, at=LATER, happened_at=LATER)
    follow(place.police.id, at=LATER)
    theirs = work_of(place, case, place.officer_two)
    fresh = {kind for id, kind, *_ in theirs if id not in {one[0] for one in before}}
    assert "detective_follow_up" in fresh
    with as_agency(place.police.id, at=LATER):
        for one in (hidden, seen):
            assert Action.objects.filter(incident=one, kind="detective_follow_up", done_at=None).count() == 1


def test_a_forecast_that_comes_late_says_nothing_anew_of_what_two_people_knew(place: Town) -> None:
    case = report(place)[1]
    follow(place.police.id, at=AT)
    judged(case, "high", by=place.detective)
    happened(place, case, "strangulation_incident")
    row = asked(case, "medium", by=place.detective, at=LATER)
    agreed(row, by=place.supervisor, at=LATER + HOUR)
    follow(place.police.id, at=LATER + 2 * HOUR)
    assert level_of(case) == "medium"
    with as_agency(place.police.id, at=LATER):
        assert LevelSet.objects.get(case=case, source="forecast").set_at == AT


# What was taken back counts no more


def test_a_state_that_was_taken_back_moves_the_forecast_no_more(place: Town) -> None:
    case = report(place)[1]
    happened(place, case, "arrest", AT - DAY)

    def found() -> Any:
        with as_agency(place.police.id, at=LATER):
            now = queries.forecast_of(Case.objects.get(id=case.id), at=LATER)[1]
            return now.chances, now.windows, now.drivers

    before = found()
    for state in ("cohabiting", "temporary_order_only"):
        row = happened(place, case, state, AT - 5 * DAY)
        assert found() != before
        taken_back(place, row)
        assert found() == before


def test_what_was_taken_back_neither_ends_nor_is_gone_on_with_and_leaves_the_picture(
    place: Town, signed_in: Any
) -> None:
    case = report(place)[1]
    lasts = happened(place, case, "cohabiting", AT - DAY)
    act = happened(place, case, "order_served", AT + 9 * DAY, act="serve_order")
    danger = f"/cases/{case.ref}/danger/"
    assert "They live together" in page_of(signed_in, place.detective, danger, LATER)
    for row in (lasts, act):
        taken_back(place, row)
    with acting(place.detective, LATER):
        assert actions.end_happening(lasts, until_at=AT, by=place.detective, at=LATER).until_at is None
        assert actions.go_on(act, (), "", by=place.detective, at=LATER).gone_on_at is None
    with_it = page_of(signed_in, place.detective, danger, LATER)
    assert "They live together" not in with_it and "An order was served" not in with_it
    client = signed_in(place.detective)
    assert client.get(f"/acts/{act.ref}/")["Location"] == f"/happenings/{act.ref}/"


def test_what_only_lies_ahead_is_told_as_planned(place: Town, signed_in: Any) -> None:
    case = report(place)[1]
    happened(place, case, "release_from_custody", AT + 2 * DAY)
    for url in (f"/cases/{case.ref}/", f"/cases/{case.ref}/forecast/"):
        page = text_of(page_of(signed_in, place.detective, url, LATER))
        assert "What lifts it: The other person was released (planned)" in page or (
            "broken conditions The other person was released (planned)" in page
        ), url
    happened(place, case, "release_from_custody", AT - DAY)
    page = text_of(page_of(signed_in, place.detective, f"/cases/{case.ref}/", LATER))
    assert "What lifts it: The other person was released Days" in page


def test_an_end_and_a_taking_back_call_for_a_new_forecast(place: Town) -> None:
    case = report(place)[1]
    row = happened(place, case, "cohabiting", AT - DAY)
    follow(place.police.id, at=AT)
    with acting(place.detective, LATER):
        actions.end_happening(row, until_at=LATER, by=place.detective, at=LATER)
    follow(place.police.id, at=LATER)
    assert worked_out(place, case) == LATER
    taken_back(place, row, at=LATER + HOUR)
    follow(place.police.id, at=LATER + HOUR)
    assert worked_out(place, case) == LATER + HOUR


def worked_out(place: Town, case: Case) -> datetime:
    with as_agency(place.police.id, at=LATER):
        return KeptForecast.objects.get(case=case).worked_out_at


# It goes nowhere, and says nothing where others look


def test_nothing_of_it_goes_to_another_agency_with_any_category_that_can_be_released(place: Town) -> None:
    case = report(place)[1]
    happened(place, case, "strangulation_incident", AT - DAY, words=WORDS)
    happened(place, case, "cohabiting", AT - DAY)
    follow(place.police.id, at=AT)
    assert level_of(case) == "high"
    every = frozenset(choice.code for choice in shelf.choices("release_categories"))
    with as_agency(place.police.id, at=LATER):
        told = repr(collected(case.id, every, at=LATER)).lower()
    assert "danger level" in told
    for words in (
        "neighbour", "neck", "strangulation", "live together", "cohabiting", "forecast", "very high",
        "days to cover", "set on", "rests on", "event.",
    ):  # fmt: skip
        assert words not in told, words


def test_addresses_and_titles_of_its_pages_name_nobody_and_nothing(place: Town, signed_in: Any) -> None:
    case = report(place)[1]
    row = happened(place, case, "strangulation_incident", words=WORDS)
    act = happened(place, case, "order_served", AT + 9 * DAY, act="serve_order")
    said = {
        f"/cases/{case.ref}/happenings/new/": "What happened or is planned",
        f"/happenings/{row.ref}/": "What happened or is planned",
        f"/cases/{case.ref}/forecast/": "Forecast",
        f"/cases/{case.ref}/before/": "Before you act",
        f"/acts/{act.ref}/": "Before you act",
    }
    client = signed_in(place.detective)
    for url, title in said.items():
        page = client.get(url).content.decode()
        assert f"<title>{title} – Shelterbelt</title>" in page.replace("\n", ""), url
        assert re.fullmatch(r"/(cases|happenings|acts)/[\w-]{22}/((happenings/new|forecast|before)/)?", url)


def test_each_look_leaves_a_reading(place: Town, signed_in: Any) -> None:
    case = report(place)[1]
    row = happened(place, case, "cohabiting")
    act = happened(place, case, "order_served", AT + 9 * DAY, act="serve_order")
    client = signed_in(place.detective)
    for what, about, url in (
        ("forecast", case.id, f"/cases/{case.ref}/forecast/"),
        ("happening", row.id, f"/happenings/{row.ref}/"),
        ("act", act.id, f"/acts/{act.ref}/"),
    ):
        client.get(url)
        with as_agency(place.police.id, at=LATER):
            looks = Reading.objects.filter(what=what, about=about, by=place.detective.id)
            assert looks.count() == 1, what
