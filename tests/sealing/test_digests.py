"""Equal values have equal digests; different ones do not."""

import hashlib
import json
import random
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.sealing import SealingError
from shelterbelt.sealing.digests import canonical, digest

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
VALUES = st.dictionaries(st.text(), JSON)


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: _shuffled(value[name], chance) for name in names}
    return [_shuffled(inner, chance) for inner in value] if isinstance(value, list) else value


def test_the_canonical_writing_is_exactly_this() -> None:
    value = {"ü": 1.5, "b": [True, None, "é\n"], "a": {"z": -0.0, "B": 10**20, "10": "/"}}
    expected = '{"a":{"10":"/","B":100000000000000000000,"z":-0.0},"b":[true,null,"é\\n"],"ü":1.5}'
    assert canonical(value) == expected.encode("utf-8")
    assert digest(value) == hashlib.sha256(expected.encode("utf-8")).digest()
    assert digest({}).hex() == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(value=VALUES, seed=st.integers(0, 1000))
def test_order_of_keys_does_not_change_a_digest(value: dict[str, Any], seed: int) -> None:
    assert digest(_shuffled(value, random.Random(seed))) == digest(value)
    assert digest(MappingProxyType(value)) == digest(value)


@given(value=VALUES)
def test_the_canonical_writing_reads_back_and_writes_the_same(value: dict[str, Any]) -> None:
    read = json.loads(canonical(value))
    assert read == value
    assert canonical(read) == canonical(value)


@given(one=VALUES, two=VALUES)
def test_different_values_have_different_digests(one: dict[str, Any], two: dict[str, Any]) -> None:
    assert (digest(one) == digest(two)) == (canonical(one) == canonical(two))
    assert digest({"a": one}) != digest({"a": [one]})


def test_letters_that_look_alike_are_not_the_same_text() -> None:
    assert digest({"name": "\u00e9"}) != digest({"name": "e\u0301"})


@pytest.mark.parametrize(
    "value", [{"a": "\ud83d"}, {"a": {1}}, {"a": float("-inf")}, {1: 2}, {"a": object()}]
)
def test_what_has_no_writing_has_no_digest(value: dict[str, Any]) -> None:
    with pytest.raises(SealingError):
        digest(value)
