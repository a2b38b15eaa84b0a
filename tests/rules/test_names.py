"""Names, numbers and days as tokens: equal ones are equal, whatever script and keyboard they came from."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.names import date_token, normal, phone_token, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José Núñez", "jose nunez"),
        ("Nguyễn Thị Hạnh", "NGUYEN THI HANH"),
        ("O’Brien", "O'Brien"),
        ("O´Brien", "obrien"),
        ("Anne-Marie", "anne marie"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Straße", "STRASSE"),
        ("İpek Işık", "ipek isik"),
        ("Søren Kjær", "soren kjaer"),
        ("Ｍａｒｉａ", "Maria"),
        ("مُحَمَّد", "محمد"),
        ("علی", "علي"),
        ("أحمد", "احمد"),
        ("می‌خواهم", "میخواهم"),
        ("שָׁלוֹם", "שלום"),
        ("Ёлкина", "Елкина"),
        ("ｶﾞﾝﾀﾞ", "ガンダ"),
        ("Ma\u200bria\ufeff", "Maria"),
        ("\u202eaira\u202cM", "airaM"),
        ("  Maria \t Lopez\n", "maria lopez"),
        ("Maria\u00a0Lopez", "Maria Lopez"),
        ("Lopez, Maria", "Lopez Maria"),
        ("O\u1ffdBrien", "O'Brien"),
        ("בן־גוריון", "בן גוריון"),
        ("김\u00b7민지", "김 민지"),
    ],
)
def test_two_ways_of_writing_a_name_are_one(one, other):
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("かき", "がき"),  # Voicing marks spell.
        ("कमल", "कमला"),  # So do Indic vowel signs,
        ("กิน", "กน"),  # and Thai ones.
        ("王明", "王民"),
        ("Maria", "Mario"),
    ],
)
def test_names_that_differ_stay_different(one, other):
    assert normal(one) != normal(other)


@pytest.mark.parametrize("name", ["Suharto", "王小明", "فاطمة", "ขวัญ", "Ⅷ", "N'", "م"])
def test_a_single_name_is_one_token(name):
    assert len(tokens(name)) == 1


def test_a_name_of_signs_alone_can_still_be_found():
    assert tokens("†††") == {"†††"}
    assert tokens("🌻") == {"🌻"}


def test_nothing_gives_nothing():
    for empty in ("", "   ", "\u200b\u202e", "'"):
        assert normal(empty) == ""
        assert tokens(empty) == frozenset()


def test_three_hundred_characters_are_kept():
    assert normal("ñ" * 300) == "n" * 300
    assert len(normal("\ufdfa" * 300)) > 300


def test_lone_surrogates_and_control_characters_do_no_harm():
    assert normal("Ma\ud800ria\x00 Lopez") == "maria lopez"


def test_tokens_do_not_care_about_order():
    assert tokens("Lopez, Maria") == tokens("maria LOPEZ") == {"maria", "lopez"}


@given(st.text(max_size=300))
def test_composed_and_decomposed_are_equal_and_twice_is_once(text):
    found = normal(text)
    assert normal(found) == found
    for form in ("NFC", "NFD"):
        assert normal(unicodedata.normalize(form, text)) == found


def test_every_character_that_folds_does_so_once_and_in_every_form():
    # The Hangul syllables are left out: they are put together by arithmetic, and there are 11,172 of them.
    for char in map(chr, [*range(0xAC00), *range(0xD7A4, 0x20000)]):
        if unicodedata.category(char) not in ("Lo", "Cn", "Co", "Cs") or not unicodedata.is_normalized(
            "NFKD", char
        ):
            found = normal(char)
            assert normal(found) == found, hex(ord(char))
            assert normal(unicodedata.normalize("NFD", char)) == found, hex(ord(char))


@given(st.text(st.characters(), max_size=300))
def test_every_character_there_is_can_be_part_of_a_name(text):
    found = normal(text)
    assert found == " ".join(found.split())
    assert not any(unicodedata.category(char) in ("Cf", "Cs") for char in found)
    assert tokens(text) == frozenset(found.split())


@given(st.text(max_size=50), st.sampled_from("\u200b\u200e\u202e\u2067\ufeff\u00ad"))
def test_invisible_characters_between_letters_make_no_difference(text, invisible):
    assert normal(invisible.join(text)) == normal(text)


@given(st.text(st.characters(codec="latin-1"), max_size=50))
def test_capitals_make_no_difference(text):
    assert normal(text.upper()) == normal(text.lower())


@pytest.mark.parametrize(
    ("typed", "token"),
    [("+1 (312) 555-0123", "13125550123"), ("٠١٢٣", "0123"), ("５５５", "555"), ("none", ""), ("²", "")],
)
def test_a_number_is_its_digits(typed, token):
    assert phone_token(typed) == token


@given(st.text())
def test_a_number_token_is_ascii_digits_only(text):
    token = phone_token(text)
    assert token == "" or (token.isascii() and token.isdigit())


def test_a_day_is_written_in_one_way():
    assert date_token(date(987, 1, 2)) == "0987-01-02"
    assert date_token(date(1990, 12, 31)) == "1990-12-31"
