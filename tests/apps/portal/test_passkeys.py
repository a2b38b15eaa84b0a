"""A device opens a survivor's account without words, if they let it in: one page for everybody, and nothing that tells."""

import hashlib
import json
import struct
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from shelterbelt.portal.actions.accounts import change_passphrase, close_account, forget_words, set_second
from shelterbelt.portal.actions.codes import give_recovery, use_code
from shelterbelt.portal.actions.passkeys import MOST, remove_again
from shelterbelt.portal.models import Account, Passkey
from shelterbelt.portal.padding import LEAST
from shelterbelt.portal.passkeys import LASTS, is_fresh, new_challenge
from shelterbelt.portal.queries import account_of, passkeys_of
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.ui.clock import now
from tests.apps.access.signing import Device, b64, unb64
from tests.apps.portal.test_accounts import OTHER, THIRD, case_of, client, code_from
from tests.apps.portal.visiting import PASSPHRASE, Visiting, account_for, by_own_hand

pytestmark = pytest.mark.usefixtures("node")
JSON = {"Accept": "application/json"}


def let_in(visiting: Visiting, device: Device, words: str = PASSPHRASE) -> Any:
    """Let a device in, as its survivor does it page by page."""
    page = visiting.post("me-device", now=words)
    if page.status_code != 200:
        return page
    asked = json.loads(unescape(page.content.decode().split('data-device-made="')[1].split('"')[0]))
    return visiting.post("me-device-made", k=json.dumps(device.registered(asked)))


def asked() -> dict[str, Any]:
    """What the first page asks any device."""
    told: dict[str, Any] = client().get("/n/d/", headers=JSON).json()
    return told


def opens(device: Device, told: dict[str, Any] | None = None, **changed: Any) -> Any:
    """The first page after a device's answer; None where it opened nothing."""
    page = client()
    answer = device.signed(told or asked())
    answer["response"] |= changed
    said = page.post("/n/d/", {"k": json.dumps(answer)})
    return page.get(said.headers["Location"]) if said.status_code == 303 else None


def an_account(town: Any) -> tuple[Account, Visiting, Device]:
    account, device = account_for(None, town.advocates), Device()
    visiting = Visiting(account)
    assert let_in(visiting, device).status_code == 303
    return account, visiting, device


def test_a_device_that_was_let_in_opens_the_account_and_once_taken_out_opens_nothing(own_town: Any) -> None:
    _account, visiting, device = an_account(own_town)
    assert b"Where you are signed in" in opens(device).content
    with by_own_hand(visiting.survivor, at=now()):
        (row,) = passkeys_of(visiting.visitor.account)
    assert visiting.post("me-devices", device="not-there").status_code == 404
    assert visiting.post("me-devices", device=row.ref).status_code == 303
    assert opens(device) is None
    assert b"Devices that open it" not in visiting.get("me-devices").content


def test_it_is_off_until_somebody_who_knows_the_words_has_read_what_it_risks(own_town: Any) -> None:
    visiting = Visiting(account_for(None, own_town.advocates))
    told = visiting.get("me-devices").content.decode()
    for risk in ("stands in that list", "can unlock this device", "other devices", "nobody can see"):
        assert risk in told
    assert let_in(visiting, Device(), "not the words of this account").status_code == 422
    assert visiting.get("me-device").status_code == 303
    assert visiting.get("me-device-made").status_code == 303
    assert b"Devices that open it" not in visiting.get("me-devices").content


def test_the_page_of_the_second_words_says_that_a_device_asks_for_none(own_town: Any) -> None:
    visiting, device = Visiting(account_for(None, own_town.advocates)), Device()
    before = visiting.get("me-second").content.decode()
    assert "It always opens your own place, never the list for the home." in before
    assert f'href="{visiting.way("me-devices")}"' in before
    assert "You have let a device in." not in before
    assert let_in(visiting, device).status_code == 303
    assert "You have let a device in." in visiting.get("me-second").content.decode()


