"""Reads how a release is made narrower or ended, and that somebody has died. Nothing here can widen; never saves."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.agencies.models import Agency
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.consent.forms import listed
from shelterbelt.consent.words import CHANNELS, PROBLEMS
from shelterbelt.ui.forms import Day, Form, Name, One, Pick, Several, Story, Tick


class WithdrawForm(Form):
    """How they told us that the release ends."""

    channel = One(CHANNELS.items(), label=_("How they told us"))


class CallForm(Form):
    """Whose release to which agency ends, as somebody said it who cannot be found here."""

    name = Name(label=_("Their whole name, as they say it"))
    recipient = Pick(
        (), label=_("Which agency shall see nothing more"), missing=PROBLEMS["release.recipient_needed"]
    )
    channel = One(CHANNELS.items(), label=_("How they told us"))

    def __init__(self, *args: Any, recipients: Iterable[Agency], **more: Any) -> None:
        super().__init__(*args, **more)
        self.recipients = {one.ref: one for one in recipients}
        field: Any = self.fields["recipient"]
        codes = field._codes([(ref, one.name, "") for ref, one in self.recipients.items()])
        field.choices = [("", ""), *codes]

    @property
    def chosen(self) -> Agency:
        """The agency that was chosen."""
        return self.recipients[self.cleaned_data["recipient"]]


class NarrowForm(Form):
    """What is to be left of a release: fewer things, an earlier last day, more limits. Nothing here can widen it."""

    stays = Several((), label=_("What may still be shared"), required=False)
    expires_on = Day(label=_("Last day"), missing=PROBLEMS["release.expiry_needed"])
    limits = Story(
        label=_("More limits, in their words"),
        help_text=_("These are added to those that were signed"),
        rows=3,
        limit=2000,
        required=False,
    )
    nothing_later = Tick(label=_("Nothing that is written from now on"), required=False)
    channel = One(CHANNELS.items(), label=_("How they told us"))

    def __init__(self, *args: Any, categories: Sequence[str], last: date, **more: Any) -> None:
        initial = {"stays": list(categories), "expires_on": last}
        super().__init__(*args, initial=initial, **more)
        field: Any = self.fields["stays"]
        field.choices = field._codes(listed("release_categories", categories))
        self.last = last

    def clean_expires_on(self) -> date:
        """A day no later than the last one: a longer release is a new one."""
        day: date = self.cleaned_data["expires_on"]
        if day > self.last:
            raise forms.ValidationError(
                _("A later day needs a new release. Choose this last day or an earlier one.")
            )
        return day

    def asked(self) -> Narrower:
        """What was typed, as the action reads it."""
        typed = self.cleaned_data
        return Narrower(
            categories=frozenset(typed["stays"]),
            expires_on=typed["expires_on"] if typed["expires_on"] < self.last else None,
            limits=typed["limits"],
            nothing_later=typed["nothing_later"],
        )


class DeathForm(Form):
    """That a survivor has died, said once more before everything closes."""

    sure = Tick(label=_("This person has died"), missing=_("Tick this if it is so."))
