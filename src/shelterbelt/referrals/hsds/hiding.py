"""Makes a record of a confidential place safe to keep and publish: no word of its address, no coordinate.
It rather hides a harmless word too many than one too few.
"""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar

from shelterbelt.referrals.hsds.records import Area, Location, ServiceRecord

HIDDEN = "…"
T = TypeVar("T")
COARSE = re.compile(r"\b(county|state|nation|national|nationwide|country)\b", re.IGNORECASE)
LINKS = {"url", "website", "schedule_link", "email"}
# Words of nearly every address: taking them out of a text would hide nothing and spoil it.
STREETS = (
    "street st avenue ave road rd lane ln drive dr court ct place pl boulevard blvd way suite ste unit apt "
    "floor box po north south east west n s e w the of and a in at on to for county"
)
COMMON = frozenset(STREETS.split())
# Not free text: hiding a house number here would spoil an id, an hour or a telephone number.
EXACT = {
    "id",
    "link",
    "number",
    "type",
    "code",
    "status",
    "freq",
    "wkst",
    "byday",
    "bymonthday",
    "dtstart",
    "until",
}
EXACT |= {"valid_from", "valid_to", "opens_at", "closes_at", "assured_date", "last_modified", "extent_type"}


def hide(record: ServiceRecord) -> ServiceRecord:
    """Return the record as a confidential one: no address, coordinate, or word of either anywhere in it."""
    bare = replace(
        record,
        confidential=True,
        locations=tuple(Location(id=place.id, location_type="virtual") for place in record.locations),
        areas=tuple(Area(id=area.id, name=area.name) for area in record.areas if COARSE.search(area.name)),
    )
    return scrubbed(bare, Secret(list(record.locations)).words)


class Secret:
    """What must not be said of some places: ids, whole street lines, single words, coordinates."""

    def __init__(self, places: list[Location]) -> None:
        addresses = [address for place in places for address in place.addresses]
        self.ids = {place.id for place in places}
        self.lines = {_plain(address.address_1) for address in addresses}
        texts = [t for a in addresses for t in (a.address_1, a.address_2, a.attention, a.city, a.postal_code)]
        single = {part.casefold() for text in texts for part in re.findall(r"\w+", text)} - COMMON
        self.words = self._hider(
            single, [n for p in places for n in (p.latitude, p.longitude) if n is not None]
        )
        self.phrases = self._hider(
            self.lines, [n for p in places for n in (p.latitude, p.longitude) if n is not None]
        )

    def covers(self, place: Location) -> bool:
        return place.id in self.ids or any(_plain(a.address_1) in self.lines for a in place.addresses)

    @staticmethod
    def _hider(parts: set[str], numbers: list[float]) -> Callable[[str], str]:
        # Long words are found inside others too ("elmstreet.example"); a house number only on its own.
        inside = [re.escape(p) for p in parts if len(p) > 3]
        alone = [rf"\b{re.escape(p)}\b" for p in parts if 0 < len(p) <= 3]
        wanted = re.compile("|".join(sorted(inside, key=len, reverse=True) + alone) or r"(?!)", re.IGNORECASE)

        def near(found: re.Match[str]) -> str:
            value = abs(float(found[0]))
            return HIDDEN if any(abs(value - abs(n)) < 0.05 for n in numbers) else found[0]

        return lambda text: wanted.sub(HIDDEN, re.sub(r"\d{1,3}\.\d{1,17}", near, text) if numbers else text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def scrubbed(record: ServiceRecord, hider: Callable[[str], str]) -> ServiceRecord:
    organization = _clean(record.organization, hider)
    return replace(
        _clean(record, hider),
        organization=organization,
        phones=tuple(_clean(part, hider) for part in record.phones),
        schedules=tuple(_clean(part, hider) for part in record.schedules),
        areas=tuple(_clean(part, hider) for part in record.areas),
        languages=tuple(_clean(part, hider) for part in record.languages),
        terms=tuple(_clean(part, hider) for part in record.terms),
    )


def _clean(thing: T, hider: Callable[[str], str]) -> T:
    """The same dataclass with its free text passed through the hider; a link that gives away goes."""
    changed = {}
    for one in fields(thing):  # type: ignore[arg-type]
        value = getattr(thing, one.name)
        if isinstance(value, str) and value and one.name not in EXACT:
            hidden = hider(value)
            changed[one.name] = "" if hidden != value and one.name in LINKS else hidden
    return replace(thing, **changed)  # type: ignore[type-var]
