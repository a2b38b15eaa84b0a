"""How, when and by whom a survivor wants to be reached.

Nothing is chosen beforehand; only what a channel needs is required.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.agencies.models import Agency
from shelterbelt.notices.forms import NEEDS, ZONES, Clock
from shelterbelt.referrals.words import EVERY_DAY, answers
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.forms import Form, Line, Name, One, Phone, Pick, Several, Story, Tick


class Once(Form):
    """A form that counts once however often it is sent."""

    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        more["initial"] = {"once": new_ref(), **(more.get("initial") or {})}
        super().__init__(*args, **more)


class HearingForm(Form):
    """The question before every other."""

    hearing = One(
        [
            ("clear", _("Yes, they cannot hear or see us")),
            ("not_clear", _("No, or I am not sure")),
        ],
        label=_("Is the other person out of hearing?"),
        help_text=_("Look for phones, cameras and children who may repeat what they hear, too."),
    )


class ChoiceForm(Once):
    """The answer that a single press gives."""

    wish = forms.ChoiceField(choices=[(w, w) for w in ("yes", "no", "later", "self", "not_asked")])
    consulted = Tick(required=False, label=_("I asked the advocate on duty. No name was given."))


class InstructionsForm(Once):
    """Contact instructions.

    `needed`: a way to reach them must be given; otherwise all of it may be left out.
    """

    needed = True

    channels = Several(
        answers("contact_channels"),
        label=_("Safe ways to reach them"),
        missing=_("Choose at least one way to reach them."),
    )
    number = Phone(required=False, label=_("Telephone number"))
    email = forms.EmailField(
        required=False,
        max_length=300,
        label=_("E-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Check the e-mail address. It looks like name@example.org.")},
    )
    place = Story(
        required=False, rows=2, limit=1000, label=_("Where to meet them, or who to go through and how")
    )
    hours = One(
        [("any", _("Any day at any time")), ("these", _("Only on these days and hours"))],
        label=_("When is it safe?"),
        missing=_("Say when it is safe. Nobody is contacted outside these hours."),
    )
    days = Several(answers("safe_days"), required=False, label=_("Safe days"))
    start = Clock(required=False, label=_("From"))
    end = Clock(required=False, label=_("Until"))
    zone = Pick(ZONES, label=_("Time zone"), missing=_("Choose the time zone they live by."))
    voicemail = One(
        [("yes", _("Yes")), ("no", _("No"))],
        label=_("May a message be left?"),
        missing=_("Say whether a message may be left."),
    )
    code_word = Line(
        required=False,
        label=_("Code word"),
        help_text=_("The caller says it first, so that they know who it is."),
    )
    may_answer = Line(
        required=False, label=_("Who may answer"), help_text=_("For example: only me, or my sister Ana.")
    )

    def __init__(self, *args: Any, zone: str = "UTC", **more: Any) -> None:
        super().__init__(*args, zone=zone, **more)
        known = dict(ZONES)
        if zone not in known:
            self.fields["zone"].choices = [("", ""), (zone, zone), *ZONES]  # type: ignore[attr-defined]
        self.fields["zone"].initial = zone
        if not self.needed:
            for name in ("channels", "hours", "zone", "voicemail"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("channels"):
            self._check_channels(data)
            self._check_hours(data)
        elif not self.needed and any(
            data.get(part) for part in ("number", "email", "place", "code_word", "days")
        ):
            self.add_error("channels", _("Choose which of these ways is safe."))
        return data

    def _check_channels(self, data: dict[str, Any]) -> None:
        for channel in data["channels"]:
            part, said = NEEDS[channel]
            if not data.get(part) and part not in self.errors:
                self.add_error(part, said)
        for name, said in (
            ("hours", _("Say when it is safe. Nobody is contacted outside these hours.")),
            ("voicemail", _("Say whether a message may be left.")),
            ("zone", _("Choose the time zone they live by.")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, said)

    def _check_hours(self, data: dict[str, Any]) -> None:
        if data.get("hours") != "these":
            return
        if not data.get("days") and "days" not in self.errors:
            self.add_error("days", _("Choose at least one day."))
        start, end = data.get("start"), data.get("end")
        if start and start == end:
            self.add_error("end", _("These hours begin and end at the same time. Change one of them."))

    def told(self) -> dict[str, Any] | None:
        """The instructions as letters carry them; none when no way to reach them was given."""
        data = self.cleaned_data
        if not data.get("channels"):
            return None
        some = data["hours"] == "these"
        return {
            "channels": data["channels"],
            "number": data["number"],
            "email": data["email"],
            "place": data["place"],
            "days": data["days"] if some else EVERY_DAY,
            "from": data["start"] if some else "",
            "until": data["end"] if some else "",
            "zone": data["zone"],
            "voicemail": data["voicemail"] == "yes",
            "code_word": data["code_word"],
            "may_answer": data["may_answer"],
        }


class RequestForm(InstructionsForm):
    """Everything for a contact request. The agency is chosen by them, never beforehand."""

    to = One((), label=_("Who should contact them?"), missing=_("Choose who should contact them."))
    name = Name(label=_("Name to ask for"), help_text=_("One name, or a name they choose, is enough."))
    language = Pick(answers("languages"), required=False, label=_("Language"))
    interpreter = Tick(required=False, label=_("An interpreter is needed"))
    words = Story(
        required=False, rows=4, label=_("Anything the advocate should know"),
        help_text=_("In their own words. Only the advocate reads this, and no incident record holds it."),
    )  # fmt: skip
    consulted = Tick(required=False, label=_("I asked the advocate on duty. No name was given."))

    def __init__(self, *args: Any, agencies: Sequence[Agency], **more: Any) -> None:
        super().__init__(*args, **more)
        self.agencies = {agency.ref: agency for agency in agencies}
        self.fields["to"].choices = [(ref, a.name) for ref, a in self.agencies.items()]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What `actions.ask_contact` takes as instructions."""
        data = self.cleaned_data
        own = {name: data[name] for name in ("name", "language", "interpreter", "words")}
        return {**own, **(self.told() or {})}
