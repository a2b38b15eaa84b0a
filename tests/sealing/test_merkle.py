"""The Merkle tree against the RFC's own definition, for any size and any way of growing."""

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.sealing import merkle
from shelterbelt.sealing.merkle import Place, leaf_hash, node_hash

SIZES = st.integers(1, 700) | st.sampled_from([255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537])
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(66_000)]


def half(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 §2.1.1 writes it, over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    k = half(len(leaves))
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH as §2.1.3.1 writes it."""
    if len(leaves) == 1:
        return []
    k = half(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF as §2.1.4.1 writes it."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = half(len(leaves))
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], False), naive_root(leaves[:k])]


class Kept:
    """What a ledger keeps: leaf hashes, and the subtrees that `grow` names."""

    def __init__(self) -> None:
        self.size = 0
        self.places: dict[Place, bytes] = {}
        self.asked = 0

    def read(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        self.asked += len(places)
        return {place: self.places[place] for place in places}

    def add(self, leaves: list[bytes]) -> None:
        made = list(merkle.grow(self.size, leaves, self.read))
        self.places |= {Place(0, self.size + number): leaf for number, leaf in enumerate(leaves)}
        for place, found in made:
            assert place not in self.places
            self.places[place] = found
        self.size += len(leaves)


def kept(*batches: int) -> Kept:
    tree = Kept()
    for batch in batches:
        tree.add(LEAVES[tree.size : tree.size + batch])
    return tree


WHOLE = kept(66_000)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=6))
def test_a_tree_grown_in_batches_is_the_tree_grown_at_once(batches: list[int]) -> None:
    tree = kept(*batches)
    assert tree.places == kept(sum(batches)).places
    if tree.size:
        assert merkle.root(tree.size, tree.read) == naive_root(LEAVES[: tree.size])


@given(st.lists(st.integers(0, 700), min_size=1, max_size=6))
def test_a_tree_that_is_read_through_has_every_root_on_the_way(batches: list[int]) -> None:
    tree, found = merkle.Growing(), {}
    for batch in batches:
        found |= dict(tree.add(LEAVES[tree.size : tree.size + batch]))
        assert tree.root() == merkle.top(LEAVES[: tree.size])
    assert found == {place: kept for place, kept in WHOLE.places.items() if place in found}
    assert len(found) == tree.size // 256 + tree.size // 65_536
    assert len(tree._open) < 3 * merkle.WIDTH


def test_growing_reads_only_what_one_subtree_began() -> None:
    tree = kept(65_530)
    tree.asked = 0
    tree.add(LEAVES[65_530:65_540])
    assert tree.asked <= 2 * merkle.WIDTH
    assert {place for place in tree.places if place.level == 16} == {Place(16, 0)}


@given(SIZES)
def test_root_is_the_rfcs_root(size: int) -> None:
    assert merkle.root(size, WHOLE.read) == naive_root(LEAVES[:size]) == merkle.top(LEAVES[:size])


@given(st.data(), SIZES)
def test_inclusion_is_the_rfcs_path_and_verifies(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, WHOLE.read)
    root = merkle.root(size, WHOLE.read)
    assert proof == naive_path(index, LEAVES[:size])
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda found: found != index) | st.just(size))
    assert not merkle.verify_inclusion(LEAVES[index], other, size, proof, root)
    assert not merkle.verify_inclusion(LEAVES[index], index, size, [*proof, root], root)
    if proof:
        assert not merkle.verify_inclusion(LEAVES[index], index, size, proof[:-1], root)


@given(st.data(), SIZES)
def test_consistency_is_the_rfcs_proof_and_verifies(data: st.DataObject, second: int) -> None:
    first = data.draw(st.integers(1, second))
    proof = merkle.consistency(first, second, WHOLE.read)
    roots = merkle.root(first, WHOLE.read), merkle.root(second, WHOLE.read)
    assert proof == naive_proof(first, LEAVES[:second])
    assert merkle.verify_consistency(first, second, proof, *roots)
    assert not merkle.verify_consistency(first, second, proof, leaf_hash(b"other"), roots[1])
    assert not merkle.verify_consistency(first, second, proof, roots[0], leaf_hash(b"other"))
    assert not merkle.verify_consistency(first, second, [*proof, roots[0]], *roots)
    if first > 1:
        assert not merkle.verify_consistency(first - 1, second, proof, *roots)


@given(st.data(), st.integers(1, 300), st.integers(0, 255))
def test_no_changed_bit_of_a_proof_verifies(data: st.DataObject, size: int, bit: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, WHOLE.read)
    if not proof:
        return
    at = data.draw(st.integers(0, len(proof) - 1))
    turned = bytearray(proof[at])
    turned[bit // 8] ^= 1 << bit % 8
    proof[at] = bytes(turned)
    assert not merkle.verify_inclusion(LEAVES[index], index, size, proof, merkle.root(size, WHOLE.read))


def test_a_part_that_is_no_hash_is_refused() -> None:
    left, right = LEAVES[:2]
    longer = node_hash(left, right)
    assert merkle.verify_inclusion(left, 0, 2, [right], longer)
    assert not merkle.verify_inclusion(left + right[:1], 0, 2, [right[1:]], longer)


def test_an_empty_tree_has_a_root_and_no_proofs() -> None:
    tree = Kept()
    assert merkle.root(0, tree.read) == merkle.top([]) == merkle.EMPTY
    for index, size in ((0, 0), (1, 1), (-1, 5)):
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(index, size, tree.read)
    for first, second in ((0, 0), (0, 5), (6, 5)):
        with pytest.raises(ValueError, match="earlier tree"):
            merkle.consistency(first, second, tree.read)
    assert not merkle.verify_inclusion(merkle.EMPTY, 0, 0, [], merkle.EMPTY)
    assert not merkle.verify_consistency(0, 0, [], merkle.EMPTY, merkle.EMPTY)
