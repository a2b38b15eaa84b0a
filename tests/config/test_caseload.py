"""`shelterbelt score` and `shelterbelt forecast` at the command line: the manual's own rows, and where code is kept."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.config import caseload, cli
from shelterbelt.engines.kept import FOLDER, folder
from tests.engines.kept_code import HERE
from tests.house.source import ROOT, words_of

MANUAL = words_of(ROOT / "docs" / "caseload.md")
ANSWERS = '{"case": "A-1", "answers": {"violence_increased_12m": "yes"}}\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def ask(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def asked(text: str, *words: object) -> tuple[int, list[Any], str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = cli.main(list(map(str, words)))
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return asked


def examples(heading: str) -> str:
    """The rows that the manual shows under a heading."""
    part = MANUAL.split(f"## {heading}\n")[1].split("\n## ")[0]
    return "".join(re.findall(r"```json\n(.*?\n)```", part, re.DOTALL))


def told(heading: str) -> set[str]:
    """The names that the manual explains under a heading."""
    part = MANUAL.split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"`(\w+)`", part))


def test_the_manuals_answers_are_scored_and_every_name_is_explained(ask: Any) -> None:
    code, rows, err = ask(examples("`shelterbelt score`"), "score", "--instrument", "da5")
    assert (code, err) == (0, "")
    assert (rows[0]["case"], rows[0]["raised_to"]) == ("A-1", "high")
    assert set(rows[0]) <= told("`shelterbelt score`")
    _, rows, _ = ask('{"answers": {}}\n', "score", "--instrument", "hits")
    assert set(rows[0]) <= told("`shelterbelt score`")


def test_the_manuals_timeline_is_forecast_and_every_name_is_explained(ask: Any) -> None:
    words = ("forecast", "--draws", 5, "--for-calibration")
    code, rows, err = ask(examples("`shelterbelt forecast`"), *words)
    assert (code, err) == (0, "")
    assert set(rows[0]) <= told("`shelterbelt forecast`")
    assert set(rows[0]["if_fails"]["severe"]["168"]) <= told("`shelterbelt forecast`")


def test_the_manuals_fault_is_what_is_said(ask: Any) -> None:
    wrong = ANSWERS + '{"case": "A-2", "answers": {"jealous": "yes"}}\n'
    code, rows, err = ask(wrong, "score", "--instrument", "da5")
    assert code == 1
    assert rows[1] == json.loads(examples("Lines that are wrong"))
    assert err == "shelterbelt: 1 of 2 lines were wrong; each has its answer.\n"


def test_rows_take_the_instant_of_the_command_where_they_have_none(ask: Any) -> None:
    code, rows, _ = ask('{}\n{"at": "2026-01-01T00:00:00Z"}\n', "forecast", "--at", "2026-03-04T12:30:00Z")
    assert code == 0
    assert [row["at"] for row in rows] == ["2026-03-04T12:30:00+00:00", "2026-01-01T00:00:00+00:00"]


def test_the_same_seed_gives_the_same_intervals(ask: Any) -> None:
    row, words = examples("`shelterbelt forecast`"), ("forecast", "--draws", 9, "--seed")
    assert ask(row, *words, 4) == ask(row, *words, 4)
    assert ask(row, *words, 4) != ask(row, *words, 5)


def test_what_there_is_not_is_said_in_one_line(ask: Any) -> None:
    for words in (
        ("score", "--instrument", "crystal_ball"),
        ("score", "--instrument", "da5", "--of-version", "99"),
        ("forecast", "--of-version", "99"),
    ):
        code, rows, err = ask("", *words)
        assert (code, rows, err.count("\n")) == (1, [], 1)
        assert err.startswith("shelterbelt: ")


def test_a_count_that_is_none_is_refused(capsys: Any) -> None:
    for words in (["--draws", "-1"], ["--threads", "0"], ["--at", "2026-03-04T12:30:00"]):
        with pytest.raises(SystemExit):
            cli.main(["forecast", *words])
    assert "invalid" in capsys.readouterr().err


def test_missing_engines_are_said_in_one_line(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caseload.importlib.util, "find_spec", lambda _: None)
    code, _, err = ask(ANSWERS, "score", "--instrument", "da5")
    assert (code, err) == (1, f"shelterbelt: {caseload.NEEDS}\n")


def test_the_command_line_starts_without_engines() -> None:
    code = "import sys; from shelterbelt.config import cli; cli.parser(); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def run(home: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    strict = () if more else ("-W", "error")
    words = [sys.executable, *strict, "-m", "shelterbelt.config.cli", "score", "--instrument", "da5"]
    surroundings = {"PATH": "/usr/bin:/bin", "SHELTERBELT_HOME": str(home), "HOME": str(home.parent), **more}
    return subprocess.run(words, input=ANSWERS, capture_output=True, text=True, env=surroundings, check=False)


def test_compiled_code_is_kept_in_the_installations_own_folder_alone(home: Path) -> None:
    home.mkdir()
    (home / "engines" / "of-before").mkdir(parents=True)
    done = run(home)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in (home / "engines").iterdir()] == [folder(home).name]
    assert list((home / "engines").rglob("*.nbc"))
    assert (home / "engines").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in home.parent.iterdir()) == ["home"]
    assert not list((ROOT / "src" / "shelterbelt" / "engines").rglob("*.nbc"))


def test_without_an_installation_nothing_is_kept(home: Path) -> None:
    done = run(home, NUMBA_OPT="0")
    assert json.loads(done.stdout)["score"] == 1
    assert not list(home.parent.iterdir())
    assert not list((ROOT / "src" / "shelterbelt" / "engines").rglob("*.nbc"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_shown_on_a_terminal_alone(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(ANSWERS, "score", "--instrument", "da5")[2] == ""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(caseload, "EVERY", -1.0)
    ask(ANSWERS * 3, "score", "--instrument", "da5")
    assert "3 lines" in shown.getvalue()
    assert "%" not in shown.getvalue()


def test_the_bar_shows_a_share_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    place = tmp_path / "answers.jsonl"
    place.write_text(ANSWERS * 10)
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    with place.open() as rows:
        monkeypatch.setattr(sys, "stdin", rows)
        assert cli.main(["score", "--instrument", "da5"]) == 0
    assert "[##############################] 100% 10 lines" in shown.getvalue()
    assert len(capsys.readouterr().out.splitlines()) == 10


def test_kept_code_of_other_sources_has_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shelterbelt.engines import kept

    for name, text in (("kept.py", "x"), ("other.py", "1")):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "kept.py"))
    before = folder(tmp_path)
    (tmp_path / "other.py").write_text("2")
    assert folder(tmp_path) != before


def test_a_reader_that_has_seen_enough_ends_it_quietly(home: Path) -> None:
    command = f"yes '{ANSWERS.strip()}' | {sys.executable} -m shelterbelt.config.cli score --instrument da5 | head -n 1"
    surroundings = {"PATH": "/usr/bin:/bin", "SHELTERBELT_HOME": str(home), FOLDER: str(HERE)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=surroundings, check=True, timeout=60
    )
    assert json.loads(done.stdout)["row"] == 1
    print(done.stderr)
    assert done.stderr == ""
