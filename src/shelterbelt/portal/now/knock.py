"""Where a device says that its button was pressed, also when nobody is signed in; and the page behind a link that was sent.

Whoever holds a button may press it, and whoever holds a link may answer: nothing else is opened, and no cookie is read.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from shelterbelt.access.survivors import Survivor
from shelterbelt.alerts import actions
from shelterbelt.alerts.facts import standing_of_button
from shelterbelt.alerts.finding import button_held, link_held
from shelterbelt.alerts.models import Button
from shelterbelt.alerts.queries import behind_link
from shelterbelt.portal import shell
from shelterbelt.portal.entrance import own_origin
from shelterbelt.portal.lines import lines
from shelterbelt.rules.places import read_fix

SIZE = 512
# What the device is told, in a letter: not pressed, held back, sent, nobody yet, somebody, cancelled, over, no button.
LETTERS = {"held": "h", "sent": "s", "unanswered": "u", "answered": "a", "cancelled": "c", "ended": "e"}
IDLE, NONE = "i", "x"


@csrf_exempt
@require_POST
def knock(request: HttpRequest) -> HttpResponse:
    """One word of a device: pressed, still held, a code, where it is, or how things stand. Answers in one size."""
    at: datetime = request.at  # type: ignore[attr-defined]
    if not own_origin(request):
        return _said({"s": NONE}, status=403)
    button = button_held(request.POST.get("b", ""), at=at)
    if button is None:
        return _said({"s": NONE})
    return _said(_answer(button, request.POST, at))


def _answer(button: Button, told: Mapping[str, str], at: datetime) -> dict[str, Any]:
    do = told.get("d", "")
    if do == "f":
        fix = read_fix(told.get("y"), told.get("x"), told.get("r"))
        kept = fix is not None and actions.keep_place(button, fix, at=at)
        return {"s": IDLE, "k": kept}
    if button.use == "place":
        return {"s": IDLE}
    if do == "p":
        actions.take_press(button, _age(told.get("a", "")), at=at)
        if not told.get("c"):
            return {"s": LETTERS["held"]}
    if do == "k":
        actions.keep_held(button, at=at)
    right = actions.take_code(button, told["c"][:100], at=at) if told.get("c") else None
    found = standing_of_button(button, at=at)
    if found is None and not right:
        return {"s": IDLE, "c": right}
    # A code may be faster than whoever makes presses into alerts; both codes are answered alike.
    shown = found.shown if found else "cancelled"
    left = max(0, round((found.goes_at - at).total_seconds())) if found and shown == "held" else 0
    answer: dict[str, Any] = {"s": LETTERS[shown], "l": left, "c": right}
    if shown in ("cancelled", "ended"):
        # The button on the page is used up: it gets a fresh one, so that the next press is not this one again.
        survivor = Survivor(button.person_id, button.agency_id, button.person_id)
        answer["n"] = actions.issue_button(survivor, button.use, at=at)
    return answer


def _age(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return None


def _said(told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    answer = HttpResponse(json.dumps(told).ljust(SIZE), content_type="application/json", status=status)
    answer["Cache-Control"] = "no-store, no-transform"
    return answer


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody of the circle sees: who asks, since when, what to do; and the button that says that they have it."""
    at: datetime = request.at  # type: ignore[attr-defined]
    found = link_held(token, at=at)
    if found is None:
        raise Http404
    language = "es" if request.GET.get("") == "es" else behind_link(found, at=at).language
    if request.method == "POST":
        actions.answer_by_link(found, at=at)
    shown = behind_link(found, at=at)
    urgent = lines("urgent", language, demonstration=False)[:1]
    return shell.outside(
        "portal/now/pages/link.html", language, told=shown, urgent=urgent, other_url=request.path
    )
