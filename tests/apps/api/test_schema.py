"""Schemathesis over the OpenAPI document: right and wrong data for every operation; no fault, nothing it denies."""

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from shelterbelt.api.actions import add_client
from shelterbelt.api.policy import SCOPES
from shelterbelt.api.urls import api
from shelterbelt.ledger.chain import chain
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.access.test_walls import an_incident
from tests.apps.api.conftest import Program
from tests.apps.referrals.cast import a_request
from tests.world import AT, town

EXAMPLES = int(os.environ.get("SHELTERBELT_API_EXAMPLES", "12"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.ignored_auth,
]
DOCUMENT = api.get_openapi_schema()["paths"]
OPERATIONS = sorted((path, method) for path, found in DOCUMENT.items() for method in found)
# A request that has neither parameters nor a body cannot be wrong.
TRIED = [
    (path, method, mode)
    for path, method in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE
    or DOCUMENT[path][method]["parameters"]
    or "requestBody" in DOCUMENT[path][method]
]
OFTEN = st.integers(0, 3).map(bool)


@pytest.fixture(scope="module")
def tested(database: str, keys: Any) -> Any:
    """The API of a town in which something happened, the token that gets in, and references that are there."""
    place = town()
    done = an_incident(place, place.officer)
    a_request(place)
    with as_agency(place.police.id, at=AT):
        chain(place.police.id)
    with as_agency(place.police.id, at=AT):
        follow(place.police.id, at=AT)
        work = Action.objects.filter(agency=place.police).first()
        roles = ["detective", "supervisor", "records_officer"]
        client, secret = add_client(
            place.police, name="Tried", roles=roles, scopes=SCOPES, unit=place.detectives, by=None, at=now()
        )
    assert done.case is not None and work is not None
    application = get_wsgi_application()

    def app(environ: dict[str, Any], start: Any) -> Any:
        environ["HTTP_HOST"] = "localhost"
        return application(environ, start)

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return schema, Program(client, secret).signed_in(), {"cases": done.case.ref, "actions": work.ref}


def test_the_document_is_openapi_3_1_and_whole(node: None, client: Any) -> None:
    told = client.get("/api/v1/openapi.json")
    document = told.json()
    assert told.status_code == 200 and document["openapi"].startswith("3.1")
    for shape in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(shape)
    flows = document["components"]["securitySchemes"]["ClientCredentials"]["flows"]
    assert flows["clientCredentials"]["tokenUrl"] == "/api/token"
    for path, method in OPERATIONS:
        assert document["paths"][path][method]["security"], f"{method} {path} asks for no token"


@pytest.mark.parametrize(("path", "method", "mode"), TRIED)
def test_no_fault_and_nothing_that_the_document_denies(
    tested: Any, path: str, method: str, mode: GenerationMode
) -> None:
    schema, one, refs = tested
    operation = schema[path][method.upper()]
    known = next((ref for word, ref in refs.items() if path.startswith(f"/api/v1/{word}/")), "")
    headers = {"Authorization": f"Bearer {one.token}"}

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(data=st.data())
    def tried(data: Any) -> None:
        chosen = {"path_parameters": {"ref": known}} if known and data.draw(OFTEN) else {}
        case = data.draw(operation.as_strategy(generation_mode=mode, **chosen))
        answer = case.call(headers=headers)
        assert answer.status_code < 500
        case.validate_response(answer, checks=CHECKS, headers=headers)

    tried()


def test_these_eyes_would_see_a_fault(tested: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation that breaks its own document is found."""
    from shelterbelt.api import cases

    schema, one, _refs = tested

    def broken(*given: Any, **named: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cases, "require", broken)
    case = schema["/api/v1/cases"]["GET"].Case()
    answer = case.call(headers={"Authorization": f"Bearer {one.token}"})
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=CHECKS[:1])
