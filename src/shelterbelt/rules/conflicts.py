"""Are a worker and a party the same person, or does the worker know the party? Decides how strong a match is.

It refuses to guess from a name alone: a weak match is for a person to judge.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shelterbelt.rules.names import tokens

Strength = Literal["strong", "weak"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody: every name they go by, birth date, and numbers in one form (digits)."""

    names: tuple[str, ...] = ()
    born_on: date | None = None
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """How strong a match is, and what agreed: codes among name, born_on, phone."""

    strength: Strength
    on: tuple[str, ...]


def match(one: Known, other: Known) -> Match | None:
    """This function will say how strongly two descriptions point to one person, or that they do not.

    Strong: two of full name, birth date and a number agree. Weak: a number agrees, or a full name does and no
    birth date speaks against it. A name of one part is never full. Symmetric; nothing is raised. Source: the
    product's own policy (tag P) for officers who are parties (AP 2016: misuse of databases over former partners).
    """
    named, called = _full_name(one, other), bool(one.phones & other.phones)
    both_born = one.born_on is not None and other.born_on is not None
    born = both_born and one.born_on == other.born_on
    on = tuple(code for code, agrees in (("name", named), ("born_on", born), ("phone", called)) if agrees)
    if len(on) >= 2:
        return Match("strong", on)
    if called or (named and not both_born):
        return Match("weak", on)
    return None


def _full_name(one: Known, other: Known) -> bool:
    """Whether all parts of a shorter name stand in a longer one, at least two of them."""
    return any(
        len(shorter) >= 2 and shorter <= longer
        for mine in one.names
        for theirs in other.names
        for shorter, longer in [sorted((set(tokens(mine)), set(tokens(theirs))), key=len)]
    )
