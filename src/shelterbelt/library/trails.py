"""Hands out how long what devices said is kept. Refuses a brief trail that is longer than the other."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError

FOLDER, USUAL = "trails", "usual"


@dataclass(frozen=True, slots=True)
class Trails:
    """How long a trail is kept after its hour, and how long that of a device of which only the last fix is."""

    name: str
    version: str
    kept: timedelta
    brief: timedelta


@cache
def trails(name: str = USUAL) -> Trails:
    """This function will return how long trails are kept. Raises LibraryError when the file is wrong."""
    path = f"{FOLDER}/{name}.yaml"
    data = files.read(path, FOLDER)
    if data["name"] != name:
        raise LibraryError(f"{path}: it names another one")
    if data["brief_hours"] > data["hours"]:
        raise LibraryError(f"{path}: what is brief is kept longer")
    return Trails(name, data["version"], timedelta(hours=data["hours"]), timedelta(hours=data["brief_hours"]))
