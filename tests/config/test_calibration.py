"""`shelterbelt calibrate` at the command line: what it says, what it keeps, and what it refuses."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from shelterbelt.config import cli
from shelterbelt.library import refits
from shelterbelt.library.observed import line_of
from shelterbelt.library.parameters import parameters
from shelterbelt.scenarios.lives import NOT_TAKEN, STEADY, USUAL, Reporting, lives

NUMBERS = parameters().parameters


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def ask(capsys):
    def asked(*words: object) -> tuple[int, str, str]:
        code = cli.main(["calibrate", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


def written(reporting: Reporting, folder: Path, count: int = 400) -> Path:
    place = folder / "cases.jsonl"
    some = lives(NUMBERS, 1, count, reporting=reporting)
    place.write_text("\n".join(line_of(life.recorded) for life in some))
    return place


@pytest.fixture(scope="module")
def steady(tmp_path_factory) -> Path:
    return written(STEADY, tmp_path_factory.mktemp("steady"))


@pytest.fixture(scope="module")
def silent(tmp_path_factory) -> Path:
    return written(USUAL, tmp_path_factory.mktemp("silent"))


def test_the_report_says_first_that_people_may_have_stopped_reporting(ask, silent: Path) -> None:
    code, out, _ = ask(silent, "--every", 90)
    assert code == 0
    warning = out.index("WARNING: after report_not_taken: survivors first told")
    assert warning < out.index("What moved") < out.index("Forecasts and what came")
    assert "read no fall in this report as safety" in " ".join(out.split())
    assert "RECORDED" in out


def test_where_people_go_on_reporting_there_is_no_such_warning_and_no_all_clear(ask, steady: Path) -> None:
    _, out, _ = ask(steady, "--every", 90)
    assert "WARNING: after" not in out
    assert "That is no proof" in out
    assert "Withheld, fewer than 30 events" in out


def test_a_refit_is_kept_with_its_digest_and_learns_only_what_is_recorded(ask, steady: Path) -> None:
    code, out, _ = ask(steady, "--every", 90, "--refit")
    assert code == 0
    assert refits.versions("retaliation") == ("1+local.1",)
    new = parameters("retaliation", "1+local.1").parameters
    assert f"Kept as retaliation 1+local.1, SHA-256 {new.digest}" in out
    assert "stays the one in use" in out
    # Four in ten were written down: what was learned is lower than the truth, and the report says that it must be.
    assert new.baseline["contact"].p_180d < 0.7 * NUMBERS.baseline["contact"].p_180d
    assert "base rates come out lower than the truth" in " ".join(out.split())


def test_nothing_is_learned_where_people_seem_to_have_stopped_reporting(
    ask, silent: Path, home: Path
) -> None:
    code, out, _ = ask(silent, "--every", 90, "--refit")
    assert code == 1
    assert out.count("stays as published: people seem to have stopped reporting") == 3
    assert "Nothing was kept." in out
    assert refits.versions("retaliation") == ()
    assert not (home / "parameters").exists()


def test_somebody_who_has_checked_may_refit_all_the_same(ask, silent: Path) -> None:
    code, out, _ = ask(silent, "--every", 90, "--refit", "--reporting-checked")
    assert code == 0
    assert "WARNING: after report_not_taken" in out
    assert refits.versions("retaliation") == ("1+local.1",)


def test_where_nobody_wrote_down_who_told_it_nothing_is_learned(ask, steady: Path, tmp_path: Path) -> None:
    unknown = tmp_path / "unknown.jsonl"
    lines = [json.loads(line) for line in steady.read_text().splitlines()]
    for line in lines:
        for one in line.get("outcomes", ()):
            del one["reported_by"]
    unknown.write_text("\n".join(map(json.dumps, lines)))
    code, out, _ = ask(unknown, "--every", 90, "--refit")
    assert code == 1
    assert "CANNOT BE SEEN" in out
    assert "record who told what came first" in " ".join(out.split())


def test_the_report_is_data_too(ask, silent: Path) -> None:
    code, out, _ = ask(silent, "--every", 90, "--json")
    assert code == 0
    data = json.loads(out)
    assert data["silence"]["warns"] == [NOT_TAKEN]
    assert data["parameters"]["digest"] == NUMBERS.digest
    assert data["whole"][0]["share"] == {"withheld": "too_few_events"}
    assert {"lo", "hi", "value", "events", "n"} == set(data["silence"]["changes"][0]["told_before"])


def test_cases_are_read_from_standard_input(ask, monkeypatch) -> None:
    some = lives(NUMBERS, 1, 5)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(line_of(life.recorded) for life in some)))
    code, out, _ = ask()
    assert code == 0
    assert out.startswith("5 cases, followed for 1,825 days")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "there is no case in it"),
        ('{"case": "c1", "name": "Somebody"}', "line 1: $ is not what the schema allows"),
        ("{", "line 1: it is not JSON"),
    ],
)
def test_a_fault_in_the_file_is_told_in_one_line(ask, tmp_path: Path, line: str, says: str) -> None:
    place = tmp_path / "wrong.jsonl"
    place.write_text(line)
    code, out, err = ask(place)
    assert (code, out) == (1, "")
    assert says in err
    assert "Somebody" not in err
    assert err.count("\n") == 1


def test_a_refit_is_held_against_new_cases_and_never_refitted_itself(ask, steady: Path) -> None:
    ask(steady, "--every", 90, "--refit")
    code, out, _ = ask(steady, "--every", 90, "--parameters", "1+local.1")
    assert code == 0
    assert "Held against retaliation 1+local.1" in out
    code, _, err = ask(steady, "--parameters", "1+local.1", "--refit")
    assert code == 1
    assert "begins from a published version" in err
    assert ask(steady, "--parameters", "7")[0] == 1
    assert ask(steady, "--every", "0")[0] == 1


def test_the_command_line_needs_neither_a_node_nor_django_nor_numpy_to_be_read() -> None:
    program = (
        "import sys; from shelterbelt.config import cli; cli.parser(); "
        "print([name for name in ('django', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
