"""Draws places on empty ground as one accessible picture: no map, no address, nothing fetched, a length to compare with.

It knows no order and says no more than its caller does. A table with the same content stands beside it. What a judge
ordered is hatched with a solid edge; what is ours is dashed, empty, and says so: the two never look alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shelterbelt.ui.drawing import joined, short

WIDE, MARGIN, LEAST = 640.0, 28.0, 60.0
BESIDE = 26.0  # from one number to the next, in pixels
JUDGES, OURS = "judge", "ours"
LENGTHS = tuple(step * 10**power for power in range(1, 5) for step in (1, 2, 5))
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Patch:
    """One place: its points in metres east and north of somewhere, how far around them it reaches, whose it is."""

    number: int
    points: tuple[Point, ...]
    reach: float
    whose: str = JUDGES
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What is drawn. `says` tells those who do not see the picture what is in it; `ours` stands beside what has no force.

    `dot`: a place of which only its own people learn, such as a home; never drawn for anybody else.
    """

    title: str
    says: str
    patches: tuple[Patch, ...]
    length: str
    ours: str = ""
    dot: Point | None = None
    id: str = "ground"

    def __post_init__(self) -> None:
        if not self.patches or any(one.whose == OURS for one in self.patches) > bool(self.ours):
            raise ValueError("a picture needs places, and words beside those that are ours")


