"""The door for other nodes: one sealed letter in, one out. Refusals all have one shape and name nobody.

What could tell by the time it takes what was found is answered at even beats of a clock of its own.
"""

import time
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.agencies.peers import FROM_NODE
from shelterbelt.exchange.actions import Refused, answer_reading, opened_letter, opened_post, take_in
from shelterbelt.exchange.kinds import BY_TICK
from shelterbelt.sealing.letters import LARGEST, SMALLEST

BEAT = 0.05
MOST = SMALLEST + LARGEST


@csrf_exempt
def letters(request: HttpRequest) -> HttpResponse:
    """Take a letter in and answer with a receipt."""
    began = time.monotonic()
    try:
        post = opened_post(*_received(request))
        answer = take_in(post, at=_instant(request))
    except Refused as refusal:
        return _refusal(refusal)
    if post.lane == BY_TICK:
        wait_for_beat(began)
    return _answer(answer)


@csrf_exempt
def reads(request: HttpRequest) -> HttpResponse:
    """Answer a live reading; a closed one and an open one take as long."""
    began = time.monotonic()
    try:
        content, sender, to = opened_letter(*_received(request))
        answer = answer_reading(content, sender, to, at=_instant(request))
    except Refused as refusal:
        return _refusal(refusal)
    wait_for_beat(began)
    return _answer(answer)


def wait_for_beat(began: float) -> None:
    """Let the answer go at the next whole beat after its beginning."""
    spent = time.monotonic() - began
    time.sleep(-spent % BEAT)


def _received(request: HttpRequest) -> tuple[str, bytes]:
    if request.method != "POST":
        raise Http404
    size = request.headers.get("Content-Length") or "0"
    if not size.isdecimal() or int(size) > MOST:
        raise Refused("too_large")
    return request.headers.get(FROM_NODE, ""), request.read(MOST + 1)


def _instant(request: HttpRequest) -> datetime:
    at: datetime = request.at  # type: ignore[attr-defined]
    return at


def _refusal(refusal: Refused) -> HttpResponse:
    return JsonResponse({"refused": refusal.code}, status=400)


def _answer(answer: bytes) -> HttpResponse:
    return HttpResponse(answer, content_type="application/octet-stream")
