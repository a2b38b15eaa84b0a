"""The forms of who is detained, of how survivors want to hear, and of supervision. They parse and save nothing."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.library import shelf
from shelterbelt.notices.channels import Tells, refuse_telling
from shelterbelt.rules.detention import CHARGED, KINDS, PLANNED
from shelterbelt.supervision.words import LINES, OUTCOMES
from shelterbelt.ui.forms import Day, Form, Line, Name, One, PastMoment, Phone, Pick, Story

BY_TELEPHONE = tuple(kind for kind in KINDS if kind not in (CHARGED, PLANNED))
EVERY = (("7", _("Every week")), ("14", _("Every two weeks")), ("30", _("Every month")))
LANGUAGES = (("en", "English"), ("es", "Español"))


class HeardForm(Form):
    """What somebody was told by telephone."""

    kind = One([(kind, LINES[kind]) for kind in BY_TELEPHONE], label=_("What did they say?"))
    happened_at = PastMoment(label=_("When was it?"))
    words = Story(required=False, rows=2, limit=2000, label=_("Who said it, and what else"))


class FindForm(Form):
    """Whom a booking could be."""

    find = Line(
        required=False,
        label=_("Find a person of our files"),
        help_text=_("A whole name, a birth date like 1980-05-06, or a telephone number."),
    )


class ToldForm(Form):
    """That the survivor knows, and how."""

    how = One(
        [(c.code, _(c.label)) for c in shelf.choices("detained_told_how")], label=_("How do they know?")
    )
    words = Story(required=False, rows=3, limit=5000, label=_("What you want to add"))


class WishForm(Form):
    """How a survivor wants to hear, and whom they named."""

    wanted = One(
        [
            ("yes", _("Yes, ask them to call us")),
            ("no", _("No, tell them nothing"), _("Nobody they named is told either.")),
        ],
        label=_("Do they want to hear when the other person is let out, or when nobody knows?"),
        missing=_("Say what they want."),
    )
    name = Name(required=False, label=_("Whom do they name for when they cannot be reached?"))
    way = One(
        [("text", _("Text message")), ("email", _("E-mail"))], required=False, label=_("How are they told?")
    )
    number = Phone(required=False, label=_("Their telephone number"))
    email = forms.EmailField(
        required=False,
        max_length=300,
        label=_("Their e-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Check the e-mail address. It looks like name@example.org.")},
    )
    language = Pick(LANGUAGES, required=False, label=_("Their language"))
    words = Line(
        required=False,
        limit=160,
        label=_("In which words, if the survivor wants their own?"),
        help_text=_(
            "Without words of their own it says: somebody who named you asks that you get in touch with them."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever is named can be told, by words that say nothing."""
        data = super().clean() or {}
        if data.get("wanted") != "yes" or not (data.get("name") or data.get("way")):
            return data
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Write a name. One name is enough."))
        part = {"text": "number", "email": "email"}.get(data.get("way") or "")
        if part is None:
            self.add_error("way", _("Choose how they are told."))
        elif not data.get(part) and part not in self.errors:
            self.add_error(part, _("Write where they are told."))
        self._refuse_telling(data.get("words") or "")
        return data

    def _refuse_telling(self, words: str) -> None:
        try:
            refuse_telling(words)
        except Tells:
            self.add_error("words", _("These words would tell what it is about. Choose others."))

    def named(self) -> dict[str, str] | None:
        """Whom they named, as it is sealed; nobody where they named nobody."""
        data = self.cleaned_data
        if data["wanted"] != "yes" or not data["name"]:
            return None
        to = data["number"] if data["way"] == "text" else data["email"]
        told = {"name": data["name"], "way": data["way"], "to": to, "words": data["words"]}
        return {**told, "language": data["language"] or "en"}


class PersonForm(Form):
    """Somebody who comes under supervision."""

    name = Name(label=_("Name"))
    born_on = Day(past=True, required=False, label=_("Birth date"))
    words = Story(required=False, rows=2, limit=2000, label=_("What you want to add"))

    def told(self) -> dict[str, Any]:
        """The person as `record_person` takes them."""
        born_on = self.cleaned_data["born_on"]
        return {"name": self.cleaned_data["name"], "born_on": born_on.isoformat() if born_on else ""}


class ConditionForm(Form):
    """A condition."""

    kind = Pick([(c.code, _(c.label)) for c in shelf.choices("condition_kinds")], label=_("What is it?"))
    words = Story(rows=3, limit=5000, label=_("What exactly do they have to do?"))
    from_on = Day(label=_("From which day?"))
    until_on = Day(required=False, label=_("Until which day, if there is one?"))
    every = Pick(EVERY, required=False, label=_("How often is something to be written down?"))
    order = Pick((), required=False, label=_("From which order does it come?"))

    def __init__(self, *args: Any, orders: Sequence[tuple[str, Any]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        if orders:
            self.fields["order"].choices = [("", ""), *orders]  # type: ignore[attr-defined]
        else:
            del self.fields["order"]

    def clean(self) -> dict[str, Any]:
        """The last day is no sooner than the first."""
        data = super().clean() or {}
        first, last = data.get("from_on"), data.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("The last day comes after the first."))
        return data

    def told(self, zone: str) -> dict[str, Any]:
        """From and until, as instants of the agency's clock: the last day is a part of it."""
        data = self.cleaned_data
        until_on = data["until_on"]
        return {
            "from_at": _begin(data["from_on"], zone),
            "until_at": _begin(until_on + timedelta(days=1), zone) if until_on else None,
            "every_days": int(data["every"]) if data["every"] else None,
        }


class PlannedMoment(PastMoment):
    """A moment that lies ahead or has been."""

    @property
    def at(self) -> datetime | None:
        """No moment is too late for it."""
        return None

    @at.setter
    def at(self, at: datetime | None) -> None:
        """What the door says of now changes nothing."""


class PlanForm(Form):
    """The next occasion."""

    planned_at = PlannedMoment(label=_("When are they to be there?"))


class OccasionForm(Form):
    """How an occasion went, or that it went otherwise than was written."""

    occasion_at = PlannedMoment(label=_("Which occasion?"))
    outcome = One(
        [(code, OUTCOMES[code]) for code in ("there", "not_there", "excused")], label=_("How did it go?")
    )
    words = Story(required=False, rows=2, limit=5000, label=_("What you want to add"))


class TapForm(Form):
    """One tap: how an occasion went that stands on the page."""

    outcome = forms.ChoiceField(choices=[(code, code) for code in ("there", "not_there", "excused")])
    occasion_at = forms.CharField(max_length=40)

    def clean_occasion_at(self) -> datetime:
        """The instant that the page wrote."""
        try:
            found = datetime.fromisoformat(self.cleaned_data["occasion_at"])
        except ValueError:
            raise forms.ValidationError(_("Choose one of the answers shown.")) from None
        if found.tzinfo is None:
            raise forms.ValidationError(_("Choose one of the answers shown."))
        return found


def _begin(day: Any, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone))
