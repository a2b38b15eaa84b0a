"""At a survivor's agency: ask another one for a pair, take its answer and the fixes in, end it. The release is the permission.

Refuses without a release in force, and keeps no fix of anybody's once it was taken back. Their own place goes nowhere.
"""

from datetime import datetime, timedelta
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.agencies.queries import agency
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.consent.models import Release
from shelterbelt.ledger.actions import record
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.rules.frames import Heard, joined
from shelterbelt.safety.models import OwnFile
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7
from shelterbelt.watching import letters
from shelterbelt.watching.log import Lot, log
from shelterbelt.watching.models import LETTER, OWN, PARTS, SENT, Device
from shelterbelt.watching.pair_models import ASKED, ENDED, REFUSED, WATCHED, Pair
from shelterbelt.watching.pairs_policy import CATEGORY, KEEP_PAIRS, living, opens, releases_for_pairs

MINUTE = timedelta(minutes=1)


def ask_pair(file: OwnFile, release: Release, docket: str, *, by: Worker, at: datetime) -> Pair:
    """Ask the release's recipient to share the tracker of an order, by the court's number; asked twice it is the same pair."""
    require(by, KEEP_PAIRS, file, at=at)
    held = releases_for_pairs(file.person_id, file.agency_id, at=at).filter(id=release.id).first()
    if held is None:
        raise NotForYou
    standing = Pair.objects.filter(release_id=held.id, ended_at=None).exclude(state=REFUSED)
    if before := next((one for one in standing if opened(one)["docket"] == docket), None):
        return before
    row_id, key = uuid7(), new_key(file.agency_id)
    pair = Pair(
        id=row_id,
        ref=new_ref(),
        agency_id=file.agency_id,
        key=key,
        sealed=seal(key, file.agency_id, {"docket": docket, "because": ""}, about=row_id),
        person_id=file.person_id,
        to_id=held.recipient_id,
        release_id=held.id,
        asked_at=at,
        asked_by=by.id,
    )
    body = {"reference": pair.ref, "docket": docket, "until": held.expires_at.isoformat()}
    pair.letter_id = send_letter(letters.REQUEST, body, by=by.agency, to=_whom(pair), at=at)
    pair.save(force_insert=True)
    record("pair.asked", about=pair.id, by=by.id, agency=pair.agency_id, at=at)
    return pair


def end_pair(pair: Pair, *, by: Worker | Survivor, at: datetime) -> None:
    """It is watched no more, at once: the other agency is told, and whatever still comes from it is not kept."""
    require_own(by, KEEP_PAIRS, pair, at=at)
    with acting(by, at=at):
        row = Pair.objects.select_for_update(of=("self",)).get(id=pair.id)
        if row.ended_at is None:
            _end(row, "withdrawn", by=by.id, at=at)


def end_unreleased(agency_id: UUID, *, at: datetime) -> int:
    """Pairs that no release opens any more are watched no more; how many."""
    with as_agency(agency_id, at=at):
        rows = Pair.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            agency_id=agency_id, ended_at=None
        )
        gone = list(rows.exclude(living(at)))
        for row in gone:
            _end(row, "released_no_more", by=None, at=at)
    return len(gone)


def end_again(pair_id: UUID, at: datetime) -> int:
    """After a restore: a pair that had ended is watched no more. The other agency was told, or ends it by its day."""
    row = Pair.objects.select_for_update(of=("self",)).filter(id=pair_id, ended_at=None).first()
    if row is not None:
        _ended(row, "withdrawn", by=None, at=at)
    return int(row is not None)


