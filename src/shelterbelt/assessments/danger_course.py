"""Gathers how danger went in a case: the level, what sheets left open, and what happened, as a drawing and its table.

It shows only rows that the asker may see, and no forecast.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import visible
from shelterbelt.assessments import queries
from shelterbelt.assessments.models import Assessment, Happening, Screen
from shelterbelt.assessments.policy import SEE_ASSESSMENT, SEE_HAPPENING, SEE_SCREEN
from shelterbelt.assessments.queries.course import AGREED, Stretch, course_of
from shelterbelt.assessments.sheet_words import short, short_of, spread
from shelterbelt.assessments.words import instrument_title, said_of
from shelterbelt.cases.models import Case, CaseIncident, Incident
from shelterbelt.cases.policy import SEE_INCIDENT
from shelterbelt.library import shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.levels import Level
from shelterbelt.rules.scoring import Scored
from shelterbelt.ui.drawing import Drawing, Mark, Shade, Step, Tick
from shelterbelt.ui.links import address

MOST = 60
LONG, SHORT, AHEAD = timedelta(days=365), timedelta(days=14), timedelta(days=90)


@dataclass(frozen=True)
class Row:
    """One line of the table beside the picture. `number` is the mark's in the picture."""

    at: datetime
    what: str
    says: str = ""
    open: str = ""
    url: str = ""
    number: int = 0


@dataclass(frozen=True)
class Course:
    """The picture, and the table that says the same."""

    drawing: Drawing
    rows: tuple[Row, ...]
    stretches: tuple[Stretch, ...]
    earlier: bool


def course(case: Case, *, by: Worker, at: datetime) -> Course:
    """How danger went in a case, as far as this worker may see it."""
    lines = queries.levels_of(case, most=200)
    sheets = list(visible(by, SEE_ASSESSMENT, _sheets(case), at=at).order_by("-finished_at", "-id")[:MOST])
    found = sorted(_rows(case, lines, sheets, by, at), key=lambda row: row.at)
    first = min([case.opened_at, *(row.at for row in found)])
    from_at = min(max(first, at - LONG), at - SHORT)
    shown = [row for row in found if row.at >= from_at][-MOST:]
    rows = tuple(
        Row(row.at, row.what, row.says, row.open, row.url, place) for place, row in enumerate(shown, start=1)
    )
    stretches = tuple(course_of(lines, opened_at=case.opened_at, at=at))
    drawing = _drawing(stretches, rows, _shades(sheets, at), from_at, at, ZoneInfo(case.agency.time_zone))
    return Course(drawing, rows, stretches, len(found) > len(shown))


def _sheets(case: Case) -> Any:
    incidents = CaseIncident.objects.filter(case=case).values("incident_id")
    rows = Assessment.objects.filter(Q(case=case) | Q(case=None, incident__in=incidents))
    return rows.filter(finished_at__isnull=False)


def _rows(case: Case, lines: Any, sheets: list[Assessment], by: Worker, at: datetime) -> Iterator[Row]:
    yield Row(case.opened_at, gettext("Case opened"))
    attached = CaseIncident.objects.filter(case=case).values("incident_id")
    incidents = visible(by, SEE_INCIDENT, Incident.objects.filter(id__in=attached), at=at)
    for one in incidents.filter(happened_at__isnull=False).order_by("-happened_at")[:MOST]:
        assert one.happened_at is not None
        yield Row(one.happened_at, gettext("Incident"), url=address("incident", one.ref))
    screens = Screen.objects.filter(Q(case=case) | Q(incident__in=attached), finished_at__isnull=False)
    for taken in visible(by, SEE_SCREEN, screens, at=at).order_by("-finished_at")[:MOST]:
        assert taken.finished_at is not None
        says = gettext("calls for the offer of a call") if taken.triggered else ""
        yield Row(taken.finished_at, gettext("Screen"), says, url=address("screen_result", taken.ref))
    yield from _happenings(case, by, at)
    for sheet in sheets:
        yield _sheet(sheet)
    yield from _levels(lines, {sheet.id for sheet in sheets})


def _happenings(case: Case, by: Worker, at: datetime) -> Iterator[Row]:
    """What happened or lasts, and what is planned within the next weeks; what was taken back is left out."""
    rows = visible(by, SEE_HAPPENING, Happening.objects.filter(case=case, undone_at=None), at=at)
    for row in rows.filter(happened_at__lte=at + AHEAD).order_by("-happened_at")[:MOST]:
        found = queries.noted(row, case)
        says = gettext("planned") if row.happened_at > at else ""
        yield Row(
            row.happened_at, gettext(queries.label_of(found.type)), says, url=address("happening", row.ref)
        )


