"""Before an act: what to have ready is work with its due time, and what exposes the survivor stops until it is ready."""

from typing import Any

from tests.apps.assessments.cast import acting, report
from tests.apps.reading import text_of
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import Happening
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Entry
from shelterbelt.response.actions import complete_action
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now

REQUIRED = {"survivor_knows_when", "plan_for_the_days", "call_after"}


def planned(place: Town, case: Case, act: str, event: str, *, at: Any = AT, days: int = 5) -> Happening:
    with acting(place.detective, at):
        made = actions.record_happening(
            case, event, happened_at=at + days * DAY, act=act, by=place.detective, at=at
        )
    follow(place.police.id, at=at)
    return made


def work_for(place: Town, act: Happening) -> dict[str, Action]:
    with as_agency(place.police.id, at=AT):
        rows = Action.objects.select_related("case", "agency").filter(about=act.id)
        return {row.kind: row for row in rows}


def test_what_to_have_ready_is_work_of_whoever_plans_it_due_before_the_act(place: Town) -> None:
    case = report(place)[1]
    act = planned(place, case, "serve_order", "order_served")
    found = work_for(place, act)
    assert set(found) == REQUIRED | {"firearms_known", "children_settled"}
    assert {row.owner_id for row in found.values()} == {place.detective.id}
    assert found["survivor_knows_when"].due_at == act.happened_at - DAY
    assert found["call_after"].due_at == act.happened_at - 8 * HOUR
    assert all(row.case_id == case.id for row in found.values())
    follow(place.police.id, at=AT + HOUR)
    assert len(work_for(place, act)) == len(found)


def test_an_act_that_is_near_asks_for_its_work_at_once(place: Town) -> None:
    case = report(place)[1]
    with acting(place.detective):
        act = actions.record_happening(
            case, "order_served", happened_at=AT + 10 * HOUR, act="serve_order", by=place.detective, at=AT
        )
    follow(place.police.id, at=AT)
    found = work_for(place, act)
    assert found["survivor_knows_when"].due_at == AT
    assert found["call_after"].due_at == AT + 2 * HOUR


def test_an_act_lies_ahead_and_is_the_happening_that_its_file_says(place: Town) -> None:
    import pytest

    case = report(place)[1]
    for event, at in (("order_served", AT - HOUR), ("separation", AT + DAY)):
        with acting(place.detective), pytest.raises(actions.NotAhead):
            actions.record_happening(
                case, event, happened_at=at, act="serve_order", by=place.detective, at=AT
            )


def test_a_page_leads_from_the_plan_to_the_stop_and_past_it_only_with_a_reason(
    place: Town, signed_in: Any
) -> None:
    case, at = report(place, at=now())[1], now()
    client = signed_in(place.detective)
    when = at + 5 * DAY
    late = client.post(
        f"/cases/{case.ref}/before/",
        {"act": "serve_order", "act_at-day": "2020-01-01", "act_at-time": "09:00"},
    )
    assert late.status_code == 422 and "must lie ahead" in text_of(late)
    told = {"act": "serve_order", "act_at-day": f"{when:%Y-%m-%d}", "act_at-time": "09:00", "once": "B" * 22}
    for _click in range(2):
        made = client.post(f"/cases/{case.ref}/before/", told)
        assert made.status_code == 302
    url = made["Location"]
    page = text_of(client.get(url))
    assert "Stop: this comes first" in page and "Tell the survivor the day and hour" in page
    assert "Days to cover" in page and "Severe or life-threatening violence" in page
    assert "five of them within two days" in page and "No study was found of the days around" in page
    assert "They are no reason for or against an order" in page
    assert "%" not in page
    refused = client.post(url, {"reason": ""})
    assert refused.status_code == 422 and "Say why you go on" in text_of(refused)
    with as_agency(place.police.id, at=at):
        assert Happening.objects.get(case=case).gone_on_at is None
    assert client.post(url, {"reason": "The court has set the hour"}).status_code == 302
    page = text_of(client.get(url))
    assert "Decided to go on" in page and "The court has set the hour" in page
    assert "Stop: this comes first" not in page
    with as_agency(place.police.id, at=at):
        row = Happening.objects.get(case=case)
        assert Entry.objects.filter(about=row.id, kind="act.gone_on").count() == 1
        one = queries.noted(row, Case.objects.get(id=case.id))
        assert set(one.left_open) == REQUIRED


def test_what_is_required_and_done_lifts_the_stop_and_what_is_left_does_not(
    place: Town, signed_in: Any
) -> None:
    at = now()
    case = report(place, at=at)[1]
    act = planned(place, case, "serve_order", "order_served", at=at)
    client, url = signed_in(place.detective), f"/acts/{act.ref}/"
    work = work_for(place, act)
    for code in sorted(REQUIRED):
        assert "Stop: this comes first" in text_of(client.get(url))
        assert client.post(url, {"reason": ""}).status_code == 422
        with acting(place.detective, at):
            outcome = "not_needed" if code == "call_after" else "done"
            complete_action(work[code], outcome, "", by=place.detective, at=at)
    # What was not done is not ready, however its work ended.
    assert "Stop: this comes first" in text_of(client.get(url))
    with as_agency(place.police.id, at=at):
        Action.objects.filter(id=work["call_after"].id).update(outcome="done")
    page = text_of(client.get(url))
    assert "What is required is ready" in page and "Stop: this comes first" not in page
    assert client.post(url, {"reason": ""}).status_code == 302
    assert "Decided to go on" in text_of(client.get(url))


def test_the_survivors_own_step_and_a_courts_day_are_never_stopped(place: Town, signed_in: Any) -> None:
    at = now()
    case = report(place, at=at)[1]
    for act, event in (("separation", "separation"), ("court_date", "court_date")):
        made = planned(place, case, act, event, at=at)
        page = text_of(signed_in(place.detective).get(f"/acts/{made.ref}/"))
        assert "Nothing here stops it" in page and "Stop" not in page
        assert "Go on all the same" not in page


def test_what_does_not_take_place_asks_for_nothing_and_counts_no_more(place: Town) -> None:
    case = report(place)[1]
    act = planned(place, case, "release_from_custody", "release_from_custody")
    with acting(place.detective, AT + HOUR):
        actions.undo_happening(act, "He stays in", by=place.detective, at=AT + HOUR)
    follow(place.police.id, at=AT + HOUR)
    assert {row.outcome for row in work_for(place, act).values()} == {"not_needed"}
    with as_agency(place.police.id, at=AT):
        found = queries.forecast_of(Case.objects.get(id=case.id), at=AT + 2 * HOUR)[1]
    assert found.drivers == ()
