"""What somebody without an account may write. Nothing of it is required but a word; these forms parse and save nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.agencies.models import Agency
from shelterbelt.library import experience
from shelterbelt.notices.forms import Clock
from shelterbelt.referrals.words import EVERY_DAY, answers
from shelterbelt.ui.forms import Form, Line, One, Phone, Pick, Several, Story

OFF = {"autocomplete": "off", "spellcheck": "false"}


def paper(rows: int) -> forms.Textarea:
    """Room to write, of which a browser keeps nothing."""
    return forms.Textarea(attrs={**OFF, "rows": rows})


class TellForm(Form):
    """What is told."""

    words = Story(
        widget=paper(8), limit=20_000, label=_("What would you like to tell?"),
        missing=_("There is nothing to send yet. A few words are enough."),
    )  # fmt: skip
    name = Line(
        required=False, limit=100, label=_("What may we call you?"),
        help_text=_("Any name, or none."), widget=forms.TextInput(attrs=OFF),
    )  # fmt: skip


class MoreForm(Form):
    """More words."""

    words = Story(
        widget=paper(5), limit=20_000, label=_("Write more"), missing=_("There is nothing to send yet."),
    )  # fmt: skip


class WishForm(Form):
    """What they would like, and how they may be called. Without a number and hours nobody calls."""

    wishes = Several(answers("report_wishes"), required=False, label=_("What would you like?"))
    may_copy = forms.BooleanField(
        required=False, label=_("What I wrote may go into my file, if one is opened")
    )
    number = Phone(required=False, label=_("A number that is safe to call"))
    hours = One(
        [("any", _("At any time")), ("these", _("Only on these days and hours"))],
        required=False,
        label=_("When is it safe?"),
    )
    days = Several(answers("safe_days"), required=False, label=_("Days"))
    start = Clock(required=False, label=_("From"))
    end = Clock(required=False, label=_("Until"))
    voicemail = forms.BooleanField(
        required=False, label=_("You may leave a message. It will not say why you call.")
    )
    code_word = Line(
        required=False, limit=60, widget=forms.TextInput(attrs=OFF), label=_("A code word"),
        help_text=_("Whoever calls says it first, so that you know who it is."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "call" in data.get("wishes", ()) and not data.get("number") and "number" not in self.errors:
            self.add_error("number", _("Write a number, or take the call off the list above."))
        if data.get("number") and not data.get("hours"):
            self.add_error("hours", _("Say when it is safe. Nobody calls at another time."))
        if data.get("hours") == "these" and not data.get("days"):
            self.add_error("days", _("Choose at least one day."))
        if data.get("start") and data.get("start") == data.get("end"):
            self.add_error("end", _("These hours begin and end at the same time. Change one of them."))
        return data

    def told(self, zone: str) -> dict[str, Any] | None:
        """Contact instructions as they are kept; none without a number."""
        data = self.cleaned_data
        if not data["number"]:
            return None
        some = data["hours"] == "these"
        return {
            "channels": ["phone"],
            "number": data["number"],
            "email": "",
            "place": "",
            "days": data["days"] if some else EVERY_DAY,
            "from": data["start"] if some else "",
            "until": data["end"] if some else "",
            "zone": zone,
            "voicemail": data["voicemail"],
            "code_word": data["code_word"],
            "may_answer": "",
        }

    @classmethod
    def as_told(cls, content: dict[str, Any]) -> dict[str, Any]:
        """What was said before, as the form shows it again."""
        known = content["instructions"] or {}
        always = known.get("days") == EVERY_DAY and not known.get("from") and not known.get("until")
        return {
            "wishes": content["wishes"],
            "may_copy": content["may_copy"],
            "number": known.get("number", ""),
            "hours": ("any" if always else "these") if known else "",
            "days": [] if always else known.get("days", []),
            "start": known.get("from", ""),
            "end": known.get("until", ""),
            "voicemail": known.get("voicemail", False),
            "code_word": known.get("code_word", ""),
        }


class BackForm(Form):
    """The words of a report."""

    words = forms.CharField(required=False, max_length=500)


class HowForm(Form):
    """How a contact with an agency was. Every question may be left out; there is no room for words, which could name."""

    of = Pick((), label=_("Which agency was it?"), missing=_("Choose the agency."))

    def __init__(self, *args: Any, agencies: Sequence[Agency], language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.agencies = {one.ref: one for one in agencies}
        named = [(ref, one.name) for ref, one in self.agencies.items()]
        self.fields["of"].choices = [("", ""), *named]  # type: ignore[attr-defined]
        asked = experience.asked()
        offered = [(line.id, line.text.by(language)) for line in asked.answers]
        self.asked = [line.id for line in asked.questions]
        for line in asked.questions:
            self.fields[line.id] = One(offered, required=False, label=line.text.by(language))

    def agency(self) -> Agency:
        """The agency that was chosen."""
        return self.agencies[self.cleaned_data["of"]]

    def answers(self) -> dict[str, str]:
        """What was answered."""
        return {question: self.cleaned_data[question] for question in self.asked}

    def questions(self) -> list[Any]:
        """The fields of the questions, in order."""
        return [self[question] for question in self.asked]
