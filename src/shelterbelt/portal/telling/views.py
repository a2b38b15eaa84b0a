"""The pages before somebody has told anything: what happens with it, writing it, coming back, saying how an agency was."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access import limits as tries
from shelterbelt.agencies.models import Agency
from shelterbelt.feedback.actions import say_how_it_was
from shelterbelt.feedback.queries import agencies_to_speak_of
from shelterbelt.hotline import flood
from shelterbelt.hotline.actions import come_back, tell
from shelterbelt.hotline.codes import digest_of
from shelterbelt.library import limits
from shelterbelt.library.hotline import ways
from shelterbelt.portal.entrance import let_in
from shelterbelt.portal.lines import lines
from shelterbelt.portal.telling.around import at_of, page, public, to
from shelterbelt.portal.telling.forms import HowForm, TellForm
from shelterbelt.store.asker import as_agency


@public
def start(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """Three ways on."""
    return page("start", "telling", language, numbers=lines("urgent", language, demonstration=False))


@public
def before(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """What happens with it, and what an agency may have to tell others, before a word is written."""
    on = at_of(request).date()
    laws = limits.limits_for(agency.kind, on=on)
    shown = {
        "agency": agency.name,
        "first": (limits.before() if laws else limits.without()).by(language),
        "limits": [{"title": one.title.by(language), "says": one.says.by(language)} for one in laws],
        "days": ways().keep_report.days,
    }
    return page("before", "telling-before", language, **shown)


@public
def write(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """Write it. From a place that floods us it waits a little: what was typed stays on the page."""
    form, at = TellForm(request.POST if request.method == "POST" else None), at_of(request)
    waiting = False
    if form.is_bound and form.is_valid():
        network = tries.network_of(request)
        waiting = flood.waits("report", network, at=at)
        if not waiting:
            many = flood.counted("report", network, at=at) > ways().apart_after
            with as_agency(agency.id, at=at):
                made = tell(agency, **form.cleaned_data, language=language, apart=many, at=at)
            return let_in(to("telling-words", language), made.secret)
    numbers = lines("urgent", language, demonstration=False) if waiting else []
    return page("write", "telling-write", language, form=form, waiting=waiting, numbers=numbers)


@public
def back(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """Come back with the words. Whatever does not open gets one and the same page, in the same time."""
    if request.method != "POST":
        return page("back", "telling-back", language)
    typed, at, network = request.POST.get("a", "")[:500], at_of(request), tries.network_of(request)
    if flood.waits("words", network, at=at):
        digest_of(typed, agency.id)
        return page("back", "telling-back", language, failed=True)
    with as_agency(agency.id, at=at):
        secret = come_back(agency, typed, at=at)
    if not secret:
        flood.counted("words", network, at=at)
        return page("back", "telling-back", language, failed=True)
    return let_in(to("telling-read", language), secret)


@public
def how_it_was(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """Say how an agency was, without an account. It is told apart from what people with an account said."""
    form = HowForm(request.POST or None, agencies=agencies_to_speak_of(), language=language)
    at = at_of(request)
    if form.is_bound and form.is_valid():
        network = tries.network_of(request)
        if flood.waits("said", network, at=at):
            form.add_error(
                None, _("Very many answers come from your network now. Try again in a few minutes.")
            )
        else:
            flood.counted("said", network, at=at)
            with as_agency(agency.id, at=at):
                say_how_it_was(form.answers(), of=form.agency(), holder=agency.id, person=None, at=at)
            return to("telling-thanks", language)
    return page("how", "telling-how", language, form=form)


@public
def thanks(request: HttpRequest, agency: Agency, language: str) -> HttpResponse:
    """It is said. A page of its own: what a browser keeps of a form it has sent is gone by then."""
    return page("thanks", "telling-thanks", language)
