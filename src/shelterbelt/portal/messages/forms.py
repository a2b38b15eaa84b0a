"""Reads a message, and how somebody wants their conversation. Nothing is chosen beforehand but what holds."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.conversations.actions.writing import KEPT_DAYS, LONGEST, Wanted
from shelterbelt.ui.forms import Form, One, Story

SPANS = {30: _("30 days"), 90: _("90 days"), 180: _("half a year"), 365: _("a year")}
YES_NO = (("no", _("No")), ("yes", _("Yes")))


class MessageForm(Form):
    """What they write."""

    text = Story(label=_("Write a message"), rows=5, limit=LONGEST, missing=_("Write something first."))


class HabitsForm(Form):
    """Whether their advocate sees what they have read, whether a quiet note goes out, and how long it is kept."""

    reads_seen = One(
        YES_NO, label=_("May your advocate see when you have read a message?"), missing=_("Choose one.")
    )
    note = One(
        YES_NO,
        label=_("Do you want a quiet note when a message waits?"),
        help_text=_(
            "It says only: There is a message for you. It goes out only in the ways and hours that you said are safe."
        ),
        missing=_("Choose one."),
    )
    kept_days = One(
        [(str(days), SPANS[days]) for days in KEPT_DAYS],
        label=_("How long are messages kept?"),
        help_text=_("Older ones are taken away by themselves."),
        missing=_("Choose one."),
    )

    def __init__(self, *args: Any, wanted: Wanted, **more: Any) -> None:
        said = {True: "yes", False: "no"}
        initial = {
            "reads_seen": said[wanted.reads_seen],
            "note": said[wanted.note],
            "kept_days": str(wanted.kept_days),
        }
        super().__init__(*args, initial=initial, **more)

    def wanted(self) -> Wanted:
        """What was chosen."""
        typed = self.cleaned_data
        return Wanted(typed["reads_seen"] == "yes", typed["note"] == "yes", int(typed["kept_days"]))
