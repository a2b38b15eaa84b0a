"""What left a case to others: on which basis, exactly what, to whom, when, by whom, who was told, and how little it was.

Source of the fields: 34 USC 12291(b)(2), 28 CFR 94.115; the order is the one of the law's own list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from shelterbelt.access.models import Worker
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.consent.disclosed import Disclosure, disclosures_of
from shelterbelt.consent.models import Grant
from shelterbelt.disclosures.models import Authority, Demand
from shelterbelt.disclosures.queries import notes_of
from shelterbelt.disclosures.words import BASES, GROUNDS, NOTICES
from shelterbelt.library import shelf

MOST = 500


@dataclass(frozen=True)
class Given:
    """One disclosure."""

    at: datetime
    basis: str
    items: tuple[str, ...]
    recipient: str
    by: UUID | None
    told: tuple[str, ...] = ()
    least: str = ""
    digest: str = ""


def given_of(case: Case, *, by: Worker, at: datetime) -> list[Given]:
    """Every disclosure about a case of the asker's own agency, newest first."""
    found = [*_shown(case, by=by, at=at), *_handed_over(case)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _shown(case: Case, *, by: Worker, at: datetime) -> Iterator[Given]:
    """What was read live by other agencies, with the digest of what each was shown."""
    of_case = [grant for grant in Grant.objects.filter(agency_id=case.agency_id).select_related("recipient")
               if grant.case_id in (None, case.id)]  # fmt: skip
    papers = {row.id: row for row in Authority.objects.filter(agency_id=case.agency_id)}
    for one in disclosures_of(by=by, at=at, case_id=case.id)[:MOST]:
        grant = next((g for g in of_case if g.id == one.grant_id), None)
        # A page inside the node names no grant: it is the one that opened the file to that agency then.
        grant = grant or next((g for g in of_case if _opened_it(g, one)), None)
        paper = next((p for p in papers.values() if grant and p.grant_id == grant.id), None)
        yield Given(
            at=one.at,
            basis=str(BASES[grant.basis]) if grant else _("not kept any more"),
            items=tuple(items(one.categories or (grant.categories if grant else ()))),
            recipient=one.reader,
            by=None,
            told=tuple(_told(paper)) if paper else (),
            least=_least(grant, paper),
            digest=one.digest[:16],
        )


def _opened_it(grant: Grant, one: Disclosure) -> bool:
    ends = min(grant.until_at, grant.withdrawn_at or grant.until_at)
    return grant.recipient.name == one.reader and grant.from_at <= one.at < ends


def items(categories: Any) -> Iterator[str]:
    """What was shown, by the names of its categories."""
    own = {"case_file": _("The case as this agency holds it"), "actions": _("Work and when it is due")}
    for code in categories:
        yield own.get(code) or _(shelf.label_of("release_categories", code))


def _told(paper: Authority) -> Iterator[str]:
    for note in notes_of(paper):
        if note["kind"] in NOTICES:
            yield f"{NOTICES[note['kind']]}. {note.get('words', '')}".strip(" .") + "."


def _least(grant: Grant | None, paper: Authority | None) -> str:
    if paper is not None:
        return str(opened(paper).get("narrowed") or _("As the paper says, nothing beside it."))
    if grant is not None and grant.basis == "release":
        return _("Only what the survivor ticked in the release.")
    return _("Only what the agreement names.") if grant else ""


def _handed_over(case: Case) -> Iterator[Given]:
    """What was given because of a demand: exactly what, item by item."""
    rows = Demand.objects.filter(case_id=case.id, outcome="complied")
    for row in rows:
        told = opened(row)
        done = next((note for note in notes_of(row) if note["kind"] == "complied"), {})
        yield Given(
            at=row.ended_at or row.entered_at,
            basis=str(GROUNDS.get(str(done.get("ground", "")), "")),
            items=tuple(line for line in str(done.get("items", "")).splitlines() if line.strip()),
            recipient=str(told.get("asker", "")),
            by=row.ended_by,
            told=tuple(_steps_told(row)),
            least=str(done.get("words", "")),
        )


def _steps_told(row: Demand) -> Iterator[str]:
    for note in notes_of(row):
        if note["step"] == "tell_survivor":
            yield str(note.get("words") or _("They were told."))
