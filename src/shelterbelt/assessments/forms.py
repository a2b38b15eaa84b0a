"""Reads one answer of a screen, and a level with what it rests on. Nothing is chosen beforehand."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.assessments.queries import OVERHEAR, SURVIVOR, WORKER
from shelterbelt.library import shelf
from shelterbelt.library.shelf import Instrument
from shelterbelt.rules.levels import level_of
from shelterbelt.ui.forms import Form, One, Several, Story

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
    """A level that a person chose, and what it rests on."""

    level = One((), label=_("How dangerous do you judge the situation?"))
    factors = Several((), required=False, label=_("What does it rest on?"))
    reason = Story(rows=4, limit=5000, required=False, label=_("Your reasons, in your own words"))
    once = django_forms.CharField(widget=django_forms.HiddenInput, required=False)
    seen = django_forms.CharField(widget=django_forms.HiddenInput, required=False)

    def __init__(self, *args: Any, current: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.current = current
        words = [
            (c.code, gettext(c.label), gettext(c.hint) if c.hint else "") for c in shelf.choices("levels")
        ]
        self.fields["level"] = One(words, label=_("How dangerous do you judge the situation?"))
        self.fields["factors"] = Several(
            factor_answers(), required=False, label=_("What does it rest on?"), help_text=_FACTORS_HELP
        )
        self.order_fields(["level", "factors", "reason", "once", "seen"])

    def clean(self) -> dict[str, Any]:
        """A lower level needs a reason, and so does a factor that is not on the list."""
        given = super().clean() or {}
        level, reason = given.get("level"), given.get("reason", "")
        if level and not reason and level_of(level) < level_of(self.current):
            self.add_error("reason", ValidationError(_("Say why the level goes down.")))
        elif level and not reason and "other" in given.get("factors", ()):
            self.add_error("reason", ValidationError(_("Say what else it rests on.")))
        elif level and not reason and not given.get("factors"):
            self.add_error(
                "factors", ValidationError(_("Choose what it rests on, or write your reasons below."))
            )
        if not ONCE.fullmatch(given.get("once") or ""):
            given["once"] = ""
        return given


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
