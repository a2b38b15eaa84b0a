"""The source as the house tests read it: modules as trees, and the files of the project."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "shelterbelt"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its path under it, without generated migrations."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if "/migrations/" not in place:
            found[place] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text that stands in a tree, docstrings included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Calls of a function by its name, also as a module's (`ledger.record`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


@cache
def tracked() -> tuple[Path, ...]:
    """The project's files: those under version control or, in an export, all that no build makes."""
    asked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if asked.returncode == 0:
        names = asked.stdout.decode().split("\0")
        return tuple(path for name in names if name and (path := ROOT / name).is_file())
    made = {".venv", "node_modules", ".shelterbelt", "built", "__pycache__", ".git"}
    return tuple(p for p in sorted(ROOT.rglob("*")) if p.is_file() and not made.intersection(p.parts))


@cache
def words_of(path: Path) -> str:
    """A file's text; empty for one that holds none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
