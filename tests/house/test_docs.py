"""The manual is complete and true: settings, permissions, ledger kinds, commands and links are looked up."""

import argparse
import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shelterbelt.access.policy import ROLES
from shelterbelt.access.rules import Permission
from shelterbelt.agencies.models import VICTIM_SERVICES
from shelterbelt.cases.policy import CASEWORK
from shelterbelt.config import nodes
from shelterbelt.config.cli import parser
from shelterbelt.library import shelf
from tests.house.source import PACKAGE, ROOT, called, calls, modules, texts, words_of

SETTING = re.compile(r"\b(?:SHELTERBELT_[A-Z_]+|DATABASE_OWNER_URL|DATABASE_URL|CHROMIUM)\b")
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = [path for path in DOCS if path.parent.name == "adr" and path.name != "README.md"]
THOUGHT = ("rules/", "engines/", "library/", "scenarios/")


def rows(name: str) -> list[list[str]]:
    """The rows of all tables of a page, cell by cell."""
    lines = words_of(ROOT / "docs" / name).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if not set(row[0]) <= set("-: ")]


def named(cell: str) -> list[str]:
    """What stands in back quotes."""
    return re.findall(r"`([^`]+)`", cell)


# Settings


def settings_in_use() -> set[str]:
    """Every variable of the environment that code, tests or the project's own scripts name."""
    found = set()
    for tree in modules().values():
        found |= {text for text in texts(tree) if SETTING.fullmatch(text)}
    scripts = [ROOT / "Makefile", ROOT / ".ci" / "run"]
    for path in (*scripts, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")):
        found |= {text for text in SETTING.findall(words_of(path)) if not text.endswith("_")}
    return found


def test_every_setting_has_its_line_and_no_line_names_one_that_is_gone() -> None:
    told = {name for row in rows("settings.md") for name in named(row[0]) if SETTING.fullmatch(name)}
    assert settings_in_use() == told


def test_every_key_of_nodes_toml_has_its_line() -> None:
    page = words_of(ROOT / "docs" / "settings.md")
    table = page.split("## nodes.toml")[1].split("## ")[0]
    told = set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE))
    assert told == nodes.KNOWN


# Permissions


def permissions() -> dict[str, Permission]:
    """Every permission there is, by name."""
    found: dict[str, Permission] = {}
    for path in sorted(PACKAGE.glob("*/policy.py")):
        module = importlib.import_module(f"shelterbelt.{path.parent.name}.policy")
        for thing in vars(module).values():
            if isinstance(thing, Permission):
                assert found.setdefault(thing.name, thing) is thing, f"two are called {thing.name}"
    return found


def told_permissions() -> Iterator[tuple[str, frozenset[str], frozenset[str] | None]]:
    """What the page says of each: its roles, and the kinds of agency it exists in."""
    groups = {"casework": CASEWORK, "every role": ROLES, "victim services": VICTIM_SERVICES}
    before = ["", "", "", ""]
    for row in rows("permissions.md"):
        if not named(row[0]):
            continue
        row = [before[n] if cell == "the same" else cell for n, cell in enumerate(row)]
        roles, kinds = (
            frozenset(word for part in row[n].split(", ") for word in groups.get(part, (_code(part),)))
            for n in (2, 3)
        )
        yield named(row[0])[0], roles, None if kinds == {"all"} else kinds
        before = row


def _code(words: str) -> str:
    return words.replace(" ", "_")


def test_every_permission_has_its_line_with_its_roles_and_agencies() -> None:
    told = {name: (roles, kinds) for name, roles, kinds in told_permissions()}
    true = {name: (found.roles, found.kinds) for name, found in permissions().items()}
    assert true.keys() == told.keys()
    for name, expected in true.items():
        assert told[name] == expected, name


# Defined, and told in the manual as not asked for yet.
NOT_ASKED: set[str] = set()


