"""Whoever stands beside somebody who signs in, or counts what goes over the line, sees no difference between both words."""

import random
import time
from math import erf, sqrt
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings

from shelterbelt.portal.actions.accounts import forced_at, set_second
from shelterbelt.portal.models import Account
from shelterbelt.portal.padding import STEP
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.portal.visiting import OWN, PASSPHRASE, Visiting, account_for, by_own_hand

SECOND = "violet ladder tomato window cousin"
TIMES = 200


class Counted:
    """Counts the questions that PostgreSQL is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # A savepoint's name is counted on; what is asked is the same.
        self.asked.append("savepoint" if "SAVEPOINT" in sql else sql)
        return execute(sql, params, many, context)


def with_second(agency: Any, name: str, *, tells: bool = False) -> Account:
    account = account_for(None, agency, name=name, at=now())
    visiting = Visiting(account)
    with by_own_hand(visiting.survivor, at=now()):
        set_second(account, SECOND, tells=tells, by=visiting.survivor, at=now())
    return account


def seen(name: str, words: str) -> tuple[float, tuple[Any, ...]]:
    """How long a sign-in and the page after it took, and all that can be seen of them from outside."""
    page = Client(HTTP_HOST="localhost", HTTP_ORIGIN=OWN)
    before = time.perf_counter()
    first = page.post("/n/", {"a": name, "b": words})
    second = page.get(first.headers["Location"])
    took = time.perf_counter() - before
    cookie = first.cookies[settings.PORTAL_COOKIE]
    return took, (
        first.status_code,
        len(first.content),
        len(first.headers["Location"]),
        {name: value for name, value in first.headers.items() if name != "Location"},
        (cookie.key, len(cookie.value), {k: v for k, v in cookie.items() if v}),
        second.status_code,
        len(second.content),
        dict(second.headers),
        [*second.cookies],
    )


def mann_whitney(one: list[float], two: list[float]) -> float:
    """The two-sided p of the U test by its normal approximation (n > 20; Mann and Whitney 1947); times do not tie."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in two])
    ranks = sum(place for place, (_value, of) in enumerate(ranked, start=1) if of == 0)
    n, m = len(one), len(two)
    u = ranks - n * (n + 1) / 2
    z = (abs(u - n * m / 2) - 0.5) / sqrt(n * m * (n + m + 1) / 12)
    return 1 - erf(z / sqrt(2))


def test_the_u_test_finds_what_differs_and_nothing_else() -> None:
    rng = random.Random(7)
    same = [[rng.gauss(30, 5) for _ in range(200)] for _ in range(2)]
    assert mann_whitney(*same) > 0.01
    assert mann_whitney(same[0], [value + 2 for value in same[1]]) < 0.001
    assert mann_whitney([1.0, 2.0, 3.0], [1.5, 2.5, 3.5]) == pytest.approx(0.663, abs=0.01)


@pytest.mark.alone
@override_settings(PASSWORD_HASHERS=["tests.apps.portal.conftest.Slower"])
def test_over_200_sign_ins_both_words_differ_in_nothing_that_can_be_seen(own_town: Any, node: None) -> None:
    with_second(own_town.advocates, "slow-maple-70", tells=True)
    for words in (PASSPHRASE, SECOND):
        seen("slow-maple-70", words)
    turns = [PASSPHRASE, SECOND] * TIMES
    random.Random(11).shuffle(turns)
    took: dict[str, list[float]] = {PASSPHRASE: [], SECOND: []}
    looked = []
    for words in turns:
        time_taken, look = seen("slow-maple-70", words)
        took[words].append(time_taken)
        looked.append(look)
    assert all(look == looked[0] for look in looked)
    p = mann_whitney(took[PASSPHRASE], took[SECOND])
    assert p > 0.01, f"the times differ: p = {p:.2g}"


def test_both_words_ask_the_same_questions_and_give_pages_of_one_size(own_town: Any, node: None) -> None:
    with_second(own_town.advocates, "slow-maple-71", tells=True)
    asked, looked = [], []
    for words in (PASSPHRASE, SECOND, PASSPHRASE, SECOND):
        counted = Counted()
        with connection.execute_wrapper(counted):
            _took, look = seen("slow-maple-71", words)
        asked.append(counted.asked)
        looked.append(look)
    assert all(look == looked[0] for look in looked)
    assert looked[0][6] % STEP == 0
    assert asked[2] == asked[3]
    assert len(asked[2]) > 10


