"""Draws how danger went over time as one accessible picture, from plain values: bands in words, never a percentage.

It knows no case, reads no clock, and leaves all words to its caller. A table with the same content stands beside it.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# Across, in hundredths of the width, so that the words keep their size on a narrow screen; down, in pixels.
LEFT, RIGHT = 22.0, 94.0
TOP, ROW = 8, 46
DATES, MARKS, LANE = 20, 50, 66
CLOSE = 8.5


@dataclass(frozen=True, slots=True)
class Step:
    """A height that held for a while. Heights count bands: 0 is the foot of the lowest band, 1 its top."""

    from_at: datetime
    until_at: datetime
    height: float


@dataclass(frozen=True, slots=True)
class Shade:
    """What could be: from one height to another for a while, shaded."""

    from_at: datetime
    until_at: datetime
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, by its number in the table beside the picture; `ahead`: it is only planned."""

    at: datetime
    number: int
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A day that is named under the picture."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn. `bands` are words, lowest first; `other` is a second line, drawn dashed.

    `says` tells those who do not see the picture what is in it. `now_at` is drawn as a line where it lies inside.
    """

    title: str
    says: str
    bands: tuple[str, ...]
    from_at: datetime
    until_at: datetime
    steps: tuple[Step, ...] = ()
    other: tuple[Step, ...] = ()
    shades: tuple[Shade, ...] = ()
    marks: tuple[Mark, ...] = ()
    ticks: tuple[Tick, ...] = ()
    now_at: datetime | None = None
    now_words: str = ""
    id: str = field(default="drawn")

    def __post_init__(self) -> None:
        if self.from_at >= self.until_at or not self.bands:
            raise ValueError("a picture needs a span of time and at least one band")

    @property
    def foot(self) -> int:
        """Where the lowest band ends, in pixels from the top."""
        return TOP + len(self.bands) * ROW

    def across(self, at: datetime) -> float:
        """Where an instant lies, in hundredths of the width; what lies outside is at the edge."""
        share = (at - self.from_at) / (self.until_at - self.from_at)
        return LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0)

    def down(self, height: float) -> float:
        """Where a height lies, in pixels from the top."""
        return self.foot - min(max(height, 0.0), float(len(self.bands))) * ROW


def draw(drawing: Drawing) -> SafeString:
    """The picture as SVG: no script, no style of its own, nothing fetched; its look is in the style sheet."""
    parts = (*_bands(drawing), *_shades(drawing), *_falls(drawing), *_dates(drawing), *_now(drawing))
    lines = (*_line(drawing, drawing.other, "other"), *_line(drawing, drawing.steps, "line"))
    return format_html(
        '<svg class="sb-drawn" role="img" aria-labelledby="{id}-title {id}-says" width="100%" height="{height}"'
        ' direction="ltr" focusable="false" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{id}-title">{title}</title><desc id="{id}-says">{says}</desc>{parts}</svg>',
        id=drawing.id,
        height=drawing.foot + LANE,
        title=drawing.title,
        says=drawing.says,
        parts=joined((*parts, *lines, *_marks(drawing))),
    )


def groups(drawing: Drawing) -> list[tuple[float, list[Mark]]]:
    """The marks by where they are drawn: those too close to one another share a place."""
    found: list[tuple[float, list[Mark]]] = []
    for mark in sorted(drawing.marks, key=lambda one: (one.at, one.number)):
        place = drawing.across(mark.at)
        if found and place - found[-1][0] < CLOSE:
            found[-1][1].append(mark)
        else:
            found.append((place, [mark]))
    return found


def _bands(drawing: Drawing) -> Iterator[SafeString]:
    for place, words in enumerate(drawing.bands):
        top = drawing.down(place + 1)
        yield format_html(
            '<rect class="sb-drawn__band sb-drawn__band--{}" x="{}%" y="{}" width="{}%" height="{}"/>'
            '<text class="sb-drawn__words" x="0" y="{}">{}</text>',
            "even" if place % 2 else "odd", short(LEFT), short(top), short(RIGHT - LEFT), ROW, short(top + ROW / 2 + 5), words,
        )  # fmt: skip


def _shades(drawing: Drawing) -> Iterator[SafeString]:
    for shade in drawing.shades:
        left, right = drawing.across(shade.from_at), drawing.across(shade.until_at)
        top, bottom = drawing.down(shade.hi), drawing.down(shade.lo)
        yield format_html(
            '<rect class="sb-drawn__shade" x="{}%" y="{}" width="{}%" height="{}"/>',
            short(left), short(top), short(max(right - left, 0.6)), short(max(bottom - top, 2)),
        )  # fmt: skip


def _line(drawing: Drawing, steps: Iterable[Step], kind: str) -> Iterator[SafeString]:
    """A staircase: level while a height holds, upright where it changes."""
    before: Step | None = None
    for step in steps:
        left, right, y = (
            drawing.across(step.from_at),
            drawing.across(step.until_at),
            drawing.down(step.height),
        )
        if before is not None:
            yield _stroke(kind, left, drawing.down(before.height), left, y)
        yield _stroke(kind, left, y, right, y)
        before = step


def _stroke(kind: str, x1: float, y1: float, x2: float, y2: float) -> SafeString:
    return format_html(
        '<line class="sb-drawn__{}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        kind,
        short(x1),
        short(y1),
        short(x2),
        short(y2),
    )


def _now(drawing: Drawing) -> Iterator[SafeString]:
    if drawing.now_at is None or not drawing.from_at < drawing.now_at < drawing.until_at:
        return
    place = drawing.across(drawing.now_at)
    yield _stroke("now", place, TOP, place, drawing.foot)
    if drawing.now_words:
        yield format_html(
            '<text class="sb-drawn__words" x="{}%" y="{}" dx="4">{}</text>',
            short(place),
            TOP + 14,
            drawing.now_words,
        )


def _dates(drawing: Drawing) -> Iterator[SafeString]:
    last = len(drawing.ticks) - 1
    for place, tick in enumerate(drawing.ticks):
        anchor = "start" if place == 0 else "end" if place == last else "middle"
        yield format_html(
            '<text class="sb-drawn__words sb-drawn__words--small" x="{}%" y="{}" text-anchor="{}">{}</text>',
            short(drawing.across(tick.at)), drawing.foot + DATES, anchor, tick.words,
        )  # fmt: skip


def _marks(drawing: Drawing) -> Iterator[SafeString]:
    for place, marks in groups(drawing):
        first, last = marks[0].number, marks[-1].number
        words = str(first) if first == last else f"{first}–{last}"
        wide = 24 if first == last else 16 + 8 * len(words)
        ahead = " sb-drawn__mark--ahead" if all(mark.ahead for mark in marks) else ""
        yield format_html(
            '<svg x="{}%" y="{}" overflow="visible"><rect class="sb-drawn__mark{}" x="{}" y="-12" width="{}" height="24"'
            ' rx="12"/><text class="sb-drawn__number{}" x="0" y="5" text-anchor="middle">{}</text></svg>',
            short(place), drawing.foot + MARKS, ahead, short(-wide / 2), wide, ahead and " sb-drawn__number--ahead", words,
        )  # fmt: skip


def _falls(drawing: Drawing) -> Iterator[SafeString]:
    """From each thing that happened a thin line down to its number."""
    for place in dict.fromkeys(short(drawing.across(mark.at)) for mark in drawing.marks):
        yield _stroke("fall", float(place), TOP, float(place), drawing.foot)


def joined(parts: Iterable[SafeString]) -> SafeString:
    """The parts of a picture one after the other."""
    return format_html_join(mark_safe(""), "{}", ((part,) for part in parts))


def short(value: float) -> str:
    """A number as it stands in the picture: the same for the same values, without needless digits. ValueError for none."""
    if not math.isfinite(value):
        raise ValueError("a picture has numbers alone")
    return f"{value:.2f}".rstrip("0").rstrip(".")
