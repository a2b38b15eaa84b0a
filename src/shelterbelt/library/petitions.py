"""Hands out what petitions for orders may ask for in a place, where they go, and what bears them out, in two languages.

It refuses a file that names what it does not define. A place without a file of its own has the general one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.said import Said, said
from shelterbelt.library.shelf import names_of
from shelterbelt.rules import petition as rules
from shelterbelt.rules.conditions import condition_from, facts_named
from shelterbelt.rules.order_terms import KINDS

FOLDER = "orders/petitions"
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one thing to ask for, court or piece of evidence; `careful` says what may make it worse."""

    text: Said
    careful: Said | None = None
    kind: str = ""
    place: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question that what to ask for hangs on."""

    fact: str
    text: Said
    help: Said | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A petition for one kind of order: its rule, and the words for each thing to ask for and each court."""

    id: str
    title: Said
    lasts: Said
    rule: rules.Kind
    asks: Mapping[str, Words]
    courts: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Petitions:
    """A place's file, as it was on a day. Keep `place`, `version` and `digest` with every paper that is made by it."""

    place: str
    version: str
    digest: str
    as_of: date
    look_again_on: date
    title: Said
    intro: Said
    says: tuple[Said, ...]
    questions: tuple[Question, ...]
    evidence: Mapping[str, Words]
    kinds: Mapping[str, Kind]

    def past(self, on: date) -> bool:
        """This function will say whether somebody should have looked at the file again by this day."""
        return on >= self.look_again_on

    def texts(self) -> Iterator[Said]:
        """This function will yield every text that a page may show of it."""
        yield from (self.title, self.intro, *self.says)
        for question in self.questions:
            yield question.text
            yield from (question.help,) if question.help else ()
        groups = [self.evidence, *(one for kind in self.kinds.values() for one in (kind.asks, kind.courts))]
        for words in (one for group in groups for one in group.values()):
            yield words.text
            yield from (words.careful,) if words.careful else ()
        yield from (text for kind in self.kinds.values() for text in (kind.title, kind.lasts))


def petitions(place: str = GENERAL) -> Petitions:
    """This function will return the file of a place, or the general one. Raises LibraryError when it is wrong."""
    return _petitions(place if place in names_of(FOLDER) else GENERAL)


def version(place: str) -> str:
    """This function will return which version a place's file is."""
    return petitions(place).version


@cache
def _petitions(place: str) -> Petitions:
    path = f"{FOLDER}/{place}.yaml"
    data = files.read(path, "petition")
    if data["place"] != place:
        raise LibraryError(f"{path}: it names another place")
    return built(data, files.digest(path))


def built(data: dict[str, Any], digest: str) -> Petitions:
    """This function will return the file that checked data describe. Raises LibraryError for the first fault."""
    for wrong in _faults(data):
        raise LibraryError(f"{FOLDER}/{data['place']}.yaml: {wrong}")
    return Petitions(
        place=data["place"],
        version=data["version"],
        digest=digest,
        as_of=date.fromisoformat(data["as_of"]),
        look_again_on=date.fromisoformat(data["look_again_on"]),
        title=said(data["title"]),
        intro=said(data["intro"]),
        says=tuple(said(one["text"]) for one in data["says"]),
        questions=tuple(_question(one) for one in data["questions"]),
        evidence=_words(data["evidence"]),
        kinds=MappingProxyType({one["id"]: _kind(one) for one in data["kinds"]}),
    )


def _question(line: Mapping[str, Any]) -> Question:
    return Question(line["fact"], said(line["text"]), said(line["help"]) if "help" in line else None)


def _words(lines: list[dict[str, Any]]) -> Mapping[str, Words]:
    return MappingProxyType(
        {
            one["id"]: Words(
                said(one["text"]),
                said(one["careful"]) if "careful" in one else None,
                one.get("kind", ""),
                one.get("place", False),
            )
            for one in lines
        }
    )


def _kind(line: Mapping[str, Any]) -> Kind:
    asks = tuple(
        rules.Ask(one["id"], one["code"], condition_from(one.get("when")), tuple(one.get("evidence", ())))
        for one in line["asks"]
    )
    courts = tuple(rules.Court(one["id"], condition_from(one.get("when"))) for one in line["courts"])
    return Kind(
        line["id"],
        said(line["title"]),
        said(line["lasts"]),
        rules.Kind(line["id"], asks, courts),
        _words(line["asks"]),
        _words(line["courts"]),
    )


def _faults(data: dict[str, Any]) -> Iterator[str]:
    """What a schema cannot say, in words."""
    if date.fromisoformat(data["look_again_on"]) <= date.fromisoformat(data["as_of"]):
        yield "it is looked at again before it was written"
    facts = [one["fact"] for one in data["questions"]]
    evidence = [one["id"] for one in data["evidence"]]
    groups = [facts, evidence, [one["id"] for one in data["kinds"]]]
    groups += [[one["id"] for one in kind[part]] for kind in data["kinds"] for part in ("asks", "courts")]
    yield from (f"{id} stands twice" for group in groups for id, times in Counter(group).items() if times > 1)
    for line in _lines(data):
        yield from _line_faults(line, facts, evidence, data["sources"])
    hung_on = {name for line in _lines(data) for name in facts_named(condition_from(line.get("when")))}
    yield from (f"nothing hangs on {fact}" for fact in facts if fact not in hung_on)


def _lines(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from data["says"]
    for kind in data["kinds"]:
        yield from (*kind["asks"], *kind["courts"])


def _line_faults(
    line: Mapping[str, Any], facts: list[str], evidence: list[str], sources: Mapping[str, str]
) -> Iterator[str]:
    if line["source"] not in sources:
        yield f"there is no source {line['source']}"
    if line.get("kind") and line["kind"] not in KINDS:
        yield f"there is no kind of term {line['kind']}"
    try:
        named = list(facts_named(condition_from(line.get("when"))))
    except ValueError:
        yield f"{line.get('id', '')}: not a condition"
        return
    yield from (f"nobody asks for {fact}" for fact in named if fact not in facts)
    yield from (f"there is no evidence {one}" for one in line.get("evidence", ()) if one not in evidence)
