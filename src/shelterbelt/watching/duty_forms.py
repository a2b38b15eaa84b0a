"""Reads until when somebody is on duty, and what was done. Chooses nothing beforehand."""

from django.utils.translation import gettext_lazy as _

from shelterbelt.alerts.forms import ThereForm as DutyForm
from shelterbelt.ui.forms import Form, Story
from shelterbelt.watching.actions.duty import MOST_WORDS

__all__ = ["DoneForm", "DutyForm"]


class DoneForm(Form):
    """What was done, in words."""

    words = Story(rows=3, limit=MOST_WORDS, label=_("What was done"))
