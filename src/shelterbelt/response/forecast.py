"""The forecast of a case as its pages show it: bands in words, what lifts them, days ahead, what changed. No number of danger.

It is worked out anew for whoever looks, from what they may see, and shown in their own agency alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may
from shelterbelt.assessments.actions import note_seen
from shelterbelt.assessments.policy import SEE_FORECAST
from shelterbelt.assessments.queries import Facts, forecast_of, numbers
from shelterbelt.cases.models import Case
from shelterbelt.response.forecast_picture import pictures, shown
from shelterbelt.response.forecast_words import (
    band_word,
    changes,
    drawn,
    label,
    names,
    process_word,
    span,
    sure,
)
from shelterbelt.rules.hazard import AHEAD, Chance, Forecast, Line, Process
from shelterbelt.rules.timeline import DAY

MOST_WINDOWS = 6
# Ends are kept as the first instant after; a page names the last day that still counts.
BEFORE = timedelta(seconds=1)


@dataclass(frozen=True)
class Cell:
    """One band in words, and how far it reaches when the numbers are unsure."""

    when: str
    band: str
    code: str
    reaches: str = ""


@dataclass(frozen=True)
class Row:
    """One process: its bands at every horizon, and what alone holds them where protection holds."""

    process: str
    cells: tuple[Cell, ...]
    held_by: str = ""


def summary(case: Case, *, by: Worker, at: datetime) -> dict[str, Any] | None:
    """The forecast in short, for the case page; nothing for whom it is not."""
    if case.closed_at is not None or not may(by, SEE_FORECAST, case, at=at):
        return None
    facts, found = forecast_of(case, at=at)
    before = note_seen(case, found, by=by, at=at)
    near, ahead = numbers().parameters.level_horizon, only_ahead(facts, at=at)
    return {
        "rows": rows(found, Line.IF_FAILS, only=near),
        "near": span(near),
        "lifts": names((driver.code for driver in found.drivers), ahead),
        "windows": _together(windows(found, ahead)[:MOST_WINDOWS]),
        "lowest": band_word(numbers().parameters.bands[0].id),
        "changed": list(changes(before[0], found, only=near, ahead=ahead)) if before else [],
        "changed_since": before[1] if before else None,
        "silent": facts.silent,
    }


def whole(case: Case, *, by: Worker, at: datetime) -> dict[str, Any]:
    """All of it: both lines, how unsure, where each number comes from, what must be said beside it."""
    published = numbers()
    facts, found = forecast_of(case, at=at, draws=drawn(published.parameters))
    before, ahead = note_seen(case, found, by=by, at=at), only_ahead(facts, at=at)
    return {
        "lines": [_line(found, line) for line in Line],
        "horizons": [span(hours) for hours in published.parameters.horizons],
        "lifts": list(_lifts(found, ahead)),
        "windows": windows(found, ahead),
        "changed": list(changes(before[0], found, ahead=ahead)) if before else [],
        "changed_since": before[1] if before else None,
        "bands": [
            {"label": _(word.label), "says": _(word.says)}
            for band in published.parameters.bands
            if (word := published.words[f"band.{band.id}"])
        ],
        "assumed": _assumed(found),
        "notes": notes(tuple(_used(found))),
        "silent": facts.silent,
        "pictures": shown(pictures(facts, at=at, zone=by.agency.time_zone)),
        "title": _(published.title),
        "version": found.version,
        "local": published.local,
    }


def only_ahead(facts: Facts, *, at: datetime) -> frozenset[str]:
    """The codes of what is planned and has not happened besides."""
    living = [one for one in facts.noted if one.undone_at is None]
    happened = {one.type for one in living if one.happened_at <= at}
    happened.update(type for report in facts.reports for type in report.says)
    return frozenset(
        f"event.{one.type}" for one in living if one.happened_at > at and one.type not in happened
    )


def notes(codes: tuple[str, ...]) -> list[dict[str, str]]:
    """What must be said beside these codes, each with its source and how sure it is."""
    published = numbers()
    return [
        {"text": _(note.text), "source": _(published.sources[note.source]), "tag": sure(note.tag)}
        for note in published.notes_about(codes)
    ]


def rows(found: Forecast, line: Line, *, only: float | None = None) -> list[Row]:
    """Each process with its bands on one line, at every horizon or one."""
    held = {one.process: label(one.code) for one in found.holding}
    return [
        Row(
            process=process_word(process),
            cells=tuple(
                _cell(one)
                for one in found.chances
                if (one.line, one.process) == (line, process) and only in (None, one.hours)
            ),
            held_by=held.get(process, "") if line is Line.IF_HOLDS else "",
        )
        for process in Process
    ]


def _line(found: Forecast, line: Line) -> dict[str, Any]:
    word = numbers().words[f"line.{line.value}"]
    return {
        "label": _(word.label),
        "says": _(word.says),
        "rows": rows(found, line),
        "holds": line is Line.IF_HOLDS,
    }


def _cell(one: Chance) -> Cell:
    reaches = ""
    if one.band_lo is not None and one.band_hi is not None and one.band_lo != one.band_hi:
        reaches = _("could be from “%(low)s” to “%(high)s”") % {
            "low": band_word(one.band_lo),
            "high": band_word(one.band_hi),
        }
    return Cell(span(one.hours), band_word(one.band), one.band, reaches)


def windows(found: Forecast, ahead: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """The days ahead that are raised, the nearest first."""
    lines = sorted(found.windows, key=lambda one: (one.from_at, one.process))
    return [
        {
            "process": process_word(one.process),
            "from": one.from_at,
            "until": one.until_at - BEFORE,
            "all": one.until_at - one.from_at >= AHEAD * DAY,
            "band": band_word(one.band),
            "why": names(one.codes, ahead),
        }
        for one in lines
    ]


def _together(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same days told once, with every process that is raised on them."""
    found: dict[tuple[datetime, datetime], dict[str, Any]] = {}
    for line in lines:
        same = found.setdefault((line["from"], line["until"]), {**line, "what": []})
        same["what"].append(f"{line['process']}, {line['band']}")
    return list(found.values())


def _lifts(found: Forecast, ahead: frozenset[str]) -> Iterator[dict[str, Any]]:
    """What lifts each process, the most first."""
    for process in Process:
        lines = [one for one in found.drivers if one.process is process]
        if lines:
            yield {
                "process": process_word(process),
                "lines": names((one.code for one in lines), ahead),
            }


def _assumed(found: Forecast) -> list[dict[str, Any]]:
    """What is no plain finding, by what it is instead."""
    words, groups = numbers().words, dict[str, list[str]]()
    for one in found.assumed:
        note = words[one.code].tag_note
        groups.setdefault(sure(one.tag), []).append(
            f"{label(one.code)}. {_(note)}" if note else label(one.code)
        )
    return [{"tag": tag, "lines": lines} for tag, lines in groups.items()]


def _used(found: Forecast) -> Iterator[str]:
    """The codes of everything that went into it: what is a plain finding too has its note."""
    yield from (one.code for one in found.assumed)
    for reason in found.because:
        if reason.code in ("forecast.event", "forecast.state"):
            yield f"{reason.code.removeprefix('forecast.')}.{reason.about}"
