"""Ask the survivor to call, again and again by their own rules, until a person confirms; then tell whomever they named.

A message says nothing about why. Whoever was named is told through the same sender, once, after the due time, and hears nothing
of it either. Called by the worker process. A text to them that may have gone is not sent again: another one, which says so, is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.ledger.actions import record
from shelterbelt.library.detained import detained
from shelterbelt.notices.actions.others import Told, is_their_own, tell_other
from shelterbelt.notices.actions.writing import write_notice
from shelterbelt.notices.channels import Later, NotSent, Unclear
from shelterbelt.notices.models import Notice
from shelterbelt.people.queries import details
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref
from shelterbelt.supervision.actions.telling import NOT_NEEDED, end_news, wish_of
from shelterbelt.supervision.models import DetainedNews

KIND = "call_soon"
LOST_AFTER = timedelta(minutes=5)
LOOK_AGAIN = timedelta(minutes=15)
MOST_TRIES = 20
# A second text says that it may be the second; of that one too nobody sends the same again.
MOST_ROUNDS = 2


@dataclass(frozen=True)
class ToNamed:
    """What whomever a survivor named is to be told, and by which way."""

    news_id: UUID
    way: str
    told: Told


def ask_for_news(agency: UUID, *, at: datetime) -> int:
    """Do what is due for the agency's open news, each in a transaction of its own; how many were looked at."""
    with as_agency(agency, at=at):
        rows = DetainedNews.objects.filter(agency_id=agency, state="open", next_at__lte=at)
        due = list(rows.order_by("next_at").values_list("id", flat=True)[:200])
    for news_id in due:
        with as_agency(agency, at=at):
            to_named = step_news(news_id, at=at)
        if to_named is not None:
            code = _handed_over(to_named, at=at)
            with as_agency(agency, at=at):
                name_told(news_id, code, at=at)
    return len(due)


def step_news(news_id: UUID, *, at: datetime) -> ToNamed | None:
    """Write the next message to the survivor if it is time; give back what whomever they named is to be told, if that is."""
    rows = DetainedNews.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("case", "case__survivor", "agency").filter(id=news_id, state="open").first()
    if row is None or row.next_at is None or row.next_at > at:
        return None
    if row.case.closed_at is not None:
        end_news(row, NOT_NEEDED, at=at)
        return None
    next_message = _ask(row, at=at)
    to_named = _for_named(row, at=at)
    row.next_at = min([one for one in (next_message, _named_next(row, to_named, at)) if one], default=None)
    row.save(update_fields=["next_at", "rounds", "notice_id", "named_tries", "named_round", "named_sent_at"])
    return to_named


def name_told(news_id: UUID, code: str, *, at: datetime) -> None:
    """What became of telling whomever the survivor named: told, or not now, or never by this way."""
    row = DetainedNews.objects.select_for_update(of=("self",)).filter(id=news_id).first()
    if row is None or row.named_told_at is not None:
        return
    if not code:
        row.named_told_at = at
        row.save(update_fields=["named_told_at"])
        record("detained.named_told", about=row.id, by=None, agency=row.agency_id, at=at)
    elif code == Later.__name__:
        # Surely not taken: the same text may go again.
        row.named_sent_at = None
        row.save(update_fields=["named_sent_at"])
    elif code != Unclear.__name__:
        row.named_sent_at = None
        row.save(update_fields=["named_sent_at"])
        _not_told(row, at=at)


def _ask(row: DetainedNews, *, at: datetime) -> datetime | None:
    """The next message, when one is due, and when the one after it is; none where the survivor is not asked at all."""
    if row.asks_at is None:
        return None
    last = Notice.objects.filter(id=row.notice_id).first() if row.notice_id else None
    due_at = max(row.asks_at, last.written_at + detained().repeat(row.rounds)) if last else row.asks_at
    if due_at > at:
        return due_at
    if last is not None and last.state == "waiting":
        return at + LOOK_AGAIN
    row.notice_id, row.rounds = _written(row, row.agency, at=at).id, row.rounds + 1
    record("detained.asked", about=row.id, by=None, agency=row.agency_id, at=at)
    return at + detained().repeat(row.rounds)


def _written(row: DetainedNews, agency: Agency, *, at: datetime) -> Notice:
    language = str(details(row.case.survivor).get("language") or "")
    return write_notice(
        KIND, agency=agency, about=row.case_id, instructions=None, language=language, by=None, at=at
    )


def _for_named(row: DetainedNews, *, at: datetime) -> ToNamed | None:
    """What whomever they named is told: nothing sooner than the due time, and never at the survivor's own number."""
    if row.named_at is None or row.named_at > at or row.named_told_at or row.named_tries >= MOST_TRIES:
        return None
    if row.named_sent_at is not None:
        # Nobody lived to note what became of it, or the line broke: it may have gone.
        row.named_round += 1
        if row.named_round >= MOST_ROUNDS:
            _not_told(row, at=at)
            return None
    wish = wish_of(row.case_id)
    named = opened(wish)["named"] if wish and wish.wanted else None
    if not named or is_their_own(named["to"], row.agency_id, row.case_id):
        return None
    row.named_tries, row.named_sent_at = row.named_tries + 1, at
    return ToNamed(row.id, named["way"], _text(row, named))


def _text(row: DetainedNews, named: Mapping[str, str]) -> Told:
    """What they are told; in a second round other words, under another id."""
    language = named["language"] if named["language"] in detained().named_words else "en"
    body = named["words"] or detained().named_words[language]
    if not row.named_round:
        return Told(named["to"], body, language, row.ref)
    with translation.override(language):
        again = gettext("This may be the second time that this reaches you.")
    return Told(named["to"], f"{again} {body}", language, new_ref())


def _not_told(row: DetainedNews, *, at: datetime) -> None:
    """No further text goes to them. Whether one reached them is for a person to find out."""
    if row.named_tries >= MOST_TRIES:
        return
    row.named_tries = MOST_TRIES
    row.save(update_fields=["named_tries"])
    record("detained.named_not_told", about=row.id, by=None, agency=row.agency_id, at=at)


def _named_next(row: DetainedNews, now: ToNamed | None, at: datetime) -> datetime | None:
    """When telling them is looked at again: at its time; soon after a try, in case nobody lives to note what became of it."""
    if row.named_at is None or row.named_told_at:
        return None
    if row.named_at > at:
        return row.named_at
    return at + LOST_AFTER if now else None


def _handed_over(one: ToNamed, *, at: datetime) -> str:
    """An empty word when it was taken."""
    try:
        tell_other(one.way, one.told, at=at)
    except Later:
        return Later.__name__
    except Unclear:
        return Unclear.__name__
    except NotSent as fault:
        return fault.code
    return ""
