"""Scores an instrument: answers to score, band, the bands of every completion, triggers, norms and reasons.

It refuses to turn a detection into danger, to let a judgement lower, and to call nothing answered low.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor, fsum

from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.sheets import (
    UNANSWERED,
    Danger,
    Detection,
    Missing,
    Norm,
    Option,
    Question,
    Rate,
    Sheet,
    Trigger,
)

DECIMALS = 6


@dataclass(frozen=True, slots=True)
class NormLine:
    """What one norm says of a score: its bin, the bins of the least and the greatest score there could be.

    `bin` and `rate` are None when there is no score, or the norm has no bin for it.
    """

    norm: str
    bin: str | None
    lowest_bin: str | None
    highest_bin: str | None
    rate: Rate | None
    base: Rate | None


@dataclass(frozen=True, slots=True)
class Scored:
    """What an instrument of danger says of the answers.

    `score` and `band` are what the answers given establish, None where they establish nothing; `lowest` to
    `highest` and their bands hold every completion of the missing answers. `raised_to`: the band that a
    person's judgement raised to, None where it raised nothing. `does` is work to open; `possible_does` is
    work that a missing answer could open.
    """

    instrument: str
    version: str
    score: float | None
    lowest: float | None
    highest: float | None
    band: str | None
    lowest_band: str | None
    highest_band: str | None
    level: Level | None
    triggers: tuple[str, ...]
    possible_triggers: tuple[str, ...]
    does: tuple[str, ...]
    possible_does: tuple[str, ...]
    unanswered: tuple[str, ...]
    no_answers: bool
    contradictions: tuple[tuple[str, str], ...]
    norms: tuple[NormLine, ...]
    raised_to: str | None
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Detected:
    """What a detection found. It has no band, no level, no order, no number, and no truth of its own."""

    instrument: str
    version: str
    positive: bool
    could_be_positive: bool
    triggers: tuple[str, ...]
    possible_triggers: tuple[str, ...]
    does: tuple[str, ...]
    possible_does: tuple[str, ...]
    unanswered: tuple[str, ...]
    no_answers: bool
    contradictions: tuple[tuple[str, str], ...]
    because: tuple[Reason, ...]

    def __bool__(self) -> bool:
        raise TypeError("ask for .positive: a detection is neither true nor false by itself")


@dataclass(frozen=True, slots=True)
class _Read:
    """The answers as a sheet takes them: what was chosen, and what each missing one could still be."""

    chosen: Mapping[str, Option]
    missing: Mapping[str, tuple[Option, ...]]
    contradictions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """Which triggers are met by the answers given, and which some completion would meet besides."""

    met: tuple[Trigger, ...]
    possible: tuple[Trigger, ...]


def score(danger: Danger, answers: Mapping[str, str], *, judged: str = "") -> Scored:
    """This function will say what an instrument of danger makes of the answers.

    `answers` maps question ids to codes of options; left out, declined and not_asked are missing. `judged` is
    a band that a person names; it only ever raises. Raises TypeError for a detection, ValueError for a
    question, an answer or a band that the sheet has not. The sheet must be sound (`faults.faults_of`).
    Sources: the instrument's own, in its file; judgement only raises (MARAM, LAP, VioGén), evidence tag F.
    """
    if not isinstance(danger, Danger):
        raise TypeError("an instrument of danger is needed; a detection has no score of danger")
    sheet = danger.sheet
    read = _read(sheet, answers)
    found = _set_off(sheet, read)
    lowest, highest = _bounds(sheet, read)
    value = _value(sheet, read)
    before = _band(sheet, value, lowest, found.met)
    named = sheet.place(judged) if judged else -1
    raised = named > before
    band = max(before, _at(sheet, lowest), named) if raised else before
    bottom = max(_at(sheet, lowest), _raised(sheet, found.met), named)
    top = max(_at(sheet, highest), _raised(sheet, (*found.met, *found.possible)), named)
    norms = tuple(_norm_line(norm, value, lowest, highest) for norm in danger.norms)
    return Scored(
        instrument=sheet.id,
        version=sheet.version,
        score=value,
        lowest=lowest,
        highest=highest,
        band=_id(sheet, band),
        lowest_band=_id(sheet, bottom),
        highest_band=_id(sheet, top),
        level=sheet.bands[band].level if band >= 0 else None,
        triggers=_told(found.met, found.met),
        possible_triggers=_told(found.possible, found.met),
        does=_work(found.met),
        possible_does=_work(found.possible, less=_work(found.met)),
        unanswered=tuple(read.missing),
        no_answers=not read.chosen,
        contradictions=read.contradictions,
        norms=norms,
        raised_to=judged if raised else None,
        because=(
            *_answer_reasons(sheet, read, found),
            *_sum_reasons(sheet, read, value),
            *_band_reasons(sheet, before, _at(sheet, value), top, found.met),
            *_judgement_reasons(judged, raised=raised),
            *_norm_reasons(danger.norms, norms),
        ),
    )


def detect(detection: Detection, answers: Mapping[str, str]) -> Detected:
    """This function will say what a detection finds in the answers: a reason to open work, never a level.

    `answers` as for `score`; any trigger that is not a side one makes it positive. Raises TypeError for an
    instrument of danger, ValueError for a question or an answer that the sheet has not.
    Sources: the instrument's own, in its file.
    """
    if not isinstance(detection, Detection):
        raise TypeError("a detection is needed; an instrument of danger is scored")
    sheet = detection.sheet
    read = _read(sheet, answers)
    found = _set_off(sheet, read)
    positive = any(not trigger.side for trigger in found.met)
    could = not positive and any(not trigger.side for trigger in found.possible)
    return Detected(
        instrument=sheet.id,
        version=sheet.version,
        positive=positive,
        could_be_positive=could,
        triggers=_told(found.met, found.met),
        possible_triggers=_told(found.possible, found.met),
        does=_work(found.met),
        possible_does=_work(found.possible, less=_work(found.met)),
        unanswered=tuple(read.missing),
        no_answers=not read.chosen,
        contradictions=read.contradictions,
        because=(
            *_answer_reasons(sheet, read, found),
            *((Reason("scoring.could_be_positive"),) if could else ()),
        ),
    )


def _read(sheet: Sheet, answers: Mapping[str, str]) -> _Read:
    unknown = sorted(set(answers) - {question.id for question in sheet.questions})
    if unknown:
        raise ValueError(f"not a question of {sheet.id}: {unknown[0]}")
    chosen: dict[str, Option] = {}
    left: list[Question] = []
    for question in sheet.questions:
        code = answers.get(question.id)
        if code is None or code in UNANSWERED:
            left.append(question)
        else:
            chosen[question.id] = question.option(code)
    pairs = [(question.id, other) for question in sheet.questions for other in question.excludes]
    yes = {id for id, option in chosen.items() if option.yes} if pairs else set()
    return _Read(
        chosen,
        {question.id: _still(question, pairs, yes) for question in left},
        tuple(dict.fromkeys((a, b) if a < b else (b, a) for a, b in pairs if a in yes and b in yes)),
    )


def _still(question: Question, pairs: Iterable[tuple[str, str]], yes: set[str]) -> tuple[Option, ...]:
    """What a missing answer could still be: no yes beside the yes that excludes it."""
    ruled_out = any((a == question.id and b in yes) or (b == question.id and a in yes) for a, b in pairs)
    left = tuple(option for option in question.options if not option.yes) if ruled_out else question.options
    return left or question.options


def _set_off(sheet: Sheet, read: _Read) -> _Set:
    yes = {id for id, option in read.chosen.items() if option.yes}
    could = yes | {id for id, options in read.missing.items() if any(option.yes for option in options)}
    met = tuple(trigger for trigger in sheet.triggers if _met(trigger, yes, read, most=False))
    possible = tuple(
        trigger for trigger in sheet.triggers if trigger not in met and _met(trigger, could, read, most=True)
    )
    return _Set(met, possible)


def _met(trigger: Trigger, yes: set[str], read: _Read, *, most: bool) -> bool:
    if any(yes.isdisjoint(group) for group in trigger.each):
        return False
    if trigger.points is None:
        return sum(id in yes for id in trigger.of) >= trigger.at_least
    return _sum(_points(id, read, most=most) for id in trigger.of) >= trigger.points


def _points(id: str, read: _Read, *, most: bool) -> float:
    if id in read.chosen:
        return read.chosen[id].points
    left = [option.points for option in read.missing[id]]
    return max(left) if most else min(left)


def _sum(points: Iterable[float]) -> float:
    return round(fsum(points), DECIMALS)


def _bounds(sheet: Sheet, read: _Read) -> tuple[float | None, float | None]:
    if not sheet.arithmetic:
        return None, None
    ids = [question.id for question in sheet.questions]
    return _sum(_points(id, read, most=False) for id in ids), _sum(_points(id, read, most=True) for id in ids)


def _value(sheet: Sheet, read: _Read) -> float | None:
    """The score that the answers given establish; None without arithmetic, answers, or enough of them."""
    answered = [question for question in sheet.scored if question.id in read.chosen]
    if not sheet.arithmetic or not answered:
        return None
    given = _sum(option.points for option in read.chosen.values())
    if not read.missing:
        return given
    if sheet.missing is Missing.PRORATE:
        return _prorated(sheet, answered, given)
    if sheet.missing is Missing.BOUNDS:
        return _bounds(sheet, read)[0]
    return _sum((given, *(_not_yes(options) for options in read.missing.values())))


def _prorated(sheet: Sheet, answered: list[Question], given: float) -> float | None:
    if len(sheet.scored) - len(answered) > sheet.most_missing:
        return None
    full, seen = (
        _sum(question.most for question in sheet.scored),
        _sum(question.most for question in answered),
    )
    return float(floor(given * full / seen + 0.5))


def _not_yes(options: tuple[Option, ...]) -> float:
    return min(option.points for option in ([one for one in options if not one.yes] or options))


def _at(sheet: Sheet, value: float | None) -> int:
    """Where the band of this score stands; -1 for no band. A score below the lowest band is in it."""
    if value is None or not sheet.bands:
        return -1
    return max(0, sum(band.lo <= value for band in sheet.bands) - 1)


def _raised(sheet: Sheet, triggers: Iterable[Trigger]) -> int:
    return max((sheet.place(trigger.band) for trigger in triggers if trigger.band), default=-1)


def _band(sheet: Sheet, value: float | None, lowest: float | None, met: tuple[Trigger, ...]) -> int:
    by_trigger = _raised(sheet, met)
    if value is None and by_trigger < 0:
        return -1
    return max(_at(sheet, lowest if value is None else value), by_trigger)


def _id(sheet: Sheet, place: int) -> str | None:
    return sheet.bands[place].id if place >= 0 else None


def _told(triggers: Iterable[Trigger], met: tuple[Trigger, ...]) -> tuple[str, ...]:
    ids = {trigger.id for trigger in met}
    return tuple(trigger.id for trigger in triggers if ids.isdisjoint(trigger.unless))


def _work(triggers: Iterable[Trigger], less: tuple[str, ...] = ()) -> tuple[str, ...]:
    codes = dict.fromkeys(code for trigger in triggers for code in trigger.does)
    return tuple(code for code in codes if code not in less)


def _norm_line(norm: Norm, value: float | None, lowest: float | None, highest: float | None) -> NormLine:
    bins = [None if score is None else norm.bin_of(score) for score in (value, lowest, highest)]
    rate = norm.rates.get(bins[0]) if bins[0] is not None else None
    return NormLine(norm.id, bins[0], bins[1], bins[2], rate, norm.base)


def _answer_reasons(sheet: Sheet, read: _Read, found: _Set) -> Iterable[Reason]:
    if not read.chosen:
        yield Reason("scoring.no_answers")
    for question in sheet.questions:
        option = read.chosen.get(question.id)
        if option is not None and (option.yes or option.points > question.least):
            yield Reason("scoring.answer", f"{question.id}={option.code}")
    yield from (Reason("scoring.trigger", id) for id in _told(found.met, found.met))
    yield from (Reason("scoring.work", code) for code in _work(found.met))
    yield from (Reason("scoring.unanswered", id) for id in read.missing)
    yield from (Reason("scoring.could_trigger", id) for id in _told(found.possible, found.met))
    yield from (Reason("scoring.contradiction", f"{a}+{b}") for a, b in read.contradictions)


def _sum_reasons(sheet: Sheet, read: _Read, value: float | None) -> Iterable[Reason]:
    gaps = sum(question.id in read.missing for question in sheet.scored)
    if not sheet.arithmetic:
        yield Reason("scoring.no_sum")
    elif value is None and gaps < len(sheet.scored):
        yield Reason("scoring.too_many_missing", str(gaps))
    elif value is not None and gaps:
        yield Reason(f"scoring.missing_{sheet.missing.value}", str(gaps))


def _band_reasons(
    sheet: Sheet, band: int, by_sum: int, top: int, met: tuple[Trigger, ...]
) -> Iterable[Reason]:
    if band >= 0:
        yield Reason("scoring.band", sheet.bands[band].id)
    for trigger in met:
        if trigger.band and sheet.place(trigger.band) > by_sum:
            yield Reason("scoring.raised_by_trigger", trigger.id)
    if top > band:
        yield Reason("scoring.could_be_band", sheet.bands[top].id)


def _judgement_reasons(judged: str, *, raised: bool) -> Iterable[Reason]:
    if judged:
        yield Reason("scoring.judged" if raised else "scoring.judgement_not_higher", judged)


def _norm_reasons(norms: tuple[Norm, ...], lines: tuple[NormLine, ...]) -> Iterable[Reason]:
    """What each norm leaves open: no bin, no interval, no base rate, or figures that nobody has checked."""
    for norm, line in zip(norms, lines, strict=True):
        yield Reason(f"scoring.norm_tag_{'found' if norm.tag == 'F' else 'unchecked'}", norm.id)
        if line.rate is None:
            yield Reason("scoring.norm_no_rate", norm.id)
        elif line.rate.interval is None:
            yield Reason("scoring.norm_no_interval", norm.id)
        if norm.base is None:
            yield Reason("scoring.norm_no_base", norm.id)
