"""A refit is kept whole and locked beside what was published, and never instead of it."""

from datetime import date
from pathlib import Path

import pytest

from shelterbelt.library import added, files, refits
from shelterbelt.library.files import LibraryError
from shelterbelt.library.parameters import parameters, versions
from shelterbelt.measures.exposure import exposure
from shelterbelt.measures.refit import Refit, refit, refitted
from shelterbelt.rules.draws import draws
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.reasons import Reason
from shelterbelt.scenarios.lives import EVERYTHING, lives

PUBLISHED = parameters()
NUMBERS = PUBLISHED.parameters
DAYS = {"first": date(2024, 1, 1), "last": date(2024, 12, 30)}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path))
    return tmp_path


def taught(seed: int = 1, **more) -> Refit:
    some = [life.recorded for life in lives(NUMBERS, seed, 220, reporting=EVERYTHING)]
    return refit(NUMBERS, exposure(NUMBERS, some), **more)


@pytest.fixture(scope="module")
def found() -> Refit:
    return taught()


def test_a_refit_becomes_the_next_local_version_and_the_published_one_stays_the_default(found: Refit) -> None:
    new = refits.keep(PUBLISHED, found, **DAYS)
    assert (new.local, new.parameters.version) == (True, "1+local.1")
    assert parameters("retaliation", "1+local.1") == new
    assert refits.versions("retaliation") == ("1+local.1",)
    assert parameters() == PUBLISHED
    assert parameters().parameters.digest == NUMBERS.digest != new.parameters.digest
    assert "1+local.1" not in versions()


def test_the_file_holds_what_was_learned_to_four_digits(found: Refit) -> None:
    new = refits.keep(PUBLISHED, found, **DAYS).parameters
    true = refitted(NUMBERS, found, version="1+local.1")
    for process in Process:
        assert new.baseline[process].p_180d == pytest.approx(true.baseline[process].p_180d, rel=1e-3)
        for name, kind in true.events.items():
            assert new.events[name].A[process] == pytest.approx(kind.A[process], rel=1e-3)
        for name, state in true.states.items():
            assert new.states[name].R[process] == pytest.approx(state.R[process], rel=1e-3)
    for name, kind in true.events.items():
        assert new.events[name].sd == pytest.approx(kind.sd, rel=1e-3)
    assert pytest.approx(true.repeat.R, rel=1e-3) == new.repeat.R


def test_what_was_learned_says_so_and_from_what(found: Refit) -> None:
    new = refits.keep(PUBLISHED, found, **DAYS)
    learned = {one.code for one in found.learned if one.counts}
    assert "event.separation" in learned
    for code, word in new.words.items():
        if code in learned:
            assert word.tag.split("/")[0] == "D"
            assert word.source == "local"
            assert "published" in word.tag_note
        elif code in PUBLISHED.words:
            assert word == PUBLISHED.words[code]
    note = next(note for note in new.notes if note.id == "local")
    assert set(note.about) == learned
    assert "220 cases" in note.text
    assert "stop reporting" in note.text


def test_the_same_refit_is_kept_once_and_another_one_beside_it(found: Refit) -> None:
    first = refits.keep(PUBLISHED, found, **DAYS)
    assert refits.keep(PUBLISHED, found, **DAYS) == first
    other = refits.keep(PUBLISHED, taught(2), **DAYS)
    assert other.parameters.version == "1+local.2"
    assert parameters("retaliation", "1+local.1") == first
    assert refits.versions("retaliation") == ("1+local.1", "1+local.2")


def test_a_kept_refit_that_was_changed_is_refused(found: Refit, home: Path) -> None:
    refits.keep(PUBLISHED, found, **DAYS)
    place = home / "parameters" / "retaliation" / "1+local.1.yaml"
    place.write_bytes(place.read_bytes().replace(b"cap: 3.0", b"cap: 9.0"))
    with pytest.raises(LibraryError, match="it was changed after it was added"):
        parameters("retaliation", "1+local.1")


def test_a_refit_that_was_never_kept_is_refused(home: Path) -> None:
    with pytest.raises(LibraryError, match="there is no such file"):
        parameters("retaliation", "1+local.7")
    place = home / "parameters" / "retaliation" / "1+local.1.yaml"
    place.parent.mkdir(parents=True)
    place.write_bytes(files.raw("parameters/retaliation/1.yaml"))
    with pytest.raises(LibraryError, match="there is no such file"):
        parameters("retaliation", "1+local.1")


def test_a_refit_of_a_refit_is_refused(found: Refit) -> None:
    new = refits.keep(PUBLISHED, found, **DAYS)
    with pytest.raises(LibraryError, match="never from another refit"):
        refits.keep(new, found, **DAYS)


def test_a_refit_that_learned_nothing_is_not_kept(home: Path) -> None:
    nothing = taught(keep=dict.fromkeys(Process, Reason("people_fell_silent")))
    with pytest.raises(LibraryError, match="nothing was learned"):
        refits.keep(PUBLISHED, nothing, **DAYS)
    assert added.locked("parameters") == {}
    assert not (home / "parameters").exists()


def test_a_process_that_stayed_is_told_in_the_file(found: Refit) -> None:
    kept = taught(keep={Process.SEVERE: Reason("too_few_events", "30")})
    new = refits.keep(PUBLISHED, kept, **DAYS).parameters
    assert new.baseline[Process.SEVERE] == NUMBERS.baseline[Process.SEVERE]
    data = files.parse(added.raw("retaliation/1+local.1.yaml", "parameters"), "parameters", "it")
    assert data["learned"]["kept"] == {"severe": "too_few_events"}
    assert data["learned"]["digest"] == NUMBERS.digest
    assert len(data["learned"]["numbers"]) == len(kept.learned)


def test_draws_from_a_refit_are_as_narrow_as_its_errors(found: Refit) -> None:
    """A term that many outcomes settled is drawn closer than an assumed one."""
    new = refits.keep(PUBLISHED, found, **DAYS).parameters

    def spread(numbers) -> float:
        sizes = [one.baseline[Process.CONTACT].rate for one in draws(numbers, 1, 200)]
        return max(sizes) / min(sizes)

    assert spread(new) < spread(NUMBERS) / 3


def test_instruments_and_refits_are_locked_apart(found: Refit, home: Path) -> None:
    refits.keep(PUBLISHED, found, **DAYS)
    assert added.locked() == {}
    assert (home / "parameters" / "added.yaml").is_file()
    assert not (home / "instruments").exists()
