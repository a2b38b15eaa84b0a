"""Pages for breaking the glass: ask by a reference, agree as the second person, open alone, close.

No answer here tells whether there is a file with the reference that was typed.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access import glass
from shelterbelt.access.door import asker
from shelterbelt.access.policy import AGREE_GLASS, ASK_GLASS, REVIEW_GLASS
from shelterbelt.access.rules import require
from shelterbelt.access.watching import glass_by_ref, glass_waiting, my_glass, pane_of
from shelterbelt.access.words import GLASS_WORDS
from shelterbelt.ledger.actions import reading
from shelterbelt.ui.forms import Form, Line, One, Story

REFERENCE = re.compile(r"[A-Za-z0-9_-]{22}")


class GlassForm(Form):
    """Which file, which part of it, why, and who else knows."""

    ref = Line(
        label=_("The file’s reference"),
        help_text=_("The 22 letters and figures in the address of its page, or the whole address."),
        missing=_("Write the reference of the file."),
    )
    category = One(
        GLASS_WORDS.items(),
        label=_("What do you need to see?"),
        help_text=_("One thing, and the least that helps. Whom the file is about is always shown."),
        missing=_("Choose what you need to see."),
    )
    reason = Story(
        label=_("Why now?"),
        help_text=_("The second person and the reviewer read it, and whoever looks after the file."),
        rows=3,
        limit=1000,
        missing=_("Write why you need it now."),
    )
    who = One(
        (
            ("second", _("Somebody else will agree")),
            ("alone", _("I am alone on duty: tell the reviewer first")),
        ),
        label=_("Who else knows?"),
        missing=_("Choose who else knows."),
    )

    def __init__(self, *args: Any, reviewed: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not reviewed:
            who: Any = self.fields["who"]
            who.choices = who.choices[:1]

    def clean_ref(self) -> str:
        found = REFERENCE.findall(str(self.cleaned_data["ref"]))
        if not found:
            raise ValidationError(_("A reference has 22 letters, figures, hyphens or underscores. Check it."))
        return str(found[-1])


@require_http_methods(["GET", "POST"])
def closed_files(request: HttpRequest) -> HttpResponse:
    """Ask for a closed file; what was asked, and what waits for a second person."""
    by, at = asker(request)
    require(by, ASK_GLASS, at=at)
    form = GlassForm(request.POST or None, reviewed=glass.has_reviewer(by))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        alone = typed["who"] == "alone"
        made = glass.ask_glass(typed["ref"], typed["category"], typed["reason"], alone=alone, by=by, at=at)
        return redirect("glass_asked", ref=made.ref)
    reading("glass", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {"form": form, "mine": my_glass(by=by, at=at), "waiting": glass_waiting(by=by, at=at)}
    return render(request, "access/pages/closed_files.html", shown, status=422 if form.errors else 200)


@require_GET
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """What one asked for, and where it stands."""
    by, at = asker(request)
    pane = pane_of(glass_by_ref(ref, ASK_GLASS, by=by, at=at), by=by, at=at)
    return render(request, "access/pages/glass_asked.html", {"pane": pane, "lasts": glass.GLASS_LASTS})


@require_POST
def alone(request: HttpRequest, ref: str) -> HttpResponse:
    """Open it alone, after the reviewer was told. What is not there does not open, and nothing says so."""
    by, at = asker(request)
    glass.open_alone(glass_by_ref(ref, ASK_GLASS, by=by, at=at), by=by, at=at)
    return redirect("glass_asked", ref=ref)


@require_POST
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """Close what one opened."""
    by, at = asker(request)
    glass.close_glass(glass_by_ref(ref, ASK_GLASS, by=by, at=at), by=by, at=at)
    return redirect("glass_asked", ref=ref)


@require_POST
def agree(request: HttpRequest, ref: str) -> HttpResponse:
    """Agree as the second person."""
    by, at = asker(request)
    glass.agree_glass(glass_by_ref(ref, AGREE_GLASS, by=by, at=at), by=by, at=at)
    return redirect("glass")


@require_POST
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    """Say no as the second person."""
    by, at = asker(request)
    glass.decline_glass(glass_by_ref(ref, AGREE_GLASS, by=by, at=at), by=by, at=at)
    return redirect("glass")


@require_POST
def reviewed(request: HttpRequest, ref: str) -> HttpResponse:
    """The reviewer has looked into it."""
    by, at = asker(request)
    glass.review_glass(glass_by_ref(ref, REVIEW_GLASS, by=by, at=at), by=by, at=at)
    return redirect("desk")
