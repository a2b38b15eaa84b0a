"""The files that this installation added to the library, each locked by its digest on the day it came.

It refuses a file that was never added, and one that is no longer what was added.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError

MANIFEST = "added.yaml"
HEAD = "# SHA-256 of every file that was added. Written by `shelterbelt`; never edited by hand.\n"
INSTRUMENTS = "instruments"


def folder(kind: str = INSTRUMENTS) -> Path | None:
    """This function will return where added files of a kind lie, or None where no installation is named.

    It is the folder of that name in SHELTERBELT_HOME; it need not be there.
    """
    home = os.environ.get("SHELTERBELT_HOME")
    return Path(home) / kind if home else None


def locked(kind: str = INSTRUMENTS) -> Mapping[str, str]:
    """This function will return what was added: path under the folder to SHA-256 in hexadecimal.

    Raises LibraryError when the list itself is wrong.
    """
    place = folder(kind)
    if place is None or not (place / MANIFEST).is_file():
        return {}
    return files.parse((place / MANIFEST).read_bytes(), "added", MANIFEST)


def raw(path: str, kind: str = INSTRUMENTS) -> bytes:
    """This function will return the bytes of an added file.

    Raises LibraryError when it was never added, is gone, or was changed since.
    """
    place, known = folder(kind), locked(kind).get(path)
    if place is None or known is None:
        raise LibraryError(f"{path}: there is no such file in the library")
    if not (place / path).is_file():
        raise LibraryError(f"{path}: it was added and is gone")
    data = (place / path).read_bytes()
    if hashlib.sha256(data).hexdigest() != known:
        raise LibraryError(f"{path}: it was changed after it was added; add it as a new version")
    return data


def keep(new: Mapping[str, bytes], kind: str = INSTRUMENTS) -> None:
    """This function will write new files and lock them; either all are there afterwards or none is locked.

    Raises LibraryError when another file was added under one of the paths, or no installation is named.
    """
    place = folder(kind)
    if place is None:
        raise LibraryError("no installation is named: set SHELTERBELT_HOME")
    before = locked(kind)
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in new.items()}
    for path, digest in digests.items():
        if before.get(path, digest) != digest:
            raise LibraryError(f"{path}: another file was added as this version; give it a new one")
    for path, data in new.items():
        _written(place / path, data)
    after = yaml.safe_dump({**before, **digests}, sort_keys=True, width=200)
    _written(place / MANIFEST, (HEAD + after).encode())


def _written(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.new")
    beside.write_bytes(data)
    beside.replace(place)
