"""Strikes another node off with everything that hangs on it, in one transaction. Refuses to leave a grant open to it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from shelterbelt.agencies.models import Node
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.agencies.trust import revoke_node
from shelterbelt.consent.actions.ending import end_by_recipient
from shelterbelt.consent.models import Grant
from shelterbelt.store.asker import as_agency


def strike_off(node: Node, because: str, *, by: UUID | None, at: datetime) -> int:
    """From this transaction on the node is a stranger; how many grants to its agencies ended with that."""
    count = 0
    with transaction.atomic():
        revoke_node(node, because, by=by, at=at)
        for holder in agencies_here():
            with as_agency(holder.id, at=at):
                grants = Grant.objects.filter(agency=holder, recipient__node=node, withdrawn_at=None)
                for grant in grants.select_related("agency__node", "recipient__node").order_by("id"):
                    end_by_recipient(grant, at=at)
                    count += 1
    return count
