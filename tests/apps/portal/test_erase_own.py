"""Whoever opened their own file by themselves has all of it erased: their words, a code, a worker, and no way back."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings

from shelterbelt import sealing
from shelterbelt.access.rules import NotForYou
from shelterbelt.disclosures.actions import enter_demand
from shelterbelt.journal.actions import write_item
from shelterbelt.ledger.models import Entry
from shelterbelt.people.models import Person
from shelterbelt.portal.actions.codes import erase_by_code, give_erasure, use_code
from shelterbelt.portal.models import Account
from shelterbelt.records.actions import replay
from shelterbelt.safety.files import file_of
from shelterbelt.safety.models import OwnFile
from shelterbelt.sealing.errors import KeyDestroyed
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.portal.test_accounts import OTHER, signed_client, signs_in
from tests.apps.portal.visiting import PASSPHRASE, Visiting, account_for, by_own_hand
from tests.world import DAY, worker

CODE = re.compile(r'<strong class="sb-code">([^<]+)</strong>')


def beginner(town: Any, name: str = "") -> Visiting:
    """Somebody who opened an account by themselves and wrote something down."""
    visiting = Visiting(account_for(None, town.advocates, name=name, at=now()))
    with by_own_hand(visiting.survivor, at=now()):
        file = file_of(visiting.survivor.id)
        assert file
        write_item(file, {"text": "Quezzle at the gate"}, by=visiting.survivor, at=now())
    return visiting


def code_of(visiting: Visiting) -> str:
    with by_own_hand(visiting.survivor, at=now()):
        return give_erasure(visiting.visitor.account, by=visiting.survivor, at=now())


@contextmanager
def asks(by: Any) -> Iterator[None]:
    with as_agency(by.agency_id, at=now(), worker=by.id):
        yield


def erased(code: str, by: Any) -> str:
    with asks(by):
        return erase_by_code(code, by=by, at=now())


def rows_of(visiting: Visiting) -> dict[str, int]:
    """How many rows of each table are of this person."""
    found = {}
    with as_agency(visiting.survivor.agency_id, at=now()):
        for model in apps.get_models():
            columns = {field.attname for field in model._meta.concrete_fields}
            if model.__module__.startswith("shelterbelt.") and "person_id" in columns:
                found[model._meta.label] = model._default_manager.filter(
                    person_id=visiting.survivor.id
                ).count()
    return {label: count for label, count in found.items() if count}


def test_words_a_code_and_a_worker_erase_all_of_it_and_nothing_opens_it_again(
    own_town: Any, node: None, tmp_path: Path
) -> None:
    visiting, by = beginner(own_town, "amber-moth-20"), own_town.advocate
    with as_agency(by.agency_id, at=now()):
        file, account = OwnFile.objects.get(person_id=visiting.survivor.id), visiting.visitor.account
    assert {"safety.OwnFile", "portal.Account", "portal.Visit", "journal.Item"} <= set(rows_of(visiting))
    assert "Show the code" in visiting.get("me-erase").content.decode()
    wrong = visiting.post("me-erase", now="not these words at all")
    assert wrong.status_code == 422 and not CODE.search(wrong.content.decode())
    assert 'id="now-fault"' in wrong.content.decode()
    shown = CODE.search(visiting.post("me-erase", now=PASSPHRASE).content.decode())
    assert shown and visiting.get("home").status_code == 200
    page = signed_client(by)
    assert page.post("/connect/erase/", {"code": shown[1], "sure": ""}).status_code == 422
    assert page.post("/connect/erase/", {"code": "WRNG 1234 CODE", "sure": "on"}).status_code == 422
    with override_settings(JOURNAL=tmp_path / "journal"):
        assert (
            "It is erased" in page.post("/connect/erase/", {"code": shown[1], "sure": "on"}).content.decode()
        )
    assert [line.about for line in journal.lines(tmp_path / "journal")] == [visiting.survivor.id]
    assert rows_of(visiting) == {}
    with as_agency(by.agency_id, at=now()):
        assert not Person.objects.filter(id=visiting.survivor.id).exists()
    assert visiting.get("home").status_code == 303 and signs_in("amber-moth-20") is None
    for row in (file, account):
        with pytest.raises(KeyDestroyed):
            sealing.keyring().open(bytes(row.key), row.agency_id, bytes(row.sealed), about=row.id)
    with as_agency(by.agency_id, at=now()):
        told = Entry.objects.filter(about__in=[visiting.survivor.id, file.id, account.id])
        assert [*told.values_list("kind", "about", "by")] == [
            ("own_file.erased", visiting.survivor.id, by.id)
        ]
    assert page.post("/connect/erase/", {"code": shown[1], "sure": "on"}).status_code == 422


def test_where_there_is_a_case_it_goes_with_the_case(own_town: Any, node: None) -> None:
    visiting, page = beginner(own_town), signed_client(own_town.advocate)
    code = code_of(visiting)
    connects = CODE.search(visiting.post("me-code", give="yes").content.decode())
    assert connects
    assert page.post("/connect/", {"code": connects[1], "name": "Kim Doe"}).status_code == 302
    refused = page.post("/connect/erase/", {"code": code, "sure": "on"})
    assert refused.status_code == 422 and "They have a case here" in refused.content.decode()
    told = visiting.post("me-erase", now=PASSPHRASE).content.decode()
    assert "Ask the person who helps you" in told and not CODE.search(told)
    assert rows_of(visiting)["safety.OwnFile"] == 1


def test_nothing_goes_while_a_demand_that_names_no_case_waits(own_town: Any, node: None) -> None:
    visiting, by = beginner(own_town), own_town.advocates_records
    code = code_of(visiting)
    with transaction.atomic():
        with asks(by):
            enter_demand(
                "subpoena", io.BytesIO(b"%PDF-1.7\n%%EOF"), case_id=None, received_at=now(),
                deadline_at=now() + DAY, words={"asker": "a lawyer", "asks_for": "everything"}, by=by, at=now(),
            )  # fmt: skip
        assert erased(code, own_town.advocate) == "demand"
        transaction.set_rollback(True)
    assert rows_of(visiting)["safety.OwnFile"] == 1
    assert erased(code, own_town.advocate) == ""


def test_after_a_restore_it_is_erased_again(own_town: Any, node: None, tmp_path: Path) -> None:
    visiting, before = beginner(own_town, "amber-moth-21"), now()
    code = code_of(visiting)
    with override_settings(JOURNAL=tmp_path / "journal"):
        with transaction.atomic():
            assert erased(code, own_town.advocate) == ""
            transaction.set_rollback(True)
        assert rows_of(visiting)
        assert replay(journal.lines(tmp_path / "journal"), since=before + DAY, at=now()) == 1
    assert rows_of(visiting) == {} and signs_in("amber-moth-21") is None


def test_the_code_is_for_this_alone_for_workers_of_the_agency_and_void_with_new_words(
    own_town: Any, node: None
) -> None:
    visiting = beginner(own_town)
    code = code_of(visiting)
    for who in (own_town.advocates_records, own_town.officer):
        with pytest.raises(NotForYou):
            erased(code, who)
    assert erased(code, worker(own_town.shelter, "advocate")) == "code"
    with transaction.atomic():
        assert use_code(code, "amber-moth-22", OTHER, at=now()) is None
    connect = signed_client(own_town.advocate).post("/connect/", {"code": code, "name": "Kim Doe"})
    assert connect.status_code == 422
    connects = CODE.search(visiting.post("me-code", give="yes").content.decode())
    assert connects and erased(connects[1], own_town.advocate) == "code"
    assert visiting.post("me-words", now=PASSPHRASE, b=OTHER).status_code == 303
    assert erased(code, own_town.advocate) == "code"
    with as_agency(visiting.survivor.agency_id, at=now()):
        assert Account.objects.filter(person_id=visiting.survivor.id, closed_at=None).exists()
