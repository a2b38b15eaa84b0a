"""Followed cases, line by line: read as written, and what is wrong with a line is told without what it holds."""

import json

import pytest

from shelterbelt.library.files import LibraryError
from shelterbelt.library.observed import cases, line_of
from shelterbelt.library.parameters import parameters
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level
from shelterbelt.scenarios.lives import lives

NUMBERS = parameters().parameters
WHOLE = {
    "case": "c1",
    "opened_at": "2025-01-01T08:00:00Z",
    "followed_until": "2025-06-01T08:00:00+02:00",
    "happenings": [
        {"type": "arrest", "at": "2025-01-02T08:00:00Z"},
        {
            "type": "court_date",
            "at": "2025-02-02T08:00:00Z",
            "recorded_at": "2025-01-12T08:00:00Z",
            "planned": True,
        },
    ],
    "spells": [
        {"state": "cohabiting", "from_at": "2025-01-01T08:00:00Z", "until_at": "2025-03-01T08:00:00Z"}
    ],
    "bands": [{"at": "2025-01-01T09:00:00Z", "level": "high"}],
    "outcomes": [{"process": "physical", "at": "2025-01-09T23:30:00Z", "reported_by": "survivor"}],
    "answers": [{"kind": "report_not_taken", "at": "2025-01-10T00:10:00Z"}],
    "scores": [{"instrument": "odara", "version": "1", "at": "2025-01-01T10:00:00Z", "score": 4}],
    "groups": {"race": "r", "survivor_sex": "man", "other_sex": "man", "same_sex": "yes", "language": "es"},
}


def read(*lines: object):
    return tuple(cases((one if isinstance(one, str) else json.dumps(one) for one in lines), NUMBERS))


def test_a_line_is_read_as_it_is_written() -> None:
    (found,) = read(WHOLE)
    assert found.id == "c1"
    assert found.happenings[0].recorded_at == found.happenings[0].at
    assert found.happenings[1].planned
    assert found.outcomes[0].process is Process.PHYSICAL
    assert found.band(found.followed_until) is Level.HIGH
    assert found.groups["same_sex"] == "yes"


def test_what_is_written_reads_back_as_it_was() -> None:
    some = tuple(life.recorded for life in lives(NUMBERS, 3, 20))
    assert read(*(line_of(one) for one in some)) == some


def test_empty_lines_are_passed_over() -> None:
    assert len(read("", WHOLE, "  \n")) == 1


def without(name: str) -> dict:
    return {key: value for key, value in WHOLE.items() if key != name}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "it is not JSON"),
        (without("followed_until"), "$ is not what the schema allows"),
        (WHOLE | {"name": "Somebody"}, "$ is not what the schema allows"),
        (WHOLE | {"opened_at": "2025-01-01T08:00:00"}, "$.opened_at is not what the schema allows"),
        (WHOLE | {"opened_at": "2025-02-30T08:00:00Z"}, "does not exist"),
        (WHOLE | {"followed_until": "2025-01-01T08:00:00Z"}, "ends before it begins"),
        (WHOLE | {"groups": {"same_sex": "perhaps"}}, "$.groups.same_sex"),
        (
            WHOLE | {"happenings": [{"type": "moonrise", "at": "2025-01-02T08:00:00Z"}]},
            "no happening 'moonrise'",
        ),
        (
            WHOLE | {"happenings": [{"type": "court_date", "at": "2025-02-02T08:00:00Z", "planned": True}]},
            "$.happenings[0] is not what the schema allows",
        ),
        (WHOLE | {"spells": [{"state": "asleep", "from_at": "2025-01-02T08:00:00Z"}]}, "no state 'asleep'"),
        (json.dumps(WHOLE).replace('"score": 4', '"score": NaN'), "number does not exist"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_a_wrong_line_is_named_and_said_to_be_wrong(line: object, says: str) -> None:
    with pytest.raises(LibraryError, match="line 2: ") as told:
        read(WHOLE | {"case": "c0"}, line)
    assert says in str(told.value)
    assert "Somebody" not in str(told.value)


def test_two_lines_about_one_case_are_refused() -> None:
    with pytest.raises(LibraryError, match="line 2: an earlier line is about the same case"):
        read(WHOLE, WHOLE)
