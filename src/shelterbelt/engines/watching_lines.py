"""Keeps fixes in their order, as `rules.late` does: what is new, what came twice, what is too late, and what may be let go.

A line is a piece of one long store, with room behind it; when that is full, whoever calls makes more.
"""

from typing import Any

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_copy import copy_over

Array = Any  # of records
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

DOUBLE, TOO_LATE = -1, -2
AHEAD = 2  # memory is asked for this place behind one just filled: the next fixes mostly come right after
AT_ONCE = 32  # so many are let go together at the least
AT_TIMES = 16  # so many are put at the end between two looks at what is too old


@compiled
def compare(one: Record, two: Record, first: Whole) -> Whole:
    """This function will return -1, 0 or 1, by the order of `Fix`; of two alike, the device `first` comes first."""
    if one.ms != two.ms:
        return -1 if one.ms < two.ms else 1
    if one.latitude != two.latitude:
        return -1 if one.latitude < two.latitude else 1
    if one.longitude != two.longitude:
        return -1 if one.longitude < two.longitude else 1
    return _compare_rest(one, two, first)


@compiled
def _compare_rest(one: Record, two: Record, first: Whole) -> Whole:
    if one.metres != two.metres:
        return -1 if one.metres < two.metres else 1
    if one.speed != two.speed:
        return -1 if one.speed < two.speed else 1
    if one.battery != two.battery:
        return -1 if one.battery < two.battery else 1
    if one.marks != two.marks:
        return -1 if one.marks < two.marks else 1
    return (one.device != first) - (two.device != first)


@compiled
def place_of(line: Record, fixes: Array, fix: Record, first: Whole) -> Whole:
    """This function will return how many of a line's fixes come before this one, or DOUBLE, or TOO_LATE."""
    start, many = line.start, line.many
    if many and fix.ms > line.newest:
        return many
    if line.gone or line.before:
        found = compare(fix, fixes[start + line.gone - 1], first)
        if found <= 0:
            return DOUBLE if found == 0 else TOO_LATE
    place = many
    while place > line.gone:
        found = compare(fixes[start + place - 1], fix, first)
        if found == 0:
            return DOUBLE
        if found < 0:
            return place
        place -= 1
    return place


@compiled
def put(line: Record, fixes: Array, fix: Record, place: Whole) -> None:
    """This function will put a fix into its place in a line that has room for it."""
    start = line.start
    for i in range(start + line.many, start + place, -1):
        copy_over(fixes[i], fixes[i - 1])
    copy_over(fixes[start + place], fix)
    if place == line.many:
        line.newest = fix.ms
    line.many += 1


@compiled
def count_in(line: Record, place: Whole) -> None:
    """This function will count a fix that was put into its place among those of each state that lies behind it."""
    line.middle += place < line.middle
    line.recent += place < line.recent
    line.second += place < line.second


@compiled
def trim(line: Record, fixes: Array, late_ms: Whole, most: Whole) -> None:
    """This function will say from where on a line is kept: `late_ms` behind the newest, and never more than `most`."""
    oldest = line.newest - late_ms
    gone = max(line.gone, line.many - most)
    while fixes[line.start + gone].ms < oldest:
        gone += 1
    line.gone = gone


@compiled
def is_newest(line: Record, fix: Record) -> bool:
    """This function will say whether a fix is of a later instant than all of a line."""
    return line.many > 0 and fix.ms > line.newest


@compiled
def may_wait(line: Record) -> bool:
    """This function will say whether nothing need be trimmed yet: whoever puts a late fix in trims first."""
    if line.many < AT_ONCE or line.many <= line.middle:
        return True
    return bool(line.many % AT_TIMES and line.many + 1 < line.room)


@compiled
def may_let_go(line: Record) -> bool:
    """This function will say whether the fixes up to the state in the middle are needed no more."""
    if line.middle == 0:
        return line.many >= AT_ONCE
    return line.gone >= AT_ONCE and line.gone >= line.middle


@compiled
def let_go(line: Record, fixes: Array) -> None:
    """This function will forget the fixes up to the middle, but the last of them; the middle is the end then."""
    start, gone = line.start, line.middle
    if gone:
        for i in range(start - 1, start + line.many - gone):
            copy_over(fixes[i], fixes[i + gone])
        line.before = 1
    line.many -= gone
    line.gone -= gone
    line.recent, line.second = max(line.recent - gone, -1), max(line.second - gone, -1)
    line.middle = line.many


@compiled
def has_room(line: Record, fixes: Array, used: Array, most: Whole) -> bool:
    """This function will see that a line has room for one more, at the end of the store if it must move; False if it cannot.

    Nothing longer than `most` is made: whoever folds has no paper for more.
    """
    if line.many < line.room:
        return True
    room = 2 * line.room
    if room > most or used[0] + room + 1 > len(fixes):
        return False
    start = used[0] + 1
    for i in range(-1, line.many):
        copy_over(fixes[start + i], fixes[line.start + i])
    line.start, line.room = start, room
    used[0] += room + 1
    return True
