"""Signing in: a second factor always, nothing that tells whether an account exists, nothing that works twice."""

import re
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings as node_settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shelterbelt.access import limits
from shelterbelt.access.actions import close_account, issue_code
from shelterbelt.access.models import Enrolment, Session, Tries, Worker
from shelterbelt.agencies.models import Agency
from shelterbelt.store.asker import as_agency, set_asker, signing_in
from shelterbelt.ui.clock import now
from tests.apps.access.signing import Device, add_passkey, challenge, figures, sign_in, visitor
from tests.world import Town

PASSWORD = "three calm herons wade"
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture(autouse=True)
def _no_tries_before(node: None) -> None:
    with signing_in(at=now()):
        Tries.objects.all().delete()


def with_password(worker: Worker) -> Worker:
    with as_agency(worker.agency_id, at=now(), worker=worker.id):
        worker.set_password(PASSWORD)
        worker.save(update_fields=["password"])
    return worker


def tries(code: str, password: str, **where: Any) -> Any:
    return visitor(**where).post("/account/login/", {"login": code, "password": password})


def same(answer: Any, code: str) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without what is new in every answer: the form's token, and the code that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    headers = [
        (k, v) for k, v in answer.headers.items() if k not in ("Set-Cookie", "Expires", "Content-Length")
    ]
    return answer.status_code, text.replace(code, "CODE"), headers


