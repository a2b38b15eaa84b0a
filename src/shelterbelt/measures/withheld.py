"""Which counts may be shown: none of a few people, and none that gives a few away by taking one number from another.

It says nothing of what is counted. Standard library only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Shown = int | None
# A year, and 1 to 4.
Quarter = tuple[int, int]


def quarter_of(at: datetime) -> Quarter:
    """This function will return the quarter of the year that an instant lies in, by the clock that it carries."""
    return at.year, (at.month + 2) // 3


def shown(counts: Sequence[int], least: int) -> tuple[Shown, ...]:
    """This function will return the counts of one whole, None for each that is withheld.

    The counts add up to a whole that is shown. A count of 1 to `least` - 1 is withheld; then the smallest others, until
    what is withheld is two counts and `least` together: nobody can take the shown ones from the whole and learn of a few.
    Where the whole is itself smaller than `least` nothing is shown, also no zero.
    Raises ValueError for a negative count. Source: CMS cell size suppression policy; Hundepool et al. 2012 §4 (tag S).
    """
    if any(count < 0 for count in counts):
        raise ValueError("a count is not negative")
    if sum(counts) < least:
        return (None,) * len(counts)
    hidden = {place for place, count in enumerate(counts) if 0 < count < least}
    others = sorted(
        (p for p, c in enumerate(counts) if p not in hidden), key=lambda p: (counts[p] == 0, counts[p], p)
    )
    while hidden and others and (len(hidden) < 2 or sum(counts[p] for p in hidden) < least):
        hidden.add(others.pop(0))
    return tuple(None if place in hidden else count for place, count in enumerate(counts))


@dataclass(frozen=True, slots=True)
class Span:
    """Quarters that are told together: [first, last], and how many there are in them; None where they are too few."""

    first: Quarter
    last: Quarter
    count: Shown


def spans(quarters: Mapping[Quarter, int], least: int, *, over: Quarter) -> tuple[Span, ...]:
    """This function will return the quarters before `over` in spans of at least `least` each.

    A quarter that still runs is in none: its count moves by one. Quarters are put together from the year's first on
    and never across a year, so that a span that was told once never changes its ends; the rest of a year stays withheld.
    """
    found: list[Span] = []
    for year in sorted({year for year, _ in quarters}):
        gathered: list[Quarter] = []
        for quarter in sorted(one for one in quarters if one[0] == year and one < over):
            gathered.append(quarter)
            count = sum(quarters[one] for one in gathered)
            if count >= least:
                found.append(Span(gathered[0], gathered[-1], count))
                gathered = []
        if gathered:
            found.append(Span(gathered[0], gathered[-1], None))
    return tuple(found)


def within(span: Span, quarters: Iterable[Quarter]) -> tuple[Quarter, ...]:
    """This function will return those of the quarters that lie in a span, in order."""
    return tuple(sorted(one for one in quarters if span.first <= one <= span.last))
