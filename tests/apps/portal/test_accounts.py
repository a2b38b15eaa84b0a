"""Accounts: opened without a name, renewed by somebody who is trusted, closed for good; codes work once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from shelterbelt.access.rules import NotForYou
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import record_death
from shelterbelt.portal.actions.accounts import (
    TheSame,
    chosen_in,
    close_again,
    forget_words,
    set_second,
)
from shelterbelt.portal.actions.codes import give_code, give_connection, give_recovery, use_code
from shelterbelt.portal.models import Account, OnceCode
from shelterbelt.portal.queries import account_of
from shelterbelt.portal.words import new_name, new_passphrase, too_easy, words
from shelterbelt.safety.files import file_of
from shelterbelt.safety.models import Trusted
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.ui.clock import now
from tests.apps.portal.visiting import OWN, PASSPHRASE, Visiting, account_for, by_own_hand
from tests.world import AT, HOUR, worker

OTHER = "violet ladder tomato window cousin"
THIRD = "carpet melody orbit pencil gravy"


def client() -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ORIGIN=OWN)


def signs_in(name: str, phrase: str = PASSPHRASE) -> Any:
    page = client()
    answer = page.post("/n/", {"a": name, "b": phrase})
    return page.get(answer.headers["Location"]) if answer.status_code == 303 else None


def case_of(town: Any, name: str = "Sam Doe") -> Case:
    by = town.advocate
    with as_agency(by.agency_id, at=AT, worker=by.id):
        return open_direct_case(survivor={"name": name}, other=None, words={}, by=by, at=AT)


def code_from(town: Any, case: Case, by: Any = None) -> str:
    by = by or town.advocate
    with as_agency(by.agency_id, at=now(), worker=by.id):
        return give_code(case, {"explained": ["history"], "note": "her sister's phone"}, by=by, at=now())


def test_somebody_opens_an_account_by_themselves_and_is_signed_in(own_town: Any, node: None) -> None:
    page = client()
    first = page.get("/n/o/")
    assert first.status_code == 200
    answer = page.post("/n/o/", {"a": "quiet-lemon-57", "b": OTHER, "c": ""})
    assert answer.status_code == 303
    assert page.get(answer.headers["Location"]).status_code == 200
    assert signs_in("quiet-lemon-57", OTHER) is not None


@pytest.mark.parametrize(
    ("name", "phrase"),
    [("robin@example.org", OTHER), ("202-555-0142", OTHER), ("abc", OTHER), ("quiet-lemon-58", "short"),
     ("quiet-lemon-58", "aaaaaaaaaaaaaaaaaaaaa"), ("averylongname5800", "averylongname5800")],
)  # fmt: skip
def test_a_name_that_can_be_found_and_words_too_short_are_refused(
    own_town: Any, node: None, name: str, phrase: str
) -> None:
    assert client().post("/n/o/", {"a": name, "b": phrase, "c": ""}).status_code == 200


def test_a_name_belongs_to_one_account(own_town: Any, node: None) -> None:
    account_for(None, own_town.advocates, name="quiet-lemon-59")
    assert client().post("/n/o/", {"a": "Quiet Lemon 59", "b": OTHER, "c": ""}).status_code == 200
    assert signs_in("quiet-lemon-59") is not None


def test_names_and_passphrases_are_drawn_from_common_words_that_tell_nothing() -> None:
    for language in ("en", "es"):
        assert len(words(language)) ** 5 > 2**54
        phrase = new_passphrase(language)
        assert len(phrase.split()) == 5
        assert not too_easy(phrase, new_name(language))
    assert not {"abuse", "gun", "victim", "shelter", "police"} & set(words("en"))
    assert not {"víctima", "policía", "arma", "refugio"} & set(words("es"))


def test_with_a_workers_code_the_survivor_opens_the_account_of_their_case(own_town: Any, node: None) -> None:
    case = case_of(own_town)
    code = code_from(own_town, case)
    answer = client().post("/n/o/", {"a": "amber-kite-11", "b": OTHER, "c": code.lower()})
    assert answer.status_code == 303
    with as_agency(case.agency_id, at=now(), worker=own_town.advocate.id):
        found = account_of(case.survivor_id)
        assert found is not None and chosen_in(found)["name"] == "amber-kite-11"
        assert file_of(case.survivor_id) is not None
        assert Trusted.objects.filter(worker_id=own_town.advocate.id, person_id=case.survivor_id).exists()
    assert client().post("/n/o/", {"a": "amber-kite-12", "b": OTHER, "c": code}).status_code == 200
    assert signs_in("amber-kite-12", OTHER) is None


def test_a_code_is_void_after_a_day(own_town: Any, node: None) -> None:
    case = case_of(own_town)
    code = code_from(own_town, case)
    set_asker(None, None, None)
    with transaction.atomic():
        assert use_code(code, "amber-kite-13", OTHER, at=now() + timedelta(hours=25)) is None
    with transaction.atomic():
        assert use_code(code, "amber-kite-13", OTHER, at=now() + timedelta(hours=23)) is not None


def test_a_colleague_sees_neither_the_account_nor_that_there_is_one(own_town: Any, node: None) -> None:
    case = case_of(own_town)
    colleague = worker(own_town.advocates, "advocate")
    page = signed_client(colleague)
    before = text_of(page.get(f"/cases/{case.ref}/account/"))
    client().post("/n/o/", {"a": "amber-kite-14", "b": OTHER, "c": code_from(own_town, case)})
    assert text_of(page.get(f"/cases/{case.ref}/account/")) == before
    with as_agency(case.agency_id, at=now(), worker=colleague.id):
        assert account_of(case.survivor_id) is None
        assert not OnceCode.objects.filter(person_id=case.survivor_id).exists()
    trusted = signed_client(own_town.advocate).get(f"/cases/{case.ref}/account/")
    assert b"They cannot sign in any more" in trusted.content
    assert b"her sister" in trusted.content


def test_the_code_needs_what_was_explained(own_town: Any, node: None) -> None:
    case = case_of(own_town)
    page, where = signed_client(own_town.advocate), f"/cases/{case.ref}/account/"
    told = dict.fromkeys(("watched", "history", "wifi", "node", "second"), "on")
    assert b"sb-code" not in page.post(where, {**told, "watched": ""}).content
    assert b"sb-code" in page.post(where, told).content


def test_a_renewal_ends_every_visit_at_once_and_the_old_words_open_nothing(own_town: Any, node: None) -> None:
    case = case_of(own_town)
    client().post("/n/o/", {"a": "amber-kite-15", "b": OTHER, "c": code_from(own_town, case)})
    by = own_town.advocate
    with as_agency(by.agency_id, at=now(), worker=by.id):
        account = account_of(case.survivor_id)
    assert account is not None
    visiting = Visiting(account)
    with by_own_hand(visiting.survivor, at=now()):
        set_second(account, THIRD, tells=True, by=visiting.survivor, but=visiting.visitor.visit, at=now())
    with as_agency(by.agency_id, at=now(), worker=by.id):
        code = give_recovery(account, {"explained": [], "note": ""}, by=by, at=now())
    assert visiting.get("home").status_code == 303
    assert signs_in("amber-kite-15", OTHER) is not None
    assert client().post("/n/o/", {"a": "amber-kite-16", "b": PASSPHRASE, "c": code}).status_code == 303
    assert signs_in("amber-kite-15", OTHER) is None
    assert signs_in("amber-kite-16", THIRD) is None
    assert signs_in("amber-kite-16", PASSPHRASE) is not None


def test_only_the_trusted_worker_renews(own_town: Any, node: None) -> None:
    account = account_for(None, own_town.advocates)
    by = own_town.advocate
    with as_agency(by.agency_id, at=now(), worker=by.id), pytest.raises(NotForYou):
        give_recovery(account, {}, by=by, at=now())


def test_other_words_end_the_other_visits_and_need_the_words_of_now(own_town: Any, node: None) -> None:
    account = account_for(None, own_town.advocates, name="amber-kite-17")
    here, there = Visiting(account), Visiting(account)
    assert here.post("me-words", now="not these at all", b=OTHER).status_code == 422
    assert here.post("me-words", now=PASSPHRASE, b=OTHER).status_code == 303
    assert here.get("home").status_code == 200
    assert there.get("home").status_code == 303
    assert signs_in("amber-kite-17") is None
    assert signs_in("amber-kite-17", OTHER) is not None


def beside(page: Any) -> tuple[int, list[str]]:
    """How a form was refused, and beside which fields it says why."""
    said = page.content.decode()
    return page.status_code, [
        one
        for one in ("now", "a", "b", "c")
        if f'aria-describedby="{one}-fault"' in said and f'id="{one}-fault"' in said
    ]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(own_town: Any, node: None) -> None:
    here = Visiting(account_for(None, own_town.advocates))
    for name in ("me-words", "me-second"):
        page = here.post(name, now="not these at all", b=OTHER)
        assert beside(page) == (422, ["now"])
        assert f'value="{OTHER}"' in page.content.decode()
        assert beside(here.post(name, now=PASSPHRASE, b="short")) == (422, ["b"])
    assert beside(here.post("me-close", now=OTHER)) == (422, ["now"])
    page = here.post("me-code", c="WRNG 1234 CODE")
    assert beside(page) == (422, ["c"])
    assert 'value="WRNG 1234 CODE"' in page.content.decode()
    for wrong, told in (
        ("a", {"a": "m@example.org", "b": OTHER}),
        ("b", {"a": "amber-kite-19", "b": "short"}),
    ):
        page = client().post("/n/o/", told)
        assert beside(page) == (200, [wrong])
        assert f'value="{told[wrong]}"' in page.content.decode()


def test_both_words_are_never_the_same(own_town: Any, node: None) -> None:
    visiting = Visiting(account_for(None, own_town.advocates))
    with by_own_hand(visiting.survivor, at=now()), pytest.raises(TheSame):
        set_second(visiting.visitor.account, PASSPHRASE, tells=False, by=visiting.survivor, at=now())
    assert visiting.post("me-second", now=PASSPHRASE, b=OTHER).status_code == 303
    assert visiting.post("me-words", now=PASSPHRASE, b=OTHER).status_code == 422


def test_a_self_opened_account_gets_a_case_by_a_code_that_is_read_out(own_town: Any, node: None) -> None:
    account = account_for(None, own_town.advocates)
    visiting = Visiting(account)
    shown = visiting.post("me-code", give="yes")
    assert b"sb-code" in shown.content
    with by_own_hand(visiting.survivor, at=now()):
        code = give_connection(account, by=visiting.survivor, at=now())
    page = signed_client(own_town.advocate)
    answer = page.post("/connect/", {"code": code, "name": "Kim Doe"})
    assert answer.status_code == 302
    with as_agency(account.agency_id, at=now(), worker=own_town.advocate.id):
        case = Case.objects.get(survivor_id=account.person_id)
        assert case.ref in answer.headers["Location"]
        assert account_of(case.survivor_id) is not None
    assert page.post("/connect/", {"code": code, "name": "Kim Doe"}).status_code == 422


def test_a_colleague_is_let_in_by_a_code_and_not_without(own_town: Any, node: None) -> None:
    case = case_of(own_town)
    client().post("/n/o/", {"a": "amber-kite-18", "b": OTHER, "c": code_from(own_town, case)})
    colleague = worker(own_town.advocates, "advocate")
    code = code_from(own_town, case, colleague)
    with as_agency(case.agency_id, at=now()):
        account = account_of(case.survivor_id)
    assert account is not None
    visiting = Visiting(account)
    assert visiting.post("me-code", c="WRNG 1234 CODE").status_code == 422
    assert visiting.post("me-code", c=code).status_code == 200
    with as_agency(case.agency_id, at=now(), worker=colleague.id):
        assert account_of(case.survivor_id) is not None


@pytest.mark.parametrize("how", ["death", "worker", "survivor", "restore"])
def test_a_closed_account_answers_as_a_name_that_nobody_has(own_town: Any, node: None, how: str) -> None:
    case, by = case_of(own_town), own_town.advocate
    name = f"amber-lamp-{how}"
    client().post("/n/o/", {"a": name, "b": OTHER, "c": code_from(own_town, case)})
    with as_agency(case.agency_id, at=now()):
        account = account_of(case.survivor_id)
    assert account is not None
    visiting = Visiting(account)
    if how == "death":
        with as_agency(by.agency_id, at=AT, worker=by.id):
            record_death(case.id, by=by, at=now())
    elif how == "worker":
        signed_client(by).post(f"/cases/{case.ref}/account/", {"step": "close", "sure": "on"})
    elif how == "survivor":
        visiting.post("me-close", now=OTHER)
    else:
        with as_agency(by.agency_id, at=now()):
            assert close_again(account.id, now()) == 1
    assert visiting.get("home").status_code == 303
    wrong = client().post("/n/", {"a": name, "b": OTHER})
    assert wrong.content == client().post("/n/", {"a": "nobody-has-this", "b": OTHER}).content
    with as_agency(by.agency_id, at=now()):
        assert Account.objects.get(id=account.id).closed_at is not None


def test_after_a_restore_words_that_had_been_changed_open_nothing(own_town: Any, node: None) -> None:
    account = account_for(None, own_town.advocates, name="amber-kite-19")
    with as_agency(account.agency_id, at=now()):
        assert forget_words(account.id, now()) == 1
    assert signs_in("amber-kite-19") is None


def test_a_visit_that_is_idle_or_long_is_over(own_town: Any, node: None) -> None:
    from shelterbelt.portal.queries import is_over

    visit = Visiting(account_for(None, own_town.advocates)).visitor.visit
    assert not is_over(visit, at=visit.began_at + timedelta(minutes=14))
    assert is_over(visit, at=visit.began_at + timedelta(minutes=15))
    visit.seen_at = visit.began_at + 2 * HOUR
    assert is_over(visit, at=visit.began_at + 2 * HOUR)


def signed_client(by: Any) -> Client:
    made = Client(HTTP_HOST="localhost")
    with as_agency(by.agency_id, at=AT, worker=by.id):
        made.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made


def text_of(answer: Any) -> bytes:
    import re

    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", answer.content)
