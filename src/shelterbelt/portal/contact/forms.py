"""Reads how somebody wants to be reached from now on. What is left empty stays as it was; nothing that stands is shown."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.notices.forms import EVERY_DAY, YES_NO, Clock, answers
from shelterbelt.ui.forms import Form, Line, One, Phone, Several, Story

KEPT = _("Left empty, it stays as it is")
NEEDS = {
    "phone": ("number", _("Write the number to call.")),
    "text": ("number", _("Write the number for text messages.")),
    "email": ("email", _("Write the e-mail address.")),
    "in_person": ("place", _("Write where you can be met.")),
    "through_person": ("place", _("Write who this is and how to reach them.")),
}
PLAIN = ("number", "email", "place", "code_word", "may_answer")


class ContactForm(Form):
    """Ways, number, hours; or no contact at all. The word that is asked for is the old one."""

    stop = One(
        [("no", _("Reach me in these ways")), ("yes", _("Do not contact me at all"))],
        label=_("What do you want?"),
        missing=_("Choose one."),
    )
    channels = Several(answers("contact_channels"), label=_("Safe ways to reach you"), required=False)
    number = Phone(required=False, label=_("Telephone number"), help_text=KEPT)
    email = forms.EmailField(
        required=False,
        max_length=300,
        label=_("E-mail address"),
        help_text=KEPT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Check the e-mail address. It looks like name@example.org.")},
    )
    place = Story(
        required=False, rows=2, limit=1000, label=_("Where to meet you, or who to go through"), help_text=KEPT
    )
    shared_device = One(
        YES_NO,
        required=False,
        label=_("Can somebody else see your telephone or your mail?"),
        help_text=_("Then nothing written is sent. A person calls or meets you."),
    )
    days = Several(answers("safe_days"), required=False, label=_("Safe days"))
    start = Clock(required=False, label=_("From"))
    end = Clock(required=False, label=_("Until"))
    voicemail = One(YES_NO, required=False, label=_("May a message be left?"))
    may_answer = Line(required=False, label=_("Who may answer"), help_text=KEPT)
    code_word = Line(
        required=False,
        label=_("A new code word"),
        help_text=_(
            "The old one is asked for once more before this one counts. Left empty, it stays as it is"
        ),
    )

    def __init__(self, *args: Any, told: Mapping[str, Any], zone: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.told_before, self.zone = told, zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("stop") != "no":
            return data
        if not data.get("channels"):
            self.add_error("channels", _("Choose at least one way to reach you."))
        for channel in data.get("channels") or ():
            part, said = NEEDS[channel]
            if not (data.get(part) or self.told_before.get(part)) and part not in self.errors:
                self.add_error(part, said)
        if (data.get("start") or data.get("end")) and not data.get("days"):
            self.add_error("days", _("Choose the days for these hours."))
        if data.get("start") and data.get("start") == data.get("end"):
            self.add_error("end", _("These hours begin and end at the same time. Change one of them."))
        return data

    def new(self) -> dict[str, Any]:
        """The instructions as they would be: what stands, with what was typed over it."""
        data, before = self.cleaned_data, dict(self.told_before)
        if data["stop"] == "yes":
            return {**before, "no_contact": True}
        window = {"days": data["days"] or EVERY_DAY, "from": data["start"], "until": data["end"]}
        told = {
            **before,
            **{name: data[name] for name in PLAIN if data[name]},
            "channels": data["channels"],
            "zone": before.get("zone") or self.zone,
            "no_contact": False,
        }
        if data["days"] or not before.get("windows"):
            told["windows"] = [window]
        for name in ("voicemail", "shared_device"):
            told[name] = data[name] == "yes" if data[name] else before.get(name, name == "shared_device")
        return told
