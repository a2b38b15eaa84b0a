"""Hands out the parameters of the forecast: every number with its tag, its range, its source and its plain words.

It refuses a file that breaks its schema, or whose parts do not fit each other; it decides nothing about a case.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from shelterbelt.library import added, files, shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.draws import RANGE
from shelterbelt.rules.kernels import Baseline, EventKind, Parameters, Process, RatioBand, Repeat, State
from shelterbelt.rules.levels import level_of

RETALIATION = "retaliation"
FOLDER = "parameters"
LOCAL = "+local."  # between the version that a refit began from and its own number

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Word:
    """What a code is called on a page, how sure its number is, and why; `says` explains a band or a line."""

    label: str
    tag: str = ""
    tag_note: str = ""
    source: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What must be said beside a number: shown whenever one of `about` was used."""

    id: str
    about: tuple[str, ...]
    text: str
    tag: str
    source: str


@dataclass(frozen=True, slots=True)
class Published:
    """One version of the parameters as published, with its words. `local`: refitted on an agency's own data."""

    title: str
    local: bool
    parameters: Parameters
    words: Mapping[str, Word]
    notes: tuple[Note, ...]
    sources: Mapping[str, str]

    def notes_about(self, codes: Iterator[str] | tuple[str, ...]) -> tuple[Note, ...]:
        """This function will return the notes that belong beside these codes, in the file's order."""
        used = set(codes)
        return tuple(note for note in self.notes if used & set(note.about))

    def texts(self) -> Iterator[str]:
        """This function will yield every English text that a page may show of it."""
        yield self.title
        for word in self.words.values():
            yield from (word.label, word.tag_note, word.says)
        yield from (note.text for note in self.notes)
        yield from self.sources.values()


def parameters(id: str = RETALIATION, version: str = "") -> Published:
    """This function will return one version of the parameters, the newest of the product when none is named.

    A version such as 1+local.1 is an own refit of this installation. Raises LibraryError when there is none, it
    is wrong, or was changed since it was kept.
    """
    if LOCAL in version:
        path = f"{id}/{version}.yaml"
        return _named(added.raw(path, FOLDER), f"{FOLDER}/{path}", id, version)
    return _of_the_product(id, version)


@cache
def _of_the_product(id: str, version: str) -> Published:
    known = versions(id)
    chosen = version or (known[-1] if known else "")
    if chosen not in known:
        raise LibraryError(f"parameters/{id}: there is no such version")
    path = f"{FOLDER}/{id}/{chosen}.yaml"
    return _named(files.raw(path), path, id, chosen)


def _named(data: bytes, path: str, id: str, version: str) -> Published:
    found = from_bytes(data, path)
    if (found.parameters.id, found.parameters.version) != (id, version):
        raise LibraryError(f"{path}: it names another id or version")
    return found


def versions(id: str = RETALIATION) -> tuple[str, ...]:
    """This function will return the versions of the product, oldest first; own refits are `refits.versions`."""
    found = (name.partition("/") for name in shelf.names_of("parameters"))
    return tuple(sorted((version for name, _, version in found if name == id), key=int))


def from_bytes(data: bytes, path: str) -> Published:
    """This function will return the parameters in a file's bytes; `path` is for messages.

    An agency's own refit is read by this too. Raises LibraryError as `parameters` does.
    """
    found = files.parse(data, "parameters", path)
    wrong = next(_faults(found), None)
    if wrong:
        raise LibraryError(f"{path}: {wrong}")
    words = dict(_words(found))
    return Published(
        title=found["title"],
        local=found["local"],
        parameters=_parameters(found, hashlib.sha256(data).hexdigest(), words),
        words=MappingProxyType(words),
        notes=tuple(Note(**{**note, "about": tuple(note["about"])}) for note in found["notes"]),
        sources=MappingProxyType(found["sources"]),
    )


def _parameters(data: dict[str, Any], digest: str, words: Mapping[str, Word]) -> Parameters:
    shift, bands, proposes = data["shift"], data["bands"], data["proposes"]
    assumed = data["spread"]["assumed_sd"]
    return Parameters(
        id=data["id"],
        version=data["version"],
        digest=digest,
        baseline=_frozen({p: _baseline(data["baseline"][p]) for p in Process}),
        events=_frozen({line["type"]: _event(line, assumed) for line in data["events"]}),
        states=_frozen({line["state"]: _state(line, data["spread"]) for line in data["states"]}),
        repeat=_repeat(data["repeat"], assumed),
        caps=_numbers(data["caps"]),
        shrink=float(shift["shrink"]),
        shrink_sd=max(_sd(shift["shrink_range"]), assumed),
        shift_cap=math.log(shift["most_ratio"]),
        shifts=_frozen(
            {
                level_of(word): _frozen({p: math.log(ratio) for p, ratio in _numbers(line).items()})
                for word, line in shift["ratios"].items()
            }
        ),
        horizons=tuple(float(hours) for hours in data["horizons_hours"]),
        bands=tuple(RatioBand(band["id"], float(band["at_least"])) for band in bands["list"]),
        raised_from=bands["raised_from"],
        level_of_band=_frozen(
            {
                Process(p): _frozen({band: level_of(word) for band, word in levels.items()})
                for p, levels in proposes["levels"].items()
            }
        ),
        level_horizon=float(proposes["horizon_hours"]),
        tags=_frozen({code: word.tag for code, word in words.items() if word.tag}),
    )


