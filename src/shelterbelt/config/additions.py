"""What an installation added to the library (instruments, packs of words, refits): in its backups, and back from them.

It lies beside the nodes and belongs to all of them: what is here already is never written over.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from shelterbelt.config import archive
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.packing import packed, unpack
from shelterbelt.library import added, files
from shelterbelt.library.files import LibraryError

KINDS = ("instruments", "parameters")


def pack(made: archive.Writing, home: Path) -> None:
    """Put every added file into a set that is being written, with the list that locks them."""
    for kind in KINDS:
        with packed(home / kind) as data:
            made.add(kind, data)


def bring_back(node: NodeConfig, found: archive.Opened) -> None:
    """Put the added files of a set where they are missing, and say of each that cannot be."""
    home = node.folder.parent
    for kind in KINDS:
        if kind not in found.parts:
            continue
        draft = home / f".{kind}.restored"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            unpack(draft, found, kind)
            with at_home(home):
                _merge(draft, kind)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _merge(draft: Path, kind: str) -> None:
    listed = draft / added.MANIFEST
    told = files.parse(listed.read_bytes(), "added", added.MANIFEST) if listed.is_file() else {}
    here, new = added.locked(kind), {}
    for path, digest in told.items():
        data = (draft / path).read_bytes() if (draft / path).is_file() else b""
        if hashlib.sha256(data).hexdigest() != digest:
            print(f"{kind}/{path}: it was gone or changed when the backup was made, and is not put back")
        elif here.get(path, digest) != digest:
            print(f"{kind}/{path}: another file was added here under this name, and stays")
        else:
            new[path] = data
    if new:
        added.keep(new, kind)


def missing(home: Path) -> Iterator[str]:
    """What was added to this installation and is gone or changed, in plain words."""
    with at_home(home):
        for kind in KINDS:
            yield from _missing(home, kind)


def _missing(home: Path, kind: str) -> Iterator[str]:
    try:
        listed = sorted(added.locked(kind))
    except LibraryError as fault:
        yield f"{home / kind}: the list of what was added cannot be read ({fault})"
        return
    for path in listed:
        try:
            added.raw(path, kind)
        except LibraryError as fault:
            yield f"{kind}/{fault}"


@contextlib.contextmanager
def at_home(home: Path) -> Iterator[None]:
    """The library reads what was added to this installation, and afterwards what it read before."""
    before = os.environ.get("SHELTERBELT_HOME")
    os.environ["SHELTERBELT_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SHELTERBELT_HOME"]
        else:
            os.environ["SHELTERBELT_HOME"] = before
