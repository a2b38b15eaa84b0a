"""Refuses an instant that does not say its zone: between two of them an hour may lie that nobody sees."""

from datetime import datetime


def aware(*instants: datetime | None) -> None:
    """Raise ValueError for a naive instant among these; None is no instant."""
    if any(one is not None and one.utcoffset() is None for one in instants):
        raise ValueError("an instant needs its zone")
