"""May this agency see these categories of this case now? Decides on one grant.

It refuses by default, refuses whatever was withdrawn, and never lets a recipient pass anything on.
"""

from dataclasses import dataclass
from datetime import datetime

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What a grant opens: named categories to one recipient for one purpose, within [from_at, until_at)."""

    recipient: str
    purpose: str
    categories: frozenset[str]
    from_at: datetime
    until_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what and for which purpose; `onward` is asking in order to pass it to somebody else."""

    recipient: str
    purpose: str
    categories: frozenset[str]
    onward: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, and in which categories. Not allowed always means no category at all."""

    allowed: bool
    categories: frozenset[str]
    because: tuple[Reason, ...]


def decide(grant: GrantFacts, asked: Asked, *, at: datetime) -> Decision:
    """This function will say which of the asked categories the grant opens to the asker at this instant.

    All instants are aware. A grant that carries a withdrawal opens nothing, whatever the clocks say.
    Raises ValueError for a naive instant. Source: 34 USC 12291(b)(2) (tag M); withdrawn means at once.
    """
    refusals = tuple(_refusals(grant, asked, at))
    opened = grant.categories & asked.categories
    if refusals or not opened:
        return Decision(False, frozenset(), refusals or (Reason("sharing.no_category"),))
    kept_back = sorted(asked.categories - grant.categories)
    because = (
        Reason("sharing.granted"),
        *(Reason("sharing.not_released", category) for category in kept_back),
    )
    return Decision(True, opened, because)


def _refusals(grant: GrantFacts, asked: Asked, at: datetime) -> list[Reason]:
    aware(grant.from_at, grant.until_at, at)
    checks = (
        (grant.withdrawn_at is not None, "sharing.withdrawn"),
        (not grant.recipient or grant.recipient != asked.recipient, "sharing.other_recipient"),
        (grant.purpose != asked.purpose, "sharing.other_purpose"),
        (at < grant.from_at, "sharing.not_yet"),
        (at >= grant.until_at, "sharing.ended"),
        (asked.onward, "sharing.no_onward"),
    )
    return [Reason(code) for failed, code in checks if failed]
