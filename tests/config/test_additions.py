"""What an installation added to the library goes into a backup and comes back, and nothing that is here is written over."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shelterbelt.config import additions, archive
from shelterbelt.library import added, packs
from tests.library.files_for_tests import DANGER, DETECTION

AT = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation to which two instruments were added."""
    made = tmp_path / "home"
    made.mkdir()
    monkeypatch.setenv("SHELTERBELT_HOME", str(made))
    for file in (DANGER, DETECTION):
        packs.add(file.encode())
    return made


def saved(home: Path, folder: Path) -> archive.Opened:
    secret, public = archive.new_pair()
    sign = Ed25519PrivateKey.generate()
    with archive.Writing(folder, to=archive.public_of(public), by=sign, at=AT) as made:
        additions.pack(made, home)
        path = made.finish({"sign_key": sign.public_key().public_bytes_raw().hex()})
    return archive.opened(path, archive.private_of(secret))


def node_in(home: Path) -> Any:
    home.mkdir(exist_ok=True)
    return SimpleNamespace(folder=home / "advocates")


def test_all_of_it_comes_back_locked_as_it_was(home: Path, tmp_path: Path) -> None:
    found, other = saved(home, tmp_path / "disk"), tmp_path / "other"
    additions.bring_back(node_in(other), found)
    with additions.at_home(other):
        assert set(added.locked()) == {"small/1.yaml", "small_screen/1.yaml"}
        assert added.raw("small/1.yaml") == DANGER.encode()
    assert list(additions.missing(other)) == []
    assert sorted(path.name for path in other.iterdir()) == ["instruments"]


def test_nothing_that_is_here_is_written_over(home: Path, tmp_path: Path, capsys: Any) -> None:
    found, other = saved(home, tmp_path / "disk"), tmp_path / "other"
    other.mkdir()
    theirs = DANGER.replace("A small one", "Another").encode()
    with additions.at_home(other):
        packs.add(theirs)
    additions.bring_back(node_in(other), found)
    with additions.at_home(other):
        assert added.raw("small/1.yaml") == theirs
        assert added.raw("small_screen/1.yaml") == DETECTION.encode()
    assert "small/1.yaml: another file was added here under this name, and stays" in capsys.readouterr().out


def test_what_was_changed_before_the_backup_is_not_brought_back_as_if_it_were_whole(
    home: Path, tmp_path: Path, capsys: Any
) -> None:
    (home / "instruments" / "small" / "1.yaml").write_text("changed")
    found, other = saved(home, tmp_path / "disk"), tmp_path / "other"
    additions.bring_back(node_in(other), found)
    with additions.at_home(other):
        assert set(added.locked()) == {"small_screen/1.yaml"}
    assert "gone or changed when the backup was made" in capsys.readouterr().out


def test_an_installation_without_any_has_nothing_to_bring(tmp_path: Path) -> None:
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.mkdir()
    additions.bring_back(node_in(other), saved(empty, tmp_path / "disk"))
    assert list(other.iterdir()) == [] and list(additions.missing(empty)) == []


def test_what_is_gone_changed_or_unreadable_is_named(home: Path) -> None:
    (home / "instruments" / "small" / "1.yaml").unlink()
    (home / "instruments" / "small_screen" / "1.yaml").write_text("changed")
    gone, changed = additions.missing(home)
    assert gone == "instruments/small/1.yaml: it was added and is gone"
    assert changed.startswith("instruments/small_screen/1.yaml: it was changed after it was added")
    (home / "instruments" / added.MANIFEST).write_text("no: [list\n")
    (line,) = additions.missing(home)
    assert "cannot be read" in line