def _baseline(line: dict[str, Any]) -> Baseline:
    lo, hi = line["range"]
    return Baseline(float(line["p_180d"]), float(lo), float(hi), line["tag"])


def _event(line: dict[str, Any], assumed: float) -> EventKind:
    lasting = line.get("long_run", {})
    return EventKind(
        type=line["type"],
        A=_numbers(line["A"]),
        tau=float(line["tau"]),
        tau_before=float(line.get("tau_before", 0)),
        resets=line.get("resets", False),
        counts_repeat=line.get("counts_repeat", False),
        long_run=_numbers(lasting.get("R", {})),
        long_run_days=float(lasting.get("days", 365)),
        most=_numbers(line.get("most", {})),
        sd=float(line.get("sd", assumed)),
        long_run_sd=_spread(lasting.get("range", {}), line["tag"], assumed),
        tag=line["tag"],
        source=line["source"],
    )


def _state(line: dict[str, Any], spread: dict[str, Any]) -> State:
    # What people chose themselves looks better than it is: it goes part of the way to no effect.
    kept = spread["selection"] if line.get("selected", False) else 1.0
    return State(
        state=line["state"],
        R=_frozen({process: 1 - kept * (1 - factor) for process, factor in _numbers(line["R"]).items()}),
        protects=line["protects"],
        sd=_spread(line.get("range", {}), line["tag"], spread["assumed_sd"]),
        tag=line["tag"],
        source=line["source"],
    )


def _repeat(line: dict[str, Any], assumed: float) -> Repeat:
    return Repeat(
        float(line["R"]), float(line["cap"]), float(line["days"]), float(line.get("sd", assumed)), line["tag"]
    )


def _spread(ranges: Mapping[str, list[float]], tag: str, assumed: float) -> float:
    """The standard deviation of a log: from the widest range, and at least the assumed one without a range or
    where a part is assumed.
    """
    widest = max((_sd(pair) for pair in ranges.values()), default=0.0)
    return max(widest, assumed) if not ranges or "P" in tag.split("/") else widest


def _sd(pair: list[float]) -> float:
    return (math.log(pair[1]) - math.log(pair[0])) / RANGE


def _numbers(line: Mapping[str, Any]) -> Mapping[Process, float]:
    return _frozen({process: float(line[process]) for process in Process if process in line})


def _frozen(found: dict[K, V]) -> Mapping[K, V]:
    return MappingProxyType(found)


def _words(data: dict[str, Any]) -> Iterator[tuple[str, Word]]:
    yield from ((f"baseline.{process}", _word(line)) for process, line in data["baseline"].items())
    yield from ((f"event.{line['type']}", _word(line)) for line in data["events"])
    yield from ((f"state.{line['state']}", _word(line)) for line in data["states"])
    yield from (
        (name, _word(data[name])) for name in ("repeat", "caps", "shift", "bands", "proposes", "spread")
    )
    yield from ((f"band.{line['id']}", _word(line)) for line in data["bands"]["list"])
    yield from ((f"line.{name}", _word(line)) for name, line in data["lines"].items())


def _word(line: Mapping[str, Any]) -> Word:
    return Word(
        **{name: line[name] for name in ("label", "tag", "tag_note", "source", "says") if name in line}
    )


def _faults(data: dict[str, Any]) -> Iterator[str]:
    """What a schema cannot say, in words."""
    words = dict(_words(data))
    if len(words) != sum(1 for _ in _words(data)):
        yield "a code stands twice"
    sources = {word.source for word in words.values() if word.source} | {n["source"] for n in data["notes"]}
    if not sources <= set(data["sources"]):
        yield "a line names a source that is not listed"
    if not {code for note in data["notes"] for code in note["about"]} <= set(words):
        yield "a note is about something that is not there"
    yield from _wrong_bands(data)
    yield from _wrong_ranges(data)
    yield from _wrong_shifts(data["shift"]["ratios"])


def _wrong_bands(data: dict[str, Any]) -> Iterator[str]:
    bands = data["bands"]["list"]
    names = [band["id"] for band in bands]
    edges = [band["at_least"] for band in bands]
    hours = data["horizons_hours"]
    if edges[0] != 0 or edges != sorted(set(edges)):
        yield "the bands must begin at 0 and rise"
    named = {data["bands"]["raised_from"], *(b for line in data["proposes"]["levels"].values() for b in line)}
    if not named <= set(names):
        yield "a band is named that is not listed"
    if hours != sorted(hours) or data["proposes"]["horizon_hours"] not in hours:
        yield "the horizons must rise, and hold the one that proposes a level"


def _wrong_ranges(data: dict[str, Any]) -> Iterator[str]:
    lasting = [line["long_run"] for line in data["events"] if "long_run" in line]
    held = [
        (pair, line["R"].get(process))
        for line in (*lasting, *data["states"])
        for process, pair in line.get("range", {}).items()
    ]
    held += [(line["range"], line["p_180d"]) for line in data["baseline"].values()]
    held += [(data["shift"]["shrink_range"], data["shift"]["shrink"])]
    if any(value is None or not pair[0] <= value <= pair[1] for pair, value in held):
        yield "a number lies outside its range"


def _wrong_shifts(ratios: dict[str, dict[str, float]]) -> Iterator[str]:
    for process in Process:
        rising = [ratios[word][process] for word in ("low", "medium", "high", "extreme")]
        if rising != sorted(rising):
            yield "a higher level must not shift less"