def draw(ground: Ground) -> SafeString:
    """The picture as SVG; `length` has `%(metres)s` in it."""
    frame = _frame(ground)
    parts = [_patch(ground, frame, one) for one in ground.patches]
    if ground.dot:
        x, y = frame.at(ground.dot)
        parts.append(
            format_html('<circle class="sb-ground__dot" cx="{}" cy="{}" r="5"/>', short(x), short(y))
        )
    numbers = [
        _number(*at, one.number) for at, one in zip(_spots(ground, frame), ground.patches, strict=True)
    ]
    said = [_said_of_ours(ground.ours, frame)] if ground.ours else []
    high = frame.high + (80 if said else 40)
    return picture(
        frame,
        [*parts, *numbers, *said],
        id=ground.id,
        title=ground.title,
        says=ground.says,
        length=ground.length,
        high=high,
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """How a piece of ground lies in the picture: metres at its edges, pixels to a metre, and how high it is."""

    west: float
    north: float
    scale: float
    high: float

    def at(self, point: Point) -> Point:
        """Where a point of the ground lies in the picture."""
        return MARGIN + (point[0] - self.west) * self.scale, MARGIN + (self.north - point[1]) * self.scale


def picture(
    frame: Frame,
    parts: Iterable[SafeString],
    *,
    id: str,
    title: str,
    says: str,
    length: str,
    high: float = 0.0,
) -> SafeString:
    """The parts as one SVG with the judge's hatch, a length to compare with and where north is: no script, no style."""
    return format_html(
        '<svg class="sb-drawn sb-ground" role="img" aria-labelledby="{id}-title {id}-says" width="100%"'
        ' viewBox="0 0 {wide} {high}" direction="ltr" focusable="false" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{id}-title">{title}</title><desc id="{id}-says">{says}</desc>'
        '<defs><pattern id="{id}-hatch" width="8" height="8" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><line class="sb-ground__hatch" x1="0" y1="0" x2="0" y2="8"/></pattern></defs>'
        "{parts}{scale}</svg>",
        id=id,
        wide=short(WIDE),
        high=short(high or frame.high + 40),
        title=title,
        says=says,
        parts=joined(parts),
        scale=joined(_scale(length, frame)),
    )


def _frame(ground: Ground) -> Frame:
    dots = (ground.dot,) if ground.dot else ()
    spots = [(x, y, one.reach) for one in ground.patches for x, y in one.points]
    spots += [(x, y, 0.0) for x, y in dots]
    west, east = min(x - r for x, _y, r in spots), max(x + r for x, _y, r in spots)
    south, north = min(y - r for _x, y, r in spots), max(y + r for _x, y, r in spots)
    across, down = max(east - west, LEAST), max(north - south, LEAST)
    scale = (WIDE - 2 * MARGIN) / max(across, down)
    return Frame(west - (max(across, down) - across) / 2, north, scale, 2 * MARGIN + down * scale)


def _patch(ground: Ground, frame: Frame, patch: Patch) -> SafeString:
    looks = f"sb-ground__{patch.whose}"
    fill = f"url(#{ground.id}-hatch)" if patch.whose == JUDGES else "none"
    spots = [frame.at(point) for point in patch.points]
    if len(spots) == 1:
        x, y = spots[0]
        return format_html(
            '<circle class="{}" cx="{}" cy="{}" r="{}" fill="{}"/>', looks, short(x), short(y),
            short(patch.reach * frame.scale), fill,
        )  # fmt: skip
    return _line(looks, spots, patch, frame, fill)


def _spots(ground: Ground, frame: Frame) -> list[Point]:
    """Where the number of each place stands: in its middle, or beside that where another one stands already."""
    taken: list[Point] = []
    for patch in ground.patches:
        spots = [frame.at(point) for point in patch.points]
        x, y = sum(x for x, _y in spots) / len(spots), sum(y for _x, y in spots) / len(spots)
        steps = (step * BESIDE for n in range(len(taken) + 1) for step in (n, -n))
        taken.append(next((x + step, y) for step in steps if _is_free(x + step, y, taken)))
    return taken


def _is_free(x: float, y: float, taken: Sequence[Point]) -> bool:
    return all(abs(x - one) >= BESIDE or abs(y - other) >= BESIDE for one, other in taken)


def _number(x: float, y: float, number: int) -> SafeString:
    return format_html(
        '<text class="sb-ground__number" x="{}" y="{}" text-anchor="middle">{}</text>',
        short(x), short(y + 6), number,
    )  # fmt: skip


def _said_of_ours(words: str, frame: Frame) -> SafeString:
    """What is ours is said once, beside a piece of its dashes: within small places words would run into each other."""
    y = frame.high + 58
    return format_html(
        '<line class="sb-ground__ours" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<text class="sb-ground__number" x="{}" y="{}">{}</text>',
        short(MARGIN), short(y), short(MARGIN + 48), short(y), short(MARGIN + 56), short(y + 6), words,
    )  # fmt: skip


def _line(looks: str, spots: Sequence[Point], patch: Patch, frame: Frame, fill: str) -> SafeString:
    """An area with its edge; a street as a broad band, hatched alike, or as a dashed line."""
    points = " ".join(f"{short(x)},{short(y)}" for x, y in spots)
    if patch.closed:
        return format_html('<polygon class="{}" points="{}" fill="{}"/>', looks, points, fill)
    if patch.whose == OURS:
        return format_html('<polyline class="{}" points="{}" fill="none"/>', looks, points)
    wide = 2 * patch.reach * frame.scale
    return format_html_join(
        "",
        '<polyline class="{}" points="{}" fill="none" stroke-width="{}"{}/>',
        (
            (f"{looks}-edge", points, short(wide + 6), ""),
            (f"{looks}-inside", points, short(wide), ""),
            (f"{looks}-band", points, short(wide), format_html(' stroke="{}"', fill)),
        ),
    )


def _scale(length: str, frame: Frame) -> Iterator[SafeString]:
    """A line of so many metres, and which way is north."""
    metres = max((one for one in LENGTHS if one * frame.scale <= WIDE / 3), default=LENGTHS[0])
    y = frame.high + 18
    yield format_html(
        '<line class="sb-ground__scale" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<text class="sb-drawn__words sb-drawn__words--small" x="{}" y="{}">{}</text>',
        short(MARGIN), short(y), short(MARGIN + metres * frame.scale), short(y),
        short(MARGIN + metres * frame.scale + 8), short(y + 5), length % {"metres": metres},
    )  # fmt: skip
    x = WIDE - MARGIN
    yield format_html(
        '<path class="sb-ground__scale" d="M{} {}v-20m-5 6l5-6l5 6" fill="none"/>', short(x), short(y + 6)
    )
