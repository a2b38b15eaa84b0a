"""A folder's files as one part of a set, and such a part back in its folder: all of it, or none."""

import contextlib
import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from shelterbelt.config import archive
from shelterbelt.config.processes import Fault


@contextlib.contextmanager
def packed(folder: Path, keep: Callable[[Path], bool] = lambda _: True) -> Iterator[IO[bytes]]:
    """A folder's files as one stream, written while it is read; a file that vanishes meanwhile is left out."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as end, tarfile.open(fileobj=end, mode="w|") as tar:
                for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
                    if path.is_file() and not path.name.endswith(".part") and keep(path):
                        _add(tar, path, str(path.relative_to(folder)))
        except BrokenPipeError:
            pass  # whoever read it has given up, and says why
        except OSError as fault:
            failed.append(fault)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    finally:
        thread.join()
    if failed:
        raise failed[0]


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            told = tarfile.TarInfo(name)
            told.size, told.mode = os.fstat(file.fileno()).st_size, 0o600
            tar.addfile(told, file)
    except FileNotFoundError:
        return


def unpack(folder: Path, found: archive.Opened, part: str) -> None:
    """The files beside their place, then in it; a stopped restore leaves none in it."""
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    with tarfile.open(fileobj=cast("IO[bytes]", _Read(found.chunks(part))), mode="r|") as tar:
        for member in tar:
            target = draft / member.name
            if not member.isfile() or not target.resolve().is_relative_to(draft.resolve()):
                raise Fault("The backup holds a file that belongs elsewhere: nothing of it is used.")
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            source = tar.extractfile(member)
            assert source is not None
            with target.open("wb") as file:
                shutil.copyfileobj(source, file)
            target.chmod(0o600)
    for path in draft.iterdir():
        path.rename(folder / path.name)
    draft.rmdir()


class _Read:
    """Chunks as a file that is read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def read(self, size: int) -> bytes:
        """As much as is asked for; less only at the end."""
        parts = [self._left]
        missing = size - len(self._left)
        while missing > 0 and (chunk := next(self._chunks, b"")):
            parts.append(chunk)
            missing -= len(chunk)
        whole = b"".join(parts)
        self._left = whole[size:]
        return whole[:size]
