"""Tokens: for who has the secret, for a quarter of an hour, for what was given; every refusal is the same refusal."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from shelterbelt.access import door
from shelterbelt.access.actions import close_account
from shelterbelt.api.actions import NotGiven, add_client, revoke_client
from shelterbelt.api.models import Client, Token
from shelterbelt.ledger.models import Entry
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.clock import now
from tests.apps.api.conftest import ask_token
from tests.world import Town


def test_a_program_gets_a_token_for_a_quarter_of_an_hour(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    answer = ask_token(one.browser, one.client.ref, one.secret, scope="cases:read")
    told = answer.json()
    assert (answer.status_code, told["token_type"], told["expires_in"], told["scope"]) == (
        200,
        "Bearer",
        900,
        "cases:read",
    )
    assert answer["Cache-Control"] == "no-store" and answer["Pragma"] == "no-cache"
    assert len(base64.urlsafe_b64decode(told["access_token"] + "=")) == 32
    assert one.get("/cases").status_code == 200


def test_the_database_holds_neither_secret_nor_token(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    with as_agency(place.police.id, at=now()):
        row = Client.objects.get(id=one.client.id)
        kept = Token.objects.get(client=row)
    assert one.secret not in row.secret and row.secret.startswith("scrypt$")
    assert one.token.encode() not in bytes(kept.digest) and len(bytes(kept.digest)) == 32


def test_the_header_works_as_the_body_does(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    basic = base64.b64encode(f"{one.client.ref}:{one.secret}".encode()).decode()
    kind = "application/x-www-form-urlencoded"
    answer = one.browser.post(
        "/api/token", "grant_type=client_credentials", content_type=kind, HTTP_AUTHORIZATION=f"Basic {basic}"
    )
    assert answer.status_code == 200
    both = one.browser.post(
        "/api/token", f"grant_type=client_credentials&client_secret={one.secret}", content_type=kind,
        HTTP_AUTHORIZATION=f"Basic {basic}",
    )  # fmt: skip
    assert (both.status_code, both.json()) == (400, {"error": "invalid_request"})


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("", 400, "invalid_request"),
        ("grant_type=password&client_id=a&client_secret=b", 400, "unsupported_grant_type"),
        ("grant_type=client_credentials", 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=a&client_secret=b", 401, "invalid_client"),
        ("grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
        ("grant_type=client_credentials&client_id=%00&client_secret=b", 400, "invalid_request"),
        ("grant_type=client_credentials&client_id=" + "a" * 600, 400, "invalid_request"),
    ],
)
def test_what_is_not_asked_rightly_gets_the_errors_of_the_standard(
    node: None, body: str, status: int, error: str
) -> None:
    answer = Browser(HTTP_HOST="localhost").post(
        "/api/token", body, content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert ("WWW-Authenticate" in answer) == (status == 401)


def test_more_than_was_given_is_refused(place: Town, program: Any) -> None:
    one = program(place.police, "detective", scopes=("cases:read",))
    for scope in ("cases:write", "cases:read cases:write", "nothing"):
        answer = ask_token(one.browser, one.client.ref, one.secret, scope=scope)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})


def test_unknown_wrong_revoked_and_too_soon_are_one_answer(place: Town, program: Any) -> None:
    one, gone = program(place.police, "detective"), program(place.police, "officer")
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        revoke_client(gone.client, by=place.administrator, at=now())
    wrong = "x" * len(one.secret)
    tries = [(new_ref(), wrong), (one.client.ref, wrong), (gone.client.ref, gone.secret)]
    answers = [ask_token(one.browser, *each) for each in tries]
    assert len({(a.status_code, a.content, tuple(sorted(a.headers.items()))) for a in answers}) == 1
    for _ in range(6):
        ask_token(one.browser, one.client.ref, wrong)
    late = ask_token(one.browser, one.client.ref, one.secret)
    assert (late.status_code, late.content) == (401, answers[0].content), "the right secret has to wait too"


def test_a_token_ends_with_its_time(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    before, at = door.now, now()
    try:
        door.now = lambda: at + timedelta(minutes=14, seconds=50)  # type: ignore[assignment]
        assert one.get("/cases").status_code == 200
        door.now = lambda: at + timedelta(minutes=15, seconds=1)  # type: ignore[assignment]
        answer = one.get("/cases")
    finally:
        door.now = before
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_revoking_ends_tokens_and_secret_in_the_same_act(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        revoke_client(one.client, by=place.administrator, at=now())
    assert one.get("/cases").status_code == 401
    assert ask_token(one.browser, one.client.ref, one.secret).status_code == 401
    with as_agency(place.police.id, at=now()):
        kinds = set(Entry.objects.filter(about=one.client.worker_id).values_list("kind", flat=True))
    assert {"client.added", "token.issued", "client.revoked", "account.closed"} <= kinds


def test_closing_the_account_of_a_program_ends_its_tokens(place: Town, program: Any) -> None:
    one = program(place.police, "detective")
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        close_account(one.worker, by=place.administrator, at=now())
    assert one.get("/cases").status_code == 401


def test_no_program_keeps_accounts_or_reviews(place: Town) -> None:
    for roles, scopes in ((["administrator"], ["cases:read"]), (["reviewer"], ["cases:read"]), ([], ["cases:read"]),
                          (["detective"], []), (["detective"], ["everything"]), (["advocate"], ["cases:read"])):  # fmt: skip
        with as_agency(place.police.id, at=now()), pytest.raises(NotGiven):
            add_client(place.police, name="No", roles=roles, scopes=scopes, by=None, at=now())


def test_only_an_administrator_adds_a_program_and_only_to_their_agency(place: Town) -> None:
    from shelterbelt.access.rules import NotForYou

    for by, agency in ((place.supervisor, place.police), (place.administrator, place.court)):
        with as_agency(agency.id, at=now()), pytest.raises(NotForYou):
            add_client(agency, name="No", roles=["supervisor"], scopes=["cases:read"], by=by, at=now())
