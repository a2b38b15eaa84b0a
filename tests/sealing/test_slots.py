"""A destroyed key is gone for every process and every copy of the database, and takes no other key with it."""

import fcntl
import multiprocessing
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelterbelt.sealing import KeyDestroyed, KeyMissing, Keyring, SealBroken, SealingError, slots
from shelterbelt.sealing.keyring import _key_aad
from shelterbelt.sealing.primitives import Key, encrypt

CONTEXT = multiprocessing.get_context("fork")


@pytest.fixture
def holder(tmp_path: Path) -> tuple[Keyring, UUID]:
    ring, agency = Keyring.create(tmp_path / "keys"), uuid4()
    ring.add_holder(agency)
    return ring, agency


def _file(tmp_path: Path, agency: UUID) -> Path:
    return tmp_path / "keys" / "slots" / f"{agency}.bin"


def _slot(wrapped: bytes) -> int:
    return int.from_bytes(wrapped[1:9], "big")


def _legacy(folder: Path, agency: UUID) -> None:
    """The key folder of a holder as it was before slots."""
    (folder / "holders" / f"{agency}.1.key").rename(folder / "holders" / f"{agency}.key")
    (folder / "slots" / f"{agency}.bin").unlink()


def test_a_destroyed_key_opens_nothing_even_with_a_copy_of_the_database(
    tmp_path: Path, holder: tuple[Keyring, UUID]
) -> None:
    ring, agency = holder
    key = ring.new_key(agency)
    sealed = ring.seal(key, agency, {"note": "kept"}, about=agency)
    ring.destroy(key, agency)
    attempts: tuple[Callable[[Keyring], object], ...] = (
        lambda own: own.open(key, agency, sealed, about=agency),
        lambda own: own.seal(key, agency, {}, about=agency),
        lambda own: own.open_bytes(key, agency, sealed, about=agency),
        lambda own: own.seal_bytes(key, agency, b"", about=agency),
    )
    for own in (ring, Keyring.open(tmp_path / "keys")):
        for attempt in attempts:
            with pytest.raises(KeyDestroyed, match="on purpose"):
                attempt(own)


def test_a_process_that_has_a_key_open_loses_it_when_another_destroys_it(
    tmp_path: Path, holder: tuple[Keyring, UUID]
) -> None:
    serving, agency = holder
    key = serving.new_key(agency)
    sealed = serving.seal(key, agency, {"a": 1}, about=agency)
    assert serving.open(key, agency, sealed, about=agency) == {"a": 1}
    command = CONTEXT.Process(target=Keyring.open(tmp_path / "keys").destroy, args=(key, agency))
    command.start()
    command.join()
    assert command.exitcode == 0
    with pytest.raises(KeyDestroyed):
        serving.open(key, agency, sealed, about=agency)
    assert len(serving._remembered) == 0


def test_nothing_of_a_destroyed_secret_stays_in_the_file(
    tmp_path: Path, holder: tuple[Keyring, UUID]
) -> None:
    ring, agency = holder
    key, kept = ring.new_key(agency), ring.new_key(agency)
    secret, other = (ring._holder(agency).slots.read(_slot(one)) for one in (key, kept))
    ring.destroy(key, agency)
    data = _file(tmp_path, agency).read_bytes()
    assert secret not in data
    assert other in data


def test_destroying_twice_is_destroying_once(holder: tuple[Keyring, UUID]) -> None:
    ring, agency = holder
    key = ring.new_key(agency)
    for _ in range(2):
        ring.destroy(key, agency)
        ring.destroy(key)


def test_the_holder_of_a_key_that_is_to_be_destroyed_is_found(holder: tuple[Keyring, UUID]) -> None:
    ring, agency = holder
    others = [uuid4() for _ in range(3)]
    for other in others:
        ring.add_holder(other)
    keys = {one: ring.new_key(one) for one in (agency, *others)}
    ring.destroy(keys[agency])
    with pytest.raises(KeyDestroyed):
        ring.seal(keys[agency], agency, {}, about=agency)
    for other in others:
        ring.seal(keys[other], other, {}, about=other)
    with pytest.raises(SealBroken):
        ring.destroy(b"\x02" + bytes(70))


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(which=st.sets(st.integers(0, 79)), order=st.randoms(use_true_random=False))
def test_destroying_some_keys_leaves_every_other_readable(
    tmp_path_factory: pytest.TempPathFactory, which: set[int], order: "object"
) -> None:
    ring = Keyring.create(tmp_path_factory.mktemp("node") / "keys")
    agencies = [uuid4(), uuid4()]
    for agency in agencies:
        ring.add_holder(agency)
    made = [(agencies[number % 2], ring.new_key(agencies[number % 2])) for number in range(80)]
    sealed = [ring.seal(key, agency, {"n": n}, about=agency) for n, (agency, key) in enumerate(made)]
    gone = sorted(which)
    order.shuffle(gone)  # type: ignore[attr-defined]
    for number in gone:
        ring.destroy(made[number][1], made[number][0])
    for number, (agency, key) in enumerate(made):
        if number in which:
            with pytest.raises(KeyDestroyed):
                ring.open(key, agency, sealed[number], about=agency)
        else:
            assert ring.open(key, agency, sealed[number], about=agency) == {"n": number}