def test_the_first_page_is_one_for_everybody_and_a_device_tells_nothing(own_town: Any) -> None:
    before = client().get("/n/").content
    _account, _visiting, device = an_account(own_town)
    assert client().get("/n/").content == before
    shut = client().post("/n/", {"a": "nobody-has-this", "b": OTHER}).content
    other = client().post("/n/d/", {"k": json.dumps(Device().signed(asked()))}).content
    junk = client().post("/n/d/", {"k": "[]"}).content
    late = Client(HTTP_HOST="localhost").post("/n/d/", {"k": json.dumps(device.signed(asked()))}).content
    assert {shut, other, junk, late} == {shut}
    questions = [client().get("/n/d/", headers=JSON) for _ in range(2)]
    assert {len(one.content) for one in questions} == {LEAST}
    assert questions[0].content != questions[1].content
    assert not questions[0].cookies
    assert "no-store" in questions[0].headers["Cache-Control"]
    assert set(questions[0].json()["publicKey"]) == {"challenge", "rpId", "userVerification"}
    assert client().get("/n/d/").status_code == 303


def test_what_the_device_lists_says_nothing_and_names_nobody(own_town: Any) -> None:
    visiting = Visiting(account_for(None, own_town.advocates, name="violet-rope-31"))
    marks = set()
    for _ in range(2):
        page = visiting.post("me-device", now=PASSPHRASE).content.decode()
        told = json.loads(unescape(page.split('data-device-made="')[1].split('"')[0]))["publicKey"]
        assert told["rp"] == {"name": "Information", "id": "localhost"}
        assert {told["user"]["name"], told["user"]["displayName"]} == {"Information"}
        assert told["authenticatorSelection"]["residentKey"] == "required"
        assert told["authenticatorSelection"]["userVerification"] == "required"
        marks.add(told["user"]["id"])
    assert len(marks) == 2
    assert {len(unb64(one)) for one in marks} == {32}


def test_second_words_have_the_same_pages_and_their_device_opens_what_they_open(own_town: Any) -> None:
    account, device, other = account_for(None, own_town.advocates), Device(), Device()
    real = Visiting(account)
    with by_own_hand(real.survivor, at=now()):
        set_second(account, THIRD, tells=False, by=real.survivor, but=real.visitor.visit, at=now())
    assert let_in(real, device).status_code == 303
    decoy = Visiting(account, decoy=True)
    page = decoy.get("me-devices").content
    assert b"Devices that open it" not in page
    assert b"other words" not in page
    assert let_in(decoy, other, PASSPHRASE).status_code == 422
    assert let_in(decoy, other, THIRD).status_code == 303
    assert decoy.get("me-devices").content.count(b'name="device"') == 1
    assert real.get("me-devices").content.count(b'name="device"') == 2
    assert b"When a storm comes" in opens(other).content
    assert b"Where you are signed in" not in opens(other).content
    assert b"Where you are signed in" in opens(device).content
    with by_own_hand(real.survivor, at=now()):
        rows = passkeys_of(account)
    assert len({len(bytes(row.sealed)) for row in rows}) == 1
    assert decoy.post("me-devices", device=rows[0].ref).status_code == 404
    with by_own_hand(real.survivor, at=now()):
        set_second(account, "", tells=False, by=real.survivor, at=now())
    assert opens(other) is None
    assert opens(device) is not None


def test_an_answer_counts_once_and_only_for_a_fresh_question_of_this_door(own_town: Any) -> None:
    _account, visiting, device = an_account(own_town)
    told = asked()
    answer = {"k": json.dumps(device.signed(told))}
    assert client().post("/n/d/", answer).status_code == 303
    assert client().post("/n/d/", answer).status_code == 200
    of_a_visit = new_challenge(visiting.visitor.secret.challenges, at=now())
    assert opens(device, {"publicKey": {"challenge": b64(of_a_visit)}}) is None
    assert opens(device, {"publicKey": {"challenge": b64(bytes(48))}}) is None
    key = b"k" * 32
    made = new_challenge(key, at=now())
    assert is_fresh(made, key, at=now())
    assert not is_fresh(made, key, at=now() + LASTS)
    assert not is_fresh(made, b"l" * 32, at=now())


