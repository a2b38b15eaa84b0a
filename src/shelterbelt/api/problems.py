"""What a program is told when something is not done (RFC 9457). What it may not see and what does not exist are one answer."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema

MEDIA = "application/problem+json"
TITLES = {
    400: "The request could not be read.",
    401: "A valid token is needed.",
    403: "The token does not cover this.",
    404: "Not found.",
    405: "This address does not know that method.",
    409: "This cannot be done as things stand.",
    422: "Something in the request is not right.",
    429: "More than may be taken out in a day.",
    500: "Something failed here. Nothing was half saved.",
}


class Refused(Exception):
    """An action does not go through as things stand; the code says why and names nobody."""


class Wrong(Schema):
    """One thing in the request that is not right: where, and of what kind; what was sent is not repeated."""

    where: str
    kind: str


class Problem(Schema):
    """Why something was not done."""

    type: str
    title: str
    status: int
    code: str | None = None
    errors: list[Wrong] | None = None


def problem(status: int, *, challenge: str = "", **more: Any) -> HttpResponse:
    """An answer that says what was not done; for one status and no more, always the same bytes."""
    told = {"type": "about:blank", "title": TITLES[status], "status": status, **more}
    answer = HttpResponse(json.dumps(told), status=status, content_type=MEDIA)
    if challenge:
        answer["WWW-Authenticate"] = challenge
    return answer


def missing(request: HttpRequest | None = None, **parts: Any) -> HttpResponse:
    """The one answer for what does not exist and for what may not be seen."""
    return problem(404)
