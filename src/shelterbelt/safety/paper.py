"""The plan on paper: a pocket card, the whole plan, the child's own page. Tagged PDF, and nothing beside the words.

Refuses every title, file name or mark that would say what it is: all three are called the same, always.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from shelterbelt.safety.queries import PaperPart, PaperPlan
from shelterbelt.ui.paper import drawn

FILE_NAME = "page.pdf"
CARD, FULL, CHILD = "card", "full", "child"
KINDS = (CARD, FULL, CHILD)
PAGES = {kind: (Path(__file__).parent / "pages" / f"{kind}.typ").read_bytes() for kind in KINDS}
# How many signs of one answer fit a panel of the card; what is longer goes on in the next panel.
PANEL, LARGE_PANEL = 180, 90
PLAIN_SIZES = {CARD: 8.5, FULL: 11, CHILD: 14}
LARGE_SIZES = {CARD: 11.5, FULL: 17, CHILD: 20}


@dataclass(frozen=True, slots=True)
class Line:
    """One question and what was answered; a question without an answer is for writing by hand."""

    question: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the plan with the heading it stands under."""

    title: str
    lines: tuple[Line, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What goes on paper, in the language in which its texts are: whole parts, or the few lines of a card."""

    language: str
    parts: tuple[Part, ...] = ()
    card: tuple[Line, ...] = ()


def on_paper(plan: PaperPlan) -> OnPaper:
    """A plan as its papers need it: every written part, and the lines that belong on a card."""
    parts = tuple(_of_plan(part) for part in plan.parts)
    card = tuple(Line(one.label, one.values) for part in plan.card for one in part.lines if one.card)
    return OnPaper(plan.language, parts, card)


def _of_plan(part: PaperPart) -> Part:
    first = (Line("", part.careful),) if part.careful else ()
    lines = tuple(Line(one.label, one.values) for one in part.lines if one.values)
    return Part(part.title, first + lines, part.group_label)


def pdf(kind: str, told: OnPaper, *, large: bool = False) -> bytes:
    """One of the three papers as PDF/UA-1; a letter that no font has is shown as a box, and the paper says so."""
    with translation.override(told.language):
        words = {
            "lang": told.language,
            "title": _("Page"),
            "heading": _("My notes"),
            "size": (LARGE_SIZES if large else PLAIN_SIZES)[kind],
            "groups": [] if kind == CARD else list(_groups(told.parts)),
            "notes": list(_notes(told.card, LARGE_PANEL if large else PANEL)) if kind == CARD else [],
        }
        said = _("%(box)s stands for a letter that this paper cannot show.")
        return drawn(PAGES[kind], words, said=said)


def _groups(parts: Sequence[Part]) -> Iterator[dict[str, Any]]:
    """Parts under their headings, in the order in which each heading comes first."""
    for group in dict.fromkeys(part.group for part in parts):
        yield {"title": group, "parts": [_part(part) for part in parts if part.group == group]}


def _part(part: Part) -> dict[str, Any]:
    lines = [{"question": line.question, "answers": list(line.answers)} for line in part.lines]
    return {"title": part.title, "lines": lines}


def _notes(card: Sequence[Line], most: int) -> Iterator[dict[str, Any]]:
    """The lines of a card in pieces, each of which fits a panel."""
    for line in card:
        pieces = [piece for answer in line.answers for piece in _pieces(answer, most)]
        for number, piece in enumerate(pieces):
            yield {"question": "" if number else line.question, "answer": piece}


def _pieces(text: str, most: int) -> Iterator[str]:
    """A text cut between words, and inside a word only where it is longer than a panel."""
    left = " ".join(text.split())
    while len(left) > most:
        cut = left.rfind(" ", 0, most + 1)
        cut = cut if cut > 0 else most
        yield left[:cut].rstrip()
        left = left[cut:].lstrip()
    if left:
        yield left
