"""What is looked for in the directory, by anybody. Parses, and keeps nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shelterbelt.ui.forms import Form, Line, Tick

LAST_PAGE = 50
REF = r"^[A-Za-z0-9_-]{22}$"


class FindForm(Form):
    """Words, kind of help, language, open now; which page of the answers, and which service of them."""

    q = Line(
        required=False, limit=300, label=_("Words"), help_text=_("A town, or what you need. You can leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip
    term = forms.ChoiceField(required=False, label=_("Kind of help"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    open = Tick(required=False, label=_("Open now"))
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)
    one = forms.RegexField(REF, required=False)

    def __init__(self, *args: Any, terms: Sequence[str], languages: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, offered in (("term", terms), ("language", languages)):
            self.fields[name].choices = [("", _("Any")), *((text, text) for text in offered)]  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def asked(self) -> list[tuple[str, str]]:
        """What was asked, as a form carries it on."""
        told = self.cleaned_data
        found = [(name, told[name]) for name in ("q", "term", "language") if told[name]]
        return [*found, ("open", "on")] if told["open"] else found
