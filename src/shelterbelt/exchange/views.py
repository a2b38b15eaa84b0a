"""The door for other nodes: one sealed letter in, one out. Refusals all have one shape and name nobody."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.peers import FROM_NODE
from shelterbelt.exchange.actions import Refused, answer_reading, opened_letter, take_in
from shelterbelt.exchange.kinds import Content
from shelterbelt.sealing.letters import LARGEST

Act = Callable[..., bytes]


@csrf_exempt
def letters(request: HttpRequest) -> HttpResponse:
    """Take a letter in and answer with a receipt."""
    return _answered(request, take_in)


@csrf_exempt
def reads(request: HttpRequest) -> HttpResponse:
    """Answer a live reading."""
    return _answered(request, answer_reading)


def _answered(request: HttpRequest, act: Act) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    at: datetime = request.at  # type: ignore[attr-defined]
    try:
        content, sender, to = _opened(request)
        answer = act(content, sender, to, at=at)
    except Refused as refusal:
        return JsonResponse({"refused": refusal.code}, status=400)
    return HttpResponse(answer, content_type="application/octet-stream")


def _opened(request: HttpRequest) -> tuple[Content, Agency, Agency]:
    size = request.headers.get("Content-Length") or "0"
    if not size.isdecimal() or int(size) > LARGEST:
        raise Refused("too_large")
    return opened_letter(request.headers.get(FROM_NODE, ""), request.read(LARGEST + 1))
