"""What every page of this kind needs: the agency that takes reports, the language, the answer, who came back. Decides nothing."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.agencies.models import Agency
from shelterbelt.hotline.models import Report, Return
from shelterbelt.hotline.queries import holder_of_reports, returned
from shelterbelt.portal import entrance, shell, ways
from shelterbelt.portal.templatetags.ways import FIELD
from shelterbelt.store.asker import as_agency

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Agency, str, P], HttpResponse]


def public(view: View[P]) -> Callable[..., HttpResponse]:
    """A page for everybody: in its language, as the agency that takes reports, and a form only from this very address."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, language: str = "en", *args: P.args, **more: P.kwargs) -> HttpResponse:
        agency = holder_of_reports()
        if agency is None or (request.method == "POST" and not entrance.own_origin(request)):
            raise Http404
        with translation.override(language), as_agency(agency.id, at=at_of(request)):
            return view(request, agency, language, *args, **more)

    return answer


def at_of(request: HttpRequest) -> datetime:
    """When it was asked."""
    found: datetime = request.at  # type: ignore[attr-defined]
    return found


def address(name: str, language: str) -> str:
    """The address of a page in a language."""
    return reverse(name if language == "en" else f"{name}-{language}")


def page(template: str, here: str, language: str, **shown: Any) -> HttpResponse:
    """The answer."""
    other = "es" if language == "en" else "en"
    names = ("before", "write", "words", "back", "read", "wishes", "take-back", "close", "how")
    links: dict[str, Any] = {f"{n.replace('-', '_')}_url": address(f"telling-{n}", language) for n in names}
    links |= {"home_url": address("telling", language), "other_url": address(here, other), **shown}
    return shell.outside(f"portal/telling/pages/{template}.html", language, **links)


def to(name: str, language: str) -> HttpResponse:
    """Go there after a form."""
    answer = HttpResponseRedirect(address(name, language))
    answer.status_code = 303
    return shell.closed(answer)


def held_by(request: HttpRequest) -> str:
    """The secret that this browser holds, if any."""
    return request.COOKIES.get(settings.PORTAL_COOKIE, "")


def reader(request: HttpRequest, agency: Agency) -> tuple[Return, Report] | None:
    """Who came back with words in this browser; a form of theirs must be one that was made for them."""
    held = held_by(request)
    if request.method == "POST" and not ways.Secret(held).is_form(request.POST.get(FIELD, "")):
        return None
    return returned(agency, held, at=at_of(request))


def token(request: HttpRequest) -> str:
    """What a form of this browser is known by."""
    return ways.Secret(held_by(request)).form
