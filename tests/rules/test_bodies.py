"""What a letter's body may hold: each field as its kind has it, or the letter is refused by the field's name alone."""

from datetime import UTC, datetime

import pytest

from shelterbelt.rules.bodies import BadLetter, fields, flag, instant, text


def refused(read, *given, **more) -> str:
    with pytest.raises(BadLetter) as caught:
        read(*given, **more)
    return str(caught.value)


@pytest.mark.parametrize("given", [None, [], "ab", {}, {"a": 1}, {"a": 1, "b": 2, "c": 3}])
def test_a_body_has_the_fields_that_are_wanted_and_no_other(given):
    assert refused(fields, given, {"a", "b"}) == "fields"
    assert fields({"b": 2, "a": 1}, {"a", "b"}) == {"a": 1, "b": 2}


@pytest.mark.parametrize("value", [None, 7, ["x"], b"x", "secret\x00", "secret" * 9])
def test_a_text_is_one_that_may_be_stored_and_the_refusal_does_not_repeat_it(value):
    assert refused(text, {"words": value}, "words", 40) == "words"


def test_a_text_is_trimmed_and_may_be_empty_unless_it_is_needed():
    assert text({"words": " two words\r\n"}, "words", 40) == "two words"
    assert text({"words": "  "}, "words", 40) == ""
    assert refused(text, {"words": "  "}, "words", 40, needed=True) == "words"


def test_a_flag_is_nothing_that_only_counts_as_one():
    assert flag({"forced": True}, "forced") is True and flag({"forced": False}, "forced") is False
    assert {refused(flag, {"forced": value}, "forced") for value in (0, 1, "yes", None)} == {"forced"}


def test_an_instant_has_an_offset_and_a_year_that_can_be():
    assert instant({"at": "2026-11-21T13:00:00+01:00"}, "at") == datetime(2026, 11, 21, 12, tzinfo=UTC)
    for value in (
        "2026-11-21T13:00:00",
        "2026-11-21",
        "1899-12-31T12:00:00+00:00",
        "2200-01-01T00:00:00+00:00",
        7,
        None,
        "now",
    ):
        assert refused(instant, {"at": value}, "at") == "at"
