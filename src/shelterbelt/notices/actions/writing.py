"""Write a message to a person, stop one that waits. A message is planned by the instructions when it is written and again
in the moment in which it is sent; what they do not allow is refused, with the reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record
from shelterbelt.library import quiet
from shelterbelt.notices.channels import able
from shelterbelt.notices.instructions import plan
from shelterbelt.notices.models import Notice
from shelterbelt.notices.policy import SEND_NOTICE, STOP_NOTICE
from shelterbelt.notices.standing import Reached, standing_of
from shelterbelt.notices.wake import send_soon
from shelterbelt.store.ids import uuid7


def write_notice(
    kind: str,
    *,
    agency: Agency,
    about: UUID,
    instructions: Mapping[str, Any] | None,
    language: str,
    by: Worker | None,
    at: datetime,
) -> Notice:
    """A message of a kind that the library knows, to whom the instructions lead: it waits, is held, or is refused.

    Instructions that stand here go before those given, except that a hard stop in either stops it.
    """
    known = quiet.kind(kind)
    told, standing = standing_of(agency.id, about, given=instructions)
    way = plan(told, at, standing=standing, able=able())
    notice_id, key = uuid7(), new_key(agency.id)
    content = {"language": language, "given": dict(instructions or {})}
    notice = Notice.objects.create(
        id=notice_id,
        agency=agency,
        key=key,
        sealed=seal(key, agency.id, content, about=notice_id),
        kind=known.name,
        about=about,
        channel=way.channel,
        state=way.state,
        reasons=list(way.reasons),
        written_at=at,
        written_by=by.id if by else None,
        next_at=(way.next_at or at) if way.state == "waiting" else None,
        until_at=at + known.lasts,
        ended_at=at if way.state == "refused" else None,
    )
    record(f"notice.{way.state}", about=notice.id, by=notice.written_by, agency=agency.id, at=at)
    if way.now:
        send_soon(agency.id, notice.id)
    return notice


def send_message(
    kind: str, about: UUID, *, given: Mapping[str, Any] | None, language: str, by: Worker, at: datetime
) -> Notice:
    """A quiet message that a worker wants to send, when and how they allow it."""
    require(by, SEND_NOTICE, Reached(by.agency_id, about), at=at)
    return write_notice(
        kind, agency=by.agency, about=about, instructions=given, language=language, by=by, at=at
    )


def stop_notice(notice: Notice, *, by: Worker, at: datetime) -> bool:
    """Stop one message that has not gone; whether it was in time."""
    require(by, STOP_NOTICE, notice, at=at)
    found = Notice.objects.select_for_update().filter(id=notice.id).first()
    if found is None:
        raise NotForYou
    if found.state not in ("waiting", "held"):
        return False
    _ended(found, "stopped", ("notice.stopped",), by=by.id, at=at)
    return True


def stop_waiting(agency: UUID, about: UUID, reason: str, *, by: UUID | None, at: datetime) -> int:
    """Refuse every message about a thing that has not gone; how many."""
    rows = Notice.objects.select_for_update().filter(
        agency_id=agency, about=about, state__in=("waiting", "held")
    )
    found = list(rows)
    for notice in found:
        _ended(notice, "refused", (reason,), by=by, at=at)
    return len(found)


def wake_notices(agency: UUID, about: UUID, *, at: datetime) -> None:
    """Look again at once at every message that waits."""
    for notice in Notice.objects.filter(agency_id=agency, about=about, state="waiting"):
        Notice.objects.filter(id=notice.id, state="waiting").update(next_at=at)
        send_soon(agency, notice.id)


def _ended(notice: Notice, state: str, reasons: tuple[str, ...], *, by: UUID | None, at: datetime) -> None:
    notice.state, notice.reasons, notice.ended_at, notice.next_at = state, list(reasons), at, None
    notice.save(update_fields=["state", "reasons", "ended_at", "next_at"])
    record(f"notice.{state}", about=notice.id, by=by, agency=notice.agency_id, at=at)
