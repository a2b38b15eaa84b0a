"""Hands out what a safety plan may hold: its parts, what each asks, and what to be careful with, in two languages.

It refuses a file whose parts do not fit each other. Nothing in it is required of anybody, and it decides nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.said import Said, said

SAFETY_PLAN = "safety_plan"
FOLDER = "plans"
ALWAYS = "always"
SELF = "self"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a checklist, or one field of a person or a place; `careful` says what may make it worse."""

    id: str
    text: Said
    careful: Said | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known, with where from; `tag` says how sure it is."""

    text: Said
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that can be answered or left out. `card`: its answer belongs on the pocket card."""

    id: str
    kind: str
    text: Said
    help: Said | None
    items: tuple[Item, ...]
    card: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it is for, whom and when it fits, and its prompts. Without `risks` it fits every danger."""

    id: str
    group: str
    title: Said
    intro: Said
    why: Said
    risks: frozenset[str]
    situations: frozenset[str]
    term: str
    whom: frozenset[str]
    careful: tuple[Said, ...]
    facts: tuple[Fact, ...]
    prompts: tuple[Prompt, ...]

    def fits(self, risks: Collection[str], situations: Collection[str], whom: Collection[str]) -> bool:
        """This function will say whether the part belongs to what was chosen."""
        return (
            (not self.risks or bool(self.risks.intersection(risks)))
            and bool(self.situations.intersection({ALWAYS, *situations}))
            and bool(self.whom.intersection(whom or {SELF}))
        )

    def texts(self) -> Iterator[Said]:
        """This function will yield every text of the part, in the order of the page."""
        yield from (self.title, self.intro, self.why, *self.careful)
        yield from (fact.text for fact in self.facts)
        for prompt in self.prompts:
            yield prompt.text
            yield from (prompt.help,) if prompt.help else ()
            yield from _item_texts(prompt.items)


@dataclass(frozen=True, slots=True)
class Plan:
    """A published version. Store `id`, `version` and `digest` with every plan that is made by it."""

    id: str
    version: str
    digest: str
    title: Said
    risks: Mapping[str, Said]
    situations: Mapping[str, Said]
    terms: Mapping[str, Said]
    whom: Mapping[str, Said]
    groups: Mapping[str, Said]
    fields: Mapping[str, tuple[Item, ...]]
    parts: tuple[Part, ...]
    sources: Mapping[str, str]

    def part(self, id: str) -> Part:
        """This function will return one part. Raises KeyError when there is none."""
        for part in self.parts:
            if part.id == id:
                return part
        raise KeyError(id)

    def parts_for(
        self, risks: Collection[str], situations: Collection[str], whom: Collection[str] = ()
    ) -> tuple[Part, ...]:
        """This function will return the parts that fit, in the file's order.

        A part comes when its risks are empty or meet `risks`, when it always holds or meets `situations`, and
        when it is for somebody in `whom` (nobody named: for oneself). Nothing chosen brings what everybody has.
        """
        return tuple(part for part in self.parts if part.fits(risks, situations, whom))

    def texts(self) -> Iterator[Said]:
        """This function will yield every text that a page may show of it."""
        yield self.title
        for labels in (self.risks, self.situations, self.terms, self.whom, self.groups):
            yield from labels.values()
        for items in self.fields.values():
            yield from _item_texts(items)
        for part in self.parts:
            yield from part.texts()


def plan(id: str = SAFETY_PLAN, version: str = "") -> Plan:
    """This function will return one version of a plan, the newest when none is named.

    Raises LibraryError when there is none or it is wrong.
    """
    known = versions(id)
    version = version or (known[-1] if known else "")
    if version not in known:
        raise LibraryError(f"{FOLDER}/{id}: there is no such version in the library")
    return _plan(id, version)


@cache
def versions(id: str = SAFETY_PLAN) -> tuple[str, ...]:
    """This function will return the versions of a plan, the oldest first."""
    if not id.replace("_", "").isalnum() or not id.isascii():
        raise LibraryError("not a name of the library")
    return tuple(sorted((place.stem for place in (files.HERE / FOLDER / id).glob("*.yaml")), key=int))


def parts_for(
    found: Plan, risks: Collection[str], situations: Collection[str], whom: Collection[str] = ()
) -> tuple[Part, ...]:
    """This function will return what `Plan.parts_for` does."""
    return found.parts_for(risks, situations, whom)


def built(data: dict[str, Any], digest: str) -> Plan:
    """This function will return the plan that checked data describe. Raises LibraryError for the first fault."""
    for wrong in _faults(data):
        raise LibraryError(f"{FOLDER}/{data['id']}/{data['version']}.yaml: {wrong}")
    labels = {name: _labels(data[name]) for name in ("risks", "situations", "terms", "whom", "groups")}
    return Plan(
        id=data["id"],
        version=data["version"],
        digest=digest,
        title=said(data["title"]),
        **labels,
        fields=MappingProxyType({kind: _items(lines) for kind, lines in data["fields"].items()}),
        parts=tuple(_part(line) for line in data["parts"]),
        sources=MappingProxyType(data["sources"]),
    )


@cache
def _plan(id: str, version: str) -> Plan:
    path = f"{FOLDER}/{id}/{version}.yaml"
    data = files.read(path, "plan")
    if (data["id"], data["version"]) != (id, version):
        raise LibraryError(f"{path}: it names another id or version")
    return built(data, files.digest(path))


def _labels(lines: dict[str, dict[str, str]]) -> Mapping[str, Said]:
    return MappingProxyType({code: said(line) for code, line in lines.items()})


def _items(lines: list[dict[str, Any]]) -> tuple[Item, ...]:
    return tuple(Item(line["id"], said(line["text"]), _perhaps(line, "careful")) for line in lines)


def _perhaps(line: dict[str, Any], key: str) -> Said | None:
    return said(line[key]) if key in line else None


def _part(line: dict[str, Any]) -> Part:
    return Part(
        id=line["id"],
        group=line["group"],
        title=said(line["title"]),
        intro=said(line["intro"]),
        why=said(line["why"]),
        risks=frozenset(line["risks"]),
        situations=frozenset(line["situations"]),
        term=line["term"],
        whom=frozenset(line["whom"]),
        careful=tuple(said(one) for one in line.get("careful", ())),
        facts=tuple(Fact(said(one["text"]), one["source"], one["tag"]) for one in line.get("facts", ())),
        prompts=tuple(_prompt(one) for one in line["prompts"]),
    )


def _prompt(line: dict[str, Any]) -> Prompt:
    return Prompt(
        id=line["id"],
        kind=line["kind"],
        text=said(line["text"]),
        help=_perhaps(line, "help"),
        items=_items(line.get("items", [])),
        card=line.get("card", False),
    )


def _item_texts(items: tuple[Item, ...]) -> Iterator[Said]:
    for item in items:
        yield item.text
        yield from (item.careful,) if item.careful else ()


def _faults(data: dict[str, Any]) -> Iterator[str]:
    """What a schema cannot say, in words."""
    prompts = [prompt for part in data["parts"] for prompt in part["prompts"]]
    ids = Counter([part["id"] for part in data["parts"]] + [prompt["id"] for prompt in prompts])
    yield from (f"{id} stands twice" for id, times in ids.items() if times > 1)
    for prompt in prompts:
        items = Counter(item["id"] for item in prompt.get("items", ()))
        yield from (f"{prompt['id']}: {id} stands twice" for id, times in items.items() if times > 1)
    for part in data["parts"]:
        yield from (f"{part['id']}: {wrong}" for wrong in _part_faults(part, data))


def _part_faults(part: dict[str, Any], data: dict[str, Any]) -> Iterator[str]:
    for name in ("risks", "situations", "whom"):
        yield from (f"there is no {code} among the {name}" for code in part[name] if code not in data[name])
    if part["group"] not in data["groups"]:
        yield f"there is no group {part['group']}"
    for fact in part.get("facts", ()):
        if fact["source"] not in data["sources"]:
            yield f"there is no source {fact['source']}"
