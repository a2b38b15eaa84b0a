"""What a node tells the browser in headers and cookies, and which passwords it takes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from shelterbelt.access.door import POLICY
from shelterbelt.access.passwords import NotOfThisPlace
from shelterbelt.config.nodes import read_nodes, static_headers
from tests.world import Town

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/account/login/", "/help/", "/exchange/letters/", "/no/such/page/"])
def test_every_answer_says_what_the_browser_may_do(place: Town, client: Client, path: str) -> None:
    answer = client.get(path)
    assert {name: answer[name] for name in ALWAYS} == ALWAYS
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] in ("no-referrer", "same-origin")
    for part in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert part in POLICY
    assert "unsafe" not in POLICY and "http" not in POLICY


def test_with_tls_browsers_never_come_back_without(place: Town, client: Client, settings: Any) -> None:
    assert "Strict-Transport-Security" not in client.get("/account/login/")
    settings.SESSION_COOKIE_SECURE = True
    assert client.get("/account/login/")["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize("address", ["http://localhost:8002", "https://advocates.example.org"])
def test_files_that_pages_are_made_of_cannot_be_framed(tmp_path: Path, address: str) -> None:
    (tmp_path / "nodes.toml").write_text(
        f'[[node]]\nname = "advocates"\nport = 8002\naddress = "{address}"\n'
    )
    told: dict[str, str] = {}
    static_headers(read_nodes(tmp_path)[0])(told, "", "")
    assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
    assert ("Strict-Transport-Security" in told) == address.startswith("https:")


def test_cookies_are_for_this_host_and_no_script(place: Town, client: Client) -> None:
    client.get("/account/login/")
    for cookie in client.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] in ("Lax", "Strict") and not cookie["domain"]
    assert settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY
    assert timedelta(hours=4) >= settings.SESSION_IDLE and timedelta(hours=24) >= settings.SESSION_LONGEST


@pytest.mark.parametrize(
    "password",
    [
        "ShelterbeltShelterbelt1",
        "police-police-2026",
        "survivor advocate",
        "o-123456-o-123456",
        "Winter2026Winter",
    ],
)
def test_a_password_of_words_from_here_is_refused(place: Town, password: str) -> None:
    class Somebody:
        code = "o-123456"

    with pytest.raises(ValidationError):
        NotOfThisPlace().validate(password, Somebody())


@pytest.mark.parametrize(
    "password", ["copper kettle northbound", "ñandú ñandú lejos y cerca", "a" * 64 + "bcdefgh"]
)
def test_any_other_password_is_taken_whatever_it_is_made_of(place: Town, password: str) -> None:
    NotOfThisPlace().validate(password)
