"""Reads how somebody may be reached, what a caller said as their code word, and which quiet message to send.

Nothing is chosen beforehand but what stands already. Refuses a sender's name that would tell what this is.
"""

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shelterbelt.library import quiet, shelf
from shelterbelt.notices.channels import Tells, refuse_telling
from shelterbelt.notices.instructions import Told
from shelterbelt.ui.forms import Day, Form, Line, One, Phone, Pick, Several, Story

ZONES = (
    ("America/New_York", _("Eastern")),
    ("America/Chicago", _("Central")),
    ("America/Denver", _("Mountain")),
    ("America/Phoenix", _("Arizona")),
    ("America/Los_Angeles", _("Pacific")),
    ("America/Anchorage", _("Alaska")),
    ("Pacific/Honolulu", _("Hawaii")),
    ("America/Puerto_Rico", _("Puerto Rico")),
)
NEEDS = {
    "phone": ("number", _("Write the number to call.")),
    "text": ("number", _("Write the number for text messages.")),
    "email": ("email", _("Write the e-mail address.")),
    "in_person": ("place", _("Write where they can be met.")),
    "through_person": ("place", _("Write who this is and how to reach them.")),
}
EVERY_DAY = [str(day) for day in range(7)]
SPANS = ("1", "2", "3")
YES_NO = (("yes", _("Yes")), ("no", _("No")))
FOR_WORKERS = ("new_sign_in",)


def answers(name: str) -> list[tuple[str, Any]]:
    """A list of the library as a form shows it."""
    return [(choice.code, _(choice.label)) for choice in shelf.choices(name)]


