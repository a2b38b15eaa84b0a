"""Puts a screen's reasons, and who said which level, into plain words. Decides nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from shelterbelt.access.queries import Names
from shelterbelt.assessments.forms import factor_words, told
from shelterbelt.assessments.queries import LevelLine, numbers
from shelterbelt.assessments.queries.forecasts import AHEAD
from shelterbelt.library import assessments
from shelterbelt.library.files import LibraryError
from shelterbelt.library.shelf import Accuracy, Instrument
from shelterbelt.rules.screening import Screening


@dataclass(frozen=True)
class Told:
    """What a result page says: the offer, why, the medical advice, and what stays open."""

    triggered: bool
    heading: str
    lines: tuple[str, ...]
    why: tuple[str, ...]
    quiet: tuple[str, ...]
    medical: str
    is_not: tuple[str, ...]
    figures: tuple[str, ...]
    figures_note: str


def tell(found: Screening, instrument: Instrument) -> Told:
    """A result in the words of its instrument."""
    return Told(
        triggered=found.triggered,
        heading=_heading(found),
        lines=tuple(gettext(line) for line in _lines(found, instrument)),
        why=tuple(_why(found, instrument)),
        quiet=tuple(_quiet(found, instrument)),
        medical=_medical(found, instrument),
        is_not=tuple(gettext(line) for line in instrument.is_not),
        figures=tuple(_figures(study) for study in instrument.accuracy),
        figures_note=gettext(instrument.accuracy_note),
    )


def _heading(found: Screening) -> str:
    if found.triggered:
        return gettext("Offer a call to an advocate now")
    if found.review:
        return gettext("No question was answered")
    return gettext("The answers alone do not call for an offer")


def _lines(found: Screening, instrument: Instrument) -> list[str]:
    says = instrument.results
    if found.triggered:
        return [says["triggered"]]
    if found.review:
        return [says["no_answers"]]
    return [says["not_triggered"], *([says["could_change"]] if found.could_change else [])]


def _why(found: Screening, instrument: Instrument) -> list[str]:
    texts = {item.id: gettext(item.text) for item in instrument.items}
    lines = [
        gettext("The answer was yes: “%(question)s”") % {"question": texts[reason.about]}
        for reason in found.because
        if reason.code in ("screen.any", "screen.count", "screen.alone")
    ]
    concerns = {
        "survivor": gettext("The survivor is afraid for their life."),
        "worker": gettext("The worker believes that the survivor’s life may be in danger."),
    }
    return lines + [concerns[reason.about] for reason in found.because if reason.code == "screen.concern"]


def _quiet(found: Screening, instrument: Instrument) -> list[str]:
    lines = []
    left = len(found.unanswered)
    if left:
        said = ngettext("%(n)d question was left unanswered.", "%(n)d questions were left unanswered.", left)
        lines.append(said % {"n": left} + " " + gettext("An unanswered question is not a “no”."))
    if any(reason.code == "screen.variant_alone" for reason in found.because):
        lines.append(gettext(instrument.variant_note))
    return lines


def _medical(found: Screening, instrument: Instrument) -> str:
    if found.medical:
        return gettext(instrument.results["medical"])
    return gettext(instrument.results["medical_unknown"]) if found.medical_unknown else ""


def _figures(study: Accuracy) -> str:
    line = gettext(
        "%(version)s: of those who were later attacked it picked out %(sens)s; "
        "of those who were not, it left out only %(spec)s."
    )
    said = line % {"version": gettext(study.version), "sens": _share(study.sens), "spec": _share(study.spec)}
    return f"{said} ({told(study.tag)})"


def _share(span: tuple[float, float]) -> str:
    low, high = (round(part * 100) for part in span)
    if low == high:
        return gettext("%(n)d of 100") % {"n": low}
    return gettext("%(low)d to %(high)d of 100") % {"low": low, "high": high}


@dataclass(frozen=True)
class LevelSaid:
    """One line about a level as a page shows it: which, who or what said it, when, from what and why."""

    level: str
    who: str
    at: datetime
    factors: tuple[str, ...]
    reason: str
    undone_at: datetime | None


def said_of(line: LevelLine, names: Names) -> LevelSaid:
    """A line about a level in words; whoever is not known here is not named."""
    told_by = names.get(line.set_by, "")
    second = names.get(line.second, "")
    return LevelSaid(
        level=line.level,
        who=_who(line, told_by, second),
        at=line.set_at,
        factors=tuple(_lifts(line.factors) if line.source == "forecast" else factor_words(line.factors)),
        reason=line.reason,
        undone_at=line.undone_at,
    )


def _lifts(codes: tuple[str, ...]) -> list[str]:
    """What lifted the forecast, in the words of its file; a code that the file no longer has stands as it is."""
    return [_lifted(code) for code in codes]


def _lifted(marked: str) -> str:
    code = marked.removeprefix(AHEAD)
    word = numbers().words.get(code)
    said = gettext(word.label) if word else code
    return f"{said} ({gettext('planned')})" if marked != code else said


def _who(line: LevelLine, by: str, second: str) -> str:
    if line.source == "instrument" and line.instrument:
        return gettext("By an instrument: %(title)s") % {"title": instrument_title(line.instrument)}
    if line.source == "instrument":
        return gettext("By an instrument")
    if line.source == "forecast":
        return gettext("By the forecast")
    told_by = {"by": by or gettext("a worker"), "second": second or gettext("a second person")}
    if line.source == "survivor":
        return gettext("The survivor’s own view, told to %(by)s") % told_by
    if line.source == "reassessment":
        return gettext("Looked at anew by %(by)s; %(second)s agreed") % told_by
    return gettext("Judged by %(by)s") % told_by


def instrument_title(id: str) -> str:
    """What an instrument is called; one that is no longer on the shelf by its id."""
    try:
        versions = [version for found, version in assessments.names() if found == id]
        return gettext(assessments.assessment(id, versions[-1]).title) if versions else id
    except LibraryError:
        return id
