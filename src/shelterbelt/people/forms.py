"""What a worker says of somebody they know, and what the reviewer decides. Parses; decides nothing."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.access.forms import details_in
from shelterbelt.ui.forms import Day, Form, Line, Name, One, Phone, Story


class DeclarationForm(Form):
    """Somebody whom a worker knows: a name at least, and how."""

    name = Name(label=_("Their name"))
    other_names = Line(
        label=_("Other names they go by"),
        help_text=_("With commas between them."),
        required=False,
    )
    born_on = Day(
        label=_("Birth date"),
        help_text=_(
            "With a birth date or a number the file is closed to you at once. With a name alone somebody looks first."
        ),
        past=True,
        required=False,
    )
    phone = Phone(label=_("Telephone"), required=False)
    how = Story(
        label=_("How you know them"),
        help_text=_(
            "A few words: a relative, a neighbour, somebody you lived with. Only the independent reviewer may read this."
        ),
        rows=3,
        limit=2000,
        missing=_("Write how you know them."),
    )

    def told(self) -> dict[str, Any]:
        """What was typed, as it is kept."""
        return {
            **details_in(self.cleaned_data),
            "name": self.cleaned_data["name"],
            "how": self.cleaned_data["how"],
        }


class DecisionForm(Form):
    """Whether a worker stands before a wall, and why."""

    decision = One(
        (
            ("wall", _("They know each other, or are the same person: close the files to them")),
            ("clear", _("They are strangers who happen to agree in this: leave everything as it is")),
        ),
        label=_("Your decision"),
        missing=_("Choose one."),
    )
    reason = Story(label=_("Why"), rows=3, limit=2000, missing=_("Write why."))


class LiftForm(Form):
    """Why a wall is taken away."""

    reason = Story(label=_("Why"), rows=3, limit=2000, missing=_("Write why."))
