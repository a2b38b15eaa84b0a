"""What goes in and out of the API, as plain values. Texts that cannot be stored or read safely are refused, not repaired."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import CaseFace, face
from shelterbelt.response.queries import Work

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


class NoteIn(In):
    """A note for a case; without a category no release ever opens it."""

    text: Annotated[str, StringConstraints(pattern=SAFE, min_length=1, max_length=20_000)]
    category: Line = ""


class Written(Schema):
    """That something was written, and when."""

    at: datetime


class ActionOut(Schema):
    """A piece of work: what, why, for which case, due when, and whose."""

    ref: str
    title: str
    why: str
    source: str
    due_at: datetime
    late: bool
    owner: str
    mine: bool
    unit: str
    case_ref: str
    done_at: datetime | None
    outcome: str

    @staticmethod
    def of(work: Work) -> "ActionOut":
        """From work as a page shows it."""
        return ActionOut(**{name: getattr(work, name) for name in ActionOut.model_fields})


class ActionsOut(Schema):
    """A page of work; `next` is where the following one begins, empty at the end."""

    actions: list[ActionOut]
    next: str


class FinishIn(In):
    """How work ended, and in words what is worth knowing."""

    outcome: Line
    note: Story = ""


class GrantOut(Schema):
    """What a case of this agency (or, by agreement, all of them) opens, to whom, on which basis, and how long."""

    ref: str
    case_ref: str
    recipient: str
    categories: list[str]
    purpose: str
    basis: Literal["release", "agreement", "court_order", "mandate"]
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None


class GrantsOut(Schema):
    """A page of grants, newest first."""

    grants: list[GrantOut]
    next: str


class EndIn(In):
    """How the survivor told us, where a release ends; nothing for every other basis."""

    channel: Line = ""


class ReferralOut(Schema):
    """A referral as a list shows it; of one that we sent, the answer only if the survivor released it."""

    ref: str
    direction: Literal["in", "out"]
    peer: str
    made_at: datetime
    state: str


class ReferralsOut(Schema):
    """A page of referrals, newest first."""

    referrals: list[ReferralOut]
    more: bool


class ReferralTold(ReferralOut):
    """One referral with what was told in it."""

    name: str
    language: str
    words: dict[str, str]
    answer: str
    reason: str


class AnswerIn(In):
    """Whether a referral can be taken, and if not, why."""

    answer: Literal["accepted", "declined"]
    reason: Line = ""
    words: Story = ""


class AgencyOut(Schema):
    """An agency that shares its cases with the program's."""

    ref: str
    name: str
    kind: str


class AgenciesOut(Schema):
    """The agencies that share."""

    agencies: list[AgencyOut]


class CheckpointOut(Schema):
    """The newest signed checkpoint of the agency's ledger, and the key that it is checked with."""

    note: str
    key: str
    made_at: datetime


class LedgerLine(Schema):
    """A line of the ledger that this program caused: an entry (it did something) or a reading (it looked)."""

    stream: Literal["entries", "readings"]
    id: int
    kind: str
    at: datetime


class LedgerLines(Schema):
    """Lines, oldest first."""

    lines: list[LedgerLine]


class Inclusion(Schema):
    """That a row stands in the ledger of `size` lines (docs/ledger.md says how it is checked)."""

    line: int
    size: int
    row: dict[str, Any] | None
    salt: str | None
    commitment: str
    proof: list[str]


class Consistency(Schema):
    """That the ledger of `second` lines grew from that of `first`."""

    first: int
    second: int
    proof: list[str]
