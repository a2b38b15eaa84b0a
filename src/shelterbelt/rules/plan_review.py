"""Is it time to look at a plan again? Decides on days and on what happened since.

It asks nobody to do anything, and counts nothing that was left out of a plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shelterbelt.rules.reasons import Reason

# How long a plan stands without a day that somebody chose (tag P: the house's own assumption).
USUAL = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened or is planned, by its code, and when this agency learned of it."""

    code: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Whether to look again, from which day on, and because of what."""

    due: bool
    on: date
    because: tuple[Reason, ...]


def review(
    looked_on: date, looked_at: datetime, chosen: date | None, news: Iterable[News], *, on: date
) -> Review:
    """This function will say whether a plan wants another look on this day.

    `looked_on` and `looked_at` are when it was last looked at as a whole, `chosen` the day that was agreed on. What was
    learned since counts once for each code. Source: a plan is looked at again when something changes (tag M).
    """
    by_day = chosen or looked_on + USUAL
    since = sorted({one.code for one in news if one.known_at > looked_at})
    because = tuple(Reason("review.news", code) for code in since)
    if on >= by_day:
        because += (Reason("review.day"),)
    return Review(bool(because), by_day, because)
