"""The form that says anew who had which role in an incident. Refuses two survivors or two perpetrators."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.cases.forms import answers
from shelterbelt.ui.forms import Form, One, Story


class Correction(Form):
    """A role for each person of the incident, and why it is said anew."""

    def __init__(self, *args: Any, people: list[dict[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.people = people
        for n, person in enumerate(people):
            self.fields[f"role{n}"] = One(
                answers("party_roles"), label=person["name"] or _("Unnamed"), initial=person["role"]
            )
        self.fields["reason"] = Story(
            label=_("What showed this"), rows=4, missing=_("Write what showed this.")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = [data.get(f"role{n}") for n in range(len(self.people))]
        for role in ("survivor", "perpetrator"):
            if said.count(role) > 1:
                self.add_error(
                    f"role{said.index(role)}",
                    _("Two people have this role. Choose one, or “not determined yet”."),
                )
        return data

    def roles(self) -> dict[str, str]:
        """The role of each person, by the person's id."""
        return {p["id"]: self.cleaned_data[f"role{n}"] for n, p in enumerate(self.people)}