def test_every_permission_is_asked_for_somewhere() -> None:
    names = {
        target.id: statement.value.args[0].value
        for place, tree in modules().items()
        if place.endswith("/policy.py")
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        for target in statement.targets
        if isinstance(target, ast.Name) and called(statement.value) == "permission"
    }
    asked = {
        node.id if isinstance(node, ast.Name) else node.attr
        for place, tree in modules().items()
        if not place.endswith("/policy.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    assert {told for name, told in names.items() if name not in asked} == NOT_ASKED


# The ledger


def kinds(*names: str) -> set[str]:
    """The kinds that code writes; a part that is filled in when it runs is `*`."""
    found = set()
    for place, tree in modules().items():
        if place == "ledger/actions.py":
            continue
        for call in calls(tree, *names):
            found |= {_text(part) for part in _choices(call.args[0]) if _text(part)} if call.args else set()
    return found


def _choices(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return ""


def kinds_written_in_bulk() -> set[str]:
    """Kinds in the one module that writes many entries in one statement."""
    found = texts(modules()["cases/imported.py"])
    return {text for text in found if KIND.fullmatch(text) and text.endswith("ed")}


@pytest.mark.parametrize(
    ("heading", "writers"),
    [("## Entries", ("record", "record_each")), ("## Readings", ("reading", "reading_each"))],
)
def test_every_kind_in_the_ledger_has_its_line_and_no_line_names_one_that_is_gone(
    heading: str, writers: tuple[str, ...]
) -> None:
    part = words_of(ROOT / "docs" / "ledger.md").split(heading)[1].split("\n## ")[0]
    lines = [line.strip("|").split("|")[0] for line in part.splitlines() if line.startswith("| `")]
    told = {name for line in lines for name in named(line)}
    written = kinds(*writers) | (kinds_written_in_bulk() if "record" in writers else set())
    assert len(written) > 10
    for kind in written:
        assert any(_matches(kind, name) for name in told), f"{kind} has no line"
    for name in told:
        assert any(_matches(kind, name) for kind in written), f"nothing writes {name}"


def _matches(kind: str, name: str) -> bool:
    return bool(re.fullmatch(re.escape(kind).replace(r"\*", "[a-z_]+"), name))


def test_every_event_a_protocol_waits_for_is_in_the_ledger() -> None:
    told = {name for row in rows("ledger.md") for name in named(row[0])}
    for protocol in shelf.names_of("protocols"):
        for rule in shelf.protocol(*protocol.split("/")).rules:
            assert rule.when in told, f"{protocol} waits for {rule.when}"


# Commands and links


def targets() -> set[str]:
    """The targets of the Makefile."""
    lines = words_of(ROOT / "Makefile").splitlines()
    return {found[1] for line in lines if (found := re.match(r"^([a-z][a-z-]*):", line))}


def commands(found: argparse.ArgumentParser | None = None, before: str = "") -> set[str]:
    """Every command line word by word: `up`, `incidents import`."""
    made = set()
    for action in (found or parser())._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                below = commands(inner, f"{before}{word} ")
                made |= below or {f"{before}{word}"}
    return made


def code_in(page: str) -> list[str]:
    """What stands as code in a page: in back quotes and in blocks."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + named(rest)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_in_the_manual_exists(path: Path) -> None:
    for code in code_in(words_of(path)):
        if made := re.match(r"^make ([a-z-]+)", code):
            assert made[1] in targets(), code
        if asked := re.match(r"^shelterbelt ([a-z][a-z-]*)(?: ([a-z]+))?", code):
            assert {asked[1], f"{asked[1]} {asked[2]}"} & commands(), code


def test_the_readme_tells_the_commands_that_matter() -> None:
    told = code_in(words_of(ROOT / "README.md"))
    assert {"make up", "make test"} <= set(told)
    assert commands() <= {code.removeprefix("shelterbelt ") for code in _told_commands()}


def _told_commands() -> Iterator[str]:
    for row in rows("settings.md"):
        for code in named(row[0]):
            yield " ".join(word for word in code.split() if re.fullmatch("[a-z][a-z-]*", word))


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_in_the_manual_leads_somewhere(path: Path) -> None:
    page = re.sub(r"^```.*?^```", "", words_of(path), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", page):
        if "://" in link or link.startswith("mailto:"):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", words_of(target), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", h).lower().replace(" ", "-") for h in headings}, link


def test_every_test_that_the_manual_names_exists() -> None:
    code = "\n".join(words_of(path) for path in (ROOT / "tests").rglob("*.py"))
    there = set(re.findall(r"def (test_\w+)", code))
    for path in DOCS:
        for name in named(words_of(path)):
            if re.fullmatch(r"test_\w+", name):
                assert name in there, f"{path.name}: {name}"
            elif re.fullmatch(r"(tests|src|docs|bench)/[\w./-]*\w", name):
                assert (ROOT / name).exists(), f"{path.name}: {name}"


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_decision_has_its_three_parts_its_number_and_its_line(path: Path) -> None:
    page, number = words_of(path), path.name[:4]
    assert page.startswith(f"# {number} ")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(page) < 4_000, "a decision is one page"
    assert f"({path.name})" in words_of(path.parent / "README.md")


THREATS = ROOT / "docs" / "threats.md"


def threats() -> list[tuple[int, str, str]]:
    """Each threat's number, how it stands, and what is said of it."""
    parts = re.split(r"\n\n|\n(?=#)", words_of(THREATS))
    told = [re.match(r"\*\*(\d+)\.[^*]+\*\* (Defended|In part|Not built)\.\s", part) for part in parts]
    return [(int(found[1]), found[2], part) for found, part in zip(told, parts, strict=True) if found]


def named_tests() -> set[str]:
    """Every test function, as Python reads it and not as words in a file."""
    trees = [ast.parse(words_of(path)) for path in (ROOT / "tests").rglob("test_*.py")]
    defined = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {node.name for node in defined if node.name.startswith("test_")}


def test_every_threat_is_answered_once() -> None:
    assert [number for number, _stands, _said in threats()] == list(range(1, 52))
    assert "## What this does not protect against" in words_of(THREATS)


def test_every_threat_that_is_called_defended_names_tests_that_exist() -> None:
    there = named_tests()
    for word in re.findall(r"\btest_\w+", words_of(THREATS)):
        assert word in there, f"there is no {word}"
    for number, stands, said in threats():
        assert stands == "Not built" or re.search(r"`test_\w+`", said), f"{number} names no test"
        assert stands != "In part" or "Open:" in said, f"{number} does not say what stays open"


# What modules and functions say of themselves


def test_every_module_says_in_one_to_four_lines_what_it_decides() -> None:
    for place, tree in modules().items():
        if not tree.body and place.endswith("__init__.py"):
            continue
        said = ast.get_docstring(tree)
        assert said, f"{place} says nothing"
        assert len([line for line in said.splitlines() if line.strip()]) <= 4, f"{place} says too much"


def test_every_public_function_of_the_thought_floor_says_what_it_will_do() -> None:
    for place, tree in modules().items():
        for node in tree.body if place.startswith(THOUGHT) else ():
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{place}: {node.name} says nothing"
