"""The table of the OWASP ASVS: each number at levels 1 and 2 once, and nothing named that is not there."""

import re

import pytest

from tests.house.source import PACKAGE, ROOT

PAGE = ROOT / "docs" / "asvs.md"
# How many of each section are at level 1 or 2: they are the first ones.
SECTIONS = {
    "1": (2, 9, 11, 3, 2),
    "2": (3, 3, 4, 1),
    "3": (0, 2, 4, 6, 5, 0, 2),
    "4": (3, 1, 2, 4),
    "5": (1, 3, 2, 3),
    "6": (3, 12, 4, 4, 5, 3, 0, 4),
    "7": (3, 4, 2, 5, 2, 2),
    "8": (2, 3, 1, 1),
    "9": (3, 4),
    "10": (2, 2, 4, 11, 5, 2, 3),
    "11": (2, 3, 3, 4, 1, 1),
    "12": (3, 2, 4),
    "13": (1, 5, 2, 5),
    "14": (2, 4, 3),
    "15": (3, 3, 7),
    "16": (1, 5, 4, 3, 3),
    "17": (1, 4, 2),
}
WANTED = [
    f"{chapter}.{section}.{number}"
    for chapter, counts in SECTIONS.items()
    for section, count in enumerate(counts, 1)
    for number in range(1, count + 1)
]
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (\S+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
TESTS = set(
    re.findall(r"def (test_\w+)", "\n".join(path.read_text("utf-8") for path in ROOT.glob("tests/**/*.py")))
)
SETTINGS = set(
    re.findall(r"^([A-Z][A-Z_]+) =", (PACKAGE / "config" / "settings.py").read_text(), re.MULTILINE)
)


def test_every_requirement_of_both_levels_has_one_row_in_order() -> None:
    assert len(WANTED) == 253
    assert [number for number, *_rest in ROWS] == WANTED


def missing(what: str) -> bool:
    """Whether something in backticks is named that is not there."""
    if what.startswith("test_"):
        return what not in TESTS
    if re.fullmatch(r"[A-Z][A-Z_]+", what):
        return what not in SETTINGS
    if re.fullmatch(r"(?:src|tests|docs)/[\w./-]+", what):
        return not (ROOT / what).exists()
    return False


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_a_row_names_is_there_and_what_is_not_met_says_why(row: tuple[str, str, str, str]) -> None:
    _number, _what, met, by = row
    assert met in ("yes", "partly", "no", "—")
    assert not [name for name in re.findall(r"`([^`]+)`", by) if missing(name)]
    if met in ("partly", "no"):
        assert len(re.sub(r"`[^`]+`", "", by)) >= 15, "say what is missing"


def test_these_eyes_see_what_is_gone() -> None:
    assert missing("test_that_nobody_wrote") and missing("NO_SUCH_SETTING") and missing("src/no/such/file.py")
    assert not missing("DEBUG")
