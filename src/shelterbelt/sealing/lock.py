"""The lock of a key folder: one master key seals every other key file, and a passphrase or a key file opens the master.

`lock.json` holds the sealed master and how it is opened, never a secret. Refuses in the same words whatever was wrong,
and refuses a key that lies open in a folder that is locked: nobody may slip one in.
"""

import json
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shelterbelt.sealing import folder as disk
from shelterbelt.sealing.digests import canonical
from shelterbelt.sealing.errors import FolderLocked, SealBroken, SealingError, WrongUnlock
from shelterbelt.sealing.folder import Folder
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, Key, decrypt, derive, encrypt

Kind = Literal["passphrase", "file", "master"]
NAME = "lock.json"
LEAST_PASSPHRASE = 15
_HEAD = "shelterbelt key file 1"
_SCRYPT = {"n": 2**17, "r": 8, "p": 1}
_MOST_SCRYPT = {"n": 2**20, "r": 16, "p": 4}
_PURPOSE = b"shelterbelt.lock\x01"


@dataclass(frozen=True, slots=True, repr=False)
class Unlock:
    """What opens a key folder. It never shows itself and does not leave the process."""

    kind: Kind
    secret: bytes

    def __repr__(self) -> str:
        return f"<Unlock by {self.kind}, hidden>"

    def __reduce__(self) -> NoReturn:
        raise SealingError("What opens a key folder does not leave the process.")


def by_passphrase(text: str) -> Unlock:
    """A passphrase as a person types it: the same letters open, however a keyboard composes them."""
    try:
        return Unlock("passphrase", unicodedata.normalize("NFKC", text).strip().encode("utf-8"))
    except UnicodeEncodeError:
        pass
    raise WrongUnlock


def by_file(text: str) -> Unlock:
    """What a file holds: a key file says so in its first line, any other holds a passphrase."""
    lines = text.strip().splitlines()
    if lines[:1] != [_HEAD]:
        return by_passphrase(lines[0] if len(lines) == 1 else "")
    try:
        return Unlock("file", bytes.fromhex(lines[1]))
    except (IndexError, ValueError):
        pass
    raise WrongUnlock


def new_key_file() -> str:
    """The text of a fresh key file."""
    return f"{_HEAD}\n{os.urandom(KEY_SIZE).hex()}\n"


def kind_of(path: Path) -> Literal["passphrase", "file", "lost"] | None:
    """How this folder is opened; None if it is not locked, `lost` if its keys are locked and the lock is gone."""
    if (path / NAME).exists():
        kind: Literal["passphrase", "file"] = _told(path)["kind"]
        return kind
    sign = path / "node.sign"
    return "lost" if sign.exists() and sign.stat().st_size == disk.LOCKED_SIZE else None


def opened(path: Path, unlock: Unlock | None = None) -> Folder:
    """The folder with its keys readable; FolderLocked without an unlock, WrongUnlock with another's."""
    kind = kind_of(path)
    if kind is None:
        return Folder(path)
    if unlock is not None and unlock.kind == "master":
        return _by_master(path, Key(unlock.secret), strict=kind == "lost" or _told(path)["complete"])
    if kind == "lost":
        raise FolderLocked(
            "The keys are locked and lock.json is gone: restore it, or run shelterbelt keys recover with two shares."
        )
    if unlock is None:
        raise FolderLocked(f"The key folder is locked: it opens with its {_word(kind)}.")
    return Folder(path, master=_master(path, unlock), strict=_told(path)["complete"])


def close(path: Path, unlock: Unlock, *, master: Key | None = None) -> Key:
    """Lock every key in the folder, or finish that, or change what opens it; the same master stays.

    The lock comes first and says when it is complete: a cut-off lock opens, and is finished by locking again.
    """
    refuse_weak(unlock)
    master = master or Key(os.urandom(KEY_SIZE))
    _write(path, unlock, master, complete=False)
    inside = Folder(path, master=master)
    for name in inside.names():
        inside.shut(name)
    _write(path, unlock, master, complete=True)
    return master


def refuse_weak(unlock: Unlock) -> None:
    """Refuse a passphrase that is soon guessed, or a key file that is none."""
    if unlock.kind == "passphrase" and len(unlock.secret.decode()) < LEAST_PASSPHRASE:
        raise SealingError(
            f"A passphrase needs at least {LEAST_PASSPHRASE} characters: five or six words do well."
        )
    if unlock.kind == "file" and len(unlock.secret) != KEY_SIZE:
        raise SealingError("This is not a key file.")
    if unlock.kind == "master":
        raise SealingError("A folder is locked with a passphrase or a key file.")


def _by_master(path: Path, master: Key, *, strict: bool) -> Folder:
    inside = Folder(path, master=master, strict=strict)
    if not inside.opens("node.sign"):
        raise WrongUnlock
    return inside


def _master(path: Path, unlock: Unlock) -> Key:
    told = _told(path)
    if unlock.kind != told["kind"]:
        raise WrongUnlock
    try:
        under = _stretched(unlock, told)
        nonce, sealed = bytes.fromhex(told["nonce"]), bytes.fromhex(told["master"])
        return Key(decrypt(under, nonce, sealed, _aad(told)))
    except SealBroken:
        pass
    raise WrongUnlock


def _stretched(unlock: Unlock, told: dict[str, Any]) -> Key:
    salt = bytes.fromhex(told["salt"])
    if told["kind"] == "file":
        return Key(derive(unlock.secret, salt=salt, info=_PURPOSE, size=KEY_SIZE))
    cost = {name: told["scrypt"][name] for name in _SCRYPT}
    if any(not 0 < cost[name] <= _MOST_SCRYPT[name] for name in cost):
        raise SealBroken("The lock of the key folder is damaged.")
    return Key(Scrypt(salt=salt, length=KEY_SIZE, **cost).derive(unlock.secret))


def _write(path: Path, unlock: Unlock, master: Key, *, complete: bool) -> None:
    told: dict[str, Any] = {
        "version": 1,
        "kind": unlock.kind,
        "complete": complete,
        "salt": os.urandom(32).hex(),
        "nonce": os.urandom(NONCE_SIZE).hex(),
    }
    if unlock.kind == "passphrase":
        told["scrypt"] = dict(_SCRYPT)
    sealed = encrypt(_stretched(unlock, told), bytes.fromhex(told["nonce"]), master.raw, _aad(told))
    disk.replace_file(path / NAME, json.dumps(told | {"master": sealed.hex()}, indent=1).encode())


def _aad(told: dict[str, Any]) -> bytes:
    """All that the lock says beside the master: none of it can be changed unseen."""
    return _PURPOSE + canonical({name: value for name, value in told.items() if name != "master"})


def _told(path: Path) -> dict[str, Any]:
    disk.refuse_shared(path / NAME)
    try:
        told: dict[str, Any] = json.loads((path / NAME).read_bytes())
        for name in ("salt", "nonce", "master"):
            bytes.fromhex(told[name])
        sound = told["version"] == 1 and type(told["complete"]) is bool
        if sound and (told["kind"] == "file" or set(told["scrypt"]) == set(_SCRYPT)):
            return told
    except (ValueError, KeyError, TypeError):
        pass
    raise SealingError(
        "The lock of the key folder is damaged: restore lock.json, or run shelterbelt keys recover with two shares."
    )


def _word(kind: str) -> str:
    return "passphrase" if kind == "passphrase" else "key file"
