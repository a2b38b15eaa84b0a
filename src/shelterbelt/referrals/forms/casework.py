"""Answering a request, opening a case by the second door, notes, and referrals. Parses; saves nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.consent.models import Release
from shelterbelt.referrals.actions.phoning import HOW
from shelterbelt.referrals.forms.contact import InstructionsForm, Once
from shelterbelt.referrals.words import answers, label
from shelterbelt.ui.forms import Form, Line, Name, One, Pick, Several, Story, Tick

KEPT_HERE = "kept_here"
HOW_SAID = {
    "number_given": _("They were given the number"),
    "called_together": _("We called together and they spoke for themselves"),
    "called_unnamed": _("We called without naming anyone"),
}


class AttemptForm(Once):
    """One try to reach them, written down as it was."""

    channel = One(answers("contact_channels"), label=_("How did you try?"))
    outcome = One(answers("contact_outcomes"), label=_("What came of it?"))
    words = Story(required=False, rows=3, label=_("Words"))


class EndForm(Form):
    """How a request ended."""

    outcome = One(answers("action_outcomes"), label=_("How did it end?"))
    words = Story(required=False, rows=3, label=_("Words"))


class OpenForm(Form):
    """A case from what came in."""

    name = Name(label=_("Survivor’s name"), help_text=_("One name, or a name they choose, is enough."))
    other = Name(
        required=False, label=_("The other person’s name"), help_text=_("It may stay open, now and always.")
    )


class SecondDoorForm(InstructionsForm):
    """A case without police. Only a name is needed; everything else may be left out."""

    needed = False

    name = Name(label=_("Name"), help_text=_("One name, or a name they choose, is enough."))
    other = Name(
        required=False, label=_("The other person’s name"), help_text=_("It may stay open, now and always.")
    )
    language = Pick(answers("languages"), required=False, label=_("Language"))
    interpreter = Tick(required=False, label=_("An interpreter is needed"))
    wants_first = Story(required=False, rows=3, label=_("What do they want first?"))
    own_words = Story(required=False, rows=5, label=_("In their own words"))


class NoteForm(Form):
    """A confidential note and what a later release could open of it."""

    text = Story(rows=8, label=_("Note"), missing=_("Write the note."))
    category = One(
        [(KEPT_HERE, _("Kept here"), _("No release opens it")), *answers("release_categories")],
        label=_("If they sign a release later, where does this belong?"),
        initial=KEPT_HERE,
    )


class DirectoryForm(Form):
    """What is looked for in the directory."""

    q = Line(required=False, label=_("Words"))
    term = forms.ChoiceField(required=False, label=_("Kind of help"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    open = Tick(required=False, label=_("Open now"))

    def __init__(self, *args: Any, terms: Sequence[str], languages: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, offered in (("term", terms), ("language", languages)):
            self.fields[name].choices = [("", _("Any")), *((text, text) for text in offered)]  # type: ignore[attr-defined]


class ReferralForm(Once):
    """What is told to the agency of one release: a part is told only if it is ticked."""

    release = forms.CharField(widget=forms.HiddenInput)
    tell = Several((), label=_("What will be told"), missing=_("Tick at least one thing to tell."))
    answer_back = One(
        [("yes", _("Yes, they agreed to that")), ("no", _("No"))],
        label=_("May the answer come back to us?"),
        missing=_("Say whether the answer may come back to us."),
    )

    def __init__(
        self, *args: Any, release: Release, own: Sequence[tuple[str, Any, Any]], **more: Any
    ) -> None:
        more["initial"] = {"release": release.ref, **(more.get("initial") or {})}
        super().__init__(*args, **more)
        self.in_words = [c for c in release.categories if not (c == "safe_contact" and _has(own, c))]
        self.fields["tell"].choices = [  # type: ignore[attr-defined]
            *((code, said) for code, said, _hint in own),
            *((c, label("release_categories", c)) for c in self.in_words),
        ]
        self.fields["tell"].hints = {code: hint for code, _said, hint in own if hint}  # type: ignore[attr-defined]
        for category in self.in_words:
            self.fields[f"words_{category}"] = Story(
                required=False, rows=3, label=label("release_categories", category)
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for category in self.in_words:
            ticked, words = category in data.get("tell", []), data.get(f"words_{category}", "")
            if ticked and not words and f"words_{category}" not in self.errors:
                self.add_error(
                    f"words_{category}", _("Write the words that will be told, or take the tick away.")
                )
            if words and not ticked:
                self.add_error(
                    "tell", _("Something is written that is not ticked. Tick it, or take the words out.")
                )
        return data

    def words(self) -> dict[str, str]:
        """Category to words, of what was ticked."""
        data = self.cleaned_data
        return {c: data[f"words_{c}"] for c in self.in_words if c in data["tell"]}


def _has(own: Sequence[tuple[str, Any, Any]], code: str) -> bool:
    return any(part[0] == code for part in own)


class AnswerForm(Form):
    """Accept or decline."""

    answer = One(
        [("accepted", _("Accept")), ("declined", _("Decline"))],
        label=_("Can you take this referral?"),
    )
    reason = One(answers("referral_decline_reasons"), required=False, label=_("Why it cannot be taken"))
    words = Story(required=False, rows=3, label=_("Words"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == "declined" and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Choose a reason."))
        return data


class ByPhoneForm(Once):
    """A referral to a service without an account here."""

    how = One([(code, HOW_SAID[code]) for code in HOW], label=_("How was it done?"))
    words = Story(required=False, rows=3, label=_("Words"))


class OutcomeForm(Form):
    """What came of a referral by phone."""

    outcome = One(answers("action_outcomes"), label=_("What came of it?"))
    words = Story(required=False, rows=3, label=_("Words"))


__all__ = ["AnswerForm", "AttemptForm", "ByPhoneForm", "DirectoryForm", "EndForm", "NoteForm", "OpenForm"]
__all__ += ["OutcomeForm", "ReferralForm", "SecondDoorForm"]