def test_an_unknown_name_costs_the_same_hashes_as_a_known_one(
    own_town: Any, node: None, monkeypatch: Any
) -> None:
    from shelterbelt.portal import hashes

    checked = []
    real = hashes.verify_password
    monkeypatch.setattr(
        hashes, "verify_password", lambda words, told: checked.append(told) or real(words, told)
    )
    with_second(own_town.advocates, "slow-maple-72")
    account_for(None, own_town.advocates, name="slow-maple-73")
    page = Client(HTTP_HOST="localhost", HTTP_ORIGIN=OWN)
    counts = []
    for name, words in (
        ("slow-maple-72", PASSPHRASE),
        ("slow-maple-72", SECOND),
        ("slow-maple-72", "wrong words altogether here"),
        ("slow-maple-73", PASSPHRASE),
        ("nobody-has-this-name", PASSPHRASE),
    ):
        checked.clear()
        page.post("/n/", {"a": name, "b": words})
        counts.append(len(checked))
        assert {told.split("$")[0] for told in checked} == {"scrypt"}
        assert len({len(told) for told in checked}) == 1
    assert counts == [2] * 5


def test_the_second_words_open_a_list_for_the_home_and_no_room(own_town: Any, node: None) -> None:
    from shelterbelt.portal.rooms import ROOMS

    account = with_second(own_town.advocates, "slow-maple-74")
    visiting = Visiting(account, decoy=True)
    home = visiting.get("home")
    assert b"When a storm comes" in home.content
    assert b"Where you are signed in" not in home.content
    for room in ROOMS:
        assert visiting.get(room.first).status_code == 404, room.name
    for name in ("me", "me-words", "me-second", "me-code", "me-close", "me-erase", "visits"):
        assert visiting.get(name).status_code == 404
        assert visiting.post(name, now=PASSPHRASE, b=SECOND).status_code == 404


def test_notes_beside_the_list_are_kept_and_the_real_account_has_no_such_page(
    own_town: Any, node: None
) -> None:
    account = with_second(own_town.advocates, "slow-maple-75")
    visiting = Visiting(account, decoy=True)
    assert visiting.post("household", "water", note="buy two more bottles").status_code == 303
    assert b"buy two more bottles" in visiting.get("household", "water").content
    assert b"buy two more bottles" in visiting.get("home").content
    assert visiting.get("household", "nothing").status_code == 404
    assert Visiting(account).get("household", "water").status_code == 404


@pytest.mark.parametrize("tells", [True, False])
def test_the_trusted_worker_learns_of_the_second_words_only_if_that_was_chosen(
    own_town: Any, node: None, tells: bool
) -> None:
    account = with_second(own_town.advocates, f"slow-maple-8{tells:d}", tells=tells)
    seen(f"slow-maple-8{tells:d}", PASSPHRASE)
    assert marked(account) is None
    seen(f"slow-maple-8{tells:d}", SECOND)
    assert (marked(account) is not None) is tells
    seen(f"slow-maple-8{tells:d}", PASSPHRASE)
    assert (marked(account) is not None) is tells


def test_nothing_that_is_kept_tells_whether_there_are_second_words(own_town: Any, node: None) -> None:
    one = with_second(own_town.advocates, "slow-maple-90", tells=True)
    two = account_for(None, own_town.advocates, name="slow-maple-91", at=now())
    with as_agency(one.agency_id, at=now()):
        rows = [Account.objects.get(id=account.id) for account in (one, two)]
    for column in ("first", "second", "mark", "sealed", "name"):
        assert len(getattr(rows[0], column)) == len(getattr(rows[1], column)), column
    seen("slow-maple-90", SECOND)
    seen("slow-maple-91", PASSPHRASE)
    with as_agency(one.agency_id, at=now()):
        rows = [Account.objects.get(id=account.id) for account in (one, two)]
    assert len(bytes(rows[0].mark)) == len(bytes(rows[1].mark))


def marked(account: Account) -> Any:
    with transaction.atomic(), as_agency(account.agency_id, at=now()):
        return forced_at(Account.objects.get(id=account.id))
