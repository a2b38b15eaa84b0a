"""What a fix means for the pairs of its device: taken in at the end, or put into its place."""

from typing import Any

import numpy as np

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_copy import copy_over
from shelterbelt.engines.watching_judges import judge_pair
from shelterbelt.engines.watching_lines import (
    has_room,
    is_newest,
    let_go,
    may_let_go,
    may_wait,
    place_of,
    put,
    trim,
)
from shelterbelt.engines.watching_tables import BASE, MIDDLE, NOTHING, NOW, PAIR
from shelterbelt.engines.watching_turns import advance, put_between
from shelterbelt.engines.watching_world import (
    earlier_in,
    earlier_sides_in,
    now_in,
    pair_fixes_in,
    pair_index_in,
    pair_lines_in,
    pair_one_in,
    pair_used_in,
    pairs_from_in,
    pairs_in,
    pairs_of_in,
    sides_in,
    watch_of_pair_in,
    write_all,
)

Array = Any  # of records
Record = Any
Whole = Any  # a whole number, NumPy's or Python's


@compiled
def prepare_pairs(world: Record, device: Whole) -> Whole:
    """This function will see that a device's pairs have room for a fix and return how much paper it may need; -1 for no room."""
    paper = 16
    for p in range(pairs_from_in(world)[device], pairs_from_in(world)[device + 1]):
        line = pair_lines_in(world)[np.int64(pairs_of_in(world)[p])]
        if not has_room(line, pair_fixes_in(world), pair_used_in(world), world.longest):
            return -1
        paper += 4 * (line.many + 2)
    return paper


@compiled
def take_pair(world: Record, fix: Record, pair: Whole, row: Whole) -> None:
    """This function will take a fix in for one pair."""
    line, fixes = pair_lines_in(world)[pair], pair_fixes_in(world)
    first = pair_one_in(world)[pair]
    if line.many and not is_newest(line, fixes, fix):
        trim(line, fixes, world.late_ms, world.most)
    place = place_of(line, fixes, fix, first)
    if place < 0:
        return
    if place == line.many and (place == 0 or fixes[line.start + place - 1].ms != fix.ms):
        mine = 0 if fix.device == first else 1
        at, sides = 3 * pair + NOW, sides_in(world)
        copy_over(earlier_in(world)[pair], pairs_in(world)[at])
        copy_over(earlier_sides_in(world)[2 * pair + mine], sides[2 * at + mine])
        many = judge_pair(
            pairs_in(world)[at],
            sides[2 * at + mine],
            sides[2 * at + 1 - mine],
            fix,
            world,
            now_in(world),
            NOTHING,
        )
        write_all(
            world, row, PAIR, np.int64(watch_of_pair_in(world)[pair]), np.int64(first), now_in(world), many
        )
        put(line, fixes, fix, place)
    else:
        put(line, fixes, fix, place)
        line.middle += place < line.middle
        device = np.int64(pair_index_in(world)[pair])
        put_between(
            world, PAIR, pair, device, line, fixes, place, row, np.int64(watch_of_pair_in(world)[pair])
        )
    if may_wait(line):
        return
    trim(line, fixes, world.late_ms, world.most)
    if may_let_go(line):
        advance(pairs_in(world), pair)
        for side in range(2):
            _advance_side(sides_in(world), pair, side)
        let_go(line, fixes)


@compiled
def _advance_side(sides: Array, pair: Whole, side: Whole) -> None:
    copy_over(sides[2 * (3 * pair + BASE) + side], sides[2 * (3 * pair + MIDDLE) + side])
    copy_over(sides[2 * (3 * pair + MIDDLE) + side], sides[2 * (3 * pair + NOW) + side])
