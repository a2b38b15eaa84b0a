"""Puts what an instrument says of the answers into plain words. Decides nothing, and says no percentage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.assessments import queries
from shelterbelt.assessments.models import Assessment
from shelterbelt.assessments.sheet_forms import words
from shelterbelt.library import shelf
from shelterbelt.library.assessments import Assessment as Instrument
from shelterbelt.library.assessments import Item
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.scoring import Detected, Scored

Found = Scored | Detected
TIME_FRAMES = {
    "ever": _("At any time"),
    "past_year": _("In the past year"),
    "past_6_months": _("In the past six months"),
    "past_3_months": _("In the past three months"),
    "past_month": _("In the past month"),
    "this_incident": _("In this incident"),
    "now": _("Now"),
    "ahead": _("In the time ahead"),
    "since_last_time": _("Since the last time"),
    "not_stated": "",
}


@dataclass(frozen=True)
class Told:
    """A result in words: the band or the finding, what could still change it, why, and what follows."""

    heading: str
    says: tuple[str, ...]
    score: str
    interval: str
    level: str
    why: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    follows: tuple[str, ...]
    could_follow: tuple[str, ...]
    open: str
    contradictions: tuple[str, ...]
    policing: str


def tell(instrument: Instrument, found: Found, *, given: Mapping[str, str]) -> Told:
    """A result in the words of its instrument."""
    danger = found if isinstance(found, Scored) else None
    return Told(
        heading=_heading(instrument, found),
        says=tuple(_says(instrument, found)),
        score=_score(danger) if danger else "",
        interval=_interval(instrument, danger) if danger else "",
        level=_level(instrument, danger) if danger else gettext("It is not a danger level, and it sets none."),
        why=tuple(_why(instrument, found)),
        known=tuple(words(instrument, item.text) for item in _high(instrument) if _yes(instrument, item, given)),
        unknown=tuple(words(instrument, i.text) for i in _high(instrument) if i.id in found.unanswered),
        follows=tuple(gettext(instrument.work[code]) for code in found.does),
        could_follow=tuple(gettext(instrument.work[code]) for code in found.possible_does),
        open=_open(found),
        contradictions=contradictions(instrument, found),
        policing=_policing(instrument, given) if danger and danger.score is not None else "",
    )  # fmt: skip


def item_of(found: Instrument, question: str) -> Item:
    """A question of an instrument."""
    return next(item for item in found.items if item.id == question)


def band_words(instrument: Instrument, band: str | None) -> str:
    """A band by its name; a grade that is a number says that it is a score."""
    if band is None:
        return gettext("No band")
    label = gettext(instrument.bands[band].label)
    return gettext("Score %(score)s") % {"score": label} if label[:1].isdigit() else label


def short(instrument: Instrument, found: Found) -> str:
    """A result in a few words, for a line in a table."""
    return band_words(instrument, found.band) if isinstance(found, Scored) else _heading(instrument, found)


def short_of(taken: Assessment) -> str:
    """The same of a sheet; one whose instrument is not here any more says so."""
    try:
        return short(queries.instrument_taken(taken), queries.scored_of(taken))
    except LibraryError:
        return gettext("The file of this instrument is not here any more.")


def spread(instrument: Instrument, found: Found) -> str:
    """The bands that are possible while questions stay open; empty where nothing could change."""
    if isinstance(found, Detected):
        return gettext("An open question could make it call for an offer.") if found.could_be_positive else ""
    low, high = found.lowest_band, found.highest_band
    if high is None or low == high == found.band:
        return ""
    ends = {"low": band_words(instrument, low), "high": band_words(instrument, high)}
    if low is None:
        return gettext("up to “%(high)s”") % ends
    return (gettext("from “%(low)s” to “%(high)s”") if low != high else gettext("“%(high)s”")) % ends


def contradictions(instrument: Instrument, found: Found) -> tuple[str, ...]:
    """Pairs of answers that cannot both be so."""
    said = gettext("These two answers cannot both be so: “%(one)s” and “%(other)s”")
    texts = {item.id: words(instrument, item.text) for item in instrument.items}
    return tuple(said % {"one": texts[one], "other": texts[other]} for one, other in found.contradictions)


def number(value: float | None) -> str:
    """A score without needless digits."""
    return "" if value is None else f"{value:g}"


def _heading(instrument: Instrument, found: Found) -> str:
    if found.no_answers and not (isinstance(found, Scored) and found.raised_to):
        return gettext("No question was answered")
    if isinstance(found, Detected):
        if found.positive:
            return gettext("The answers call for an offer of help now")
        return gettext("The answers alone do not call for an offer")
    if found.band is None:
        return (
            gettext("Too few answers for a result")
            if instrument.sheet.arithmetic
            else gettext("No grade was given yet")
        )
    return band_words(instrument, found.band)


def _says(instrument: Instrument, found: Found) -> Iterator[str]:
    if isinstance(found, Detected):
        code = "no_answers" if found.no_answers else "positive" if found.positive else "not_positive"
        codes = [code, *(["could_be_positive"] if found.could_be_positive else [])]
        yield from (gettext(instrument.results[code]) for code in codes)
    elif found.band is not None:
        yield gettext(instrument.bands[found.band].says)
    else:
        yield gettext(
            "Nothing answered, or too little, is not a low result. What is not known stays unknown."
        )


def _score(found: Scored) -> str:
    if found.lowest is None or found.highest is None:
        return ""
    ends = {"low": number(found.lowest), "high": number(found.highest), "score": number(found.score)}
    if found.score is None:
        return gettext("Score: not known; anything from %(low)s to %(high)s is possible.") % ends
    if found.lowest == found.highest:
        return gettext("Score: %(score)s.") % ends
    said = gettext("Score: %(score)s. With what stays open, anything from %(low)s to %(high)s is possible.")
    return said % ends


def _interval(instrument: Instrument, found: Scored) -> str:
    said = spread(instrument, found)
    if not said:
        return ""
    return gettext("By what is left open the result could be %(bands)s.") % {"bands": said}


def _level(instrument: Instrument, found: Scored) -> str:
    if found.level is None or found.band is None:
        return gettext(
            "It changes no danger level. It never lowers one, and it does not mean that it is safe."
        )
    level = {"level": gettext(shelf.label_of("levels", found.level.word)).lower()}
    said = (
        gettext("It raises the danger level of the case to at least %(level)s, and never lowers it.") % level
    )
    if instrument.bands[found.band].tag == "P":
        said += " " + gettext("Which level belongs to this result is an assumption of this project.")
    return said


def _why(instrument: Instrument, found: Found) -> Iterator[str]:
    for reason in found.because:
        if reason.code == "scoring.answer":
            if not item_of(instrument, reason.about.partition("=")[0]).high:  # told as a known factor
                yield _answered(instrument, reason.about)
        elif reason.code == "scoring.trigger":
            yield gettext(instrument.triggers[reason.about].says)
        elif reason.code in _REASONS:
            yield str(_REASONS[reason.code])
        elif reason.code == "scoring.judged":
            band = {"band": band_words(instrument, reason.about)}
            yield gettext("A worker judged it graver than the answers say: %(band)s.") % band
        elif reason.code.startswith("scoring.missing_") and instrument.missing_note:
            yield gettext(instrument.missing_note)


_REASONS = {
    "scoring.no_sum": _("Nothing is added up: it is for a worker to weigh, with the survivor."),
    "scoring.nothing_to_sum": _("No question that counts was answered."),
    "scoring.too_many_missing": _("Too many questions stay open for a score."),
    "scoring.judgement_not_higher": _(
        "A worker’s judgement is not above what the answers say. It only ever raises, so the answers stand."
    ),
}  # fmt: skip


def _answered(instrument: Instrument, about: str) -> str:
    question, _sign, code = about.partition("=")
    item = item_of(instrument, question)
    said = {"answer": words(instrument, item.answers[code]), "question": words(instrument, item.text)}
    return gettext("%(answer)s: “%(question)s”") % said


def _high(instrument: Instrument) -> list[Item]:
    return [item for item in instrument.items if item.high]


def _yes(instrument: Instrument, item: Item, given: Mapping[str, str]) -> bool:
    answer = given.get(item.id, "")
    asked = next(one for one in instrument.sheet.questions if one.id == item.id)
    return answer in item.answers and asked.option(answer).yes


def _open(found: Found) -> str:
    left = len(found.unanswered)
    if not left:
        return ""
    said = ngettext("%(n)d question stays open.", "%(n)d questions stay open.", left) % {"n": left}
    return f"{said} {gettext('An open question is not a “no”.')}"


def _policing(instrument: Instrument, given: Mapping[str, str]) -> str:
    """What part of a score comes from records: who is policed more has more of a record."""
    total = 0.0
    for item, asked in zip(instrument.items, instrument.sheet.questions, strict=True):
        answer = given.get(item.id, "")
        if item.policing_exposure and answer in item.answers:
            total += asked.option(answer).points
    if not total:
        return ""
    said = gettext(
        "%(points)s of these points come from questions about records of police and courts. "
        "Who is policed more has more of a record."
    )
    return said % {"points": number(total)}
