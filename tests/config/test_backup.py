"""A real node is backed up, lives on, is lost and restored: nothing is readable on the way, and nothing comes back."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shelterbelt.config import archive, backup, restore
from shelterbelt.config.processes import Fault
from shelterbelt.config.standing import RESTORED, may_work, standing
from shelterbelt.store import journal
from tests.apps.test_dump import MARK, hits
from tests.config.machines import Machine
from tests.library.files_for_tests import DANGER


@pytest.fixture(scope="module")
def machine(tables: Path | None) -> Iterator[Machine]:
    """A node that has been written full, backed up, and has lived on since."""
    media = Path(tempfile.mkdtemp(prefix="sb-backup-"))
    media.chmod(0o711)
    home = media / "home"
    made = Machine(home, tables=tables)
    try:
        assert (done := made("migrate")).returncode == 0, done.stderr
        yield made
    finally:
        made.remove()
        shutil.rmtree(media, ignore_errors=True)


@pytest.fixture(scope="module")
def media(machine: Machine) -> Path:
    """Other disks: one for the backup, one for its key."""
    return machine.home.parent


@pytest.fixture(scope="module")
def state(machine: Machine, media: Path) -> Path:
    machine.inside("fill", media / "state.json")
    return media / "state.json"


@pytest.fixture(scope="module")
def key(machine: Machine, media: Path) -> Path:
    done = machine("backup", "keygen", str(media / "stick" / "backup.key"))
    assert done.returncode == 0, done.stderr
    return media / "stick" / "backup.key"


@pytest.fixture(scope="module")
def saved(machine: Machine, media: Path, state: Path, key: Path) -> Path:
    """The backup's folder; what happened afterwards has happened."""
    small = media / "small.yaml"
    small.write_text(DANGER)
    done = machine("instruments", "add", str(small))
    assert done.returncode == 0, done.stderr
    done = machine("backup", str(media / "disk"))
    assert done.returncode == 0, done.stderr
    machine.inside("act", state)
    return media / "disk"


def private(key: Path) -> Any:
    return restore.read_key(key)


# What lies in a backup


def test_nobody_reads_a_word_in_a_backup(state: Path, saved: Path) -> None:
    words = json.loads(state.read_text())["words"]
    assert len(set(words)) >= 200
    files = [path for path in saved.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) > 100_000
    for path in files:
        data = path.read_bytes()
        assert hits(data) == []
        for plain in (b"PGDMP", b"cases_case", b"advocates", b"journal", MARK.encode()):
            assert plain not in data
        assert path.stat().st_mode & 0o077 == 0


def test_names_in_a_backup_say_nothing(saved: Path) -> None:
    (folder,) = saved.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["1", "2", "3", "4", "manifest"]
    assert folder.name.startswith(archive.SET) and "advocates" not in folder.name


def test_an_opened_backup_does_hold_the_database(saved: Path, key: Path) -> None:
    found = archive.opened(saved, private(key))
    assert next(found.chunks(backup.DATABASE)).startswith(b"PGDMP")


def test_nothing_of_a_key_lies_in_it(machine: Machine, saved: Path, key: Path) -> None:
    secrets = [path.read_bytes() for path in machine.node.keys.rglob("*") if path.is_file()]
    data = b"".join(path.read_bytes() for path in saved.rglob("*") if path.is_file())
    opened = archive.opened(saved, private(key))
    plain = b"".join(chunk for part in opened.parts for chunk in opened.chunks(part))
    for secret in secrets:
        assert secret[:32] not in data and secret[:32] not in plain


# What is refused


