"""Reads what a worker writes to a survivor, when they are usually there, and how a wish ended. Never saves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.conversations.actions.writing import LONGEST
from shelterbelt.notices.forms import Clock, answers
from shelterbelt.ui.forms import Form, Several, Story


class WordsForm(Form):
    """What the worker writes."""

    text = Story(label=_("Write a message"), rows=5, limit=LONGEST, missing=_("Write something first."))


class HoursForm(Form):
    """The days and hours at which the worker usually reads messages."""

    days = Several(answers("safe_days"), label=_("Days"), missing=_("Choose at least one day."))
    start = Clock(label=_("From"), missing=_("Write the time, like 18:30."))
    end = Clock(label=_("Until"), missing=_("Write the time, like 18:30."))

    def __init__(self, *args: Any, told: dict[str, Any], **more: Any) -> None:
        initial = {
            "days": told.get("days", []),
            "start": told.get("from", ""),
            "end": told.get("until", ""),
        }
        super().__init__(*args, initial=initial, **more)

    def told(self) -> dict[str, Any]:
        """What was typed, as it is sealed."""
        typed = self.cleaned_data
        return {"days": list(typed["days"]), "from": typed["start"], "until": typed["end"]}
