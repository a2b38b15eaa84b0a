"""What the key folder holds for one agency: its wrapping key in versions, its index key, its slots.

A new version lies beside the older ones, which go on opening what they wrapped; the newest wraps. Refuses to make
one that is lost.
"""

import os
import re
from pathlib import Path
from uuid import UUID

from shelterbelt.sealing import slots
from shelterbelt.sealing.errors import KeyMissing, SealingError
from shelterbelt.sealing.folder import Folder
from shelterbelt.sealing.primitives import KEY_SIZE, Key

FIRST = 1
WITHOUT_SLOTS = 0  # `holders/AGENCY.key`: from before content keys could be destroyed


def all_of(folder: Folder) -> list[UUID]:
    """Every agency that has a wrapping key in this folder."""
    room = folder.path / "holders"
    return sorted({UUID(path.name[:36]) for path in room.glob("*.key")}) if room.exists() else []


class Holder:
    """One agency's keys in one folder; what other processes add is found without a restart."""

    def __init__(self, folder: Folder, agency_id: UUID) -> None:
        self._folder, self._id = folder, UUID(bytes=agency_id.bytes)
        self._whose = f"agency {self._id}"
        self._room = str(folder.path / "holders")
        self._keys: dict[int, Key] = {}
        self._seen: tuple[int, tuple[int, ...]] = (-1, ())
        self._index_key: bytes | None = None
        self.slots = slots.Slots(folder.path / self._slots_name, self._id)

    def make(self) -> None:
        """The keys of a new holder; refuses when any is there.

        The index key comes first: if it stands alone, the holder key was lost or its making was cut off, and
        a person must look before anything is made anew.
        """
        if self.versions() or self._folder.has(self._index_name) or self._folder.has(self._slots_name):
            raise SealingError(f"There is a key of {self._whose} already; it is not written over.")
        self._folder.write(self._index_name, os.urandom(KEY_SIZE), whose=self._whose)
        slots.make(self._folder.path / self._slots_name, self._id)
        self._folder.write(self._name(FIRST), os.urandom(KEY_SIZE), whose=self._whose)

    def renew(self) -> int:
        """A new version of the wrapping key, which wraps from now on; its number. The first brings the slots."""
        version = self.newest + 1
        if version == FIRST and not self._folder.has(self._slots_name):
            slots.make(self._folder.path / self._slots_name, self._id)
        self._folder.write(self._name(version), os.urandom(KEY_SIZE), whose=self._whose)
        return version

    def retire(self, version: int) -> None:
        """Take an older version out of the folder for good: what it wrapped opens no more."""
        if version >= self.newest:
            raise SealingError("The newest version of a key is in use and stays.")
        self._keys.pop(version, None)
        self._folder.remove(self._name(version))

    def made_at(self, version: int) -> float:
        """When this version was made, by the machine's clock."""
        return os.stat(self._folder.path / self._name(version)).st_mtime

    def complete(self) -> bool:
        """Are all parts in the folder? That they open is not looked at."""
        if not self.versions() or not self._folder.has(self._index_name):
            return False
        return not self.destroys or self._folder.has(self._slots_name)

    def versions(self) -> tuple[int, ...]:
        """Which versions of the wrapping key lie in the folder, oldest first."""
        try:
            changed = os.stat(self._room).st_mtime_ns
        except FileNotFoundError:
            return ()
        if self._seen[0] != changed:
            self._seen = (changed, tuple(sorted(self._on_disk())))
        return self._seen[1]

    def _on_disk(self) -> list[int]:
        form = re.compile(rf"{self._id}(?:\.([1-9][0-9]*))?\.key")
        found = (form.fullmatch(name) for name in os.listdir(self._room))
        return [int(match[1] or WITHOUT_SLOTS) for match in found if match]

    @property
    def newest(self) -> int:
        """The version that wraps; KeyMissing when there is none."""
        if not (there := self.versions()):
            raise KeyMissing(
                f"The key of {self._whose} is not in the key folder. Restore the folder from its backup."
            )
        return there[-1]

    @property
    def destroys(self) -> bool:
        """Does the newest version wrap with slots?"""
        return self.newest != WITHOUT_SLOTS

    def key(self, version: int) -> Key:
        """One version of the wrapping key."""
        if (key := self._keys.get(version)) is None:
            key = self._keys[version] = Key(self._folder.read(self._name(version), whose=self._whose))
        return key

    def index(self) -> bytes:
        """The key of the blind index."""
        if self._index_key is None:
            self._index_key = self._folder.read(self._index_name, whose=self._whose)
        return self._index_key

    def _name(self, version: int) -> str:
        return f"holders/{self._id}.{version}.key" if version else f"holders/{self._id}.key"

    @property
    def check(self) -> Path:
        """Where the value lies that shows whether all of these keys still open."""
        return self._folder.path / "checks" / f"{self._id}.bin"

    @property
    def _index_name(self) -> str:
        return f"indexes/{self._id}.key"

    @property
    def _slots_name(self) -> str:
        return f"slots/{self._id}.bin"
