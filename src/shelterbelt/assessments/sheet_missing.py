"""The page of a sheet whose instrument, or whose words, are not here any more: what is kept of it, and what is missing.

It works nothing out, and it guesses no word that stood in the file.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.agencies.sealed import opened
from shelterbelt.assessments import queries
from shelterbelt.assessments.models import Assessment
from shelterbelt.assessments.queries.offered import in_words
from shelterbelt.assessments.words import instrument_title
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.ui.links import address

Page = Callable[..., HttpResponse]


def told_when_gone(view: Page) -> Page:
    """A page of a sheet that says so calmly where the file that it was taken with is not here."""

    @wraps(view)
    def page(request: HttpRequest, ref: str, **more: str) -> HttpResponse:
        try:
            return view(request, ref, **more)
        except LibraryError:
            by, at = asker(request)
            taken = queries.assessment_by_ref(ref, by=by, at=at)
            if is_here(taken):  # another file is wrong, and this page knows nothing of it
                raise
            return _gone(request, taken)

    return page


def is_here(taken: Assessment) -> bool:
    """Whether the instrument of a sheet and the words that it was asked in are what they were."""
    try:
        in_words(taken)
    except LibraryError:
        return False
    return True


def _gone(request: HttpRequest, taken: Assessment) -> HttpResponse:
    by, at = asker(request)
    reading("assessment", about=taken.id, by=by.id, agency=taken.agency_id, at=at)
    who = taken.finished_by or taken.started_by
    wording = opened(taken).get("wording")
    only_words = _has_instrument(taken)
    page = {
        "title": instrument_title(taken.instrument),
        "by": names_of([who]).get(who, ""),
        "at": taken.finished_at or taken.started_at,
        "finished": taken.finished_at is not None,
        "corrected_at": taken.corrected_at,
        "kept": _kept(taken),
        "only_words": only_words,
        "file": f"{taken.instrument}/{taken.version}",
        "digest": wording["digest"] if only_words and wording else taken.digest,
        "danger": address("danger_over_time", taken.case.ref) if taken.case else "",
        "home": _home(taken),
    }
    return render(request, "assessments/pages/sheet_missing.html", page)


def _home(taken: Assessment) -> str:
    thing, name = (taken.case, "case") if taken.case else (taken.incident, "incident")
    return (address(name, thing.ref) if thing else "") or "/"


def _has_instrument(taken: Assessment) -> bool:
    try:
        queries.instrument_taken(taken)
    except LibraryError:
        return False
    return True


def _kept(taken: Assessment) -> list[str]:
    """What lies beside the answers, in words that need no file."""
    content = opened(taken)
    told: dict[str, Any] = content.get("result", {})
    given = len(content.get("answers", {}))
    lines = [ngettext("%(n)d answer is kept.", "%(n)d answers are kept.", given) % {"n": given}]
    if told.get("band"):
        lines.append(_("The band that it came to: %(band)s.") % {"band": _plain(str(told["band"]))})
    elif "band" in told:
        lines.append(_("It came to no band."))
    if told.get("score") is not None:
        lines.append(_("The score: %(score)s.") % {"score": f"{told['score']:g}"})
    if told.get("level"):
        level = pgettext("danger level", shelf.label_of("levels", str(told["level"]))).lower()
        lines.append(_("It raised the danger level to at least %(level)s. That stands.") % {"level": level})
    if "positive" in told:
        positive = _("Its answers called for the offer of help.")
        lines.append(positive if told["positive"] else _("Its answers alone did not call for an offer."))
    return lines


def _plain(code: str) -> str:
    return code.replace("_", " ")
