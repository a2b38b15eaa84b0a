"""What a survivor set up, as it is sealed and as the rules read it; and whether a code is right.

Both codes are kept as keyed digests and both are always compared: the answer takes as long whichever was typed.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from shelterbelt.agencies.sealed import fingerprint, opened
from shelterbelt.library.calling import calling
from shelterbelt.notices.actions.safe import plain_word
from shelterbelt.rules.calling import CANCEL, FORCED, Recipient, Settings
from shelterbelt.sealing.errors import KeyDestroyed, KeyMissing, SealBroken
from shelterbelt.store.fields import SealedRow

DUTY = "duty"
# A row alone does not open. A key folder that is locked is another matter, and ends the work.
UNREADABLE = (KeyMissing, KeyDestroyed, SealBroken)
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Circle:
    """Somebody the survivor chose: a slot, a name, how to reach them, and in which words they are told."""

    slot: str
    name: str
    number: str
    email: str
    language: str
    said: str
    words: str

    @property
    def ways(self) -> tuple[str, ...]:
        return tuple(way for way, to in (("text", self.number), ("email", self.email)) if to)

    def to(self, way: str) -> str:
        """Where this way leads."""
        return {"text": self.number, "email": self.email}.get(way, "")

    def text(self) -> str:
        """The words that the survivor picked or wrote for them."""
        return self.words or calling().picked[self.said][self.language]


def readable(row: SealedRow) -> dict[str, Any] | None:
    """The content of a row; None where it does not open. Of work that is done for many, that one alone stays behind."""
    try:
        return opened(row)
    except UNREADABLE:
        return None


def circle_of(content: Content) -> tuple[Circle, ...]:
    """The people in a set-up."""
    return tuple(Circle(**person) for person in content["people"])


def settings_of(content: Content, *, test: bool, roster: tuple[str, ...] = ()) -> Settings:
    """A set-up as the rules read it; `roster`: the slots of whoever is there and wants a text."""
    how = calling()
    duty = [Recipient(DUTY, "duty", ("page",))] if content["duty"] else []
    duty += [Recipient(slot, "duty", ("text",)) for slot in roster] if content["duty"] else []
    people = [Recipient(one.slot, "circle", one.ways) for one in circle_of(content)]
    agencies = [Recipient(one["slot"], "dispatch", ("letter",)) for one in content["dispatch"]]
    return Settings(
        hold=timedelta(seconds=content["hold"]),
        recipients=(*duty, *people, *agencies),
        steps=how.steps,
        unanswered_after=how.unanswered_after,
        stops_after=how.stops_after,
        test=test,
    )


def digests_of(agency_id: UUID, person_id: UUID, *codes: str) -> list[str]:
    """What is kept of codes: without the agency's key nobody can try them out."""
    return [
        fingerprint(agency_id, {"person": str(person_id), "code": plain_word(code)}).hex() for code in codes
    ]


def which_code(content: Content, said: str, *, agency_id: UUID, person_id: UUID) -> str:
    """CANCEL, FORCED, or nothing when it is neither."""
    (typed,) = digests_of(agency_id, person_id, said)
    cancels = hmac.compare_digest(typed, str(content["cancel"]))
    forced = hmac.compare_digest(typed, str(content["forced"]))
    return FORCED if forced else CANCEL if cancels else ""