def with_app(client: Any) -> str:
    """Set up an authenticator app on its page; the secret that the page showed."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    assert client.post("/account/2fa/totp/activate/", {"code": figures(secret)}).status_code == 302
    return secret


# Nothing tells whether an account exists


@pytest.fixture
def four(place: Town) -> dict[str, tuple[str, str]]:
    """An unknown code, a wrong password, a closed account with its right password, and one that is held."""
    wrong, closed, held = place.officer, place.officer_two, place.detective
    for worker in (wrong, closed, held):
        with_password(worker)
    with as_agency(place.police.id, at=now()):
        Worker.objects.filter(id=closed.id).update(is_active=False)
    for _ in range(limits.PAIR.free):
        tries(held.code, "not it at all")
    return {
        "unknown": ("nobody-" + wrong.code, "not it at all"),
        "wrong": (wrong.code, "not it at all"),
        "closed": (closed.code, PASSWORD),
        "held": (held.code, PASSWORD),
    }


def test_unknown_wrong_closed_and_held_get_the_same_bytes(four: dict[str, tuple[str, str]]) -> None:
    answers = {what: same(tries(code, word), code) for what, (code, word) in four.items()}
    assert answers["unknown"][0] == 200
    assert "do not fit together" in answers["unknown"][1]
    for what, answer in answers.items():
        assert answer == answers["unknown"], what


def test_unknown_wrong_closed_and_held_cost_the_same_work(
    four: dict[str, tuple[str, str]], monkeypatch: Any
) -> None:
    """Counted, not timed: one scrypt each, and as many statements; who waits anyway saves the one that counts."""
    hashed: list[str] = []
    scrypt = ScryptPasswordHasher.encode

    def counted(self: ScryptPasswordHasher, password: str, *args: Any, **options: Any) -> str:
        hashed.append(password)
        return scrypt(self, password, *args, **options)

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    cost = {}
    for what, (code, word) in four.items():
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            tries(code, word)
        cost[what] = (len(hashed), len(asked))
    assert {hashes for hashes, _ in cost.values()} == {1}, cost
    assert cost["unknown"] == cost["wrong"] == cost["closed"], cost
    assert cost["wrong"][1] - 1 <= cost["held"][1] <= cost["wrong"][1], cost


def test_tries_that_fail_wait_longer_each_time_and_never_for_ever(place: Town) -> None:
    keys = limits.signing_in("some-code", "203.0.113.9")
    at, waits = now(), []
    with signing_in(at=at):
        for _ in range(30):
            assert not limits.held(keys, at=at)
            limits.failed(keys, at=at)
            row = Tries.objects.get(key=keys[limits.PAIR])
            waits.append(row.free_at - at)
            at = max(r.free_at for r in Tries.objects.filter(key__in=list(keys.values())))
    assert waits[:4] == [timedelta(0)] * 4
    assert waits[4:8] == [timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert max(waits) == limits.PAIR.longest


def test_the_right_password_works_again_after_the_wait(place: Town) -> None:
    with_password(place.officer)
    for _ in range(limits.PAIR.free):
        tries(place.officer.code, "not it at all")
    assert tries(place.officer.code, PASSWORD).status_code == 200
    with signing_in(at=now()):
        Tries.objects.update(free_at=now())
    assert tries(place.officer.code, PASSWORD).status_code == 302


def test_failures_elsewhere_do_not_lock_a_worker_out_where_they_work(place: Town) -> None:
    """An attacker who fails a thousand times from another network changes nothing for the worker."""
    with_password(place.officer)
    assert tries(place.officer.code, PASSWORD).status_code == 302
    keys = limits.signing_in(place.officer.code, ELSEWHERE["REMOTE_ADDR"])
    with signing_in(at=now()):
        for _ in range(limits.CODE.free + 1):
            limits.failed(keys, at=now())
    assert tries(place.officer.code, PASSWORD, **ELSEWHERE).status_code == 200
    assert tries(place.officer.code, PASSWORD, REMOTE_ADDR="203.0.113.77").status_code == 200, (
        "held for newcomers"
    )
    assert tries(place.officer.code, PASSWORD).status_code == 302


def test_a_whole_network_that_guesses_is_held_whatever_codes_it_tries(place: Town) -> None:
    with_password(place.officer)
    with signing_in(at=now()):
        for n in range(limits.NETWORK.free + 1):
            limits.failed(limits.signing_in(f"guess-{n}", ELSEWHERE["REMOTE_ADDR"]), at=now())
    assert tries(place.officer.code, PASSWORD, **ELSEWHERE).status_code == 200


def test_what_is_counted_names_neither_code_nor_network(place: Town) -> None:
    tries(place.officer.code, "not it at all", **ELSEWHERE)
    with signing_in(at=now()), connection.cursor() as cursor:
        cursor.execute("select string_agg(row_to_json(t)::text, '') from access_tries t")
        text = cursor.fetchone()[0]
    assert place.officer.code not in text
    assert "198.51" not in text


def test_a_network_is_believed_from_our_own_proxies_only(settings: Any) -> None:
    from django.test import RequestFactory

    told = RequestFactory().get(
        "/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.1, 203.0.113.2"}
    )
    settings.PROXIES = 0
    assert limits.network_of(told) == "127.0.0.1"
    settings.PROXIES = 1
    assert limits.network_of(told) == "203.0.113.2"
    settings.PROXIES = 2
    assert limits.network_of(told) == "203.0.113.1"
    six = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
    settings.PROXIES = 0
    assert limits.network_of(six) == "2001:db8:1:2::"


def test_nothing_asks_for_an_e_mail_address(place: Town, signed_in: Any) -> None:
    client, guest = signed_in(place.officer), visitor()
    missing = client.get("/there-is-no-such-page/").content
    for path in (
        "signup", "email", "inactive", "confirm-email", "password/reset", "password/reset/done", "login/code/confirm",
    ):  # fmt: skip
        for who in (client, guest):
            answer = who.get(f"/account/{path}/")
            assert (answer.status_code, answer.content) == (404, missing), path
    assert "e-mail" in guest.get("/account/login/").content.decode()
    assert "reset" not in guest.get("/account/login/").content.decode()


# A second factor


def test_a_real_node_opens_nothing_before_there_is_a_second_factor(
    place: Town, signed_in: Any, settings: Any
) -> None:
    settings.SECOND_FACTOR = True
    client = signed_in(with_password(place.officer))
    for path in ("/work/", "/cases/", "/", "/there-is-no-such-page/", "/account/sessions/"):
        assert client.get(path)["Location"] == "/account/first/", path
    assert client.get("/account/first/").status_code == 200
    assert client.post("/incidents/new/")["Location"] == "/account/first/"
    with_app(client)
    assert client.get("/work/").status_code == 200


def test_a_password_alone_is_no_way_in_and_neither_is_an_app_alone(
    place: Town, signed_in: Any, settings: Any
) -> None:
    settings.SECOND_FACTOR = True
    client = signed_in(with_password(place.officer))
    with_app(client)
    with as_agency(place.police.id, at=now(), worker=place.officer.id):
        place.officer.set_unusable_password()
        place.officer.save(update_fields=["password"])
    other = signed_in(place.officer)
    assert other.get("/work/")["Location"] == "/account/first/"


def test_the_last_factor_cannot_be_switched_off(place: Town, signed_in: Any, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    client = signed_in(with_password(place.officer))
    with_app(client)
    client.post("/account/2fa/totp/deactivate/")
    assert client.get("/work/").status_code == 200
    with as_agency(place.police.id, at=now(), worker=place.officer.id):
        assert Authenticator.objects.filter(user_id=place.officer.id, type="totp").exists()


def test_six_figures_work_once(place: Town, signed_in: Any) -> None:
    """Somebody who saw password and figures over the shoulder is too late with them, on any process."""
    secret = with_app(signed_in(with_password(place.officer)))
    while int(time.time()) % 30 > 25:
        time.sleep(0.5)
    code = figures(secret)
    first, second = visitor(), visitor()
    for client in (first, second):
        answer = client.post("/account/login/", {"login": place.officer.code, "password": PASSWORD})
        assert answer["Location"] == "/account/2fa/authenticate/"
    assert first.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert first.get("/work/").status_code == 200
    again = second.post("/account/2fa/authenticate/", {"code": code})
    assert again.status_code == 200
    assert second.get("/work/")["Location"] == "/account/login/"


def test_guessing_figures_is_held_too(place: Town, signed_in: Any) -> None:
    secret = with_app(signed_in(with_password(place.officer)))
    client = visitor()
    client.post("/account/login/", {"login": place.officer.code, "password": PASSWORD})
    for _ in range(limits.SECOND.free):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert client.post("/account/2fa/authenticate/", {"code": figures(secret)}).status_code == 200
    assert client.get("/work/")["Location"] == "/account/login/"


# Passkeys


@pytest.fixture
def device(place: Town, signed_in: Callable[[Worker], Any]) -> Device:
    """A device with a passkey of the officer's."""
    made = Device()
    assert add_passkey(signed_in(place.officer), made).status_code == 302
    return made


