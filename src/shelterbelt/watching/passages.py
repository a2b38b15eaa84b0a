"""Whether a meeting that a survivor planned keeps an alarm of their own watch quiet, and until when.

It hands `rules.passages` what was seen; doubt, silence and tampering are covered by no plan.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shelterbelt.agencies.sealed import opened
from shelterbelt.library.watching import watching
from shelterbelt.rules import passages as rules
from shelterbelt.rules.fixes import SECOND, Fix, doubtful, moved
from shelterbelt.rules.frames import unframed
from shelterbelt.rules.watches import PAIR, ZONE, Told
from shelterbelt.rules.zones import circle
from shelterbelt.watching.pair_models import Passage
from shelterbelt.watching.pair_sources import OF_PAIR, WARNING
from shelterbelt.watching.parts import Part


def planned(
    name: str,
    told: Mapping[str, Any],
    kinds: Collection[str],
    span: tuple[datetime, datetime],
    sources: Collection[UUID],
    *,
    made_at: datetime,
    ended_at: datetime | None = None,
) -> rules.Passage:
    """A plan as the rules take it. Raises ValueError for what no plan may be."""
    return rules.Passage(
        id=name,
        watches=frozenset(map(str, sources)),
        kinds=frozenset(kinds),
        place=circle(told["lat"], told["lon"], told["reach"]),
        metres=told["metres"],
        from_ms=_ms(span[0]),
        until_ms=_ms(span[1]),
        made_ms=_ms(made_at),
        ended_ms=None if ended_at is None else _ms(ended_at),
    )


def planned_by_them(part: Part, told: Told, at: datetime) -> tuple[UUID, datetime] | None:
    """The plan that covers what was told, and until when; none where it is told as ever."""
    watch = part.watches.get(told.watch) if told.of in (ZONE, PAIR) else None
    if watch is None or watch.source not in (OF_PAIR, WARNING) or told.kind not in rules.COVERABLE:
        return None
    plans = _plans(watch.person_id, watch.source_id)
    if not plans:
        return None
    seen = _seen(part, told, str(watch.source_id))
    reason = rules.quiets(plans, seen)
    until = rules.covered_until(plans, seen)
    if reason is None or until is None:
        return None
    return UUID(str(reason.about)), datetime.fromtimestamp(until / SECOND, UTC)


def _plans(person_id: UUID, source_id: UUID) -> list[rules.Passage]:
    rows = Passage.objects.filter(person_id=person_id, sources__contains=[source_id])
    return [
        planned(
            str(row.id),
            opened(row),
            row.kinds,
            (row.from_at, row.until_at),
            row.sources,
            made_at=row.made_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def _seen(part: Part, told: Told, name: str) -> rules.Seen:
    """What the watch saw, by the last fix of everybody whom it is of; a jump there is in doubt."""
    fixes: dict[int, list[Fix]] = {}
    for one in unframed(part.proof(told)):
        if one.fix.ms <= told.ms:
            fixes.setdefault(one.device, []).append(one.fix)
    ways = [sorted(way) for way in fixes.values()]
    last = tuple(way[-1] for way in ways)
    fastest = watching().pair.fastest
    doubt = any(doubtful(way[-2] if len(way) > 1 else None, way[-1], fastest=fastest) for way in ways)
    return rules.Seen(name, told.kind, told.ms, _least(last), last, doubt or told.late_alone)


def _least(fixes: tuple[Fix, ...]) -> float:
    if len(fixes) != 2:
        return 0.0
    one, two = fixes
    return max(0.0, moved(one, two) - one.metres - two.metres)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * SECOND)
