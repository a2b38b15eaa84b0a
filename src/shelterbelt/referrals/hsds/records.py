"""What the directory keeps of an HSDS service: frozen records whose fields carry the standard's own names."""

from dataclasses import dataclass

# HSDS has no word for a confidential place; this term on the service says it and survives a round trip.
FLAG = "confidential-location"


class DirectoryError(ValueError):
    """The file as a whole cannot be used; the message is fit to be shown."""


@dataclass(frozen=True)
class Refusal:
    """Why one service was left out: where it stood in the file, a code, and a plain sentence."""

    place: str
    code: str
    message: str


@dataclass(frozen=True)
class Organization:
    """Who offers a service."""

    id: str
    name: str
    description: str
    alternate_name: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True)
class Phone:
    """A number to call; `number` as published."""

    id: str
    number: str
    extension: float | None = None
    type: str = ""
    description: str = ""


@dataclass(frozen=True)
class Language:
    """A language a service is offered in."""

    id: str
    name: str = ""
    code: str = ""
    note: str = ""


@dataclass(frozen=True)
class Schedule:
    """When a service is open (RFC 5545 style)."""

    id: str
    freq: str = ""
    interval: float | None = None
    wkst: str = ""
    byday: str = ""
    bymonthday: str = ""
    dtstart: str = ""
    until: str = ""
    valid_from: str = ""
    valid_to: str = ""
    count: float | None = None
    timezone: float | None = None
    opens_at: str = ""
    closes_at: str = ""
    schedule_link: str = ""
    attending_type: str = ""
    description: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Area:
    """The area a service is for."""

    id: str
    name: str = ""
    description: str = ""
    extent: str = ""
    extent_type: str = ""


@dataclass(frozen=True)
class Address:
    """A place to visit or write to."""

    id: str
    address_1: str
    city: str
    state_province: str
    postal_code: str
    country: str
    address_type: str
    address_2: str = ""
    attention: str = ""
    region: str = ""


@dataclass(frozen=True)
class Location:
    """Where a service is; a confidential one keeps its id only."""

    id: str
    location_type: str
    name: str = ""
    alternate_name: str = ""
    description: str = ""
    transportation: str = ""
    latitude: float | None = None
    longitude: float | None = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True)
class Term:
    """A taxonomy term a service is filed under; `link` is the id of the attribute that says so."""

    id: str
    name: str
    description: str
    link: str
    code: str = ""
    taxonomy: str = ""


@dataclass(frozen=True)
class ServiceRecord:
    """One service. `notes` say which optional values were left out on reading, and why."""

    id: str
    name: str
    status: str
    organization: Organization
    alternate_name: str = ""
    description: str = ""
    url: str = ""
    email: str = ""
    interpretation_services: str = ""
    application_process: str = ""
    fees_description: str = ""
    wait_time: str = ""
    accreditations: str = ""
    eligibility_description: str = ""
    minimum_age: float | None = None
    maximum_age: float | None = None
    assured_date: str = ""
    alert: str = ""
    last_modified: str = ""
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    areas: tuple[Area, ...] = ()
    languages: tuple[Language, ...] = ()
    locations: tuple[Location, ...] = ()
    terms: tuple[Term, ...] = ()
    confidential: bool = False
    notes: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every address the service may be visited or written to at."""
        return tuple(address for location in self.locations for address in location.addresses)