def _sheet(sheet: Assessment) -> Row:
    title, url = instrument_title(sheet.instrument), address("sheet_result", sheet.ref)
    try:
        instrument, found = queries.instrument_taken(sheet), queries.scored_of(sheet)
    except LibraryError:
        return Row(finished(sheet), title, short_of(sheet), url=url)
    says = short(instrument, found)
    if isinstance(found, Scored) and found.level is not None:
        says += " · " + gettext("level at least %(level)s") % {"level": level_words(found.level).lower()}
    return Row(finished(sheet), title, says, spread(instrument, found), url)


def _levels(lines: Any, sheets: set[Any]) -> Iterator[Row]:
    """What people and the forecast said; what a sheet said stands in the sheet's own line."""
    names = names_of(i for line in lines for i in (line.set_by, line.second))
    for line in lines:
        if line.assessment in sheets:
            continue
        said = said_of(line, names)
        words = level_words_of(line.level)
        if line.source == AGREED:
            words = gettext("ends at %(level)s") % {"level": words.lower()}
        if said.undone_at:
            words += " · " + gettext("undone since: what it rested on was found to be wrong")
        yield Row(line.set_at, said.who, words)


def finished(sheet: Assessment) -> datetime:
    """When a sheet was finished. Raises ValueError for one that is not."""
    if sheet.finished_at is None:
        raise ValueError("only finished sheets are shown")
    return sheet.finished_at


def level_words(level: Level) -> str:
    """A level in a word."""
    return level_words_of(level.word)


def level_words_of(code: str) -> str:
    """A stored level in a word."""
    return pgettext("danger level", shelf.label_of("levels", code))


def _shades(sheets: list[Assessment], at: datetime) -> Iterator[Shade]:
    """What the newest sheet leaves possible until the next one: from the least level of its bands to the greatest."""
    until = at
    for sheet in sheets:
        found = _scored(sheet)
        if found is None:
            continue
        span = _span(sheet, found)
        if span is not None and finished(sheet) < until:
            yield Shade(finished(sheet), until, span[0] - 1, span[1])
        until = finished(sheet)


def _scored(sheet: Assessment) -> Scored | None:
    try:
        found = queries.scored_of(sheet)
    except LibraryError:
        return None
    return found if isinstance(found, Scored) else None


def _span(sheet: Assessment, found: Scored) -> tuple[int, int] | None:
    danger = queries.instrument_taken(sheet).sheet
    if found.highest_band is None:
        return None
    low = danger.place(found.lowest_band) if found.lowest_band else 0
    possible = danger.bands[low : danger.place(found.highest_band) + 1]
    levels = [int(band.level) for band in possible if band.level is not None]
    return (min(levels), max(levels)) if levels else None


def _drawing(
    stretches: tuple[Stretch, ...],
    rows: tuple[Row, ...],
    shades: Iterator[Shade],
    from_at: datetime,
    at: datetime,
    zone: ZoneInfo,
) -> Drawing:
    ends = [*(one.from_at for one in stretches[1:]), at]
    steps = tuple(
        Step(max(one.from_at, from_at), until, one.level - 0.5)
        for one, until in zip(stretches, ends, strict=True)
        if until > from_at
    )
    until_at = max([at, *(row.at for row in rows)])
    return Drawing(
        title=gettext("Danger over time"),
        says=_says(stretches, len(rows), zone),
        bands=tuple(level_words(level) for level in Level),
        from_at=from_at,
        until_at=until_at,
        steps=steps,
        shades=tuple(shade for shade in shades if shade.until_at > from_at),
        marks=tuple(Mark(row.at, row.number, ahead=row.at > at) for row in rows),
        ticks=_ticks(from_at, until_at, zone),
        now_at=at,
        now_words=gettext("Today"),
        id="danger-over-time",
    )


def _says(stretches: tuple[Stretch, ...], marks: int, zone: ZoneInfo) -> str:
    """The picture in words, for whoever does not see it."""
    parts = [
        gettext("%(level)s from %(day)s")
        % {"level": level_words(one.level), "day": date_format(one.from_at.astimezone(zone), "DATE_FORMAT")}
        for one in stretches
    ]
    said = gettext("The danger level of the case: %(levels)s.") % {"levels": "; ".join(parts)}
    return f"{said} {gettext('What happened is marked by numbers: the table beside the picture has %(n)d lines.') % {'n': marks}}"


def _ticks(from_at: datetime, at: datetime, zone: ZoneInfo) -> tuple[Tick, ...]:
    """Four days along the foot; over half a year they are named by month and year."""
    skeleton = "MMMd" if at - from_at <= timedelta(days=180) else "yMMM"
    third = (at - from_at) / 3
    moments = [from_at, from_at + third, from_at + 2 * third, at]
    language = get_language() or "en"
    return tuple(
        Tick(one, format_skeleton(skeleton, one.astimezone(zone), locale=language)) for one in moments
    )
