"""Reading what was sent, when, by which way, or why not; and which messages are due.

Starts from what the asker may see. A number or address is never shown whole.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.library import quiet
from shelterbelt.notices.actions.sending import LOST_AFTER
from shelterbelt.notices.models import Notice
from shelterbelt.notices.policy import SEE_NOTICES
from shelterbelt.store.asker import as_agency

MOST = 200
AT_ONCE = 500


@dataclass(frozen=True)
class NoticeFace:
    """One message as a worker sees it; `reasons` are codes, `text` is what it says."""

    ref: str
    kind: str
    text: str
    channel: str
    state: str
    reasons: tuple[str, ...]
    written_at: datetime
    written_by: str
    next_at: datetime | None
    ended_at: datetime | None
    to: str

    @property
    def stoppable(self) -> bool:
        """Whether it can still be kept from going."""
        return self.state in ("waiting", "held")


def notices_about(about: UUID, *, by: Worker, at: datetime) -> list[NoticeFace]:
    """Every message about a thing that the worker may see, newest first."""
    rows = visible(by, SEE_NOTICES, Notice.objects.filter(about=about), at=at)
    found = list(rows.order_by("-written_at", "-id")[:MOST])
    names = names_of(row.written_by for row in found)
    return [_face(row, names.get(row.written_by, "")) for row in found]


def notice_by_ref(ref: str, *, by: Worker, at: datetime) -> Notice:
    """The message behind a reference, if this worker may have it; refused otherwise."""
    found: Notice | None = visible(by, SEE_NOTICES, Notice.objects.all(), at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def due_notices(agency: UUID, *, at: datetime) -> list[UUID]:
    """Messages of an agency whose time has come, oldest first; those whose sender died are among them."""
    free = Q(claimed_at=None) | Q(claimed_at__lte=at - LOST_AFTER)
    with as_agency(agency, at=at):
        rows = Notice.objects.filter(free, agency_id=agency, state="waiting", next_at__lte=at)
        return list(rows.order_by("next_at").values_list("id", flat=True)[:AT_ONCE])


def shortened(to: str) -> str:
    """The end of a number, or the beginning of an address: enough to know which one."""
    name, _, host = to.partition("@")
    return f"{name[:2]}…@{host}" if host else f"…{to[-4:]}" if to else ""


def _face(row: Notice, name: str) -> NoticeFace:
    content = opened(row)
    text = quiet.kind(row.kind).text(content["language"])
    return NoticeFace(
        ref=row.ref,
        kind=row.kind,
        text=str(content.get("body") or text.body),
        channel=row.channel,
        state=row.state,
        reasons=tuple(row.reasons),
        written_at=row.written_at,
        written_by=name,
        next_at=row.next_at,
        ended_at=row.ended_at,
        to=shortened(str(content.get("to") or "")),
    )
