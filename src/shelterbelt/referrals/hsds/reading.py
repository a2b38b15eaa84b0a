"""Turns raw HSDS objects into service records, one service at a time.
A required value that is missing or wrong refuses its service; an optional one is left out, with a note.
"""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from shelterbelt.referrals.hsds.files import dicts, sources
from shelterbelt.referrals.hsds.hiding import Secret, hide, scrubbed
from shelterbelt.referrals.hsds.records import (
    FLAG,
    Address,
    Area,
    Language,
    Location,
    Organization,
    Phone,
    Refusal,
    Schedule,
    ServiceRecord,
    Term,
)

LONGEST_TEXT = 20_000
NOWHERE = "00000000-0000-0000-0000-000000000000"
STATUSES = ("active", "inactive", "defunct", "temporarily closed")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
URI = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
T = TypeVar("T")
NUMBERS = {
    "extension",
    "interval",
    "count",
    "timezone",
    "minimum_age",
    "maximum_age",
    "latitude",
    "longitude",
}
EMAILS = {"email"}
LINKS = {"url", "website", "schedule_link"}
CHOICES = {
    "status": STATUSES,
    "freq": ("WEEKLY", "MONTHLY"),
    "wkst": ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
    "location_type": ("physical", "postal", "virtual", "redacted"),
}
RANGES = {"latitude": (-90, 90), "longitude": (-180, 180), "minimum_age": (0, 150), "maximum_age": (0, 150)}
PARTS = {"organization", "phones", "schedules", "areas", "languages", "locations", "terms", "addresses"}
PARTS |= {"confidential", "notes", "link"}