class Clock(Line):
    """A time of day; gives HH:MM."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.TextInput(attrs={"type": "time", "autocomplete": "off"}))
        super().__init__(limit=10, width="10", **more)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d(:\d\d)?", text):
            raise ValidationError(_("Write the time, like 18:30."), code="time.unreal")
        return time.fromisoformat(text.rjust(5, "0")).isoformat("minutes") if text else ""


class SafeContactForm(Form):
    """How somebody may be reached, in up to three spans of safe hours, and how they told us."""

    how = One(
        [
            ("in_person", _("They are here with me, and I know that it is them")),
            (
                "from_afar",
                _("By telephone, in writing or through somebody"),
                _("Nothing is sent until their code word is checked."),
            ),
        ],
        label=_("How did they tell us?"),
        missing=_("Say how they told us."),
    )
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
    shared_device = One(
        YES_NO,
        label=_("Can somebody else see their telephone or their mail?"),
        help_text=_("Then nothing written is sent. A person calls or meets them."),
        missing=_("Say whether somebody else can see it."),
    )
    hours = One(
        [("any", _("Any day at any time")), ("these", _("Only on these days and hours"))],
        label=_("When is it safe?"),
        missing=_("Say when it is safe. Nobody is contacted outside these hours."),
    )
    days1 = Several(answers("safe_days"), required=False, label=_("Safe days"))
    start1 = Clock(required=False, label=_("From"))
    end1 = Clock(required=False, label=_("Until"))
    days2 = Several(answers("safe_days"), required=False, label=_("Also on these days"))
    start2 = Clock(required=False, label=_("From"))
    end2 = Clock(required=False, label=_("Until"))
    days3 = Several(answers("safe_days"), required=False, label=_("And on these days"))
    start3 = Clock(required=False, label=_("From"))
    end3 = Clock(required=False, label=_("Until"))
    zone = Pick(ZONES, label=_("Time zone"), missing=_("Choose the time zone they live by."))
    voicemail = One(
        YES_NO, label=_("May a message be left?"), missing=_("Say whether a message may be left.")
    )
    code_word = Line(
        required=False,
        label=_("Code word"),
        help_text=_("We say it when we call. They say it when they change anything here from afar."),
    )
    may_answer = Line(
        required=False, label=_("Who may answer"), help_text=_("For example: only me, or my sister Ana.")
    )
    sender_name = Line(
        required=False,
        limit=60,
        label=_("Name that e-mail may come from"),
        help_text=_("For example: Book club. Without one, only an address is shown."),
    )
    until = Day(
        required=False,
        label=_("Last day on which this holds"),
        help_text=_("Leave it empty if they gave none."),
    )

    def __init__(self, *args: Any, told: Told | None, zone: str, at: datetime, **more: Any) -> None:
        super().__init__(*args, at=at, zone=zone, initial=beginning(told, zone=zone), **more)
        self.now = at
        here = str(self.initial["zone"])
        if here not in dict(ZONES):
            self.fields["zone"].choices = [("", ""), (here, here), *ZONES]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for channel in data.get("channels") or ():
            part, said = NEEDS[channel]
            if not data.get(part) and part not in self.errors:
                self.add_error(part, said)
        if data.get("hours") == "these":
            self._check_hours(data)
        self._check_sender(data)
        if (ends := _end_of(data)) and ends <= self.now:
            self.add_error("until", _("This day is over. Choose a later one, or none."))
        return data

    def _check_hours(self, data: dict[str, Any]) -> None:
        if not any(data.get(f"days{n}") for n in SPANS) and "days1" not in self.errors:
            self.add_error("days1", _("Choose at least one day."))
        for n in SPANS:
            start, end = data.get(f"start{n}"), data.get(f"end{n}")
            if start and start == end:
                said = _("These hours begin and end at the same time. Change one of them.")
                self.add_error(f"end{n}", said)
            if (start or end) and not data.get(f"days{n}") and f"days{n}" not in self.errors:
                self.add_error(f"days{n}", _("Choose the days for these hours."))

    def _check_sender(self, data: dict[str, Any]) -> None:
        try:
            refuse_telling(data.get("sender_name") or "")
        except Tells:
            self.add_error("sender_name", _("This name would tell what it is about. Choose another."))

    def told(self) -> dict[str, Any]:
        """The instructions as they are sealed."""
        data = self.cleaned_data
        plain = ("channels", "number", "email", "place", "zone", "code_word", "may_answer", "sender_name")
        ends = _end_of(data)
        return {
            **{name: data[name] for name in plain},
            "windows": self._windows() if data["hours"] == "these" else [_window(EVERY_DAY, "", "")],
            "voicemail": data["voicemail"] == "yes",
            "shared_device": data["shared_device"] == "yes",
            "valid_until": ends.isoformat() if ends else "",
        }

    def _windows(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        spans = ((data[f"days{n}"], data[f"start{n}"], data[f"end{n}"]) for n in SPANS)
        return [_window(days, start, end) for days, start, end in spans if days]


def _window(days: list[str], start: str, end: str) -> dict[str, Any]:
    return {"days": list(days), "from": start, "until": end}


def _end_of(data: dict[str, Any]) -> datetime | None:
    """The end of the last day, by their own clock."""
    if not data.get("until") or not data.get("zone"):
        return None
    return datetime.combine(data["until"] + timedelta(days=1), time(0), ZoneInfo(data["zone"]))


def beginning(told: Told | None, *, zone: str) -> dict[str, Any]:
    """What the form shows before anybody has typed: what stands."""
    if not told:
        return {"zone": zone}
    plain = ("channels", "number", "email", "place", "code_word", "may_answer", "sender_name")
    windows = windows_of(told)
    always = windows == [_window(EVERY_DAY, "", "")]
    shown: dict[str, Any] = {name: told.get(name) or "" for name in plain}
    shown |= {"zone": told.get("zone") or zone, "hours": "any" if always else "these"}
    for name in ("voicemail", "shared_device"):
        shown[name] = {True: "yes", False: "no"}.get(told.get(name), "")  # type: ignore[arg-type]
    for n, window in zip(SPANS, [] if always else windows, strict=False):
        shown |= {f"days{n}": window["days"], f"start{n}": window["from"], f"end{n}": window["until"]}
    if told.get("valid_until"):
        ends = datetime.fromisoformat(str(told["valid_until"])).astimezone(ZoneInfo(shown["zone"]))
        shown["until"] = (ends - timedelta(seconds=1)).date()
    return shown


def windows_of(told: Told) -> list[dict[str, Any]]:
    """Several spans of hours, or the one that a contact request carries."""
    lines = told.get("windows", [told] if "days" in told else [])
    return [
        _window([str(day) for day in line.get("days") or ()], line.get("from") or "", line.get("until") or "")
        for line in lines
    ]


class WordForm(Form):
    """What the caller said."""

    said = Line(
        label=_("The word that they say"),
        help_text=_("Ask for it. Do not give a hint, and do not say whether a part of it was right."),
        missing=_("Write the word that they say."),
    )


class SendForm(Form):
    """Which of the quiet messages to send."""

    kind = Pick((), label=_("Send a message"), missing=_("Choose a message."))

    def __init__(self, *args: Any, language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = [kind for kind in quiet.kinds() if kind.name not in FOR_WORKERS]
        shown = [(kind.name, kind.text(language).body) for kind in kinds]
        self.fields["kind"].choices = [("", ""), *shown]  # type: ignore[attr-defined]
