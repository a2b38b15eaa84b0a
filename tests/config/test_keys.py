"""A locked key folder is opened by a file or a person at a terminal, and nothing of that is left where others could read it."""

import contextlib
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psutil  # type: ignore[import-untyped]
import pytest

from shelterbelt.config import doctor, keys, locking, nodes
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.processes import Fault, locked
from shelterbelt.sealing import FolderLocked, Keyring, SealingError, WrongUnlock, lock, shares
from shelterbelt.sealing.lock import Unlock
from shelterbelt.sealing.primitives import Key
from shelterbelt.ui.clock import now

PHRASE = "marsh lantern ordinary plum"
AGENCY = UUID("2f7a3f86-6f3f-4f0e-9d84-2b1f0d1c7a11")
SHELTERBELT = [sys.executable, "-m", "shelterbelt.config.cli"]


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NodeConfig]:
    """A node with a key folder and no database."""
    for name in ("SHELTERBELT_PORT", "SHELTERBELT_NODE", keys.FILE, keys.HANDLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path))
    monkeypatch.setitem(lock._SCRYPT, "n", 2**12)
    (tmp_path / "nodes.toml").write_text('[[node]]\nname = "solo"\nport = 9000\n')
    (tmp_path / "nodes.toml").chmod(0o600)
    found = nodes.read_nodes(tmp_path)[0]
    found.make_folders()
    Keyring.create(found.keys).add_holder(AGENCY)
    yield found
    keys._known.clear()


