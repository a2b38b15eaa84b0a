"""Pages of programs: for the administrator alone; the secret is on one page, once."""

import re
from typing import Any

from shelterbelt.api.models import Client
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.api.conftest import ask_token
from tests.world import Town

TYPED = {"name": "Case system", "roles": ["detective"], "scopes": ["cases:read", "actions:read"], "unit": ""}


def test_an_administrator_lets_a_program_in_and_ends_it(place: Town, signed_in: Any, client: Any) -> None:
    client.defaults["HTTP_HOST"] = "localhost"
    admin = signed_in(place.administrator)
    assert "No program has been let in" in admin.get("/programs/").content.decode()
    page = admin.post("/programs/new/", TYPED).content.decode()
    public, secret = re.findall(r'<code class="sb-code">([^<]+)</code>', page)
    assert ask_token(client, public, secret).status_code == 200
    listed = admin.get("/programs/").content.decode()
    assert "Case system" in listed and "Detective" in listed and secret not in listed
    with as_agency(place.police.id, at=now()):
        row = Client.objects.select_related("worker").get(ref=public)
        assert row.worker.roles == ["detective", "program"]
    assert admin.post(f"/programs/{public}/revoke/").status_code == 302
    assert ask_token(client, public, secret).status_code == 401
    assert "Ended" in admin.get("/programs/").content.decode()
    assert "is a new program" in signed_in(place.supervisor).get("/alerts/").content.decode()


def test_what_is_missing_is_asked_for(place: Town, signed_in: Any) -> None:
    answer = signed_in(place.administrator).post("/programs/new/", {"name": "", "roles": ["administrator"]})
    assert answer.status_code == 422


def test_nobody_else_finds_programs(place: Town, signed_in: Any, program: Any) -> None:
    one = program(place.police, "detective")
    for worker in (place.supervisor, place.detective, place.records_officer, place.reviewer, place.uninvited,
                   place.advocates_administrator):  # fmt: skip
        who = signed_in(worker)
        missing = who.get("/there-is-no-such-page/").content
        assert who.get(f"/programs/{one.client.ref}/revoke/").content == missing
        assert who.post(f"/programs/{one.client.ref}/revoke/").content == missing
        if worker is not place.advocates_administrator:
            assert who.get("/programs/").content == missing
            assert who.post("/programs/new/", TYPED).content == missing
    assert one.get("/cases").status_code == 200


def test_nobody_signs_in_with_a_programs_account(place: Town, signed_in: Any, program: Any) -> None:
    """An administrator gets no code for it, gives it no other roles and renews no sign-in for it."""
    one = program(place.police, "detective")
    admin, ref = signed_in(place.administrator), one.worker.ref
    missing = admin.get("/there-is-no-such-page/").content
    assert admin.post(f"/accounts/{ref}/code/").content == missing
    assert admin.post(f"/accounts/{ref}/lost/").content == missing
    assert admin.post(f"/accounts/{ref}/", {"roles": ["detective"], "unit": ""}).content == missing
    assert one.worker.roles == ["detective", "program"]
