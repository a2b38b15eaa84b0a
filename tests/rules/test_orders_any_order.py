"""An order stands as a walk hour by hour finds it, whatever the order of recording; a recall puts none back in force."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.orders_for_tests import FURTHER, HOUR, NOON, been, codes, hour, order

from shelterbelt.rules.order_times import HOURS, Lasts
from shelterbelt.rules.orders import BINDING, HAPPENINGS, STATES, Happened, OrderFacts, stand

# The oracle: a walk through the hours, one after the other


Ended = tuple[str, int] | None


def went(
    facts: OrderFacts, told: list[tuple[str, int]], length: int | None, replaced: int | None
) -> tuple[int, int | None, int | None, Ended]:
    """The hours of the issue, of the service, of the one from which it counts, and what ended it."""
    by_service = (facts.counts_from or facts.effective) == "on_service"
    issued, served, start = None, None, None
    ended: Ended = None
    for when in range(-20, 120):
        here = {kind for kind, at in told if at == when}
        issued = when if issued is None and "issued" in here else issued
        served = when if served is None and issued is not None and "served" in here else served
        start = served if by_service else issued
        if ended is None and issued is not None and "recalled" in here:
            ended = ("recalled", when)
        if ended is None and replaced == when:
            ended = ("replaced", when)
        if ended is None and start is not None and length is not None and when == start + length:
            ended = ("over", when)
    assert issued is not None
    return issued, served, start, ended


def walked(facts: OrderFacts, now: int, replaced: int | None) -> tuple[str, str, int | None]:
    """State, served, and the hour of the end, of an order whose things happened at whole hours and that was issued."""
    told = [(one.kind, (one.at - hour(0)) // HOUR) for one in facts.happened]
    length = facts.lasts.number or None
    issued, served, start, ended = went(facts, told, length, replaced)
    kinds = {kind for kind, _ in told}
    known = "yes" if served is not None and served <= now else "no" if served is not None else "unknown"
    if served is None and "served" not in kinds and "service_tried" in kinds and "recognised" not in kinds:
        known = "no"
    if ended and now >= ended[1]:
        return ended[0], known, ended[1]
    if now < issued:
        state = "not_yet"
    elif facts.effective == "on_service" and known != "yes":
        state = "not_yet" if known == "no" else "unknown"
    else:
        state = "in_force_not_served" if known == "no" else "in_force"
    doubt = any(kind == "recalled" and at < issued for kind, at in told)
    doubt |= any(kind == "expired" and at <= now for kind, at in told)
    doubt |= length is not None and start is None and known == "unknown" and now >= issued + length
    return ("unknown" if doubt and state in BINDING else state), known, ended[1] if ended else None


whole_hours = st.integers(-15, 40)
EXACT = st.builds(been, st.sampled_from(sorted(HAPPENINGS)), whole_hours)
ORDERS = st.builds(
    lambda told, effective, length, replaced, by: (
        order(
            *told,
            effective=effective,
            lasts=Lasts(HOURS, number=length) if length else FURTHER,
            replaced=replaced,
            by=by,
        ),
        replaced,
    ),
    st.lists(EXACT, max_size=6),
    st.sampled_from(["on_issue", "on_service"]),
    st.sampled_from([0, 0, 3, 24, 60]),
    st.one_of(st.none(), st.none(), whole_hours),
    st.sampled_from(["", "", "on_issue", "on_service"]),
)


@settings(max_examples=250, deadline=None)
@given(ORDERS, whole_hours, whole_hours)
def test_it_stands_as_a_walk_through_the_hours_finds_it(
    case: tuple[OrderFacts, int | None], issue: int, now: int
) -> None:
    facts, replaced = case
    facts = replace(facts, happened=(*facts.happened, been("issued", issue)))
    found = stand(facts, at=hour(now))
    state, served, ended = walked(facts, now, replaced)
    assert (found.state, found.served) == (state, served)
    assert found.until_at == (None if ended is None else hour(ended))
    assert (found.ends == "known") == (ended is not None)
    assert found.state not in BINDING or (found.begins_at is not None and found.begins_at <= hour(now))


DAYS_ONLY = st.builds(
    lambda kind, number, recorded: been(kind, number, recorded, (NOON + number * HOUR).date()),
    st.sampled_from(sorted(HAPPENINGS)), whole_hours, whole_hours,
)  # fmt: skip
ANY = st.lists(st.one_of(EXACT, DAYS_ONLY), max_size=6)


@settings(max_examples=100, deadline=None)
@given(ORDERS, ANY, whole_hours, st.one_of(st.none(), whole_hours), st.randoms(use_true_random=False))
def test_neither_the_order_of_recording_nor_a_thing_told_twice_changes_how_it_stands(
    case: tuple[OrderFacts, int | None],
    told: list[Happened],
    now: int,
    known: int | None,
    chance: random.Random,
) -> None:
    facts = replace(case[0], happened=tuple(told))
    known_at = None if known is None else hour(known)
    wanted = stand(facts, at=hour(now), known_at=known_at)
    mixed = [*told, *told[:2]]
    chance.shuffle(mixed)
    assert stand(replace(facts, happened=tuple(mixed)), at=hour(now), known_at=known_at) == wanted
    if known_at is not None and facts.replaced_at is None:
        by_then = tuple(one for one in told if one.recorded_at <= known_at)
        assert stand(replace(facts, happened=by_then), at=hour(now)) == wanted


@settings(max_examples=150, deadline=None)
@given(ORDERS, ANY, whole_hours, st.one_of(EXACT, DAYS_ONLY))
def test_a_recall_never_puts_it_back_in_force(
    case: tuple[OrderFacts, int | None], told: list[Happened], now: int, recall: Happened
) -> None:
    facts = replace(case[0], happened=tuple(told))
    recalled = replace(facts, happened=(*told, replace(recall, kind="recalled")))
    before, after = stand(facts, at=hour(now)), stand(recalled, at=hour(now))
    assert after.state not in BINDING or before.state in BINDING or before.state == "drafted"
    assert before.state != "recalled" or after.state == "recalled"
    if recall.on is None and recall.at <= hour(now):
        assert after.state not in BINDING
    # An end stays: later it stands ended too.
    if before.state in ("recalled", "replaced", "over"):
        assert stand(facts, at=hour(now + 100)).state == before.state


@settings(max_examples=150, deadline=None)
@given(ORDERS, ANY, whole_hours)
def test_what_is_not_known_is_never_not_served_and_never_no_order(
    case: tuple[OrderFacts, int | None], told: list[Happened], now: int
) -> None:
    facts = replace(case[0], happened=tuple(told))
    found = stand(facts, at=hour(now))
    kinds = {one.kind for one in told}
    if found.served == "no":
        assert codes(found) & {"order.service_tried", "order.served_later"}
        assert kinds & {"service_tried", "served"}
    assert (found.state == "drafted") == (not kinds and facts.replaced_at is None)
    if found.state == "not_yet":
        assert codes(found) & {"order.issued_later", "order.service_tried", "order.served_later"}
    assert found.state in STATES
    if found.until_at is None and found.state != "drafted":
        assert found.ends == "further_order" or found.ends in ("unknown", "not_counted")
        assert (found.ends == "further_order") == (facts.lasts == FURTHER)
