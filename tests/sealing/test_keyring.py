"""The key folder: made once, kept narrow, never made anew in silence."""

import multiprocessing
import pickle
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shelterbelt import sealing
from shelterbelt.sealing import KeyMissing, Keyring, SealBroken, SealingError
from shelterbelt.sealing.primitives import Key

ROOMS = ("checks", "holders", "indexes", "slots")


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _try_to_add(folder: Path, agency: UUID, results: "multiprocessing.Queue[bool]") -> None:
    try:
        Keyring.open(folder).add_holder(agency)
        results.put(True)
    except SealingError:
        results.put(False)


def test_a_key_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path / "keys")
    ring.add_holder(uuid4())
    folders = [tmp_path / "keys", *(tmp_path / "keys" / room for room in ROOMS)]
    assert {_mode(folder) for folder in folders} == {0o700}
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert sorted(path.parent.name for path in files) == sorted([*ROOMS, "keys", "keys"])
    assert {_mode(path) for path in files} == {0o600}
    assert {path.stat().st_size for path in files if path.suffix == ".key"} == {32}


def test_an_existing_wide_folder_is_narrowed_when_the_identity_is_made(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Keyring.create(tmp_path)
    assert _mode(tmp_path) == 0o700


@pytest.mark.parametrize(
    "name", [".", "node.sign", "holders/{agency}.1.key", "indexes/{agency}.key", "slots/{agency}.bin"]
)
def test_keys_others_can_read_are_refused(tmp_path: Path, name: str) -> None:
    agency = uuid4()
    Keyring.create(tmp_path).add_holder(agency)
    path = tmp_path / name.format(agency=agency)
    path.chmod(_mode(path) | 0o040)

    def use_every_key() -> None:
        ring = Keyring.open(tmp_path)
        ring.new_key(agency)
        ring.index_token(agency, "ada")

    with pytest.raises(SealingError, match="Other accounts"):
        use_every_key()


@pytest.mark.parametrize("lost", ["node.sign", "node.seal", None])
def test_an_identity_or_half_of_one_is_never_written_over(tmp_path: Path, lost: str | None) -> None:
    Keyring.create(tmp_path)
    if lost:
        (tmp_path / lost).unlink()
    before = {path: path.read_bytes() for path in tmp_path.glob("node.*")}
    with pytest.raises(SealingError, match="already"):
        Keyring.create(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.glob("node.*")} == before


@pytest.mark.parametrize(
    "lost", ["holders/{agency}.1.key", "indexes/{agency}.key", "slots/{agency}.bin", None]
)
def test_a_holders_keys_or_half_of_them_are_never_written_over(tmp_path: Path, lost: str | None) -> None:
    ring, agency = Keyring.create(tmp_path), uuid4()
    ring.add_holder(agency)
    assert ring.holds(agency)
    if lost:
        (tmp_path / lost.format(agency=agency)).unlink()
        assert not ring.holds(agency)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(SealingError, match="already"):
        ring.add_holder(agency)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_of_many_processes_adding_one_holder_exactly_one_succeeds(tmp_path: Path) -> None:
    Keyring.create(tmp_path)
    agency = uuid4()
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[bool] = context.Queue()
    racers = [context.Process(target=_try_to_add, args=(tmp_path, agency, results)) for _ in range(8)]
    for racer in racers:
        racer.start()
    won = [results.get(timeout=30) for _ in racers]
    for racer in racers:
        racer.join()
    assert sorted(won) == [False] * 7 + [True]
    assert Keyring.open(tmp_path).holds(agency)
    assert not list(tmp_path.rglob("*.new"))


def test_a_lost_holder_key_says_so_and_is_not_made_anew(tmp_path: Path) -> None:
    ring, agency, row = Keyring.create(tmp_path), uuid4(), uuid4()
    ring.add_holder(agency)
    key = ring.new_key(agency)
    sealed = ring.seal(key, agency, {"note": "kept"}, about=row)
    path = tmp_path / "holders" / f"{agency}.1.key"
    path.rename(tmp_path / "away")
    again = Keyring.open(tmp_path)
    attempts = (
        lambda: again.open(key, agency, sealed, about=row),
        lambda: again.seal(key, agency, {}, about=row),
        lambda: again.new_key(agency),
    )
    for attempt in attempts:
        with pytest.raises(KeyMissing, match=str(agency)) as refusal:
            attempt()
        assert str(tmp_path) not in str(refusal.value)
    assert not path.exists()
    (tmp_path / "away").rename(path)
    assert again.open(key, agency, sealed, about=row) == {"note": "kept"}


def test_a_lost_index_key_says_so(tmp_path: Path) -> None:
    ring, agency = Keyring.create(tmp_path), uuid4()
    ring.add_holder(agency)
    (tmp_path / "indexes" / f"{agency}.key").unlink()
    with pytest.raises(KeyMissing, match=str(agency)):
        Keyring.open(tmp_path).index_token(agency, "ada")


@pytest.mark.parametrize("name", ["node.sign", "node.seal", "holders/{agency}.1.key"])
def test_a_damaged_key_file_says_so(tmp_path: Path, name: str) -> None:
    agency = uuid4()
    Keyring.create(tmp_path).add_holder(agency)
    path = tmp_path / name.format(agency=agency)
    path.write_bytes(path.read_bytes()[:31])
    with pytest.raises(KeyMissing, match="damaged"):
        Keyring.open(tmp_path).new_key(agency)


def test_a_folder_without_an_identity_does_not_open(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(KeyMissing, match="this node"):
            Keyring.open(folder)
    assert list(tmp_path.iterdir()) == []


def test_another_holder_key_in_the_lost_ones_place_opens_nothing(tmp_path: Path) -> None:
    ring, agency, other = Keyring.create(tmp_path), uuid4(), uuid4()
    ring.add_holder(agency)
    ring.add_holder(other)
    key = ring.new_key(agency)
    shutil.copy(tmp_path / "holders" / f"{other}.1.key", tmp_path / "holders" / f"{agency}.1.key")
    with pytest.raises(SealBroken):
        Keyring.open(tmp_path).seal(key, agency, {}, about=uuid4())


def test_holders_who_were_given_one_key_by_mistake_still_do_not_open_each_other(tmp_path: Path) -> None:
    ring, agency, other = Keyring.create(tmp_path), uuid4(), uuid4()
    ring.add_holder(agency)
    ring.add_holder(other)
    shutil.copy(tmp_path / "holders" / f"{agency}.1.key", tmp_path / "holders" / f"{other}.1.key")
    key = ring.new_key(agency)
    ring.new_key(other)
    one, two = (tmp_path / "slots" / f"{who}.bin" for who in (agency, other))
    two.write_bytes(two.read_bytes()[:32] + one.read_bytes()[32:])  # and the same slots, too
    with pytest.raises(SealBroken):
        ring.seal(key, other, {}, about=uuid4())


def test_losing_one_holder_key_leaves_the_other_holders_readable(tmp_path: Path) -> None:
    ring, lost, kept, row = Keyring.create(tmp_path), uuid4(), uuid4(), uuid4()
    for agency in (lost, kept):
        ring.add_holder(agency)
    key = ring.new_key(kept)
    sealed = ring.seal(key, kept, {"a": 1}, about=row)
    (tmp_path / "holders" / f"{lost}.1.key").unlink()
    assert Keyring.open(tmp_path).open(key, kept, sealed, about=row) == {"a": 1}


def test_a_holder_added_by_another_process_is_found_without_a_restart(tmp_path: Path) -> None:
    serving, command, agency = Keyring.create(tmp_path), Keyring.open(tmp_path), uuid4()
    with pytest.raises(KeyMissing):
        serving.new_key(agency)
    command.add_holder(agency)
    key = serving.new_key(agency)
    sealed = serving.seal(key, agency, {"a": 1}, about=agency)
    assert command.open(key, agency, sealed, about=agency) == {"a": 1}


def test_threads_share_a_keyring(ring: Keyring, agency: UUID, key: bytes) -> None:
    def pass_through(number: int) -> bool:
        about = uuid4()
        sealed = ring.seal(key, agency, {"n": number}, about=about)
        return ring.open(key, agency, sealed, about=about) == {"n": number}

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(pass_through, range(4000)))


def test_an_agency_id_that_is_not_a_uuid_reaches_no_file(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path)
    with pytest.raises(AttributeError):
        ring.add_holder("../../elsewhere")  # type: ignore[arg-type]
    assert list(tmp_path.rglob("*.key")) == []


def test_keys_do_not_show_themselves_or_leave_the_process(tmp_path: Path) -> None:
    ring, agency = Keyring.create(tmp_path), uuid4()
    ring.add_holder(agency)
    ring.new_key(agency)
    holder = (tmp_path / "holders" / f"{agency}.1.key").read_bytes()
    shown = f"{ring!r} {ring!s} {ring.node_keys()!r} {Key(holder)!r} {ring._holders!r} {ring._remembered!r}"
    shown += repr(ring._holder(agency)._keys)
    assert holder.hex() not in shown
    assert repr(holder) not in shown
    assert str(tmp_path) not in shown
    for secret in (ring, Key(holder)):
        with pytest.raises(SealingError, match="does not leave"):
            pickle.dumps(secret)


def test_the_cache_of_content_keys_is_bounded(tmp_path: Path) -> None:
    ring, agency = Keyring.create(tmp_path), uuid4()
    ring.add_holder(agency)
    for _ in range(4200):
        ring.seal(ring.new_key(agency), agency, {}, about=agency)
    assert len(ring._remembered) == 4096


def test_index_tokens_agree_within_an_agency_and_never_across(tmp_path: Path) -> None:
    ring, one, two = Keyring.create(tmp_path), uuid4(), uuid4()
    for agency in (one, two):
        ring.add_holder(agency)
    token = ring.index_token(one, "ada example")
    assert len(token) == 16
    assert Keyring.open(tmp_path).index_token(one, "ada example") == token
    assert ring.index_token(one, "ada exampl") != token
    assert ring.index_token(two, "ada example") != token
    with pytest.raises(SealingError, match="half a character"):
        ring.index_token(one, "a\ud800")


@pytest.fixture
def unused() -> Iterator[None]:
    """No keyring is in use; afterwards it is the one that other tests of this process work with."""
    before = sealing._in_use
    sealing.use(None)
    yield
    sealing.use(before)


def test_nothing_seals_before_a_keyring_is_in_use(tmp_path: Path, unused: None) -> None:
    with pytest.raises(SealingError, match="No key folder is in use"):
        sealing.keyring()
    ring = Keyring.create(tmp_path)
    sealing.use(ring)
    assert sealing.keyring() is ring
