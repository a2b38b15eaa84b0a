"""Counts of a few are withheld, and nobody can take the shown ones from the whole and learn of them."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.measures.withheld import shown, spans, within

COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(COUNTS, st.integers(2, 5))
def test_whoever_knows_the_whole_and_the_shown_counts_is_sure_of_no_count_of_a_few(
    counts: list[int], least: int
) -> None:
    told = shown(counts, least)
    assert all(one is None or one == 0 or one >= least for one in told)
    hidden = [place for place, one in enumerate(told) if one is None]
    if sum(counts) < least:
        assert hidden == list(range(len(counts)))
        return
    rest = sum(counts[place] for place in hidden)
    worlds = [world for world in product(range(rest + 1), repeat=len(hidden)) if sum(world) == rest]
    for nth, place in enumerate(hidden):
        if 0 < counts[place] < least:
            assert len({world[nth] for world in worlds}) >= least, (
                "as many guesses as a count that may be shown"
            )


def test_a_single_small_count_takes_another_with_it() -> None:
    assert shown([20, 5, 15], 11) == (20, None, None)
    assert shown([30, 0, 11], 11) == (30, 0, 11)
    assert shown([30, 1, 0], 11) == (None, None, 0)
    assert shown([5, 6, 0], 11) == (None, None, 0)
    assert shown([10, 0], 11) == (None, None)


def test_a_span_that_was_told_never_changes_when_time_goes_on() -> None:
    quarters = {(2025, 1): 4, (2025, 2): 7, (2025, 3): 3, (2025, 4): 5, (2026, 1): 30, (2026, 2): 2}
    seen: dict[tuple[object, object], int | None] = {}
    for over in [*sorted(quarters), (2027, 1)]:
        for span in spans(quarters, 11, over=over):
            if span.count is not None:
                assert seen.setdefault((span.first, span.last), span.count) == span.count
    told = [(s.first, s.last, s.count) for s in spans(quarters, 11, over=(2026, 2))]
    assert told == [
        ((2025, 1), (2025, 2), 11), ((2025, 3), (2025, 4), None), ((2026, 1), (2026, 1), 30),
    ]  # fmt: skip
    first = spans(quarters, 11, over=(2026, 2))[0]
    assert within(first, quarters) == ((2025, 1), (2025, 2))
    ends = list(seen)
    assert all(a[1] < b[0] for a, b in zip(sorted(ends), sorted(ends)[1:], strict=False)), (
        "they never overlap"
    )
