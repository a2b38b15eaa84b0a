"""The pages of somebody who told something, or came back with its words: read, write more, say what they wish, take it back."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shelterbelt.agencies.models import Agency
from shelterbelt.hotline import actions, queries
from shelterbelt.portal.telling.around import at_of, held_by, page, public, reader, to, token
from shelterbelt.portal.telling.forms import MoreForm, WishForm


@public
def words(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """The words to come back with, until they say that they have them; then never again."""
    found = reader(request, agency)
    if found is None:
        return to("telling-back", language)
    shown = actions.words_to_show(found[0], held_by(request))
    if request.method == "POST" or not shown:
        actions.forget_words(found[0])
        return to("telling-read", language)
    return page("words", "telling-words", language, words=shown.split(), token=token(request))


@public
def read(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """All that was written, and room for more."""
    found = reader(request, agency)
    if found is None:
        return to("telling-back", language)
    form = MoreForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.tell_more(found[1], form.cleaned_data["words"], at=at_of(request))
        return to("telling-read", language)
    sayings = queries.sayings_of(found[1])
    shown = {"sayings": sayings, "answered": any(not one["theirs"] for one in sayings)}
    return page("read", "telling-read", language, form=form, token=token(request), **shown)


@public
def wishes(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """What they would like, and how they may be called."""
    found = reader(request, agency)
    if found is None:
        return to("telling-back", language)
    known = WishForm.as_told(queries.report_content(found[1]))
    form = WishForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        actions.wish(
            found[1],
            wishes=told["wishes"],
            may_copy=told["may_copy"],
            instructions=form.told(agency.time_zone),
            at=at_of(request),
        )
        return to("telling-read", language)
    return page("wishes", "telling-wishes", language, form=form, token=token(request))


@public
def take_back(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """Ask once more; then all of it is gone."""
    found = reader(request, agency)
    if found is None:
        return to("telling-back", language)
    if request.method == "POST":
        actions.take_back(found[1], at=at_of(request))
        return _without(to("telling-gone", language))
    filed = found[1].case_id is not None
    return page("take_back", "telling-take-back", language, filed=filed, token=token(request))


@public
def gone(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """It is erased."""
    return page("gone", "telling-gone", language)


@public
def close(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """Close it in this browser."""
    if request.method == "POST" and reader(request, agency):
        actions.leave(agency, held_by(request))
    return _without(to("telling", language))


def _without(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(settings.PORTAL_COOKIE, samesite="Strict")
    return answer
