"""What people said of an agency of another node goes there as sums, once a span is over, and nothing of a few goes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened
from shelterbelt.exchange.kinds import BY_TICK, lane_of, well_formed
from shelterbelt.feedback.actions import KIND, hear_sums, say_how_it_was, tell_sums
from shelterbelt.feedback.models import Heard
from shelterbelt.feedback.queries import heard, trends
from shelterbelt.library import experience
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.exchange.test_letters import deliver_all, kinds_in_ledger
from tests.world import Town

FALL, WINTER = datetime(2025, 11, 3, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC)
YES, NO = {"believed": "very_much"}, {"believed": "not_really"}
FINE: dict[str, Any] = {
    "door": "open", "year": 2025, "first": 1, "last": 2, "count": 30,
    "said": {"believed": [15, 15, 0, 0], "again": [None, None, 19, 0]},
}  # fmt: skip


def said(here: Town, answers: dict[str, str], many: int, *, at: datetime = FALL, of: Any = None) -> None:
    """Many said it of the police at the advocates' portal."""
    with as_agency(here.advocates.id, at=at):
        for _ in range(many):
            say_how_it_was(answers, of=of or here.police, holder=here.advocates.id, person=uuid7(), at=at)


def told(here: Town, *, at: datetime | None = None) -> int:
    """The night's letters."""
    at = at or now()
    with as_agency(here.advocates.id, at=at):
        return tell_sums(here.advocates, at=at)


def test_sums_go_once_by_the_tick_and_stand_beside_the_agencys_own(
    up: int, here: Town, signed_in: Any
) -> None:
    said(here, YES, 15)
    said(here, NO, 15)
    with as_agency(here.police.id, at=FALL):
        for _ in range(12):
            say_how_it_was(YES, of=here.court, holder=here.police.id, person=uuid7(), at=FALL)
    assert (told(here), told(here)) == (1, 0)
    with as_agency(here.advocates.id, at=now()):
        assert [one.kind for one in Letter.objects.all()] == [KIND]
    assert lane_of(KIND) == BY_TICK
    deliver_all(here.advocates)
    assert "feedback.heard" in kinds_in_ledger(here.police)
    by = here.supervisor
    with as_agency(by.agency_id, at=now(), worker=by.id):
        ((span, cells),) = heard(by, now())[0].spans
        assert [one.agency for one in trends(by, now())] == [here.court.name]
    assert (span.first, span.last, span.count) == ((2025, 4), (2025, 4), 30)
    assert next(one for one in cells if one.question == "believed").counts == (15, 0, 15, 0)
    page = signed_in(by).get("/feedback/").content.decode()
    assert here.advocates.name in page and "(30)" in page and here.court.name in page
    assert signed_in(here.officer).get("/feedback/").status_code == 404
    said(here, YES, 11, at=WINTER)
    assert told(here) == 1


def test_nothing_of_a_few_leaves_also_by_subtraction_and_nothing_of_a_quarter_that_runs(here: Town) -> None:
    least = experience.asked().least
    said(here, YES, least - 1, of=here.court)
    said(here, YES, least, of=here.probation, at=now())
    said(here, YES, least + 3)
    said(here, NO, least)
    said(here, {}, 1)
    assert told(here) == 1
    bodies: list[Any] = []
    with as_agency(here.advocates.id, at=now()):
        bodies += [(one.to_id, one.kind) for one in Letter.objects.all()]
        (trend,) = [one for one in trends_of(here) if one.agency == here.police.name]
    assert bodies == [(here.police.id, KIND)]
    deliver_to_self(here)
    with as_agency(here.police.id, at=now()):
        inside = opened(Heard.objects.get())
    ((span, cells),) = trend.spans
    assert inside == {"count": span.count, "said": {one.question: list(one.counts) for one in cells}}
    believed = inside["said"]["believed"]
    assert believed[3] is None, "one who left it out"
    assert inside["count"] - sum(one for one in believed if one is not None) >= least


def trends_of(here: Town) -> Any:
    with as_agency(here.advocates.id, at=now(), worker=here.advocate.id):
        return trends(here.advocate, now())


def deliver_to_self(here: Town) -> None:
    """Over the line, as a node to itself."""
    from tests.apps.exchange.live import serving

    with serving():
        deliver_all(here.advocates)


@pytest.mark.parametrize(
    "change",
    [
        {"count": 10, "said": {}},
        {"first": 3},
        {"said": {"believed": [3, 27, 0, 0]}},
        {"said": {"believed": [None, 30, 0, 0]}},
        {"said": {"believed": [None, 26, 0, None]}},
        {"said": {"believed": [40, 0, 0, 0]}},
    ],
)
def test_sums_that_would_tell_of_a_few_are_refused_whoever_sends_them(
    place: Town, change: dict[str, Any]
) -> None:
    body = FINE | change
    assert well_formed(KIND, body)
    with as_agency(place.police.id, at=now()):
        with pytest.raises(ValueError):
            hear_sums(body, letter=uuid7(), sender=place.advocates, to=place.police, at=now())
        for _ in range(2):
            hear_sums(FINE, letter=uuid7(), sender=place.advocates, to=place.police, at=now())
        assert Heard.objects.count() == 1
    with as_agency(place.advocates.id, at=now()):
        assert not Heard.objects.exists()
