"""What of an instrument does not fit together. Where nothing is found, no yes ever lowers what scoring says.

It looks at the rule alone, not at its words, and mends nothing.
"""

from collections.abc import Iterable, Iterator, Sequence

from shelterbelt.rules.reasons import Problem
from shelterbelt.rules.sheets import (
    UNANSWERED,
    Band,
    Bin,
    Danger,
    Detection,
    Missing,
    Norm,
    Question,
    Sheet,
    Trigger,
)

HUNDREDTH = 100


def problems_of(instrument: Danger | Detection) -> tuple[Problem, ...]:
    """This function will return what does not fit together, in the order of the sheet; nothing when all does.

    `field` of a problem is the place with dots, counted from 0: `triggers.2.of.1`; questions are `items`.
    Raises TypeError for what is neither an instrument of danger nor a detection.
    """
    if not isinstance(instrument, Danger | Detection):
        raise TypeError("an instrument is needed")
    sheet = instrument.sheet
    found = [
        *_twice("items", [question.id for question in sheet.questions], "id"),
        *_twice("triggers", [trigger.id for trigger in sheet.triggers], "id"),
        *_twice("bands", [band.id for band in sheet.bands], "id"),
        *_of_questions(sheet),
    ]
    # What follows looks questions up, so they have to be right first.
    if not found:
        found += [*_of_triggers(sheet), *_of_missing(sheet)]
        if isinstance(instrument, Danger):
            found += [*_of_bands(sheet), *_of_norms(sheet, instrument.norms)]
    return tuple(found)


def _twice(place: str, ids: list[str], key: str) -> Iterator[Problem]:
    for at, id in enumerate(ids):
        if id in ids[:at]:
            yield Problem(f"{place}.{at}.{key}", "twice")


def _of_questions(sheet: Sheet) -> Iterator[Problem]:
    if not sheet.questions:
        yield Problem("items", "no_questions")
    known = {question.id: question for question in sheet.questions}
    for at, question in enumerate(sheet.questions):
        codes = [option.code for option in question.options]
        if len(codes) < 2 or len(set(codes)) < len(codes) or UNANSWERED.intersection(codes):
            yield Problem(f"items.{at}.answers", "options")
            continue
        if any(not _in_hundredths(option.points) for option in question.options):
            yield Problem(f"items.{at}.answers", "points_too_fine")
        for n, other in enumerate(question.excludes):
            if code := _exclusion(question, other, known):
                yield Problem(f"items.{at}.excludes.{n}", code)


def _exclusion(question: Question, other: str, known: dict[str, Question]) -> str | None:
    """A yes that rules out another yes takes nothing away only where one of the two lowers the sum."""
    if other == question.id or other not in known:
        return "unknown_item"
    ways = sorted((_way(question), _way(known[other])))
    return None if ways == [-1, 1] else "excludes_same_way"


def _way(question: Question) -> int:
    """1 where every yes gives most, -1 where every yes gives least, 0 where it is neither."""
    yes = [option.points for option in question.options if option.yes]
    no = [option.points for option in question.options if not option.yes]
    if not yes or not no:
        return 0
    return 1 if min(yes) > max(no) else -1 if max(yes) < min(no) else 0


def _of_triggers(sheet: Sheet) -> Iterator[Problem]:
    known = {question.id: question for question in sheet.questions}
    bands = {band.id for band in sheet.bands}
    for at, trigger in enumerate(sheet.triggers):
        place = f"triggers.{at}"
        earlier = {one.id for one in sheet.triggers[:at]}
        named = [(f"{place}.of.{n}", id, trigger.points is None) for n, id in enumerate(trigger.of)]
        for g, group in enumerate(trigger.each):
            named += [(f"{place}.each.{g}.{n}", id, True) for n, id in enumerate(group)]
        faults = [
            *(Problem(where, code) for where, id, yes in named if (code := _looked_for(known.get(id), yes))),
            *(
                Problem(f"{place}.unless.{n}", "unless_not_earlier")
                for n, id in enumerate(trigger.unless)
                if id not in earlier
            ),
        ]
        if trigger.band and (trigger.side or trigger.band not in bands):
            faults.append(Problem(f"{place}.band", "side_band" if trigger.side else "unknown_band"))
        yield from faults or _of_count(place, trigger, known)


def _looked_for(question: Question | None, yes: bool) -> str | None:
    """Why a trigger cannot look for a yes to this question; None where it can."""
    if question is None:
        return "unknown_item"
    if not yes:
        return None
    if not any(option.yes for option in question.options):
        return "never_yes"
    no = [option.points for option in question.options if not option.yes]
    least_yes = min(option.points for option in question.options if option.yes)
    return "yes_not_most" if not no or least_yes < max(no) else None


