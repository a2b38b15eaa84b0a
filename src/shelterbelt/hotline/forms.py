"""The hotline's forms: a contact in a few taps, an answer, a try to call back, a hand-over. They parse and save nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import name_of
from shelterbelt.hotline.actions.calls import CALL_BACK, COUNTED
from shelterbelt.referrals.actions.phoning import HOW
from shelterbelt.referrals.forms.casework import HOW_SAID
from shelterbelt.referrals.forms.contact import InstructionsForm, Once
from shelterbelt.referrals.models import Service
from shelterbelt.referrals.words import answers
from shelterbelt.ui.forms import Form, Line, Name, One, PastMoment, Pick, Several, Story, Tick


class CallForm(InstructionsForm):
    """A contact. Only its time is needed, and that is filled in; how to call back only when they asked for it."""

    needed = False

    kind = One(answers("call_kinds"), required=False, label=_("How did they come to us?"))
    outcome = One(answers("call_outcomes"), required=False, label=_("How did it end?"))
    topics = Several(answers("call_topics"), required=False, label=_("What was it about?"))
    given = Several(answers("call_given"), required=False, label=_("What did you give?"))
    language = Pick(answers("languages"), required=False, label=_("Language"))
    known = One(
        answers("call_known"),
        required=False,
        label=_("Have they been in touch before?"),
        help_text=_("Only if they said so. Do not ask."),
    )
    called = Line(
        required=False,
        limit=100,
        label=_("A name to ask for"),
        help_text=_("Any name will do. Leave it empty if there is none."),
    )
    words = Story(required=False, rows=3, label=_("Words for whoever calls back"))
    happened_at = PastMoment(label=_("When was it?"))

    def __init__(self, *args: Any, at: Any, **more: Any) -> None:
        super().__init__(*args, at=at, **more)
        self.fields["happened_at"].initial = at

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("outcome") == CALL_BACK and not data.get("channels") and "channels" not in self.errors:
            self.add_error(
                "channels", _("Say how they may be called back. What they did not allow is not done.")
            )
        return data

    def counted(self) -> dict[str, Any]:
        """The codes that are counted."""
        return {name: self.cleaned_data[name] for name in COUNTED}


class AnswerForm(Form):
    """An answer to a report."""

    words = Story(
        rows=5,
        label=_("Your answer"),
        missing=_("Write an answer."),
        help_text=_(
            "It waits until they come back with their words. Somebody else may read along with them."
        ),
    )


class ReportCallForm(Form):
    """A call to somebody who left a number with a report, as it was."""

    outcome = One(answers("contact_outcomes"), label=_("What came of it?"), missing=_("Say what came of it."))
    words = Story(required=False, rows=2, label=_("Words"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="called_%s", **more)


class TryForm(Once):
    """A call-back, as it was."""

    channel = One(
        answers("contact_channels"),
        label=_("How did you try?"),
        missing=_("Say how you tried to reach them."),
    )
    outcome = One(answers("contact_outcomes"), label=_("What came of it?"), missing=_("Say what came of it."))
    words = Story(required=False, rows=2, label=_("Words"))


class ColleagueForm(Once):
    """Who takes it over."""

    to = Pick((), label=_("Who takes it over?"), missing=_("Choose a colleague."))
    words = Story(required=False, rows=2, label=_("Words for them"))

    def __init__(self, *args: Any, colleagues: Sequence[Worker], **more: Any) -> None:
        super().__init__(*args, auto_id="hand_%s", **more)
        self.colleagues = {one.ref: one for one in colleagues}
        named = [(ref, name_of(one)) for ref, one in self.colleagues.items()]
        self.fields["to"].choices = [("", ""), *named]  # type: ignore[attr-defined]

    def worker(self) -> Worker:
        """The colleague."""
        return self.colleagues[self.cleaned_data["to"]]


class ServiceForm(Once):
    """To which other service they were brought, and how. Nothing is sent to it."""

    service = Pick((), label=_("Which service?"), missing=_("Choose a service."))
    how = One([(code, HOW_SAID[code]) for code in HOW], label=_("How?"))
    words = Story(required=False, rows=2, label=_("Words"))

    def __init__(self, *args: Any, services: Sequence[Service], **more: Any) -> None:
        super().__init__(*args, auto_id="passed_%s", **more)
        self.services = {one.ref: one for one in services}
        named = [(ref, one.name) for ref, one in self.services.items()]
        self.fields["service"].choices = [("", ""), *named]  # type: ignore[attr-defined]

    def chosen(self) -> Service:
        """The service."""
        return self.services[self.cleaned_data["service"]]


class FileForm(Form):
    """A case for somebody who called: only if they want one, and with their words only if they allowed it."""

    wished = Tick(
        label=_("They want us to keep a file and help on"), missing=_("Without their wish no file is opened.")
    )
    may_copy = forms.BooleanField(required=False, label=_("They agree that what was noted here goes into it"))
    name = Name(label=_("Name"), help_text=_("One name, or a name they choose, is enough."))
    other = Name(
        required=False, label=_("The other person’s name"), help_text=_("It may stay open, now and always.")
    )
