"""At an agency that runs trackers: take a request for a pair in, decide about it, send a tracker's fixes, end it.

A person decides. What is sent is read from the log, so that none is lost and none is sent twice; it ends at once when the
survivor's agency says so, and by its day though no letter comes through.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency, Letter
from shelterbelt.agencies.queries import agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import unframed
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.watching import letters
from shelterbelt.watching.log import Batch, log
from shelterbelt.watching.models import TRACKER, Device, LogRow
from shelterbelt.watching.pair_models import ASKED, ENDED, REFUSED, WATCHED, PairShare
from shelterbelt.watching.pairs_policy import DECIDE_PAIRS
from shelterbelt.watching.policy import TRACKERS_AT

# So often at the least the other node hears that the line stands, also when the tracker said nothing.
BEAT = timedelta(seconds=60)
BATCHES = 200


def take_in_request(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> PairShare:
    """Keep a request until somebody decides; once for each reference."""
    if to.kind not in TRACKERS_AT or sender.kind not in VICTIM_SERVICES:
        raise BadLetter("to")
    reference, docket, until = letters.request(body)
    if PairShare.objects.filter(agency=to, sender=sender, sender_ref=reference).exists():
        raise BadLetter("reference")
    row_id, key = uuid7(), new_key(to.id)
    row = PairShare.objects.create(
        id=row_id,
        agency=to,
        key=key,
        sealed=seal(key, to.id, {"docket": docket}, about=row_id),
        sender=sender,
        sender_ref=reference,
        asked_at=at,
        until_at=until,
    )
    record("pair_share.asked", about=row.id, by=None, agency=to.id, at=at)
    return row


def share_tracker(share: PairShare, device: Device, *, by: Worker, at: datetime) -> None:
    """A worker says that this tracker is the one: what it says from now on goes to the agency that asked."""
    require(by, DECIDE_PAIRS, share, at=at)
    row = _undecided(share, at)
    if (
        device.kind != TRACKER
        or device.ended_at
        or device.order_id is None
        or device.agency_id != row.agency_id
    ):
        raise NotForYou
    newest = LogRow.objects.filter(agency_id=row.agency_id, part=device.part).aggregate(n=Max("place"))["n"]
    row.order_id, row.device, row.place = device.order_id, device, newest or 0
    _decided(row, WATCHED, "", by=by, at=at)


def refuse_pair(share: PairShare, because: str, *, by: Worker, at: datetime) -> None:
    """A worker says why no tracker can be shared, as one of a few codes."""
    require(by, DECIDE_PAIRS, share, at=at)
    if because not in letters.REASONS or not because:
        raise ValueError("a refusal has its reason")
    row = _undecided(share, at)
    row.ended_at, row.ended_by = at, by.id
    _decided(row, REFUSED, because, by=by, at=at)


def stop_sharing(share: PairShare, *, by: Worker, at: datetime) -> None:
    """This agency shares no more: the one that asked is told, so that nobody there takes silence for peace."""
    require(by, DECIDE_PAIRS, share, at=at)
    row = PairShare.objects.select_for_update(of=("self",)).get(id=share.id)
    if row.state == WATCHED:
        _end(row, "agency", by=by.id, at=at)


def take_in_end(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """It was taken back: nothing more of the tracker goes there, and what waits in the post does not leave."""
    reference, because = letters.end(body)
    rows = PairShare.objects.select_for_update(of=("self",))
    row = rows.filter(agency=to, sender=sender, sender_ref=reference).first()
    if row is None:
        raise BadLetter("reference")
    if row.ended_at is None:
        _ended(row, because, by=None, at=at)


def end_again(share_id: UUID, at: datetime) -> int:
    """After a restore: what was shared no more is not shared."""
    row = PairShare.objects.select_for_update(of=("self",)).filter(id=share_id, ended_at=None).first()
    if row is not None:
        _ended(row, "withdrawn", by=None, at=at)
    return int(row is not None)


def send_fixes(agency_id: UUID, *, at: datetime) -> int:
    """One letter for each share that has something new, or has been quiet for a while; how many letters."""
    with as_agency(agency_id, at=at):
        rows = PairShare.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            agency_id=agency_id, state=WATCHED
        )
        shares = list(rows.select_related("device", "sender__node", "agency__node").order_by("id"))
        living = [row for row in shares if _lives(row, at)]
        waits = _waiting(living)
        free = [row for row in living if row.letter_id not in waits]
        return sum(_sent(share, fixes, at) for share, fixes in _new_fixes(agency_id, free))


def may_leave(letter: Letter, *, at: datetime) -> bool:
    """Whether fixes that wait may go: only while their share stands."""
    row = PairShare.objects.filter(agency_id=letter.agency_id, letter_id=letter.id).first()
    return row is not None and row.state == WATCHED and row.until_at > at


def _undecided(share: PairShare, at: datetime) -> PairShare:
    rows = PairShare.objects.select_for_update(of=("self",)).select_related("sender__node", "agency__node")
    row = rows.get(id=share.id)
    if row.state != ASKED or row.until_at <= at:
        raise NotForYou
    return row


def _decided(row: PairShare, state: str, because: str, *, by: Worker, at: datetime) -> None:
    row.state, row.because, row.decided_at, row.decided_by = state, because, at, by.id
    row.save()
    body = {"reference": row.sender_ref, "answer": state, "because": because}
    send_letter(letters.ANSWER, body, by=row.agency, to=row.sender, at=at)
    record("pair_share.decided", about=row.id, by=by.id, agency=row.agency_id, at=at)


def _lives(row: PairShare, at: datetime) -> bool:
    """Whether it is shared still; what has run out or has no tracker any more ends here."""
    if row.until_at <= at:
        _ended(row, "over", by=None, at=at)
    elif row.device is None or row.device.ended_at is not None:
        _end(row, "device_ended", by=None, at=at)
    return row.state == WATCHED


def _waiting(shares: Iterable[PairShare]) -> set[UUID | None]:
    """Letters of these that have not arrived: the next one waits for them, and the log holds what is in it."""
    ids = [row.letter_id for row in shares if row.letter_id]
    rows = Letter.objects.filter(id__in=ids, delivered_at=None, closed_at=None)
    return set(rows.values_list("id", flat=True))


def _new_fixes(agency_id: UUID, shares: list[PairShare]) -> Iterator[tuple[PairShare, list[Fix]]]:
    """What each tracker said since the last letter; those that stand at one place of a part read it once."""
    level: dict[tuple[int, int], list[PairShare]] = {}
    for row in shares:
        assert row.device is not None
        level.setdefault((row.device.part, row.place), []).append(row)
    for (part, place), rows in sorted(level.items()):
        batches = log.read(agency_id, part, place, BATCHES)
        for row in rows:
            yield row, _taken(row, batches)


def _taken(share: PairShare, batches: Iterable[Batch]) -> list[Fix]:
    """The next fixes of one share, as many as a letter holds; its cursor moves with them."""
    assert share.device is not None
    number, found = share.device.number, list[Fix]()
    for batch in batches:
        mine = [one.fix for one in unframed(batch.frames) if one.device == number][share.skip :]
        room = letters.MOST - len(found)
        found += mine[:room]
        if len(mine) > room:
            share.skip += room
            break
        share.place, share.skip = batch.place, 0
    return found


def _sent(share: PairShare, fixes: list[Fix], at: datetime) -> int:
    """Without anything new, and told a moment ago, nothing is written: the same rows of the log are looked through again."""
    if not fixes and share.told_at is not None and at - share.told_at < BEAT:
        return 0
    # The one before has arrived, and nobody asks for it again.
    Letter.objects.filter(id=share.letter_id or share.id, delivered_at__isnull=False).delete()
    body = letters.fixes_body(share.sender_ref, fixes)
    share.letter_id = send_letter(letters.FIXES, body, by=share.agency, to=share.sender, at=at)
    share.told_at = at
    share.save(update_fields=["place", "skip", "letter_id", "told_at"])
    return 1


def _end(row: PairShare, because: str, *, by: UUID | None, at: datetime) -> None:
    body = {"reference": row.sender_ref, "because": because}
    send_letter(letters.END, body, by=agency(row.agency_id), to=agency(row.sender_id), at=at)
    _ended(row, because, by=by, at=at)


def _ended(row: PairShare, because: str, *, by: UUID | None, at: datetime) -> None:
    row.state, row.ended_at, row.ended_by, row.ended_because = ENDED, at, by, because
    row.save(update_fields=["state", "ended_at", "ended_by", "ended_because"])
    record("pair_share.ended", about=row.id, by=by, agency=row.agency_id, at=at)
    journal.note("pair_share.ended", row.id, agency=row.agency_id, at=at)