def test_a_passkey_signs_in_and_its_answer_works_once(place: Town, device: Device) -> None:
    client = visitor()
    answer = device.signed(challenge(client))
    assert sign_in(client, answer)["Location"] == "/"
    assert client.get("/work/").status_code == 200
    assert client.post("/account/logout/").status_code == 302
    for again in (client, visitor()):
        challenge(again)
        assert sign_in(again, answer)["Location"] == "/account/login/"
        assert again.get("/work/")["Location"] == "/account/login/"
    thief = visitor()
    assert sign_in(thief, answer)["Location"] == "/account/login/"


def test_a_passkey_of_another_device_of_nobody_and_of_a_closed_account_are_told_the_same(
    place: Town, device: Device, signed_in: Any
) -> None:
    closed = Device()
    add_passkey(signed_in(place.officer_two), closed)
    with as_agency(place.police.id, at=now()):
        Worker.objects.filter(id=place.officer_two.id).update(is_active=False)
    other, nobody, junk = Device(), Device(), Device()
    other.user = device.user
    nobody.user = place.uninvited.agency_id.hex.encode()
    junk.user = b"not an account at all"
    said = []
    for one in (other, nobody, closed, junk):
        client = visitor()
        answer = sign_in(client, one.signed(challenge(client)))
        page = client.get("/account/login/")
        said.append((answer.status_code, answer["Location"], same(page, "nobody's code")))
        assert client.get("/work/")["Location"] == "/account/login/"
    assert said[0] == said[1] == said[2] == said[3]
    assert "That did not work" in said[0][2][1]


