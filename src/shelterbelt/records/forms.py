"""What people type about holds and erasures. Parses; decides nothing."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.records.words import HOLDS, WHY
from shelterbelt.ui import forms

# A demand is entered where demands are entered; its hold comes by itself.
CAUSES = [(code, label) for code, label in HOLDS.items() if code != "demand"]


class FindForm(forms.Form):
    """A case by its reference, as whoever works on it reads it out."""

    ref = forms.Line(
        label=_("Reference of the case"), limit=22, width="20", missing=_("Write the reference.")
    )


class HoldForm(forms.Form):
    """A legal hold: because of what, why, and the paper that asks for it."""

    because = forms.One(CAUSES, label=_("Why is it held?"))
    reason = forms.Story(
        label=_("What it is about"), rows=3, limit=2000, missing=_("Write what it is about.")
    )
    paper = forms.File(
        label=_("The letter or order"), help_text=_("It is sealed."), required=False, megabytes=5
    )


class LiftForm(forms.Form):
    """Why a hold is not needed any more."""

    reason = forms.Story(
        label=_("Why is it lifted?"), rows=3, limit=2000, missing=_("Write why it is not needed any more.")
    )


class AskForm(forms.Form):
    """Why a case shall be erased."""

    basis = forms.One(list(WHY.items()), label=_("Why shall it be erased?"))

    def __init__(self, *args: Any, bases: tuple[str, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["basis"]
        assert isinstance(field, forms.One)
        field.choices = [(code, label) for code, label in WHY.items() if code in bases]


class ConfirmForm(forms.Form):
    """The last word before a case is gone."""

    sure = forms.Tick(
        label=_("I have checked the reference and know that this cannot be undone."),
        missing=_("Tick this box to erase the case."),
    )
