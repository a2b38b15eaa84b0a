"""What a fix means for the pairs of its device: taken in at the end, or put into its place."""

from typing import Any

import numpy as np

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_copy import copy_over, fetch
from shelterbelt.engines.watching_judges import judge_pair
from shelterbelt.engines.watching_lines import (
    AHEAD,
    count_in,
    has_room,
    is_newest,
    let_go,
    may_let_go,
    may_wait,
    place_of,
    put,
    trim,
)
from shelterbelt.engines.watching_tables import BASE, MIDDLE, NOTHING, NOW, PAIR, PAIR_STATES, RECENT, SECOND
from shelterbelt.engines.watching_turns import put_between
from shelterbelt.engines.watching_world import (
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
    told_in,
    told_many_in,
    watch_of_pair_in,
    write_all,
)

OFTEN = 8  # fixes between two states of a pair that late ones go on from

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
def may_take(world: Record, pair: Whole) -> bool:
    """This function will say whether a pair has room and paper for one more fix, and a little over; -1 is no pair."""
    if pair < 0:
        return bool(told_many_in(world)[0] + 16 <= len(told_in(world)))
    line = pair_lines_in(world)[pair]
    paper = told_many_in(world)[0] + 4 * (line.many + 6)
    return bool(line.many < line.room and paper <= len(told_in(world)))


@compiled
def fetch_pair(world: Record, pair: Whole) -> None:
    """This function will ask memory for how a pair stands."""
    fetch(pair_lines_in(world)[pair])
    at = PAIR_STATES * pair + NOW
    fetch(pairs_in(world)[at])
    fetch(sides_in(world)[2 * at])
    fetch(sides_in(world)[2 * at + 1])


@compiled
def take_pair(world: Record, fix: Record, pair: Whole, row: Whole) -> None:
    """This function will take a fix in for one pair."""
    line, fixes = pair_lines_in(world)[pair], pair_fixes_in(world)
    first = pair_one_in(world)[pair]
    if is_newest(line, fix):
        _take_newest(world, fix, pair, 0 if fix.device == first else 1, row)
        copy_over(fixes[line.start + line.many], fix)
        fetch(fixes[line.start + line.many + AHEAD])
        line.newest = fix.ms
        line.many += 1
    elif not _take_other(world, fix, pair, row):
        return
    if line.many - line.recent >= OFTEN:
        _keep_recent(world, pair, line)
    if may_wait(line):
        return
    trim(line, fixes, world.late_ms, world.most)
    if may_let_go(line):
        _become(world, pair, BASE, MIDDLE)
        _become(world, pair, MIDDLE, NOW)
        let_go(line, fixes)


@compiled
def _keep_recent(world: Record, pair: Whole, line: Record) -> None:
    _become(world, pair, SECOND, RECENT)
    _become(world, pair, RECENT, NOW)
    line.second, line.recent = line.recent, line.many


@compiled
def _become(world: Record, pair: Whole, one: Whole, other: Whole) -> None:
    """Make one of a pair's states what another is."""
    to, of, sides = PAIR_STATES * pair + one, PAIR_STATES * pair + other, sides_in(world)
    copy_over(pairs_in(world)[to], pairs_in(world)[of])
    copy_over(sides[2 * to], sides[2 * of])
    copy_over(sides[2 * to + 1], sides[2 * of + 1])


@compiled
def _take_newest(world: Record, fix: Record, pair: Whole, mine: Whole, row: Whole) -> None:
    at, sides = PAIR_STATES * pair + NOW, sides_in(world)
    one, other = sides[2 * at + mine], sides[2 * at + 1 - mine]
    many = judge_pair(pairs_in(world)[at], one, other, fix, world, now_in(world), NOTHING)
    if many:
        watch, first = np.int64(watch_of_pair_in(world)[pair]), np.int64(pair_one_in(world)[pair])
        write_all(world, row, PAIR, watch, first, now_in(world), many)


@compiled
def _take_other(world: Record, fix: Record, pair: Whole, row: Whole) -> bool:
    """Take in the first fix, or a late one; False for one that came twice or too late."""
    line, fixes = pair_lines_in(world)[pair], pair_fixes_in(world)
    first = pair_one_in(world)[pair]
    if line.many:
        trim(line, fixes, world.late_ms, world.most)
    place = place_of(line, fixes, fix, first)
    if place < 0:
        return False
    if place == 0 and line.many == 0:
        _take_newest(world, fix, pair, 0 if fix.device == first else 1, row)
        put(line, fixes, fix, place)
        return True
    put(line, fixes, fix, place)
    count_in(line, place)
    device, watch = np.int64(pair_index_in(world)[pair]), np.int64(watch_of_pair_in(world)[pair])
    put_between(world, PAIR, pair, device, line, fixes, place, row, watch)
    return True