def test_the_challenge_names_nobody(place: Town, device: Device) -> None:
    asked = challenge(visitor())["publicKey"]
    assert not asked.get("allowCredentials")
    assert asked["userVerification"] == "required"


@pytest.mark.parametrize("junk", ["", "{}", "[]", "null", '"x"', '{"id": 1}', '{"response": []}', "{" * 5000])
def test_a_passkey_answer_that_is_junk_is_refused(node: None, junk: str) -> None:
    client = visitor()
    challenge(client)
    answer = client.post("/account/2fa/webauthn/login/", {"credential": junk})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")


def test_a_real_address_is_checked_against_where_the_passkey_was_used(settings: Any) -> None:
    """Only a node without TLS (the demonstration) takes a passkey from any origin."""
    source = (node_settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, node_settings.SESSION_COOKIE_SECURE)
    assert source == (True, False)
    import os
    import subprocess
    import sys
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as home:
        Path(home, "nodes.toml").write_text(
            '[[node]]\nname = "real"\nport = 8000\naddress = "https://node.example.org"\n'
        )
        asked = "from django.conf import settings as s; print(s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, s.SECOND_FACTOR)"
        env = {**os.environ, "SHELTERBELT_HOME": home, "SHELTERBELT_NODE": "real"}
        ran = subprocess.run(
            [sys.executable, "-c", asked], env=env, capture_output=True, text=True, check=False
        )
    assert ran.stdout.split() == ["False", "True"], ran.stderr


# The first sign-in


def enrols(code: str, once: str) -> Any:
    client = visitor()
    return client, client.post("/account/enrol/", {"code": code, "once": once})


