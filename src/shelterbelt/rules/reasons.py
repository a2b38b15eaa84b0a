"""Why a rule decided as it did: codes that pages translate, never prose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One reason: `code` names the kind of reason, `about` the item, fact or source it speaks of."""

    code: str
    about: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with one field: `field` names it, `code` says what; pages put words to the code."""

    field: str
    code: str
