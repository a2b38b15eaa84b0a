"""Draws occasions one after the other in a row, from plain values: a sign for how each went. A table stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

HEIGHT, SIDE = 34, 22


@dataclass(frozen=True, slots=True)
class Beat:
    """One occasion: where it lies in the row (0 to 1), and its sign. `open`: it is drawn empty."""

    place: float
    sign: str
    open: bool = False


def draw_row(beats: Sequence[Beat], *, id: str, title: str, says: str) -> SafeString:
    """The row as SVG: no script, no style of its own. `says` tells those who do not see it what is in it."""
    return format_html(
        '<svg class="sb-drawn sb-drawn--row" role="img" aria-labelledby="{id}-title {id}-says" width="100%" height="{height}"'
        ' direction="ltr" focusable="false" xmlns="http://www.w3.org/2000/svg"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-says">{says}</desc><line class="sb-drawn__other" x1="4%" y1="{mid}" x2="96%" y2="{mid}"/>{marks}</svg>',
        id=id,
        title=title,
        says=says,
        height=HEIGHT,
        mid=HEIGHT // 2,
        marks=format_html_join("", "{}", ((_mark(one),) for one in beats)),
    )


def _mark(beat: Beat) -> SafeString:
    look = " sb-drawn__mark--ahead" if beat.open else ""
    return format_html(
        '<svg x="{}%" y="{}" overflow="visible"><rect class="sb-drawn__mark{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text class="sb-drawn__number{}" x="0" y="5" text-anchor="middle">{}</text></svg>',
        f"{4 + 92 * min(max(beat.place, 0.0), 1.0):.2f}",
        HEIGHT // 2,
        look,
        -SIDE // 2,
        -SIDE // 2,
        SIDE,
        SIDE,
        " sb-drawn__number--ahead" if beat.open else "",
        beat.sign,
    )
