"""Scores an instrument: answers to score, band, the bands of every completion, triggers, norms and reasons.

It refuses to turn a detection into danger, to let a judgement lower, and to call nothing answered low.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import floor

from shelterbelt.rules.answered import Answered, SetOff, answer_reasons, answered, set_off, total
from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.sheets import Danger, Detection, Missing, Norm, Question, Rate, Sheet, Trigger


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
class _Sums:
    """The score that the answers establish, and the least and the greatest that a completion could have."""

    value: float | None
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True)
class _Places:
    """Where bands stand, -1 for none: by the answers alone, with the judgement, and of every completion."""

    by_answers: int
    band: int
    lowest: int
    highest: int


def score(danger: Danger, answers: Mapping[str, str], *, judged: str = "") -> Scored:
    """This function will say what an instrument of danger makes of the answers.

    `answers` maps question ids to codes of options; left out, declined and not_asked are missing. `judged` is
    a band that a person names; it only ever raises. Raises TypeError for a detection, ValueError for a
    question, an answer or a band that the sheet has not. That no yes ever lowers holds for a sheet in which
    `soundness.problems_of` finds nothing.
    Sources: the instrument's own, in its file; judgement only raises (MARAM, LAP, VioGén), evidence tag F.
    """
    if not isinstance(danger, Danger):
        raise TypeError("an instrument of danger is needed; a detection has no score of danger")
    sheet = danger.sheet
    given = answered(sheet, answers)
    off = set_off(sheet, given)
    sums = _sums(sheet, given)
    places = _places(sheet, sums, off, sheet.place(judged) if judged else -1)
    norms = tuple(_norm_line(norm, sums) for norm in danger.norms)
    raised = places.band > places.by_answers
    return Scored(
        instrument=sheet.id,
        version=sheet.version,
        score=sums.value,
        lowest=sums.lowest,
        highest=sums.highest,
        band=_id(sheet, places.band),
        lowest_band=_id(sheet, places.lowest),
        highest_band=_id(sheet, places.highest),
        level=sheet.bands[places.band].level if places.band >= 0 else None,
        triggers=off.told,
        possible_triggers=off.possibly_told,
        does=off.does,
        possible_does=off.possibly_does,
        unanswered=tuple(given.missing),
        no_answers=not given.chosen,
        contradictions=given.contradictions,
        norms=norms,
        raised_to=_id(sheet, places.band) if raised else None,
        because=(
            *answer_reasons(sheet, given, off),
            *_sum_reasons(sheet, given, sums),
            *_band_reasons(sheet, sums, places, off),
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
    given = answered(sheet, answers)
    off = set_off(sheet, given)
    positive = any(not trigger.side for trigger in off.met)
    could = not positive and any(not trigger.side for trigger in off.possible)
    return Detected(
        instrument=sheet.id,
        version=sheet.version,
        positive=positive,
        could_be_positive=could,
        triggers=off.told,
        possible_triggers=off.possibly_told,
        does=off.does,
        possible_does=off.possibly_does,
        unanswered=tuple(given.missing),
        no_answers=not given.chosen,
        contradictions=given.contradictions,
        because=(
            *answer_reasons(sheet, given, off),
            *((Reason("scoring.could_be_positive"),) if could else ()),
        ),
    )


def _sums(sheet: Sheet, given: Answered) -> _Sums:
    if not sheet.arithmetic:
        return _Sums(None, None, None)
    ids = [question.id for question in sheet.questions]
    lowest, highest = total(given.least(id) for id in ids), total(given.most(id) for id in ids)
    scored = sheet.scored
    seen = [question for question in scored if question.id in given.chosen]
    if not seen:
        return _Sums(None, lowest, highest)
    if len(seen) == len(scored) or sheet.missing is Missing.BOUNDS:
        return _Sums(lowest, lowest, highest)
    said = total(option.points for option in given.chosen.values())
    if sheet.missing is Missing.PRORATE:
        return _Sums(_prorated(sheet, scored, seen, said), lowest, highest)
    gaps = (_not_yes(question) for question in scored if question.id in given.missing)
    return _Sums(total((said, *gaps)), lowest, highest)


def _prorated(sheet: Sheet, scored: tuple[Question, ...], seen: list[Question], said: float) -> float | None:
    """Rounded half up; None when too many are missing. Arithmetic of ours, not an instrument's own table."""
    if len(scored) - len(seen) > sheet.most_missing:
        return None
    full, of_seen = total(question.most for question in scored), total(question.most for question in seen)
    return float(floor(said * full / of_seen + 0.5))


