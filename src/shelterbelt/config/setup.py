"""Makes the Python environment, finds a browser for the tests and runs the checks, as the Makefile asks.

It refuses packages without a known hash. It runs before anything is installed: standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
# These lines divide the lock: what serves, what engines need besides, what only tests need.
ENGINES = "# Only for engines"
WORKSHOP = "# Only for tests and checks"
PARTS = ("serving", "engines", "workshop")  # each holds those before it
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
CHECKS = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
    "pages": ("djlint", "--lint", "--quiet", "--profile=django", "--ignore=H015,H043", "src"),
}


class CannotSetUp(Exception):
    """Something is missing on this machine; the text is one line that says what to install."""


def main(words: Sequence[str]) -> int:
    """Answer `environment`, `engines`, `workshop`, `chromium` or `check`."""
    try:
        if words == ["environment"]:
            environment()
        elif words in (["engines"], ["workshop"]):
            environment(words[0])
        elif words == ["chromium"]:
            print(chromium())
        elif words == ["check"]:
            return check()
        else:
            raise CannotSetUp("setup knows environment, engines, workshop, chromium and check.")
    except CannotSetUp as fault:
        print(f"shelterbelt: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def digest() -> str:
    """What the environment should be made from, and where: the programs in it hold its path."""
    found = hashlib.sha256(str(ROOT).encode())
    for path in (LOCK, ROOT / "pyproject.toml"):
        found.update(path.read_bytes())
    return found.hexdigest()


def up_to_date(part: str = "serving") -> bool:
    """True if the environment is what the lock file asks for: to serve, to run engines, or to test and check."""
    stamp = _stamp(part)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == digest()


def _stamp(part: str) -> Path:
    return VENV / f".{part}"


def _had() -> list[str]:
    """The parts that were installed before: they stay up to date too."""
    return [part for part in PARTS if _stamp(part).exists()] or [PARTS[0]]


def locked(part: str) -> str:
    """What the lock file asks for, for this part and those before it."""
    ends = {"serving": ENGINES, "engines": WORKSHOP}
    text = LOCK.read_text()
    return text.split(ends[part])[0] if part in ends else text


def environment(part: str = "serving") -> None:
    """Make .venv what requirements.lock says for this part, unless it is that."""
    if up_to_date(part):
        return
    _change_to_a_newer_python()
    with _alone():
        if up_to_date(part):
            return
        started = time.monotonic()
        say("1/6 Python packages…")
        part = max(part, *_had(), key=PARTS.index)
        _make_venv()
        for one in PARTS:
            _stamp(one).unlink(missing_ok=True)
        lock = locked(part)
        wanted = VENV / "wanted.lock"
        wanted.write_text(lock)
        _pip("install", "--require-hashes", "-r", str(wanted), of=lock.count("=="))
        _pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
        for had in PARTS[: PARTS.index(part) + 1]:
            _stamp(had).write_text(digest())
        say(f"    done in {time.monotonic() - started:.0f} s")


def _change_to_a_newer_python() -> None:
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        if found := shutil.which(name):
            os.execv(found, [found, "-I", __file__, *sys.argv[1:]])  # noqa: S606
    raise CannotSetUp(
        f"Python 3.11 or later is needed and this is {sys.version.split()[0]}: install python3.11."
    )


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two `make`s that start together install once."""
    with LOCK.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_venv() -> None:
    usable = PYTHON.exists() and not _run(
        [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    )
    if usable:
        return
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        raise CannotSetUp(f"Python's venv module is missing: install python3-venv (or python{version}-venv).")
    if _run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise CannotSetUp(
            f"{VENV} could not be made: install python3-venv, or see that the folder may be written."
        )


def _run(line: Sequence[str]) -> int:
    quiet = subprocess.DEVNULL
    return subprocess.run(line, stdin=quiet, stdout=quiet, stderr=quiet, check=False).returncode


def _pip(*words: str, of: int = 0) -> None:
    """Run pip, count the packages it has got hold of, and say its own reason if it fails."""
    seen, log = 0, VENV / "install.log"
    line = [str(PYTHON), *PIP, *words, "--root-user-action=ignore"]
    surroundings = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")
    }
    with (
        log.open("a") as keep,
        subprocess.Popen(
            line,
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=keep,
            text=True,
        ) as pip,
    ):
        for said in pip.stdout or ():
            keep.write(said)
            if said.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                if of and seen % 20 == 0:
                    say(f"    {seen} of {of}")
            if said.startswith("Installing collected"):
                say("    installing")
    if pip.returncode:
        reasons = [text for text in log.read_text().splitlines() if text.startswith("ERROR")] or [
            "no reason given"
        ]
        raise CannotSetUp(f"Python packages could not be installed: {reasons[-1]} (more in {log})")


def chromium() -> str:
    """The browser for the tests: one that is here, else Playwright's own, else the distribution's package."""
    if named := os.environ.get("CHROMIUM") or os.environ.get("SHELTERBELT_CHROMIUM"):
        if _starts(named):
            return named
        raise CannotSetUp(f"CHROMIUM names {named}, which does not start.")
    for find in (_browser_here, _browser_of_playwright, _fetched_by_playwright, _fetched_by_the_distribution):
        if found := find():
            return found
    raise CannotSetUp(
        "The browser tests need Chromium and it could not be fetched: install the package chromium."
    )


def _starts(browser: str | None) -> bool:
    """True if it runs: some distributions ship a command that only tells where to get the browser."""
    if not browser or not shutil.which(browser):
        return False
    with contextlib.suppress(subprocess.TimeoutExpired):
        return (
            subprocess.run([browser, "--version"], capture_output=True, timeout=30, check=False).returncode
            == 0
        )
    return False


def _browser_here() -> str | None:
    found = [shutil.which(name) for name in (*BROWSERS, MAC_BROWSER)]
    return next((browser for browser in found if _starts(browser)), None)


def _browser_of_playwright() -> str | None:
    code = "from playwright.sync_api import sync_playwright as open_it\n"
    code += "with open_it() as it: print(it.chromium.executable_path)"
    asked = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, timeout=60, check=False)
    return asked.stdout.strip() if _starts(asked.stdout.strip()) else None


def _fetched_by_playwright() -> str | None:
    say("    Fetching Chromium (Playwright's)…")
    _fetch([str(PYTHON), "-m", "playwright", "install", "chromium"], within=240)
    return _browser_of_playwright()


def _fetched_by_the_distribution() -> str | None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("    Fetching Chromium (the distribution's)…")
        _fetch(["apt-get", "update", "-q"], within=120)
        _fetch(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], within=400)
    return _browser_here()


def _fetch(line: Sequence[str], *, within: float) -> None:
    quiet = subprocess.DEVNULL
    with contextlib.suppress(subprocess.TimeoutExpired, OSError):
        unasked = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            line, stdin=quiet, stdout=quiet, stderr=quiet, env=unasked, timeout=within, check=False
        )


def check() -> int:
    """Run every check, all at once, and show what the failing ones said."""
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        return max(list(pool.map(_check, CHECKS)))


def _check(name: str) -> int:
    started = time.monotonic()
    program, *words = CHECKS[name]
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("SHELTERBELT_")}
    done = subprocess.run(
        [str(VENV / "bin" / program), *words], cwd=ROOT, env=surroundings, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    result = "fails" if done.returncode else "fine"
    output = f"\n{done.stdout.rstrip()}" if done.returncode else ""
    say(f"{name:<8} {result:<6} {time.monotonic() - started:5.1f} s{output}")
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
