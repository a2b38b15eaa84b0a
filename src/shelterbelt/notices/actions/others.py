"""Tell somebody whom a survivor chose: a friend, a worker on duty. It is no message to the survivor, and never goes to them.

Refuses the survivor's own number and address, a way that is not set up, names of ours, and any link but the one given.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shelterbelt.agencies.sealed import opened
from shelterbelt.library import quiet
from shelterbelt.notices import channels
from shelterbelt.notices.channels import Later, Message, Never
from shelterbelt.notices.standing import standing_row


@dataclass(frozen=True)
class Told:
    """What somebody is told: where to, in which words, with which link, and an id by which a mailbox knows it again."""

    to: str
    body: str
    language: str
    id: str
    link: str = ""
    subject: str = ""


def tell_other(way: str, told: Told, *, at: datetime) -> None:
    """Hand one message for somebody else over, at once; raises NotSent when it was not taken."""
    if way not in channels.able():
        raise Later("notice.no_transport")
    if not told.to:
        raise Never("contact.no_address")
    text = quiet.Text(told.subject or quiet.kind("message").text(told.language).subject, told.body)
    message = Message(told.to, text, told.language, told.id, to_other=True, link=told.link)
    channels.send(way, message, at=at)


def is_their_own(to: str, agency: UUID, *about: UUID) -> bool:
    """Whether a number or address is one by which the survivor themselves is reached: then it is nobody else's."""
    for thing in about:
        for state in ("in_force", "proposed"):
            row = standing_row(agency, thing, state)
            told = opened(row) if row else {}
            if to and to.casefold() in (str(told.get(part) or "").casefold() for part in ("number", "email")):
                return True
    return False
