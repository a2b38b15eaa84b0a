"""Programs for tests: an agency's own, with a token, and a browser-less client that carries it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import Agency, Unit
from shelterbelt.api.actions import add_client
from shelterbelt.api.models import Client
from shelterbelt.api.policy import SCOPES
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


class Program:
    """One program of an agency: what it knows, and how it asks."""

    def __init__(self, client: Client, secret: str) -> None:
        self.client, self.secret = client, secret
        self.browser = Browser(HTTP_HOST="localhost", raise_request_exception=False)
        self.token = ""

    @property
    def worker(self) -> Worker:
        with as_agency(self.client.agency_id, at=now()):
            return Worker.objects.select_related("agency", "unit").get(id=self.client.worker_id)

    def signed_in(self, scope: str = "") -> "Program":
        """Get a token."""
        answer = ask_token(self.browser, self.client.ref, self.secret, scope=scope)
        assert answer.status_code == 200, answer.content
        self.token = answer.json()["access_token"]
        return self

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def ask(path: str, body: Any = None, **more: Any) -> Any:
            more.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.token}")
            if body is not None:
                more |= {"data": body, "content_type": "application/json"}
            return getattr(self.browser, method)(f"/api/v1{path}", **more)

        return ask


def ask_token(browser: Browser, public: str, secret: str, **more: str) -> Any:
    """POST /api/token with the credentials in the body."""
    told = {"grant_type": "client_credentials", "client_id": public, "client_secret": secret, **more}
    told = {name: value for name, value in told.items() if value}
    return browser.post(
        "/api/token",
        "&".join(f"{n}={v.replace(' ', '+')}" for n, v in told.items()),
        content_type="application/x-www-form-urlencoded",
    )


@pytest.fixture
def program(node: None) -> Callable[..., Program]:
    """A new program of an agency, signed in: `program(agency, "detective")`."""

    def made(
        agency: Agency, *roles: str, scopes: tuple[str, ...] = SCOPES, unit: Unit | None = None
    ) -> Program:
        with as_agency(agency.id, at=now()):
            client, secret = add_client(
                agency, name="Case system", roles=roles, scopes=scopes, unit=unit, by=None, at=now()
            )
        return Program(client, secret).signed_in()

    return made
