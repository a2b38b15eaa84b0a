"""Hands out the library: instruments, protocols and lists of choices, each read once and checked.

It refuses a file that breaks its schema or names what it does not define; it decides nothing about a case.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.protocol_files import ladder_of, rules_of
from shelterbelt.rules.deadlines import Protocol
from shelterbelt.rules.levels import level_of
from shelterbelt.rules.retention import Keep, Schedule
from shelterbelt.rules.screening import ScreenRule


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list:

    the code that is stored, the English words that are shown, and where they come from.
    """

    code: str
    label: str
    hint: str = ""
    group: str = ""
    tag: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of an instrument.

    `id` is the construct's id, `number` its place in the published order.
    """

    id: str
    number: int
    group: str
    text: str
    help: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that is said or asked, with its help."""

    code: str
    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a study measured:

    ranges (low, high) as shares, None where it gave none; `tag` is the provenance.
    """

    version: str
    sens: tuple[float, float]
    spec: tuple[float, float]
    ppv: tuple[float, float] | None
    npv: tuple[float, float] | None
    n: int | None
    horizon: str
    outcome: str
    tag: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A published version of an instrument. Store `id`, `version` and `digest` with every result."""

    id: str
    version: str
    digest: str
    title: str
    purpose: str
    before: tuple[Asked, ...]
    answers: Mapping[str, str]
    items: tuple[Item, ...]
    survivor_concern: Asked
    worker_concern: Asked
    rule: ScreenRule
    results: Mapping[str, str]
    is_not: tuple[str, ...]
    accuracy: tuple[Accuracy, ...]
    accuracy_note: str
    variant_note: str
    licence: str
    sources: Mapping[str, str]


@cache
def instrument(id: str, version: str) -> Instrument:
    """This function will return one version of an instrument.

    Raises LibraryError when there is none or it is wrong.
    """
    path = f"instruments/{_code(id)}/{_code(version)}.yaml"
    data = files.read(path, "instrument")
    if (data["id"], data["version"]) != (id, version):
        raise LibraryError(f"{path}: it names another id or version")
    items = tuple(Item(**item) for item in data["items"])
    rule = _screen_rule(data["rule"])
    if rule.items != tuple(item.id for item in sorted(items, key=lambda item: item.number)):
        raise LibraryError(f"{path}: the rule and the questions differ")
    return Instrument(
        id=id,
        version=version,
        digest=files.digest(path),
        title=data["title"],
        purpose=data["purpose"],
        before=tuple(Asked(**line) for line in data["before"]),
        answers=MappingProxyType(data["answers"]),
        items=items,
        survivor_concern=Asked("survivor", **data["concern"]["survivor"]),
        worker_concern=Asked("worker", **data["concern"]["worker"]),
        rule=rule,
        results=MappingProxyType(data["results"]),
        is_not=tuple(data["is_not"]),
        accuracy=tuple(_accuracy(study) for study in data["accuracy"]),
        accuracy_note=data["accuracy_note"],
        variant_note=data["rule"].get("variant_note", ""),
        licence=data["licence"],
        sources=MappingProxyType(data["sources"]),
    )


@cache
def protocol(jurisdiction: str, name: str) -> Protocol:
    """This function will return a jurisdiction's protocol.

    Raises LibraryError when there is none or it is wrong.
    """
    path = f"protocols/{_code(jurisdiction)}/{_code(name)}.yaml"
    data = files.read(path, "protocol")
    if (data["jurisdiction"], data["name"]) != (jurisdiction, name):
        raise LibraryError(f"{path}: it names another jurisdiction or name")
    rules = rules_of(path, data)
    return Protocol(
        jurisdiction=jurisdiction,
        name=name,
        version=data["version"],
        digest=files.digest(path),
        title=data["title"],
        rules=rules,
        reassess_hours=MappingProxyType(
            {level_of(word): hours for word, hours in data["reassess_hours"].items()}
        ),
        manners=MappingProxyType(data["manners"]),
        sources=MappingProxyType(data["sources"]),
        ladder=ladder_of(path, data, rules),
    )


@cache
def retention(jurisdiction: str, name: str) -> Schedule:
    """This function will return a jurisdiction's retention schedule.

    Raises LibraryError when there is none or it is wrong.
    """
    path = f"retention/{_code(jurisdiction)}/{_code(name)}.yaml"
    data = files.read(path, "retention")
    if (data["jurisdiction"], data["name"]) != (jurisdiction, name):
        raise LibraryError(f"{path}: it names another jurisdiction or name")
    lines = [_keep(line) for line in data["keep"]]
    if len({line.category for line in lines}) != len(lines):
        raise LibraryError(f"{path}: a category stands twice")
    if not {line.source for line in lines} <= set(data["sources"]):
        raise LibraryError(f"{path}: a line names a source that is not listed")
    return Schedule(
        jurisdiction=jurisdiction,
        name=name,
        version=data["version"],
        digest=files.digest(path),
        title=data["title"],
        kinds=frozenset(data["kinds"]),
        from_on=date.fromisoformat(data["from_on"]),
        lines=MappingProxyType({line.category: line for line in lines}),
        sources=MappingProxyType(data["sources"]),
    )


