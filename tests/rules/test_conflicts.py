"""How strongly a worker and a party point to one person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.conflicts import Known, match

BORN, OTHER = date(1984, 5, 6), date(1961, 1, 1)
PHONE = frozenset({"15558670142"})


@pytest.mark.parametrize(
    ("one", "other", "strength"),
    [
        (Known(("Robin Odell",), BORN), Known(("Odell, Robin",), BORN), "strong"),
        (Known(("Robin Odell",), None, PHONE), Known(("robin odell",), None, PHONE), "strong"),
        (Known(("Ada Pryce",), BORN, PHONE), Known(("Bo Lund",), BORN, PHONE), "strong"),
        (Known(("Robin Odell",)), Known(("Robin James Odell",)), "weak"),
        (Known(("Robin Odell",), BORN), Known(("Robin Odell",)), "weak"),
        (Known(("Ada Pryce",), None, PHONE), Known(("Bo Lund",), None, PHONE), "weak"),
        (Known(("Robin Odell",), BORN), Known(("Robin Odell",), OTHER), None),
        (Known(("Robin",), None), Known(("Robin",), None), None),
        (Known(("Ada Pryce",), BORN), Known(("Bo Lund",), BORN), None),
        (Known(), Known(), None),
    ],
)
def test_stories(one: Known, other: Known, strength: str | None) -> None:
    found = match(one, other)
    assert (found.strength if found else None) == strength


KNOWN = st.builds(
    Known,
    names=st.lists(st.sampled_from(["Robin Odell", "Odell", "Robin James Odell", "Ada Pryce", ""])).map(
        tuple
    ),
    born_on=st.sampled_from([None, BORN, OTHER]),
    phones=st.frozensets(st.sampled_from(["1", "2"])),
)


@given(KNOWN, KNOWN)
def test_a_match_is_the_same_both_ways(one: Known, other: Known) -> None:
    assert match(one, other) == match(other, one)


@given(KNOWN, KNOWN)
def test_a_strong_match_rests_on_two_things(one: Known, other: Known) -> None:
    found = match(one, other)
    if found:
        assert (len(found.on) >= 2) == (found.strength == "strong")
