"""What happens in a course, as dated plain values. An event says who did what; it decides nothing."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Person:
    """Somebody imagined. `key` is the same wherever the same person appears."""

    key: str
    name: str
    gender: str
    born_on: date | None
    phones: tuple[str, ...]
    address: str
    language: str
    interpreter: bool = False
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Party:
    """A person and the role they were written down with in one incident (a code of `party_roles`)."""

    role: str
    person: Person


@dataclass(frozen=True)
class Event:
    """`at` is aware UTC; `agency` and `worker` are codes of the county's agencies and workers."""

    at: datetime
    agency: str
    worker: str


@dataclass(frozen=True)
class IncidentReported(Event):
    """A police record. `answers`: codes of the library's lists, the texts `account` and `survivor_view`."""

    unit: str
    happened_at: datetime
    parties: tuple[Party, ...]
    answers: dict[str, Any]
    narrative: str


@dataclass(frozen=True)
class ScreenDone(Event):
    """The lethality screen; answers by question id: yes, no or declined."""

    answers: dict[str, str]
    worker_concern: bool
    survivor_concern: bool


@dataclass(frozen=True)
class ContactAsked(Event):
    """Whether an advocate may get in touch; `wish` is of `contact_wishes`. Instructions only if wanted."""

    wanted: bool
    wish: str
    instructions: dict[str, Any]


@dataclass(frozen=True)
class LevelSet(Event):
    """A person's judgement of the danger, from listed factors."""

    level: str
    factors: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class DirectCaseOpened(Event):
    """A case without police; `other` is often not named."""

    survivor: Person
    other: Person | None
    reason: str


@dataclass(frozen=True)
class NoteWritten(Event):
    """A note in the agency's own file; `category` is a code of `release_categories`."""

    category: str
    text: str


@dataclass(frozen=True)
class ContactRequestAcknowledged(Event):
    """The advocates took in a contact request of the police."""


@dataclass(frozen=True)
class ReleaseTaken(Event):
    """A release the survivor signed at `agency`, to one recipient."""

    recipient: str
    categories: tuple[str, ...]
    purpose: str
    means: tuple[str, ...]
    days: int
    scope: str


@dataclass(frozen=True)
class ReleaseWithdrawn(Event):
    """The last release of this agency to this recipient ends now."""

    recipient: str


@dataclass(frozen=True)
class ReferralSent(Event):
    """Asked another agency for help, with the survivor's release or without a name."""

    to: str
    need: str


@dataclass(frozen=True)
class ReferralAnswered(Event):
    """`agency` answers; `reason` is a code of `referral_decline_reasons`, empty where accepted."""

    sender: str
    accepted: bool
    reason: str


@dataclass(frozen=True)
class ActionDone(Event):
    """Work of the plan came to an end; `kind` as in the protocol, `outcome` of `action_outcomes`."""

    kind: str
    outcome: str


@dataclass(frozen=True)
class HappeningNoted(Event):
    """What happened, lasts or is planned: `type` is of the forecast's file. `happened_at` may lie after `at` (a day ahead).

    `until_at`: the end of what lasts. `act`: the kind of act that the agency itself plans, empty for none.
    """

    type: str
    happened_at: datetime
    until_at: datetime | None = None
    act: str = ""


@dataclass(frozen=True)
class SheetDone(Event):
    """A sheet of an instrument; answers by question id, a question that is not there was left open."""

    instrument: str
    answers: dict[str, str]


@dataclass(frozen=True)
class RolesCorrected(Event):
    """A review found other roles, by person key, for the course's incident of this number (from 0)."""

    incident: int
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CaseClosed(Event):
    """The agency closed its file."""

    reason: str


@dataclass(frozen=True)
class Course:
    """One imagined case. `case_key` is its number; `kind` says what it is there to show."""

    case_key: str
    kind: str
    survivor: Person
    other: Person | None
    events: tuple[Event, ...] = field(default=())
