"""The room of looks: off until their worker shows it; they may hide it again themselves."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from shelterbelt.conversations.actions import hide_looks
from shelterbelt.conversations.queries import looks_shown
from shelterbelt.portal import own, shell, ways
from shelterbelt.portal.visitors import Visitor


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every look at the cases that are shown, newest first; or how one comes to see it."""
    here = own.around(visitor)
    open_ones = looks_shown(visitor.survivor.id, [case.id for case in here.cases])
    if request.method == "POST":
        file = own.own_file(visitor)
        for case_id in open_ones:
            hide_looks(file, case_id, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "looks-home")
    read = import_string(settings.LOOKS_FOR_SURVIVOR)
    found = [look for case in open_ones for look in read(case, by=visitor.survivor, at=visitor.at)]
    lines = [
        {"at": own.said(at, here.agency), "who": who, "what": what, "why": why}
        for at, who, what, why in sorted(found, key=lambda look: look[0], reverse=True)
    ]
    shown: dict[str, Any] = {"on": bool(open_ones), "lines": lines}
    return shell.page(visitor, "portal/who_looked/pages/looks.html", **shown)
