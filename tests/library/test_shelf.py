"""The library's files: checked, quoted, sourced, in plain words, and never asking what must not be asked."""

import re

import pytest

from shelterbelt.library import files, shelf
from shelterbelt.library.files import LibraryError

LISTS = (
    "abuse_types",
    "injuries",
    "weapons",
    "history",
    "scene_checklist",
    "rights_explained",
    "self_defence_prompts",
    "party_roles",
    "relationships",
    "level_factors",
    "release_categories",
    "release_means",
    "release_explained",
    "signer_capacities",
    "contact_channels",
    "contact_wishes",
    "safe_days",
    "languages",
    "evidence_kinds",
    "decline_reasons",
    "action_outcomes",
    "referral_decline_reasons",
)
NEVER_ASKED = re.compile(
    r"immigra|visa\b|citizen|undocumented|orientation|\bgay\b|lesbian|heterosexual|bisexual|"
    r"mental|psychiatr|diagnos|depress|addict|substance",
    re.IGNORECASE,
)
# Of the other person alone, and only what was done with it.
ABOUT_THE_OTHER = {"The other person's drinking or drug use", "Testing for alcohol or drugs"}
BLAME = re.compile(
    r"\b(victim claims|alleged(ly)?|provoked|refused to|uncooperative|he|she|his|her)\b", re.IGNORECASE
)


@pytest.mark.parametrize("name", shelf.names_of("choices"))
def test_every_list_reads_and_has_each_code_once(name):
    found = shelf.choices(name)
    assert len(found) >= 2
    assert len({choice.label for choice in found}) == len(found)
    assert shelf.choices_title(name)
    assert shelf.choices(name) is found


@pytest.mark.parametrize("name", LISTS)
def test_every_promised_list_is_there(name):
    assert name in shelf.names_of("choices")


def test_labels_and_codes_find_each_other():
    assert shelf.label_of("party_roles", "undetermined") == "Not determined yet"
    assert shelf.label_of("party_roles", "gone") == "gone"
    assert {"yes", "no"} < shelf.codes("contact_wishes")
    assert [choice.code for choice in shelf.choices("levels")] == ["low", "medium", "high", "extreme"]
    assert [choice.code for choice in shelf.choices("safe_days")] == list("0123456")


def test_every_level_factor_says_where_it_comes_from():
    for choice in shelf.choices("level_factors"):
        assert choice.group
        if choice.code != "other":
            assert choice.tag
            assert choice.source


def test_labels_are_yielded_once_each_and_cover_every_kind_of_file():
    texts = list(shelf.labels())
    assert len(texts) == len(set(texts))
    assert "" not in texts
    for text in (
        "Not determined yet",
        "Check on the survivor's safety",
        "Are they without paid work at the moment?",
    ):
        assert text in texts
    assert "Español" not in texts
    assert list(shelf.labels()) == texts


def test_nothing_asks_what_must_not_be_asked():
    for text in shelf.labels():
        assert not NEVER_ASKED.search(text), text
        if re.search(r"drink|drug|alcohol", text):
            assert text in ABOUT_THE_OTHER


def test_words_carry_no_blame_and_no_gender():
    for text in shelf.labels():
        assert not BLAME.search(text), text


@pytest.mark.parametrize("name", ["nothing_here", "../protocols/demo_county/police", "", "a.b", "Ünï"])
def test_a_list_that_is_not_there_is_said_to_be_missing(name):
    with pytest.raises(LibraryError):
        shelf.choices(name)


def test_an_instrument_or_protocol_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(LibraryError, match="no such file"):
        shelf.instrument("lethality_screen", "99")
    with pytest.raises(LibraryError, match="no such file"):
        shelf.protocol("atlantis", "police")


GOOD = b"name: a\ntitle: A\nsource: S\nitems:\n  - {code: x, label: X}\n  - {code: z, label: Z}\n"


def test_a_good_file_is_taken():
    assert files.parse(GOOD, "choices", "a.yaml")["title"] == "A"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"- 1",
        b"name: a",
        b"\xff\xfe\x00",
        b"name: [",
        GOOD + b"yes: no\n",
        GOOD + b'"yes": "no"\n',
        GOOD + b"title: again\n",
        GOOD + b"extra: 1\n",
        GOOD.replace(b"code: x", b"code: yes"),
        GOOD.replace(b"code: x", b"code: 'x y'"),
        GOOD.replace(b"label: X", b"label: ''"),
        GOOD.replace(b"label: X", b"label: !!python/object/apply:os.system ['true']"),
    ],
)
def test_a_file_that_is_not_right_is_refused(data):
    with pytest.raises(LibraryError):
        files.parse(data, "choices", "a.yaml")


def test_no_file_outside_the_library_is_read():
    with pytest.raises(LibraryError, match="no such file"):
        files.raw("../config/settings.py")


@pytest.mark.parametrize("name", ["release_categories", "release_purposes"])
def test_what_is_said_to_the_survivor_is_said_of_the_same_things(name: str) -> None:
    of_them, of_you = shelf.choices(name), shelf.choices(f"{name}_yours")
    assert [choice.code for choice in of_you] == [choice.code for choice in of_them]
    assert not re.search(r"\b(they|them|their)\b", " ".join(f"{c.label} {c.hint}" for c in of_you), re.I)
