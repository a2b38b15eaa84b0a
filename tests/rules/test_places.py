"""What is called a place: numbers in range, known well enough, and never the middle of the sea off Africa."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.places import Fix, read_fix


def test_a_position_is_read_as_text_or_number_and_says_how_good_it_is() -> None:
    assert read_fix("41.8781136", -87.6297982, "12.5") == Fix(41.878114, -87.629798, 12.5, "near")
    assert read_fix(41.88, -87.63, 900) == Fix(41.88, -87.63, 900.0, "rough")
    assert read_fix(90, 180, 0) is not None


@pytest.mark.parametrize(
    ("latitude", "longitude", "metres"),
    [
        (0, 0, 5), ("nan", 1, 5), (41, "inf", 5), (91, 0, 5), (-87.63, 241.88, 5), (41, -87, 5_001), (41, -87, -1),
        (41, -87, None), (4e-240, 0, 5), (0, "-4e-7", 5),
        (None, -87, 5), (True, -87, 5), ("41,88", "-87", "5"), ([], {}, ()), (10**400, 1, 1), ("1e999", 1, 1),
    ],
)  # fmt: skip
def test_what_may_be_no_place_is_none(latitude: object, longitude: object, metres: object) -> None:
    assert read_fix(latitude, longitude, metres) is None


@given(st.floats() | st.text() | st.none(), st.floats() | st.text(), st.floats() | st.text())
def test_whatever_comes_is_a_place_in_range_or_none(
    latitude: object, longitude: object, metres: object
) -> None:
    found = read_fix(latitude, longitude, metres)
    if found is not None:
        assert abs(found.latitude) <= 90 and abs(found.longitude) <= 180 and 0 <= found.metres <= 5_000
        assert math.isfinite(found.latitude) and (found.latitude, found.longitude) != (0, 0)
