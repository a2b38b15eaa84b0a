"""How an order stands at an instant, and that what is not known is never “not served” and never “no order”."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations

import pytest
from tests.rules.orders_for_tests import DAY, ISSUED, NOON, SERVED, TRIED, been, codes, hour, order

from shelterbelt.rules.order_times import COURT_DAYS, DAYS, HOURS, LAST_DAY, MOMENT, YEARS, Lasts
from shelterbelt.rules.orders import BINDING, HAPPENINGS, Happened, OrderFacts, Standing, stand, strictest
from shelterbelt.rules.reasons import Reason

# Only the day is known


def served_in_all(worlds: Iterable[Standing]) -> tuple[str, str]:
    """What is the same in every world that can be; unknown where it is not."""
    found = {(one.state, one.served) for one in worlds}
    return found.pop() if len(found) == 1 else ("unknown", "unknown")


@pytest.mark.parametrize("recorded", [50, 4, -12, -30])
def test_of_a_service_of_which_only_the_day_is_known_all_hours_of_that_day_are_weighed(recorded: int) -> None:
    issued = been("issued", -60)
    served = been("served", 99, recorded, on=NOON.date())
    midnight, written = -12, min(12, recorded) if recorded >= -12 else 12
    for now in range(-20, 20):
        worlds = [
            stand(order(issued, been("served", at), effective="on_service"), at=hour(now))
            for at in range(midnight, written + 1)
        ]
        found = stand(order(issued, served, effective="on_service"), at=hour(now))
        assert (found.state, found.served) == served_in_all(worlds), now
        code = {"unknown": "served_that_day", "no": "served_later", "yes": "served"}[found.served]
        assert Reason(f"order.{code}", hour(midnight).isoformat()) in found.because
        assert found.begins_at == hour(midnight)
        assert stand(order(issued, served), at=hour(now)).state in BINDING


def test_an_order_of_which_only_the_day_is_known_begins_with_it_and_a_recall_ends_after_it() -> None:
    day = NOON.date()
    for now, wanted in ((-13, "not_yet"), (-12, "in_force"), (30, "in_force")):
        found = stand(order(been("issued", 0, 50, on=day)), at=hour(now))
        assert (found.state, found.begins_at) == (wanted, hour(-12))
        code = "order.issued_later" if wanted == "not_yet" else "order.issued"
        assert Reason(code, hour(-12).isoformat()) in found.because
    lone = stand(order(been("served", 0, 50, on=day), effective="on_service"), at=hour(30))
    assert (lone.state, lone.begins_at) == ("in_force", hour(-12))
    facts = order(been("issued", -60), been("recalled", 0, 50, on=day))
    for now, wanted in ((-12, "in_force"), (11, "in_force"), (12, "recalled")):
        assert stand(facts, at=hour(now)).state == wanted
    # It had been recalled when that was written down.
    facts = order(been("issued", -60), been("recalled", 0, 3, on=day))
    assert stand(facts, at=hour(2)).state == "in_force"
    assert stand(facts, at=hour(3)).state == "recalled"


def test_a_service_on_the_day_of_the_issue_is_one_of_this_order() -> None:
    day = NOON.date()
    exact = order(ISSUED, been("served", 0, 50, on=day), effective="on_service")
    assert stand(exact, at=hour(12)).state == "in_force"
    assert stand(exact, at=hour(12)).begins_at == hour(0)
    whole = order(been("issued", 0, 50, on=day), been("served", -2), effective="on_service")
    assert stand(whole, at=hour(-2)).state == "in_force"
    recalled = order(ISSUED, been("recalled", 0, 50, on=day))
    assert stand(recalled, at=hour(12)).state == "recalled"
    other = order(ISSUED, been("served", -24, 50, on=day - DAY))
    assert stand(other, at=hour(12)).served == "unknown"


def test_what_shows_an_order_or_says_that_it_is_over_does_so_after_its_day() -> None:
    day = NOON.date()
    for now, wanted in ((11, "unknown"), (12, "in_force")):
        assert stand(order(been("recognised", 0, 50, on=day)), at=hour(now)).state == wanted
    facts = order(been("issued", -60), been("expired", 0, 50, on=day), been("modified", 0, 50, on=day))
    for now, wanted in ((11, "in_force"), (12, "unknown")):
        found = stand(facts, at=hour(now))
        assert found.state == wanted
        said = (
            Reason("order.said_to_be_over", hour(12).isoformat()),
            Reason("order.modified", hour(-12).isoformat()),
        )
        assert {reason in found.because for reason in said} == {wanted == "unknown"}


def test_lengths_count_from_the_day_and_hours_from_its_end_where_only_the_day_is_known() -> None:
    issued = been("issued", 0, 500, on=NOON.date())
    assert stand(order(issued, lasts=Lasts(HOURS, number=24)), at=NOON).until_at == hour(12 + 24)
    assert stand(order(issued, lasts=Lasts(DAYS, number=1)), at=NOON).until_at == hour(12 + 24)


# Service


def test_an_order_that_binds_on_issue_binds_before_service_and_says_what_is_known_of_it() -> None:
    for told, state, served, code in (
        ((), "in_force", "unknown", "order.service_unknown"),
        ((TRIED,), "in_force_not_served", "no", "order.service_tried"),
        ((TRIED, SERVED), "in_force", "yes", "order.served"),
        ((TRIED, been("recognised", 1)), "in_force", "unknown", "order.service_unknown"),
        ((been("served", -1), TRIED), "in_force", "unknown", "order.served_before_issue"),
        ((been("served", -1), SERVED), "in_force", "yes", "order.served"),
        ((been("served", 30),), "in_force_not_served", "no", "order.served_later"),
    ):
        found = stand(order(ISSUED, *told), at=hour(20))
        assert (found.state, found.served, code in codes(found)) == (state, served, True), told
        assert found.begins_at == hour(0)


def test_an_order_that_binds_on_service_is_not_yet_only_where_somebody_knows() -> None:
    for told, state, begins in (
        ((), "unknown", None),
        ((TRIED,), "not_yet", None),
        ((TRIED, SERVED), "in_force", 10),
        ((been("recognised", 1),), "unknown", None),
        ((been("served", 30),), "not_yet", 30),
    ):
        found = stand(order(ISSUED, *told, effective="on_service"), at=hour(20))
        assert (found.state, found.begins_at) == (state, None if begins is None else hour(begins)), told
        assert state == "in_force" or "order.binds_when_served" in codes(found)
    planned = stand(order(been("issued", 30), effective="on_service"), at=hour(20))
    assert planned.state == "not_yet"
    assert Reason("order.issued_later", hour(30).isoformat()) in planned.because


def test_the_newest_try_is_named() -> None:
    found = stand(order(ISSUED, TRIED, been("service_tried", 8)), at=hour(20))
    assert Reason("order.service_tried", hour(8).isoformat()) in found.because
    found = stand(order(ISSUED, TRIED, been("service_tried", 8, 50, on=NOON.date())), at=hour(20))
    assert Reason("order.service_tried", hour(12).isoformat()) in found.because


# An issue that nobody wrote down


@pytest.mark.parametrize("kind", ["served", "service_tried", "recognised", "modified"])
def test_an_order_whose_issue_is_not_known_stands_from_when_something_shows_it(kind: str) -> None:
    facts = order(been(kind, 5))
    before, after = stand(facts, at=hour(4)), stand(facts, at=hour(5))
    assert (before.state, "order.issue_unknown" in codes(before)) == ("unknown", True)
    assert after.state in BINDING
    assert after.begins_at is None
    assert "order.issue_unknown" in codes(after)
    counted = replace(facts, lasts=Lasts(DAYS, number=14))
    assert stand(counted, at=hour(5)).state == "unknown"
    dated = replace(facts, lasts=Lasts(LAST_DAY, date(2026, 3, 6)))
    assert stand(dated, at=hour(5)).state in BINDING
    assert stand(dated, at=hour(500)).state == "over"


def test_of_an_order_of_which_only_the_end_is_known_it_is_unknown_before() -> None:
    for facts, after in ((order(been("recalled", 5)), "recalled"), (order(replaced=5), "replaced")):
        assert stand(facts, at=hour(4)).state == "unknown"
        assert stand(facts, at=hour(5)).state == after
    assert stand(order(been("expired", 5)), at=hour(6)).state == "unknown"
    assert stand(order(SERVED, effective="on_service"), at=hour(11)).state == "in_force"


# Ends


def test_until_further_order_it_stands_for_ever_and_says_so() -> None:
    found = stand(order(ISSUED, SERVED), at=NOON + 20_000 * DAY)
    assert (found.state, found.until_at, found.ends) == ("in_force", None, "further_order")
    assert "order.until_further_order" in codes(found)


@pytest.mark.parametrize(
    ("lasts", "ends"),
    [
        (Lasts(LAST_DAY, date(2026, 3, 8)), "2026-03-09T06:00"),  # the clocks went on that night
        (Lasts(MOMENT, date(2026, 11, 1), time(1, 30)), "2026-11-01T08:30"),  # shown twice: the later
        (Lasts(MOMENT, date(2026, 3, 8), time(2, 30)), "2026-03-08T09:30"),  # never shown: the later
        (Lasts(HOURS, number=96), "2026-03-08T19:00"),
        (Lasts(YEARS, number=1), "2027-03-05T07:00"),
    ],
)
def test_it_ends_by_the_clock_of_the_issuing_place(lasts: Lasts, ends: str) -> None:
    over_at = datetime.fromisoformat(ends).replace(tzinfo=UTC)
    facts = order(ISSUED, SERVED, lasts=lasts)
    for at, state in ((over_at - timedelta(microseconds=1), "in_force"), (over_at, "over")):
        found = stand(facts, at=at)
        assert (found.state, found.until_at, found.ends) == (state, over_at, "known")
        assert codes(found) >= ({"order.over"} if state == "over" else {"order.until"})


def test_a_year_from_the_29th_of_february_ends_with_the_28th() -> None:
    leap = Happened("served", datetime(2024, 2, 29, 18, tzinfo=UTC), datetime(2024, 2, 29, 18, tzinfo=UTC))
    facts = order(replace(leap, kind="issued"), leap, effective="on_service", lasts=Lasts(YEARS, number=1))
    assert stand(facts, at=NOON).until_at == datetime(2025, 3, 1, 7, tzinfo=UTC)


def test_days_on_which_the_court_is_closed_do_not_count() -> None:
    facts = replace(order(ISSUED, lasts=Lasts(COURT_DAYS, number=1)), closed=frozenset({date(2026, 3, 5)}))
    assert stand(facts, at=NOON).until_at == datetime(2026, 3, 7, 7, tzinfo=UTC)
    facts = replace(facts, counts_from="on_service", happened=(ISSUED,))
    assert stand(facts, at=datetime(2026, 3, 7, 6, tzinfo=UTC)).state == "in_force"


def test_a_length_that_counts_from_service_ends_nothing_that_nobody_served() -> None:
    facts = order(ISSUED, TRIED, lasts=Lasts(HOURS, number=24), by="on_service")
    found = stand(facts, at=hour(1000))
    assert (found.state, found.until_at, found.ends) == ("in_force_not_served", None, "not_counted")
    assert "order.counts_from_service" in codes(found)
    unknown = order(ISSUED, lasts=Lasts(HOURS, number=24), by="on_service")
    assert stand(unknown, at=hour(23)).state == "in_force"
    found = stand(unknown, at=hour(24))
    assert (found.state, found.ends, found.because[0]) == ("unknown", "unknown", Reason("order.end_unknown"))
    day_only = replace(unknown, happened=(been("issued", 0, 50, on=NOON.date()),))
    assert stand(day_only, at=hour(11)).state == "in_force"
    assert stand(day_only, at=hour(12)).state == "unknown"
    issue = order(ISSUED, effective="on_service", lasts=Lasts(HOURS, number=24), by="on_issue")
    assert stand(issue, at=hour(24)).state == "over"


def test_the_first_end_counts_and_what_was_over_before_it_was_served_never_began() -> None:
    facts = order(ISSUED, been("recalled", 30), SERVED, lasts=Lasts(HOURS, number=20), replaced=40)
    found = stand(facts, at=hour(50))
    assert (found.state, found.until_at, found.begins_at) == ("over", hour(20), hour(0))
    together = order(ISSUED, been("recalled", 20), lasts=Lasts(HOURS, number=20), replaced=20)
    assert stand(together, at=hour(20)).state == "recalled"
    late = order(ISSUED, been("served", 30), been("recalled", 20), effective="on_service")
    found = stand(late, at=hour(50))
    assert (found.state, found.served, found.begins_at) == ("recalled", "yes", None)
    assert stand(order(ISSUED, been("recalled", 20), replaced=15), at=hour(19)).state == "replaced"
    found = stand(order(ISSUED, been("recalled", 0)), at=hour(1))
    assert (found.state, found.begins_at, found.until_at) == ("recalled", None, hour(0))


def test_what_contradicts_itself_is_unknown() -> None:
    for facts, code in (
        (order(ISSUED, been("recalled", -3)), "order.recalled_before_issue"),
        (order(ISSUED, been("expired", 3)), "order.said_to_be_over"),
        (order(ISSUED, been("expired", 3), lasts=Lasts(DAYS, number=14)), "order.said_to_be_over"),
        (order(ISSUED, lasts=Lasts(LAST_DAY, date(2026, 3, 3))), "order.ends_before_issue"),
    ):
        found = stand(facts, at=hour(5))
        assert (found.state, found.because[0].code) == ("unknown", code)
    assert stand(order(ISSUED, been("expired", 3)), at=hour(2)).state == "in_force"
    both = order(ISSUED, been("recalled", -3), been("recalled", 4))
    assert stand(both, at=hour(5)).state == "recalled"


def test_an_end_at_the_instant_of_the_issue_contradicts_it_and_one_later_that_day_does_not() -> None:
    midnight = order(been("issued", 12), lasts=Lasts(LAST_DAY, NOON.date()))
    assert stand(midnight, at=hour(12)).state == "unknown"
    day_only = order(been("issued", 0, 50, on=NOON.date()), lasts=Lasts(MOMENT, NOON.date(), time(9)))
    assert stand(day_only, at=hour(-4)).state == "in_force"
    assert stand(day_only, at=hour(-3)).state == "over"


def test_new_words_alone_end_nothing_and_are_pointed_at() -> None:
    facts = order(ISSUED, SERVED, been("modified", 12), been("recognised", 15))
    found = stand(facts, at=hour(13))
    assert found.state == "in_force"
    assert Reason("order.modified", hour(12).isoformat()) in found.because
    assert "order.recognised" not in codes(found)
    found = stand(replace(facts, replaced_at=hour(16)), at=hour(16))
    assert (found.state, found.until_at) == ("replaced", hour(16))
    assert codes(found) >= {"order.replaced", "order.modified", "order.recognised"}


# What was known


def test_it_stands_as_it_was_known_then() -> None:
    facts = order(ISSUED, been("served", 10, 15), been("recalled", 12, 20), replaced=30)
    for known, wanted in (
        (-1, "drafted"),
        (14, "in_force"),
        (19, "in_force"),
        (20, "recalled"),
        (50, "recalled"),
    ):
        found = stand(facts, at=hour(25), known_at=hour(known))
        assert found.state == wanted, known
        assert found.served == ("yes" if known >= 15 else "unknown")
    gone = order(ISSUED, replaced=30)
    assert stand(gone, at=hour(40), known_at=hour(29)).state == "in_force"
    assert stand(gone, at=hour(40), known_at=hour(30)).state == "replaced"


def test_a_draft_is_no_order_yet_and_says_nothing_of_service() -> None:
    assert stand(order(), at=NOON) == Standing("drafted", None, None, "unknown", (Reason("order.drafted"),))


# Several


def test_the_strictest_binds_where_one_binds_and_is_unknown_where_one_may() -> None:
    found = [
        stand(order(ISSUED, SERVED), at=hour(20)),
        stand(order(ISSUED, SERVED, lasts=Lasts(DAYS, number=30)), at=hour(20)),
        stand(order(ISSUED, SERVED, lasts=Lasts(DAYS, number=14)), at=hour(20)),
        stand(order(ISSUED), at=hour(20)),
        stand(order(ISSUED, TRIED), at=hour(20)),
        stand(order(ISSUED, been("expired", 3)), at=hour(20)),
        stand(order(ISSUED, TRIED, effective="on_service"), at=hour(20)),
        stand(order(), at=hour(20)),
        stand(order(ISSUED, been("recalled", 3)), at=hour(20)),
    ]
    found[1:1] = [
        stand(order(ISSUED, SERVED, been("recalled", 9000)), at=hour(20)),
        stand(order(been("issued", -48), SERVED, lasts=Lasts(DAYS, number=90)), at=hour(20)),
    ]
    for first, one in enumerate(found):
        for other in found[first:]:
            assert strictest([one, other]) == strictest([other, one]) == one
    for several in permutations(found[2:6]):
        assert strictest(several) == found[2]


def test_an_end_that_is_not_known_is_later_than_one_that_is() -> None:
    uncounted = order(ISSUED, lasts=Lasts(DAYS, number=14), by="on_service")
    tried = [
        stand(order(ISSUED, TRIED), at=hour(20)),
        stand(replace(uncounted, happened=(ISSUED, TRIED)), at=hour(20)),
        stand(order(ISSUED, TRIED, lasts=Lasts(DAYS, number=900)), at=hour(20)),
    ]
    unknown = [
        stand(order(ISSUED), at=hour(20)),
        stand(uncounted, at=hour(20)),
        stand(order(ISSUED, lasts=Lasts(DAYS, number=900)), at=hour(20)),
    ]
    for found in (tried, unknown):
        for first, one in enumerate(found):
            for other in found[first:]:
                assert strictest([one, other]) == strictest([other, one]) == one


def test_of_no_orders_it_is_unknown_whether_there_is_one() -> None:
    found = strictest([])
    assert (found.state, found.served, codes(found)) == ("unknown", "unknown", {"order.none_known"})


# What is no order


@pytest.mark.parametrize(
    "facts",
    [
        replace(order(), kind="injunction"), replace(order(), zone="America/Nowhere"), replace(order(), effective="at_once"),
        replace(order(), counts_from="hearing"), replace(order(), lasts=Lasts(DAYS)), order(been("appealed", 0)),
        order(Happened("issued", datetime(2026, 3, 4), NOON)), order(Happened("issued", NOON, datetime(2026, 3, 4))),
        replace(order(), replaced_at=datetime(2026, 3, 4)),
    ],
)  # fmt: skip
def test_what_is_no_order_is_refused(facts: OrderFacts) -> None:
    with pytest.raises(ValueError):
        stand(facts, at=NOON)


def test_whatever_can_happen_to_an_order_can_happen_to_one() -> None:
    facts = order(
        *(been(kind, number) for number, kind in enumerate(sorted(HAPPENINGS, key="issued".__ne__)))
    )
    assert stand(facts, at=hour(20)).state == "recalled"


def test_a_naive_instant_is_refused() -> None:
    for at, known_at in ((datetime(2026, 3, 4), None), (NOON, datetime(2026, 3, 4))):
        with pytest.raises(ValueError):
            stand(order(), at=at, known_at=known_at)
