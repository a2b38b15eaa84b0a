"""A question that is written once answers as its query set would, each time from what the database holds then."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from shelterbelt.access.models import Alert, Worker
from shelterbelt.store.asker import as_agency
from shelterbelt.store.questions import kept_in, question
from tests.world import AT, HOUR, Town


@question
def since(by: Worker, at: datetime, kinds: list[str]) -> QuerySet[Alert]:
    return Alert.objects.select_related("agency").filter(
        worker_id=by.id, agency_id=by.agency_id, at__gte=at, kind__any=kinds
    ).order_by("at")  # fmt: skip


def alerted(by: Worker, *hours: int) -> None:
    for hour in hours:
        Alert.objects.create(agency_id=by.agency_id, worker_id=by.id, kind="many_cases", at=AT + hour * HOUR)


def test_a_question_gives_the_rows_of_its_query_set_with_what_belongs_to_them(place: Town) -> None:
    by = place.detective
    with as_agency(by.agency_id, at=AT, worker=by.id):
        alerted(by, 1, 2, 3)
        found = since(by, AT + 2 * HOUR, ["many_cases"])
        assert found == list(since.write(by, AT + 2 * HOUR, ["many_cases"]))
        assert [row.at for row in found] == [AT + 2 * HOUR, AT + 3 * HOUR]
        assert found[0].agency.name == by.agency.name
        assert since.count(by, AT, ["many_cases", "other"]) == 3
        assert since.first(by, AT, ["other"]) is None and not since.any(by, AT, [])


def test_a_question_never_answers_from_an_earlier_answer(place: Town) -> None:
    by = place.detective
    with as_agency(by.agency_id, at=AT, worker=by.id):
        alerted(by, 1)
        assert since.any(by, AT, ["many_cases"])
        Alert.objects.all().delete()
        assert not since.any(by, AT, ["many_cases"])


def test_row_level_security_stands_under_a_question_as_under_any_query(place: Town) -> None:
    by = place.detective
    with as_agency(by.agency_id, at=AT, worker=by.id):
        alerted(by, 1)
        assert since.any(by, AT, ["many_cases"])
    with as_agency(uuid4(), at=AT):
        assert not since.any(by, AT, ["many_cases"])


def test_a_question_that_changes_a_value_is_refused(place: Town) -> None:
    @question
    def recent(at: datetime) -> QuerySet[Alert]:
        return Alert.objects.filter(at__gte=at - timedelta(days=1))

    with pytest.raises(ValueError, match="changes a value"):
        recent(AT)


def test_a_question_that_asks_the_database_while_it_is_written_is_refused(place: Town) -> None:
    @question
    def of_everybody(agency: UUID) -> QuerySet[Alert]:
        return Alert.objects.filter(worker_id__in=list(Worker.objects.values_list("id", flat=True)))

    with pytest.raises(ValueError, match="asks nothing"):
        of_everybody(place.detective.agency_id)


def test_a_question_knows_no_role_of_whoever_asks(place: Town) -> None:
    @question
    def as_their_role(by: Worker) -> QuerySet[Alert]:
        return Alert.objects.filter(kind=by.roles[0])

    with pytest.raises(AttributeError):
        as_their_role(place.detective)


def test_a_text_with_a_nul_is_asked_for_as_one_that_nobody_has(place: Town) -> None:
    with as_agency(place.detective.agency_id, at=AT):
        assert not since.any(place.detective, AT, ["many_cases"])

        @question
        def of_kind(kind: str) -> QuerySet[Alert]:
            return Alert.objects.filter(kind=kind)

        assert of_kind("many\0cases") == []


def test_nothing_that_is_written_under_other_rules_is_kept(place: Town) -> None:
    by = place.detective
    with as_agency(by.agency_id, at=AT, worker=by.id):
        before = since._words((by, AT, ["x"]))
        with kept_in({}):
            assert since._words((by, AT, ["x"])) is not before
        assert since._words((by, AT, ["x"])) is before
