"""The ways by which a message leaves this machine, and what can become of it there.

It refuses a way that is not set up, and a message of which any part would tell a stranger what it is about.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from shelterbelt.agencies.models import Agency
from shelterbelt.library import quiet

PRODUCT = "Shelterbelt"
# What stands for a case or a person in addresses (store/ids.py).
REFERENCE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{22}(?![\w-])")
HERE = ("localhost", "127.0.0.1", "::1")


class NotSent(Exception):
    """It did not go, or nobody knows; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Later(NotSent):
    """It was surely not taken: another try does no harm."""


class Never(NotSent):
    """It was refused for good."""


class Unclear(NotSent):
    """The line broke when it may have been taken: another try may make it two."""


class Tells(NotSent):
    """A part of it would tell what it is about: it stays here, for somebody to see."""


@dataclass(frozen=True)
class Message:
    """What goes out: to whom, in which words, under which name, by when it must be there, and an id without meaning.

    `to_other`: it goes to somebody whom the survivor chose, never to themselves; `link` is then the one it may hold.
    """

    to: str
    text: quiet.Text
    language: str
    id: str
    sender_name: str = ""
    ends_at: datetime | None = None
    to_other: bool = False
    link: str = ""


def able() -> frozenset[str]:
    """The channels that this node is set up for."""
    ways = {"email": settings.MAIL, "text": settings.TEXTS}
    return frozenset(name for name, way in ways.items() if way["host"] and way["from"])


def send(channel: str, message: Message, *, at: datetime) -> None:
    """Hand a message over by this channel; raises NotSent when it was not taken."""
    from shelterbelt.notices import mail, texts

    {"email": mail.send, "text": texts.send}[channel](message, at=at)


def refuse_telling(*parts: str) -> None:
    """Refuse what a stranger could read something from: banned words, the product's or an agency's name, a link."""
    names = [PRODUCT, *Agency.objects.values_list("name", flat=True)]
    for part in parts:
        if quiet.telling(part, names=names):
            raise Tells("notice.tells")


def refuse_unfit(message: Message) -> None:
    """Refuse words that this message may not hold. To a survivor: whatever tells. To others: names of ours, and other links."""
    parts = (message.text.subject, message.text.body)
    if not message.to_other:
        return refuse_telling(*parts)
    names = [PRODUCT, *Agency.objects.values_list("name", flat=True)]
    for part in parts:
        own = part.replace(message.link, " ") if message.link else part
        if quiet.LINK.search(own) or REFERENCE.search(own) or quiet.naming(own, names):
            raise Tells("notice.tells")
    return None


def leaves_the_machine(host: str) -> bool:
    """Whether a line to this host can be read by others: then it is encrypted or not used at all."""
    return host not in HERE


def secret(path: str) -> str:
    """A password out of its file; the empty word where none is named."""
    if not path:
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read().strip()
