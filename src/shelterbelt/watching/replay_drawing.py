"""Draws the fixes of an alarm on empty ground: each with the circle in which it may have been, the way, and the zone.

No map and no address; nothing is fetched. A table with the same content stands beside it. It knows no name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from shelterbelt.rules.earth import Plane, Point
from shelterbelt.rules.fixes import Fix
from shelterbelt.ui.drawing import short
from shelterbelt.ui.ground import MARGIN, WIDE, Frame, picture

HIGH, LEAST = 480.0, 120.0
# Of many fixes the newest are numbered, so that the numbers can be read.
NUMBERED = 40


@dataclass(frozen=True, slots=True)
class Way:
    """What is drawn: fixes in their order, the zone as an alarm keeps it, and words for who does not see the picture."""

    title: str
    says: str
    length: str
    fixes: Sequence[Fix]
    zone: dict[str, Any] | None = None
    id: str = "way"


def draw(way: Way) -> SafeString:
    """The picture as SVG: no script, no style of its own."""
    plane = _plane(way)
    spots = [plane.at(one.latitude, one.longitude) for one in way.fixes]
    frame = _frame(way, spots)
    parts = [*_zone(way, frame), *_circles(way, spots, frame), *_line(spots, frame), *_dots(spots, frame)]
    return picture(frame, parts, id=way.id, title=way.title, says=way.says, length=way.length)


def numbered(many: int) -> int:
    """From which fix on (counted from 1) they are numbered in the picture."""
    return max(1, many - NUMBERED + 1)


def _plane(way: Way) -> Plane:
    if way.zone:
        return Plane(*way.zone["plane"])
    last = way.fixes[-1]
    return Plane(last.latitude, last.longitude)


def _frame(way: Way, spots: Sequence[Point]) -> Frame:
    """All fixes with their circles, and the zone; a circle counts for no more than the way is long, lest nothing be seen."""
    across = [(x, y, 0.0) for x, y in spots]
    if way.zone:
        across += [(x, y, way.zone["reach"]) for x, y in way.zone["points"]]
    span = max(
        max(x + r for x, _y, r in across) - min(x - r for x, _y, r in across),
        max(y + r for _x, y, r in across) - min(y - r for _x, y, r in across),
        LEAST,
    )
    across += [(x, y, min(one.metres, span / 2)) for one, (x, y) in zip(way.fixes, spots, strict=True)]
    west, east = min(x - r for x, _y, r in across), max(x + r for x, _y, r in across)
    south, north = min(y - r for _x, y, r in across), max(y + r for _x, y, r in across)
    scale = min(
        (WIDE - 2 * MARGIN) / max(east - west, LEAST), (HIGH - 2 * MARGIN) / max(north - south, LEAST)
    )
    spare = ((WIDE - 2 * MARGIN) / scale - (east - west)) / 2
    return Frame(west - spare, north, scale, HIGH)


def _zone(way: Way, frame: Frame) -> Iterator[SafeString]:
    """The judge's place: hatched, with a solid edge."""
    if not way.zone:
        return
    fill, spots = f"url(#{way.id}-hatch)", [frame.at((x, y)) for x, y in way.zone["points"]]
    reach = way.zone["reach"] * frame.scale
    points = " ".join(f"{short(x)},{short(y)}" for x, y in spots)
    if len(spots) == 1:
        (x, y) = spots[0]
        yield format_html(
            '<circle class="sb-ground__judge" cx="{}" cy="{}" r="{}" fill="{}"/>',
            short(x),
            short(y),
            short(reach),
            fill,
        )
    elif reach:
        yield format_html(
            '<polyline class="sb-ground__judge-band" points="{}" fill="none" stroke-width="{}"/>'
            '<polyline class="sb-ground__judge" points="{}" fill="none"/>', points, short(2 * reach), points,
        )  # fmt: skip
    else:
        yield format_html('<polygon class="sb-ground__judge" points="{}" fill="{}"/>', points, fill)


def _circles(way: Way, spots: Sequence[Point], frame: Frame) -> Iterator[SafeString]:
    for one, spot in zip(way.fixes, spots, strict=True):
        x, y = frame.at(spot)
        yield format_html(
            '<circle class="sb-way__off" cx="{}" cy="{}" r="{}"/>',
            short(x),
            short(y),
            short(one.metres * frame.scale),
        )


def _line(spots: Sequence[Point], frame: Frame) -> Iterator[SafeString]:
    if len(spots) > 1:
        points = " ".join(f"{short(x)},{short(y)}" for x, y in map(frame.at, spots))
        yield format_html('<polyline class="sb-way__line" points="{}" fill="none"/>', points)


def _dots(spots: Sequence[Point], frame: Frame) -> Iterator[SafeString]:
    first = numbered(len(spots))
    for number, spot in enumerate(spots, 1):
        x, y = frame.at(spot)
        yield format_html('<circle class="sb-ground__dot" cx="{}" cy="{}" r="4"/>', short(x), short(y))
        if number >= first and (len(spots) <= 12 or number in (first, len(spots)) or number % 5 == 0):
            yield format_html(
                '<text class="sb-ground__number" x="{}" y="{}" text-anchor="middle">{}</text>',
                short(x),
                short(y - 9),
                number,
            )
