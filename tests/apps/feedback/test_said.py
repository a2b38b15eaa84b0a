"""What people say of agencies: many together, nobody in it, nothing to lay beside a visit, and a few never shown."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from shelterbelt.agencies.sealed import opened
from shelterbelt.feedback.actions import AlreadySaid, forget_boxes, say_how_it_was, stir
from shelterbelt.feedback.models import Box
from shelterbelt.feedback.queries import trends
from shelterbelt.feedback.show import _share
from shelterbelt.library import experience
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.clock import now
from tests.apps.portal.visiting import Visiting, account_for
from tests.apps.test_dump import dumped, thief  # noqa: F401
from tests.world import AT, Town

LATER = datetime(2027, 2, 1, tzinfo=UTC)
YES = {"believed": "very_much", "worse": "not_really"}
NO = {"believed": "not_really"}


def said(place: Town, answers: dict[str, str], person: UUID | None = None, at: datetime = AT) -> UUID:
    """Somebody said it of the police, at the advocates' portal."""
    person = person or uuid7()
    with as_agency(place.advocates.id, at=at):
        say_how_it_was(answers, of=place.police, holder=place.advocates.id, person=person, at=at)
    return person


def told(place: Town, at: datetime = LATER) -> list[Any]:
    with as_agency(place.advocates.id, at=at, worker=place.advocate.id):
        return trends(place.advocate, at)


def test_one_person_speaks_once_of_an_agency_in_a_quarter_and_again_in_the_next(place: Town) -> None:
    person = said(place, YES)
    with pytest.raises(AlreadySaid):
        said(place, NO, person)
    with as_agency(place.advocates.id, at=AT):
        say_how_it_was(NO, of=place.court, holder=place.advocates.id, person=person, at=AT)
        assert [opened(box)["answers"] for box in Box.objects.filter(of=place.police)] == [[YES]]
    said(place, NO, person, at=datetime(2026, 4, 1, tzinfo=UTC))


def test_only_what_is_asked_can_be_answered(place: Town) -> None:
    for wrong in ({"believed": "his name is"}, {"words": "very_much"}):
        with pytest.raises(ValueError):
            said(place, wrong)
    said(place, {"believed": "", "again": ""})


def test_nothing_in_a_dump_joins_an_answer_to_a_person_an_account_or_a_moment(
    place: Town,
    thief: Any,  # noqa: F811
) -> None:
    account = account_for(None, place.advocates)
    visiting = Visiting(account)
    before = {table: data for table, data in dumped(thief) if not table.startswith("pg_")}
    thief.connection.rollback()
    answer = visiting.post("said-home", of=place.police.ref, **YES)
    assert answer.status_code == 303, answer.content.decode()
    after = dict(dumped(thief))
    changed = {table for table, data in after.items() if before.get(table) != data}
    assert changed <= {"feedback_box", "portal_visit"}, "no line in a ledger, no job, nothing at the account"
    assert (
        b"believed" not in after["feedback_box"]
        and account.person_id.hex.encode() not in after["feedback_box"]
    )
    thief.execute("select column_name from information_schema.columns where table_name = 'feedback_box'")
    columns = {name for (name,) in thief.fetchall()}
    assert columns == {"id", "ref", "agency_id", "key", "sealed", "of_id", "year", "quarter", "door"}


def test_what_is_in_a_box_has_no_order_and_a_size_that_does_not_count(place: Town) -> None:
    sizes = set()
    for number in range(12):
        said(place, YES if number % 2 else NO)
        with as_agency(place.advocates.id, at=AT):
            box = Box.objects.get()
            inside = opened(box)
            sizes.add(len(bytes(box.sealed)))
            assert inside["spent"] == sorted(inside["spent"])
    assert len(sizes) == 1
    assert inside["answers"] == [YES] * 6 + [NO] * 6 or inside["answers"] == [NO] * 6 + [YES] * 6
    with as_agency(place.advocates.id, at=AT):
        stir(place.advocates.id, at=AT)
        again = Box.objects.get()
        assert bytes(again.sealed) != bytes(box.sealed) and opened(again) == inside


