"""Every address, every role, everything it may name: open exactly where the policy says, else the page that is not there.

The addresses come from the URLconf itself and what each needs from `tests/apps/routes.py`: one without a line fails here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.apps.county import NOW, ROLES, County, county, hour, session_of
from tests.apps.routes import WAYS, patterns, tries, without_line

Answered = tuple[int, bytes, dict[str, str]]


@pytest.fixture(scope="module")
def held(database: str, keys: Any) -> Iterator[County]:
    """The county, built once: what is tried on it is taken back."""
    yield county()


def sent(client: Client, method: str, address: str, data: dict[str, str]) -> Answered | str:
    """What an address answers, without leaving a trace."""
    with transaction.atomic():
        try:
            extra = {"content_type": "application/json", "data": "{}"} if method == "put" else {"data": data}
            answer = getattr(client, method)(address, **extra)
            body = answer.getvalue()
        except Exception as fault:  # noqa: BLE001 (a fault of the product is a finding, and says where)
            return f"{type(fault).__name__}: {fault}"
        finally:
            transaction.set_rollback(True)
    return answer.status_code, body, dict(answer.headers)


def test_every_address_says_what_it_needs() -> None:
    assert not without_line(), without_line()
    gone = sorted(set(WAYS) - set(patterns()))
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
            expected = way.allows(by) if file is None else way.opens(by, file)
            expected = expected and role not in way.unless
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
    assert wrong == []
    assert opened > 5 or role == "uninvited"


def test_nobody_ends_a_session_of_somebody_else(held: County, signed_in: Any) -> None:
    signed_in(held.town.detective)
    theirs = session_of(held.town.detective, NOW)
    for role in ROLES:
        client = signed_in(held.worker(role))
        missing = sent(client, "get", "/there-is-no-such-page/", {})
        got = sent(client, "post", f"/account/sessions/{theirs}/end/", {})
        assert (got != missing) == (role == "detective"), role
