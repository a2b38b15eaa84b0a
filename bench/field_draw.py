"""Draws what came of the field scenarios: when each was told beside when it was true, and where everybody went.

It decides nothing, and says nothing by colour alone.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from bench.field_judge import IN_TIME, LATE, NOTHING, STILL, UNKNOWN, WRONG, Judged
from bench.field_story import RESPONDENT, SURVIVOR, Sent, Story
from shelterbelt.rules.earth import Plane, Point
from shelterbelt.rules.zones import AREA, CIRCLE

INK, SOFT, BAND, LINE, PAPER = "#1d2b36", "#5b6b77", "#d9e6ec", "#b8c4cc", "#ffffff"
SIGNS = {IN_TIME: "●", LATE: "◐", UNKNOWN: "?", NOTHING: "–", STILL: "○", WRONG: "×"}
FONT = 'font-family="system-ui, sans-serif"'
ROW, LEFT, RIGHT, TOP = 26, 330, 820, 70
BEFORE, AFTER = 900, 1500
Line = tuple[Story, Judged]


def times(lines: Sequence[Line]) -> str:
    """This function will draw a row for each scenario: from when it was true, until when that is in time, what was told when."""
    foot = TOP + ROW * len(lines)
    parts = [
        *_axis(foot),
        *(part for place, line in enumerate(lines) for part in _row(TOP + ROW * place, *line)),
    ]
    says = "For each scenario the instant of what was told, beside the span in which it is in time. The table has the same."
    return _svg(1120, foot + 40, "When each was told", says, parts)


def _axis(foot: float) -> Iterator[str]:
    yield _text(16, 30, "When each was told, in minutes from when it was true", size=17, weight="600")
    legend = "● in time   ◐ late   ? only unknown or silence   – nothing   ○ quiet, as it should be   × false alert"
    yield _text(16, 52, legend, colour=SOFT)
    for minute in range(-BEFORE // 60, AFTER // 60 + 1, 5):
        x = _across(minute * 60)
        yield f'<path d="M{x:.1f} {TOP} V{foot}" stroke="{LINE if minute else SOFT}" stroke-width="1"/>'
        yield _text(x, foot + 18, f"{minute:+d}" if minute else "0", colour=SOFT, anchor="middle")


def _row(y: float, story: Story, judged: Judged) -> Iterator[str]:
    middle = y + ROW / 2
    yield _text(16, middle + 5, f"{story.number:02d}  {story.title}")
    came, by = story.must.came, story.must.by
    if came is not None and by is not None:
        wide = max(3.0, _across(by - came) - _across(0))
        yield f'<rect x="{_across(0):.1f}" y="{y + 5}" width="{wide:.1f}" height="{ROW - 10}" fill="{BAND}"/>'
    if judged.at is not None and came is not None:
        x = min(max(_across(judged.at - came), LEFT), RIGHT)
        yield _text(x, middle + 6, SIGNS[judged.says], size=17, anchor="middle")
    words = f"{SIGNS[judged.says]} {judged.says}" + (f": {judged.told}" if judged.told else "")
    yield _text(
        RIGHT + 22,
        middle + 5,
        words + ("" if judged.possible or judged.says == IN_TIME else " (physics)"),
        colour=INK,
    )


def _across(seconds: float) -> float:
    share = (seconds + BEFORE) / (BEFORE + AFTER)
    return LEFT + (RIGHT - LEFT) * share


CELL, HIGH, WINDOW, COLUMNS = 200, 190, 1100.0, 5


def ways(stories: Sequence[tuple[Story, Sequence[Sent]]]) -> str:
    """This function will draw a small map for each scenario: the place or the meeting, the true ways, and where fixes fell."""
    parts = [
        _text(16, 30, "Where everybody went, and where the fixes fell", size=17, weight="600"),
        _text(
            16,
            52,
            "Hatched: the place of the order. Line: the respondent. Dashes: the survivor. + fixes. Each map: 2.2 km.",
            colour=SOFT,
        ),
    ]
    for place, (story, sent) in enumerate(stories):
        x, y = 16 + place % COLUMNS * (CELL + 12), TOP + place // COLUMNS * (HIGH + 12)
        parts += _map(x, y, story, sent)
    rows = math.ceil(len(stories) / COLUMNS)
    hatch = (
        f'<defs><pattern id="h" width="7" height="7" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
        f'<path d="M0 0 V7" stroke="{SOFT}" stroke-width="1.6"/></pattern></defs>'
    )
    wide, high = 32 + COLUMNS * (CELL + 12), TOP + rows * (HIGH + 12) + 10
    return _svg(wide, high, "Where everybody went", "One small map for each scenario.", [hatch, *parts])


def _map(x: float, y: float, story: Story, sent: Sequence[Sent]) -> Iterator[str]:
    focus = _focus(story)
    scale = CELL / (2 * WINDOW)
    half = (HIGH - 26) / 2
    yield _text(x, y + 14, f"{story.number:02d} {story.title}"[:31], size=12)
    yield f'<svg x="{x}" y="{y + 22}" width="{CELL}" height="{2 * half}" overflow="hidden">'
    yield f'<rect width="{CELL}" height="{2 * half}" fill="{PAPER}" stroke="{LINE}"/>'

    def at(point: Point) -> Point:
        return CELL / 2 + (point[0] - focus[0]) * scale, half - (point[1] - focus[1]) * scale

    yield from _place(story, at, scale)
    for who, dash in ((RESPONDENT, ""), (SURVIVOR, ' stroke-dasharray="4 3"')):
        if who in story.truth:
            yield _path(
                [at(point) for point in _corners(story, who)], f'stroke="{INK}" stroke-width="1.4"{dash}'
            )
            last = at(story.truth[who][-1])
            yield f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="3" fill="{INK if not dash else PAPER}" stroke="{INK}"/>'
    shown = {_fix(at(_flat(story, one))): None for one in sent}
    yield from shown
    yield "</svg>"


def _corners(story: Story, who: str) -> list[Point]:
    """Where a way begins, turns and ends."""
    ends = [tuple(leg.get("at") or leg["to"]) for leg in story.ways[who] if "at" in leg or "to" in leg]
    return [*ends, story.truth[who][-1]] if len(ends) == 1 else ends


def _focus(story: Story) -> Point:
    """The middle of the zone; of a pair halfway between the two when they are nearest."""
    if story.zone is not None:
        return _flat_of(story, story.zone.plane)
    nearest = min(range(story.lasts + 1), key=lambda second: story.distances[second])
    (ax, ay), (bx, by) = (story.truth[who][nearest] for who in (RESPONDENT, SURVIVOR))
    return (ax + bx) / 2, (ay + by) / 2


def _place(story: Story, at: object, scale: float) -> Iterator[str]:
    look = f'fill="url(#h)" fill-opacity="0.55" stroke="{INK}" stroke-width="1"'
    if story.zone is None:
        return
    if story.zone.shape == CIRCLE:
        x, y = at(story.drawn["circle"])  # type: ignore[operator]
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{story.zone.reach * scale:.1f}" {look}/>'
        return
    points = [at(point) for point in story.drawn[story.zone.shape]]  # type: ignore[operator]
    if story.zone.shape == AREA:
        yield f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" {look}/>'
        return
    wide = f'stroke="{SOFT}" stroke-opacity="0.35" stroke-width="{2 * story.zone.reach * scale:.1f}"'
    yield _path(points, f'{wide} stroke-linecap="round"')


def _flat(story: Story, one: Sent) -> Point:
    return Plane(*story.origin).at(float(str(one.said.latitude)), float(str(one.said.longitude)))


def _flat_of(story: Story, plane: Plane) -> Point:
    return Plane(*story.origin).at(plane.latitude, plane.longitude)


def _fix(at: Point) -> str:
    x, y = at
    if not (-4 < x < CELL + 4 and -4 < y < HIGH + 4):
        return ""
    return f'<path d="M{round(x) - 2.5} {round(y)} h5 M{round(x)} {round(y) - 2.5} v5" stroke="{SOFT}" stroke-width="1"/>'


def _path(points: Iterable[Point], look: str) -> str:
    return f'<path d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in points)}" fill="none" {look}/>'


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 13,
    colour: str = INK,
    anchor: str = "start",
    weight: str = "400",
) -> str:
    look = f'{FONT} font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}" xml:space="preserve"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def _svg(wide: float, high: float, title: str, says: str, parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" aria-labelledby="t d">'
    named = f'<title id="t">{escape(title)}</title><desc id="d">{escape(says)}</desc>'
    ground = f'<rect width="{wide}" height="{high}" fill="#f7f9fa"/>'
    return "\n".join([head, named, ground, *(part for part in parts if part), "</svg>", ""])
