"""Reads what is to be left of a release, and what somebody thinks of sharing. Nothing here can open anything."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.agencies.models import Agency
from shelterbelt.consent.actions.ending import Narrower
from shelterbelt.consent.forms import listed
from shelterbelt.ui.forms import Day, Form, Pick, Several, Story, Tick


class LessForm(Form):
    """Fewer things, an earlier last day, a limit in their words, nothing written from now on."""

    stays = Several((), label=_("What may still be shared"), required=False)
    expires_on = Day(label=_("Last day"), missing=_("Write the last day."))
    limits = Story(label=_("A limit, in your words"), rows=3, limit=2000, required=False)
    nothing_later = Tick(label=_("Nothing that is written from now on"), required=False)

    def __init__(self, *args: Any, categories: Sequence[str], last: date, **more: Any) -> None:
        super().__init__(*args, initial={"stays": list(categories), "expires_on": last}, **more)
        field: Any = self.fields["stays"]
        field.choices = field._codes(listed("release_categories_yours", categories))
        self.last = last

    def clean_expires_on(self) -> date:
        """A day no later than the last one."""
        day: date = self.cleaned_data["expires_on"]
        if day > self.last:
            raise forms.ValidationError(
                _(
                    "A later day needs a new paper, signed with your advocate. Choose this day or an earlier one."
                )
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


class WishForm(Form):
    """To whom they think of letting something be seen, and what."""

    recipient = Pick((), label=_("Who might see something"), missing=_("Choose one."))
    categories = Several(
        (), label=_("What they might see"), help_text=_("You can leave this open"), required=False
    )
    words = Story(label=_("Anything your advocate should know about it"), rows=3, limit=2000, required=False)

    def __init__(
        self, *args: Any, recipients: Iterable[Agency], only: Agency | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.recipients = {one.ref: one for one in recipients}
        things: Any = self.fields["categories"]
        things.choices = things._codes(listed("release_categories_yours"))
        if only is not None:
            del self.fields["recipient"]
            return
        field: Any = self.fields["recipient"]
        named = field._codes([(ref, one.name, "") for ref, one in self.recipients.items()])
        field.choices = [("", ""), *named]

    def told(self, only: Agency | None = None) -> dict[str, Any]:
        """The wish as it is sealed."""
        typed = self.cleaned_data
        return {
            "recipient": only.ref if only else typed["recipient"],
            "categories": list(typed["categories"]),
            "words": typed["words"],
        }
