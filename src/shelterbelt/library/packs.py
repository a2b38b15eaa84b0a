"""Packs: the words of an instrument's questions in one language, where an agency may use them.

A pack changes words and nothing else. What is added is checked first and locked; nothing of the product can be
replaced.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import added, files, shelf
from shelterbelt.library.assessments import Assessment, Item, Wording, assessment, checked, names
from shelterbelt.library.faults import faults_of
from shelterbelt.library.files import LibraryError
from shelterbelt.library.lines import Fault, Lined, lined
from shelterbelt.library.schema_faults import schema_faults, where
from shelterbelt.library.stories import story_faults

FOLDER = "wording"


def in_words(found: Assessment, language: str, *, digest: str = "") -> Assessment:
    """This function will return the instrument in the words of a pack; as it is, where none was added.

    Of several editions the newest counts, or the one of this digest. Raises LibraryError when there is none
    of that digest, or the pack was changed since it was added.
    """
    prefix = f"{FOLDER}/{found.id}/{found.version}.{language}."
    paths = sorted((path for path in added.locked() if path.startswith(prefix)), key=_edition)
    if digest:
        paths = [path for path in paths if added.locked()[path] == digest]
        if not paths:
            raise LibraryError(f"{prefix}: there is no pack of that digest")
    return _worded(found, added.raw(paths[-1]), paths[-1]) if paths else found


def languages(found: Assessment) -> tuple[str, ...]:
    """This function will return the languages in which packs for this instrument were added, sorted."""
    prefix = f"{FOLDER}/{found.id}/{found.version}."
    return tuple(
        sorted(
            {
                path.removeprefix(prefix)[:-5].split(".")[0]
                for path in added.locked()
                if path.startswith(prefix)
            }
        )
    )


def pack_faults(data: bytes) -> tuple[Fault, ...]:
    """This function will return what is wrong with the bytes of a pack, line by line; nothing for a good one."""
    found = lined(data)
    if found.data is None:
        return tuple(found.faults) or (Fault(1, "The file is empty."),)
    wrong = [*found.faults, *schema_faults(found, "pack")]
    return tuple(sorted(set(wrong or _meaning(found))))


def add(data: bytes, stories: bytes | None = None) -> str:
    """This function will add an instrument (with its stories) or a pack, and return its path in the library.

    Raises LibraryError with the first fault, for an id of the product, and for a version that was added with
    other content.
    """
    kind = kind_of(data)
    if kind == "pack":
        _refuse(pack_faults(data))
        pack = lined(data).data
        path = f"{FOLDER}/{pack['instrument']}/{pack['version']}.{pack['language']}.{pack['edition']}.yaml"
        added.keep({path: data})
        return path
    if kind != "assessment":
        raise LibraryError('the file has neither "format: assessment" nor "pack: 1"')
    _refuse(faults_of(data))
    about = lined(data).data
    id, version = about["id"], about["version"]
    if id in product_ids():
        raise LibraryError(
            f'"{id}" is an instrument of the product and cannot be replaced; choose another id'
        )
    path = f"{id}/{version}.yaml"
    found = checked(data, path, id, version, added=True)
    _refuse(story_faults(found, stories) if stories is not None else ())
    new = {path: data} | ({} if stories is None else {f"{id}/{version}.examples.yaml": stories})
    added.keep(new)
    return path


def kind_of(data: bytes) -> str:
    """This function will say what a file is by its first words: assessment, assessment_examples, pack or ""."""
    found = lined(data).data
    if not isinstance(found, dict):
        return ""
    return "pack" if "pack" in found else str(found.get("format", ""))


def product_ids() -> frozenset[str]:
    """This function will return the ids of the instruments that the product brings along."""
    screens = {name.split("/")[0] for name in shelf.names_of("instruments")}
    return frozenset({id for id, _version in names(only_product=True)} | screens)


def _refuse(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        raise LibraryError(f"line {fault.line}: {fault.says}")


def _edition(path: str) -> int:
    return int(path.split(".")[-2])


def _meaning(found: Lined) -> Iterator[Fault]:
    pack = found.data
    try:
        about = assessment(pack["instrument"], pack["version"])
    except LibraryError:
        yield Fault(
            found.line(("instrument",)),
            f'There is no instrument "{pack["instrument"]}" of version "{pack["version"]}".',
        )
        return
    items = {item.id: item for item in about.items}
    codes = {code for item in about.items for code in item.answers}
    for part, known in (("texts", items), ("answers", codes)):
        for key in pack.get(part, {}):
            if key not in known:
                place = where(pack, [part])
                yield Fault(found.line((part, key)), f'{place}: the instrument has no "{key}".')
    missing = [item.id for item in about.items if item.id not in pack["texts"]]
    if missing:
        says = "A pack has the words of every question, so that nothing is mixed. These are missing: "
        yield Fault(found.line(("texts",)), f"{says}{', '.join(missing)}.")


@lru_cache(maxsize=64)
def _pack(data: bytes, path: str) -> dict[str, Any]:
    return files.parse(data, "pack", path)


def _worded(found: Assessment, data: bytes, path: str) -> Assessment:
    pack = _pack(data, path)
    wording = Wording(pack["language"], pack["official"], pack["statement"], hashlib.sha256(data).hexdigest())
    return replace(found, items=tuple(_item(item, pack) for item in found.items), wording=wording)


def _item(item: Item, pack: dict[str, Any]) -> Item:
    words, labels = pack["texts"][item.id], pack.get("answers", {})
    answers = MappingProxyType({code: labels.get(code, label) for code, label in item.answers.items()})
    return replace(item, text=words["text"], help=words.get("help", ""), answers=answers)