def _file(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def _typed(words: "list[str]", *answers: str, wait: float = 30) -> tuple[int, str]:
    """A command at a terminal, with what a person types when it asks; its exit code and what the terminal showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [*SHELTERBELT, *words])
    shown, waiting, stop = b"", list(answers), time.monotonic() + wait
    while time.monotonic() < stop:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
        if waiting and shown.endswith(b": "):
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


def run(*words: str, typed: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    """A command without a terminal."""
    return subprocess.run(
        [*SHELTERBELT, *words],
        input=typed,
        env=os.environ | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_unlocked_folder_opens_as_before(node: NodeConfig) -> None:
    keys.open_ring(node).check(AGENCY)


def test_the_machines_own_file_opens_a_folder_and_a_named_one_goes_before(
    node: NodeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock.close(node.keys, keys.make_key_file(node.unlock_file))
    keys.open_ring(node).check(AGENCY)
    elsewhere = tmp_path / "medium"
    elsewhere.mkdir()
    shutil.move(node.unlock_file, elsewhere / "solo.key")
    with pytest.raises(FolderLocked, match=keys.FILE):
        keys.open_ring(node)
    for given in (elsewhere, elsewhere / "solo.key"):
        monkeypatch.setenv(keys.FILE, str(given))
        keys.open_ring(node).check(AGENCY)
    _file(node.unlock_file, lock.new_key_file())
    keys.open_ring(node).check(AGENCY)
    monkeypatch.setenv(keys.FILE, str(tmp_path / "nowhere"))
    with pytest.raises(Fault, match="medium"):
        keys.open_ring(node)


def test_a_file_may_hold_the_passphrase(node: NodeConfig) -> None:
    lock.close(node.keys, lock.by_passphrase(PHRASE))
    _file(node.unlock_file, PHRASE + "\n")
    keys.open_ring(node).check(AGENCY)
    for wrong in (PHRASE + "\nand more", "", lock.new_key_file(), "another one of four words"):
        _file(node.unlock_file, wrong)
        with pytest.raises(WrongUnlock):
            keys.open_ring(node)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_an_unlock_file_that_others_may_read_is_refused(node: NodeConfig, mode: int) -> None:
    lock.close(node.keys, keys.make_key_file(node.unlock_file))
    assert node.unlock_file.stat().st_mode & 0o777 == 0o600
    node.unlock_file.chmod(mode)
    with pytest.raises(Fault, match="Others may read"):
        keys.open_ring(node)


def test_an_unlock_file_beside_the_keys_is_refused(node: NodeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    unlock = keys.make_key_file(node.unlock_file)
    lock.close(node.keys, unlock)
    beside = node.keys / "opener"
    shutil.move(node.unlock_file, beside)
    for path in (beside, node.folder / "link"):
        if path != beside:
            path.symlink_to(beside)
        monkeypatch.setenv(keys.FILE, str(path))
        with pytest.raises(Fault, match="beside the keys"):
            keys.open_ring(node)


def test_a_child_opens_the_folder_without_asking_and_without_a_word_in_its_surroundings(
    node: NodeConfig,
) -> None:
    lock.close(node.keys, lock.by_passphrase(PHRASE))
    _file(node.unlock_file, PHRASE)
    master = keys.remember(node).master()
    node.unlock_file.unlink()  # the medium was taken away
    script = (
        "import time; from shelterbelt.config import keys, nodes; n = nodes.this_node();"
        "keys.open_ring(n).check(__import__('uuid').UUID('" + str(AGENCY) + "')); print('open', flush=True);"
        "time.sleep(30)"
    )
    with keys.handed_on(node) as (more, handles):
        child = subprocess.Popen(
            [sys.executable, "-c", script],
            env=os.environ | more,
            pass_fds=handles,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        seen = psutil.Process(child.pid)
        around = " ".join([*seen.cmdline(), *seen.environ().values()])
    finally:
        child.kill()
        child.communicate()
    for secret in (PHRASE, master.hex(), repr(master)):
        assert secret not in around
    assert not [
        path for path in node.folder.parent.rglob("*") if path.is_file() and master in path.read_bytes()
    ]


def test_what_was_handed_on_opens_no_other_node(node: NodeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    lock.close(node.keys, lock.by_passphrase(PHRASE))
    _file(node.unlock_file, PHRASE)
    keys.remember(node)
    node.unlock_file.unlink()
    with keys.handed_on(node) as (more, _handles):
        monkeypatch.setenv(keys.HANDLE, more[keys.HANDLE].replace("solo", "other"))
        keys._known.clear()
        with pytest.raises(FolderLocked):
            keys.open_ring(node)


def test_a_person_at_a_terminal_locks_and_opens_by_passphrase(node: NodeConfig) -> None:
    code, shown = _typed(["keys", "lock"], PHRASE, PHRASE)
    assert (code, PHRASE in shown) == (0, False), shown
    assert "open with the passphrase" in shown
    assert lock.kind_of(node.keys) == "passphrase"
    # The folder opens, and as nothing has a share typed in, the drill stops at the shares.
    code, shown = _typed(["keys", "shares"], "a wrong one of four words", PHRASE)
    assert code == 0, shown
    assert shown.count("This does not open the key folder.") == 1
    assert "PART 3 OF 3" in shown
    assert PHRASE not in shown


def test_wrong_passphrases_are_refused_in_one_line_and_the_folder_stays_shut(node: NodeConfig) -> None:
    lock.close(node.keys, lock.by_passphrase(PHRASE))
    code, shown = _typed(["keys", "shares"], *["a wrong one of four words"] * 3)
    assert code == 1
    assert "Traceback" not in shown
    assert "PART" not in shown
    assert shown.strip().endswith("shelterbelt: This does not open the key folder.")
    without = run("keys", "shares")
    assert without.returncode == 1
    assert without.stdout == ""
    assert without.stderr.startswith("shelterbelt: The key folder of node solo is locked")
    assert without.stderr.count("\n") == 1


def test_two_different_new_passphrases_change_nothing(node: NodeConfig) -> None:
    code, shown = _typed(["keys", "lock"], PHRASE, PHRASE + "s")
    assert code == 1
    assert "nothing was changed" in shown
    assert lock.kind_of(node.keys) is None
    code, shown = _typed(["keys", "lock"], "too short", "too short")
    assert "at least 15 characters" in shown
    assert lock.kind_of(node.keys) is None


def test_keys_are_locked_by_a_file_that_is_made_and_never_written_over(
    node: NodeConfig, tmp_path: Path
) -> None:
    medium = tmp_path / "medium" / "solo.key"
    said = run("keys", "lock", "--key-file", str(medium))
    assert said.returncode == 0, said
    assert medium.stat().st_mode & 0o777 == 0o600
    made = medium.read_text()
    assert run("keys", "shares", **{keys.FILE: str(medium)}).returncode == 0
    again = run("keys", "lock", "--key-file", str(medium), **{keys.FILE: str(medium)})
    assert again.returncode == 0, again
    assert medium.read_text() == made
    letter = _file(tmp_path / "letter", "a letter of some length\n")
    refused = run("keys", "lock", "--key-file", str(letter), **{keys.FILE: str(medium)})
    assert "is not a key file" in refused.stderr
    assert letter.read_text() == "a letter of some length\n"
    beside = run("keys", "lock", "--key-file", str(node.keys / "here"), **{keys.FILE: str(medium)})
    assert "beside the keys" in beside.stderr
    assert not (node.keys / "here").exists()


def test_keys_are_not_locked_under_a_node_that_runs(node: NodeConfig, tmp_path: Path) -> None:
    medium = tmp_path / "medium" / "solo.key"
    with locked(node.folder.parent / "up.lock"):
        refused = run("keys", "lock", "--key-file", str(medium))
        assert refused.returncode == 1 and "Stop shelterbelt up" in refused.stderr
        assert lock.kind_of(node.keys) is None and not medium.exists()
    assert run("keys", "lock", "--key-file", str(medium)).returncode == 0
    with locked(node.folder.parent / "up.lock"):  # it has the master, which stays
        again = run("keys", "lock", "--key-file", str(medium), **{keys.FILE: str(medium)})
        assert again.returncode == 0, again


# Shares


@pytest.fixture
def sheets(node: NodeConfig) -> list[str]:
    """The folder locked, its opener lost, and three sheets on paper."""
    lock.close(node.keys, keys.make_key_file(node.unlock_file))
    said = run("keys", "shares")
    assert said.returncode == 0, said
    node.unlock_file.unlink()
    found = said.stdout.split("\f\n")
    assert len(found) == 3
    return ["\n".join(line for line in sheet.splitlines() if line.strip()[:1].isdigit()) for sheet in found]


def _state(node: NodeConfig) -> dict[str, bytes]:
    return {
        str(path.relative_to(node.keys)): path.read_bytes()
        for path in node.keys.rglob("*")
        if path.is_file() and path.name != keys.DRILL
    }


def test_sheets_are_printed_and_kept_nowhere(node: NodeConfig, sheets: list[str]) -> None:
    words = [sheet.split()[-1] for sheet in sheets]
    assert len(set(words)) > 1
    for path in node.folder.parent.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert not any(" ".join(sheet.split()[1::2][:4]).encode() in text for sheet in sheets)


@pytest.mark.parametrize("pair", [(0, 1), (2, 0), (1, 2)])
def test_any_two_sheets_recover_the_folder_with_a_new_opener(
    node: NodeConfig, sheets: list[str], tmp_path: Path, pair: tuple[int, int]
) -> None:
    medium = tmp_path / "new.key"
    typed = "\n\n".join(sheets[number] for number in pair) + "\n"
    said = run("keys", "recover", "--key-file", str(medium), typed=typed)
    assert said.returncode == 0, said
    Keyring.open(node.keys, lock.by_file(medium.read_text())).check(AGENCY)


def test_a_drill_shows_that_two_sheets_open_the_keys_and_changes_nothing(
    node: NodeConfig, sheets: list[str]
) -> None:
    before = _state(node)
    assert keys.drilled_on(node) is None
    said = run("keys", "drill", typed=f"{sheets[2]}\n\n{sheets[0]}\n")
    assert said.returncode == 0, said
    assert "Nothing was changed" in said.stdout
    assert _state(node) == before
    assert json.loads((node.keys / keys.DRILL).read_text()) == {"drilled_on": now().date().isoformat()}


def test_one_sheet_or_sheets_of_another_node_open_nothing(
    node: NodeConfig, sheets: list[str], tmp_path: Path
) -> None:
    before = _state(node)
    others = shares.split(os.urandom(32))
    wrong = {
        "Two different shares are needed": f"{sheets[0]}\n\n{sheets[0]}\n",
        "do not belong together": f"{sheets[0]}\n\n{others[1]}\n",
        "do not open this node's keys": f"{others[0]}\n\n{others[1]}\n",
        "Share 2 has a mistake": f"{sheets[0]}\n",
    }
    for told, typed in wrong.items():
        for words in (("drill",), ("recover", "--key-file", str(tmp_path / "new.key"))):
            said = run("keys", *words, typed=typed)
            assert said.returncode == 1
            assert told in said.stderr
            assert said.stderr.count("\n") == 1
    assert _state(node) == before
    assert keys.drilled_on(node) is None
    assert not (tmp_path / "new.key").exists()


def test_nothing_typed_comes_back_in_what_a_refusal_says(node: NodeConfig, sheets: list[str]) -> None:
    words = sheets[0].split()[1::2]
    said = run("keys", "drill", typed=" ".join(words[:-1]) + "\n\n" + " ".join(words) + "\n")
    assert said.returncode == 1
    assert not [word for word in words if len(word) > 5 and word in said.stderr + said.stdout]


# Doctor


def _said(node: NodeConfig) -> tuple[bool, str]:
    return doctor._locked(node)


def test_doctor_asks_for_a_lock_for_shares_and_for_an_exercise_twice_a_year(node: NodeConfig) -> None:
    assert _said(node) == (False, "its keys lie open on the disk: run shelterbelt keys lock --node solo")
    lock.close(node.keys, keys.make_key_file(node.unlock_file))
    sound, words = _said(node)
    assert not sound
    assert "never tried" in words
    for days, fits in ((0, True), (179, True), (181, False)):
        day = (now() - timedelta(days=days)).date().isoformat()
        (node.keys / keys.DRILL).write_text(json.dumps({"drilled_on": day}))
        sound, words = _said(node)
        assert (sound, day in words) == (fits, True)
    (node.keys / keys.DRILL).write_text("{")
    assert not _said(node)[0]


def test_doctor_does_not_call_a_locked_folder_damaged(node: NodeConfig) -> None:
    lock.close(node.keys, keys.make_key_file(node.unlock_file))
    node.unlock_file.rename(node.folder / "away")
    sound, words = doctor._keys(node)
    assert sound
    assert "were not looked at" in words
    (node.folder / "away").rename(node.unlock_file)
    assert doctor._keys(node) == (True, "its keys are there and closed to others")


def test_a_demonstration_locks_its_new_folder_and_says_so_once(
    node: NodeConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        keys.lock_demo(node)
    said = capsys.readouterr().out
    assert said == f"solo: its keys are locked, and open with {node.unlock_file}\n"
    assert node.unlock_file.stat().st_mode & 0o777 == 0o600
    assert node.unlock_file.parent.stat().st_mode & 0o077 == 0
    assert not node.unlock_file.is_relative_to(node.folder)
    keys.open_ring(node).check(AGENCY)


def test_locking_uses_the_master_of_before(node: NodeConfig) -> None:
    first = lock.close(node.keys, keys.make_key_file(node.unlock_file))
    ring = keys.remember(node)
    assert ring.master() == first.raw
    with pytest.raises(SealingError), contextlib.suppress(Fault):
        lock.close(node.keys, Unlock("master", first.raw), master=Key(first.raw))
    assert locking.shares.join(shares.split(ring.master())[:2]) == first.raw
