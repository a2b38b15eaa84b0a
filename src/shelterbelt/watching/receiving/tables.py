"""Many trackers of one feed at once: whose frame each is and where it goes, with NumPy where the engines are installed.

Without them each frame is looked at by itself, with the same outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shelterbelt.watching.log import Lot

try:
    import numpy as np

    from shelterbelt.engines.intake import FRAME, taken
except ImportError:  # served without the engines
    if not TYPE_CHECKING:
        np = None


@dataclass(frozen=True, slots=True)
class Carried:
    """One device, as the receiver knows it: its number, where its fixes go, and whether it is a survivor's own."""

    id: UUID
    number: int
    lot: Lot
    own: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers in their order; of each, which device it is and which of the lots."""

    numbers: Any
    ids: Any
    lot: Any
    lots: tuple[Lot, ...]


def table_of(carried: Mapping[int, Carried]) -> Table | None:
    """This function will return a feed's trackers as arrays; None without NumPy, or of none."""
    if np is None or not carried:
        return None
    order = sorted(carried)
    lots = tuple(sorted({one.lot for one in carried.values()}))
    place = {lot: number for number, lot in enumerate(lots)}
    return Table(
        numbers=np.array(order, "<u4"),
        ids=np.array([carried[number].id for number in order], object),
        lot=np.array([place[carried[number].lot] for number in order], np.int32),
        lots=lots,
    )


def sorted_out(
    table: Table, body: bytes, *, received_ms: int
) -> tuple[dict[Lot, bytes], dict[UUID, Lot], frozenset[int]]:
    """This function will return the frames that are taken, by lot; whom they are of; and numbers that are nobody's."""
    said = np.unique(np.frombuffer(body, FRAME)["device"])
    known = said[_at(table, said)[1]]
    frames = taken(body, received_ms=received_ms)
    place, there = _at(table, frames["device"])
    frames, lot = frames[there], table.lot[place[there]]
    by = {table.lots[k]: frames[lot == k].tobytes() for k in np.unique(lot)}
    of = np.searchsorted(table.numbers, known)
    heard = {id: table.lots[k] for id, k in zip(table.ids[of], table.lot[of], strict=True)}
    return by, heard, frozenset(int(n) for n in np.setdiff1d(said, known))


def _at(table: Table, devices: Any) -> tuple[Any, Any]:
    """Where each device would stand in the table, and whether it does."""
    place = np.minimum(np.searchsorted(table.numbers, devices), len(table.numbers) - 1)
    return place, table.numbers[place] == devices
