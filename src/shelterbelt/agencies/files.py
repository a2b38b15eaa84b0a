"""Files on the disk, sealed as they come in; a name says only which row they belong to.

Refuses to leave half a file behind: it is whole before anything refers to it, and gone when the act fails.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings

from shelterbelt import sealing
from shelterbelt.agencies.sealed import Blob
from shelterbelt.sealing.streams import Source


def kept(source: Source, which: str, *, key: Blob, agency: UUID, about: UUID) -> tuple[bytes, int]:
    """Seal a file under a wrapped key, bound to a row; its SHA-256 as it came, and its size."""
    with _Written(_path(about, which)) as target:
        return sealing.keyring().seal_file(bytes(key), agency, source, target, about=about)


def chunks(which: str, *, key: Blob, agency: UUID, about: UUID) -> Iterator[bytes]:
    """The file as it came, piece by piece."""
    with _path(about, which).open("rb") as source:
        yield from sealing.keyring().open_file(bytes(key), agency, source, about=about)


def forget(which: str, *, about: UUID) -> None:
    """Take a file off the disk; twice is once."""
    _path(about, which).unlink(missing_ok=True)


def _path(about: UUID, which: str) -> Path:
    return Path(settings.FILES) / f"{about}.{which}"


class _Written:
    """A file that is whole on disk before anything refers to it, and gone when the act fails."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")

    def __enter__(self) -> BinaryIO:
        self.file = open(self.part, "wb", opener=lambda p, f: os.open(p, f, 0o600))
        return self.file

    def __exit__(self, kind: Any, *_rest: Any) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        if kind is None:
            self.part.rename(self.path)
        else:
            self.part.unlink(missing_ok=True)
