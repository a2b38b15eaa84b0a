"""Scoring again: what a sheet kept comes out again; more raises, less lowers nothing, a missing file is said."""

from argparse import Namespace
from typing import Any

import pytest
from tests.apps.assessments.cast import HIGH, level_of, report, sheet
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.assessments import queries
from shelterbelt.assessments.actions import Rescored, correct_answer
from shelterbelt.assessments.models import Assessment, LevelSet
from shelterbelt.cases.models import Case
from shelterbelt.config.cli import parser
from shelterbelt.library.files import LibraryError
from shelterbelt.response.commands import renew_command
from shelterbelt.response.renewing import renew_all
from shelterbelt.rules.levels import Level
from shelterbelt.store.asker import as_agency


@pytest.fixture
def case(place: Town) -> Case:
    return report(place)[1]


@pytest.fixture
def taken(place: Town, case: Case) -> Assessment:
    return sheet("dale", HIGH, by=place.detective, case=case)


def otherwise(monkeypatch: pytest.MonkeyPatch, **other: Any) -> None:
    """The rule says something else than it did when the sheet was finished."""
    from dataclasses import replace

    honest = queries.scored
    monkeypatch.setattr(queries, "scored", lambda row, content: replace(honest(row, content), **other))


def test_every_night_what_sheets_kept_comes_out_again_and_nothing_is_written(
    place: Town, case: Case, taken: Assessment
) -> None:
    with as_agency(place.police.id, at=AT):
        before = list(LevelSet.objects.filter(assessment=taken).values_list("id", flat=True))
    assert renew_all(place.police.id, at=AT + DAY).sheets == Rescored(same=1)
    with as_agency(place.police.id, at=AT):
        assert list(LevelSet.objects.filter(assessment=taken).values_list("id", flat=True)) == before


def test_where_more_comes_out_the_level_is_raised_once(
    place: Town, case: Case, taken: Assessment, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    otherwise(monkeypatch, level=Level.EXTREME, score=99.0)
    for days in (1, 2):
        assert renew_all(place.police.id, at=AT + days * DAY).sheets == Rescored(other=1)
        assert level_of(case) == "extreme"
    with as_agency(place.police.id, at=AT):
        raised = LevelSet.objects.filter(assessment=taken, level="extreme")
        assert [row.set_by for row in raised] == [None], "the machine raised it, and once"
    assert "1 say something else" in caplog.text and str(case.id) not in caplog.text


def test_where_less_comes_out_nothing_is_lowered(
    place: Town, case: Case, taken: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = level_of(case)
    otherwise(monkeypatch, level=None, score=0.0)
    assert renew_all(place.police.id, at=AT + DAY).sheets == Rescored(other=1)
    assert level_of(case) == held != "medium"


def test_what_a_correction_undid_is_not_raised_again(
    place: Town, case: Case, taken: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_agency(place.police.id, at=AT + HOUR, worker=place.detective.id):
        for question in HIGH:
            told = {"reason": "Another person was meant.", "by": place.detective, "at": AT + HOUR}
            correct_answer(taken, question, "no", 1, **told)
        assert LevelSet.objects.filter(assessment=taken, undone_at=None).count() == 0
    otherwise(monkeypatch, level=Level.EXTREME)
    renew_all(place.police.id, at=AT + DAY)
    with as_agency(place.police.id, at=AT):
        assert LevelSet.objects.filter(assessment=taken, undone_at=None).count() == 0


def test_a_sheet_whose_file_is_gone_is_counted_and_stops_nothing(
    place: Town, case: Case, taken: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise LibraryError("no such file")

    report(place)
    monkeypatch.setattr(queries, "scored", gone)
    done = renew_all(place.police.id, at=AT + DAY)
    assert done.sheets == Rescored(missing=1) and done.cases == 2


def test_it_can_be_asked_for_by_day(place: Town, case: Case, taken: Assessment, capsys: Any) -> None:
    assert parser().parse_args(["renew"]).answer == "shelterbelt.response.commands:renew_command"
    assert renew_command(Namespace()) == 0
    line = next(row for row in capsys.readouterr().out.splitlines() if row.startswith(place.police.name))
    assert line.endswith("1 open cases forecast, 1 sheets say what they kept")
