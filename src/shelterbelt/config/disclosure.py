"""`shelterbelt disclosure preview`: what this node holds about one case and whether it opens here now. Never content.

It works from the command line because a lawyer asks for it when nobody can sign in; the look is in the access log.
"""

import argparse
from collections.abc import Iterator

from shelterbelt.config.processes import Fault


def preview(chosen: argparse.Namespace) -> int:
    """Print the list; with --show-open-columns also what stands in columns that are not sealed."""
    from shelterbelt.agencies.queries import agencies_here
    from shelterbelt.cases.models import Case
    from shelterbelt.disclosures.preview import of_case
    from shelterbelt.ledger.actions import reading
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    at = now()
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            case = Case.objects.filter(ref=chosen.case, agency_id=agency.id).first()
            if case is None:
                continue
            reading("holdings", about=case.id, by=None, agency=agency.id, at=at)
            print("\n".join(lines(of_case(case), agency.name, show_open=chosen.show_open_columns)))
            return 0
    raise Fault("No case of this node has this reference.")


def lines(found: object, holder: str, *, show_open: bool) -> Iterator[str]:
    """The list as lines of text."""
    from shelterbelt.disclosures.preview import Preview

    assert isinstance(found, Preview)
    yield f"Held by {holder}: {found.rows} rows in {len(found.tables)} tables. Content is not shown."
    yield ""
    yield f"{'TABLE':34}{'ROWS':>6}{'SEALED':>8}{'OPENS HERE':>12}{'DESTROYED':>11}{'ELSEWHERE':>11}"
    for held in found.tables:
        yield (
            f"{held.table:34}{held.rows:>6}{held.sealed:>8}{held.opens:>12}{held.destroyed:>11}{held.elsewhere:>11}"
        )
    yield ""
    yield f"Files on the disk: {found.files.found} ({found.files.size} bytes), open here: {found.files.opens}."
    yield f"Jobs in the queue: {found.jobs.found}."
    yield f"Letters on their way that cannot be told apart: {found.letters_unlinked}; sealed to other nodes."
    yield _place("Lines in the journal", found.journal.found, known=found.journal.known)
    yield _place("Lines in the logs", found.logs.found, known=found.logs.known)
    yield "Backups: " + (
        "; ".join(found.backups) if found.backups else "none known here. Ask who runs the node."
    )
    yield ""
    yield "Columns that are not sealed (ids, instants, codes):"
    for held in found.tables:
        yield f"  {held.table}: {', '.join(held.open_columns)}"
    if show_open:
        yield from _open(found)


def _place(name: str, count: int, *, known: bool) -> str:
    return f"{name}: {count}." if known else f"{name}: there are none here."


def _open(found: object) -> Iterator[str]:
    from shelterbelt.disclosures.holdings import open_values
    from shelterbelt.disclosures.preview import Preview

    assert isinstance(found, Preview)
    for held in found.tables:
        yield ""
        yield held.table
        for row in open_values(held):
            yield "  " + " ".join(f"{name}={value}" for name, value in row.items() if value not in (None, ""))
