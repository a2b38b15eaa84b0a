"""The uninvited worker is sent to every address there is, and gets the bytes of a page that does not exist."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from shelterbelt.store.ids import new_ref
from tests.world import Town

# Doors of their own: sign-in pages (allauth), public pages that know nobody, what nodes send each other, programs
# (tests/apps/api).
ELSEWHERE = ("account/", "api/", "exchange/", "help/", "health/", "n/")


def addresses(resolver: Any = None, before: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address of the node as a pattern, with the names of its parts."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.pattern.converters


def filled(route: str, parts: dict[str, Any]) -> str:
    """An address with something in each of its parts."""
    for name, converter in parts.items():
        kind = type(converter).__name__
        value = {"SlugConverter": "scene", "IntConverter": "1"}.get(kind, new_ref())
        for form in (f"<str:{name}>", f"<slug:{name}>", f"<int:{name}>", f"<uuid:{name}>", f"<{name}>"):
            route = route.replace(form, value)
    return f"/{route}"


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_the_uninvited_worker_finds_nothing_anywhere(place: Town, signed_in: Any, method: str) -> None:
    client = signed_in(place.uninvited)
    missing = client.get("/there-is-no-such-page/")
    assert missing.status_code == 404
    tried = 0
    for route, parts in addresses():
        if route.startswith(ELSEWHERE):
            continue
        answer = getattr(client, method)(filled(route, parts))
        assert (answer.status_code, answer.content) == (404, missing.content), f"{method} {route}"
        assert dict(answer.headers) == dict(missing.headers), f"{method} {route}"
        tried += 1
    assert tried > 20


def test_the_page_that_does_not_exist_says_nothing(place: Town, signed_in: Any) -> None:
    page = signed_in(place.officer).get("/there-is-no-such-page/").content.decode().lower()
    for word in (
        "<form",
        "csrf",
        "token",
        "nonce",
        "robin",
        place.officer.code.lower(),
        place.police.name.lower(),
    ):
        assert word not in page
    assert page == signed_in(place.uninvited).get("/nor-this-one/").content.decode().lower()


def test_a_visitor_without_a_session_is_led_to_sign_in_alike(node: None, client: Any) -> None:
    one = client.get(f"/cases/{new_ref()}/")
    two = client.get("/there-is-no-such-page/")
    assert (one.status_code, one["Location"]) == (302, "/account/login/")
    assert (one.content, dict(one.headers)) == (two.content, dict(two.headers))
