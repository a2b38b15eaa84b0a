"""A subpoena is no court order; what opens a file needs a paper, a notice and a second person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules import bases
from shelterbelt.rules.bases import Basis, check, lacking, may_hand_over

START = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = Basis(
    kind="court_order",
    has_case=True,
    has_recipient=True,
    categories=frozenset({"danger_level"}),
    allowed=frozenset({"danger_level", "plans"}),
    from_at=START,
    until_at=START + timedelta(days=10),
    judge_signed=True,
    words={"judge": "J. Rowe", "court": "Circuit Court", "says": "the danger level"},
)


def codes(basis: Basis) -> set[str]:
    return {problem.code for problem in check(basis)}


def test_a_whole_order_is_taken() -> None:
    assert check(ORDER) == ()


@pytest.mark.parametrize("signed", [False, None])
def test_without_a_judge_it_is_no_order(signed: bool | None) -> None:
    assert codes(replace(ORDER, judge_signed=signed)) == {"basis.not_by_a_judge"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"has_case": False}, "basis.case_needed"),
        ({"has_recipient": False}, "basis.recipient_needed"),
        ({"categories": frozenset()}, "basis.categories_needed"),
        ({"categories": frozenset({"children"})}, "basis.beyond"),
        ({"until_at": START}, "basis.end_before_start"),
        ({"until_at": START + timedelta(days=400)}, "basis.too_long"),
        ({"words": {"judge": "J. Rowe", "court": "Circuit Court"}}, "basis.says_needed"),
    ],
)
def test_what_is_missing_or_too_much_is_named(changed: dict[str, object], code: str) -> None:
    assert codes(replace(ORDER, **changed)) == {code}  # type: ignore[arg-type]


@given(st.lists(st.integers(min_value=0, max_value=60), max_size=6))
def test_numbers_in_which_somebody_could_be_recognised_are_refused(counts: list[int]) -> None:
    found = codes(replace(ORDER, kind="aggregate", counts=tuple(counts)))
    assert ("basis.counts_too_small" in found) == any(0 < n < 11 for n in counts)
    assert ("basis.counts_needed" in found) == (not counts)


@given(st.sampled_from(bases.KINDS), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_nothing_opens_without_paper_notice_and_a_second_person(
    kind: str, paper: bool, told: bool, same: bool, over: bool
) -> None:
    found = lacking(kind, has_document=paper, notice_tried=told, same_person=same, over=over)
    ready = not same and not over and (paper or kind == "aggregate")
    ready = ready and (told or kind in ("agreement", "aggregate"))
    assert (found == ()) == ready


def test_a_subpoena_alone_opens_nothing() -> None:
    for kind in ("subpoena", "immigration", "out_of_state"):
        assert not may_hand_over(kind, frozenset())
        assert not may_hand_over(kind, frozenset({"warrant", "own_only"}))
        assert may_hand_over(kind, frozenset({"court_order"}))
        assert may_hand_over(kind, frozenset({"release"}))


def test_a_relative_gets_nothing_on_any_ground() -> None:
    assert not may_hand_over("next_of_kin", frozenset({"release", "court_order", "warrant", "own_only"}))


def test_every_kind_of_basis_is_known() -> None:
    assert set(bases.KINDS) == set(get_args(bases.Kind))