def test_a_wrong_mark_a_strange_origin_an_unlocked_device_and_a_foreign_key_open_nothing(
    own_town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _account, _visiting, device = an_account(own_town)
    assert opens(device, userHandle="AAAA") is None
    stranger = Device()
    stranger.id, stranger.user = device.id, device.user
    assert opens(stranger) is None
    for name, wrong in (
        ("_data", _untouched),
        ("_client", _from_elsewhere),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(Device, name, wrong)
            assert opens(device) is None, name
    assert opens(device) is not None


def _untouched(_device: Device, _flags: int) -> bytes:
    """The device was there, and nobody unlocked it."""
    return hashlib.sha256(b"localhost").digest() + bytes([0x01]) + struct.pack(">I", 0)


def _from_elsewhere(_device: Device, kind: str, challenge: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": "http://localhost:9999"}).encode()


def test_a_device_answers_to_the_visit_that_asked_and_is_in_one_account(own_town: Any) -> None:
    _account, visiting, device = an_account(own_town)
    other = Visiting(account_for(None, own_town.advocates))
    page = visiting.post("me-device", now=PASSPHRASE).content.decode()
    told = json.loads(unescape(page.split('data-device-made="')[1].split('"')[0]))
    assert other.post("me-device-made", k=json.dumps(Device().registered(told))).status_code == 422
    assert other.post("me-device-made", k="junk").status_code == 422
    assert let_in(other, device).status_code == 422
    for _ in range(MOST - 1):
        assert let_in(visiting, Device()).status_code == 303
    assert let_in(visiting, Device()).status_code == 422


@pytest.mark.parametrize("how", ["words", "renewed", "closed", "closed by a worker", "restored", "journal"])
def test_whatever_ends_the_words_ends_the_devices_too(own_town: Any, how: str) -> None:
    case, by, device = case_of(own_town), own_town.advocate, Device()
    name = f"amber-rope-{len(how)}"
    client().post("/n/o/", {"a": name, "b": PASSPHRASE, "c": code_from(own_town, case)})
    with as_agency(by.agency_id, at=now(), worker=by.id):
        account = account_of(case.survivor_id)
    assert account is not None
    visiting = Visiting(account)
    assert let_in(visiting, device).status_code == 303
    if how == "words":
        with by_own_hand(visiting.survivor, at=now()):
            change_passphrase(account, OTHER, by=visiting.survivor, at=now())
    elif how == "renewed":
        with as_agency(by.agency_id, at=now(), worker=by.id):
            code = give_recovery(account, {}, by=by, at=now())
        with transaction.atomic():
            set_asker(None, None, None)
            assert use_code(code, f"{name}-0", OTHER, at=now()) is not None
        assert client().post("/n/", {"a": f"{name}-0", "b": OTHER}).status_code == 303
    elif how == "closed":
        with by_own_hand(visiting.survivor, at=now()):
            close_account(account, by=visiting.survivor, at=now())
    elif how == "closed by a worker":
        with as_agency(by.agency_id, at=now(), worker=by.id):
            close_account(account, by=by, at=now())
    elif how == "restored":
        with as_agency(by.agency_id, at=now()):
            forget_words(account.id, now())
    else:
        with as_agency(by.agency_id, at=now()):
            assert remove_again(passkeys_of(account)[0].id, now()) == 1
    assert opens(device) is None
    with as_agency(by.agency_id, at=now()):
        assert not Passkey.objects.filter(account_id=account.id).exists()


def test_the_trusted_worker_sees_no_device_and_the_journal_remembers_the_one_that_went(
    own_town: Any, tmp_path: Any, settings: Any
) -> None:
    from shelterbelt.store import journal

    case, by, device = case_of(own_town), own_town.advocate, Device()
    client().post("/n/o/", {"a": "amber-rope-70", "b": PASSPHRASE, "c": code_from(own_town, case)})
    with as_agency(by.agency_id, at=now(), worker=by.id):
        account = account_of(case.survivor_id)
    assert account is not None
    visiting = Visiting(account)
    assert let_in(visiting, device).status_code == 303
    with as_agency(by.agency_id, at=now(), worker=by.id):
        assert account_of(case.survivor_id) is not None
        assert not Passkey.objects.filter(account_id=account.id).exists()
    with by_own_hand(visiting.survivor, at=now()):
        (row,) = passkeys_of(account)
    settings.JOURNAL = tmp_path
    visiting.post("me-devices", device=row.ref)
    assert [(line.kind, line.about) for line in journal.lines(tmp_path)] == [("portal.passkey_gone", row.id)]
