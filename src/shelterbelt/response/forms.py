"""Reads what a board is asked, and how work ended."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf
from shelterbelt.ui.forms import Form, Line, One, Pick, Story, Tick

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
