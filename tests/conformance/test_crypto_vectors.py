"""Wycheproof's published cases, sent through the very functions that seal, sign and derive in the product.

Fails without the folder in SHELTERBELT_ORACLES: vectors that were not run have not passed.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.sealing import SealBroken, SealingError
from shelterbelt.sealing.primitives import Key, decrypt, derive, encrypt, verify


def _cases(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every case with its group."""
    folder = os.environ.get("SHELTERBELT_ORACLES")
    if not folder:
        pytest.fail("SHELTERBELT_ORACLES does not name the folder of published cases.")
    published = json.loads((Path(folder) / "crypto" / name).read_text(encoding="utf-8"))
    cases = [(group, case) for group in published["testGroups"] for case in group["tests"]]
    assert len(cases) == published["numberOfTests"]
    return cases


def _bytes(case: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def test_aes_gcm_seals_and_opens_as_published() -> None:
    counts = {"valid": 0, "invalid": 0, "other key size": 0, "other nonce size": 0}
    for group, case in _cases("aes_gcm_test.json"):
        raw, nonce, aad, text, sealed, tag = _bytes(case, "key", "iv", "aad", "msg", "ct", "tag")
        if group["keySize"] != 256:
            counts["other key size"] += 1
            with pytest.raises(SealingError):
                Key(raw)
        elif group["ivSize"] != 96:
            counts["other nonce size"] += 1
            with pytest.raises(SealingError):
                encrypt(Key(raw), nonce, text, aad)
            with pytest.raises(SealBroken):
                decrypt(Key(raw), nonce, sealed + tag, aad)
        elif case["result"] == "valid":
            counts["valid"] += 1
            assert encrypt(Key(raw), nonce, text, aad) == sealed + tag, case["tcId"]
            assert decrypt(Key(raw), nonce, sealed + tag, aad) == text, case["tcId"]
        else:
            counts["invalid"] += 1
            with pytest.raises(SealBroken):
                decrypt(Key(raw), nonce, sealed + tag, aad)
    assert counts == {"valid": 39, "invalid": 27, "other key size": 211, "other nonce size": 39}


def test_ed25519_verifies_as_published() -> None:
    counts = {"valid": 0, "invalid": 0}
    for group, case in _cases("ed25519_test.json"):
        message, signature = _bytes(case, "msg", "sig")
        genuine = verify(bytes.fromhex(group["publicKey"]["pk"]), signature, message)
        assert genuine == (case["result"] == "valid"), case["tcId"]
        counts[case["result"]] += 1
    assert counts == {"valid": 88, "invalid": 63}


def test_hkdf_derives_as_published() -> None:
    counts = {"valid": 0, "invalid": 0}
    for _, case in _cases("hkdf_sha256_test.json"):
        secret, salt, info, made = _bytes(case, "ikm", "salt", "info", "okm")
        counts[case["result"]] += 1
        if case["result"] == "valid":
            assert derive(secret, salt=salt, info=info, size=case["size"]) == made, case["tcId"]
        else:
            with pytest.raises(SealingError):
                derive(secret, salt=salt, info=info, size=case["size"])
    assert counts == {"valid": 83, "invalid": 3}


def test_without_the_published_cases_the_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHELTERBELT_ORACLES", raising=False)
    with pytest.raises(pytest.fail.Exception, match="SHELTERBELT_ORACLES"):
        _cases("aes_gcm_test.json")
