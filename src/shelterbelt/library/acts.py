"""Hands out which acts may bring danger and what is to be ready before each, as a jurisdiction has written it.

It refuses a file whose acts the forecast does not know, and says of no act whether it is wise.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.parameters import parameters
from shelterbelt.library.shelf import names_of
from shelterbelt.rules.acts import Act, Preparation

OTHERWISE = "demo_county"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to be ready: what is shown, how long before, whether it is required, and why."""

    code: str
    title: str
    hours_before: float
    required: bool
    how: tuple[str, ...]
    why: str
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class ActKind:
    """One kind of act: its words, the happening it will be in the forecast, and what is to be ready before."""

    kind: str
    label: str
    says: str
    event: str
    exposes: bool
    needs: tuple[Need, ...]

    def planned(self, act_at: datetime, done: Collection[str] = ()) -> tuple[Act, tuple[Preparation, ...]]:
        """This function will return the act and its preparations for `rules.acts.before`; `done` are codes."""
        ready = tuple(
            Preparation(need.code, need.hours_before, need.required, need.code in done) for need in self.needs
        )
        return Act(self.kind, act_at, self.event, self.exposes), ready


@dataclass(frozen=True, slots=True)
class Acts:
    """A jurisdiction's acts as published. Store jurisdiction, version and digest with what was opened by them."""

    jurisdiction: str
    version: str
    digest: str
    title: str
    kinds: Mapping[str, ActKind]
    manners: Mapping[str, str]
    sources: Mapping[str, str]

    def texts(self) -> Iterator[str]:
        """This function will yield every English text that a page may show of it."""
        yield self.title
        for kind in self.kinds.values():
            yield from (kind.label, kind.says)
            for need in kind.needs:
                yield from (need.title, need.why)
        yield from (*self.manners.values(), *self.sources.values())


@cache
def acts(jurisdiction: str) -> Acts:
    """This function will return a jurisdiction's acts; the imagined county's where it has none.

    Raises LibraryError when the file is wrong.
    """
    if f"{jurisdiction}/acts" not in names_of("acts"):
        if jurisdiction == OTHERWISE:
            raise LibraryError("acts/demo_county/acts.yaml: there is no such file in the library")
        return acts(OTHERWISE)
    path = f"acts/{jurisdiction}/acts.yaml"
    data = files.read(path, "acts")
    wrong = next(_faults(data, jurisdiction), None)
    if wrong:
        raise LibraryError(f"{path}: {wrong}")
    return Acts(
        jurisdiction=jurisdiction,
        version=data["version"],
        digest=files.digest(path),
        title=data["title"],
        kinds=MappingProxyType({line["kind"]: _kind(line) for line in data["kinds"]}),
        manners=MappingProxyType(data["manners"]),
        sources=MappingProxyType(data["sources"]),
    )


def _kind(line: dict[str, Any]) -> ActKind:
    needs = tuple(
        Need(
            code=need["code"],
            title=need["title"],
            hours_before=float(need["hours_before"]),
            required=need["required"],
            how=tuple(need["how"]),
            why=need["why"]["text"],
            source=need["why"]["source"],
            tag=need["why"]["tag"],
        )
        for need in line["needs"]
    )
    return ActKind(line["kind"], line["label"], line["says"], line["event"], line["exposes"], needs)


def _faults(data: dict[str, Any], jurisdiction: str) -> Iterator[str]:
    """What a schema cannot say, in words."""
    if (data["jurisdiction"], data["name"]) != (jurisdiction, "acts"):
        yield "it names another jurisdiction or name"
    kinds = data["kinds"]
    if len({line["kind"] for line in kinds}) != len(kinds):
        yield "a kind stands twice"
    for line in kinds:
        yield from (f"{line['kind']}: {wrong}" for wrong in _kind_faults(line, data))


def _kind_faults(line: dict[str, Any], data: dict[str, Any]) -> Iterator[str]:
    needs = line["needs"]
    if line["event"] not in parameters().parameters.events:
        yield f"the forecast does not know {line['event']}"
    if len({need["code"] for need in needs}) != len(needs):
        yield "a preparation stands twice"
    if line["exposes"] and not any(need["required"] for need in needs):
        yield "it exposes the survivor and requires nothing"
    for need in needs:
        if not set(need["how"]) <= set(data["manners"]) or need["why"]["source"] not in data["sources"]:
            yield f"{need['code']} names a manner or a source that is not listed"
