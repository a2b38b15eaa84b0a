"""A wrapping key is turned while people read and write, and the one of before goes only when nothing is under it."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import BinaryField

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.access.walls import lift, raise_wall
from shelterbelt.agencies.enrol import enrol_agency
from shelterbelt.agencies.sealed import destroy, opened
from shelterbelt.config import keys as opening
from shelterbelt.config import nodes, rotation
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.postgres import as_role
from shelterbelt.people.actions import record_person
from shelterbelt.people.models import Person
from shelterbelt.sealing import KeyDestroyed, KeyMissing, Keyring
from shelterbelt.sealing.keyring import version_of
from shelterbelt.store.asker import as_agency
from tests.world import AT, Town, this_node

# Columns whose name ends in `key` and that hold no wrapped content key.
NO_CONTENT_KEY = {
    "agencies_node.sign_key": "another node's public key",
    "agencies_node.seal_key": "another node's public key",
    "access_tries.key": "a keyed digest",
    "access_mark.key": "a keyed digest",
}


@pytest.fixture
def here(tmp_path: Path, database: str, postgres: str, keys: Path) -> NodeConfig:
    """This test's database and key folder as a node of a machine."""
    (tmp_path / "nodes.toml").write_text('[[node]]\nname = "solo"\nport = 9000\n')
    name = database.split("dbname=")[-1].split()[0] if "dbname=" in database else database.rsplit("/", 1)[-1]
    node = replace(
        nodes.read_nodes(tmp_path)[0],
        given_owner_url=as_role(postgres, database=name.split("?")[0]),
        given_application_url=database,
    )
    node.folder.mkdir()
    node.keys.symlink_to(keys / "keys")
    return node


@pytest.fixture
def other_ring(keys: Path) -> Keyring:
    """The keyring of another process: it shares nothing with the one in use but the folder."""
    return Keyring.open(keys / "keys")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "KEPT", timedelta(0))


def people(agency: UUID, count: int) -> list[UUID]:
    with as_agency(agency, at=AT):
        return [record_person({"name": f"Robin {n}"}, agency=agency, by=None, at=AT).id for n in range(count)]


def stored(agency: UUID) -> dict[UUID, Person]:
    with as_agency(agency, at=AT):
        return {person.id: person for person in Person.objects.filter(agency_id=agency)}


def lines(steps: Iterator[tuple[bool, str]]) -> tuple[bool, str]:
    told = list(steps)
    return all(sound for sound, _line in told), "\n".join(line for _sound, line in told)


def holder_files(keys: Path, agency: UUID) -> list[str]:
    return sorted(path.name for path in (keys / "keys" / "holders").glob(f"{agency}*"))


def test_everything_is_wrapped_anew_and_opens_and_other_agencies_are_left_alone(
    place: Town, here: NodeConfig, other_ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 7)
    ours, theirs = place.advocates.id, place.shelter.id
    made, others = people(ours, 30), people(theirs, 3)
    before = stored(theirs)
    sound, told = lines(rotation.turn(here, other_ring, ours))
    assert sound, told
    assert "keys wrapped anew" in told
    for person in stored(ours).values():
        assert version_of(bytes(person.key)) == 2
        assert opened(person)["name"].startswith("Robin")
    assert set(made) <= set(stored(ours))
    assert {p.id: bytes(p.key) for p in stored(theirs).values()} == {
        p.id: bytes(p.key) for p in before.values()
    }
    assert set(others) == set(before)
    with as_agency(ours, at=AT):
        for worker in Worker.objects.filter(agency_id=ours):
            assert version_of(bytes(worker.key)) == 2


class Crowd:
    """People who read and write in one agency until they are told to stop; what went wrong for them is kept."""

    def __init__(self, agency: UUID) -> None:
        self.agency, self.stop = agency, threading.Event()
        self.faults: list[BaseException] = []
        self.done = {"read": 0, "written": 0}
        self.threads = [threading.Thread(target=self.work, args=(kind,)) for kind in (*self.done, *self.done)]

    def work(self, kind: str) -> None:
        try:
            while not self.stop.is_set():
                if kind == "written":
                    people(self.agency, 2)
                for person in stored(self.agency).values():
                    assert opened(person)["name"].startswith("Robin")
                self.done[kind] += 1
        except BaseException as fault:
            self.faults.append(fault)
        finally:
            connection.close()

    def __enter__(self) -> "Crowd":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()


