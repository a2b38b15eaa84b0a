"""POST /api/token: a program's name and secret for a token (RFC 6749 §4.4, errors §5.2).

Refuses an unknown program, a wrong secret, a revoked program and a try that came too soon in the same words and time.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote_plus

from django.contrib.auth.hashers import make_password
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.access import limits
from shelterbelt.api.actions import NotGiven, issue_token
from shelterbelt.api.problems import problem
from shelterbelt.api.tokens import LASTS
from shelterbelt.store.asker import set_asker

FIELDS = {"grant_type", "scope", "client_id", "client_secret"}
LONGEST = 500


class Unread(Exception):
    """The request is not what RFC 6749 asks for; the word is the error's name there."""


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """A token, or why there is none."""
    if request.method != "POST":
        refused = problem(405)
        refused["Allow"] = "POST"
        return refused
    try:
        return _granted(request)
    except Unread as fault:
        return _error(str(fault), request)
    except (SuspiciousOperation, UnreadablePostError):
        return _error("invalid_request", request)


def _granted(request: HttpRequest) -> HttpResponse:
    told = _told(request)
    if told.get("grant_type") != "client_credentials":
        raise Unread("unsupported_grant_type" if told.get("grant_type") else "invalid_request")
    public, secret = _credentials(request, told)
    scopes = told["scope"].split() if told.get("scope") else None
    made, given = _issued(public, secret, scopes, request)
    answer = JsonResponse(
        {
            "access_token": made,
            "token_type": "Bearer",
            "expires_in": int(LASTS.total_seconds()),
            "scope": " ".join(given),
        }
    )
    answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
    return answer


def _told(request: HttpRequest) -> Mapping[str, str]:
    """What was sent, each name once (RFC 6749 §3.2)."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Unread("invalid_request")
    told = {name: values for name, values in request.POST.lists() if name in FIELDS}
    if any(len(values) != 1 or len(values[0]) > LONGEST or "\0" in values[0] for values in told.values()):
        raise Unread("invalid_request")
    return {name: values[0] for name, values in told.items()}


def _credentials(request: HttpRequest, told: Mapping[str, str]) -> tuple[str, str]:
    """Name and secret from the header or from the body, never from both (RFC 6749 §2.3)."""
    word, _, basic = request.headers.get("Authorization", "").partition(" ")
    if not word:
        return told.get("client_id", ""), told.get("client_secret", "")
    if word.lower() != "basic" or "client_secret" in told:
        raise Unread("invalid_request")
    try:
        public, colon, secret = base64.b64decode(basic, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Unread("invalid_client") from None
    if not colon or len(basic) > 2 * LONGEST or "\0" in public or told.get("client_id", public) != public:
        raise Unread("invalid_client")
    return unquote_plus(public), unquote_plus(secret)


def _issued(
    public: str, secret: str, scopes: list[str] | None, request: HttpRequest
) -> tuple[str, list[str]]:
    at: datetime = request.at  # type: ignore[attr-defined]
    keys = limits.signing_in(f"client:{public}", limits.network_of(request))
    set_asker(None, None, at, signing_in=True)
    if limits.held(keys, at=at):
        make_password(secret)
        limits.failed(keys, at=at)
        raise Unread("invalid_client")
    try:
        made = issue_token(public, secret, scopes, at=at)
    except NotGiven as fault:
        if str(fault) == "scope":
            raise Unread("invalid_scope") from None
        set_asker(None, None, at, signing_in=True)
        limits.failed(keys, at=at)
        raise Unread("invalid_client") from None
    set_asker(None, None, at, signing_in=True)
    limits.succeeded(keys, at=at)
    return made


def _error(name: str, request: HttpRequest) -> HttpResponse:
    answer = JsonResponse({"error": name}, status=401 if name == "invalid_client" else 400)
    answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
    if name == "invalid_client":
        answer["WWW-Authenticate"] = 'Basic realm="api", charset="UTF-8"'
    return answer
