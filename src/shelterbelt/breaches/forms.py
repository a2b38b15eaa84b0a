"""Reads what is reported of an order, what somebody says it was, a step in court, a file. Chooses nothing beforehand."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.breaches.told import Report
from shelterbelt.breaches.words import SOURCES, STATES
from shelterbelt.library import shelf
from shelterbelt.rules.breach import DECIDED, OFFICER, OTHER, SURVIVOR, Seen
from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE
from shelterbelt.rules.proceedings import DELAYED, DROPPED
from shelterbelt.ui.forms import File, Form, Line, One, PastMoment, Pick, Story
from shelterbelt.ui.moments import AnyMoment

ONCE = re.compile(r"[A-Za-z0-9_-]{22}")
HOW_SURE = (
    (SURE, _("They saw or heard it themselves")),
    (LIKELY, _("It is likely")),
    (POSSIBLE, _("It is possible")),
)


def listed(name: str) -> list[tuple[str, str, str]]:
    """A list of choices in the language of the page."""
    return [
        (one.code, gettext(one.label), gettext(one.hint) if one.hint else "") for one in shelf.choices(name)
    ]


class Once(Form):
    """A form of which a second click is one."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_once(self) -> str:
        """A reference, or nothing."""
        given = self.cleaned_data.get("once") or ""
        return given if ONCE.fullmatch(given) else ""


class ReportForm(Once):
    """What was seen or told, when, by whom, and how sure."""

    act = One((), label=_("What was it?"), missing=_("Choose what it was."))
    happened_at = PastMoment(label=_("When?"), help_text=_("The day counts most. The time may be a guess."))
    source = One(
        ((code, SOURCES[code]) for code in (SURVIVOR, OFFICER, OTHER)),
        label=_("How is it known?"), missing=_("Say how it is known."),
    )  # fmt: skip
    certainty = One(HOW_SURE, label=_("How sure is whoever tells it?"), missing=_("Say how sure they are."))
    zone = Pick((), required=False, label=_("At which place of the order, if at one?"))
    case = Pick((), required=False, label=_("Which case does it belong to?"))
    words = Story(rows=5, limit=10_000, required=False, label=_("What happened"))
    from_whom = Line(required=False, label=_("Who told of it, if that may stand here"))

    def __init__(
        self, *args: Any, places: Sequence[tuple[str, str]], cases: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name, answers in (("act", listed("breach_acts")), ("zone", places), ("case", cases)):
            field: Any = self.fields[name]
            answered = field._codes(answers)
            field.choices = answered if name == "act" else [("", ""), *answered]
            if not answers:
                del self.fields[name]

    def report(self) -> Report:
        """What was told, as the action takes it."""
        told = self.cleaned_data
        seen = Seen(told["act"], told["source"], told["certainty"], told.get("zone") or "")
        return Report(seen, told["happened_at"], told["words"], told["from_whom"])


class SayForm(Form):
    """What a person says that it was, and why."""

    state = One(
        ((code, STATES[code]) for code in DECIDED), label=_("What was it?"), missing=_("Say what it was.")
    )
    why = Story(rows=3, limit=5000, label=_("Why?"), missing=_("Say why."))


class StepForm(Once):
    """One step in court."""

    kind = Pick((), label=_("What was done?"), missing=_("Choose what was done."))
    happened_at = PastMoment(label=_("When?"))
    reason = Pick(
        (), required=False, label=_("The reason that was given"),
        help_text=_("Only where it was dropped, not sent on or dismissed. Leave it empty where nobody gave one."),
    )  # fmt: skip
    until_at = AnyMoment(required=False, label=_("Put off until"), help_text=_("Only where it was put off."))
    court = Line(required=False, label=_("Court and room"))
    docket = Line(required=False, label=_("Number of the court’s file"))
    words = Story(rows=3, limit=5000, required=False, label=_("What was said, such as the sentence"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, answers in (("kind", listed("proceeding_steps")), ("reason", listed("drop_reasons"))):
            field: Any = self.fields[name]
            field.choices = [("", ""), *field._codes(answers)]

    def clean(self) -> dict[str, Any]:
        """A reason belongs to what was dropped, and a day until which to what was put off."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("reason") and told.get("kind") not in DROPPED:
            self.add_error(
                "reason", ValidationError(_("A reason belongs only to what was dropped. Leave this empty."))
            )
        if told.get("until_at") and told.get("kind") != DELAYED:
            self.add_error(
                "until_at", ValidationError(_("Only what was put off has such a day. Leave this empty."))
            )
        return told


class OneOfForm(Form):
    """One of the things that a breach may be tied to, by its reference. `offered`: each with its name."""

    def __init__(self, *args: Any, offered: Mapping[str, tuple[Any, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            named: Any = field
            named.choices = [
                ("", ""),
                *named._codes([(ref, name) for ref, (_thing, name) in offered.items()]),
            ]


class FileForm(OneOfForm):
    """A file of evidence that an incident of the case has."""

    evidence = Pick((), label=_("Which file?"), missing=_("Choose a file."))


class TieForm(OneOfForm):
    """The order of which it was."""

    order = Pick((), label=_("Which order?"), missing=_("Choose an order."))


class PaperForm(Form):
    """A small file."""

    file = File(megabytes=2, label=_("A file, such as a picture of a message"))
    about = Line(required=False, label=_("What it shows"))
