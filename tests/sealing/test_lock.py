"""A locked key folder gives nothing without its passphrase or key file, and what opens it never shows itself."""

import json
import logging
import os
import pickle
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shelterbelt.sealing import FolderLocked, KeyMissing, Keyring, SealingError, WrongUnlock, lock
from shelterbelt.sealing.lock import Unlock
from shelterbelt.sealing.primitives import Key

PHRASE = "marsh lantern ordinary plum"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The stretching at a tenth of its cost, but where it is what is looked at."""
    if "costs" not in request.node.name:
        monkeypatch.setitem(lock._SCRYPT, "n", 2**12)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ring = Keyring.create(tmp_path / "keys")
    ring.add_holder(AGENCY)
    return tmp_path / "keys"


AGENCY = UUID("2f7a3f86-6f3f-4f0e-9d84-2b1f0d1c7a11")
ABOUT = UUID("6d6d1c0e-3f34-4d5b-8a57-95a1c1b5b0aa")


def _ways() -> list[Unlock]:
    return [lock.by_passphrase(PHRASE), lock.by_file(lock.new_key_file())]


@pytest.mark.parametrize("way", [0, 1])
def test_a_locked_folder_opens_with_what_locked_it_and_reads_as_before(folder: Path, way: int) -> None:
    ring = Keyring.open(folder)
    key = ring.new_key(AGENCY)
    sealed = ring.seal(key, AGENCY, {"a": 1}, about=ABOUT)
    token, public = ring.index_token(AGENCY, "ada"), ring.public_keys()
    unlock = _ways()[way]
    lock.close(folder, unlock)
    again = Keyring.open(folder, unlock)
    assert again.open(key, AGENCY, sealed, about=ABOUT) == {"a": 1}
    assert again.index_token(AGENCY, "ada") == token
    assert again.public_keys() == public
    other = uuid4()
    again.add_holder(other)
    again.check(AGENCY)
    again.check(other)
    Keyring.open(folder, unlock).check(other)


def test_no_key_lies_open_in_a_locked_folder(folder: Path) -> None:
    secrets = {path: path.read_bytes() for path in folder.rglob("*") if path.suffix == ".key"}
    secrets |= {path: path.read_bytes() for path in folder.glob("node.*")}
    lock.close(folder, lock.by_passphrase(PHRASE))
    Keyring.open(folder, lock.by_passphrase(PHRASE)).renew(AGENCY)
    Keyring.open(folder, lock.by_passphrase(PHRASE)).renew_seal_key()
    whole = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert len(secrets) == 4
    for secret in secrets.values():
        assert secret not in whole
        assert secret.hex().encode() not in whole
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert {path.stat().st_size for path in folder.rglob("*.key")} == {61}
    assert not list(folder.rglob(".*"))


def test_what_lay_open_is_written_over(folder: Path) -> None:
    path = folder / "node.sign"
    os.link(path, folder.parent / "seen from outside")
    before = path.read_bytes()
    lock.close(folder, lock.by_passphrase(PHRASE))
    assert (folder.parent / "seen from outside").read_bytes() == bytes(len(before))


def test_without_an_unlock_it_says_that_it_is_locked(folder: Path) -> None:
    lock.close(folder, lock.by_passphrase(PHRASE))
    with pytest.raises(FolderLocked, match="opens with its passphrase"):
        Keyring.open(folder)
    lock.close(folder, _ways()[1], master=Key(Keyring.open(folder, lock.by_passphrase(PHRASE)).master()))
    with pytest.raises(FolderLocked, match="opens with its key file"):
        Keyring.open(folder)


def test_every_wrong_unlock_is_refused_in_the_same_words(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lock.close(folder, lock.by_passphrase(PHRASE))
    wrong = [
        lock.by_passphrase(PHRASE + "s"),
        lock.by_passphrase(""),
        lock.by_passphrase("\x00" * 40),
        lock.by_file(lock.new_key_file()),
        Unlock("master", os.urandom(32)),
    ]
    told = set()
    for unlock in wrong:
        with caplog.at_level(logging.DEBUG), pytest.raises(WrongUnlock) as refusal:
            Keyring.open(folder, unlock)
        told.add(str(refusal.value))
        assert refusal.value.__context__ is None
        assert PHRASE not in "".join(traceback.format_exception(refusal.value)) + caplog.text
    assert told == {"This does not open the key folder."}


def test_a_key_that_somebody_slips_into_a_locked_folder_is_not_used(folder: Path) -> None:
    unlock = lock.by_passphrase(PHRASE)
    lock.close(folder, unlock)
    ring = Keyring.open(folder, unlock)
    for name in (f"holders/{AGENCY}.2.key", f"holders/{AGENCY}.1.key"):
        planted = folder / name
        planted.unlink(missing_ok=True)
        planted.write_bytes(bytes(range(32)))
        planted.chmod(0o600)
        with pytest.raises(SealingError, match="lies open in a locked folder"):
            ring.new_key(AGENCY)
        planted.unlink()
    (folder / "node.sign").write_bytes(bytes(range(32)))
    with pytest.raises(SealingError, match="lies open in a locked folder"):
        Keyring.open(folder, unlock)


def test_a_key_file_does_not_pass_for_another(folder: Path) -> None:
    other, unlock = uuid4(), lock.by_passphrase(PHRASE)
    Keyring.open(folder).add_holder(other)
    lock.close(folder, unlock)
    shutil.copy(folder / "holders" / f"{other}.1.key", folder / "holders" / f"{AGENCY}.1.key")
    with pytest.raises(KeyMissing, match=f"agency {AGENCY} is damaged"):
        Keyring.open(folder, unlock).new_key(AGENCY)


@pytest.mark.parametrize("change", ["complete", "kind", "scrypt", "salt", "master", "cut", "version"])
def test_a_changed_lock_opens_nothing(folder: Path, change: str) -> None:
    unlock, path = lock.by_passphrase(PHRASE), folder / "lock.json"
    lock.close(folder, unlock)
    told = json.loads(path.read_text())
    told |= {
        "complete": {"complete": False},
        "kind": {"kind": "file"},
        "scrypt": {"scrypt": {"n": 2**30, "r": 8, "p": 1}},
        "salt": {"salt": "00" * 32},
        "master": {"master": told["master"][:-2] + ("00" if told["master"][-2:] != "00" else "01")},
        "cut": {"nonce": "zz"},
        "version": {"version": 2},
    }[change]
    path.write_text(json.dumps(told))
    with pytest.raises(SealingError):
        Keyring.open(folder, unlock)


def test_the_passphrase_can_be_changed_and_the_one_before_opens_no_more(folder: Path) -> None:
    before, after = lock.by_passphrase(PHRASE), lock.by_passphrase("another one of four words")
    master = lock.close(folder, before)
    lock.close(folder, after, master=Key(Keyring.open(folder, before).master()))
    assert Keyring.open(folder, after).master() == master.raw
    with pytest.raises(WrongUnlock):
        Keyring.open(folder, before)


def test_a_lock_that_was_cut_off_still_opens_and_is_finished_by_locking_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock = lock.by_passphrase(PHRASE)
    public = Keyring.open(folder).public_keys()
    for steps in range(5):
        left = iter(range(steps))
        shut = lock.Folder.shut

        def shut_some(self: lock.Folder, name: str, left: "object" = left, shut: "object" = shut) -> None:
            next(left)  # type: ignore[call-overload]
            shut(self, name)  # type: ignore[operator]

        with monkeypatch.context() as cut:
            cut.setattr(lock.Folder, "shut", shut_some)
            master = Key(Keyring.open(folder, unlock).master()) if steps else None
            if steps < 4:
                with pytest.raises(StopIteration):
                    lock.close(folder, unlock, master=master)
        again = Keyring.open(folder, unlock)
        assert again.public_keys() == public
        again.check(AGENCY)
    lock.close(folder, unlock, master=Key(again.master()))
    assert json.loads((folder / "lock.json").read_text())["complete"] is True
    assert {path.stat().st_size for path in folder.rglob("*.key")} == {61}


def test_a_lost_lock_is_said_and_the_master_still_opens(folder: Path) -> None:
    unlock = lock.by_passphrase(PHRASE)
    master = lock.close(folder, unlock)
    (folder / "lock.json").unlink()
    with pytest.raises(FolderLocked, match="two shares"):
        Keyring.open(folder, unlock)
    again = Keyring.open(folder, Unlock("master", master.raw))
    again.check(AGENCY)
    lock.close(folder, unlock, master=master)
    Keyring.open(folder, unlock).check(AGENCY)


@pytest.mark.parametrize("phrase", ["", "short", "fourteen chars"])
def test_a_short_passphrase_is_refused_before_anything_changes(folder: Path, phrase: str) -> None:
    before = sorted(path.name for path in folder.rglob("*"))
    with pytest.raises(SealingError, match="at least 15"):
        lock.close(folder, lock.by_passphrase(phrase))
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_a_passphrase_opens_however_the_keyboard_composes_it(folder: Path) -> None:
    lock.close(folder, lock.by_passphrase("caf\u00e9 au lait sans sucre"))
    Keyring.open(folder, lock.by_passphrase("cafe\u0301 au lait sans sucre  "))
    with pytest.raises(WrongUnlock):
        lock.by_passphrase("half a \ud800 character")


def test_guessing_a_passphrase_costs_a_tenth_of_a_second_and_more(folder: Path) -> None:
    lock.close(folder, lock.by_passphrase(PHRASE))
    told = json.loads((folder / "lock.json").read_text())["scrypt"]
    assert told == {"n": 2**17, "r": 8, "p": 1}
    began = time.perf_counter()
    Keyring.open(folder, lock.by_passphrase(PHRASE))
    assert time.perf_counter() - began > 0.1


def test_what_opens_a_folder_never_shows_itself_or_leaves_the_process() -> None:
    for unlock in (*_ways(), Unlock("master", b"m" * 32)):
        assert "hidden" in repr(unlock)
        assert unlock.secret.hex() not in repr(unlock) + str(unlock)
        assert repr(unlock.secret) not in f"{[unlock]}"
        with pytest.raises(SealingError, match="does not leave"):
            pickle.dumps(unlock)


def test_a_cut_off_process_never_leaves_a_half_written_lock(folder: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from shelterbelt.sealing import Keyring, lock\n"
        "from shelterbelt.sealing.primitives import Key\n"
        "lock._SCRYPT['n'] = 1024\n"
        f"path, unlock = pathlib.Path({str(folder)!r}), lock.by_passphrase({PHRASE!r})\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    known = Keyring.open(path, unlock) if lock.kind_of(path) else None\n"
        "    lock.close(path, unlock, master=known and Key(known.master()))\n"
    )
    for wait in (0.01, 0.02, 0.05, 0.11):
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(wait)
        child.kill()
        child.wait()
        child.stdout.close()
        ring = Keyring.open(folder, lock.by_passphrase(PHRASE) if lock.kind_of(folder) else None)
        ring.check(AGENCY)
