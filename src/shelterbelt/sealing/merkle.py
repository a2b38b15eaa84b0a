"""RFC 9162 Merkle trees: roots, growth, proofs that a leaf is in a tree and that one tree grew from another.

Only every eighth level of complete subtrees is kept; what lies between is worked out. Refuses trees of size zero
where a proof would say nothing, and takes no proof that has one hash too many or too few.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

STEP = 8
WIDTH = 1 << STEP
HASH_SIZE = 32
EMPTY = hashlib.sha256(b"").digest()

_sha256 = hashlib.sha256


class Place(NamedTuple):
    """A complete subtree: `level` 0 is a leaf; subtree `index` covers leaves from index·2^level on."""

    level: int
    index: int  # type: ignore[assignment]


Read = Callable[[Collection[Place]], Mapping[Place, bytes]]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return _sha256(b"\x01" + left + right).digest()


def top(hashes: Sequence[bytes]) -> bytes:
    """The root over these hashes in their order; an odd one at the end rises until it finds its pair."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [_sha256(b"\x01" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=False)] + odd
    return row[0]


def grow(size: int, leaves: Sequence[bytes], read: Read) -> Iterator[tuple[Place, bytes]]:
    """What is to be kept, besides the leaf hashes themselves, when these are added to a tree of `size`.

    Every kept subtree that becomes complete, lowest level first. `read` is asked for what one began before.
    """
    level, first, row = 0, size, list(leaves)
    while row:
        begun = first % WIDTH
        if begun + len(row) < WIDTH:
            return
        if begun:
            before = [Place(level, index) for index in range(first - begun, first)]
            found = read(before)
            row = [found[place] for place in before] + row
        level, first = level + STEP, first // WIDTH
        full = [row[at : at + WIDTH] for at in range(0, len(row) - WIDTH + 1, WIDTH)]
        row = [top(hashes) for hashes in full]
        for number, made in enumerate(row):
            yield Place(level, first + number), made


class Growing:
    """A tree that is read from its first leaf on; it remembers only what its next leaves and its root need."""

    def __init__(self) -> None:
        self.size = 0
        self._open: dict[Place, bytes] = {}

    def add(self, leaves: Sequence[bytes]) -> list[tuple[Place, bytes]]:
        """The kept subtrees that become complete with these leaves."""
        made = list(grow(self.size, leaves, self._read))
        self._open |= {Place(0, self.size + number): leaf for number, leaf in enumerate(leaves)}
        self._open |= dict(made)
        self.size += len(leaves)
        self._open = {place: kept for place, kept in self._open.items() if not self._inside(place)}
        return made

    def root(self) -> bytes:
        """The root over what was added so far."""
        return root(self.size, self._read)

    def _inside(self, place: Place) -> bool:
        """Whether a complete kept subtree covers this one."""
        above = place.level + STEP
        return place.index >> STEP < self.size >> above

    def _read(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        return {place: self._open[place] for place in places}


def root(size: int, read: Read) -> bytes:
    """The root of the first `size` leaves."""
    return _tops([(0, size)], read)[0]


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """PATH of RFC 9162 §2.1.3.1: that leaf `index` is in the tree of `size`. ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError("There is no such leaf in a tree of this size.")
    spans, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return _tops(spans[::-1], read)


def consistency(first: int, second: int, read: Read) -> list[bytes]:
    """PROOF of RFC 9162 §2.1.4.1: that the tree of `second` grew from that of `first`. ValueError for size zero."""
    if not 0 < first <= second:
        raise ValueError("The earlier tree must have a leaf and be no larger than the later one.")
    spans, begin, end, whole = [], 0, second, True
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin, whole = middle, False
    if not whole:
        spans.append((begin, end))
    return _tops(spans[::-1], read)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Is the leaf with this hash in the tree of this size and root? RFC 9162 §2.1.3.2."""
    if not 0 <= index < size or not _hashes([leaf, root, *proof]):
        return False
    at, last, made = index, size - 1, leaf
    for other in proof:
        if not last:
            return False
        if at & 1 or at == last:
            made = node_hash(other, made)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            made = node_hash(made, other)
        at, last = at >> 1, last >> 1
    return not last and made == root


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Did the tree of `second` grow from that of `first`? RFC 9162 §2.1.4.2; a tree of size zero shows nothing."""
    if not 0 < first <= second or not _hashes(proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not proof or not _hashes([first_root]):
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _both(path, at, last) == (first_root, second_root)


def _both(path: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    """The two roots that a consistency proof leads to; None when it is too long or too short."""
    one = two = path[0]
    for other in path[1:]:
        if not last:
            return None
        if at & 1 or at == last:
            one, two = node_hash(other, one), node_hash(other, two)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            two = node_hash(two, other)
        at, last = at >> 1, last >> 1
    return None if last else (one, two)


def _hashes(parts: Sequence[bytes]) -> bool:
    return all(len(part) == HASH_SIZE for part in parts)


def _split(size: int) -> int:
    """The largest power of two below `size`: where the RFC divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def _tops(spans: Sequence[tuple[int, int]], read: Read) -> list[bytes]:
    """The root over each span of leaves, from what is kept."""
    kept = {span: list(_kept(*span)) for span in spans}
    found = read({place for groups in kept.values() for group in groups for place in group})
    return [_joined([top([found[place] for place in group]) for group in kept[span]]) for span in spans]


def _joined(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size."""
    if not peaks:
        return EMPTY
    made = peaks[-1]
    for left in reversed(peaks[:-1]):
        made = node_hash(left, made)
    return made


def _kept(begin: int, end: int) -> Iterator[list[Place]]:
    """The complete subtrees of a span, largest first, each as the kept places that it is made of."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        low = level - level % STEP
        yield [Place(low, index) for index in range(begin >> low, (begin >> low) + (1 << level - low))]
        begin += 1 << level