def _of_count(place: str, trigger: Trigger, known: dict[str, Question]) -> Iterator[Problem]:
    if trigger.points is None:
        if not 1 <= trigger.at_least <= len(trigger.of):
            yield Problem(f"{place}.at_least", "count_out_of_reach")
        return
    least = sum(known[id].least for id in trigger.of)
    most = sum(known[id].most for id in trigger.of)
    if not least < trigger.points <= most:
        yield Problem(f"{place}.points", "points_always" if trigger.points <= least else "points_never")


def _of_missing(sheet: Sheet) -> Iterator[Problem]:
    if sheet.missing is not Missing.PRORATE:
        if sheet.most_missing:
            yield Problem("missing.most", "most_without_prorate")
        return
    if not sheet.arithmetic:
        yield Problem("missing.rule", "prorate_without_sum")
    if any(
        question.least != 0 or any(option.points % 1 for option in question.options)
        for question in sheet.scored
    ):
        yield Problem("missing.rule", "prorate_points")
    if sheet.most_missing >= max(1, len(sheet.scored)):
        yield Problem("missing.most", "most_is_all")


def _of_bands(sheet: Sheet) -> Iterator[Problem]:
    if not sheet.bands:
        yield Problem("bands", "no_bands")
        return
    if sheet.arithmetic and not sheet.scored:
        yield Problem("items", "nothing_scored")
        return
    highest = 0
    for at, band in enumerate(sheet.bands):
        if band.level is not None:
            if band.level < highest:
                yield Problem(f"bands.{at}.level", "level_falls")
            highest = max(highest, band.level)
    if sheet.arithmetic:
        yield from _of_ranges(sheet)


def _of_ranges(sheet: Sheet) -> Iterator[Problem]:
    """Every score that there can be lies in exactly one band, and every band has one."""
    wrong = [*_spans("bands", sheet.bands, _sums_of(sheet))]
    yield from wrong
    if wrong:
        return
    low, reach = _sums_of(sheet)
    held = 0
    for band in sheet.bands:
        held |= _mask(band.lo, band.hi, low, reach.bit_length())
    left = reach & ~held
    if left:
        at = (low + (left & -left).bit_length() - 1) / HUNDREDTH
        yield Problem(f"bands.{_next(sheet.bands, at)}.lo", f"hole:{at:g}")


def _spans(place: str, spans: Sequence[Band | Bin], sums: tuple[int, int]) -> Iterator[Problem]:
    """What is wrong with ranges one by one: upside down, not after the one before, or without any score."""
    low, reach = sums
    for at, one in enumerate(spans):
        before = spans[at - 1].hi if at else None
        if one.lo > one.hi:
            yield Problem(f"{place}.{at}.hi", "upside_down")
        elif before is not None and one.lo <= before:
            yield Problem(f"{place}.{at}.lo", "overlap")
        elif not reach & _mask(one.lo, one.hi, low, reach.bit_length()):
            yield Problem(f"{place}.{at}.lo", "no_score")


def _next(bands: tuple[Band, ...], score: float) -> int:
    """The band that begins after this score, or the last one."""
    return next((at for at, band in enumerate(bands) if band.lo > score), len(bands) - 1)


def _of_norms(sheet: Sheet, norms: tuple[Norm, ...]) -> Iterator[Problem]:
    if norms and not sheet.arithmetic:
        yield Problem("norms", "norms_without_sum")
        return
    yield from _twice("norms", [norm.id for norm in norms], "id")
    for at, norm in enumerate(norms):
        yield from _twice(f"norms.{at}.bins", [one.id for one in norm.bins], "id")
        yield from _spans(f"norms.{at}.bins", norm.bins, _sums_of(sheet))
        for n, one in enumerate(norm.bins):
            if not norm.rates[one.id].sound:
                yield Problem(f"norms.{at}.bins.{n}.interval", "interval")
        if norm.base is not None and not norm.base.sound:
            yield Problem(f"norms.{at}.base.interval", "interval")


def _sums_of(sheet: Sheet) -> tuple[int, int]:
    """Every sum that answers can have: the least in hundredths, and a bit for each hundredth from there."""
    low, reach = 0, 1
    for question in sheet.questions:
        points = {_hundredths(option.points) for option in question.options}
        low += min(points)
        reach = _union(reach << (one - min(points)) for one in points)
    return low, reach


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _mask(lo: float, hi: float, low: int, length: int) -> int:
    first = max(_hundredths(lo) - low, 0)
    last = min(_hundredths(hi) - low, length)
    return ((1 << (last - first + 1)) - 1) << first if last >= first else 0


def _hundredths(points: float) -> int:
    return round(points * HUNDREDTH)


def _in_hundredths(points: float) -> bool:
    return abs(points * HUNDREDTH - _hundredths(points)) < 1e-6