@pytest.mark.parametrize("part", ["1", "2", "manifest"])
@pytest.mark.parametrize("how", ["a bit", "cut", "gone"])
def test_an_altered_backup_is_refused(saved: Path, key: Path, tmp_path: Path, part: str, how: str) -> None:
    (folder,) = saved.iterdir()
    copy = Path(shutil.copytree(folder, tmp_path / folder.name))
    data = bytearray((copy / part).read_bytes())
    if how == "gone":
        (copy / part).unlink()
    else:
        data[len(data) // 2] ^= 1
        (copy / part).write_bytes(data if how == "a bit" else data[: len(data) // 2])
    with pytest.raises(Fault):
        archive.opened(copy, private(key))


def test_parts_of_two_backups_do_not_mix(machine: Machine, saved: Path, key: Path, tmp_path: Path) -> None:
    (folder,) = saved.iterdir()
    other = backup.make(machine.node, tmp_path / "other")
    (other / "1").write_bytes((folder / "1").read_bytes())
    with pytest.raises(Fault, match="altered"):
        archive.opened(other, private(key))


def test_another_key_opens_nothing(saved: Path) -> None:
    with pytest.raises(Fault, match="does not open"):
        archive.opened(saved, archive.private_of(archive.new_pair()[0]))


def test_another_nodes_backup_is_refused(saved: Path, key: Path) -> None:
    with pytest.raises(Fault, match="another node"):
        archive.opened(saved, private(key), signed_by=bytes(32))


def test_data_and_keys_never_lie_in_one_place(machine: Machine, media: Path, saved: Path) -> None:
    for words, why in (
        (("backup", "keys", str(saved)), "same place"),
        (("backup", "keys", str(machine.home / "copy")), "another disk"),
        (("backup", str(machine.node.folder / "copy")), "another disk"),
        (("backup", "keygen", str(media / "second.key")), "already"),
    ):
        done = machine(*words)
        assert done.returncode == 1 and why in done.stderr, (words, done.stderr)
    done = machine("backup", "keys", str(media / "vault"))
    assert done.returncode == 0, done.stderr
    done = machine("backup", str(media / "vault"))
    assert done.returncode == 1 and "same place" in done.stderr


def test_copying_the_keys_again_leaves_no_older_copy(machine: Machine, media: Path, saved: Path) -> None:
    for _ in range(2):
        assert machine("backup", "keys", str(media / "safe")).returncode == 0
    (copy,) = (media / "safe").iterdir()
    own = {path.name: path.read_bytes() for path in machine.node.keys.rglob("*") if path.is_file()}
    assert {path.name: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == own
    (machine.node.folder / "keys-copied.txt").unlink()


def test_a_full_database_is_not_written_over(machine: Machine, saved: Path, key: Path) -> None:
    done = machine("restore", str(saved), "--key", str(key))
    assert done.returncode == 1 and "not empty" in done.stderr
    may_work(machine.node)


# Crashes and full disks


def test_a_backup_that_is_killed_leaves_no_set(machine: Machine, saved: Path, tmp_path: Path) -> None:
    import resource

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    line = [sys.executable, "-m", "shelterbelt.config.cli", "backup", str(tmp_path / "full")]
    done = subprocess.run(
        line, env=machine.surroundings(), preexec_fn=small, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert not list((tmp_path / "full").glob(f"{archive.SET}*"))
    with pytest.raises(Fault, match="no whole backup"):
        archive.the_set(tmp_path / "full")


def test_a_dump_that_fails_leaves_no_set(
    machine: Machine, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The role that serves pages may not read every row: pg_dump begins, and ends with a fault."""
    monkeypatch.setattr(backup, "reader_url", lambda node: node.application_url)
    with pytest.raises(Fault, match="pg_dump failed"):
        backup.make(machine.node, tmp_path / "none")
    assert not list((tmp_path / "none").iterdir())


# The day it is needed


@pytest.fixture(scope="module")
def restored(machine: Machine, state: Path, saved: Path, key: Path) -> dict[str, Any]:
    """The node was lost and the backup from before the withdrawal and the erasure put back: what is seen at each step."""
    seen: dict[str, Any] = {"lived": machine.inside("look", state)}
    machine.lose()
    shutil.rmtree(machine.home / "instruments")
    node = machine.node
    file = node.journal / journal.NAME
    whole = file.read_bytes()
    refused = {}
    for how, data in {
        "missing": None,
        "cut": whole[:-20],
        "shorter": whole.splitlines(keepends=True)[0],
        "edited": whole.replace(b"release.withdrawn", b"grant.ended______", 1),
    }.items():
        file.unlink(missing_ok=True)
        if data is not None:
            file.write_bytes(data)
        done = machine("restore", str(saved), "--key", str(key))
        refused[how] = (done.returncode, done.stderr)
    file.write_bytes(whole)
    seen["refused"] = refused
    restore.restore(node, saved, private(key))
    seen["standing"] = standing(node)["state"]
    seen["words"] = {word: machine(word) for word in ("serve", "worker")}
    seen["backup"] = machine("backup", str(saved.parent / "early"))
    seen["before"] = machine.inside("look", state)
    seen["replay"] = machine("restore", "--replay")
    seen["after"] = machine.inside("look", state)
    return seen


def test_a_journal_that_is_not_whole_restores_nothing(restored: dict[str, Any]) -> None:
    for how, (code, said) in restored["refused"].items():
        if how == "shorter":
            continue  # the first backup was made when nothing had been noted: the next test
        assert code == 1 and "journal" in said, (how, said)


def test_a_shorter_journal_is_not_enough(machine: Machine, restored: dict[str, Any], tmp_path: Path) -> None:
    made = backup.make(machine.node, tmp_path / "now")
    about = archive.opened(made, private(machine.home.parent / "stick" / "backup.key")).about
    short = tmp_path / "short"
    short.mkdir()
    lines = (machine.node.journal / journal.NAME).read_bytes().splitlines(keepends=True)
    (short / journal.NAME).write_bytes(b"".join(lines[:-1]))
    with pytest.raises(journal.JournalBroken, match="shorter"):
        journal.refuse_shorter(short, journal.Mark(**about["journal"]))


def test_a_restored_node_refuses_to_work_before_the_journal_is_replayed(restored: dict[str, Any]) -> None:
    assert restored["standing"] == RESTORED
    for word, done in restored["words"].items():
        assert done.returncode == 1 and "journal not replayed" in done.stderr, word
    assert restored["backup"].returncode == 1


def test_the_older_backup_with_todays_keys_does_not_open_what_was_erased(restored: dict[str, Any]) -> None:
    """The rows are back; what lay under the destroyed keys is not."""
    assert restored["before"]["case_is_seen"] and restored["before"]["notes"]
    assert restored["before"]["opens"] == [False, False, True]
    assert restored["before"]["grant_lives"] and restored["before"]["account_is_open"]


def test_what_was_withdrawn_erased_and_closed_after_the_backup_is_so_again(restored: dict[str, Any]) -> None:
    assert restored["replay"].returncode == 0, restored["replay"].stderr
    assert restored["after"] == restored["lived"]
    after = restored["after"]
    assert after["withdrawn"] and not after["grant_lives"] and not after["account_is_open"]
    assert not after["case_is_seen"] and after["notes"] == 0
    assert after["other_grant_lives"] and after["opens"][2]


def test_after_the_replay_the_node_may_work_again(machine: Machine, restored: dict[str, Any]) -> None:
    may_work(machine.node)
    assert machine("restore", "--replay").returncode == 1


def test_what_was_added_to_the_library_is_back_and_doctor_says_when_it_is_gone(
    machine: Machine, restored: dict[str, Any]
) -> None:
    file = machine.home / "instruments" / "small" / "1.yaml"
    assert file.read_text() == DANGER
    assert machine("instruments", "show", "small").returncode == 0
    assert "What was added to the library is all here" in machine("doctor").stdout
    with psycopg.connect(backup.reader_url(machine.node)) as connection:
        connection.execute(
            "insert into assessments_assessment (id, ref, agency_id, key, sealed, instrument, version, digest, started_by,"
            " started_at, revision) select gen_random_uuid(), 'a', id, '', '', 'small', '1', %s, id, now(), 0"
            " from agencies_agency limit 1",
            [hashlib.sha256(DANGER.encode()).hexdigest()],
        )
    assert "every instrument is here that its sheets were taken with" in machine("doctor").stdout
    file.unlink()
    said = machine("doctor").stdout
    assert (
        "✗ instruments/small/1.yaml: it was added and is gone: put it back from the backup of a node" in said
    )
    assert "✗ advocates: 1 sheets were taken with small/1, and that file" in said
    file.write_text(DANGER)
    with psycopg.connect(backup.reader_url(machine.node)) as connection:
        connection.execute("delete from assessments_assessment where ref = 'a'")


def test_every_session_ended_with_the_restore(machine: Machine, restored: dict[str, Any]) -> None:
    with psycopg.connect(backup.reader_url(machine.node)) as connection:
        for table in restore.SESSIONS:
            if connection.execute("select to_regclass(%s)", [table]).fetchone() != (None,):
                assert connection.execute(f'select count(*) from "{table}"').fetchone() == (0,)


def test_the_application_owns_nothing_after_a_restore(machine: Machine, restored: dict[str, Any]) -> None:
    from shelterbelt.config.postgres import refuse_strong_role

    refuse_strong_role(machine.node.application_url)


def test_a_restore_that_is_stopped_leaves_a_node_that_does_not_work(
    machine: Machine, restored: dict[str, Any], key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup.make(machine.node, tmp_path / "again")
    machine.lose()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", "files")

    monkeypatch.setattr(restore, "unpack", full)
    with pytest.raises(OSError):
        restore.restore(machine.node, made, private(key))
    assert machine("serve").returncode == 1
    monkeypatch.undo()
    with pytest.raises(Fault, match="not empty"):
        restore.restore(machine.node, made, private(key))
    machine.lose()
    done = machine("restore", str(made), "--key", str(key))
    assert done.returncode == 0, done.stderr
    may_work(machine.node)
