"""Puts an instrument's studies into plain words: what became of others, how often it was right, what nobody has checked.

What was measured on a group is told as so many of a hundred people, never as the chance of one person.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.assessments.forms import told
from shelterbelt.assessments.sheet_words import number
from shelterbelt.library.assessments import Accuracy, Assessment, Drift
from shelterbelt.rules.scoring import Detected, Scored
from shelterbelt.rules.sheets import Danger, Norm, Rate

UNSURE = ("M", "P", "D", "F*")
PARTS = {
    "items": _("which questions are asked"),
    "answers": _("which answers can be given"),
    "high": _("which questions are marked as grave"),
    "points": _("how much each answer counts"),
    "bands": _("where one band ends and the next begins"),
    "triggers": _("what sets something off by itself"),
    "missing": _("how an open question is counted"),
}
COURT = {
    "no": _("A court is not shown this result from here."),
    "with_owner_permission": _("A court is shown this result only with the permission of the instrument’s owner."),
    "yes": _("By its file this result may be shown to a court."),
}  # fmt: skip
MEASURES = {
    "sensitivity": _("Of 100 people to whom it happened, it picked out %(value)s."),
    "specificity": _("Of 100 people to whom it did not happen, it left out %(value)s."),
    "ppv": _("Of 100 people whom it picked out, it was so for %(value)s."),
    "npv": _("Of 100 people whom it left out, it was not so for %(value)s."),
    "share": _("%(value)s of 100."),
    "prevalence": _("It was so for %(value)s of 100 people."),
    "agreement": _("Two people agreed in %(value)s of 100 cases."),
    "auc": _(
        "Of two people, one to whom it happened and one not, it put the right one higher %(value)s times of 100. 50 is chance."
    ),
}  # fmt: skip
NUMBERS = {
    "lr_positive": _("A positive result was %(value)s times as frequent among those to whom it happened."),
    "lr_negative": _("A negative result was %(value)s times as frequent among those to whom it happened."),
    "odds_ratio": _("The odds were %(value)s times as high."),
    "reliability": _("Two people who scored the same cases agreed at %(value)s, where 1 is in all."),
}


@dataclass(frozen=True)
class Group:
    """What became of one dated sample, beside this score."""

    heading: str
    lines: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Figures:
    """What stands behind an instrument: samples, studies, what is not certain, for whom it was never tested."""

    groups: tuple[Group, ...]
    drift: tuple[str, ...]
    accuracy: tuple[str, ...]
    accuracy_note: str
    unsure: tuple[str, ...]
    limits: tuple[str, ...]
    careful: tuple[str, ...]
    court: tuple[str, ...]
    licence: tuple[str, ...]


def figures(instrument: Assessment, found: Scored | Detected) -> Figures:
    """What is known of an instrument, in words."""
    note = instrument.accuracy_note if instrument.accuracy or instrument.accuracy_note else ""
    return Figures(
        groups=tuple(_groups(instrument, found)),
        drift=tuple(_drift(one) for one in instrument.drift),
        accuracy=tuple(_study(one) for one in instrument.accuracy),
        accuracy_note=_t(note),
        unsure=tuple(unsure(instrument)),
        limits=tuple(gettext(line) for line in instrument.limits),
        careful=tuple(gettext(line) for line in instrument.careful),
        court=tuple(part for part in (str(COURT[instrument.court]), _t(instrument.court_note)) if part),
        licence=tuple(part for part in (_t(instrument.licence), _t(instrument.trademark_note)) if part),
    )


def _t(text: str) -> str:
    return gettext(text) if text else ""


def unsure(instrument: Assessment) -> Iterator[str]:
    """What nobody has checked, what was worked out and what is assumed: for each, the parts that it concerns."""
    parts: dict[str, list[str]] = {}
    for part, tag in instrument.tags.items():
        parts.setdefault(tag, []).append(str(PARTS.get(part, part)))
    if any(line.tag == "P" for line in instrument.bands.values()):
        parts.setdefault("P", []).append(gettext("which level belongs to which band"))
    for tag in UNSURE:
        if tag in parts:
            yield f"{told(tag)}: {', '.join(parts[tag])}"


def _groups(instrument: Assessment, found: Scored | Detected) -> Iterator[Group]:
    if not isinstance(found, Scored) or not isinstance(instrument.instrument, Danger):
        return
    for norm, line in zip(instrument.instrument.norms, found.norms, strict=True):
        lines = [_rate(norm, line.rate, line.bin), _range(norm, line.lowest_bin, line.highest_bin)]
        lines.append(_base(line.base))
        lines.append(
            gettext("Outcome: %(outcome)s. Followed for: %(time)s.")
            % {"outcome": gettext(norm.outcome), "time": gettext(norm.follow_up)}
        )
        lines.append(told(norm.tag))
        yield Group(_sample(norm), tuple(part for part in lines if part), _t(instrument.norm_notes[norm.id]))


def _sample(norm: Norm) -> str:
    size = gettext("%(n)d people") % {"n": norm.n} if norm.n else gettext("number of people not found")
    return f"{gettext(norm.sample)} ({gettext(norm.period)}; {size})"


def _rate(norm: Norm, rate: Rate | None, bin: str | None) -> str:
    if rate is None or bin is None:
        return gettext("There is no figure for this result.")
    said = gettext("Of 100 people in that sample with a score of %(score)s it happened to about %(n)s.") % {
        "score": bin,
        "n": _hundred(rate.rate),
    }
    return f"{said} {_between(rate)}"


def _between(rate: Rate) -> str:
    if rate.interval is None:
        return gettext("How sure this is was not published.")
    low, high = (_hundred(end) for end in rate.interval)
    return gettext("By the size of the sample, %(low)s to %(high)s.") % {"low": low, "high": high}


def _range(norm: Norm, lowest: str | None, highest: str | None) -> str:
    """What the open questions leave possible."""
    if lowest is None or highest is None or lowest == highest:
        return ""
    ends = {
        "low": _hundred(norm.rates[lowest].rate) if lowest in norm.rates else gettext("not known"),
        "high": _hundred(norm.rates[highest].rate) if highest in norm.rates else gettext("not known"),
    }
    return (
        gettext("With what stays open it could be the figure for any score from %(low)s to %(high)s of 100.")
        % ends
    )


def _base(base: Rate | None) -> str:
    if base is None:
        return gettext("In how many of the whole sample it happened was not found.")
    said = gettext("In the whole sample it happened to %(n)s of 100.") % {"n": _hundred(base.rate)}
    return f"{said} {_between(base)}"


def _drift(drift: Drift) -> str:
    return f"{gettext(drift.sample)} ({gettext(drift.period)}): {gettext(drift.says)} ({told(drift.tag)})"


def _study(study: Accuracy) -> str:
    size = " " + gettext("(%(n)d people)") % {"n": study.n} if study.n else ""
    says = gettext(study.says) if study.measure == "words" and study.says else _measured(study)
    about = "" if study.measure == "words" else f" {gettext(study.outcome)}."
    return f"{gettext(study.sample)}{size}: {says}{about} ({told(study.tag)})"


def _measured(study: Accuracy) -> str:
    if study.measure in NUMBERS:
        return str(NUMBERS[study.measure] % {"value": _value(study, number)})
    return str(MEASURES[study.measure] % {"value": _value(study, _hundred)})


def _value(study: Accuracy, as_text: Callable[[float], str]) -> str:
    if study.value is None:
        low, high = study.interval or study.range or (0.0, 0.0)
        return gettext("%(low)s to %(high)s") % {"low": as_text(low), "high": as_text(high)}
    if study.interval is None:
        return as_text(study.value)
    ends = {
        "value": as_text(study.value),
        "low": as_text(study.interval[0]),
        "high": as_text(study.interval[1]),
    }
    return gettext("%(value)s (%(low)s to %(high)s)") % ends


def _hundred(share: float) -> str:
    return f"{share * 100:.0f}"
