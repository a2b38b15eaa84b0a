"""Says aloud who can do what, and why one worker may or may not see one case, rule by rule.

It opens nothing and shows nothing of a case: codes, rule names, yes and no. It refuses to guess an unknown code.
"""

import argparse
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

import shelterbelt
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Because, Permission, Restricted, visible, walled
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.config.processes import Fault
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now

WIDE = 78


@dataclass(frozen=True)
class Line:
    """One permission as the table prints it."""

    app: str
    permission: Permission


def permissions() -> Iterator[Line]:
    """Every permission there is, app by app, found in the `policy` modules themselves."""
    for found in pkgutil.iter_modules(shelterbelt.__path__):
        name = f"shelterbelt.{found.name}.policy"
        if importlib.util.find_spec(name) is None:
            continue
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Permission):
                yield Line(found.name, value)


def who_can(chosen: argparse.Namespace) -> int:
    """`shelterbelt who-can`: the whole table, or the permissions of one role."""
    seen: set[str] = set()
    for line in permissions():
        right = line.permission
        if right.name in seen or (chosen.role and chosen.role not in right.roles):
            continue
        seen.add(right.name)
        print(f"{right.name}  ({line.app})")
        _print("roles", ", ".join(sorted(right.roles)))
        _print("in", ", ".join(sorted(right.kinds)) if right.kinds else "every kind of agency")
        _print("rows", f"{right.rule.name}, less walled, less restricted")
    if not seen:
        raise Fault(f"No permission belongs to the role {chosen.role}.")
    return 0


def _print(word: str, text: str) -> None:
    for n, line in enumerate(wrap(text, WIDE)):
        print(f"    {word if n == 0 else '':6}{line}")


def why(chosen: argparse.Namespace) -> int:
    """`shelterbelt why WORKER CASE`: what each rule and each lock says; exit code 1 when the case is closed."""
    at = now()
    by, case = worker_called(chosen.worker, at=at), case_of(chosen.case, at=at)
    told = list(answers(by, case, at=at))
    for text, holds in told:
        print(f"{'yes' if holds else 'no ':4} {text}")
    opened = all(holds for _text, holds in told if not _text.startswith(" "))
    print(f"\n{by.code} {'sees' if opened else 'does not see'} this case.")
    return 0 if opened else 1


def answers(by: Worker, case: Case, *, at: datetime) -> Iterator[tuple[str, bool]]:
    """Each reading of the policy on this case: the right, its rule with its parts, walls, the list, the database.

    A line that begins with spaces is a part of the one above it and decides nothing alone.
    """
    yield f"the account of {by.code} is open", by.is_active
    yield (
        f"roles ({', '.join(sorted(by.roles)) or 'none'}) include one that may see cases",
        SEE_CASE.allows(by),
    )
    restricted = Restricted(glass=SEE_CASE.glass)
    with as_agency(case.agency_id, at=at):
        yield from _told(SEE_CASE.rule.why(by, case, at))
        yield "no wall stands between", not walled.holds(by, case, at)
        yield (
            "the file is not restricted, or is entrusted, or the glass is broken",
            not restricted.holds(by, case, at),
        )
    with as_agency(by.agency_id, at=at, worker=by.id):
        listed = visible(by, SEE_CASE, Case.objects.all(), at=at).filter(id=case.id).exists()
        yield "it is in the lists of this worker", listed
        yield "row-level security shows the row", Case.objects.filter(id=case.id).exists()


def _told(because: Because, depth: int = 0) -> Iterator[tuple[str, bool]]:
    yield f"{'  ' * depth}{because.name}", because.holds
    for part in because.parts:
        yield from _told(part, depth + 1)


def worker_called(code: str, *, at: datetime) -> Worker:
    """A worker of this node by their sign-in code."""
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            if found := Worker.objects.select_related("agency").filter(code=code).first():
                return found
    raise Fault(f"No worker of this node has the code {code}.")


def case_of(ref: str, *, at: datetime) -> Case:
    """A case of this node by its reference, read in its holder's name."""
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            if found := Case.objects.filter(ref=ref, agency_id=agency.id).first():
                return found
    raise Fault("No case of this node has this reference.")
