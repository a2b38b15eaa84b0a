"""The report of `shelterbelt calibrate` in plain words, and as data.

What reporting did stands first; a figure that rests on too little is not printed but says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from textwrap import wrap
from typing import Any

from shelterbelt.library.parameters import Published
from shelterbelt.measures.drift import Moved
from shelterbelt.measures.figures import Figure, Told, Withheld
from shelterbelt.measures.refit import Learned, Refit
from shelterbelt.measures.report import Report, Row
from shelterbelt.measures.silence import LATER, Change, Silence
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.reasons import Reason

WIDE = 110
BAND = "band"
WHY = {
    "too_few_events": "fewer than 30 events",
    "too_few_others": "fewer than 30 without an event",
    "too_few": "fewer than 30",
    "no_spread": "all alike",
    "no_fit": "no figure fits: too few, or told apart wholly",
}
REFUSED = {
    "too_few_events": "fewer than 30 recorded outcomes",
    "people_fell_silent": "people seem to have stopped reporting (see above): lower numbers would be taken for less danger",
    "reporting_unseen": "it cannot be seen whether people stopped reporting: record who told what came first",
}
MOVED = {
    "expected": "what came, for each one expected along the days as they went",
    "time": "what came for each forecast within 30 days, in the last half-year against the first",
    "bands": "bands of first forecasts, of newer cases against older ones (0: not moved)",
    "mean": "the mean score, against the published {0:g}",
}
RECORDED = (
    "These are numbers of what is RECORDED. What nobody reports is in none of them, however steadily people report the "
    "rest: base rates come out lower than the truth by at least that share. Nothing that protects, and no weight of a "
    "level, is learned."
)
LEGEND = (
    "came/expected: of the second line, which reckons with what protects; over 1, more came than was forecast.",
    "if it fails: the same against the first line, by which work is ordered. Where anything protects it lies under 1.",
    "told apart: chance that what came had the higher forecast (AUC; 0.5 is none). distance: Brier's, 0 is best.",
    "slope and level: 1 and 0 are right. missed, false, selected: what the band 'raised' or higher missed, took in",
    "for nothing, and took in at all, as shares.",
    "These stray from 1 even where all numbers are right: a forecast does not know what is yet to come, harm or custody.",
    "Whether the numbers are right is told under 'What moved', along the days as they went.",
)


def lines(found: Report, base: Published, learned: Refit | None, kept: str) -> Iterator[str]:
    """The whole report."""
    numbers = base.parameters
    yield f"{found.cases} cases, followed for {found.days:,.0f} days, {found.first.date()} to {found.last.date()}."
    counts = ", ".join(f"{process} {found.outcomes[process]}" for process in Process)
    yield f"Recorded: {counts}. Held against {numbers.id} {numbers.version} ({numbers.digest[:12]})."
    yield from _text(
        "All of this is about what was RECORDED. What nobody reported is not in it, and is not safe."
    )
    yield from _text(
        "Intervals hold 95 % and reckon with several windows of one case. Nothing rests on fewer than 30 events."
    )
    yield from _part("Do people still report?", _silence(found.silence))
    yield from _part("What moved", _moved(found.moved))
    yield from _part("Forecasts and what came", _table(found.whole, ""))
    yield from (f"  {line}" for line in LEGEND)
    yield from _part("By band of the first line", _table(found.bands, BAND))
    for by in dict.fromkeys(row.by for row in found.groups):
        yield from _part(f"By {by.replace('_', ' ')}", _table([r for r in found.groups if r.by == by], by))
    if found.scores:
        yield from _part("Scores of instruments, and what came within 180 days", _scores(found))
    if learned is not None:
        yield from _part("What local records teach", _refit(learned, kept))


def as_data(found: Report, base: Published, learned: Refit | None, kept: str) -> dict[str, Any]:
    """The whole report as plain data; figures are objects, withheld ones say why."""
    data = {
        field.name: _plain(getattr(found, field.name)) for field in fields(found) if field.name != "exposure"
    }
    numbers = base.parameters
    data["parameters"] = {"id": numbers.id, "version": numbers.version, "digest": numbers.digest}
    data["silence"] |= {"blind": found.silence.blind, "warns": [one.kind for one in found.silence.warns]}
    if learned is not None:
        data["refit"] = _plain(learned) | {"kept": kept}
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, Withheld):
        return {"withheld": value.because.code}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _part(title: str, inside: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    yield from inside


def _text(words: str) -> Iterator[str]:
    yield from wrap(words, WIDE, subsequent_indent="  ")


def _silence(found: Silence) -> Iterator[str]:
    for one in found.warns:
        yield from wrap(_warned(one), WIDE, initial_indent="  WARNING: ", subsequent_indent="    ")
    if found.blind:
        yield "  It CANNOT BE SEEN whether people stopped reporting: fewer than 30 on either side of every act,"
        yield "  or nobody wrote down who told it first. Do not read less as safer."
    elif not found.warns:
        yield "  Nowhere did survivors tell less of what was recorded. That is no proof that they tell as much as ever."
    yield f"  Who told it first is known of {_share(found.who_told_known)}."
    for one in found.changes:
        fell = "less recorded than before" if one.fell else ""
        yield (
            f"  {_named(one.kind):32} recorded/expected {_pair(one.came_before, one.came_after)}"
            f"  told by survivors {_pair(one.told_before, one.told_after)}  {fell}".rstrip()
        )


def _warned(one: Change) -> str:
    told = f"survivors first told {_bare(one.told_before)} of what was recorded before, and {_bare(one.told_after)} after"
    fell = f", while {_bare(one.ratio)} times as much was recorded for each expected" if one.fell else ""
    return (
        f"{_named(one.kind)}: {told}{fell}. People may have stopped reporting. Recorded danger falls then and real danger "
        "may not: read no fall in this report as safety."
    )


def _named(kind: str) -> str:
    return "in the later half of the time" if kind == LATER else f"after {kind}"


def _moved(found: Sequence[Moved]) -> Iterator[str]:
    for one in found:
        about, _, what = one.what.rpartition(".")
        mark = "WARNING" if one.warns else "       "
        yield f"  {mark} {about:9} {MOVED[what].format(one.against)}: {_told(one.figure)}"


HEADS = ("came/expected", "if it fails", "told apart", "distance", "slope", "level", "missed", "false")
IN_GROUPS = ("came/expected", "if it fails", "told apart", "slope", "level", "missed", "false", "selected")
IN_BANDS = ("came", "came/expected", "if it fails", "distance")
FINE = ("came", "distance")
CELL = 22


def _table(rows: Sequence[Row], by: str) -> Iterator[str]:
    heads = IN_BANDS if by == BAND else IN_GROUPS if by else HEADS
    first = f"{by.replace('_', ' '):14}" if by else ""
    titles = "".join(f"{head:{CELL}}" for head in heads)
    yield f"  {first}{'process':9}{'within':7}{'windows':>8}{'events':>7}  {titles}".rstrip()
    for row in rows:
        if isinstance(row.share, Figure):
            start = f"{row.value[:13]:14}" if by else ""
            cells = "".join(
                f"{_cell(told, head):{CELL}}" for told, head in zip(_figures(row, heads), heads, strict=True)
            )
            yield f"  {start}{row.process:9}{_span(row.hours):7}{row.n:8}{row.share.events:7}  {cells}".rstrip()
    places = "; ".join(_withheld(rows))
    if places:
        yield from wrap(
            f"Withheld, fewer than 30 events: {places}.", WIDE, initial_indent="  ", subsequent_indent="    "
        )


def _withheld(rows: Sequence[Row]) -> Iterator[str]:
    """Where there are too few, value by value and process by process."""
    for value in dict.fromkeys(row.value for row in rows):
        own = [row for row in rows if row.value == value]
        named = f"{value}: " if value else ""
        if all(isinstance(row.share, Withheld) for row in own):
            yield f"{named}everything"
            continue
        for process in Process:
            spans = [
                _span(row.hours) for row in own if row.process is process and isinstance(row.share, Withheld)
            ]
            if spans:
                yield f"{named}{process} {', '.join(spans)}"


def _figures(row: Row, heads: Sequence[str]) -> Iterator[Told]:
    told = {
        "came": row.share,
        "came/expected": row.if_holds,
        "if it fails": row.if_fails,
        "told apart": row.told_apart,
        "distance": row.distance,
        "slope": row.calibration.slope,
        "level": row.calibration.level,
        "missed": _rest(row.sign.sensitivity),
        "false": _rest(row.sign.specificity),
        "selected": row.sign.selected,
    }
    yield from (told[head] for head in heads)


def _rest(told: Told) -> Told:
    """What is left of a share."""
    if isinstance(told, Withheld):
        return told
    return Figure(1 - told.value, 1 - told.hi, 1 - told.lo, told.events, told.n)


def _cell(told: Told, head: str) -> str:
    if isinstance(told, Withheld):
        return "-"
    return f"{told.value:.3f} ({told.lo:.3f}, {told.hi:.3f})" if head in FINE else _bare(told)


def _span(hours: float) -> str:
    return f"{hours:g} h" if hours < 168 else f"{hours / 24:g} d"


def _why(told: Withheld) -> str:
    return WHY[told.because.code]


def _bare(told: Told) -> str:
    if isinstance(told, Withheld):
        return f"({_why(told)})"
    return f"{told.value:.2f} ({told.lo:.2f}, {told.hi:.2f})"


def _told(told: Told) -> str:
    return _bare(told) if isinstance(told, Figure) else f"withheld: {_why(told)}"


def _share(told: Told) -> str:
    if isinstance(told, Withheld):
        return _why(told)
    return f"{told.value:.0%} of what was recorded"


def _pair(before: Told, after: Told) -> str:
    return " to ".join(f"{one.value:.2f}" if isinstance(one, Figure) else "?" for one in (before, after))


def _scores(found: Report) -> Iterator[str]:
    for one in found.scores:
        parts = ", ".join(f"{process} {_told(told)}" for process, told in one.told_apart.items())
        yield f"  {one.instrument} {one.version}, {one.n} scores, told apart: {parts}"


def _refit(found: Refit, kept: str) -> Iterator[str]:
    for process, reason in found.refused.items():
        yield from wrap(
            f"{process} stays as published: {_refused(reason)}.",
            WIDE,
            initial_indent="  ",
            subsequent_indent="    ",
        )
    counted = [one for one in found.learned if one.counts]
    if counted:
        yield from wrap(RECORDED, WIDE, initial_indent="  ", subsequent_indent="  ")
        yield f"  {'number':36}{'process':10}{'published':>10}{'learned':>10}  {'5th to 95th':26}settled by the records"
    yield from (_learned(one) for one in counted)
    for process, strayed in found.strayed.items():
        if strayed > 1.5:
            yield f"  {process}: cases differ {strayed:.1f} times as much as chance; intervals are widened for it."
    if kept:
        yield f"  Kept as {kept}."
        yield "  The published version stays the one in use, and a person's judgement stays above both."
    else:
        yield "  Nothing was kept."


def _refused(reason: Reason) -> str:
    after = f"; {_named(reason.about)}" if reason.code == "people_fell_silent" else ""
    return f"{REFUSED[reason.code]}{after}"


def _learned(one: Learned) -> str:
    span = f"{one.lo:.4g} to {one.hi:.4g}"
    process = one.process or "all"
    return f"  {one.code:36}{process:10}{one.published:10.4g}{one.value:10.4g}  {span:26}{one.told:.0%}"
