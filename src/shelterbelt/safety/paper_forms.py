"""Reads which paper of which plan somebody wants. Refuses a child's page of a plan that is not a child's."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shelterbelt.safety.paper import CARD, CHILD, FULL
from shelterbelt.ui.forms import Form, One, Tick

KINDS = (
    (
        CARD,
        _("A small card"),
        _("Folds to the size of a bank card. It has people to call, places and words."),
    ),
    (FULL, _("Everything"), _("All that you wrote, on large sheets.")),
    (CHILD, _("A page for a child"), _("In larger letters, one box for each question.")),
)


class OfPlan(Form):
    """Which plan, where there are more than one, and in which language."""

    plan = One((), label=_("Which plan?"))
    language = One(settings.LANGUAGES, label=_("In which language?"))

    def __init__(self, *args: Any, plans: Sequence[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["plan"].choices = list(plans)  # type: ignore[attr-defined]
        if len(plans) == 1:
            del self.fields["plan"]

    @property
    def chosen(self) -> str:
        """The reference of the plan that was chosen; empty when there is only one."""
        return str(self.cleaned_data.get("plan", ""))


class PaperForm(OfPlan):
    """A paper. A page for a child is made of that child's own plan and of no other."""

    def __init__(self, *args: Any, of_children: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self._of_children = set(of_children)
        self._only = [code for code, _label in more["plans"]]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        plan = told.get("plan") or self._only[0]
        if told.get("kind") == CHILD and plan not in self._of_children:
            self.add_error("kind", _("A page for a child needs a plan that you made for a child."))
        return told

    kind = One(KINDS, label=_("What do you want on paper?"))
    large = Tick(label=_("Larger letters"), required=False)
    field_order = ("plan", "kind", "language", "large")
