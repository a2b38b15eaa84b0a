"""Reading about agencies. Nothing here is personal."""

from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.agencies.models import Agency, Node


def this_node() -> Node:
    """This installation's own row."""
    return Node.objects.get(is_self=True)


def agencies_here() -> list[Agency]:
    """The agencies whose files this node holds."""
    return list(Agency.objects.filter(node__is_self=True).select_related("node"))


def reachable_agencies() -> "QuerySet[Agency]":
    """The agencies that can be chosen as recipients: those here, and those of nodes that are trusted; by name."""
    rows = Agency.objects.filter(Q(node__is_self=True) | Q(node__state="trusted"), closed_at=None)
    return rows.select_related("node")


def agencies_of_kind(*kinds: str) -> list[Agency]:
    """Every agency of these kinds that can be reached, here or elsewhere, by name."""
    return list(reachable_agencies().filter(kind__in=kinds))


def agency(agency_id: UUID) -> Agency:
    """One agency."""
    return Agency.objects.select_related("node").get(id=agency_id)


def is_system(agency: Agency) -> bool:
    """Whether this is an agency of the justice system."""
    return agency.kind in ("police", "prosecutor", "probation", "court", "council")
