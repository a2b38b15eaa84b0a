"""What is typed about a program: what it is called, what it may do and what it asks for."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.access.words import ROLE_WORDS
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.api.actions import roles_for_programs
from shelterbelt.api.policy import SCOPES
from shelterbelt.api.words import SCOPE_WORDS
from shelterbelt.ui.forms import Form, Name, Pick, Several


class ProgramForm(Form):
    """A new program."""

    name = Name(
        label=_("What is the program called?"),
        help_text=_("The product and what it is for, no person’s name."),
    )
    roles = Several(
        (),
        label=_("Roles"),
        help_text=_("It sees and does what a worker with these roles sees and does, and nothing more."),
        missing=_("Choose at least one role."),
    )
    scopes = Several((), label=_("What it is for"), missing=_("Choose at least one."))
    unit = Pick((), label=_("Unit"), required=False)

    def __init__(self, *args: Any, agency: Agency, units: Iterable[Unit] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.units = {unit.code: unit for unit in units}
        given: dict[str, Any] = self.fields
        given["roles"].choices = [(role, ROLE_WORDS[role]) for role in roles_for_programs(agency.kind)]
        given["scopes"].choices = [(scope, SCOPE_WORDS[scope]) for scope in SCOPES]
        given["unit"].choices = [("", _("No unit")), *((code, u.name) for code, u in self.units.items())]
        if not self.units:
            del self.fields["unit"]

    def unit_chosen(self) -> Unit | None:
        """The unit that was picked, if any."""
        return self.units.get(self.cleaned_data.get("unit") or "")
