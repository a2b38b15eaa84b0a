"""Whether somebody may be called back now: by what stands for them in `notices`, else by what they said with this contact.

Decides by `rules.contact` alone; what was never said is not allowed.
"""

from datetime import datetime

from shelterbelt.agencies.sealed import opened
from shelterbelt.hotline.kept import words_of
from shelterbelt.hotline.models import Call, Report
from shelterbelt.notices.instructions import Told, facts
from shelterbelt.notices.standing import standing_of
from shelterbelt.rules.contact import Sending, Standing, when_to_send
from shelterbelt.rules.reasons import Reason

LEFT = "message_left"


class Forbidden(Exception):
    """Their instructions do not allow this call now; `because` says why."""

    def __init__(self, because: tuple[Reason, ...]) -> None:
        super().__init__(*(reason.code for reason in because))
        self.because = because


def told_of(thing: Call | Report) -> Told | None:
    """What they said about being reached; none where they said nothing, or it was let go."""
    content = opened(thing) if isinstance(thing, Report) else words_of(thing)
    return content.get("instructions")


def judged(thing: Call | Report, channel: str, *, at: datetime, message: bool = False) -> Sending:
    """Whether this way may be taken at this instant; `message`: leaving one with whoever or whatever answers."""
    told, standing = _standing(thing)
    return when_to_send(facts(told), channel, at, standing=standing, leaving_message=message)


def refuse_forbidden(thing: Call | Report, channel: str, *, outcome: str, at: datetime) -> None:
    """Refuse a call with this outcome that their instructions do not allow at this instant. Raises Forbidden."""
    found = judged(thing, channel, at=at, message=outcome == LEFT)
    if found.answer != "send":
        raise Forbidden(found.because)


def in_force(thing: Call | Report) -> Told | None:
    """The instructions that hold now."""
    return _standing(thing)[0]


def _standing(thing: Call | Report) -> tuple[Told | None, Standing]:
    return standing_of(thing.agency_id, thing.case_id or thing.id, given=told_of(thing))
