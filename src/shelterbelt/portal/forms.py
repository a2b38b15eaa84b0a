"""What a worker says before they give a code, renew an account or close it. Parses; decides nothing."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from shelterbelt.ui import forms

MISSING = _("Tick this once you have talked about it.")


class ExplainForm(forms.Form):
    """What has to be talked about before somebody uses the portal: what it cannot protect from."""

    watched = forms.Tick(
        label=_("If somebody watches this device or its accounts, the portal cannot hide from that."),
        missing=MISSING,
    )
    history = forms.Tick(
        label=_(
            "The browser's history shows that an address was open. Leaving the page does not erase that."
        ),
        missing=MISSING,
    )
    wifi = forms.Tick(
        label=_("Whoever runs the Wi-Fi or pays the phone bill may see which addresses were opened."),
        missing=MISSING,
    )
    node = forms.Tick(
        label=_("We can be made to show what is kept here by a court, and our own operator could open it."),
        missing=MISSING,
    )
    second = forms.Tick(
        label=_("There can be second words for when somebody makes them sign in, and what those show."),
        missing=MISSING,
    )
    note = forms.Story(
        label=_("What else was said"),
        help_text=_("Which device is safe, and when. Only those whom they trust with their file see it."),
        rows=3,
        limit=2000,
        required=False,
    )

    def told(self) -> dict[str, Any]:
        """What is kept of it, sealed beside the code."""
        ticked = sorted(name for name in self.cleaned_data if self.cleaned_data[name] is True)
        return {"explained": ticked, "note": self.cleaned_data["note"]}


class RenewForm(ExplainForm):
    """The same, and that it is really them who asks."""

    who = forms.Tick(
        label=_("I have made sure who is asking: face to face, or by their code word."),
        missing=_("Make sure first who is asking."),
    )


class CloseForm(forms.Form):
    """The last word before nobody signs in any more."""

    sure = forms.Tick(
        label=_("They want it closed, and know that it cannot be undone."),
        missing=_("Tick this box to close it."),
    )


class ConnectForm(forms.Form):
    """The code that somebody reads out of the account that they opened by themselves, and what they are called."""

    code = forms.Line(label=_("The code they read out"), limit=40, width="20", missing=_("Write the code."))
    name = forms.Name(label=_("What they want to be called"), missing=_("Write a name."))

    def refuse(self) -> None:
        """The code is none, or was used, or is too old: it is not said which."""
        self.add_error("code", _("This code does not work. Ask for a new one."))


class EraseForm(forms.Form):
    """The code by which somebody without a case has all of theirs erased, and that it is they who want it."""

    code = forms.Line(label=_("The code they read out"), limit=40, width="20", missing=_("Write the code."))
    sure = forms.Tick(
        label=_("They want this themselves, and know that nobody can bring it back."),
        help_text=_(
            "Ask whether anybody makes them do it, and whether they want to keep their record first."
        ),
        missing=_("Talk with them first, then tick this box."),
    )
    WHY_NOT: ClassVar[dict[str, Any]] = {
        "code": _("This code does not work. Ask for a new one."),
        "case": _("They have a case here. What is theirs is erased with it."),
        "demand": _(
            "Somebody has demanded records and named no case that is known yet: until it is answered nothing here is erased."
        ),
    }

    def refuse(self, why: str) -> None:
        """Nothing was erased. Of a code it is not said whether there ever was one."""
        self.add_error("code", self.WHY_NOT[why])
