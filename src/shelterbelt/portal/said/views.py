"""How an agency was, said from within the portal. It is put among what others said; nothing of it stays with the account."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.feedback.actions import AlreadySaid, say_how_it_was
from shelterbelt.feedback.queries import agencies_to_speak_of
from shelterbelt.portal import shell, ways
from shelterbelt.portal.telling.forms import HowForm
from shelterbelt.portal.visitors import Visitor
from shelterbelt.store.asker import as_agency


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose an agency, answer what one likes."""
    form = HowForm(request.POST or None, agencies=agencies_to_speak_of(), language=visitor.language)
    if request.method == "POST" and form.is_valid():
        holder = visitor.survivor.agency_id
        try:
            with as_agency(holder, at=visitor.at):
                say_how_it_was(
                    form.answers(), of=form.agency(), holder=holder, person=visitor.survivor.id, at=visitor.at
                )
        except AlreadySaid:
            form.add_error(
                "of",
                _("You have said how this agency was. You can say it again in the next quarter of the year."),
            )
        else:
            return ways.to(visitor, "said-thanks")
    return shell.page(visitor, "portal/said/pages/home.html", form=form, status=422 if form.errors else 200)


def thanks(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """It is said."""
    return shell.page(visitor, "portal/said/pages/thanks.html")
