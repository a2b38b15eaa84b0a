"""The journal outside the database: chained, settled, and refused when it is cut, edited or another's."""

import json
import multiprocessing
import resource
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from shelterbelt.store import journal

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
AGENCY = UUID(int=7)


def noted(folder: Path, *kinds: str) -> list[UUID]:
    """Notes one act of each kind; what they are about."""
    about = [uuid4() for _ in kinds]
    with override_settings(JOURNAL=folder):
        for kind, thing in zip(kinds, about, strict=True):
            journal.note(kind, thing, agency=AGENCY, at=AT)
    return about


def many(folder: Path, times: int) -> None:
    """Another process that notes."""
    for _ in range(times):
        journal.append(
            folder, {"kind": "grant.ended", "about": str(uuid4()), "agency": str(AGENCY), "at": ""}
        )


def test_what_is_noted_is_read_back_in_order(tmp_path: Path) -> None:
    about = noted(tmp_path, "release.withdrawn", "erased", "account.closed")
    found = journal.lines(tmp_path)
    assert [line.about for line in found] == about
    assert [line.n for line in found] == [1, 2, 3]
    assert {line.agency for line in found} == {AGENCY} and found[0].at == AT


def test_a_narrowing_says_what_is_left(tmp_path: Path) -> None:
    with override_settings(JOURNAL=tmp_path):
        journal.note("release.narrowed", uuid4(), agency=AGENCY, at=AT, left={"categories": ["level"]})
    assert journal.lines(tmp_path)[0].left == {"categories": ["level"]}


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    with override_settings(JOURNAL=None):
        journal.note("erased", uuid4(), agency=AGENCY, at=AT)
    assert not list(tmp_path.iterdir())


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="knows no kind"):
        noted(tmp_path, "release.widened")


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    noted(tmp_path / "own", "erased")
    assert (tmp_path / "own").stat().st_mode & 0o077 == 0
    assert (tmp_path / "own" / journal.NAME).stat().st_mode & 0o077 == 0


def test_processes_that_note_at_once_lose_no_line(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    going = [fork.Process(target=many, args=(tmp_path, 40)) for _ in range(4)]
    for process in going:
        process.start()
    for process in going:
        process.join()
    assert journal.mark(tmp_path).length == 160


def edited(line: bytes) -> bytes:
    """The same line about something else."""
    entry = json.loads(line) | {"about": str(uuid4())}
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n"


DAMAGE: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "edited": lambda all_: [*all_[:2], edited(all_[2]), *all_[3:]],
    "a line taken out": lambda all_: [*all_[:2], *all_[3:]],
    "swapped": lambda all_: [*all_[:2], all_[3], all_[2], *all_[4:]],
    "doubled": lambda all_: [*all_[:2], all_[2], *all_[2:]],
    "cut within a line": lambda all_: [*all_[:-1], all_[-1][:-9]],
    "begun later": lambda all_: all_[1:],
    "written otherwise": lambda all_: [*all_[:2], all_[2].replace(b",", b", ", 1), *all_[3:]],
    "no text": lambda all_: [*all_[:2], b"\xff\n", *all_[3:]],
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_journal_is_refused(tmp_path: Path, how: str) -> None:
    noted(tmp_path, "erased", "grant.ended", "erased", "erased")
    path = tmp_path / journal.NAME
    path.write_bytes(b"".join(DAMAGE[how](path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(journal.JournalBroken):
        journal.lines(tmp_path)


def test_a_journal_that_lost_its_end_is_shorter_than_its_mark(tmp_path: Path) -> None:
    noted(tmp_path, "erased", "grant.ended")
    then = journal.mark(tmp_path)
    path = tmp_path / journal.NAME
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert len(journal.lines(tmp_path)) == 1
    with pytest.raises(journal.JournalBroken, match="shorter"):
        journal.refuse_shorter(tmp_path, then)


def test_another_journal_is_not_taken_for_this_one(tmp_path: Path) -> None:
    noted(tmp_path / "one", "erased")
    noted(tmp_path / "two", "erased", "erased")
    with pytest.raises(journal.JournalBroken, match="not the one"):
        journal.refuse_shorter(tmp_path / "two", journal.mark(tmp_path / "one"))


def test_a_journal_without_any_act_is_told_from_a_missing_one(tmp_path: Path) -> None:
    journal.begin(tmp_path / "one")
    then = journal.mark(tmp_path / "one")
    assert then.length == 0
    with pytest.raises(journal.JournalBroken, match="missing"):
        journal.refuse_shorter(tmp_path / "two", then)
    journal.begin(tmp_path / "two")
    with pytest.raises(journal.JournalBroken, match="not the one"):
        journal.refuse_shorter(tmp_path / "two", then)


def test_one_that_went_on_is_still_the_same(tmp_path: Path) -> None:
    noted(tmp_path, "erased")
    then = journal.mark(tmp_path)
    noted(tmp_path, "erased", "erased")
    journal.refuse_shorter(tmp_path, then)


def test_half_a_line_that_a_power_cut_left_is_written_over(tmp_path: Path) -> None:
    noted(tmp_path, "erased", "erased")
    with (tmp_path / journal.NAME).open("ab") as file:
        file.write(b'{"about":"0190')
    with pytest.raises(journal.JournalBroken, match="cut"):
        journal.lines(tmp_path)
    noted(tmp_path, "grant.ended")
    assert [line.kind for line in journal.lines(tmp_path)] == ["erased", "erased", "grant.ended"]


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    noted(tmp_path, "erased")
    size = (tmp_path / journal.NAME).stat().st_size
    before, sign = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, before[1]))  # as a disk with room for 20 bytes
    try:
        with pytest.raises(OSError):
            noted(tmp_path, "erased")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, sign)
    assert journal.mark(tmp_path).length == 1
    noted(tmp_path, "erased")
    assert journal.mark(tmp_path).length == 2
