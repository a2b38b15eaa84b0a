"""What goes in and out of the API, as plain values. Texts that cannot be stored or read safely are refused, not repaired."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import CaseFace, face

REFERENCE = r"^[A-Za-z0-9_-]{22}$"
# Neither control signs nor marks that turn the direction of reading: as `rules.fields` for what people type.
SAFE = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$"
LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$"

Ref = Annotated[str, StringConstraints(pattern=REFERENCE)]
Cursor = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_-]{22})?$")]
Name = Annotated[str, StringConstraints(pattern=LINE, min_length=1, max_length=300)]
Line = Annotated[str, StringConstraints(pattern=LINE, max_length=300)]
Story = Annotated[str, StringConstraints(pattern=SAFE, max_length=20_000)]
Once = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")]
Level = Literal["low", "medium", "high", "extreme"]


class In(Schema):
    """Something that is sent to us: a name that we do not know is a mistake, and said."""

    model_config = ConfigDict(extra="forbid")


class CaseOut(Schema):
    """A case as a list shows it."""

    ref: str
    agency: str
    survivor: str
    other: str
    level: Level
    door: str
    unit: str
    opened_at: datetime
    next_due_at: datetime | None
    closed_at: datetime | None

    @staticmethod
    def of(case: Case) -> "CaseOut":
        """From a row that came with its people, unit and agency."""
        shown: CaseFace = face(case)
        return CaseOut(**vars(shown))


class CasesOut(Schema):
    """A page of cases; `next` is where the following one begins, empty at the end."""

    cases: list[CaseOut]
    next: str


class Person(In):
    """What is told of somebody; a name is enough."""

    name: Name
    born_on: date | None = None
    language: Line = ""
    interpreter: bool = False


class OpenCase(In):
    """A case without police. `once` makes a second try of the same request the same case."""

    survivor: Person
    other: Line = ""
    wants_first: Story = ""
    own_words: Story = ""
    once: Once = ""
