"""Reading a survivor's own record: by themselves, or by a worker one item at a time while it is shown to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.access.survivors import Survivor
from shelterbelt.journal.models import Giving, Handled, Item, Original, Shown, Version
from shelterbelt.journal.policy import CARRY, SEE_SHOWN
from shelterbelt.safety.files import open_from
from shelterbelt.store.spans import lasting

BEGINNING = 90


@dataclass(frozen=True)
class FileFace:
    """A file of an item as a page shows it."""

    ref: str
    kind: str
    words: str
    taken_in_at: datetime
    sha256: str
    size: int
    has_view: bool


@dataclass(frozen=True)
class TextFace:
    """What an item said at one time."""

    number: int
    recorded_at: datetime
    told: dict[str, Any]


@dataclass(frozen=True)
class ItemFace:
    """An item as a list shows it: when, what kind, how it begins, how many files, and to how many it is shown."""

    ref: str
    made_at: datetime
    told: dict[str, Any]
    beginning: str
    files: int
    shown: int


@dataclass(frozen=True)
class CustodyFace:
    """One line of custody as a page shows it: by their own hand, or by which worker."""

    at: datetime
    kind: str
    own_hand: bool
    by: UUID
    of_file: bool


@dataclass(frozen=True)
class GivingFace:
    """Something that was given away: to whom, when, and how far it has come."""

    ref: str
    recipient: str
    purpose: str
    items: int
    given_at: datetime
    carried_at: datetime | None
    received_at: datetime | None
    to: str
    number: str
    sha256: str


def items_of(survivor: Survivor) -> list[ItemFace]:
    """What stands in a survivor's record, newest first."""
    rows = _items().filter(person_id=survivor.id, removed_at=None)
    return _faces(rows)


def item_by_ref(ref: str, *, by: Survivor | Worker, at: datetime) -> Item:
    """An item that is there for whoever asks; refused like one that is not."""
    rows = _items().filter(ref=ref, removed_at=None)
    reached = (
        rows.filter(person_id=by.id) if isinstance(by, Survivor) else visible(by, SEE_SHOWN, rows, at=at)
    )
    if (found := reached.first()) is None:
        raise NotForYou
    return found


def items_by_ref(refs: Iterable[str], *, by: Survivor) -> list[Item]:
    """These items of their own, in the order in which they were made; one that is not theirs refuses all."""
    wanted = set(refs)
    rows = list(_items().filter(ref__in=wanted, person_id=by.id, removed_at=None).order_by("made_at", "id"))
    if len(rows) != len(wanted):
        raise NotForYou
    return rows


def shown_to(by: Worker, person_id: UUID, *, at: datetime) -> list[ItemFace]:
    """What a survivor shows this worker now."""
    return _faces(visible(by, SEE_SHOWN, _items().filter(person_id=person_id, removed_at=None), at=at))


def texts_of(item: Item) -> list[TextFace]:
    """Every text of an item, the newest first."""
    return [
        TextFace(one.number, one.recorded_at, open_from(item.file, one.sealed, about=one.id))
        for one in item.versions.order_by("-number")
    ]


def files_of(item: Item) -> list[FileFace]:
    """The files of an item, as they came."""
    return [_file(item, one) for one in item.originals.order_by("taken_in_at", "id")]


def original_by_ref(ref: str, *, by: Survivor | Worker, at: datetime) -> Original:
    """A file of an item that is there for whoever asks."""
    found = Original.objects.select_related("item__file", "file").filter(ref=ref).first()
    if found is None:
        raise NotForYou
    item_by_ref(found.item.ref, by=by, at=at)
    return found


def custody_of(item: Item) -> list[CustodyFace]:
    """Who had an item in hand, from the beginning."""
    rows: QuerySet[Handled] = item.handled.order_by("number")
    return [
        CustodyFace(one.at, one.kind, one.by == one.person_id, one.by, one.original_id is not None)
        for one in rows
    ]


def viewers_of(item: Item, *, at: datetime) -> set[UUID]:
    """The workers to whom an item is shown now."""
    return set(Shown.objects.filter(lasting(at), item=item).values_list("worker_id", flat=True))


def givings_of(survivor: Survivor) -> list[GivingFace]:
    """What a survivor gave away, newest first."""
    return [giving_face(one) for one in _givings().filter(person_id=survivor.id)]


def givings_for(by: Worker, person_id: UUID, *, at: datetime) -> list[GivingFace]:
    """What a worker whom the survivor trusts is to carry, or has carried."""
    return [giving_face(one) for one in visible(by, CARRY, _givings().filter(person_id=person_id), at=at)]


def giving_by_ref(ref: str, *, by: Worker, at: datetime) -> Giving:
    """Something given that this worker may carry; refused like one that is not there."""
    found = visible(by, CARRY, _givings().filter(ref=ref), at=at).first()
    if found is None:
        raise NotForYou
    return found


def newest_of(item: Item) -> dict[str, Any]:
    """What an item says now."""
    found = Version.objects.get(item=item, number=item.newest)
    return open_from(item.file, found.sealed, about=found.id)


def _items() -> QuerySet[Item]:
    return Item.objects.select_related("file__agency")


def _givings() -> QuerySet[Giving]:
    return Giving.objects.select_related("file", "recipient").order_by("-given_at", "-id")


def _faces(rows: QuerySet[Item]) -> list[ItemFace]:
    counted = rows.annotate(
        kept=Count("originals", distinct=True),
        seen=Count("shown", filter=Q(shown__until_at=None), distinct=True),
    )
    found = list(counted.order_by("-made_at", "-id"))
    newest = {
        version.item_id: version
        for version in Version.objects.filter(item__in=found).order_by("item_id", "number")
    }
    return [_face(item, newest[item.id]) for item in found]


def _face(item: Any, version: Version) -> ItemFace:
    told = open_from(item.file, version.sealed, about=version.id)
    words = " ".join(str(told["text"]).split())
    beginning = words if len(words) <= BEGINNING else words[:BEGINNING].rsplit(" ", 1)[0] + " …"
    return ItemFace(item.ref, item.made_at, told, beginning, item.kept, item.seen)


def _file(item: Item, one: Original) -> FileFace:
    told = open_from(item.file, one.sealed, about=one.id)
    return FileFace(
        ref=one.ref,
        kind=str(told.get("kind", "")),
        words=str(told.get("words", "")),
        taken_in_at=one.taken_in_at,
        sha256=bytes(one.sha256).hex(),
        size=one.size,
        has_view=one.has_view,
    )


def giving_face(one: Giving) -> GivingFace:
    """What was given, as a page shows it."""
    told = open_from(one.file, one.sealed, about=one.id)
    return GivingFace(
        ref=one.ref,
        recipient=str(told["recipient"]),
        purpose=str(told["purpose"]),
        items=len(told["versions"]),
        given_at=one.given_at,
        carried_at=one.carried_at,
        received_at=one.received_at,
        to=str(told.get("to", "")),
        number=str(told.get("number", "")),
        sha256=bytes(one.sha256).hex(),
    )
