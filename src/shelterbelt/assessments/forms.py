"""Reads one answer of a screen, and a level with what it rests on. Nothing is chosen beforehand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.assessments.queries import OVERHEAR, SURVIVOR, WORKER
from shelterbelt.cases.models import Incident
from shelterbelt.library import shelf
from shelterbelt.library.shelf import Instrument
from shelterbelt.rules.levels import level_of
from shelterbelt.ui.forms import Form, One, Pick, Several, Story, Tick

ONCE = re.compile(r"[A-Za-z0-9_-]{22}")
FEW = ("yes", "no", "declined")


class AnswerForm(Form):
    """One question, and the revision of the answer that it was shown with."""

    revision = django_forms.IntegerField(widget=django_forms.HiddenInput, min_value=0, required=False)

    @property
    def value(self) -> Any:
        """The answer as it is stored."""
        return self.cleaned_data["answer"]

    @property
    def seen(self) -> int:
        """The revision that the page showed."""
        return self.cleaned_data.get("revision") or 0


class WordsForm(AnswerForm):
    """The survivor's own words, and whether they are afraid for their life."""

    worries = Story(rows=4, limit=5000, required=False, label=_("What worries them most, in their own words"))

    @property
    def value(self) -> dict[str, str]:
        """The words and the answer as they are stored."""
        return {"concern": self.cleaned_data["answer"], "worries": self.cleaned_data["worries"]}


def answer_form(instrument: Instrument, question: str, **more: Any) -> AnswerForm:
    """The form of one question, with the answers that it has."""
    form: AnswerForm = (WordsForm if question == SURVIVOR else AnswerForm)(**more)
    asked, said, codes = _asked(instrument, question)
    answers: list[tuple[str, Any]] = [(code, gettext(instrument.answers[code])) for code in codes]
    if question == OVERHEAR:
        answers = [("no", _("No, nobody can")), ("yes", _("Yes, or not sure"))]
    form.fields["answer"] = One(answers, label=gettext(asked), help_text=gettext(said))
    return form


def _asked(instrument: Instrument, question: str) -> tuple[str, str, tuple[str, ...]]:
    if question == OVERHEAR:
        first = next(line for line in instrument.before if line.code == OVERHEAR)
        return first.text, first.help, ()
    if question == SURVIVOR:
        return instrument.survivor_concern.text, instrument.survivor_concern.help, FEW
    if question == WORKER:
        return instrument.worker_concern.text, instrument.worker_concern.help, ("yes", "no")
    item = next(item for item in instrument.items if item.id == question)
    return item.text, item.help, FEW


def initial(question: str, kept: Any, revision: int) -> dict[str, Any]:
    """What stands on the page when an answer was given before."""
    if question == SURVIVOR and isinstance(kept, Mapping):
        return {"answer": kept.get("concern"), "worries": kept.get("worries"), "revision": revision}
    return {"answer": kept, "revision": revision}


class LevelForm(Form):
    """A level that a person chose, and what it rests on; and what less than now needs before anybody agrees to it."""

    level = One((), label=_("How dangerous do you judge the situation?"))
    factors = Several((), required=False, label=_("What does it rest on?"))
    survivors = Tick(required=False, label=_("This is the survivor’s own view, as they told it"))
    reason = Story(rows=4, limit=5000, required=False, label=_("Your reasons, in your own words"))
    incident = Pick((), required=False, label=_("If it rests on one report, which one?"))
    asked = One(
        (("yes", _("Yes")), ("no", _("Not yet"))),
        required=False,
        label=_("Was the survivor asked how dangerous they find it now?"),
        help_text=_("Only by their contact instructions, and alone."),
    )
    survivor_says = Story(rows=3, limit=5000, required=False, label=_("What they say, in their own words"))
    once = django_forms.CharField(widget=django_forms.HiddenInput, required=False)
    seen = django_forms.CharField(widget=django_forms.HiddenInput, required=False)

    def __init__(self, *args: Any, current: str, incidents: Sequence[Incident] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.current, self.incidents = current, list(incidents)
        self.below = self.lower = False
        words = [
            (c.code, gettext(c.label), gettext(c.hint) if c.hint else "") for c in shelf.choices("levels")
        ]
        self.fields["level"] = One(words, label=_("How dangerous do you judge the situation?"))
        self.fields["factors"] = Several(
            factor_answers(), required=False, label=_("What does it rest on?"), help_text=_FACTORS_HELP
        )
        self.fields["incident"] = Pick(
            [(one.ref, day_of(one)) for one in self.incidents],
            required=False,
            label=_("If it rests on one report, which one?"),
            help_text=_("Should that report turn out to be about somebody else, this is undone with it."),
        )
        self.order_fields(["level", "factors", "survivors", "reason", "incident", "asked", "survivor_says"])

    def clean(self) -> dict[str, Any]:
        """More needs a word of what it rests on; less needs a reason and the survivor's answer."""
        given = super().clean() or {}
        level, own = given.get("level"), given.get("survivors")
        self.below = bool(level and level_of(level) < level_of(self.current))
        self.lower = self.below and not own
        if self.lower:
            self._less(given)
        elif level and not own:
            self._more(given)
        if not ONCE.fullmatch(given.get("once") or ""):
            given["once"] = ""
        return given

    def _less(self, given: dict[str, Any]) -> None:
        if not given.get("reason"):
            self.add_error("reason", ValidationError(_("Say why the level goes down.")))
        if not given.get("asked"):
            self.add_error("asked", ValidationError(_("Say whether the survivor was asked.")))
        elif given["asked"] == "no":
            said = _("Ask the survivor first. Until then the level stays as it is.")
            self.add_error("asked", ValidationError(said))

    def _more(self, given: dict[str, Any]) -> None:
        if given.get("reason"):
            return
        if "other" in given.get("factors", ()):
            self.add_error("reason", ValidationError(_("Say what else it rests on.")))
        elif not given.get("factors"):
            said = _("Choose what it rests on, or write your reasons below.")
            self.add_error("factors", ValidationError(said))


class SecondForm(Form):
    """What the second person says to a lower level."""

    agrees = One(
        (("yes", _("Yes, it ends lower")), ("no", _("No, the level stays"))),
        label=_("Do you agree?"),
        missing=_("Say whether you agree."),
    )
    words = Story(rows=3, limit=5000, required=False, label=_("What you want to add"))


def day_of(incident: Incident) -> str:
    """A report by the day on which it happened."""
    at = incident.happened_at or incident.opened_at
    return date_format(at.astimezone(ZoneInfo(incident.agency.time_zone)), "DATE_FORMAT")


_FACTORS_HELP = _("Choose all that you know of. They are reasons to weigh: they are not counted or added up.")


def factor_answers() -> list[tuple[str, str, str]]:
    """The listed factors, with where each comes from quietly beside it."""
    return [
        (
            c.code,
            gettext(c.label),
            " · ".join(part for part in (gettext(c.hint) if c.hint else "", told(c.tag)) if part),
        )
        for c in shelf.choices("level_factors")
    ]


def factor_words(codes: Iterable[str]) -> list[str]:
    """Listed factors in words."""
    return [gettext(shelf.label_of("level_factors", code)) for code in codes]


def told(tag: str) -> str:
    """Where a statement comes from, in words: what nobody has checked, and what is assumed, says so."""
    words = {
        "F": gettext("From a published source"),
        "F*": gettext("From a secondary source"),
        "D": gettext("Worked out from published figures"),
        "M": gettext("General knowledge, not yet checked against its source"),
        "P": gettext("An assumption, to be tried and reviewed"),
        "S": gettext("From a standard"),
    }
    return words.get(tag, "")