def test_an_altered_key_destroys_no_other(holder: tuple[Keyring, UUID]) -> None:
    ring, agency = holder
    one, two = ring.new_key(agency), ring.new_key(agency)
    crossed = one[:1] + two[1:9] + one[9:]
    with pytest.raises(SealBroken):
        ring.destroy(crossed, agency)
    for key in (one, two):
        ring.seal(key, agency, {}, about=agency)


def _take(folder: Path, agency: UUID, count: int, results: "multiprocessing.Queue[list[int]]") -> None:
    ring = Keyring.open(folder)
    results.put([_slot(ring.new_key(agency)) for _ in range(count)])


def test_many_processes_and_threads_never_share_a_slot(tmp_path: Path, holder: tuple[Keyring, UUID]) -> None:
    ring, agency = holder
    results: multiprocessing.Queue[list[int]] = CONTEXT.Queue()
    racers = [CONTEXT.Process(target=_take, args=(tmp_path / "keys", agency, 700, results)) for _ in range(4)]
    for racer in racers:
        racer.start()
    with ThreadPoolExecutor(8) as threads:
        own = list(threads.map(lambda _: _slot(ring.new_key(agency)), range(1500)))
    taken = own + [number for _ in racers for number in results.get(timeout=60)]
    for racer in racers:
        racer.join()
    assert len(set(taken)) == len(taken) == 1500 + 4 * 700
    assert 0 not in taken


def test_a_forked_child_never_takes_its_parents_slots(holder: tuple[Keyring, UUID]) -> None:
    ring, agency = holder
    ring.new_key(agency)  # puts a block aside
    results: multiprocessing.Queue[list[int]] = CONTEXT.Queue()
    child = CONTEXT.Process(target=lambda: results.put([_slot(ring.new_key(agency)) for _ in range(40)]))
    child.start()
    of_child = results.get(timeout=30)
    child.join()
    of_parent = [_slot(ring.new_key(agency)) for _ in range(40)]
    assert not set(of_child) & set(of_parent)


def test_a_lost_slots_file_is_said_and_never_made_anew(tmp_path: Path, holder: tuple[Keyring, UUID]) -> None:
    ring, agency = holder
    key = ring.new_key(agency)
    sealed = ring.seal(key, agency, {"a": 1}, about=agency)
    file = _file(tmp_path, agency)
    file.rename(tmp_path / "away")
    for own in (ring, Keyring.open(tmp_path / "keys")):
        assert not own.holds(agency)
        for attempt in (
            lambda own=own: own.open(key, agency, sealed, about=agency),
            lambda own=own: [own.new_key(agency) for _ in range(600)],
            lambda own=own: own.destroy(key, agency),
        ):
            with pytest.raises(KeyMissing, match=str(agency)) as refusal:
                attempt()
            assert str(tmp_path) not in str(refusal.value)
    assert not file.exists()
    (tmp_path / "away").rename(file)
    assert ring.open(key, agency, sealed, about=agency) == {"a": 1}


@pytest.mark.parametrize("harm", ["short", "empty", "another", "hole"])
def test_a_harmed_slots_file_is_said(tmp_path: Path, holder: tuple[Keyring, UUID], harm: str) -> None:
    ring, agency = holder
    key = ring.new_key(agency)
    file, number = _file(tmp_path, agency), _slot(key)
    data = file.read_bytes()
    other = uuid4()
    ring.add_holder(other)
    harmed = {
        "short": data[: number * 32 + 31],
        "empty": b"",
        "another": slots.header(other) + data[32:],
        "hole": data[: number * 32] + bytes(32) + data[(number + 1) * 32 :],
    }[harm]
    file.write_bytes(harmed)
    with pytest.raises(KeyMissing, match=str(agency)):
        Keyring.open(tmp_path / "keys").seal(key, agency, {}, about=agency)
    assert file.read_bytes() == harmed


