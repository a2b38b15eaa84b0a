"""The published cases of transparency-dev/merkle, sent through the functions that the ledger proves and checks with.

Fails without the folder in SHELTERBELT_ORACLES: vectors that were not run have not passed.
"""

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from shelterbelt.sealing.merkle import verify_consistency, verify_inclusion


def _cases(kind: str) -> dict[str, dict[str, Any]]:
    folder = os.environ.get("SHELTERBELT_ORACLES")
    if not folder:
        pytest.fail("SHELTERBELT_ORACLES does not name the folder of published cases.")
    top = Path(folder) / "merkle" / kind
    return {str(path.relative_to(top)): json.loads(path.read_text()) for path in sorted(top.rglob("*.json"))}


def _proof(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(part) for part in case["proof"] or []]


def test_every_published_inclusion_is_judged_as_published() -> None:
    counts = {True: 0, False: 0}
    for name, case in _cases("inclusion").items():
        good = verify_inclusion(
            b64decode(case["leafHash"] or ""),
            case["leafIdx"],
            case["treeSize"],
            _proof(case),
            b64decode(case["root"] or ""),
        )
        assert good != case["wantErr"], name
        counts[good] += 1
    assert counts == {True: 6, False: 92}


def test_every_published_consistency_is_judged_as_published() -> None:
    counts = {True: 0, False: 0}
    for name, case in _cases("consistency").items():
        good = verify_consistency(
            case["size1"],
            case["size2"],
            _proof(case),
            b64decode(case["root1"] or ""),
            b64decode(case["root2"] or ""),
        )
        assert good != case["wantErr"], name
        counts[good] += 1
        if not case["size1"]:
            assert not good, name
    assert counts == {True: 6, False: 92}


def test_without_the_published_cases_the_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHELTERBELT_ORACLES", raising=False)
    with pytest.raises(pytest.fail.Exception, match="SHELTERBELT_ORACLES"):
        _cases("inclusion")
