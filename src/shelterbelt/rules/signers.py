"""May this person sign, seen against the case's other person? A name and a birth date together say no.

It refuses no one for a name alone: many people share one, so a person is asked to look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shelterbelt.rules.names import tokens
from shelterbelt.rules.reasons import Problem
from shelterbelt.rules.releases import Draft


@dataclass(frozen=True, slots=True)
class Other:
    """The case's other person, as far as known."""

    name: str
    born_on: date | None = None


def against(draft: Draft, other: Other) -> Iterator[Problem]:
    """This function will yield what forbids a signer who may be the case's other person.

    Name and birth date alike: refused, whatever was ticked. Name alike and a birth date unknown: somebody must
    say that it is not the same person. Two different birth dates: not the same person.
    """
    for place, signer in enumerate(draft.signers):
        if not same_name(signer.name, other.name):
            continue
        born_on = signer.born_on or (draft.minor_born_on if signer.capacity == "minor" else None)
        if born_on is not None and born_on == other.born_on:
            yield Problem(f"signer{place + 1 if place else ''}_name", "release.signer_is_the_other")
        elif (born_on is None or other.born_on is None) and not draft.not_the_other:
            yield Problem("not_the_other", "release.signer_named_like_other")


def same_name(one: str, other: str) -> bool:
    """This function will say whether two names share all parts of the shorter one, in any order; one part alone only whole."""
    mine, theirs = set(tokens(one)), set(tokens(other))
    if not mine or not theirs:
        return False
    shorter = min(mine, theirs, key=len)
    return mine == theirs or (len(shorter) > 1 and shorter <= mine & theirs)
