"""Whether a planned meeting keeps an alarm quiet, by every way of planning one. Doubt, silence and tampering never are."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shelterbelt.watching.deciding import Told
from shelterbelt.watching.parts import Part
from shelterbelt.watching.passages import planned_by_them

Cover = tuple[UUID, datetime]
COVERS: tuple[Callable[[Part, Told, datetime], Cover | None], ...] = (planned_by_them,)


def covered(part: Part, told: Told, *, at: datetime) -> Cover | None:
    """Which plan covers what was told, and until when; none where it is told as ever."""
    return next((found for one in COVERS if (found := one(part, told, at))), None)
