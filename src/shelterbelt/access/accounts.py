"""How allauth signs workers in: no sign-up, no e-mail, second factors sealed under the agency's key.

Refuses to say whether an account exists: an unknown code, a wrong password, a closed account and a try that came
too soon get the same answer after the same work.
"""

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from shelterbelt.access import limits
from shelterbelt.access.actions import note_factor_change
from shelterbelt.access.models import Worker
from shelterbelt.access.sessions import DEVICE, device_of, digest_of
from shelterbelt.agencies.sealed import new_key, opened_under, seal

FIRST_STEPS = "/account/first/"
# Where somebody who has no second factor yet may go: to set one up, to say who they are, and out.
SETTING_UP = (
    FIRST_STEPS,
    "/account/2fa/",
    "/account/password/",
    "/account/reauthenticate/",
    settings.LOGOUT_PATH,
)
CHANGES = ("/account/2fa/", "/account/password/")
WHOLE = "whole"
SEALED = "2:"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by an agency's administrator, never by a visitor."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "This code and password do not fit together, or there were too many tries. Check both, wait a few "
            "minutes, or use your passkey."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Worker | None:
        """The worker of a code and a password; whatever is wrong, the same work is done and the same is said."""
        code, network = str(credentials.get("username", "")), limits.network_of(request)
        at, keys = request.at, limits.signing_in(code, network)  # type: ignore[attr-defined]
        known = limits.known_here(code, network)
        found = None
        if limits.held(keys, at=at, known=known):
            Worker().set_password(credentials.get("password"))
        else:
            found = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if not isinstance(found, Worker):
            limits.failed(keys, at=at)
            return None
        limits.succeeded(keys, at=at, known=known)
        return found

    def pre_login(self, request: HttpRequest, user: Worker, **told: Any) -> HttpResponse | None:
        """A closed account's passkey gets the answer of a passkey that nobody knows."""
        if user.is_active:
            return None
        request.session.flush()
        messages.error(request, MfaAdapter.error_messages["incorrect_code"])
        return redirect("account_login")

    def send_notification_mail(self, *args: Any, **told: Any) -> None:
        """Nothing is ever sent by e-mail; the door sees a changed way in by itself (`watched`)."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are sealed under the key of the worker's agency, for this worker alone."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not work. Try again, or wait a few minutes."),
    }

    def encrypt(self, text: str) -> str:
        worker = _whose()
        key = new_key(worker.agency_id)
        sealed = seal(key, worker.agency_id, {"secret": text}, about=worker.id)
        parts = (worker.agency_id.bytes, worker.id.bytes, key, sealed)
        return SEALED + ":".join(base64.b64encode(part).decode() for part in parts)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret, if it belongs to whoever signs in; those sealed before 0.2 under the node's secret are read too."""
        if not encrypted_text.startswith(SEALED):
            return _old_box().decrypt(encrypted_text.encode()).decode()
        agency, whose, key, sealed = (base64.b64decode(p) for p in encrypted_text[len(SEALED) :].split(":"))
        if UUID(bytes=whose) != _whose().id:
            raise PermissionDenied
        opened = opened_under(key, UUID(bytes=whose), UUID(bytes=agency), sealed)
        return str(opened["secret"])

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor stays until there is another."""
        rows = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return not settings.SECOND_FACTOR or rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user: Worker, type: Any) -> str:
        return device_of(context.request.headers.get("User-Agent", "")) or str(_("Passkey"))

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        return {"id": str(context.request.get_host().partition(":")[0]), "name": "Shelterbelt"}


def _whose() -> Worker:
    """Whoever is signed in, or has come as far as the second step."""
    request = context.request
    user = request.user if request.user.is_authenticated else request._login_stage.login.user
    assert isinstance(user, Worker)
    return user


def _old_box() -> Fernet:
    key = HKDF(hashes.SHA256(), 32, None, b"second factors").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def reseal(authenticator: Authenticator) -> None:
    """Seal a secret under the agency's key that still lies under the node's; when it was used, so it is whose it says."""
    for name in ("secret", "seed"):
        text = authenticator.data.get(name)
        if text and not text.startswith(SEALED):
            box = MfaAdapter()
            authenticator.data[name] = box.encrypt(box.decrypt(text))
            authenticator.save(update_fields=["data"])


def factors_of(worker: Worker) -> list[str]:
    """The kinds of factors a worker has, without recovery codes."""
    kinds = Authenticator.objects.filter(user_id=worker.id).values_list("type", flat=True)
    return sorted({k for k in kinds if k != Authenticator.Type.RECOVERY_CODES})


def signs_in_safely(worker: Worker) -> bool:
    """A passkey that needs no password, or a password with a second factor."""
    rows = list(
        Authenticator.objects.filter(user_id=worker.id).exclude(type=Authenticator.Type.RECOVERY_CODES)
    )
    alone = any(r.type == Authenticator.Type.WEBAUTHN and r.wrap().is_passwordless for r in rows)
    return alone or (bool(rows) and worker.has_usable_password())


def led_to_first_steps(request: HttpRequest, worker: Worker) -> bool:
    """Whether a worker must first set up how they sign in; also notes on what kind of device they are."""
    if DEVICE not in request.session:
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    if not settings.SECOND_FACTOR or request.session.get(WHOLE):
        return False
    if signs_in_safely(worker):
        request.session[WHOLE] = True
        return False
    return not request.path.startswith(SETTING_UP)


def ways_in(worker: Worker) -> tuple[str, list[int]]:
    """What a worker signs in with now, so that two moments can be compared."""
    password = Worker.objects.values_list("password", flat=True).get(id=worker.id)
    return password, list(
        Authenticator.objects.filter(user_id=worker.id).order_by("pk").values_list("pk", flat=True)
    )


def watched(
    request: HttpRequest, worker: Worker | None, answer: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    """The answer; if it changed how a worker signs in, their other sessions end in the same transaction."""
    if worker is None or request.method != "POST" or not request.path.startswith(CHANGES):
        return answer(request)
    before = ways_in(worker)
    response = answer(request)
    if ways_in(worker) != before:
        request.session.pop(WHOLE, None)
        here = digest_of(request.session.session_key or "")
        note_factor_change(worker, but=here, at=request.at)  # type: ignore[attr-defined]
    return response
