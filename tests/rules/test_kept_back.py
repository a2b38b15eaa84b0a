"""An address that must stay apart is found however it is written; what is no part of it stays in the text."""

import pytest

from shelterbelt.rules.kept_back import kept_back

HOME = "12 Birch Lane, Apt 4, Rivertown 90210"


@pytest.mark.parametrize(
    "text",
    [
        "Stay away from 12 Birch Lane.",
        "stay away from 12 BIRCH LN",
        "at 12, Birch lane, at night",
        "12  Birch\nLane",
        "They came to Birch Lane twice.",
        "number 12 birch",
        "It was in apt. 4 again",
        "Apartment 4",
        "the house in Rivertown 90210",
    ],
)
def test_address_is_taken_out_however_it_is_written(text: str) -> None:
    found = kept_back(text, [HOME])
    assert found.pieces == 1 and "[…]" in found.text
    for sign in ("12", "irch", "IRCH", "90210"):
        assert sign not in found.text
    assert kept_back(found.text, [HOME]).pieces == 0


@pytest.mark.parametrize(
    "text",
    [
        "On 12 March they came.",
        "A birch stood there.",
        "They live in Rivertown too.",
        "112 Birchwood Avenue",
        "4 times",
        "",
    ],
)
def test_what_is_no_part_of_it_stays(text: str) -> None:
    assert kept_back(text, [HOME]) == kept_back(text, [])
    assert kept_back(text, [HOME]).text == text


def test_numbers_are_found_by_their_last_digits() -> None:
    for text in ("call 202-555-0123", "+1 (202) 555-0123.", "2025550123", "555 0123"):
        assert kept_back(text, [], ["+12025550123"]).pieces == 1, text
        assert "0123" not in kept_back(text, [], ["+12025550123"]).text
    for text in ("202 555 0124", "in 2025", "case 1234567"):
        assert kept_back(text, [], ["+12025550123"]).text == text
    assert kept_back("0123", [], ["0123"]).text == "0123"


def test_several_pieces_leave_a_mark_each_and_one_that_overlaps_leaves_one() -> None:
    found = kept_back("12 Birch Lane, Apt 4, Rivertown 90210; and 9 Elm Road", [HOME, "9 Elm Rd"], mark="#")
    assert found.text == "#, #, #; and #"
    assert found.pieces == 4


def test_streets_without_a_number_and_other_scripts_count() -> None:
    assert kept_back("behind Oldmill", ["Oldmill"]).pieces == 1
    assert kept_back("Calle Olmo 7, bajo", ["Calle Olmo 7"]).text == "[…], bajo"
    assert kept_back("son las 7", ["Calle Olmo 7"]).pieces == 0
    assert kept_back("在东京都新宿区見た", ["东京都新宿区"]).text == "在[…]見た"
    assert kept_back("улица Мира, 5", ["Улица Мира, 5"]).pieces >= 1
    assert kept_back("5 times", ["Улица Мира, 5"]).pieces == 0
    assert kept_back("nothing", ["", " , "]).text == "nothing"
