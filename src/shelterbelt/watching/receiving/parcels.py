"""Makes frames of what somebody sent, by where they go in the log. What names no place is left out, and nobody is told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shelterbelt.rules.fixes import Fix, Said, take
from shelterbelt.rules.frames import SIZE, framed
from shelterbelt.watching.log import Lot
from shelterbelt.watching.models import FEED, OSMAND, OWNTRACKS
from shelterbelt.watching.protocols import feed, osmand, owntracks
from shelterbelt.watching.receiving.known import Bearer
from shelterbelt.watching.receiving.tables import Table, sorted_out

FRAMES = "frames"
DOORS = (OWNTRACKS, OSMAND, FEED, FRAMES)
# What becomes of a parcel. Whoever sent it learns no more than this.
TAKEN, REFUSED, LATER = "taken", "refused", "later"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one request holds: frames by where they go, which devices were heard, the newest fix of a survivor's own device.

    `strange`: numbers that are none of the feed's trackers, as far as it is known.
    """

    bearer: Bearer
    frames: Mapping[Lot, bytes]
    heard: Mapping[UUID, Lot]
    newest: Mapping[UUID, Fix] = field(default_factory=dict)
    strange: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        """How many fixes it holds."""
        return sum(map(len, self.frames.values())) // SIZE


def parcel(bearer: Bearer, door: str, query: str, body: bytes, *, received_ms: int) -> Parcel:
    """This function will return what a request holds. Of a door that is not the bearer's own it holds nothing."""
    if door == FRAMES and bearer.table is not None:
        return _many(bearer, bearer.table, body, received_ms)
    frames: dict[Lot, bytearray] = defaultdict(bytearray)
    heard: dict[UUID, Lot] = {}
    newest: dict[UUID, Fix] = {}
    strange = set()
    for number, said in _said(bearer, door, query, body):
        if (carried := bearer.carried.get(number)) is None:
            strange.add(number)
            continue
        heard[carried.id] = carried.lot
        fix = take(said, received_ms=received_ms).fix
        if fix is None:
            continue
        frames[carried.lot] += framed(number, fix, received_ms=received_ms)
        if carried.own:
            newest[carried.id] = max(fix, newest.get(carried.id, fix))
    whole = {lot: bytes(data) for lot, data in frames.items()}
    return Parcel(bearer, whole, heard, newest, frozenset(strange))


def _many(bearer: Bearer, table: Table, body: bytes, received_ms: int) -> Parcel:
    """A batch of frames all at once, with the same outcome."""
    if len(body) % SIZE or len(body) > feed.MOST * SIZE:
        return Parcel(bearer, {}, {})
    frames, heard, strange = sorted_out(table, body, received_ms=received_ms)
    return Parcel(bearer, frames, heard, strange=strange)


def _said(bearer: Bearer, door: str, query: str, body: bytes) -> Iterable[tuple[int, Said]]:
    if door in (FEED, FRAMES):
        told = feed.read_json if door == FEED else feed.read_frames
        return told(body) if bearer.protocol == FEED else ()
    if door != bearer.protocol:
        return ()
    found = owntracks.read(body, bearer.passphrase) if door == OWNTRACKS else osmand.read(query, body).said
    return ((bearer.one.number, found),) if found else ()