class _Unusable(ValueError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read(path: Path) -> Iterator[ServiceRecord | Refusal]:
    """Yield each service of an HSDS JSON file (full, list, page, tabular) or of a folder of CSV tables.

    Raises DirectoryError on the first step where the file as a whole cannot be used.
    """
    found = list(sources(path))
    secret = Secret([_told(site) for _, raw in found for site in _sites(raw) if _is_secret(raw, site)])
    seen: set[str] = set()
    for place, raw in found:
        try:
            record = _service(raw, secret)
        except _Unusable as why:
            yield Refusal(place, why.code, str(why))
            continue
        if record.id in seen:
            yield Refusal(place, "repeated", "A service with this id came earlier in the file.")
            continue
        seen.add(record.id)
        yield record


def _is_secret(raw: dict[str, Any], site: dict[str, Any]) -> bool:
    return site.get("location_type") == "redacted" or _flagged(raw)


def _flagged(raw: dict[str, Any]) -> bool:
    terms = [a.get("taxonomy_term") for a in dicts(raw.get("attributes"))]
    return any(isinstance(term, dict) and term.get("code") == FLAG for term in terms)


def _sites(raw: dict[str, Any]) -> list[dict[str, Any]]:
    found = [sal.get("location") for sal in dicts(raw.get("service_at_locations"))]
    return [site for site in found if isinstance(site, dict)]


def _service(raw: dict[str, Any], secret: Secret) -> ServiceRecord:
    notes: list[str] = []
    values = _values(ServiceRecord, raw, "service", notes)
    organization = raw.get("organization")
    if not isinstance(organization, dict):
        raise _Unusable("orphan", "The service names no organization that is in the file.")
    sals = dicts(raw.get("service_at_locations"))
    sites = _sites(raw)
    holders = [raw, *sals, *sites]
    phones = _parts(Phone, [p for h in holders for p in dicts(h.get("phones"))], "phone", notes)
    contacts = [c for h in holders for c in dicts(h.get("contacts"))]
    spare = [p for h in (*contacts, organization) for p in dicts(h.get("phones"))]
    record = ServiceRecord(
        **values,
        organization=Organization(**_values(Organization, organization, "organization", notes)),
        phones=phones or _parts(Phone, spare, "phone", notes),
        schedules=_parts(
            Schedule, [p for h in holders for p in dicts(h.get("schedules"))], "schedule", notes
        ),
        areas=_parts(Area, dicts(raw.get("service_areas")), "service area", notes),
        languages=_parts(Language, dicts(raw.get("languages")), "language", notes),
        locations=tuple(_location(site, notes) for site in sites if _text(site.get("id"))),
        terms=_terms(dicts(raw.get("attributes")), notes),
        confidential=_flagged(raw),
    )
    hidden = record.confidential or any(secret.covers(place) for place in record.locations)
    record = scrubbed(hide(record) if hidden else record, secret.phrases)
    return replace(record, notes=tuple(dict.fromkeys(notes)))


def _location(raw: dict[str, Any], notes: list[str]) -> Location:
    values = _values(Location, {"location_type": "virtual", **raw}, "location", notes)
    return Location(**values, addresses=_parts(Address, dicts(raw.get("addresses")), "address", notes))


def _told(site: dict[str, Any]) -> Location:
    """What a confidential place gives away, also when its service will be refused for being malformed."""
    try:
        return _location(site, [])
    except _Unusable:
        known = {name: site.get(name) for name in ("addresses", "latitude", "longitude")}
        return _location({"id": NOWHERE, **known}, [])


def _terms(attributes: list[dict[str, Any]], notes: list[str]) -> tuple[Term, ...]:
    found = []
    for attribute in attributes:
        term, link = attribute.get("taxonomy_term"), _text(attribute.get("id"))
        if isinstance(term, dict) and term.get("code") != FLAG and link and UUID.fullmatch(link):
            found += [{**term, "link": link}]
    return _parts(Term, found, "taxonomy term", notes)


def _parts(kind: type[T], raws: list[dict[str, Any]], what: str, notes: list[str]) -> tuple[T, ...]:
    """The usable ones, once per id; the others leave a note."""
    found: dict[str, T] = {}
    for raw in raws:
        try:
            values = _values(kind, raw, what, notes)
        except _Unusable as why:
            notes.append(f"A {what} was left out. {why}")
            continue
        found.setdefault(values["id"], kind(**values))
    return tuple(found.values())


def _values(kind: type[Any], raw: dict[str, Any], what: str, notes: list[str]) -> dict[str, Any]:
    """The plain values of one object. A required one missing or wrong refuses; an optional one is noted."""
    found: dict[str, Any] = {}
    for one in fields(kind):
        if one.name in PARTS and one.name != "link":
            continue
        value, required = raw.get(one.name), one.default is MISSING
        value = value.strip() or None if isinstance(value, str) else value
        clean = _cleaned(one.name, value)
        if clean in (None, "") and value is not None:
            if required:
                raise _Unusable("wrong", f"The {what} has a {one.name} that is not what HSDS 3.0 allows.")
            notes.append(f"The {one.name} of a {what} was left out: not what HSDS 3.0 allows.")
        elif clean in (None, "") and required:
            raise _Unusable("missing", f"The {what} has no {one.name}.")
        if clean not in (None, ""):
            found[one.name] = clean
    return found


def _cleaned(name: str, value: object) -> str | float | None:
    if name in NUMBERS:
        return _number(name, value)
    text = _text(value)
    if text is None or (name in CHOICES and text not in CHOICES[name]):
        return None
    if name in ("id", "link"):
        return text.lower() if UUID.fullmatch(text) else None
    if (name in LINKS and not _is_link(text)) or (name in EMAILS and not EMAIL.fullmatch(text)):
        return None
    if name == "last_modified" and not _is_instant(text):
        return None
    return text.strip('"') if name == "number" else text


def _text(value: object) -> str | None:
    if not isinstance(value, str) or "\0" in value or len(value) > LONGEST_TEXT:
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return None
    return value.strip()


def _number(name: str, value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    low, high = RANGES.get(name, (-1e9, 1e9))
    if not low <= number <= high:
        return None
    return int(number) if number.is_integer() else number


def _is_link(text: str) -> bool:
    try:
        return URI.fullmatch(text) is not None and bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _is_instant(text: str) -> bool:
    try:
        return INSTANT.fullmatch(text) is not None and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
