"""The room of choices: what holds now, what was chosen before, and the form. Nothing is chosen beforehand."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shelterbelt.consent.forms import listed
from shelterbelt.conversations.actions import choose_response
from shelterbelt.conversations.queries import choices_of
from shelterbelt.library import shelf
from shelterbelt.portal import own, shell, ways
from shelterbelt.portal.visitors import Visitor
from shelterbelt.ui.forms import Form, One, Story


class ChoiceForm(Form):
    """One of the answers, and anything in their words."""

    code = One((), label=gettext_lazy("What do you want now?"), missing=gettext_lazy("Choose one."))
    words = Story(label=gettext_lazy("Anything you want to add"), rows=3, limit=2000, required=False)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        field = self.fields["code"]
        field.choices = field._codes(listed("responses"))  # type: ignore[attr-defined]


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What they want now, and the way to change it."""
    here, file = own.around(visitor), own.own_file(visitor)
    form = ChoiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        choose_response(file, typed["code"], typed["words"], by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "choices-home")
    before = [
        {
            "label": _(shelf.label_of("responses", one.code)),
            "words": one.words,
            "at": own.said(one.at, here.agency, "day"),
        }
        for one in choices_of(file)
    ]
    shown = {"form": form, "now": before[0] if before else None, "before": before[1:], "names": here.names}
    status = 422 if form.is_bound else 200
    return shell.page(visitor, "portal/choices/pages/choices.html", status=status, **shown)
