"""Rows that hold from one instant until another, or until somebody ends them. Decides nothing about who sees them."""

from datetime import datetime

from django.db.models import Q


def lasting(at: datetime) -> Q:
    """Those that have not ended by an instant: `until_at` is none, or lies after it."""
    return Q(until_at=None) | Q(until_at__gt=at)
