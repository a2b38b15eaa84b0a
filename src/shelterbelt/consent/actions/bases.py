"""Open and end grants that rest on an agreement between system agencies, a court order or a mandate.

Refuses an agreement over a victim service's cases, a grant without scope or end, and one that names no authority.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import is_system
from shelterbelt.consent.actions.ending import end_other
from shelterbelt.consent.models import Grant
from shelterbelt.consent.policy import END_GRANT, OPEN_AGREEMENT, OPEN_BY_LAW
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf

OWN_FILE = frozenset({"case_file", "actions"})
# What only the survivor's own release opens: no order and no duty reaches their own file through a grant.
NEVER_BY_LAW = frozenset({"safety_plan", "pair_watched"})


def open_agreement(
    holder: Agency,
    recipient: Agency,
    categories: Sequence[str],
    case_id: UUID | None,
    purpose: str,
    from_at: datetime,
    until_at: datetime,
    *,
    by: Worker,
    at: datetime,
) -> Grant:
    """Open a system agency's case (or all of them) to another system agency of this node."""
    require(by, OPEN_AGREEMENT, at=at)
    if by.agency_id != holder.id:
        raise NotForYou
    _refuse_agreement(holder, recipient, categories, from_at, until_at)
    grant = Grant.objects.create(
        agency=holder,
        case_id=case_id,
        recipient=recipient,
        categories=sorted(categories),
        purpose=purpose,
        basis="agreement",
        from_at=from_at,
        until_at=until_at,
    )
    record("agreement.opened", about=grant.id, by=by.id, agency=holder.id, at=at)
    return grant


def _refuse_agreement(
    holder: Agency, recipient: Agency, categories: Sequence[str], from_at: datetime, until_at: datetime
) -> None:
    if not (is_system(holder) and is_system(recipient)):
        raise ValueError("An agreement exists between agencies of the justice system only.")
    if holder.node_id != recipient.node_id or holder.id == recipient.id:
        raise ValueError("An agreement joins two agencies of one node.")
    if not categories or not OWN_FILE.issuperset(categories):
        raise ValueError("An agreement names what it opens.")
    if not from_at < until_at:
        raise ValueError("An agreement has an end after its beginning.")


def open_on_basis(
    basis: Literal["court_order", "mandate"],
    holder: Agency,
    recipient: Agency,
    case_id: UUID,
    categories: Collection[str],
    purpose: str,
    from_at: datetime,
    until_at: datetime,
    *,
    authority: UUID,
    by: Worker,
    at: datetime,
    reference: str = "",
) -> Grant:
    """Open named categories of one case because a court or a law orders it; `authority` is the record of that.

    `reference` is the recipient's own word for the case; without one they get the grant's reference.
    """
    require(by, OPEN_BY_LAW, at=at)
    if by.agency_id != holder.id:
        raise NotForYou
    _refuse_order(basis, holder, recipient, categories, from_at, until_at)
    grant = Grant.objects.create(
        agency=holder,
        case_id=case_id,
        recipient=recipient,
        categories=sorted(categories),
        purpose=purpose,
        basis=basis,
        authority=authority,
        from_at=from_at,
        until_at=until_at,
    )
    record("grant.opened", about=grant.id, by=by.id, agency=holder.id, at=at)
    if not OWN_FILE.issuperset(categories):
        tell_of(grant, reference or grant.ref, limits="", at=at)
    return grant


def _refuse_order(
    basis: str,
    holder: Agency,
    recipient: Agency,
    categories: Collection[str],
    from_at: datetime,
    until_at: datetime,
) -> None:
    if basis not in ("court_order", "mandate"):
        raise ValueError("A grant of this kind rests on a court's order or on a mandate.")
    if holder.id == recipient.id:
        raise ValueError("An agency opens nothing to itself.")
    shared = OWN_FILE if is_system(holder) and holder.node_id == recipient.node_id else frozenset()
    could = (shelf.codes("release_categories") - NEVER_BY_LAW) | shared
    if not categories or not could.issuperset(categories):
        raise ValueError("It names what it opens, and no more than can be opened.")
    if not from_at < until_at:
        raise ValueError("It has an end after its beginning.")


def tell_of(grant: Grant, reference: str, *, limits: str, at: datetime) -> None:
    """Tell the recipient's node that a grant exists: enough to ask, and the limits that it must read with it."""
    body = {
        "grant": str(grant.id),
        "reference": reference,
        "categories": list(grant.categories),
        "purpose": grant.purpose,
        "from": grant.from_at.isoformat(),
        "until": grant.until_at.isoformat(),
        "limits": limits,
    }
    send_letter("grant/2", body, by=grant.agency, to=grant.recipient, at=at)


def end_grant(grant: Grant, *, by: Worker, at: datetime) -> Grant:
    """End a grant that rests on an agreement, an order or a mandate; one of a release ends with its release."""
    require(by, END_GRANT, grant, at=at)
    if grant.release_id is not None:
        raise ValueError("This ends with its release.")
    rows = Grant.objects.select_for_update(of=("self",)).select_related("agency__node", "recipient__node")
    row = rows.get(id=grant.id)
    if row.withdrawn_at is None:
        end_other(row, by=by.id, at=at)
    return row
