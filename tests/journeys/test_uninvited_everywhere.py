"""Over HTTP, on all four nodes: whoever has no right, at any address, gets the bytes of a page that does not exist."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.house.test_uninvited import ELSEWHERE, addresses, filled
from tests.journeys.conftest import County, Visitor
from tests.journeys.test_pages import FIRST_CASE

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
NODES = ("system", "hospital", "advocates", "shelter")
PASSING = ("date",)
# Where a signed-in worker manages their own keys: theirs whatever their roles are.
OWN = ("account/",)


def asked(who: Visitor, url: str, method: str = "GET", **more: Any) -> tuple[int, bytes, dict[str, str]]:
    """What comes back, without being led anywhere else."""
    answer = who.context.request.fetch(url, method=method, max_redirects=0, **more)
    headers = {name: value for name, value in answer.headers.items() if name not in PASSING}
    return answer.status, answer.body(), headers


def everywhere() -> list[str]:
    """Every address of a node but the doors of their own."""
    return [filled(route, parts) for route, parts in addresses() if not route.startswith(ELSEWHERE)]


def test_uninvited_worker_gets_the_page_that_does_not_exist_at_every_address(
    visitor: Made, county: County
) -> None:
    who = visitor("uninvited")
    here = county.address("system")
    missing = asked(who, f"{here}/nowhere-at-all/")
    assert missing[0] == 404
    places = everywhere()
    assert len(places) > 35
    for path in places:
        assert asked(who, here + path) == missing, path
    page = missing[1].decode().lower()
    for word in ("<form", "csrf", "token", "nonce", "<script", "cookie", "alder", "robin"):
        assert word not in page
    assert "set-cookie" not in missing[2]


def test_uninvited_worker_with_a_token_posts_in_vain(visitor: Made, county: County) -> None:
    who = visitor("uninvited")
    here = county.address("system")
    who.page.goto(f"{here}/account/logout/")
    token = who.page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    assert token
    for method in ("POST", "PUT", "DELETE"):
        told = {"headers": {"X-CSRFToken": token, "Referer": here + "/"}}
        missing = asked(who, f"{here}/nowhere-at-all/", method, **told)
        assert missing[0] == 404
        for path in everywhere():
            assert asked(who, here + path, method, **told) == missing, f"{method} {path}"


def test_real_records_look_like_absent_ones_to_the_uninvited(visitor: Made, county: County) -> None:
    detective, who = visitor("detective"), visitor("uninvited")
    here = county.address("system")
    missing = asked(who, f"{here}/nowhere-at-all/")
    detective.page.goto(f"{here}/cases/")
    case = detective.page.locator(FIRST_CASE).first.get_attribute("href") or ""
    assert re.fullmatch(r"/cases/[\w-]{22}/", case)
    assert asked(detective, here + case)[0] == 200
    detective.page.goto(here + case)
    found = {link.get_attribute("href") or "" for link in detective.page.locator("main a[href^='/']").all()}
    records = {path.split("#")[0] for path in found} | {case}
    assert len(records) > 4
    for path in records:
        assert asked(who, here + path) == missing, path


@pytest.mark.parametrize("node", NODES)
def test_anonymous_visitor_is_led_to_one_door_from_every_address_alike(
    visitor: Made, county: County, node: str
) -> None:
    who = visitor()
    here = county.address(node)
    missing = asked(who, f"{here}/nowhere-at-all/")
    assert (missing[0], missing[2]["location"]) == (302, "/account/login/")
    for path in everywhere():
        if path != "/":
            assert asked(who, here + path) == missing, path
    assert b"csrf" not in missing[1] and "set-cookie" not in missing[2]


@pytest.mark.parametrize("node", NODES)
def test_session_of_one_node_is_worth_nothing_at_another(visitor: Made, county: County, node: str) -> None:
    """Cookies know no ports: a session that a browser also shows to a neighbouring node opens nothing there."""
    who = visitor("detective")
    here = county.address(node)
    status, _page, headers = asked(who, f"{here}/cases/")
    if node == "system":
        assert status == 200
    else:
        assert (status, headers["location"]) == (302, "/account/login/")


@pytest.mark.parametrize("node", NODES)
def test_what_nodes_send_each_other_is_closed_to_browsers(visitor: Made, county: County, node: str) -> None:
    who = visitor("uninvited")
    for path in ("/exchange/letters/", "/exchange/reads/"):
        for method in ("GET", "POST"):
            status, page, headers = asked(who, county.address(node) + path, method)
            assert status in (400, 404, 405)
            assert "set-cookie" not in headers
            assert len(page) < 4096