def test_people_read_and_write_while_a_key_is_turned(
    place: Town, here: NodeConfig, other_ring: Keyring, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 5)
    ours = place.advocates.id
    people(ours, 40)
    with Crowd(ours) as crowd:
        for _ in range(3):
            sound, told = lines(rotation.turn(here, other_ring, ours))
            assert sound, told
    assert not crowd.faults
    assert all(count > 3 for count in crowd.done.values()), crowd.done
    monkeypatch.setattr(rotation, "KEPT", timedelta(0))
    with Crowd(ours) as crowd:
        sound, told = lines(rotation.finish(here, other_ring, ours))
    assert sound, told
    assert not crowd.faults
    assert holder_files(keys, ours) == [f"{ours}.4.key"]
    for person in stored(ours).values():
        assert version_of(bytes(person.key)) == 4
        opened(person)


def test_the_key_of_before_stays_an_hour(
    place: Town, here: NodeConfig, other_ring: Keyring, keys: Path
) -> None:
    ours = place.advocates.id
    lines(rotation.turn(here, other_ring, ours))
    sound, told = lines(rotation.finish(here, other_ring, ours))
    assert sound
    assert "younger than 1 hour" in told
    assert len(holder_files(keys, ours)) == 2


def test_a_row_that_row_level_security_hides_keeps_the_key_of_before(
    place: Town, here: NodeConfig, other_ring: Keyring, keys: Path, at_once: None
) -> None:
    ours = place.advocates.id
    (hidden,) = people(ours, 1)
    with as_agency(ours, at=AT):
        wall = raise_wall(hidden, agency=ours, viewer=ours, basis="survivor_named", reason="", by=None, at=AT)
    assert hidden not in stored(ours)
    lines(rotation.turn(here, other_ring, ours))
    sound, told = lines(rotation.finish(here, other_ring, ours))
    assert not sound
    assert "still in use in people_person" in told
    assert len(holder_files(keys, ours)) == 2
    with as_agency(ours, at=AT):
        lift(wall, by=None, at=AT)
    sound, told = lines(rotation.finish(here, other_ring, ours))
    assert sound, told
    assert len(holder_files(keys, ours)) == 1
    opened(stored(ours)[hidden])


def test_a_key_that_does_not_open_keeps_the_key_of_before(
    place: Town, here: NodeConfig, other_ring: Keyring, keys: Path, at_once: None
) -> None:
    ours = place.advocates.id
    (harmed,) = people(ours, 1)
    good = bytes(stored(ours)[harmed].key)
    with as_agency(ours, at=AT):
        Person.objects.filter(id=harmed).update(key=good[:-1] + bytes([good[-1] ^ 1]))
    lines(rotation.turn(here, other_ring, ours))
    sound, told = lines(rotation.finish(here, other_ring, ours))
    assert not sound
    assert "1 keys do not open" in told
    assert len(holder_files(keys, ours)) == 2
    with as_agency(ours, at=AT):
        Person.objects.filter(id=harmed).update(key=good)
    opened(stored(ours)[harmed])


def test_destroyed_keys_stay_destroyed_and_hold_nothing_up(
    place: Town, here: NodeConfig, other_ring: Keyring, keys: Path, at_once: None
) -> None:
    ours = place.advocates.id
    gone, emptied, kept = people(ours, 3)
    destroy(stored(ours)[gone].key)
    with as_agency(ours, at=AT):
        Person.objects.filter(id=emptied).update(key=b"")
    for step in (rotation.turn, rotation.finish):
        sound, told = lines(step(here, other_ring, ours))
        assert sound, told
    with pytest.raises(KeyDestroyed):
        opened(stored(ours)[gone])
    opened(stored(ours)[kept])
    assert len(holder_files(keys, ours)) == 1


def test_an_old_folder_gets_slots_by_turning_its_keys_and_then_keys_can_be_destroyed(
    place: Town, here: NodeConfig, keys: Path, at_once: None
) -> None:
    ours, folder = place.hospital.id, keys / "keys"
    with as_agency(ours, at=AT):
        Worker.objects.filter(agency_id=ours).update(key=b"")  # what the town wrote lies under slots
    shutil.move(folder / "holders" / f"{ours}.1.key", folder / "holders" / f"{ours}.key")
    (folder / "slots" / f"{ours}.bin").unlink()
    (folder / "checks" / f"{ours}.bin").unlink()
    sealing.use(ring := Keyring.open(folder))
    one, two = people(ours, 2)
    assert bytes(stored(ours)[one].key)[:1] == b"\x01"
    for step in (rotation.turn, rotation.finish):
        sound, told = lines(step(here, ring, ours))
        assert sound, told
    assert holder_files(keys, ours) == [f"{ours}.1.key"]
    destroy(stored(ours)[one].key)
    with pytest.raises(KeyDestroyed):
        opened(stored(ours)[one])
    opened(stored(ours)[two])
    ring.check(ours)