def test_a_reservation_that_was_cut_off_leaves_a_file_that_works(
    tmp_path: Path, holder: tuple[Keyring, UUID]
) -> None:
    ring, agency = holder
    before = ring.new_key(agency)
    for torn in (1, 17, 31, 40):
        with _file(tmp_path, agency).open("ab") as file:
            file.write(os.urandom(torn))
        fresh = Keyring.open(tmp_path / "keys")
        key = fresh.new_key(agency)
        sealed = fresh.seal(key, agency, {"n": torn}, about=agency)
        assert ring.open(key, agency, sealed, about=agency) == {"n": torn}
        ring.seal(before, agency, {}, about=agency)
        assert len(fresh._holder(agency).slots.read(_slot(key))) == 32


def test_after_an_older_copy_of_the_slots_no_key_destroys_a_younger_one(
    tmp_path: Path, holder: tuple[Keyring, UUID]
) -> None:
    ring, agency = holder
    file = _file(tmp_path, agency)
    for _ in range(15):  # the first block is full
        ring.new_key(agency)
    shutil.copy(file, tmp_path / "older")
    lost = ring.new_key(agency)
    file.write_bytes((tmp_path / "older").read_bytes())
    again = Keyring.open(tmp_path / "keys")
    young = again.new_key(agency)
    assert _slot(young) == _slot(lost)
    with pytest.raises(SealBroken):
        again.destroy(lost, agency)
    again.seal(young, agency, {}, about=agency)


def test_keys_from_before_slots_open_and_say_that_they_cannot_be_destroyed(tmp_path: Path) -> None:
    ring, agency = Keyring.create(tmp_path / "keys"), uuid4()
    ring.add_holder(agency)
    _legacy(tmp_path / "keys", agency)
    raw = Key((tmp_path / "keys" / "holders" / f"{agency}.key").read_bytes())
    older = b"\x01" + bytes(12) + encrypt(raw, bytes(12), bytes(range(32)), _key_aad(agency))
    again = Keyring.open(tmp_path / "keys")
    assert again.holds(agency)
    assert again._content(older, agency).raw == bytes(range(32))
    newer = again.new_key(agency)
    assert newer[:1] == b"\x01"
    again.seal(newer, agency, {}, about=agency)
    with pytest.raises(SealingError, match="keys rotate"):
        again.destroy(newer, agency)


def test_bulk_work_waits_for_the_disk_once_in_512_keys(
    monkeypatch: pytest.MonkeyPatch, holder: tuple[Keyring, UUID]
) -> None:
    ring, agency = holder
    waits: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (waits.append(handle), real(handle))[1])
    for _ in range(15 + 32 + 64 + 128 + 256 + 4 * 512):
        ring.new_key(agency)
    assert len(waits) == 8  # the first block was fetched when the holder was made


def test_a_block_is_set_aside_by_one_process_at_a_time(tmp_path: Path, holder: tuple[Keyring, UUID]) -> None:
    _, agency = holder
    fresh = Keyring.open(tmp_path / "keys")
    size = _file(tmp_path, agency).stat().st_size
    with _file(tmp_path, agency).open("rb") as held, ThreadPoolExecutor(1) as threads:
        fcntl.flock(held, fcntl.LOCK_EX)
        made = threads.submit(fresh.new_key, agency)
        with pytest.raises(TimeoutError):
            made.result(timeout=0.3)
        assert _file(tmp_path, agency).stat().st_size == size
        fcntl.flock(held, fcntl.LOCK_UN)
        assert _slot(made.result(timeout=30)) == size // 32


def test_only_so_many_files_stay_open_however_many_agencies_there_are(tmp_path: Path) -> None:
    files = tmp_path / "slots"
    kept = []
    for _ in range(200):
        agency = uuid4()
        slots.make(files / f"{agency}.bin", agency)
        kept.append((one := slots.Slots(files / f"{agency}.bin", agency), number := one.take()))
        assert len(one.read(number)) == slots.SIZE
    open_files = [
        os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if _still(name)
    ]
    assert sum(str(files) in name for name in open_files) <= 64
    assert all(len(one.read(number)) == slots.SIZE for one, number in kept)


def _still(name: str) -> bool:
    return os.path.islink(f"/proc/self/fd/{name}")
