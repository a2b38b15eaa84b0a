"""Reads until when a worker is there, what came of an alert, and what a survivor wants set up. Chooses nothing beforehand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf
from shelterbelt.library.calling import calling
from shelterbelt.notices.actions.others import is_their_own
from shelterbelt.notices.actions.safe import plain_word
from shelterbelt.ui.forms import Form, Line, Name, One, Phone, Pick, Story

HOURS = (
    ("1", _("1 hour")),
    ("2", _("2 hours")),
    ("4", _("4 hours")),
    ("8", _("8 hours")),
    ("12", _("12 hours")),
)
YES_NO = (("yes", _("Yes")), ("no", _("No")))
LANGUAGES = (("en", _("English")), ("es", _("Spanish")))
PEOPLE = ("1", "2", "3")
ASKS = (("call_first", _("Call first. Come if nobody answers.")), ("come", _("Come. Do not call first.")))
OWN = "own"
SHORTEST = 4


class ThereForm(Form):
    """“I am here for …”, and a number for texts."""

    hours = One(HOURS, label=_("How long will you be there?"), missing=_("Say how long you will be there."))
    number = Phone(
        required=False,
        label=_("Number for a text when somebody needs you"),
        help_text=_(
            "Leave it empty if you keep this page open. The text says only that you should look here."
        ),
    )

    def until(self, at: datetime) -> datetime:
        """Until when they are there."""
        return at + timedelta(hours=int(self.cleaned_data["hours"]))


class EndForm(Form):
    """What came of it."""

    outcome = One((), label=_("What came of it?"), missing=_("Say what came of it."))
    words = Story(required=False, rows=3, limit=2000, label=_("Anything to keep for the survivor's own file"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(one.code, _(one.label)) for one in shelf.choices("help_outcomes")]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]


class SetUpForm(Form):
    """Whom an alert goes to, in which words, and the two codes. Empty codes leave those that stand."""

    signed = Line(
        required=False,
        limit=40,
        label=_("Name at the end of messages"),
        help_text=_("What the people they chose know them by. It may be one letter."),
    )
    words = Story(
        required=False,
        rows=3,
        limit=1000,
        label=_("What whoever answers should know"),
        help_text=_("For example: call the second number first, or who must not hear of it."),
    )
    hold = One(
        (), label=_("How long is the code waited for?"), missing=_("Choose how long the code is waited for.")
    )
    place = One(
        YES_NO,
        label=_("May the place of their device be told?"),
        help_text=_(
            "The browser asks each time. Only the last place is kept, and it is destroyed at the end."
        ),
        missing=_("Say whether the place may be told."),
    )
    cancel_code = Line(required=False, limit=100, width="10", label=_("Code that cancels it"))
    forced_code = Line(
        required=False,
        limit=100,
        width="10",
        label=_("Code for when somebody makes them cancel it"),
        help_text=_("It looks the same on the device. The alert goes on."),
    )

    def __init__(
        self,
        *args: Any,
        before: dict[str, Any] | None,
        about: tuple[UUID, ...],
        agency: UUID,
        police: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, initial=_beginning(before), **more)
        self.before, self.about, self.agency, self.police = before, about, agency, police
        picked = [(code, said["en"]) for code, said in calling().picked.items()]
        holds = [
            (str(int(h.total_seconds())), _("%d seconds") % int(h.total_seconds())) for h in calling().holds
        ]
        self.fields["hold"].choices = holds  # type: ignore[attr-defined]
        for n in PEOPLE:
            self.fields[f"name{n}"] = Name(required=False, label=_("Name"))
            self.fields[f"number{n}"] = Phone(required=False, label=_("Number for texts"))
            self.fields[f"email{n}"] = forms.EmailField(
                required=False,
                max_length=300,
                label=_("E-mail address"),
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}
                ),
                error_messages={"invalid": _("Check the e-mail address. It looks like name@example.org.")},
            )
            self.fields[f"language{n}"] = Pick(
                (("", ""), *LANGUAGES), required=False, label=_("Language of the message")
            )
            said = [("", ""), *picked, (OWN, _("Their own words, below"))]
            self.fields[f"said{n}"] = Pick(said, required=False, label=_("What the message says"))
            self.fields[f"words{n}"] = Line(required=False, limit=200, label=_("Their own words"))
        if police:
            self._ask_about_police()

    def _ask_about_police(self) -> None:
        """Only where a release opens what they need to be safe to such an agency."""
        self.fields["police"] = Pick(
            (("", _("Nobody")), *self.police), required=False, label=_("Which police hear of it?")
        )
        self.fields["police_name"] = Name(required=False, label=_("Name that the police ask for"))
        self.fields["police_number"] = Phone(
            required=False,
            label=_("Number that is safe to call"),
            help_text=_(
                "Told only if the release says how they may be reached. Leave it empty if no call is safe."
            ),
        )
        self.fields["police_asks"] = Pick(
            (("", ""), *ASKS), required=False, label=_("What do they ask the police to do?")
        )

    @property
    def people(self) -> list[dict[str, Any]]:
        """The fields of each person, for the page."""
        parts = ("name", "number", "email", "language", "said", "words")
        return [{"n": n, **{part: self[f"{part}{n}"] for part in parts}} for n in PEOPLE]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in PEOPLE:
            if data.get(f"name{n}"):
                self._check_person(n, data)
        self._check_codes(data)
        if data.get("police"):
            self._check_police(data)
        return data

    def _check_police(self, data: dict[str, Any]) -> None:
        if not data.get("police_name"):
            self.add_error("police_name", _("Write the name that the police ask for."))
        if not data.get("police_asks"):
            self.add_error("police_asks", _("Choose what they ask for."))
        if data.get("police_asks") == "call_first" and not data.get("police_number"):
            self.add_error("police_number", _("Write the number, or choose that they come."))

    def _check_person(self, n: str, data: dict[str, Any]) -> None:
        number, email, said = data.get(f"number{n}"), data.get(f"email{n}"), data.get(f"said{n}")
        if not number and not email and not {f"number{n}", f"email{n}"} & set(self.errors):
            self.add_error(f"number{n}", _("Write a number or an e-mail address."))
        for part, to in (("number", number), ("email", email)):
            if to and is_their_own(to, self.agency, *self.about):
                self.add_error(
                    f"{part}{n}", _("This is the survivor's own. Nothing about this goes to them.")
                )
        if not data.get(f"language{n}"):
            self.add_error(f"language{n}", _("Choose the language of the message."))
        if not said:
            self.add_error(f"said{n}", _("Choose what the message says."))
        if said == OWN and not data.get(f"words{n}"):
            self.add_error(f"words{n}", _("Write what the message says."))

    def _check_codes(self, data: dict[str, Any]) -> None:
        one, two = (plain_word(data.get(name) or "") for name in ("cancel_code", "forced_code"))
        if self.before is None and not one:
            self.add_error("cancel_code", _("Choose a code."))
        if bool(one) != bool(two):
            self.add_error("forced_code", _("Write both codes, or neither."))
        if one and two and (one == two or min(len(one), len(two)) < SHORTEST):
            self.add_error("forced_code", _("Two different codes, each of four signs or more."))

    def told(self) -> dict[str, Any]:
        """What is kept."""
        data = self.cleaned_data
        before = self.before or {}
        return {
            "people": [self._person(n) for n in PEOPLE if data[f"name{n}"]],
            "duty": True,
            "dispatch": [self._named()] if data.get("police") else [],
            "hold": int(data["hold"]),
            "place": data["place"] == "yes",
            "language": before.get("language", "en"),
            **{name: data[name] for name in ("signed", "words", "cancel_code", "forced_code")},
        }

    def _named(self) -> dict[str, str]:
        data = self.cleaned_data
        told = {part: data[f"police_{part}"] for part in ("name", "number", "asks")}
        return {"slot": "d1", "agency": data["police"], **told}

    def _person(self, n: str) -> dict[str, str]:
        data = self.cleaned_data
        own = data[f"said{n}"] == OWN
        return {
            "slot": f"c{n}",
            **{part: data[f"{part}{n}"] for part in ("name", "number", "email", "language")},
            "said": "" if own else data[f"said{n}"],
            "words": data[f"words{n}"] if own else "",
        }


def _beginning(before: dict[str, Any] | None) -> dict[str, Any]:
    if not before:
        return {}
    shown = {"signed": before["signed"], "words": before["words"], "hold": str(before["hold"])}
    shown["place"] = "yes" if before["place"] else "no"
    for one in before["people"]:
        n = one["slot"][1:]
        shown |= {f"{part}{n}": one[part] for part in ("name", "number", "email", "language", "words")}
        shown[f"said{n}"] = one["said"] or OWN
    for one in before["dispatch"]:
        shown |= {"police": one["agency"], **{f"police_{p}": one[p] for p in ("name", "number", "asks")}}
    return shown