def test_a_copy_of_the_database_from_before_opens_no_more_once_the_key_is_gone(
    place: Town, here: NodeConfig, other_ring: Keyring, at_once: None
) -> None:
    ours = place.advocates.id
    (one,) = people(ours, 1)
    before = stored(ours)[one]
    for step in (rotation.turn, rotation.finish):
        lines(step(here, other_ring, ours))
    with pytest.raises(KeyMissing, match=str(ours)):
        Keyring.open(here.keys).open(bytes(before.key), ours, bytes(before.sealed), about=one)


def test_every_table_with_a_wrapped_key_is_turned() -> None:
    turned, known = set(rotation.tables()), set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, BinaryField) and field.column.endswith("key"):
                known.add(f"{model._meta.db_table}.{field.column}")
    assert {f"{table}.key" for table in turned} == known - NO_CONTENT_KEY.keys()
    assert {"people_person", "cases_case", "access_worker"} <= turned


# What is lost is said


@pytest.mark.parametrize("part", ["holders/{}.1.key", "indexes/{}.key", "slots/{}.bin", "checks/{}.bin"])
@pytest.mark.parametrize("harm", ["gone", "another"])
def test_an_agencys_lost_or_exchanged_key_is_said_by_its_name_alone(
    place: Town, here: NodeConfig, keys: Path, part: str, harm: str
) -> None:
    path, other = (keys / "keys" / part.format(agency.id) for agency in (place.shelter, place.police))
    kept = path.read_bytes()
    before = _lost(here)
    assert not any(place.shelter.name in line for line in before)
    path.unlink() if harm == "gone" else path.write_bytes(other.read_bytes())
    try:
        found = set(_lost(here)) - set(before)
    finally:
        path.write_bytes(kept)
        path.chmod(0o600)
    assert len(found) == 1
    (line,) = found
    assert place.shelter.name in line
    assert place.police.name not in line
    assert str(place.shelter.id) not in line


def _lost(here: NodeConfig) -> list[str]:
    return list(opening.lost(here, Keyring.open(here.keys)))


def test_a_node_with_another_nodes_keys_does_not_work(place: Town, here: NodeConfig, tmp_path: Path) -> None:
    this_node()
    opening.refuse_lost(here)
    elsewhere = Keyring.create(tmp_path / "elsewhere")
    assert not opening.is_own(here, elsewhere)
    here.keys.unlink()
    here.keys.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyMissing, match="another node's"):
        opening.refuse_lost(here)


def test_an_agencys_lost_keys_are_said_at_the_start_and_the_others_work(
    place: Town, here: NodeConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here.keys / "holders" / f"{place.shelter.id}.1.key"
    kept = path.read_bytes()
    path.unlink()
    try:
        opening.refuse_lost(here)
    finally:
        path.write_bytes(kept)
        path.chmod(0o600)
    said = capsys.readouterr().err
    assert f"solo: The keys of {place.shelter.name} are lost or damaged" in said
    assert place.police.name not in said


def test_enrolling_an_agency_again_never_makes_its_lost_keys_anew(place: Town, here: NodeConfig) -> None:
    node, told = this_node(), {"kind": "court", "protocol": "", "time_zone": "UTC", "fictional": True}
    # A court has no portal: no test that comes later in this database asks for the keys that go here.
    name = f"Court {uuid4()}"
    made = enrol_agency(node, name=name, **told)
    enrol_agency(node, name=name, **told)
    for part in (f"holders/{made.id}.1.key", f"indexes/{made.id}.key", f"slots/{made.id}.bin"):
        (here.keys / part).unlink()
    sealing.use(Keyring.open(here.keys))
    with pytest.raises(KeyMissing, match=name):
        enrol_agency(node, name=name, **told)
    assert not list(here.keys.rglob(f"{made.id}*.key"))
