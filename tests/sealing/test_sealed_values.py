"""A sealed value opens for its own holder and row, whole and unaltered, or not at all."""

import logging
import traceback
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.sealing import KeyMissing, Keyring, SealBroken, SealingError
from shelterbelt.sealing.digests import canonical

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
VALUES = st.dictionaries(st.text(), JSON)
CANARY = "Wren Calloway"


@given(value=VALUES)
def test_any_value_comes_back_as_it_went_in(
    ring: Keyring, agency: UUID, key: bytes, row: UUID, value: dict[str, Any]
) -> None:
    opened = ring.open(key, agency, ring.seal(key, agency, value, about=row), about=row)
    assert opened == value
    assert canonical(opened) == canonical(value)  # a yes is not a 1, and 1 is not 1.0


@given(text=st.text(), other=st.text())
def test_text_is_not_normalised(
    ring: Keyring, agency: UUID, key: bytes, row: UUID, text: str, other: str
) -> None:
    value = {"text": text, "nfd": "e\u0301" + other, "nul": "\x00", "bidi": "\u202e"}
    assert ring.open(key, agency, ring.seal(key, agency, value, about=row), about=row) == value


def test_views_of_memory_open_like_bytes(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    sealed = ring.seal(memoryview(key), agency, MappingProxyType({"a": 1}), about=row)
    assert ring.open(memoryview(key), agency, memoryview(sealed), about=row) == {"a": 1}


def test_every_altered_byte_is_refused(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    sealed = ring.seal(key, agency, {"name": CANARY}, about=row)
    for place in range(len(sealed)):
        for flip in (0x01, 0x80):
            altered = sealed[:place] + bytes([sealed[place] ^ flip]) + sealed[place + 1 :]
            with pytest.raises(SealBroken):
                ring.open(key, agency, altered, about=row)


def test_every_altered_byte_of_a_wrapped_key_is_refused(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    sealed = ring.seal(key, agency, {"name": CANARY}, about=row)
    for place in range(len(key)):
        altered = key[:place] + bytes([key[place] ^ 1]) + key[place + 1 :]
        with pytest.raises((SealBroken, KeyMissing)):  # missing: another slot or version than there is
            ring.open(altered, agency, sealed, about=row)


def test_every_cut_and_lengthened_seal_is_refused(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    sealed = ring.seal(key, agency, {"name": CANARY}, about=row)
    for wrong in [*(sealed[:size] for size in range(len(sealed))), sealed + b"\x00", sealed * 2]:
        with pytest.raises(SealBroken):
            ring.open(key, agency, wrong, about=row)
    for wrong in [*(key[:size] for size in range(len(key))), key + b"\x00"]:
        with pytest.raises(SealBroken):
            ring.open(wrong, agency, sealed, about=row)


def test_two_rows_whose_seals_were_swapped_are_both_refused(ring: Keyring, agency: UUID, key: bytes) -> None:
    one, two = uuid4(), uuid4()
    of_one = ring.seal(key, agency, {"name": "Wren"}, about=one)
    of_two = ring.seal(key, agency, {"name": "Lark"}, about=two)
    for about, sealed in ((one, of_two), (two, of_one)):
        with pytest.raises(SealBroken):
            ring.open(key, agency, sealed, about=about)


def test_a_key_of_another_case_opens_nothing(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    sealed = ring.seal(key, agency, {"name": CANARY}, about=row)
    with pytest.raises(SealBroken):
        ring.open(ring.new_key(agency), agency, sealed, about=row)


def test_another_holder_opens_nothing(
    ring: Keyring, agency: UUID, other_agency: UUID, key: bytes, row: UUID
) -> None:
    sealed = ring.seal(key, agency, {"name": CANARY}, about=row)
    ring.open(key, agency, sealed, about=row)
    with pytest.raises(SealBroken):
        ring.open(key, other_agency, sealed, about=row)
    with pytest.raises(SealBroken):
        ring.open(ring.new_key(other_agency), other_agency, sealed, about=row)


def test_a_key_rewrapped_for_another_holder_still_does_not_carry_its_content_over(
    ring: Keyring, agency: UUID, other_agency: UUID, key: bytes, row: UUID
) -> None:
    """The seal itself names the holder, not only the wrap."""
    value = ring.seal(key, agency, {"name": CANARY}, about=row)
    file = ring.seal_bytes(key, agency, CANARY.encode(), about=row)
    holder = ring._holder(other_agency)
    inner = ring._content(key, agency).raw
    moved = ring._wrapped(holder, other_agency, holder.slots.take(), inner, version=holder.newest)
    assert ring.open(moved, other_agency, ring.seal(moved, other_agency, {}, about=row), about=row) == {}
    with pytest.raises(SealBroken):
        ring.open(moved, other_agency, value, about=row)
    with pytest.raises(SealBroken):
        ring.open_bytes(moved, other_agency, file, about=row)


def test_values_files_and_keys_do_not_pass_for_each_other(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    value = ring.seal(key, agency, {"name": CANARY}, about=row)
    file = ring.seal_bytes(key, agency, b"{}", about=row)
    with pytest.raises(SealBroken):
        ring.open(key, agency, file, about=row)
    with pytest.raises(SealBroken):
        ring.open_bytes(key, agency, value, about=row)
    with pytest.raises((SealBroken, KeyMissing)):
        ring.seal(value[:61], agency, {}, about=row)
    with pytest.raises((SealBroken, KeyMissing)):
        ring.seal(b"\x02" + value[1:71], agency, {}, about=row)


def test_the_same_value_never_seals_the_same_way_twice(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    seals = [ring.seal(key, agency, {"a": 1}, about=row) for _ in range(2000)]
    assert len({sealed[1:13] for sealed in seals}) == len(set(seals)) == 2000
    assert len({ring.new_key(agency) for _ in range(100)}) == 100


def test_length_does_not_tell_a_yes_from_a_no(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    answers: list[dict[str, Any]] = [{"q1": True}, {"q1": False}, {"q1": None}, {"q1": "unknown", "q2": "no"}]
    assert {len(ring.seal(key, agency, answer, about=row)) for answer in answers} == {1 + 12 + 64 + 16}


def test_no_plain_text_is_in_the_seal(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    sealed = ring.seal(key, agency, {"name": CANARY}, about=row)
    sealed += ring.seal_bytes(key, agency, CANARY.encode() * 10_000, about=row)
    assert b"Wren" not in sealed
    assert b"name" not in sealed


@pytest.mark.parametrize(
    "value",
    [
        {"name": CANARY, "half": "\ud800"},
        {"name": CANARY, "\udfff": 1},
        {"name": CANARY, "n": float("nan")},
        {"name": CANARY, "n": [float("inf")]},
        {"name": CANARY, "n": 10**5000},
        {"name": CANARY, "n": {"deep": (1, 2)}},
        {"name": CANARY, "n": b"bytes"},
        {"name": CANARY, "n": uuid4()},
        {"name": CANARY, 7: "number as key"},
        {"name": CANARY, "n": [{None: 1}]},
    ],
)
def test_what_json_cannot_hold_is_refused_without_being_repeated(
    ring: Keyring,
    agency: UUID,
    key: bytes,
    row: UUID,
    value: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(SealingError) as refusal:
        ring.seal(key, agency, value, about=row)
    told = "".join(traceback.format_exception(refusal.value, chain=True)) + caplog.text
    assert CANARY not in told
    assert refusal.value.__context__ is None
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("depth", [2_000, 200_000])
def test_a_bottomless_value_is_refused(
    ring: Keyring, agency: UUID, key: bytes, row: UUID, depth: int
) -> None:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"in": value}
    with pytest.raises(SealingError, match="deeply"):
        ring.seal(key, agency, value, about=row)
    loop: dict[str, Any] = {}
    loop["self"] = loop
    with pytest.raises(SealingError):
        ring.seal(key, agency, loop, about=row)


def test_a_broken_seal_repeats_nothing(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    sealed = ring.seal(key, agency, {"name": CANARY}, about=row)
    with pytest.raises(SealBroken) as refusal:
        ring.open(key, agency, sealed[:-1] + b"\x00\x01", about=row)
    assert str(row) not in str(refusal.value)
    assert refusal.value.__suppress_context__
