"""Send one message whose time has come: claim it, look at the instructions once more, hand it over, note what became of it.

A crash between the two leaves it unknown whether it went. Such a message is tried once more, because a neutral text
that comes twice harms less than one that never comes; after a second time a person looks (ADR 19).
"""

from datetime import datetime, timedelta
from uuid import UUID

from shelterbelt.agencies.sealed import opened, seal
from shelterbelt.ledger.actions import record
from shelterbelt.library import quiet
from shelterbelt.notices import channels
from shelterbelt.notices.channels import Later, Message, Never, NotSent, Tells, Unclear
from shelterbelt.notices.instructions import Plan, Told, plan
from shelterbelt.notices.models import Notice
from shelterbelt.notices.standing import hold_still, standing_of
from shelterbelt.store.asker import as_agency

LOST_AFTER = timedelta(minutes=10)
AGAIN = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60))
LOOK_AGAIN = timedelta(minutes=15)
MOST_UNCLEAR = 2


def send_notice(agency: UUID, notice_id: UUID, *, at: datetime) -> str:
    """Send a message if it is due and may go now; the state that it is in afterwards, or an empty word."""
    with as_agency(agency, at=at):
        about = _claim(notice_id, at=at)
    if about is None:
        return ""
    with as_agency(agency, at=at):
        hold_still(about, changing=False)
        notice = Notice.objects.select_for_update().filter(id=notice_id, state="waiting").first()
        if notice is None:
            return ""
        _try(notice, at=at)
        if notice.state != "waiting":
            record(f"notice.{notice.state}", about=notice.id, by=None, agency=agency, at=at)
    return notice.state


def _claim(notice_id: UUID, *, at: datetime) -> UUID | None:
    """Take a due message so that no other job does; committed before anything is handed over."""
    due = Notice.objects.select_for_update(skip_locked=True)
    found = due.filter(id=notice_id, state="waiting", next_at__lte=at).first()
    if found is None or (found.claimed_at and found.claimed_at > at - LOST_AFTER):
        return None
    if found.claimed_at:  # whoever held it died
        found.unclear += 1
    found.claimed_at = at
    found.tries += 1
    found.save(update_fields=["claimed_at", "unclear", "tries"])
    return found.about


def _try(notice: Notice, *, at: datetime) -> None:
    if at >= notice.until_at:
        return _ended(notice, "refused", "notice.too_late", at=at)
    if notice.unclear >= MOST_UNCLEAR:
        return _ended(notice, "held", "notice.unclear", at=at)
    content = opened(notice)
    told, standing = standing_of(notice.agency_id, notice.about, given=content["given"] or None)
    way = plan(told, at, standing=standing, able=channels.able())
    notice.channel = way.channel or notice.channel
    if way.state != "waiting":
        return _ended(notice, way.state, *way.reasons, at=at)
    if not way.now:
        return _put_off(notice, way.next_at or at + LOOK_AGAIN, *way.reasons)
    return _hand_over(notice, _message(notice, content["language"], told or {}, way), way, at=at)


def _message(notice: Notice, language: str, told: Told, way: Plan) -> Message:
    text = quiet.kind(notice.kind).text(language)
    name = str(told.get("sender_name") or "")
    return Message(way.to, text, language[:2], notice.ref, sender_name=name, ends_at=way.ends_at)


def _hand_over(notice: Notice, message: Message, way: Plan, *, at: datetime) -> None:
    try:
        channels.send(way.channel, message, at=at)
    except NotSent as fault:
        return _not_sent(notice, fault, at=at)
    content = {**opened(notice), "to": message.to, "subject": message.text.subject, "body": message.text.body}
    notice.sealed = seal(notice.key, notice.agency_id, content, about=notice.id)
    return _ended(notice, "sent", "notice.taken", at=at)


def _not_sent(notice: Notice, fault: NotSent, *, at: datetime) -> None:
    match fault:
        case Later():
            _put_off(notice, at + AGAIN[min(notice.tries, len(AGAIN)) - 1], fault.code)
        case Unclear() if notice.unclear + 1 < MOST_UNCLEAR:
            notice.unclear += 1
            _put_off(notice, at + LOOK_AGAIN, fault.code)
        case Tells() | Unclear():
            _ended(notice, "held", fault.code, at=at)
        case Never():
            _ended(notice, "refused", fault.code, at=at)


def _put_off(notice: Notice, until: datetime, *reasons: str) -> None:
    notice.next_at, notice.claimed_at, notice.reasons = until, None, list(reasons)
    notice.save(update_fields=["next_at", "claimed_at", "reasons", "channel", "unclear"])


def _ended(notice: Notice, state: str, *reasons: str, at: datetime) -> None:
    notice.state, notice.reasons, notice.ended_at, notice.next_at = state, list(reasons), at, None
    notice.claimed_at = None
    notice.save(
        update_fields=[
            "state",
            "reasons",
            "ended_at",
            "next_at",
            "claimed_at",
            "channel",
            "sealed",
            "unclear",
        ]
    )
