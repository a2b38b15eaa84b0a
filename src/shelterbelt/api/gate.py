"""The door for programs: a token lets in, one savepoint holds what a request does, and every refusal is a problem in JSON.

Refuses to tell apart what is out of sight and what does not exist; what failed half-way is undone.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.security.base import AuthBase

from shelterbelt.access.exports import OverBudget, note_refusal
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.tries import note_request
from shelterbelt.api.policy import SCOPES
from shelterbelt.api.problems import MEDIA, TITLES, Problem, Refused, missing, problem
from shelterbelt.api.tokens import admitted

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
EVERYWHERE = (401, 403, 404, 405, 409, 422, 429, 500)


class NotAdmitted(Exception):
    """No token, or one that is worth nothing (any more)."""


class NotInScope(Exception):
    """The token does not cover this."""


class ClientCredentials(AuthBase):
    """A token of a program, for one scope."""

    openapi_type = "oauth2"
    openapi_flows = {
        "clientCredentials": {"tokenUrl": "/api/token", "scopes": {name: name for name in SCOPES}}
    }

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Worker:
        word, _, token = request.headers.get("Authorization", "").partition(" ")
        at: datetime = request.at  # type: ignore[attr-defined]
        found = admitted(token.strip(), at=at) if word.lower() == "bearer" else None
        if found is None:
            raise NotAdmitted
        worker, scopes = found
        if self.scope not in scopes:
            raise NotInScope(self.scope)
        request.worker = worker  # type: ignore[attr-defined]
        request.undo = transaction.savepoint()  # type: ignore[attr-defined]
        return worker


class StrictJson(Parser):
    """JSON as it is meant: no name twice, no number that is none."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return json.loads(request.body, object_pairs_hook=_once, parse_constant=_no_number)
        except RecursionError as fault:
            raise ValueError("nested too deeply") from fault


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


class Gate(NinjaAPI):
    """The whole API of a node."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Undo what the request did, then say what was not done."""
        undo = getattr(request, "undo", None)
        if undo is not None:
            transaction.savepoint_rollback(undo)
            transaction.set_rollback(False)
        return super().on_exception(request, exc)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **parts: Any) -> OpenAPISchema:
        """The document, with the refusals that every operation may give and the scope that each asks for."""
        made = super().get_openapi_schema(path_prefix="api/v1/")
        made["components"]["schemas"]["Problem"] = Problem.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        made["components"]["schemas"].update(made["components"]["schemas"]["Problem"].pop("$defs", {}))
        for operations in made["paths"].values():
            for details in operations.values():
                _complete(details)
        return made


def _complete(details: dict[str, Any]) -> None:
    refusals = (*EVERYWHERE, 400) if "requestBody" in details else EVERYWHERE
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in refusals:
        details["responses"][status] = {"description": TITLES[status], "content": content}


api = Gate(
    title="Shelterbelt",
    version="1",
    description="Cases, work, grants, referrals and proofs of one agency, for its own programs.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    parser=StrictJson(),
)


def program(request: HttpRequest) -> tuple[Worker, datetime]:
    """Which program asks and when, as the door stamped them."""
    return request.worker, request.at  # type: ignore[attr-defined]


@api.exception_handler(NotAdmitted)
def _not_admitted(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(401, challenge='Bearer error="invalid_token"')


@api.exception_handler(NotInScope)
def _not_in_scope(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(403, challenge=f'Bearer error="insufficient_scope", scope="{error}"')


@api.exception_handler(OverBudget)
def _over_budget(request: HttpRequest, error: Exception) -> HttpResponse:
    by, at = program(request)
    note_refusal(by, at=at)
    return problem(429)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(409, code=str(error))


@api.exception_handler(HttpError)
def _unread(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(400)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """What does not fit; a reference that cannot be one is simply not found."""
    wrong = [{"where": ".".join(map(str, e["loc"])), "kind": str(e["type"])} for e in error.errors]
    if any(one["where"].startswith("path.") for one in wrong):
        return _absent(request)
    return problem(422, errors=wrong[:20])


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, NotForYou | PermissionDenied | Http404):
        return _absent(request)
    log.error("fault", exc_info=error)
    return problem(500)


def _absent(request: HttpRequest) -> HttpResponse:
    """The one answer for what is not there for a program; it leaves the same line as on a page."""
    by: Worker | None = getattr(request, "worker", None)
    if by is not None:
        note_request(by, request, at=request.at)  # type: ignore[attr-defined]
    return missing()


def guarded(view: View) -> View:
    """A view of the API whose wrong methods are answered like everything else that is refused."""

    def answer(request: HttpRequest, **parts: Any) -> HttpResponse:
        found = view(request, **parts)
        if found.status_code == 405 and found.headers.get("Content-Type") != MEDIA:
            told = problem(405)
            told["Allow"] = found["Allow"]
            return told
        return found

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer
