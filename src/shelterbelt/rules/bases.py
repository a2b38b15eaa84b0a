"""What a court order, a mandate, an agreement or a count needs before it opens or tells anything, and what a demand may get.

Source: 34 USC 12291(b)(2)(D): a statutory or court mandate needs an attempt to notify and steps that protect.
A subpoena is no mandate of a court.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shelterbelt.rules.reasons import Problem

Kind = Literal["court_order", "mandate", "agreement", "aggregate"]
KINDS: tuple[Kind, ...] = ("court_order", "mandate", "agreement", "aggregate")
LONGEST = timedelta(days=366)
# Fewer than this many people can be recognised (CMS cell rule); nobody at all can be said.
FEWEST = 11
NEEDS_NOTICE = frozenset({"court_order", "mandate"})
# What a demand of a kind needs before anything is handed over because of it.
GROUNDS: Mapping[str, frozenset[str]] = {
    "subpoena": frozenset({"release", "court_order"}),
    "out_of_state": frozenset({"release", "court_order"}),
    "immigration": frozenset({"release", "court_order"}),
    "court_order": frozenset({"court_order"}),
    "search_warrant": frozenset({"warrant"}),
    "own_file": frozenset({"own_only"}),
    "next_of_kin": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Basis:
    """A basis as it is entered. `allowed` is what this kind of basis could open at most; `most` its longest time."""

    kind: Kind
    has_case: bool
    has_recipient: bool
    categories: frozenset[str]
    allowed: frozenset[str]
    from_at: datetime
    until_at: datetime
    most: timedelta = LONGEST
    judge_signed: bool | None = None
    words: Mapping[str, str] | None = None
    counts: tuple[int, ...] = ()


def check(basis: Basis) -> tuple[Problem, ...]:
    """This function will return everything that forbids entering this basis, by field."""
    found = [*_paper(basis), *_scope(basis)]
    if not basis.from_at < basis.until_at:
        found.append(Problem("until_on", "basis.end_before_start"))
    elif basis.until_at - basis.from_at > basis.most:
        found.append(Problem("until_on", "basis.too_long"))
    return tuple(found)


def _paper(basis: Basis) -> list[Problem]:
    words = basis.words or {}
    needed = {"court_order": ("judge", "court", "says"), "mandate": ("statute",), "agreement": ("says",)}
    found = [
        Problem(name, f"basis.{name}_needed") for name in needed.get(basis.kind, ()) if not words.get(name)
    ]
    if basis.kind == "court_order" and basis.judge_signed is not True:
        found.append(Problem("judge_signed", "basis.not_by_a_judge"))
    return found


def _scope(basis: Basis) -> list[Problem]:
    if basis.kind == "aggregate":
        small = [n for n in basis.counts if 0 < n < FEWEST]
        found = [] if basis.counts else [Problem("counts", "basis.counts_needed")]
        return [*found, *([Problem("counts", "basis.counts_too_small")] if small else [])]
    found = []
    if basis.kind != "agreement" and not basis.has_case:
        found.append(Problem("case_ref", "basis.case_needed"))
    if not basis.has_recipient:
        found.append(Problem("recipient", "basis.recipient_needed"))
    if not basis.categories:
        found.append(Problem("categories", "basis.categories_needed"))
    elif not basis.categories <= basis.allowed:
        found.append(Problem("categories", "basis.beyond"))
    return found


def lacking(
    kind: str, *, has_document: bool, notice_tried: bool, same_person: bool, over: bool
) -> tuple[str, ...]:
    """This function will return what still keeps an entered basis from opening anything; empty when it may."""
    found = []
    if same_person:
        found.append("basis.same_person")
    if not has_document and kind != "aggregate":
        found.append("basis.document_needed")
    if kind in NEEDS_NOTICE and not notice_tried:
        found.append("basis.notice_needed")
    if over:
        found.append("basis.over")
    return tuple(found)


def may_hand_over(kind: str, grounds: frozenset[str]) -> bool:
    """This function will say whether anything may be handed over for a demand of a kind, on these grounds."""
    return bool(GROUNDS.get(kind, frozenset()) & grounds)
