"""`who-can` and `why` say what the policy does, and agree with it."""

import argparse

import pytest

from shelterbelt.access.rules import may
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.config.explain import answers, case_of, permissions, who_can, why, worker_called
from shelterbelt.config.processes import Fault
from shelterbelt.store.asker import as_agency
from tests.apps.access.test_walls import an_incident
from tests.world import AT, Town

# What opens nothing: it ends consent when an agency closes.
ENDS_ONLY = {"close_consent"}


def test_the_table_has_every_permission_with_its_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert who_can(argparse.Namespace(role="")) == 0
    table = capsys.readouterr().out
    for line in permissions():
        assert f"{line.permission.name}  (" in table
    assert "own_agency or granted(case_file), less walled, less restricted" in table


def test_no_casework_right_belongs_to_the_roles_that_look_after_accounts_and_conflicts() -> None:
    for role in ("administrator", "reviewer"):
        for line in permissions():
            if line.app in ("cases", "assessments", "consent", "response"):
                assert role not in line.permission.roles or line.permission.name in ENDS_ONLY


def test_the_answer_agrees_with_the_policy_for_every_worker_of_the_town(
    place: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    done = an_incident(place, place.officer)
    assert done.case is not None
    with as_agency(place.police.id, at=AT):
        raise_wall(
            done.people[0].id,
            agency=place.police.id,
            worker=place.officer_two.id,
            basis="reviewer",
            reason="x",
            by=None,
            at=AT,
        )
        restrict(done.case.id, agency=place.police.id, team=[place.officer.id], reason="x", by=None, at=AT)
    for by in (place.officer, place.officer_two, place.detective, place.nurse, place.uninvited):
        told = argparse.Namespace(worker=by.code, case=done.case.ref)
        with as_agency(by.agency_id, at=AT, worker=by.id):
            expected = may(by, SEE_CASE, done.case, at=AT)
        assert (why(told) == 0) == expected
    out = capsys.readouterr().out
    assert "no   no wall stands between" in out
    assert "no   the file is not restricted" in out
    assert "Ines" not in out


def test_the_locks_agree_line_by_line(place: Town) -> None:
    done = an_incident(place, place.officer)
    assert done.case is not None
    told = dict(answers(place.nurse, done.case, at=AT))
    assert told["row-level security shows the row"] is False
    assert told["it is in the lists of this worker"] is False
    told = dict(answers(place.detective, done.case, at=AT))
    assert told["row-level security shows the row"] and told["it is in the lists of this worker"]


def test_an_unknown_code_or_reference_is_said_plainly(place: Town) -> None:
    with pytest.raises(Fault, match="No worker of this node"):
        worker_called("nobody", at=AT)
    with pytest.raises(Fault, match="No case of this node"):
        case_of("nothing", at=AT)
