"""The environment is made from hashes alone, once, and what is missing on a machine is said in one line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shelterbelt.config import processes, setup

ROOT = setup.ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a clone as making the environment needs."""
    here = tmp_path / "src" / "shelterbelt" / "config"
    here.mkdir(parents=True)
    shutil.copy(ROOT / "src" / "shelterbelt" / "config" / "setup.py", here)
    for name in ("requirements.lock", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    return here / "setup.py"


def run(clone: Path, before: str = "") -> "subprocess.CompletedProcess[str]":
    code = f"import runpy, sys\n{before}\nsys.argv = ['setup', 'environment']\n"
    code += f"runpy.run_path({str(clone)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


def test_missing_venv_module_is_said_in_one_line(clone: Path) -> None:
    done = run(clone, "sys.modules['ensurepip'] = None")
    assert done.returncode == 1
    assert (
        "shelterbelt: Python's venv module is missing: install python3-venv" in done.stderr.splitlines()[-1]
    )
    assert "Traceback" not in done.stderr


def test_python_that_is_too_old_is_said_in_one_line(clone: Path) -> None:
    done = run(clone, "import os; os.environ['PATH'] = ''; sys.version_info = (3, 9, 2)")
    assert done.returncode == 1
    assert done.stderr.startswith("shelterbelt: Python 3.11 or later is needed")
    assert done.stderr.count("\n") == 1


def test_package_with_another_hash_is_refused(clone: Path) -> None:
    lock = clone.parents[3] / "requirements.lock"
    lock.write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
    done = run(clone)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "shelterbelt: Python packages could not be installed: ERROR"
    )
    assert not (clone.parents[3] / ".venv" / ".serving").exists()


def test_every_locked_package_has_its_hash_and_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text()
    for entry in text.replace("\\\n", " ").splitlines():
        assert not entry or entry.startswith("#") or "--hash=sha256:" in entry, entry
    assert "://" not in text


def test_what_serves_is_locked_before_what_only_tests_need() -> None:
    serving, _, workshop = (ROOT / "requirements.lock").read_text().partition(setup.WORKSHOP)
    assert "\ndjango==" in serving
    assert "\nsetuptools==" in serving
    assert "\npytest==" in workshop
    assert "pytest" not in serving


def test_a_first_start_fetches_no_engines() -> None:
    assert "\nnumba==" not in setup.locked("serving")
    assert "\nnumba==" in setup.locked("engines")
    assert "\npytest==" not in setup.locked("engines")
    assert "\npytest==" in setup.locked("workshop")


def test_every_command_of_the_makefile_is_known_to_make() -> None:
    make = shutil.which("make")
    if not make:
        pytest.skip("no make on this machine")
    for target in ("up", "setup", "engines", "test", "check", "bench", "bench-pages", "doctor", "clean"):
        subprocess.run([make, "-n", target], cwd=ROOT, check=True, capture_output=True)


def test_continuous_integration_fails_without_the_published_cases(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    surroundings = {key: value for key, value in os.environ.items() if key != "SHELTERBELT_ORACLES"}
    done = subprocess.run(
        [tmp_path / ".ci" / "run"], env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("ci: the folder of published cases is missing")


def test_browser_that_does_not_start_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'install the snap' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(stub))
    with pytest.raises(setup.CannotSetUp, match="does not start"):
        setup.chromium()


def test_log_past_its_limit_moves_down_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "serve.log"
    for number in range(processes.LOGS_KEPT + 2):
        processes.rotate(log).write_text(f"{number}" * (processes.LOG_LIMIT + 1))
    assert processes.rotate(log) == log
    assert not log.exists()
    kept = sorted(path.name for path in log.parent.iterdir())
    assert kept == [f"serve.log.{number}" for number in range(1, processes.LOGS_KEPT + 1)]
    assert (log.parent / "serve.log.1").read_text()[0] == str(processes.LOGS_KEPT + 1)