def _not_yes(question: Question) -> float:
    no = [option.points for option in question.options if not option.yes]
    return min(no, default=question.least)


def _places(sheet: Sheet, sums: _Sums, off: SetOff, named: int) -> _Places:
    raised, could = _raised(sheet, off.met), _raised(sheet, off.possible)
    bottom, top = _at(sheet, sums.lowest), _at(sheet, sums.highest)
    known = max(_at(sheet, sums.value), raised)
    # What is known at all is never less than what every completion has.
    by_answers = max(known, bottom) if known >= 0 else -1
    band = max(by_answers, bottom, named) if named >= 0 else by_answers
    return _Places(by_answers, band, max(bottom, raised, named), max(top, raised, could, named))


def _at(sheet: Sheet, value: float | None) -> int:
    """Where the band of this score stands; -1 for none. A score below the lowest band is in it."""
    if value is None or not sheet.bands:
        return -1
    return max(0, sum(band.lo <= value for band in sheet.bands) - 1)


def _raised(sheet: Sheet, triggers: Iterable[Trigger]) -> int:
    return max((sheet.place(trigger.band) for trigger in triggers if trigger.band), default=-1)


def _id(sheet: Sheet, place: int) -> str | None:
    return sheet.bands[place].id if place >= 0 else None


def _norm_line(norm: Norm, sums: _Sums) -> NormLine:
    bin, low, high = (
        None if value is None else norm.bin_of(value) for value in (sums.value, sums.lowest, sums.highest)
    )
    return NormLine(norm.id, bin, low, high, None if bin is None else norm.rates.get(bin), norm.base)


def _sum_reasons(sheet: Sheet, given: Answered, sums: _Sums) -> Iterator[Reason]:
    gaps = sum(question.id in given.missing for question in sheet.scored)
    if not sheet.arithmetic:
        yield Reason("scoring.no_sum")
    elif sums.value is None and gaps == len(sheet.scored):
        yield Reason("scoring.nothing_to_sum")
    elif sums.value is None:
        yield Reason("scoring.too_many_missing", str(gaps))
    elif gaps:
        yield Reason(f"scoring.missing_{sheet.missing.value}", str(gaps))


def _band_reasons(sheet: Sheet, sums: _Sums, places: _Places, off: SetOff) -> Iterator[Reason]:
    if places.by_answers >= 0:
        yield Reason("scoring.band", sheet.bands[places.by_answers].id)
    for trigger in off.met:
        if trigger.band and sheet.place(trigger.band) > _at(sheet, sums.value):
            yield Reason("scoring.raised_by_trigger", trigger.id)
    if places.highest > places.band:
        yield Reason("scoring.could_be_band", sheet.bands[places.highest].id)


def _judgement_reasons(judged: str, *, raised: bool) -> Iterator[Reason]:
    if judged:
        yield Reason("scoring.judged" if raised else "scoring.judgement_not_higher", judged)


def _norm_reasons(norms: tuple[Norm, ...], lines: tuple[NormLine, ...]) -> Iterator[Reason]:
    """Where each norm's figures come from, and what it leaves open: no rate, no interval, no base rate."""
    for norm, line in zip(norms, lines, strict=True):
        yield Reason("scoring.norm_tag", f"{norm.id}={norm.tag}")
        if line.rate is None:
            yield Reason("scoring.norm_no_rate", norm.id)
        elif line.rate.interval is None:
            yield Reason("scoring.norm_no_interval", norm.id)
        if norm.base is None:
            yield Reason("scoring.norm_no_base", norm.id)
        elif norm.base.interval is None:
            yield Reason("scoring.norm_no_base_interval", norm.id)
