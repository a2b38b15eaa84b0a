"""Hands out instruments of the format `assessment`: the rule's shape with its words, limits and sources.

It refuses a file with any fault, and it decides nothing about a case.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shelterbelt.library import added as additions
from shelterbelt.library import files
from shelterbelt.library.faults import examined
from shelterbelt.library.files import LibraryError
from shelterbelt.library.instrument_files import instrument_of
from shelterbelt.rules.sheets import Danger, Detection, Sheet

FORMAT = "assessment"
UNSURE = ("M", "P", "D", "F*")


@dataclass(frozen=True, slots=True)
class Item:
    """One question in words.

    `number` is its place in the published order, `answers` maps codes to words, `high` marks what the source
    ties to death or serious injury, `policing_exposure` what grows with how much somebody is policed.
    """

    id: str
    number: str
    text: str
    help: str
    answers: Mapping[str, str]
    time_frame: str
    group: str
    about: str
    scored: bool
    high: bool
    policing_exposure: bool
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Words:
    """What is shown for a band or a trigger: its name, what it says or why it is there, and the provenance."""

    label: str
    says: str
    source: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that is said or asked before the first question."""

    code: str
    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a study measured. `interval` is of confidence, `range` over studies; None where none was given."""

    sample: str
    measure: str
    outcome: str
    source: str
    tag: str
    n: int | None = None
    value: float | None = None
    interval: tuple[float, float] | None = None
    range: tuple[float, float] | None = None
    follow_up: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """How a later sample's scores differ from those that the norms were made of."""

    sample: str
    period: str
    says: str
    source: str
    tag: str
    n: int | None = None
    mean: float | None = None
    median: float | None = None
    published_mean: float | None = None
    published_median: float | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """Whose words the questions are in, where a pack gives them. Store `digest` with every result."""

    language: str
    official: bool
    statement: str
    digest: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """A published version of an instrument. Store `id`, `version` and `digest` with every result.

    `instrument` is what `rules.scoring` scores or detects with; the rest is words. `court` says whether a
    court may see a result. `added` is True for a file that this installation added. `wording` is None for
    our own words.
    """

    id: str
    version: str
    digest: str
    instrument: Danger | Detection
    title: str
    purpose: str
    unit: str
    asked_of: str
    before: tuple[Prompt, ...]
    administered_by: frozenset[str]
    training_note: str
    court: str
    court_note: str
    ship: str
    official_wording: str
    licence: str
    trademark_note: str
    groups: Mapping[str, str]
    items: tuple[Item, ...]
    work: Mapping[str, str]
    triggers: Mapping[str, Words]
    bands: Mapping[str, Words]
    results: Mapping[str, str]
    missing_note: str
    override_allowed: bool
    override_note: str
    norm_notes: Mapping[str, str]
    drift: tuple[Drift, ...]
    accuracy: tuple[Accuracy, ...]
    accuracy_note: str
    limits: tuple[str, ...]
    careful: tuple[str, ...]
    tags: Mapping[str, str]
    sources: Mapping[str, str]
    added: bool = False
    wording: Wording | None = None

    @property
    def sheet(self) -> Sheet:
        """This property will return the questions and the rule without the words."""
        return self.instrument.sheet

    @property
    def detects(self) -> bool:
        """This property will say whether it detects; then it can never set a level."""
        return isinstance(self.instrument, Detection)


def assessment(id: str, version: str, *, digest: str = "") -> Assessment:
    """This function will return one version of an instrument, the product's or one that was added.

    With `digest` it is the file that a stored result was made with, and no other. Raises LibraryError when
    there is none or it is wrong.
    """
    if not all(part.replace("_", "").isalnum() and part.isascii() for part in (id, version)):
        raise LibraryError("not a name of the library")
    path = f"{id}/{version}.yaml"
    ours = files.HERE / "instruments" / path
    if ours.is_file() and digest in ("", files.digest(f"instruments/{path}")):
        return _product(id, version)
    if digest not in ("", additions.locked().get(path)):
        raise LibraryError(f"{path}: there is no such file of that digest in the library")
    return _added(additions.raw(path), path, id, version)


@cache
def _product(id: str, version: str) -> Assessment:
    path = f"instruments/{id}/{version}.yaml"
    return checked(files.raw(path), path, id, version)


@lru_cache(maxsize=64)
def _added(data: bytes, path: str, id: str, version: str) -> Assessment:
    return checked(data, path, id, version, added=True)


def checked(data: bytes, path: str, id: str, version: str, *, added: bool = False) -> Assessment:
    """This function will return the assessment in these bytes; `path` is only for messages.

    Raises LibraryError with the first fault, or when it is another instrument or version.
    """
    found, faults = examined(data)
    for fault in faults:
        raise LibraryError(f"{path}:{fault.line}: {fault.says}")
    if (found["id"], found["version"]) != (id, version):
        raise LibraryError(f"{path}: it names another id or version")
    return built(found, hashlib.sha256(data).hexdigest(), added=added)


