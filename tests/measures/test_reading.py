"""How hard a text is to read: syllables by rule, grades by the published formulas, and long sentences seen."""

import pytest

from shelterbelt.measures.reading import Ease, english, plain, spanish

# Syllables as pronouncing dictionaries and Spanish spelling have them.
ENGLISH = {
    "safe": 1, "safety": 2, "someone": 2, "people": 2, "idea": 3, "quiet": 2, "friend": 1, "little": 2, "asked": 1,
    "wanted": 2, "places": 2, "phones": 1, "leaving": 2, "emergency": 4, "doesn't": 2, "the": 1, "created": 3,
    "being": 2, "statement": 2, "easier": 3, "area": 3, "police": 2, "your": 1, "violence": 3, "radio": 3,
}  # fmt: skip
SPANISH = {
    "casa": 2, "persona": 3, "teléfono": 4, "policía": 4, "ciudad": 2, "guerra": 2, "que": 1, "pingüino": 3, "hoy": 1,
    "muy": 1, "leyes": 2, "oír": 2, "caer": 2, "aire": 2, "país": 2, "hay": 1, "quien": 1, "agua": 2, "cuídate": 3,
    "averiguar": 4, "ahora": 3, "búho": 2, "aeropuerto": 5, "y": 1, "huir": 1, "vivíais": 3, "línea": 3, "niño": 2,
}  # fmt: skip

HARD = (
    "Notwithstanding any applicable jurisdictional limitations, petitioners requesting emergency protective "
    "relief should simultaneously communicate contemporaneous documentation to the appropriate authorities."
)
HARD_ES = (
    "Independientemente de las limitaciones jurisdiccionales correspondientes, las personas solicitantes deberán "
    "comunicar simultáneamente la documentación acreditativa a las autoridades administrativas competentes."
)


@pytest.mark.parametrize("word", ENGLISH)
def test_english_syllables_are_counted(word: str) -> None:
    assert english(word).syllables == ENGLISH[word]


@pytest.mark.parametrize("word", SPANISH)
def test_spanish_syllables_are_counted(word: str) -> None:
    assert spanish(word).syllables == SPANISH[word]


def test_the_grade_is_that_of_the_published_formula() -> None:
    found = english("The cat sat on the mat. The dog ran.")
    assert found == Ease(2, 9, 9, 6, pytest.approx(0.39 * 4.5 + 11.8 - 15.59))


def test_the_spanish_ease_is_that_of_the_published_formula() -> None:
    found = spanish("El gato come. La casa es azul.")
    assert found == Ease(2, 7, 11, 4, pytest.approx(206.835 - 62.3 * 11 / 7 - 3.5))


def test_a_hard_sentence_is_not_plain_and_an_easy_one_is() -> None:
    assert english(HARD).score > 20
    assert not plain(HARD, "en")
    assert plain("You can stop at any time. Nobody will ask you why.", "en")
    assert spanish(HARD_ES).score < 10
    assert not plain(HARD_ES, "es")
    assert plain("Puede parar en todo momento. Nadie le va a preguntar por qué.", "es")


def test_one_endless_sentence_among_short_ones_is_not_plain() -> None:
    short = " Stop. Go on. You can. It is so." * 8
    assert plain(short, "en")
    endless = "You go to the door and " * 6 + "you go out." + short
    assert english(endless).score < 6
    assert not plain(endless, "en")
    assert not plain("Va a la casa y " * 6 + "sale." + " Pare. Siga. Es así." * 8, "es")


def test_a_text_without_words_is_no_fault() -> None:
    assert english("").score == 0
    assert english("112").words == 0
    assert plain("—", "es")


def test_a_number_or_an_address_ends_no_sentence() -> None:
    assert english("Call 1.800.799 or see example.org now.").sentences == 1