def take_in_answer(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """The agency says whether it shares. Its tracker gets a number here, beside the survivor's own device."""
    reference, answer, because = letters.answer(body)
    pair = _of_letter(reference, sender, to)
    if pair.state != ASKED or pair.ended_at is not None:
        return
    content = {**opened(pair), "because": because}
    pair.sealed = seal(pair.key, pair.agency_id, content, about=pair.id)
    pair.state, pair.answered_at = answer, at
    if answer == WATCHED:
        pair.device, pair.linked_at = _sent_device(pair, at), at
    pair.save()
    record("pair.answered", about=pair.id, by=None, agency=to.id, at=at)


def take_in_fixes(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """Keep what a shared tracker said, while the pair is watched and its release stands; afterwards nothing of it."""
    reference, found = letters.fixes(body, at=at)
    pair = _of_letter(reference, sender, to)
    if pair.state != WATCHED or pair.device is None or opens(pair, at=at) is None:
        return
    number, received_ms = pair.device.number, round(at.timestamp() * 1000)
    frames = joined(Heard(number, received_ms, one) for one in found)
    log.append(to.id, {Lot(pair.device.part, brief=True): frames}, at=at)
    Pair.objects.filter(id=pair.id).update(linked_at=at)
    if found and (pair.device.heard_at is None or at - pair.device.heard_at >= MINUTE):
        Device.objects.filter(id=pair.device.id).update(heard_at=at)


def take_in_end(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """The other agency shares no more: said on the survivor's side as such, never as silence or as all well."""
    reference, because = letters.end(body)
    pair = _of_letter(reference, sender, to)
    if pair.ended_at is None:
        _ended(pair, because, by=None, at=at)


def pair_of_letter(letter: Letter) -> Pair | None:
    """The pair that a request in the post is about."""
    return Pair.objects.filter(agency_id=letter.agency_id, letter_id=letter.id).first()


def may_leave(letter: Letter, *, at: datetime) -> bool:
    """Whether a request that waits may go: only while the pair is wanted and its release stands."""
    pair = pair_of_letter(letter)
    return pair is not None and pair.ended_at is None and opens(pair, at=at) is not None


def beside(person_id: UUID) -> Device | None:
    """The survivor's own device, the newest that has not ended."""
    rows = Device.objects.filter(person_id=person_id, kind=OWN, ended_at=None)
    return rows.order_by("-issued_at", "-number").first()


def bring_together(agency_id: UUID, *, at: datetime) -> int:
    """Both devices of a pair lie in one part of the log: what is sent goes where the survivor's own device does."""
    with as_agency(agency_id, at=at):
        rows = list(Device.objects.filter(agency_id=agency_id, kind__in=(OWN, SENT), ended_at=None))
        own = {one.person_id: one for one in sorted(rows, key=_age) if one.kind == OWN}
        apart = [one for one in rows if one.kind == SENT and one.part != _part(own.get(one.person_id), one)]
        for one in apart:
            Device.objects.filter(id=one.id).update(part=_part(own.get(one.person_id), one))
        return len(apart)


def _age(device: Device) -> tuple[datetime, int]:
    return device.issued_at, device.number


def _part(own: Device | None, sent: Device) -> int:
    return sent.part if own is None else own.part


def _sent_device(pair: Pair, at: datetime) -> Device:
    row_id, key = uuid7(), new_key(pair.agency_id)
    own = beside(pair.person_id)
    device = Device.objects.create(
        id=row_id,
        agency_id=pair.agency_id,
        key=key,
        sealed=seal(key, pair.agency_id, {"label": ""}, about=row_id),
        kind=SENT,
        protocol=LETTER,
        person_id=pair.person_id,
        part=own.part if own else pair.person_id.int % PARTS,
        issued_at=at,
    )
    device.refresh_from_db(fields=["number"])
    return device


def _of_letter(reference: str, sender: Agency, to: Agency) -> Pair:
    rows = Pair.objects.select_for_update(of=("self",)).select_related("device")
    pair = rows.filter(agency=to, to=sender, ref=reference).first()
    if pair is None:
        raise BadLetter("reference")
    return pair


def _end(pair: Pair, because: str, *, by: UUID | None, at: datetime) -> None:
    """From this side: the other one is told, unless the request never left."""
    if pair.state in (WATCHED, ASKED) and not _still_here(pair):
        body = {"reference": pair.ref, "because": because}
        send_letter(letters.END, body, by=agency(pair.agency_id), to=_whom(pair), at=at)
    _ended(pair, because, by=by, at=at)


def _still_here(pair: Pair) -> bool:
    """Whether nobody there can have heard of it."""
    waits = Letter.objects.filter(number=None, delivered_at=None)
    return pair.letter_id is not None and waits.filter(id=pair.letter_id).exists()


def _ended(pair: Pair, because: str, *, by: UUID | None, at: datetime) -> None:
    pair.state, pair.ended_at, pair.ended_by, pair.ended_because = ENDED, at, by, because
    pair.save(update_fields=["state", "ended_at", "ended_by", "ended_because"])
    if pair.device is not None:
        Device.objects.filter(id=pair.device.id).update(ended_at=at)
    record("pair.ended", about=pair.id, by=by, agency=pair.agency_id, at=at)
    journal.note("pair.ended", pair.id, agency=pair.agency_id, at=at)


def _whom(pair: Pair) -> Agency:
    return agency(pair.to_id)


__all__ = [
    "CATEGORY",
    "ask_pair",
    "beside",
    "bring_together",
    "end_again",
    "end_pair",
    "end_unreleased",
    "may_leave",
    "take_in_answer",
    "take_in_end",
    "take_in_fixes",
]
