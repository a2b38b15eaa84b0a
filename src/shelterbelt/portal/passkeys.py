"""What a device is asked before it opens an account without words, and what it answers. Decides nothing about whose it is.

A challenge says when it was made and by what key, so that nothing is kept between question and answer. Everything
that a device lists is the same for everybody: one neutral name, and a random mark in the place of a user.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest, digest
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shelterbelt.sealing.primitives import derive

LASTS = timedelta(minutes=5)
LONGEST = 20_000
STAMP, CHANCE, PROOF = 8, 16, 24
ALWAYS = UserVerificationRequirement.REQUIRED
# What fido2 raises about answers that are none, or are wrong.
WRONG = (AttributeError, KeyError, TypeError, ValueError)


class NoKey(ValueError):
    """The device's answer is none, is not to this question, or comes too late."""


@dataclass(frozen=True)
class Made:
    """A device's new key: what it is found by, its public half, and the mark that the device keeps beside it."""

    id: bytes
    public: bytes
    mark: bytes


@dataclass(frozen=True)
class Answer:
    """What a device says of itself when it is to open something; not believed yet."""

    id: bytes
    told: Mapping[str, Any]


class Relying:
    """This address, as a device knows it: its host, one name that says nothing, and where an answer may come from."""

    def __init__(self, request: HttpRequest, name: str) -> None:
        host, self.name = request.get_host(), name
        origins = (f"{request.scheme}://{host}", settings.ADDRESS)
        rp = PublicKeyCredentialRpEntity(id=host.partition(":")[0], name=name)
        self.server = Fido2Server(rp, verify_origin=lambda origin: origin in origins)

    def to_make(self, key: bytes, *, at: datetime) -> str:
        """What the page asks a device that is to make a key, as JSON. `key` is the visit's own."""
        challenge = new_challenge(key, at=at)
        user = PublicKeyCredentialUserEntity(
            id=mark_of(challenge, key), name=self.name, display_name=self.name
        )
        options, _state = self.server.register_begin(
            user,
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=ALWAYS,
            challenge=challenge,
        )
        return json.dumps(dict(options))

    def made(self, text: str, key: bytes, *, at: datetime) -> Made:
        """The key that a device made; NoKey unless it answers a challenge of this visit."""
        try:
            told = _read(text)
            asked = RegistrationResponse.from_dict(told).response.client_data.challenge
            data = self.server.register_complete(_state(asked, key, at=at), told).credential_data
        except WRONG as wrong:
            raise NoKey from wrong
        if data is None:
            raise NoKey
        return Made(bytes(data.credential_id), bytes(data), mark_of(asked, key))

    def to_open(self, *, at: datetime) -> str:
        """What the first page asks a device, as JSON: any key that it has for this address."""
        challenge = new_challenge(_door(), at=at)
        options, _state = self.server.authenticate_begin(user_verification=ALWAYS, challenge=challenge)
        return json.dumps(dict(options))

    def check(self, answer: Answer, public: bytes, mark: bytes, *, at: datetime) -> None:
        """NoKey unless the answer is signed by this key, bears its mark, and answers a challenge for the first time."""
        try:
            known = AttestedCredentialData(public)
            told = AuthenticationResponse.from_dict(answer.told)
            asked = told.response.client_data.challenge
            self.server.authenticate_complete(_state(asked, _door(), at=at), [known], answer.told)
            ours = compare_digest(bytes(told.response.user_handle or b""), mark)
        except WRONG as wrong:
            raise NoKey from wrong
        if not ours or not cache.add(f"portal.challenge:{asked.hex()}", "", LASTS.total_seconds()):
            raise NoKey


def answer_of(text: str) -> Answer:
    """By which key a device answers; NoKey if the text is no answer at all."""
    try:
        told = _read(text)
        return Answer(bytes(AuthenticationResponse.from_dict(told).raw_id), told)
    except WRONG as wrong:
        raise NoKey from wrong


def new_challenge(key: bytes, *, at: datetime) -> bytes:
    """The moment, chance, and a proof that both are ours."""
    body = int(at.timestamp()).to_bytes(STAMP, "big") + secrets.token_bytes(CHANCE)
    return body + digest(key, body, "sha256")[:PROOF]


def is_fresh(challenge: bytes, key: bytes, *, at: datetime) -> bool:
    """Whether a challenge is ours and was made just now."""
    body, proof = challenge[: STAMP + CHANCE], challenge[STAMP + CHANCE :]
    ours = compare_digest(proof, digest(key, body, "sha256")[:PROOF])
    return ours and 0 <= at.timestamp() - int.from_bytes(body[:STAMP], "big") < LASTS.total_seconds()


def mark_of(challenge: bytes, key: bytes) -> bytes:
    """What a device keeps beside the key in the place of a user: random, and new for every key."""
    return digest(key, b"mark" + challenge, "sha256")


def _state(challenge: bytes, key: bytes, *, at: datetime) -> dict[str, Any]:
    if not is_fresh(challenge, key, at=at):
        raise NoKey
    return {"challenge": websafe_encode(challenge), "user_verification": ALWAYS}


def _read(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise NoKey
    told = json.loads(text)
    if not isinstance(told, dict):
        raise NoKey
    return told


def _door() -> bytes:
    """The key of challenges for whoever is not signed in."""
    return derive(settings.SECRET_KEY.encode(), salt=b"", info=b"shelterbelt.portal.challenge", size=32)
