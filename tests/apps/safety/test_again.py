"""When to look at a plan again: work for every case alike, and sentences for the two, without a number or a level."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shelterbelt.assessments.actions import record_happening, set_level
from shelterbelt.people.actions import change_person
from shelterbelt.response.models import Action
from shelterbelt.rules.plan_review import News, review
from shelterbelt.rules.reasons import Reason
from shelterbelt.safety.actions import look_again
from shelterbelt.safety.queries import again, plan_by_ref
from shelterbelt.store.asker import as_agency
from tests.apps.safety.conftest import Home, home_in
from tests.world import AT, DAY, HOUR, Town

LEVELS = re.compile(r"\b(low|medium|high|extreme|level|risk|percent|score)\b|\d", re.IGNORECASE)


def served(home: Home, at: Any = AT + HOUR, type: str = "order_served") -> None:
    with home.asks(home.by, at=at):
        record_happening(home.case, type, happened_at=at, words="", by=home.by, at=at)


def test_something_that_was_learned_brings_sentences_and_parts_to_both_and_neither_number_nor_level(
    home: Home,
) -> None:
    with home.asks(home.by):
        set_level(home.case, "extreme", ["gun_access"], "A rifle", by=home.by, at=AT)
        assert not again(home.plan, language="en", by=home.by, at=AT).new
    served(home)
    for by in (home.by, home.survivor):
        with home.asks(by, at=AT + HOUR):
            plan = plan_by_ref(home.plan.ref, by=by, at=AT + HOUR)
            found = again(plan, language="en", by=by, at=AT + HOUR)
        assert found.review.due and found.new and found.covers[0].new and found.covers[0].parts
        for one in found.covers:
            assert not LEVELS.search(one.says), one.says


def test_after_they_looked_at_it_nothing_is_new_until_something_else_is_learned(home: Home) -> None:
    served(home)
    with home.asks(home.survivor, at=AT + 2 * HOUR):
        plan = plan_by_ref(home.plan.ref, by=home.survivor, at=AT)
        look_again(plan, on=None, by=home.survivor, at=AT + 2 * HOUR)
        plan = plan_by_ref(home.plan.ref, by=home.survivor, at=AT)
        assert not again(plan, language="en", by=home.survivor, at=AT + 2 * HOUR).review.due
    served(home, at=AT + 3 * HOUR, type="release_from_custody")
    with home.asks(home.survivor, at=AT + 3 * HOUR):
        plan = plan_by_ref(home.plan.ref, by=home.survivor, at=AT)
        assert again(plan, language="en", by=home.survivor, at=AT + 3 * HOUR).new


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("chosen", "news", "on", "due", "because"),
    [
        (None, (), date(2026, 5, 29), False, ()),
        (None, (), date(2026, 5, 30), True, (Reason("review.day"),)),
        (date(2026, 3, 8), (), date(2026, 3, 8), True, (Reason("review.day"),)),
        (None, (News("event.arrest", NOON),), date(2026, 3, 2), False, ()),
        (
            None, (News("event.arrest", NOON + timedelta(hours=1)),) * 2, date(2026, 3, 2), True,
            (Reason("review.news", "event.arrest"),),
        ),
    ],
)  # fmt: skip
def test_a_plan_is_due_on_its_day_or_when_something_was_learned_since(
    chosen: Any, news: Any, on: Any, due: Any, because: Any
) -> None:
    found = review(date(2026, 3, 1), NOON, chosen, news, on=on)
    assert (found.due, found.because) == (due, because)


def test_the_protocol_opens_the_same_work_whether_there_is_a_plan_or_not(place: Town, settle: Any) -> None:
    home, other = home_in(place), home_in(place, plan=False)
    for which in (home, other):
        served(which)
        with which.asks(which.by, at=AT + HOUR):
            change_person(which.case.survivor, {"name": "Quorra V."}, by=which.by.id, at=AT + 2 * HOUR)
    settle(place.advocates)
    with as_agency(place.advocates.id, at=AT):
        rows = [
            list(Action.objects.filter(case=which.case, kind="plan_review").values_list("rule", "due_at"))
            for which in (home, other)
        ]
    assert rows[0] == rows[1] == [("plan_review_after_happening", AT + HOUR + 2 * DAY)]


def test_a_move_opens_work_and_another_change_of_a_person_does_not(place: Town, settle: Any) -> None:
    home = home_in(place, plan=False)
    for told, opened in (({"name": "Quorra V."}, []), ({"address": "9 Elm"}, ["plan_review_after_move"])):
        with home.asks(home.by):
            change_person(home.case.survivor, told, by=home.by.id, at=AT + HOUR * (1 + len(opened)))
        settle(place.advocates)
        with as_agency(place.advocates.id, at=AT):
            rows = Action.objects.filter(case=home.case, kind="plan_review").values_list("rule", flat=True)
            assert list(rows) == opened
