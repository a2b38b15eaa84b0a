"""Draws the forecast of each process over the days behind and ahead: bands, how unsure they are, and what happened.

Every day is told from what is known now; a table with the same content stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.assessments.queries import Facts, numbers, timeline_of
from shelterbelt.response.forecast_words import band_word, drawn, label, process_word
from shelterbelt.rules.hazard import Chance, Line, Process, chances
from shelterbelt.rules.kernels import Parameters
from shelterbelt.ui.drawing import Drawing, Mark, Shade, Step, Tick, draw

BEHIND, AHEAD, STEP = timedelta(days=28), timedelta(days=42), timedelta(days=2)
DRAWN = 30


@dataclass(frozen=True)
class Happened:
    """One line of the table: its number in the pictures, when, what, and whether it is only planned."""

    number: int
    at: datetime
    what: str
    ahead: bool


@dataclass(frozen=True)
class Pictures:
    """A picture for each process, what is marked in them, and the same days as a table."""

    drawn: tuple[SafeString, ...]
    happened: tuple[Happened, ...]
    heads: tuple[str, ...]
    days: tuple[tuple[datetime, tuple[str, ...]], ...]


def pictures(facts: Facts, *, at: datetime, zone: str) -> Pictures:
    """The first line of every process over four weeks behind and six ahead, in steps of two days."""
    known = numbers().parameters
    timeline = timeline_of(facts, known)
    # A horizon of one step: what is drawn for two days is the danger of these two days.
    sets = [replace(one, horizons=(STEP / timedelta(hours=1),)) for one in (known, *drawn(known)[:DRAWN])]
    days = [at - BEHIND + n * STEP for n in range(int((BEHIND + AHEAD) / STEP))]
    found = {day: chances(sets[0], timeline, at=day, known_at=at, draws=sets[1:]) for day in days}
    happened = tuple(_happened(facts, known, at, zone))
    return Pictures(
        drawn=tuple(draw(_drawing(process, found, happened, at, zone)) for process in Process),
        happened=happened,
        heads=tuple(process_word(process) for process in Process),
        days=tuple(
            (day, tuple(band_word(one.band) for one in cells if one.line is Line.IF_FAILS))
            for day, cells in found.items()
        ),
    )


def _happened(facts: Facts, known: Parameters, at: datetime, zone: str) -> Iterator[Happened]:
    lines: list[tuple[datetime, str, bool]] = [
        (report.happened_at, label(f"event.{type}"), False)
        for report in facts.reports
        for type in sorted(report.says & known.events.keys())
    ]
    for one in facts.noted:
        if one.undone_at is None and one.type in known.events:
            lines.append((one.happened_at, label(f"event.{one.type}"), one.happened_at > at))
    inside = sorted(line for line in lines if at - BEHIND <= line[0] < at + AHEAD)
    for number, (when, what, ahead) in enumerate(inside, start=1):
        yield Happened(number, when, what, ahead)


def _drawing(
    process: Process,
    found: dict[datetime, tuple[Chance, ...]],
    happened: tuple[Happened, ...],
    at: datetime,
    zone: str,
) -> Drawing:
    title = process_word(process)
    first = {day: next(_of(cells, process, Line.IF_FAILS)) for day, cells in found.items()}
    second = {day: next(_of(cells, process, Line.IF_HOLDS)) for day, cells in found.items()}
    now = next(one for day, one in reversed(first.items()) if day <= at)
    return Drawing(
        title=title,
        says=_("Now: %(band)s. The table below says the same day by day.") % {"band": band_word(now.band)},
        bands=tuple(_short(band.id) for band in numbers().parameters.bands),
        from_at=at - BEHIND,
        until_at=at + AHEAD,
        steps=_steps(first),
        other=_steps(second),
        shades=tuple(
            Shade(day, day + STEP, height(one.ratio_lo or 0.0), height(one.ratio_hi or 0.0))
            for day, one in first.items()
        ),
        marks=tuple(Mark(one.at, one.number, one.ahead) for one in happened),
        ticks=tuple(_ticks(at, zone)),
        now_at=at,
        now_words=_("now"),
        id=f"forecast-{process.value}",
    )


def _of(cells: tuple[Chance, ...], process: Process, line: Line) -> Iterator[Chance]:
    return (one for one in cells if (one.process, one.line) == (process, line))


def _steps(days: dict[datetime, Chance]) -> tuple[Step, ...]:
    return tuple(Step(day, day + STEP, height(one.ratio)) for day, one in days.items())


def height(ratio: float) -> float:
    """Where a ratio stands among the bands: 0 is the foot of the lowest, 1 its top; the highest is as tall as the one below."""
    edges = [band.at_least for band in numbers().parameters.bands]
    edges.append(edges[-1] + (edges[-1] - edges[-2]) * 2)
    for place, (low, high) in enumerate(pairwise(edges)):
        if ratio < high:
            return place + (ratio - low) / (high - low)
    return float(len(edges) - 1)


def _ticks(at: datetime, zone: str) -> Iterator[Tick]:
    for day in (at - BEHIND, at, at + AHEAD):
        local = day.astimezone(ZoneInfo(zone))
        yield Tick(day, format_skeleton("MMMd", local, locale=get_language() or "en"))


def _short(band: str) -> str:
    """A band's word in the picture, where the lowest has little room; the tables say it in full."""
    return _("Not raised") if band == numbers().parameters.bands[0].id else band_word(band)


def shown(pictures: Pictures) -> dict[str, Any]:
    """The pictures as the page takes them."""
    return {
        "drawn": list(zip(pictures.heads, pictures.drawn, strict=True)),
        "happened": pictures.happened,
        "heads": pictures.heads,
        "days": pictures.days,
    }
