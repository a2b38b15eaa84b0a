"""Reads the code that was typed, and with whom and for how long a place is shared."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.ui.forms import Form, Line, One

LASTS = (
    ("15", _("15 minutes")),
    ("30", _("30 minutes")),
    ("60", _("1 hour")),
    ("120", _("2 hours")),
    ("240", _("4 hours")),
)


class CodeForm(Form):
    """A code. Which of the two it is, or whether it is one, is not for the form."""

    code = Line(label=_("Your code"), limit=100, width="10", missing=_("Write your code."))


class WhereForm(Form):
    """With one named person, for a time; nothing is chosen beforehand."""

    whom = One((), label=_("Who may see where you are?"), missing=_("Choose one person."))
    lasts = One(LASTS, label=_("For how long?"), missing=_("Choose for how long."))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["whom"].choices = people  # type: ignore[attr-defined]
