"""Every address, every role, everything it may name: open exactly where the policy says, else the page that is not there.

The addresses come from the URLconf itself and what each needs from `tests/apps/routes.py`: one without a line fails here.
"""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client

from shelterbelt.store.asker import as_agency
from tests.apps.county import NOW, PROGRAMS, ROLES, County, county, hour, session_of
from tests.apps.routes import API_WAYS, WAYS, api_tries, operations, patterns, tries, without_line

FORM = "application/x-www-form-urlencoded"
Answered = tuple[int, bytes, dict[str, str]]


@pytest.fixture(scope="module")
def held(database: str, keys: Any) -> County:
    """The county, built once: what is tried on it is taken back."""
    return county()


def sent(client: Client, method: str, address: str, data: Any, **more: Any) -> Answered | str:
    """What an address answers, without leaving a trace."""
    with transaction.atomic():
        try:
            extra = {"content_type": "application/json", "data": "{}"} if method == "put" else {"data": data}
            answer = getattr(client, method)(address, **{**extra, **more})
            body = answer.getvalue()
        except Exception as fault:
            return f"{type(fault).__name__}: {fault}"
        finally:
            transaction.set_rollback(True)
    return answer.status_code, body, dict(answer.headers)


def test_every_address_says_what_it_needs() -> None:
    assert not without_line(), without_line()
    gone = sorted({*WAYS, *map(" ".join, API_WAYS)} - {*patterns(), *map(" ".join, operations())})
    assert not gone, f"these lines of tests/apps/routes.py name no address any more: {gone}"


@pytest.mark.parametrize("role", ROLES)
def test_every_address_opens_where_the_policy_says_and_nowhere_else(
    held: County, signed_in: Any, role: str
) -> None:
    by = held.worker(role)
    client, wrong, opened = signed_in(by), [], 0
    with hour(NOW):
        missing = sent(client, "get", "/there-is-no-such-page/", {})
        for route, way, file in tries(held, by):
            expected = way.expects(role, by, file)
            for method in way.methods:
                got = sent(client, method, way.address(route, file), way.sends)
                named = f"{method} {route} {f'{file.holder.kind} {file.relation}' if file else ''}"
                if isinstance(got, str):
                    wrong.append(f"{named}: {got}")
                elif expected and (got[0] in (404, 405) or got[0] >= 500):
                    wrong.append(f"{named}: should open, got {got[0]}")
                elif not expected and got != missing:
                    wrong.append(f"{named}: should not be there, got {got[0]}")
                opened += expected
    assert not wrong, "\n".join(wrong)
    assert opened > 5 or role == "uninvited"


@pytest.mark.parametrize("role", PROGRAMS)
def test_every_operation_of_the_api_opens_where_the_policy_says_and_nowhere_else(
    held: County, role: str
) -> None:
    by, wrong, opened = held.worker(role), [], 0
    client = Client(HTTP_HOST="localhost")
    public, secret = held.programs[role]
    asked = {"grant_type": "client_credentials", "client_id": public, "client_secret": secret}
    with hour(NOW):
        token = client.post("/api/token", urlencode(asked), content_type=FORM).json()["access_token"]
        more = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
        missing = sent(client, "get", "/api/v1/there-is-no-such-thing", {}, **more)
        for method, path, way, file in api_tries(held, by):
            got = sent(client, method, way.address(path, file), way.sends, **more)
            named = f"{method} {path} {f'{file.holder.kind} {file.relation}' if file else ''}"
            if isinstance(got, str):
                wrong.append(f"{named}: {got}")
            elif way.expects(role, by, file):
                opened += 1
                if got[0] not in (200, 201, 409):
                    wrong.append(f"{named}: should open, got {got[0]} {got[1][:200]!r}")
            elif got != missing:
                wrong.append(f"{named}: should not be there, got {got[0]}")
    assert not wrong, "\n".join(wrong)
    assert opened


def test_nobody_ends_a_session_of_somebody_else(held: County, signed_in: Any) -> None:
    signed_in(held.town.detective)
    theirs = session_of(held.town.detective, NOW)
    for role in ROLES:
        client = signed_in(held.worker(role))
        missing = sent(client, "get", "/there-is-no-such-page/", {})
        got = sent(client, "post", f"/account/sessions/{theirs}/end/", {})
        assert (got != missing) == (role == "detective"), role


@pytest.mark.parametrize("what", ["remove", "edit"])
def test_nobody_touches_a_key_of_somebody_else(held: County, signed_in: Any, what: str) -> None:
    owner = held.town.detective
    with as_agency(owner.agency_id, at=NOW, worker=owner.id):
        key = Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Key"})
    for role in ROLES:
        if role == "detective":
            continue
        client = signed_in(held.worker(role))
        for method in ("get", "post"):
            theirs, none = (
                sent(client, method, f"/account/2fa/webauthn/keys/{pk}/{what}/", {})
                for pk in (key.pk, key.pk + 999)
            )
            assert _told(theirs, key.pk) == _told(none, key.pk + 999), (role, method)
    with as_agency(owner.agency_id, at=NOW, worker=owner.id):
        assert Authenticator.objects.filter(pk=key.pk).exists()


def _told(got: Answered | str, pk: int) -> str:
    """What was answered, without the number that was asked for and the mark of a form."""
    return re.sub(r"csrfmiddlewaretoken[^>]*", "", str(got)).replace(f"/{pk}/", "/PK/")
