"""News for the survivor of a case: what they are to be told, until a person has confirmed that they know.

What raises is never dropped for what came after it: it is told with it. How they want to hear is what they said themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.library.detained import NAMED, SURVIVOR, WORKER, detained
from shelterbelt.notices.actions.others import is_their_own
from shelterbelt.rules.detention import RAISES, Notice
from shelterbelt.store.ids import uuid7
from shelterbelt.supervision.facts import cases_about
from shelterbelt.supervision.models import DetainedNews, NewsWish
from shelterbelt.supervision.policy import CONFIRM_DETAINED_NEWS

OVERTAKEN, CONFIRMED, NOT_WANTED, NOT_NEEDED = "overtaken", "confirmed", "not_wanted", "not_needed"


class TheirOwn(ValueError):
    """A number or address by which the survivor themselves is reached is nobody else's."""


def make_news(
    person_id: UUID,
    notices: Sequence[Notice],
    *,
    happened_at: datetime | None,
    agency: Agency,
    at: datetime,
    forget: bool = False,
) -> None:
    """Write down for each open case about somebody what is to be told. `forget`: what was open before was never so."""
    if not notices and not forget:
        return
    for case in cases_about(person_id, agency=agency.id):
        before = _overtake(case, person_id, at=at)
        if forget:
            before = None
        if notices:
            _new(case, person_id, notices, before, happened_at=happened_at, at=at)


def confirm_news(news: DetainedNews, how: str, words: str, *, by: Worker, at: datetime) -> DetainedNews:
    """A person says that the survivor knows, and how they came to know: from now on nobody is asked or told of it."""
    require(by, CONFIRM_DETAINED_NEWS, news, at=at)
    if how not in shelf.codes("detained_told_how"):
        raise ValueError("not how somebody came to know")
    row = DetainedNews.objects.select_for_update(of=("self",)).get(id=news.id)
    if row.state != "open":
        return row
    row.sealed, row.how, row.ended_by = _sealed(row, {"words": words.strip()}), how, by.id
    _end(row, CONFIRMED, at=at)
    record("detained.confirmed", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def tell_wish(
    case: Case, *, wanted: bool, named: Mapping[str, str] | None, by: Worker, at: datetime
) -> NewsWish:
    """Write down how the survivor wants to hear, and whom they name for when they cannot be reached.

    Who does not want to hear is told nothing from now on, and neither is anybody they named. Raises TheirOwn.
    """
    require(by, WRITE_CASE, case, at=at)
    require(by, CONFIRM_DETAINED_NEWS, at=at)
    if named and is_their_own(named["to"], case.agency_id, case.id):
        raise TheirOwn
    Case.objects.select_for_update(of=("self",)).get(id=case.id)
    NewsWish.objects.filter(case=case, replaced_at=None).update(replaced_at=at)
    row_id, key = uuid7(), new_key(case.agency_id)
    made = NewsWish.objects.create(
        id=row_id,
        agency_id=case.agency_id,
        key=key,
        sealed=seal(key, case.agency_id, {"named": dict(named) if named and wanted else None}, about=row_id),
        case=case,
        wanted=wanted,
        told_at=at,
        told_by=by.id,
    )
    record("detained.wish_told", about=case.id, by=by.id, agency=case.agency_id, at=at)
    for row in DetainedNews.objects.select_for_update(of=("self",)).filter(case=case, state="open"):
        if wanted:
            DetainedNews.objects.filter(id=row.id).update(next_at=at)
        else:
            _end(row, NOT_WANTED, at=at)
            record("detained.not_wanted", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return made


def end_news(row: DetainedNews, state: str, *, at: datetime) -> None:
    """There is nobody to tell any more; the caller holds the row."""
    _end(row, state, at=at)
    record(f"detained.{state}", about=row.id, by=None, agency=row.agency_id, at=at)


def wish_of(case_id: UUID) -> NewsWish | None:
    """What the survivor of a case said last about how they want to hear."""
    return NewsWish.objects.filter(case_id=case_id, replaced_at=None).first()


def _overtake(case: Case, person_id: UUID, *, at: datetime) -> DetainedNews | None:
    rows = DetainedNews.objects.select_for_update(of=("self",))
    before = rows.filter(case=case, person_id=person_id, state="open").first()
    if before is not None:
        end_news(before, OVERTAKEN, at=at)
    return before


def _end(row: DetainedNews, state: str, *, at: datetime) -> None:
    row.state, row.ended_at, row.next_at = state, at, None
    row.save(update_fields=["state", "ended_at", "next_at", "sealed", "how", "ended_by"])


def _new(
    case: Case,
    person_id: UUID,
    notices: Sequence[Notice],
    before: DetainedNews | None,
    *,
    happened_at: datetime | None,
    at: datetime,
) -> DetainedNews:
    wish = wish_of(case.id)
    still = [news for news in before.news if news in RAISES] if before else []
    due = {to: _soonest(one.due_at for one in notices if one.to == to) for to in (SURVIVOR, WORKER, NAMED)}
    if before is not None and still:
        kept = {SURVIVOR: before.due_at, WORKER: before.alarm_at, NAMED: before.named_at}
        due = {to: _soonest(one for one in (due[to], kept[to]) if one) for to in due}
    wanted = wish is None or wish.wanted
    row_id, key = uuid7(), new_key(case.agency_id)
    asks_at = _asks_at(notices, still, before, at) if due[SURVIVOR] else None
    row = DetainedNews.objects.create(
        id=row_id,
        agency_id=case.agency_id,
        key=key,
        sealed=seal(key, case.agency_id, {"words": ""}, about=row_id),
        case=case,
        person_id=person_id,
        news=list(dict.fromkeys([*still, *(one.news for one in notices)])),
        alarm=any(one.alarm for one in notices) or bool(before and still and before.alarm),
        happened_at=happened_at,
        heard_at=at,
        state="open" if wanted else NOT_WANTED,
        ended_at=None if wanted else at,
        asks_at=asks_at,
        due_at=due[SURVIVOR],
        alarm_at=due[WORKER],
        named_at=due[NAMED],
        named_told_at=before.named_told_at if before and still else None,
        named_tries=before.named_tries if before and still else 0,
        named_round=before.named_round if before and still else 0,
        named_sent_at=before.named_sent_at if before and still else None,
        notice_id=before.notice_id if before and still else None,
        next_at=_soonest(one for one in (asks_at, due[NAMED]) if one) if wanted else None,
    )
    record("detained.news", about=row.id, by=None, agency=row.agency_id, at=at)
    return row


def _asks_at(
    notices: Sequence[Notice], still: list[str], before: DetainedNews | None, at: datetime
) -> datetime:
    """When the first message goes: at once where anything of it does not wait; not for each of many lines in a row."""
    waits = [detained().waits.get(one.news) for one in notices if one.to == SURVIVOR]
    first = at if not waits or None in waits else min(at + wait for wait in waits if wait)
    if before is not None and still and before.asks_at:
        return min(first, max(at, before.asks_at))
    return first


def _soonest(found: Iterable[datetime]) -> datetime | None:
    return min(found, default=None)


def _sealed(row: DetainedNews, content: dict[str, Any]) -> bytes:
    return seal(bytes(row.key), row.agency_id, content, about=row.id)
