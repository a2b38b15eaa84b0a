"""Reads a release as it is filled in, and how it is ended. Says what is wrong by its field; never saves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.agencies.models import Agency
from shelterbelt.consent.actions import problems_of
from shelterbelt.consent.files import CaseFile
from shelterbelt.consent.marks import Mark, NotUsable, drawing, scanned
from shelterbelt.consent.words import AFTER_DEATH, PROBLEMS, SIGNED_AS, TICK_ALL, said, said_of
from shelterbelt.library import shelf
from shelterbelt.rules.releases import Draft, Signer, default_expiry
from shelterbelt.ui.forms import Day, File, Form, Line, Name, One, Pick, Several, Story, Tick

YES_NO = (("no", _("No")), ("yes", _("Yes")))
ABUSIVE = {"yes": True, "no": False}
THEIRS = {
    "signer_name": "signer2_name",
    "signer_capacity": "signer2_capacity",
    "signer_is_abuser": "signer2_is_abuser",
}
LISTED = (
    ("categories", "release_categories"),
    ("later", "release_categories"),
    ("before_of", "release_categories"),
    ("purpose", "release_purposes"),
    ("means", "release_means"),
    ("explained", "release_explained"),
    ("language", "languages"),
    ("interpreter", "interpreter_use"),
    ("signer_capacity", "signer_capacities"),
    ("signer2_capacity", "signer_capacities"),
    ("minor_ground", "minor_grounds"),
)


def listed(name: str, only: Sequence[str] = ()) -> list[tuple[str, str, str]]:
    """A list of the library as answers, in the reader's language."""
    return [
        (choice.code, gettext(choice.label), gettext(choice.hint) if choice.hint else "")
        for choice in shelf.choices(name)
        if not only or choice.code in only
    ]


