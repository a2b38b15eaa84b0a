"""Whether somebody may be called back now: by what stands for them in `notices`, else by what they said with this contact.

Decides by `rules.contact` alone; what was never said is not allowed.
"""

from datetime import datetime
from uuid import UUID

from shelterbelt.agencies.sealed import opened
from shelterbelt.hotline.models import Call, CallWords, Report
from shelterbelt.notices.instructions import Told, facts
from shelterbelt.notices.standing import standing_of
from shelterbelt.rules.contact import Sending, when_to_send
from shelterbelt.rules.reasons import Reason

LEFT = "message_left"


class Forbidden(Exception):
    """Their instructions do not allow this call now; `because` says why."""

    def __init__(self, because: tuple[Reason, ...]) -> None:
        super().__init__(*(reason.code for reason in because))
        self.because = because


def told_of(thing: Call | Report) -> Told | None:
    """What they said about being reached."""
    if isinstance(thing, Report):
        found: Told | None = opened(thing)["instructions"]
        return found
    row = CallWords.objects.filter(call_id=thing.id).first()
    return opened(row)["instructions"] if row else None


def judged(thing: Call | Report, channel: str, *, at: datetime, message: bool = False) -> Sending:
    """Whether this way may be taken at this instant."""
    about: UUID = thing.case_id or thing.id
    told, standing = standing_of(thing.agency_id, about, given=told_of(thing))
    return when_to_send(facts(told), channel, at, standing=standing, leaving_message=message)


def in_force(thing: Call | Report) -> Told | None:
    """The instructions that hold now."""
    return standing_of(thing.agency_id, thing.case_id or thing.id, given=told_of(thing))[0]