def test_the_code_on_paper_works_once_and_leads_to_a_passkey(place: Town, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        once = issue_code(place.officer, by=place.administrator, at=now())
    assert len(once.replace(" ", "")) == 26
    client, answer = enrols(place.officer.code, once.lower().replace(" ", "-"))
    assert answer["Location"] == "/account/first/"
    assert client.get("/work/")["Location"] == "/account/first/"
    device = Device()
    add_passkey(client, device)
    assert client.get("/work/").status_code == 200
    _, again = enrols(place.officer.code, once)
    assert again.status_code == 422
    later = visitor()
    assert sign_in(later, device.signed(challenge(later)))["Location"] == "/"


def test_a_wrong_an_old_and_a_used_code_and_an_unknown_worker_are_told_the_same(place: Town) -> None:
    for worker in (place.officer, place.officer_two):
        with as_agency(place.police.id, at=now(), worker=place.administrator.id):
            once = issue_code(worker, by=place.administrator, at=now())
    with as_agency(place.police.id, at=now()):
        Enrolment.objects.filter(worker=place.officer_two).update(until_at=now())
    wrong = "0" * 26
    told = [
        same(enrols(code, said)[1], code)
        for code, said in (
            (place.officer.code, wrong),
            (place.officer_two.code, wrong),
            (place.detective.code, wrong),
            ("nobody-here", wrong),
        )
    ]
    assert told[0] == told[1] == told[2] == told[3]
    _, old = enrols(place.officer_two.code, once)
    assert old.status_code == 422


def test_only_the_digest_of_a_code_is_kept(place: Town) -> None:
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        once = issue_code(place.officer, by=place.administrator, at=now())
        row = Enrolment.objects.get(worker=place.officer)
    assert bytes(row.digest or b"") and once.replace(" ", "").encode() not in bytes(row.digest or b"")


# Secrets of second factors


def secret_of(worker: Worker) -> str:
    with as_agency(worker.agency_id, at=now(), worker=worker.id):
        return str(Authenticator.objects.get(user_id=worker.id, type="totp").data["secret"])


def put_secret(agency: Agency, worker: Worker, text: str) -> None:
    with as_agency(agency.id, at=now(), worker=worker.id):
        set_asker(agency.id, worker.id, now(), signing_in=True)
        Authenticator.objects.filter(user_id=worker.id, type="totp").update(data={"secret": text})


def test_a_secret_lies_under_the_agencys_key(place: Town, signed_in: Any) -> None:
    secret = with_app(signed_in(with_password(place.officer)))
    kept = secret_of(place.officer)
    assert kept.startswith("2:") and secret not in kept
    agency, whose = (b64decode(part) for part in kept[2:].split(":")[:2])
    assert (UUID(bytes=agency), UUID(bytes=whose)) == (place.police.id, place.officer.id)


def test_an_old_secret_is_read_and_sealed_anew_when_it_is_used(place: Town, signed_in: Any) -> None:
    secret = with_app(signed_in(with_password(place.officer)))
    key = HKDF(hashes.SHA256(), 32, None, b"second factors").derive(node_settings.SECRET_KEY.encode())
    put_secret(place.police, place.officer, Fernet(urlsafe_b64encode(key)).encrypt(secret.encode()).decode())
    client = visitor()
    client.post("/account/login/", {"login": place.officer.code, "password": PASSWORD})
    assert client.post("/account/2fa/authenticate/", {"code": figures(secret)}).status_code == 302
    assert client.get("/work/").status_code == 200
    assert secret_of(place.officer).startswith("2:")


def test_somebody_elses_secret_in_ones_row_opens_nothing(place: Town, signed_in: Any) -> None:
    """Whoever can write the table cannot give a worker a second factor that they know."""
    mine = with_app(signed_in(with_password(place.officer)))
    with_app(signed_in(with_password(place.officer_two)))
    put_secret(place.police, place.officer_two, secret_of(place.officer))
    client = visitor()
    client.post("/account/login/", {"login": place.officer_two.code, "password": PASSWORD})
    assert client.post("/account/2fa/authenticate/", {"code": figures(mine)}).status_code == 404
    assert client.get("/work/")["Location"] == "/account/login/"


# Fixation, and what a change ends


def test_a_planted_session_key_is_worth_nothing_after_a_password_sign_in(place: Town) -> None:
    with_password(place.officer)
    client = visitor()
    challenge(client)
    planted = client.cookies[node_settings.SESSION_COOKIE_NAME].value
    client.post("/account/login/", {"login": place.officer.code, "password": PASSWORD})
    assert client.get("/work/").status_code == 200
    thief = visitor()
    thief.cookies[node_settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/work/")["Location"] == "/account/login/"


def test_a_new_password_or_passkey_ends_the_other_sessions_but_not_this_one(
    place: Town, signed_in: Any
) -> None:
    with_password(place.officer)
    here, there = signed_in(place.officer), signed_in(place.officer)
    assert there.get("/work/").status_code == 200
    told = {
        "oldpassword": PASSWORD,
        "password1": "nine quiet otters swim",
        "password2": "nine quiet otters swim",
    }
    assert here.post("/account/password/change/", told).status_code == 302
    assert here.get("/work/").status_code == 200
    assert there.get("/work/")["Location"] == "/account/login/"
    with as_agency(place.police.id, at=now(), worker=place.officer.id):
        assert Session.objects.filter(worker_id=place.officer.id).count() == 1


def test_a_closed_account_signs_in_with_nothing(place: Town, device: Device) -> None:
    with_password(place.officer)
    with as_agency(place.police.id, at=now(), worker=place.administrator.id):
        close_account(place.officer, by=place.administrator, at=now())
    client = visitor()
    assert sign_in(client, device.signed(challenge(client)))["Location"] == "/account/login/"
    assert tries(place.officer.code, PASSWORD).status_code == 200
