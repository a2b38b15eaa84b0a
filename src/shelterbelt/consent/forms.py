"""Reads a release as it is filled in, and how it is ended. Says what is wrong by its field; never saves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import is_system
from shelterbelt.consent.actions import problems_of
from shelterbelt.consent.words import AFTER_DEATH, CHANNELS, PROBLEMS, TICK_ALL, said, said_of
from shelterbelt.library import shelf
from shelterbelt.rules.releases import Draft, Signer, default_expiry
from shelterbelt.ui.forms import Day, Form, Line, Name, One, Pick, Several, Story, Tick

YES_NO = (("no", _("No")), ("yes", _("Yes")))
ABUSIVE = {"yes": True, "no": False}
COURT = _("Part of the justice system")
THEIRS = {
    "signer_name": "signer2_name",
    "signer_capacity": "signer2_capacity",
    "signer_is_abuser": "signer2_is_abuser",
}


def listed(name: str, only: Sequence[str] = ()) -> list[tuple[str, str, str]]:
    """A list of the library as answers, in the reader's language."""
    return [
        (choice.code, gettext(choice.label), gettext(choice.hint) if choice.hint else "")
        for choice in shelf.choices(name)
        if not only or choice.code in only
    ]


class ReleaseForm(Form):
    """Every field of a release. Nothing is chosen beforehand but the days and what the case knows."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    subject = Name(label=_("Whose information this is"), missing=PROBLEMS["release.subject_needed"])
    recipient = One((), label=_("Which agency may see it"), missing=PROBLEMS["release.recipient_needed"])
    recipient_person = Line(
        label=_("A person or post there"),
        help_text=_("Only if they want one person to have it"),
        required=False,
    )
    categories = Several((), label=_("What may be shared"), missing=PROBLEMS["release.categories_needed"])
    scope = Story(
        label=_("Limits, in their words"),
        help_text=_("For example: only about the night of the call, nothing about work"),
        rows=3,
        limit=4000,
        required=False,
    )
    purpose = One((), label=_("What it is shared for"), missing=PROBLEMS["release.purpose_needed"])
    purpose_words = Line(label=_("If something else, what"), limit=200, required=False)
    means = Several((), label=_("How it may be shared"), missing=PROBLEMS["release.means_needed"])
    starts_on = Day(label=_("First day"), missing=PROBLEMS["release.start_needed"])
    expires_on = Day(
        label=_("Last day"),
        help_text=_("30 days unless they choose another day"),
        missing=PROBLEMS["release.expiry_needed"],
    )
    long_confirmed = Tick(label=_("They want it to run for more than 90 days"), required=False)
    explained = Several((), label=_("Explained before signing"), missing=TICK_ALL)
    court_told = Tick(
        label=_("They were told that it may be given to the defence and cannot be taken back"), required=False
    )
    language = Pick(
        (), label=_("Language in which it was explained"), missing=PROBLEMS["release.language_needed"]
    )
    interpreter = One((), label=_("Interpreter"), missing=PROBLEMS["release.interpreter_needed"])
    interpreter_name = Line(label=_("Interpreter's name or number"), required=False)
    signer_name = Name(label=_("Name of who signs"), missing=PROBLEMS["release.signer_needed"])
    signer_capacity = One((), label=_("Who signs"), missing=PROBLEMS["release.capacity_needed"])
    signer_is_abuser = One(
        YES_NO,
        label=_("Has this person abused the survivor or a child of theirs?"),
        missing=PROBLEMS["release.abuser_not_asked"],
    )
    minor_may_sign_alone = Tick(label=_("The law lets this minor sign alone"), required=False)
    signer2_name = Name(label=_("Name of who signs too"), required=False)
    signer2_capacity = One((), label=_("Who signs too"), required=False)
    signer2_is_abuser = One(
        YES_NO, label=_("Has the second person abused the survivor or a child of theirs?"), required=False
    )
    after_death = One(AFTER_DEATH.items(), label=_("If they should die while it runs"), required=False)
    witness = Name(label=_("Who was there and explained it"), missing=PROBLEMS["release.witness_needed"])
    signature = Name(
        label=_("Signature"),
        help_text=_("They write their name here themselves, or say it and are read it back"),
        missing=PROBLEMS["release.signature_needed"],
    )

    def __init__(
        self, *args: Any, holder: Agency, recipients: Iterable[Agency], at: datetime, **more: Any
    ) -> None:
        super().__init__(*args, at=at, zone=holder.time_zone, **more)
        self.holder, self.now = holder, at
        self.recipients = {one.ref: one for one in recipients}
        self._answers(
            "recipient",
            [(r, one.name, COURT if is_system(one) else "") for r, one in self.recipients.items()],
        )
        for name, choices in (
            ("categories", "release_categories"),
            ("purpose", "release_purposes"),
            ("means", "release_means"),
            ("explained", "release_explained"),
            ("language", "languages"),
            ("interpreter", "interpreter_use"),
            ("signer_capacity", "signer_capacities"),
            ("signer2_capacity", "signer_capacities"),
        ):
            self._answers(name, listed(choices))

    def _answers(self, name: str, answers: list[tuple[str, Any, Any]]) -> None:
        field: Any = self.fields[name]
        codes = field._codes(answers)
        field.choices = [("", ""), *codes] if isinstance(field, Pick) else codes

    def clean(self) -> dict[str, Any]:
        """Every rule of a release, each problem beside its field; what could not be read keeps its own."""
        confirmed = bool(self.cleaned_data.get("long_confirmed"))
        # Without a recipient the other rules are looked at all the same: nothing is said in two rounds.
        recipient = self.chosen or next(iter(self.recipients.values()), self.holder)
        problems = problems_of(
            self.draft(), recipient=recipient, holder=self.holder, long_confirmed=confirmed, at=self.now
        )
        for field, text in said_of(problem for problem in problems if problem.field != "recipient"):
            self._say(field, text)
        if self.chosen is None:
            self._say("recipient", said("release.recipient_needed"))
        elif is_system(self.chosen) and not self.cleaned_data.get("court_told"):
            self._say("court_told", _("Explain this before they sign, then tick it."))
        if self.cleaned_data.get("purpose") == "other" and not self.cleaned_data.get("purpose_words"):
            self._say("purpose_words", _("Write what it is shared for."))
        return self.cleaned_data

    @property
    def chosen(self) -> Agency | None:
        """The one agency that was chosen."""
        return self.recipients.get(self.cleaned_data.get("recipient") or "")

    @property
    def asks_for_long(self) -> bool:
        """Whether the page must ask once more for a release of more than 90 days."""
        return self.is_bound and ("long_confirmed" in self.errors or bool(self.data.get("long_confirmed")))

    @property
    def second_shown(self) -> bool:
        """Whether somebody began to fill in a second signer."""
        return self.is_bound and any(self.data.get(name) or name in self.errors for name in THEIRS.values())

    def draft(self) -> Draft:
        """What was typed, as the rules read it."""
        typed = self.cleaned_data
        words = typed.get("purpose_words") if typed.get("purpose") == "other" else ""
        plain = ("subject", "recipient_person", "scope", "language", "interpreter", "interpreter_name")
        return Draft(
            recipients=(typed.get("recipient") or "",),
            categories=tuple(typed.get("categories") or ()),
            purpose=words or typed.get("purpose") or "",
            means=tuple(typed.get("means") or ()),
            starts_on=typed.get("starts_on"),
            expires_on=typed.get("expires_on"),
            signers=self._signers(),
            minor_may_sign_alone=bool(typed.get("minor_may_sign_alone")),
            explained=frozenset(typed.get("explained") or ()),
            after_death=typed.get("after_death") or "",
            witness=typed.get("witness") or "",
            signature=typed.get("signature") or "",
            **{name: typed.get(name) or "" for name in plain},
        )

    def _signers(self) -> tuple[Signer, ...]:
        typed = self.cleaned_data

        def signer(prefix: str) -> Signer:
            name, capacity, abuser = (
                typed.get(f"{prefix}_{part}") or "" for part in ("name", "capacity", "is_abuser")
            )
            return Signer(name, capacity, ABUSIVE.get(abuser))

        second = any(typed.get(name) for name in THEIRS.values())
        return (signer("signer"), signer("signer2")) if second else (signer("signer"),)

    def _say(self, field: str, text: Any) -> None:
        """Put a problem beside its field, or the second signer's if it is theirs."""
        field = {"signer": "signer_name"}.get(field, field)
        if field in THEIRS and len(self._signers()) == 2 and self._is_right(field):
            field = THEIRS[field]
        if field not in self.errors:
            self.add_error(field, text)

    def _is_right(self, name: str) -> bool:
        """Whether the first signer's own answer is in order, so that the problem is the second's."""
        answer = self.cleaned_data.get(name)
        return answer == "no" if name == "signer_is_abuser" else bool(answer)


def beginning(
    holder: Agency, *, token: Any, subject: str, language: str, witness: str, at: datetime
) -> dict[str, Any]:
    """What the form shows before anybody has typed: today, thirty days, and what the case knows."""
    today = at.astimezone(ZoneInfo(holder.time_zone)).date()
    return {
        "token": token,
        "subject": subject,
        "starts_on": today,
        "expires_on": default_expiry(today),
        "language": language,
        "witness": witness,
    }


class WithdrawForm(Form):
    """How they told us that the release ends."""

    channel = One(CHANNELS.items(), label=_("How they told us"))