def test_fewer_than_eleven_are_withheld_and_the_eleventh_opens_only_when_the_quarter_is_over(
    place: Town,
) -> None:
    least = experience.asked().least
    for _ in range(least - 1):
        said(place, YES)
    (trend,) = told(place)
    assert [(span.count, cells) for span, cells in trend.spans] == [(None, ())]
    said(place, YES)
    assert told(place, AT)[0].spans == (), "a quarter that still runs would move by one"
    (trend,) = told(place)
    ((span, cells),) = trend.spans
    believed = next(one for one in cells if one.question == "believed")
    assert span.count == least and believed.counts == (least, 0, 0, 0)


def test_what_a_few_answered_is_withheld_also_by_subtraction(place: Town) -> None:
    least = experience.asked().least
    for number in range(2 * least + 4):
        said(place, YES if number < least + 3 else NO if number < 2 * least + 3 else {})
    ((span, cells),) = told(place)[0].spans
    believed = next(one for one in cells if one.question == "believed").counts
    assert span.count == 2 * least + 4
    assert believed[3] is None, "one who left it out"
    shown = [one for one in believed if one is not None]
    assert span.count - sum(shown) >= least, "and nobody can work it out"


def test_the_two_doors_are_told_apart(place: Town) -> None:
    said(place, YES)
    with as_agency(place.advocates.id, at=AT):
        say_how_it_was(NO, of=place.police, holder=place.advocates.id, person=None, at=AT)
    assert {trend.door for trend in told(place)} == {"account", "open"}


def test_nobody_but_the_agency_whose_portal_it_is_sees_a_sum(place: Town) -> None:
    for _ in range(experience.asked().least):
        said(place, YES)
    assert told(place)
    for other in (
        place.shelter_worker,
        place.officer,
        place.supervisor,
        place.uninvited,
        place.advocates_records,
    ):
        with as_agency(other.agency_id, at=LATER, worker=other.id):
            assert trends(other, LATER) == []
    with as_agency(place.police.id, at=LATER):
        assert not Box.objects.exists()


def test_whole_years_go_and_what_was_told_of_others_stays_as_it_was(place: Town) -> None:
    for at in (AT, datetime(2027, 3, 1, tzinfo=UTC)):
        for _ in range(experience.asked().least):
            said(place, YES, at=at)
    much_later = datetime(2030, 1, 1, tzinfo=UTC)
    before = told(place, much_later)[0].spans
    with as_agency(place.advocates.id, at=much_later):
        assert forget_boxes(place.advocates.id, at=much_later) == 1
    assert told(place, much_later)[0].spans == before[1:]


def test_the_room_says_when_it_was_said_before_and_keeps_nothing(place: Town) -> None:
    visiting = Visiting(account_for(None, place.advocates), language="es")
    first = visiting.get("said-home").content.decode()
    assert "¿Le creyeron?" in first
    assert visiting.post("said-home", of="", believed="very_much").status_code == 422
    assert visiting.post("said-home", of=place.police.ref, believed="very_much").status_code == 303
    assert visiting.get("said-thanks").status_code == 200
    again = visiting.post("said-home", of=place.police.ref)
    assert again.status_code == 422
    with transaction.atomic(), as_agency(place.advocates.id, at=now()):
        assert [opened(box)["answers"] for box in Box.objects.all()] == [[{"believed": "very_much"}]]


def test_a_question_that_everybody_left_out_is_not_drawn_as_few() -> None:
    assert _share(30, (0, 0, 30, 0)) == 0
    assert _share(30, (0, 0, 0, 30)) is None


def test_the_page_for_workers_draws_only_what_it_tells(place: Town, signed_in: Any) -> None:
    for number in range(30):
        said(place, YES if number < 15 else NO, at=datetime(2025, 11, 3, tzinfo=UTC))
    page = signed_in(place.advocate).get("/feedback/").content.decode()
    assert place.police.name in page and "<svg" in page and "(30)" in page
    assert signed_in(place.officer).get("/feedback/").status_code == 404
