"""Reads a part of the log on, also past what does not open: that one batch is passed over and holds no other up."""

import logging
from collections.abc import Iterator
from uuid import UUID

from django.db import DatabaseError

from shelterbelt.watching.log import Batch, log
from shelterbelt.watching.models import LogRow

AT_ONCE = 200
said = logging.getLogger(__name__)


def batches_after(agency: UUID, part: int, place: int) -> list[Batch]:
    """The next batches of a part; the next alone where one of them does not open; none where it is that one."""
    for most in (AT_ONCE, 1):
        try:
            return log.read(agency, part, place, most)
        except DatabaseError:
            raise
        except Exception as fault:
            said.error("what was sent does not open: %s", type(fault).__name__)
    return []


def unreadable_after(agency: UUID, part: int, place: int) -> int | None:
    """The place of the next batch, which is there and was not read."""
    rows = LogRow.objects.filter(agency_id=agency, part=part, place__gt=place)
    return rows.order_by("place").values_list("place", flat=True).first()


def batches_between(agency: UUID, part: int, after: int, until: int) -> Iterator[Batch]:
    """Every batch of a stretch that opens."""
    while after < until:
        batches = batches_after(agency, part, after)
        for batch in batches:
            if batch.place > until:
                return
            yield batch
        passed = batches[-1].place if batches else unreadable_after(agency, part, after)
        if passed is None:
            return
        after = passed
