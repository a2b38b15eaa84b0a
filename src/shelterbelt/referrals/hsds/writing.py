"""Writes service records as HSDS 3.0 objects. A confidential one is hidden again, whatever it still holds."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shelterbelt.referrals.hsds.hiding import hide
from shelterbelt.referrals.hsds.records import FLAG, Location, ServiceRecord, Term

FLAG_ID = str(uuid5(NAMESPACE_URL, FLAG))
FLAG_MEANS = "Where this service is may not be published. Reach it by phone."
NESTED = {"organization", "phones", "schedules", "areas", "languages", "locations", "terms", "addresses"}
NESTED |= {"confidential", "notes", "link"}


def write(records: Iterable[ServiceRecord]) -> list[dict[str, Any]]:
    """Return HSDS 3.0 service objects, valid against service.json and the items of service_list.json."""
    return [_written(hide(record) if record.confidential else record) for record in records]


def _written(record: ServiceRecord) -> dict[str, Any]:
    plain = _full(record)
    plain["organization"] = _full(record.organization)
    if record.areas:
        plain["service_areas"] = [_full(area) for area in record.areas]
    for name in ("phones", "schedules", "languages"):
        if getattr(record, name):
            plain[name] = [_full(part) for part in getattr(record, name)]
    if record.locations:
        plain["service_at_locations"] = [_site(record.id, place) for place in record.locations]
    attributes = [_attribute(record.id, term) for term in record.terms]
    if record.confidential:
        link = str(uuid5(NAMESPACE_URL, f"{record.id}/{FLAG}"))
        attributes.append(
            _attribute(record.id, Term(FLAG_ID, "Confidential location", FLAG_MEANS, link, FLAG))
        )
    if attributes:
        plain["attributes"] = attributes
    return plain


def _full(thing: Any) -> dict[str, Any]:
    """The plain values that are set."""
    plain = {one.name: getattr(thing, one.name) for one in fields(thing) if one.name not in NESTED}
    return {name: value for name, value in plain.items() if value not in (None, "")}


def _site(service: str, place: Location) -> dict[str, Any]:
    location = _full(place)
    if place.location_type == "redacted":
        location["location_type"] = "virtual"
    if place.addresses:
        location["addresses"] = [_full(address) for address in place.addresses]
    return {"id": str(uuid5(NAMESPACE_URL, f"{service}/{place.id}")), "location": location}


def _attribute(service: str, term: Term) -> dict[str, Any]:
    return {"id": term.link, "link_id": service, "link_entity": "service", "taxonomy_term": _full(term)}
