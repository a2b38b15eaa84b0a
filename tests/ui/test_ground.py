"""Places drawn on empty ground: each number can be read, however many places have one middle."""

import re
from itertools import pairwise

from shelterbelt.ui.ground import BESIDE, Ground, Patch, draw


def numbers(*patches: Patch) -> dict[str, tuple[float, float]]:
    drawn = str(draw(Ground("Places", "Places", patches, "%(metres)s metres")))
    found = re.findall(r'class="sb-ground__number" x="([\d.]+)" y="([\d.]+)"[^>]*>(\d+)<', drawn)
    return {number: (float(x), float(y)) for x, y, number in found}


def test_numbers_of_places_with_one_middle_stand_beside_each_other() -> None:
    found = numbers(*(Patch(n, ((0.0, 0.0),), 100.0 * n) for n in range(1, 8)))
    assert found["1"][0] == 320.0 and len({y for _x, y in found.values()}) == 1
    across = sorted(x for x, _y in found.values())
    assert len(across) == 7 and all(b - a >= BESIDE for a, b in pairwise(across))


def test_a_number_stands_in_the_middle_of_its_place_where_nothing_else_does() -> None:
    found = numbers(Patch(1, ((0.0, 0.0),), 100.0), Patch(2, ((1000.0, 0.0),), 100.0))
    assert found["2"][0] - found["1"][0] > 400 and found["1"][1] == found["2"][1]


def test_no_place_is_drawn_over_a_number() -> None:
    drawn = str(
        draw(
            Ground(
                "Places", "Places", (Patch(1, ((0.0, 0.0),), 9.0), Patch(2, ((5.0, 0.0),), 9.0)), "%(metres)s"
            )
        )
    )
    assert drawn.rindex("<circle") < drawn.index("sb-ground__number")