def names(*, only_product: bool = False) -> tuple[tuple[str, str], ...]:
    """This function will return the id and version of every instrument of this format, sorted.

    Those that this installation added are among them unless `only_product`.
    """
    folder = files.HERE / "instruments"
    found = (path.relative_to(files.HERE).as_posix() for path in folder.glob("*/*.yaml"))
    paths = [Path(path) for path in found if files.format_of(path) == FORMAT]
    if not only_product:
        more = (Path(path) for path in additions.locked() if path.count("/") == 1)
        paths += [path for path in more if not path.stem.endswith(".examples")]
    return tuple(sorted({(path.parent.name, path.stem) for path in paths}))


def built(data: dict[str, Any], digest: str, *, added: bool = False) -> Assessment:
    """This function will return the assessment that checked data of a file describe."""
    override = data.get("override", {"allowed": True, "note": ""})
    plain = ("unit", "asked_of", "training_note", "court_note", "official_wording", "trademark_note",
             "accuracy_note")  # fmt: skip
    return Assessment(
        **{name: data[name] for name in ("id", "version", "title", "purpose", "court", "ship", "licence")},
        **{name: data.get(name, "") for name in plain},
        digest=digest,
        instrument=instrument_of(data),
        before=tuple(Prompt(**line) for line in data.get("before", ())),
        administered_by=frozenset(data["administered_by"]),
        groups=MappingProxyType(data.get("groups", {})),
        items=tuple(_item(data, line) for line in data["items"]),
        work=MappingProxyType(data.get("work", {})),
        triggers=MappingProxyType({line["id"]: _trigger(line) for line in data.get("triggers", ())}),
        bands=MappingProxyType({line["id"]: _band(line) for line in data.get("bands", ())}),
        results=MappingProxyType(data.get("results", {})),
        missing_note=data["missing"].get("note", ""),
        override_allowed=override["allowed"],
        override_note=override["note"],
        norm_notes=MappingProxyType({line["id"]: line.get("note", "") for line in data.get("norms", ())}),
        drift=tuple(Drift(**line) for line in data.get("drift", ())),
        accuracy=tuple(_accuracy(line) for line in data["accuracy"]),
        limits=tuple(data["limits"]),
        careful=tuple(data["careful"]),
        tags=MappingProxyType(data["tags"]),
        sources=MappingProxyType(data["sources"]),
        added=added,
    )


def unsure(found: Assessment) -> dict[str, list[str]]:
    """This function will return which parts of an instrument are no plain findings, by letter.

    Parts are those of the file's `tags`, `levels` (which band proposes which), and each norm by its id.
    """
    parts = list(found.tags.items())
    parts += [("levels", band.tag) for band in found.bands.values() if band.tag][:1]
    norms = found.instrument.norms if isinstance(found.instrument, Danger) else ()
    parts += [(f"norm.{norm.id}", norm.tag) for norm in norms]
    letters: dict[str, list[str]] = {}
    for part, tag in parts:
        if tag in UNSURE:
            letters.setdefault(tag, []).append(part)
    return letters


def texts(found: Assessment) -> Iterator[str]:
    """This function will yield every English text of an instrument that people are shown; some stand twice."""
    yield from (found.title, found.purpose, found.unit, found.training_note, found.court_note)
    yield from (found.official_wording, found.licence, found.trademark_note, found.missing_note)
    yield from (found.override_note, found.accuracy_note, *found.limits, *found.careful)
    for lines in (found.groups, found.work, found.results, found.norm_notes, found.sources):
        yield from lines.values()
    for words in (*found.triggers.values(), *found.bands.values()):
        yield from (words.label, words.says)
    yield from asked(found)
    yield from _measured(found)


def asked(found: Assessment) -> Iterator[str]:
    """This function will yield what is said before the questions, the questions, their help and their answers."""
    for prompt in found.before:
        yield from (prompt.text, prompt.help)
    for item in found.items:
        yield from (item.text, item.help, *item.answers.values())


def _measured(found: Assessment) -> Iterator[str]:
    norms = found.instrument.norms if isinstance(found.instrument, Danger) else ()
    for norm in norms:
        yield from (norm.sample, norm.period, norm.outcome, norm.follow_up)
    for drift in found.drift:
        yield from (drift.sample, drift.period, drift.says)
    for study in found.accuracy:
        yield from (study.sample, study.outcome, study.follow_up, study.says)


def _item(data: dict[str, Any], line: dict[str, Any]) -> Item:
    answers = data["answers"][line["answers"]]
    return Item(
        id=line["id"],
        number=line["number"],
        text=line["text"],
        help=line.get("help", ""),
        answers=MappingProxyType({code: one["label"] for code, one in answers.items()}),
        time_frame=line["time_frame"],
        group=line.get("group", ""),
        about=line.get("about", ""),
        scored=line.get("scored", True),
        high=line.get("high", False),
        policing_exposure=line.get("policing_exposure", False),
        source=line.get("source", ""),
        tag=line.get("tag", ""),
    )


def _trigger(line: dict[str, Any]) -> Words:
    return Words(line.get("label", line["id"]), line["why"], line.get("source", ""), line.get("tag", ""))


def _band(line: dict[str, Any]) -> Words:
    return Words(line["label"], line["says"], tag=line.get("level_tag", ""))


def _accuracy(line: dict[str, Any]) -> Accuracy:
    spans: dict[str, Any] = {name: _pair(line.get(name)) for name in ("interval", "range")}
    return Accuracy(**{**line, **spans})


def _pair(found: list[float] | None) -> tuple[float, float] | None:
    return None if found is None else (float(found[0]), float(found[1]))
