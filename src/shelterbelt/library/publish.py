"""Locks what is published: a version of an instrument or protocol never changes once its digest is written
down.

It refuses to write another digest for the same version; a change needs a new version number.
"""

import sys
from collections.abc import Callable, Mapping

import yaml

from shelterbelt.library import (
    acts,
    assessments,
    calling,
    court,
    covers,
    detained,
    files,
    limits,
    parameters,
    petitions,
    plans,
    quiet,
    rights,
    shelf,
    trails,
    watching,
)

MANIFEST = "published.yaml"
HEAD = (
    "# SHA-256 of every published version. Written by `python -m shelterbelt.library.publish`.\n"
    "# A line is never edited: to change a file, give it a new version, then run that again.\n"
)

Digests = Mapping[str, Mapping[str, str]]


def published() -> Digests:
    """This function will return the locked digests:

    path under library/ to version to SHA-256 in hexadecimal.
    """
    return files.read(MANIFEST, "published")


def on_the_shelf() -> dict[str, tuple[str, str]]:
    """This function will return what the files are now: path to (version, SHA-256 in hexadecimal)."""
    found: dict[str, tuple[str, str]] = {}
    for name in shelf.names_of("protocols"):
        path = f"protocols/{name}.yaml"
        found[path] = (shelf.protocol(*name.split("/")).version, files.digest(path))
    for name in shelf.names_of("retention"):
        path = f"retention/{name}.yaml"
        found[path] = (shelf.retention(*name.split("/")).version, files.digest(path))
    taken = tuple(
        f"{id}/{assessments.assessment(id, version).version}"
        for id, version in assessments.names(only_product=True)
    )
    for name in (*shelf.names_of("instruments"), *taken):
        version = name.split("/")[1]
        for path in (f"instruments/{name}.yaml", f"instruments/{name}.examples.yaml"):
            found[path] = (version, files.digest(path))
    found.update(_of_the_forecast())
    found.update(_of_survivors())
    found.update(_by_version({calling.FOLDER: _of_calling, watching.FOLDER: _of_watching}))
    found.update(_by_version({detained.FOLDER: _of_detained, trails.FOLDER: _of_trails}))
    found.update(_by_version({court.FOLDER: court.version}))
    for folder in ("notices", "telling"):
        for name in shelf.names_of(folder):
            path = f"{folder}/{name}.yaml"
            found[path] = (quiet.version(path), files.digest(path))
    return found


def _of_the_forecast() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for name in shelf.names_of("parameters"):
        id, _, version = name.partition("/")
        found[f"parameters/{name}.yaml"] = (version, parameters.parameters(id, version).parameters.digest)
    for name in shelf.names_of("acts"):
        path = f"acts/{name}.yaml"
        found[path] = (acts.acts(name.split("/")[0]).version, files.digest(path))
    return found


def _of_survivors() -> dict[str, tuple[str, str]]:
    """What survivors read: plans, what to cover of them, what is reported, rights and options."""
    found: dict[str, tuple[str, str]] = {}
    for name in shelf.names_of(plans.FOLDER):
        id, _, version = name.partition("/")
        found[f"{plans.FOLDER}/{name}.yaml"] = (version, plans.plan(id, version).digest)
    said: Mapping[str, Callable[[str], str]] = {
        covers.FOLDER: covers.version,
        limits.FOLDER: limits.version,
        petitions.FOLDER: petitions.version,
        rights.FOLDER: rights.version,
    }
    return found | _by_version(said)


def _by_version(folders: Mapping[str, Callable[[str], str]]) -> dict[str, tuple[str, str]]:
    """What lies in each folder, with what its file says is its version."""
    found: dict[str, tuple[str, str]] = {}
    for folder, version_of in folders.items():
        for name in shelf.names_of(folder):
            path = f"{folder}/{name}.yaml"
            found[path] = (version_of(name), files.digest(path))
    return found


def _of_calling(name: str) -> str:
    return calling.calling(name).version


def _of_watching(name: str) -> str:
    return watching.watching(name).version


def _of_detained(name: str) -> str:
    return detained.detained(name).version


def _of_trails(name: str) -> str:
    return trails.trails(name).version


def differences(now: Mapping[str, tuple[str, str]], locked: Digests) -> tuple[str, ...]:
    """This function will return one line for each file that is not as published, or published and gone.

    Empty when all is well. A new version that is not locked yet is a difference too.
    """
    lines = [f"{path}: published and gone" for path in locked if path not in now]
    for path, (version, digest) in now.items():
        known = locked.get(path, {})
        if version not in known:
            lines.append(f"{path}: version {version} is not published yet")
        elif known[version] != digest:
            lines.append(
                f"{path}: version {version} was changed after it was published; give it a new version"
            )
    return tuple(sorted(lines))


def with_new(now: Mapping[str, tuple[str, str]], locked: Digests) -> dict[str, dict[str, str]]:
    """This function will return the digests with those of new versions added, and every locked one
    untouched.
    """
    found = {path: dict(versions) for path, versions in locked.items()}
    for path, (version, digest) in now.items():
        found.setdefault(path, {}).setdefault(version, digest)
    return found


def main() -> int:
    """This function will write the digests of new versions, print what is wrong, and return 1 if anything
    is.
    """
    now = on_the_shelf()
    place = files.HERE / MANIFEST
    locked = with_new(now, published() if place.exists() else {})
    place.write_text(HEAD + yaml.safe_dump(locked, sort_keys=True, width=200), encoding="utf-8")
    wrong = differences(now, locked)
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