@cache
def choices(name: str) -> tuple[Choice, ...]:
    """This function will return a list of choices in its order. Raises LibraryError when there is none."""
    found = tuple(Choice(**item) for item in _list(name)["items"])
    if len({choice.code for choice in found}) != len(found):
        raise LibraryError(f"choices/{name}.yaml: a code stands twice")
    return found


def choices_title(name: str) -> str:
    """This function will return the heading of a list of choices."""
    return str(_list(name)["title"])


def codes(name: str) -> frozenset[str]:
    """This function will return the codes of a list of choices."""
    return frozenset(choice.code for choice in choices(name))


def label_of(name: str, code: str) -> str:
    """This function will return the English words of a code; a code that is no longer listed is its own
    label.
    """
    return next((choice.label for choice in choices(name) if choice.code == code), code)


def names_of(kind: str) -> tuple[str, ...]:
    """This function will return what there is:

    of `choices` the names, of the others "folder/name", sorted. Instruments of the format `assessment` are
    `assessments.names`.
    """
    folder = files.HERE / kind
    found = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.yaml"))
    names = sorted(place.as_posix() for place in found if not place.name.endswith(".examples"))
    return tuple(
        name for name in names if kind != "instruments" or not files.format_of(f"{kind}/{name}.yaml")
    )


def labels() -> Iterator[str]:
    """This function will yield every English text that the library shows to people, once each, in a fixed
    order. Those of instruments of the format `assessment` are `assessments.texts`.
    """
    yield from dict.fromkeys(text for _kind, _name, text in placed())


def placed() -> Iterator[tuple[str, str, str]]:
    """This function will yield the same texts with where they stand, as (kind, name, text); some come twice."""
    for kind, texts in _TEXTS.items():
        for name in names_of(kind):
            yield from ((kind, name, text) for text in texts(name) if text)


def _choice_texts(name: str) -> Iterator[str]:
    yield choices_title(name)
    for choice in choices(name):
        yield choice.label
        # The hint of a language is its own name for itself, which no one translates.
        yield choice.hint if name != "languages" else ""


def _protocol_texts(name: str) -> Iterator[str]:
    found = protocol(*name.split("/"))
    yield found.title
    yield from found.manners.values()
    yield from found.sources.values()
    steps = (step.rule for step in found.ladder.steps if step.rule is not None)
    for rule in (*found.rules, *steps):
        yield from (rule.title, rule.why)


def _retention_texts(name: str) -> Iterator[str]:
    found = retention(*name.split("/"))
    yield found.title
    yield from found.sources.values()
    for line in found.lines.values():
        yield line.why


def _instrument_texts(name: str) -> Iterator[str]:
    found = instrument(*name.split("/"))
    yield from (found.title, found.purpose)
    for item in found.items:
        yield from (item.text, item.help)
    for asked in (*found.before, found.survivor_concern, found.worker_concern):
        yield from (asked.text, asked.help)
    yield from (*found.answers.values(), *found.results.values(), *found.is_not)
    for study in found.accuracy:
        yield from (study.version, study.horizon, study.outcome)
    yield from (found.accuracy_note, found.variant_note, found.licence, *found.sources.values())


_TEXTS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "choices": _choice_texts,
    "instruments": _instrument_texts,
    "protocols": _protocol_texts,
    "retention": _retention_texts,
}


def _code(text: str) -> str:
    if not text.replace("_", "").isalnum() or not text.isascii():
        raise LibraryError("not a name of the library")
    return text


@cache
def _list(name: str) -> dict[str, Any]:
    data = files.read(f"choices/{_code(name)}.yaml", "choices")
    if data["name"] != name:
        raise LibraryError(f"choices/{name}.yaml: it names another list")
    return data


def _screen_rule(data: dict[str, Any]) -> ScreenRule:
    return ScreenRule(
        any_of=tuple(data["any_of"]),
        count_of=tuple(data["count_of"]),
        count_at_least=data["count_at_least"],
        medical=tuple(data["medical"]),
        alone=tuple(data["alone"]),
        alone_counts=data["alone_counts"],
    )


def _accuracy(study: dict[str, Any]) -> Accuracy:
    return Accuracy(
        version=study["version"],
        sens=_range(study["sens"]),
        spec=_range(study["spec"]),
        ppv=_range(study["ppv"]) if "ppv" in study else None,
        npv=_range(study["npv"]) if "npv" in study else None,
        n=study.get("n"),
        horizon=study.get("horizon", ""),
        outcome=study["outcome"],
        tag=study["tag"],
    )


def _range(pair: list[float]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])


def _keep(line: dict[str, Any]) -> Keep:
    why = line["why"]
    return Keep(
        category=line["category"],
        after=line["after"],
        days=line["days"],
        basis=line["basis"],
        on_request=line["on_request"],
        why=why["text"],
        source=why["source"],
        tag=why["tag"],
    )
