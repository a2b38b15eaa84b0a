"""Hands out dated pages about rights and options: those of a place before those of the country it lies in.

It refuses a page without a day on which somebody looks at it again. It gives no advice about a case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.said import Said, said
from shelterbelt.library.shelf import names_of

FOLDER = "rights"
COUNTRY = "us"
OTHERWISE = "demo_county"


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is written: how it is cited, and its address, shown as text and never as a link."""

    cite: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """Some sentences under a heading, what may make it worse, where it is written and how sure it is."""

    heading: Said
    says: tuple[Said, ...]
    careful: Said | None
    sources: tuple[Source, ...]
    tag: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page about one topic in one place, as it was on a day."""

    place: str
    topic: str
    order: int
    version: str
    as_of: date
    look_again_on: date
    title: Said
    intro: Said
    sections: tuple[Section, ...]

    def past(self, on: date) -> bool:
        """This function will say whether somebody should have looked at the page again by this day."""
        return on >= self.look_again_on

    def texts(self) -> Iterator[Said]:
        """This function will yield every text of the page, in its order; sources apart."""
        yield from (self.title, self.intro)
        for section in self.sections:
            yield section.heading
            yield from section.says
            yield from (section.careful,) if section.careful else ()


def pages(place: str = OTHERWISE) -> tuple[Page, ...]:
    """This function will return the pages that hold in a place: its own and the country's, by topic and order.

    A topic that both have comes as two pages, the place's own first. A place without pages has the country's alone:
    nobody is shown another place's law.
    """
    found = [page(*name.split("/")) for name in names_of(FOLDER) if name.split("/")[0] in (place, COUNTRY)]
    return tuple(sorted(found, key=lambda one: (one.order, one.place == COUNTRY)))


@cache
def page(place: str, topic: str) -> Page:
    """This function will return one page. Raises LibraryError when there is none or it is wrong."""
    if f"{place}/{topic}" not in names_of(FOLDER):
        raise LibraryError(f"{FOLDER}/{place}/{topic}.yaml: there is no such file in the library")
    path = f"{FOLDER}/{place}/{topic}.yaml"
    data = files.read(path, "rights")
    if (data["place"], data["topic"]) != (place, topic):
        raise LibraryError(f"{path}: it names another place or topic")
    known = {name: Source(**line) for name, line in data["sources"].items()}
    used = {name for line in data["sections"] for name in line["sources"]}
    if used != set(known):
        raise LibraryError(f"{path}: a source is not listed, or not used")
    as_of, look_again_on = date.fromisoformat(data["as_of"]), date.fromisoformat(data["look_again_on"])
    if look_again_on <= as_of:
        raise LibraryError(f"{path}: it is looked at again before it was written")
    return Page(
        place=place,
        topic=topic,
        order=data["order"],
        version=data["version"],
        as_of=as_of,
        look_again_on=look_again_on,
        title=said(data["title"]),
        intro=said(data["intro"]),
        sections=tuple(_section(line, known) for line in data["sections"]),
    )


def version(name: str) -> str:
    """This function will return which version the page "place/topic" is."""
    return page(*name.split("/")).version


def _section(line: Mapping[str, Any], known: Mapping[str, Source]) -> Section:
    return Section(
        heading=said(line["heading"]),
        says=tuple(said(one) for one in line["says"]),
        careful=said(line["careful"]) if "careful" in line else None,
        sources=tuple(known[name] for name in line["sources"]),
        tag=line["tag"],
    )
