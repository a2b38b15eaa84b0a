"""Reads which instrument is taken, one answer, the end of a sheet, a correction, and which two are compared.

Nothing is chosen beforehand: an answer that was given elsewhere is shown beside the question and never filled in.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.assessments.forms import AnswerForm
from shelterbelt.assessments.models import Assessment
from shelterbelt.library.assessments import Assessment as Instrument
from shelterbelt.library.assessments import Item
from shelterbelt.ui.forms import Form, One, Pick, Story

AS_ANSWERED = "as_answered"


def words(found: Instrument, text: str) -> str:
    """A text of a question: a pack's words stand as they are, our own are translated."""
    return text if found.wording or not text else gettext(text)


def answers(found: Instrument, item: Item) -> list[tuple[str, str]]:
    """What can be answered to a question, in words; both ways of leaving it open are always there."""
    own = [(code, words(found, label)) for code, label in item.answers.items()]
    return [
        *own,
        ("declined", gettext("Prefer not to say")),
        ("not_asked", gettext("Not asked, or not known")),
    ]


class ChooseForm(Form):
    """Which instrument is taken."""

    instrument = One((), label=_("Which assessment do you want to take?"), missing=_("Choose one."))

    def __init__(self, *args: Any, offered: Iterable[Instrument], **more: Any) -> None:
        super().__init__(*args, **more)
        listed = [(one.id, gettext(one.title), _hint(one)) for one in offered]
        self.fields["instrument"] = One(
            listed, label=_("Which assessment do you want to take?"), missing=_("Choose one.")
        )

    def say_that_words_are_gone(self) -> None:
        """Say that this one cannot be begun: the words that were added for it are not what they were."""
        said = _("The words that were added for it are not here. Tell whoever looks after this installation.")
        self.add_error("instrument", ValidationError(said))


def _hint(one: Instrument) -> str:
    kind = gettext("It sets no danger level.") if one.detects else ""
    return " ".join(
        part
        for part in (
            gettext(one.purpose),
            kind,
            gettext(one.training_note) if one.training_note else "",
        )
        if part
    )


def question_form(found: Instrument, item: Item, **more: Any) -> AnswerForm:
    """One question of a sheet."""
    form = AnswerForm(**more)
    form.fields["answer"] = One(
        answers(found, item), label=words(found, item.text), help_text=words(found, item.help)
    )
    return form


class FinishForm(Form):
    """The end of a sheet: whether the worker judges it graver than the answers say, and why."""

    reason = Story(rows=3, limit=5000, required=False, label=_("Your reasons, in your own words"))

    def __init__(self, *args: Any, instrument: Instrument, **more: Any) -> None:
        super().__init__(*args, **more)
        self.allowed = instrument.override_allowed and not instrument.detects
        if not self.allowed:
            del self.fields["reason"]
            return
        stay = gettext("Leave it at what the answers say")
        label = gettext("Do you judge it graver than the answers say?")
        if not instrument.sheet.arithmetic:
            label, stay = gettext("How do you judge it?"), gettext("I leave it open")
        higher = list(instrument.bands.items())[1 if instrument.sheet.arithmetic else 0 :]
        named = [(id, gettext(one.label), gettext(one.says)) for id, one in higher]
        self.fields["judged"] = One(
            [(AS_ANSWERED, stay, ""), *named],
            label=label,
            required=False,
            help_text=gettext(instrument.override_note) if instrument.override_note else "",
        )
        self.order_fields(["judged", "reason"])

    @property
    def judged(self) -> str:
        """The band that the worker names, empty for none."""
        given: str = self.cleaned_data.get("judged") or ""
        return "" if given == AS_ANSWERED else given

    @property
    def reason_given(self) -> str:
        """Why, empty where nothing was written."""
        return str(self.cleaned_data.get("reason") or "")

    def ask_for_reason(self) -> None:
        """Say that a graver judgement needs its reason."""
        self.add_error("reason", ValidationError(_("Say why you judge it graver than the answers say.")))


def correction_form(found: Instrument, item: Item, **more: Any) -> AnswerForm:
    """A mistaken answer of a finished sheet: what it should be, and why."""
    form = question_form(found, item, **more)
    form.fields["answer"].label = gettext("What should the answer be?")
    form.fields["reason"] = Story(
        rows=3,
        limit=2000,
        label=gettext("What was the mistake?"),
        help_text=gettext("For example: misheard, or the wrong button was pressed."),
        missing=gettext("Say what the mistake was."),
    )
    return form


class CompareForm(Form):
    """Which two finished sheets stand side by side."""

    one = Pick((), label=_("First assessment"))
    other = Pick((), label=_("Second assessment"))

    def __init__(self, *args: Any, sheets: Iterable[Assessment], named: dict[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        listed = [(one.ref, named[one.ref]) for one in sheets]
        self.fields["one"] = Pick(listed, label=gettext("First assessment"))
        self.fields["other"] = Pick(listed, label=gettext("Second assessment"))

    def clean(self) -> dict[str, Any]:
        """Two, not one twice."""
        given = super().clean() or {}
        if given.get("one") and given.get("one") == given.get("other"):
            self.add_error("other", ValidationError(_("Choose another one.")))
        return given
