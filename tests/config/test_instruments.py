"""`shelterbelt instruments` at the command line: what there is, what is wrong with a file, and taking one in."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from shelterbelt.config import cli
from shelterbelt.library.assessments import names
from tests.house.source import ROOT, words_of
from tests.library.files_for_tests import DANGER, DETECTION, STORIES

NO_DJANGO = """
import sys
from shelterbelt.config import cli
cli.main(["instruments", "list"])
print("django" in sys.modules)
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def ask(capsys):
    def asked(*words: object) -> tuple[int, str, str]:
        code = cli.main(["instruments", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


@pytest.fixture
def small(tmp_path) -> Path:
    place = tmp_path / "small.yaml"
    place.write_text(DANGER)
    place.with_name("small.examples.yaml").write_text(STORIES)
    return place


def test_every_instrument_is_listed_with_what_it_is(ask):
    code, out, _ = ask("list")
    assert code == 0
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert set(rows) == {id for id, _version in names(only_product=True)} | {"lethality_screen"}
    assert " detection " in rows["lap"]
    assert " danger " in rows["odara"]


def test_it_needs_neither_a_node_nor_django(home):
    done = subprocess.run([sys.executable, "-c", NO_DJANGO], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
    assert not home.exists()


@pytest.mark.parametrize("id", sorted({id for id, _version in names(only_product=True)}))
def test_an_instrument_is_shown_whole(ask, id):
    code, out, _ = ask("show", id)
    assert code == 0
    for part in (
        "Who may use it",
        "Before a court",
        "Words",
        "Licence",
        "Questions",
        "Limits",
        "Careful",
        "Sources",
    ):
        assert f"\n{part}\n" in out
    assert "our own, not the official ones." in out


def test_what_is_unchecked_or_assumed_is_called_so(ask):
    _, out, _ = ask("show", "odara")
    said = " ".join(out.split())
    assert "[UNCHECKED, from general knowledge]" in said
    assert "proposes the level high [ASSUMED here]" in said
    assert "no interval published" in said
    assert "of all: not published" in said


def test_an_instrument_that_is_not_there_is_said_in_one_line(ask):
    code, out, err = ask("show", "nothing")
    assert (code, out) == (1, "")
    assert err.startswith("shelterbelt: There is no instrument 'nothing'.")
    code, _, err = ask("show", "odara", "--of-version", "99")
    assert code == 1
    assert "no such file" in err


def test_a_good_file_is_said_to_be_good_with_what_it_says(ask, small):
    code, out, _ = ask("check", small)
    assert code == 0
    assert f"{small}: nothing is wrong." in out
    for part in (
        "3 questions, 2 triggers",
        "Scores from -3 to 5.",
        "1 to 5: More; proposes the level high",
        "Its stories give",
    ):
        assert part in out
    small.write_text(DETECTION)
    small.with_name("small.examples.yaml").unlink()
    _, out, _ = ask("check", small)
    assert "sets no level" in out
    assert "no stories beside it" in out


def test_every_fault_of_a_file_is_printed_with_its_line(ask, small):
    small.write_text(DANGER.replace('court: "no"', "court: no").replace("limits:", "limit:"))
    code, out, _ = ask("check", small)
    assert code == 1
    *faults, count = out.splitlines()
    assert all(re.match(rf"{re.escape(str(small))}:\d+: \S", line) for line in faults)
    assert [int(line.split(":")[1]) for line in faults] == sorted(int(line.split(":")[1]) for line in faults)
    assert f"{small}:8: court: A bare no is not the word" in out
    assert 'Do you mean "limits"?' in out
    assert count == f"{len(faults)} faults."


def test_a_story_that_does_not_come_out_is_printed_with_the_line_of_its_own_file(ask, small):
    stories = small.with_name("small.examples.yaml")
    stories.write_text(STORIES.replace("score: 1", "score: 2"))
    for file in (small, stories):
        code, out, _ = ask("check", file)
        assert code == 1
        assert f'{stories}:5: "A gun and nothing else.": score is 1, and the story says 2.' in out


def test_a_file_that_is_not_there_is_said_in_one_line(ask, tmp_path):
    for word in ("check", "add"):
        code, _, err = ask(word, tmp_path / "gone.yaml")
        assert code == 1
        assert "No such file" in err


def test_what_is_added_is_locked_listed_and_shown(ask, small, home):
    code, out, _ = ask("add", small)
    assert code == 0
    assert "Added and locked as small/1.yaml." in out
    assert str(home / "instruments") in out
    assert home.stat().st_mode & 0o066 == 0
    assert "small" in (home / "instruments" / "added.yaml").read_text()
    assert re.search(r"^small +1 +danger +own, added +A small one$", ask("list")[1], re.MULTILINE)
    assert "Is there a gun" in ask("show", "small")[1]
    (home / "instruments" / "small" / "1.yaml").write_text(DETECTION)
    code, _, err = ask("show", "small")
    assert code == 1
    assert "changed after it was added" in err


def test_nothing_with_a_fault_and_nothing_of_the_product_is_added(ask, small, home):
    small.write_text(DANGER.replace("of: [gun], band", "of: [guns], band"))
    code, _, err = ask("add", small)
    assert code == 1
    assert 'no other item called "guns"' in err
    assert "instruments check" in err
    small.write_text(DANGER.replace("id: small", "id: odara"))
    small.with_name("small.examples.yaml").unlink()
    assert "cannot be replaced" in ask("add", small)[2]
    assert not (home / "instruments").exists()


# The manual

PAGE = words_of(ROOT / "docs" / "writing_instruments.md")
INSTRUMENT, TOLD, PACK = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_manuals_own_instrument_stories_and_pack_are_good_and_can_be_added(ask, tmp_path):
    files = {"neighbours.yaml": INSTRUMENT, "neighbours.examples.yaml": TOLD, "pack.yaml": PACK}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for name in ("neighbours.yaml", "neighbours.examples.yaml"):
        assert ask("check", tmp_path / name)[0] == 0
    code, out, _ = ask("check", tmp_path / "pack.yaml")
    assert code == 1
    assert 'There is no instrument "neighbours"' in out
    assert ask("add", tmp_path / "neighbours.yaml")[0] == 0
    assert ask("check", tmp_path / "pack.yaml")[0] == 0
    assert ask("add", tmp_path / "pack.yaml")[0] == 0
    assert re.search(r"^neighbours .* pack: es ", ask("list")[1], re.MULTILINE)
    shown = ask("show", "neighbours", "--language", "es")[1]
    assert "Hubo gritos cada noche" in shown
    assert "Translated by the night shift" in shown
