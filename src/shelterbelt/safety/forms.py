"""What the two type about a plan beside its parts: for whom, what matters, when to look again, who else reads. Parses only."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.access.models import Worker
from shelterbelt.library import plans as library
from shelterbelt.ui import forms

LONGEST_NAME = 100


class BeginForm(forms.Form):
    """A plan for a child, or for somebody in their care."""

    whom = forms.One([], label=_("Who is this plan for?"))
    called = forms.Line(
        label=_("What they are called"),
        help_text=_("A first name, or a name that only you know."),
        required=False,
        limit=LONGEST_NAME,
    )

    def __init__(self, *args: Any, language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        known = library.plan()
        answers(self, "whom", [(c, s.by(language)) for c, s in known.whom.items() if c != library.SELF])


class ChooseForm(forms.Form):
    """Which dangers and which situations matter."""

    risks = forms.Several([], label=_("What is happening?"), required=False)
    situations = forms.Several([], label=_("Where do things stand?"), required=False)

    def __init__(self, *args: Any, known: library.Plan, language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        answers(self, "risks", [(code, said.by(language)) for code, said in known.risks.items()])
        listed = [(c, s.by(language)) for c, s in known.situations.items() if c != library.ALWAYS]
        answers(self, "situations", listed)


class AgainForm(forms.Form):
    """The day on which to look at the plan again."""

    on = forms.Day(
        label=_("When do you want to look at it again?"),
        help_text=_("You can leave this empty."),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_on(self) -> date | None:
        """A day ahead."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day <= self.today:
            self.add_error("on", _("Write a day that is still ahead."))
        return day


class ShareForm(forms.Form):
    """One more reader of a part."""

    viewer = forms.One([], label=_("Who may read this part?"))
    place_named = forms.Tick(
        label=_("Yes, they may read it, places too."),
        required=False,
    )

    def __init__(self, *args: Any, viewers: list[dict[str, Any]], tells_place: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        team = _("The team that works on the case at %(agency)s")
        listed = [
            (one["id"], team % {"agency": one["name"]} if one["own_team"] else one["name"]) for one in viewers
        ]
        answers(self, "viewer", listed)
        if tells_place:
            self.fields["place_named"].required = True
            self.fields["place_named"].error_messages["required"] = _(
                "Tick this box, or choose nobody: this part can tell where somebody is."
            )
        else:
            del self.fields["place_named"]


class SaidForm(ShareForm):
    """The same, as a worker writes down what the survivor told them."""

    how = forms.One(
        [("in_person", _("Face to face")), ("phone", _("On the telephone"))],
        label=_("How did they tell you?"),
    )


class TrustForm(forms.Form):
    """A colleague whom the survivor lets in."""

    worker = forms.Pick([], label=_("Whom do they let in?"))

    def __init__(self, *args: Any, colleagues: dict[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        answers(self, "worker", list(colleagues.items()))


def answers(form: forms.Form, name: str, listed: list[tuple[Any, ...]]) -> None:
    """Give a field its answers."""
    field: Any = form.fields[name]
    coded = field._codes(listed)
    field.choices = [("", ""), *coded] if isinstance(field, forms.Pick) else coded


def colleagues_of(by: Worker, taken: set[Any], roles: frozenset[str]) -> list[Worker]:
    """The workers of the agency who could be let in."""
    rows = Worker.objects.filter(agency_id=by.agency_id, is_active=True, roles__overlap=sorted(roles))
    return list(rows.exclude(id__in=taken).order_by("code"))
