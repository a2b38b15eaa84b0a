"""Reads what a board is asked, and how work ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.assessments.happening_forms import ONCE
from shelterbelt.library import shelf
from shelterbelt.library.acts import ActKind
from shelterbelt.ui.forms import Form, Line, One, Pick, Story, Tick
from shelterbelt.ui.moments import AnyMoment

NEEDS_WORDS = {
    "not_reached": _("Say when it will be tried again."),
    "not_safe": _("Say what made it unsafe, so that the next worker knows."),
    "passed_on": _("Say to whom, or what the next worker needs to know."),
}


class FilterForm(Form):
    """Which cases the board shows."""

    level = Pick((), required=False, label=_("Danger level"))
    unit = Pick((), required=False, label=_("Unit"))
    overdue = Tick(required=False, label=_("Overdue only"))

    def __init__(self, *args: Any, units: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        levels = [(c.code, gettext(c.label)) for c in reversed(shelf.choices("levels"))]
        for name, answers, label in (("level", levels, _("Danger level")), ("unit", units, _("Unit"))):
            field = Pick(answers, required=False, label=label)
            field.choices = [("", _("All")), *answers]
            self.fields[name] = field
        self.order_fields(["level", "unit", "overdue"])


class SearchForm(Form):
    """Whom to look for: whole words of a name, a birth date or a phone number."""

    q = Line(
        required=False,
        label=_("Find a case"),
        help_text=_("A whole name or part of one, a birth date like 1988-11-03, or a full phone number"),
    )


class DoneForm(Form):
    """How work ended, and what the next worker needs to know."""

    outcome = One((), label=_("How did it end?"))
    note = Story(rows=4, limit=5000, required=False, label=_("What to know about it"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        answers = [
            (c.code, gettext(c.label), gettext(c.hint) if c.hint else "")
            for c in shelf.choices("action_outcomes")
        ]
        self.fields["outcome"] = One(answers, label=_("How did it end?"))
        self.order_fields(["outcome", "note"])

    def clean(self) -> dict[str, Any]:
        """Some outcomes need a word for whoever comes next."""
        given = super().clean() or {}
        outcome = given.get("outcome", "")
        if outcome in NEEDS_WORDS and not given.get("note") and "note" not in self.errors:
            self.add_error("note", str(NEEDS_WORDS[outcome]))
        return given


class ActForm(Form):
    """Which act is planned, and when."""

    act = One((), label=_("What is about to be done?"), missing=_("Choose what is about to be done."))
    act_at = AnyMoment(label=_("When?"), help_text=_("The day and hour, as far as they are known."))
    words = Story(rows=3, limit=5000, required=False, label=_("What you want to add"))
    once = django_forms.CharField(widget=django_forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, kinds: Mapping[str, ActKind], zone: str, now: datetime, **more: Any
    ) -> None:
        super().__init__(*args, zone=zone, **more)
        self.now = now
        answers = [(kind.kind, gettext(kind.label), gettext(kind.says)) for kind in kinds.values()]
        self.fields["act"] = One(
            answers, label=_("What is about to be done?"), missing=_("Choose what is about to be done.")
        )
        self.order_fields(["act", "act_at", "words"])

    def clean(self) -> dict[str, Any]:
        """An act lies ahead."""
        given = super().clean() or {}
        if given.get("act_at") and given["act_at"] <= self.now:
            said = _("This must lie ahead. Check the date and the time.")
            self.add_error("act_at", ValidationError(said))
        if not ONCE.fullmatch(given.get("once") or ""):
            given["once"] = ""
        return given


class GoOnForm(Form):
    """Why somebody goes on although something required is not ready."""

    reason = Story(rows=3, limit=5000, required=False, label=_("Why go on without it?"))

    def __init__(self, *args: Any, needed: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.needed = needed

    def clean(self) -> dict[str, Any]:
        """Where something required is open a reason is written."""
        given = super().clean() or {}
        if self.needed and not given.get("reason"):
            self.add_error("reason", ValidationError(_("Say why you go on without it.")))
        return given
