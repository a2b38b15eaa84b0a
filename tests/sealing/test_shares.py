"""Two of three paper shares give the master key back; one does not, nor two of different sets."""

import itertools
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.sealing import SealingError, shares


@settings(deadline=None, max_examples=15)
@given(master=st.binary(min_size=32, max_size=32))
def test_any_two_of_three_shares_give_the_master_back(master: bytes) -> None:
    made = shares.split(master)
    assert len(made) == 3
    assert {len(share.split()) for share in made} == {33}
    for pair in itertools.permutations(made, 2):
        assert shares.join(pair) == master
    assert shares.join(made) == master


def test_one_share_opens_nothing_alone_or_twice() -> None:
    one, *_ = shares.split(os.urandom(32))
    for typed in ([], [one], [one, one], [one, one.upper(), one]):
        with pytest.raises(SealingError, match="Two different shares"):
            shares.join(typed)


def test_two_shares_of_different_sets_open_nothing_even_of_one_master() -> None:
    master = os.urandom(32)
    for other in (master, os.urandom(32)):
        one, two = shares.split(master)[0], shares.split(other)[1]
        with pytest.raises(SealingError, match="do not belong together"):
            shares.join([one, two])


def test_a_share_is_read_as_people_type_it() -> None:
    master = os.urandom(32)
    one, two, _ = shares.split(master)
    words = two.split()
    numbered = "\n".join(f"{place}. {word.title()}" for place, word in enumerate(words, 1))
    shuffled = "  ".join(sorted((f"{place} {word}" for place, word in enumerate(words, 1)), reverse=True))
    for typed in (two.upper(), f"\n  {two}\r\n", two.replace(" ", ",\t"), numbered, shuffled):
        assert shares.join([one, typed]) == master


def test_a_mistake_is_placed_and_no_word_is_repeated() -> None:
    one, two, _ = shares.split(os.urandom(32))
    words = two.split()
    swapped = [*words[:9], words[10], words[9], *words[11:]] if words[9] != words[10] else words[:-1]
    wrong = [
        ([*words[:6], "survivor", *words[7:]], "Word 7 of share 2"),
        (words[:-1], "Share 2 has a mistake"),
        ([*words, words[0]], "Share 2 has a mistake"),
        (swapped, "Share 2 has a mistake"),
    ]
    for typed, told in wrong:
        with pytest.raises(SealingError, match=told) as refusal:
            shares.join([one, " ".join(typed)])
        assert refusal.value.__context__ is None
        assert not {word for word in words if f" {word} " in str(refusal.value).replace("a word", "")}


def test_two_sets_of_one_master_are_different_sheets() -> None:
    master = os.urandom(32)
    assert not set(shares.split(master)) & set(shares.split(master))


def test_a_sheet_holds_its_own_words_alone_and_says_what_to_do() -> None:
    made = shares.split(os.urandom(32))
    sheet = shares.sheet(made[1], 2, "advocates")
    listed = [line for line in sheet.splitlines() if line.strip()[:1].isdigit()]
    assert shares.join([made[0], "\n".join(listed)]) == shares.join(made[:2])
    assert sheet.startswith("PART 2 OF 3 · KEYS OF NODE advocates")
    for other in (made[0], made[2]):
        assert other.split()[-1] not in listed[-1]
    assert max(map(len, sheet.splitlines())) <= 120
