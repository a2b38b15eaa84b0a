"""Reads what happened, what lasts or what is planned, and why a line is taken back. Its kinds come from the library."""

import re
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shelterbelt.assessments import queries
from shelterbelt.ui.forms import Form, Pick, Story
from shelterbelt.ui.moments import AnyMoment

ONCE = re.compile(r"[A-Za-z0-9_-]{22}")


class HappeningForm(Form):
    """One line: what, when, until when, and words."""

    what = Pick((), label=_("What is it?"), missing=_("Choose what it is."))
    happened_at = AnyMoment(
        label=_("When?"),
        help_text=_("The day counts most. The time may be a guess. A day ahead is fine where it is planned."),
    )
    until_at = AnyMoment(
        required=False,
        label=_("Until when, if you know?"),
        help_text=_("Only for what lasts. You can add the end later."),
    )
    words = Story(
        rows=3,
        limit=5000,
        required=False,
        label=_("What you want to add"),
        help_text=_("From whom you know it, if that may stand here."),
    )
    once = django_forms.CharField(widget=django_forms.HiddenInput, required=False)

    def __init__(self, *args: Any, now: datetime, jurisdiction: str, zone: str, **more: Any) -> None:
        super().__init__(*args, zone=zone, **more)
        self.now, self.jurisdiction = now, jurisdiction
        self.fields["what"] = Pick(kinds(), label=_("What is it?"), missing=_("Choose what it is."))
        self.order_fields(["what", "happened_at", "until_at", "words"])

    def clean(self) -> dict[str, Any]:
        """A day ahead must make sense; an end belongs to what lasts and comes after the beginning."""
        given = super().clean() or {}
        what, at, until = given.get("what"), given.get("happened_at"), given.get("until_at")
        if what and at and at > self.now and not queries.can_lie_ahead(what, self.jurisdiction):
            said = _("This lies ahead. Write it down when it has happened.")
            self.add_error("happened_at", ValidationError(said))
        if what and until and queries.sort_of(what) != queries.STATE:
            said = _("Only what lasts has an end. Leave this empty.")
            self.add_error("until_at", ValidationError(said))
        elif at and until and until <= at:
            self.add_error("until_at", ValidationError(_("The end comes after the beginning.")))
        if not ONCE.fullmatch(given.get("once") or ""):
            given["once"] = ""
        return given


class EndForm(Form):
    """When what lasted came to its end, or will."""

    until_at = AnyMoment(label=_("When did it end?"), help_text=_("A day ahead is fine where it is known."))


class UndoForm(Form):
    """Why a line is taken back."""

    reason = Story(
        rows=3, limit=5000, label=_("Why is it taken back?"), missing=_("Say why it is taken back.")
    )


def kinds() -> list[tuple[Any, Any]]:
    """Every kind of happening and of what lasts, as the forecast's file lists them, in two groups."""
    known = queries.numbers().parameters
    happens = [(type, gettext(queries.label_of(type))) for type in known.events]
    lasts = [(state, gettext(queries.label_of(state))) for state in known.states]
    return [(gettext("It happened, or is planned"), happens), (gettext("It lasts"), lasts)]