def keeping(recipient: Agency) -> str:
    """What stands beside an agency where it is chosen: what it must keep by law, by its kind."""
    return gettext(shelf.label_of("release_keeping", recipient.kind))


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
    later = Several(
        (),
        label=_("Also what is written later"),
        help_text=_(
            "Of what is ticked above. Leave empty: then only what is written when they sign is shown"
        ),
        required=False,
    )
    before_on = Day(
        label=_("Only what was written before"),
        help_text=_("A day, if something that was written since then stays here"),
        required=False,
    )
    before_of = Several((), label=_("That day is for"), required=False)
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
    signer_born_on = Day(
        label=_("Their day of birth"),
        help_text=_("Of a parent or guardian who signs"),
        past=True,
        required=False,
    )
    minor_born_on = Day(label=_("The minor's day of birth"), past=True, required=False)
    minor_may_sign_alone = Tick(label=_("The law lets this minor sign alone"), required=False)
    minor_ground = One((), label=_("What lets them sign alone"), required=False)
    guardian_paper = Line(
        label=_("The court paper that names the guardian"),
        help_text=_("Which court, which day, and that you saw it"),
        limit=200,
        required=False,
    )
    not_the_other = Tick(label=_("I looked: this is not the other person of the case"), required=False)
    signer2_name = Name(label=_("Name of who signs too"), required=False)
    signer2_capacity = One((), label=_("Who signs too"), required=False)
    signer2_is_abuser = One(
        YES_NO, label=_("Has the second person abused the survivor or a child of theirs?"), required=False
    )
    signer2_born_on = Day(
        label=_("The second person's day of birth"),
        help_text=_("Of a parent or guardian who signs"),
        past=True,
        required=False,
    )
    after_death = One(
        AFTER_DEATH.items(),
        label=_("If they should die while it runs"),
        help_text=_("A release for a team that reviews deaths opens nothing before that"),
        required=False,
    )
    witness = Name(label=_("Who was there and explained it"), missing=PROBLEMS["release.witness_needed"])
    signed_as = One(SIGNED_AS.items(), label=_("How they sign"), missing=PROBLEMS["release.signed_as_needed"])
    signature = Name(
        label=_("Signature"),
        help_text=_("They write their name here themselves, or say it and are read it back"),
        required=False,
    )
    second_signature = Name(label=_("Signature of who signs too"), required=False)
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)
    drawn2 = forms.CharField(widget=forms.HiddenInput, required=False)
    scan = File(
        label=_("Scan of the signed paper"),
        help_text=_("PDF, JPEG or PNG, at most 8 MB"),
        megabytes=8,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        holder: Agency,
        recipients: Iterable[Agency],
        at: datetime,
        file: CaseFile | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, at=at, zone=holder.time_zone, **more)
        self.holder, self.now, self.file = holder, at, file
        self.mark: Mark | None = None
        self.recipients = {one.ref: one for one in recipients}
        self._answers(
            "recipient",
            [(r, one.name, keeping(one)) for r, one in self.recipients.items()],
        )
        for name, choices in LISTED:
            self._answers(name, listed(choices))

    def _answers(self, name: str, answers: list[tuple[str, Any, Any]]) -> None:
        field: Any = self.fields[name]
        codes = field._codes(answers)
        field.choices = [("", ""), *codes] if isinstance(field, Pick) else codes

    def clean(self) -> dict[str, Any]:
        """Every rule of a release, each problem beside its field; what could not be read keeps its own."""
        confirmed = bool(self.cleaned_data.get("long_confirmed"))
        self._read_mark()
        # Without a recipient the other rules are looked at all the same: nothing is said in two rounds.
        recipient = self.chosen or next(iter(self.recipients.values()), self.holder)
        problems = problems_of(
            self.draft(),
            recipient=recipient,
            holder=self.holder,
            long_confirmed=confirmed,
            at=self.now,
            file=self.file,
        )
        of_recipient = ("recipient", "court_told", "after_death")
        for field, text in said_of(p for p in problems if self.chosen or p.field not in of_recipient):
            self._say(field, text)
        if self.chosen is None:
            self._say("recipient", said("release.recipient_needed"))
        if self.cleaned_data.get("purpose") == "other" and not self.cleaned_data.get("purpose_words"):
            self._say("purpose_words", _("Write what it is shared for."))
        return self.cleaned_data

    def _read_mark(self) -> None:
        """The drawing or scan, if they sign so; what cannot be taken is said beside its field."""
        way = self.cleaned_data.get("signed_as")
        if way == "drawn":
            self._read_drawings()
        elif way == "scanned" and (file := self.cleaned_data.get("scan")):
            try:
                self.mark = Mark(scan=scanned(file.read()))
            except NotUsable as fault:
                self._say("scan", said(fault.code))

    def _read_drawings(self) -> None:
        found = []
        for name in ("drawn", "drawn2")[: len(self._signers())]:
            try:
                found.append(drawing(self.cleaned_data.get(name) or ""))
            except NotUsable as fault:
                self._say(name, said(fault.code))
        self.mark = Mark(drawings=tuple(found))

    @property
    def chosen(self) -> Agency | None:
        """The one agency that was chosen."""
        return self.recipients.get(self.cleaned_data.get("recipient") or "")

    @property
    def asks_for_long(self) -> bool:
        """Whether the page must ask once more for a release of more than 90 days."""
        return self.is_bound and ("long_confirmed" in self.errors or bool(self.data.get("long_confirmed")))

    @property
    def asks_for_other(self) -> bool:
        """Whether a signer has the other person's name, so that somebody must look."""
        return self.is_bound and ("not_the_other" in self.errors or bool(self.data.get("not_the_other")))

    @property
    def minor_shown(self) -> bool:
        """Whether somebody began to fill in what is asked of minors and guardians."""
        names = ("minor_born_on", "minor_ground", "guardian_paper", "minor_may_sign_alone")
        return self.is_bound and any(
            self.data.get(n) or self.data.get(f"{n}-year") or n in self.errors for n in names
        )

    @property
    def before_shown(self) -> bool:
        """Whether a day was begun before which something was written."""
        names = ("before_on-year", "before_of")
        return any(self.data.get(n) for n in names) or bool({"before_on", "before_of"} & set(self.errors))

    @property
    def second_shown(self) -> bool:
        """Whether somebody began to fill in a second signer."""
        return self.is_bound and any(self.data.get(name) or name in self.errors for name in THEIRS.values())

    def draft(self) -> Draft:
        """What was typed, as the rules read it."""
        typed = self.cleaned_data
        words = typed.get("purpose_words") if typed.get("purpose") == "other" else ""
        plain = (
            "subject", "recipient_person", "scope", "language", "interpreter", "interpreter_name", "guardian_paper",
        )  # fmt: skip
        return Draft(
            recipients=(typed.get("recipient") or "",),
            categories=tuple(typed.get("categories") or ()),
            purpose=words or typed.get("purpose") or "",
            means=tuple(typed.get("means") or ()),
            starts_on=typed.get("starts_on"),
            expires_on=typed.get("expires_on"),
            signers=self._signers(),
            minor_may_sign_alone=bool(typed.get("minor_may_sign_alone")),
            minor_born_on=typed.get("minor_born_on"),
            minor_ground=typed.get("minor_ground") or "",
            explained=frozenset(typed.get("explained") or ()),
            after_death=typed.get("after_death") or "",
            witness=typed.get("witness") or "",
            court_told=bool(typed.get("court_told")),
            later=tuple(typed.get("later") or ()),
            before_on=typed.get("before_on"),
            before_of=tuple(typed.get("before_of") or ()),
            not_the_other=bool(typed.get("not_the_other")),
            marks=self.mark.count if self.mark else 0,
            **self._signatures(),
            **{name: typed.get(name) or "" for name in plain},
        )

    def _signatures(self) -> dict[str, str]:
        """Typed names count only where they sign by typing them."""
        typed = self.cleaned_data
        way = typed.get("signed_as") or ""
        names = ("signature", "second_signature")
        return {"signed_as": way} | {n: (typed.get(n) or "") if way == "typed" else "" for n in names}

    def _signers(self) -> tuple[Signer, ...]:
        typed = self.cleaned_data

        def signer(prefix: str) -> Signer:
            name, capacity, abuser = (
                typed.get(f"{prefix}_{part}") or "" for part in ("name", "capacity", "is_abuser")
            )
            return Signer(name, capacity, ABUSIVE.get(abuser), typed.get(f"{prefix}_born_on"))

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


def again(told: Mapping[str, Any], *, starts_on: date) -> dict[str, Any]:
    """A new release made from one that was signed: the same answers, to be gone through again; new days, no signature."""
    same = ("subject", "recipient_person", "scope", "means", "language", "interpreter", "interpreter_name")
    kept = {name: told.get(name) for name in same}
    listed_purpose = told["purpose"] in shelf.codes("release_purposes")
    return {
        **kept,
        "categories": told["categories"],
        "later": told.get("later", []),
        "purpose": told["purpose"] if listed_purpose else "other",
        "purpose_words": "" if listed_purpose else told["purpose"],
        "starts_on": starts_on,
        "expires_on": default_expiry(starts_on),
    }
