"""What petitions may ask for is dated, sourced and whole in each place; it is plain, and blames nobody."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml
from tests.house.test_words import unsaid

from shelterbelt.library import files, petitions
from shelterbelt.library.files import LibraryError
from shelterbelt.library.shelf import names_of
from shelterbelt.measures import reading
from shelterbelt.rules.order_terms import CODES
from shelterbelt.rules.petition import parts

PLACES = names_of(petitions.FOLDER)


def test_there_is_a_general_file_and_one_of_a_place() -> None:
    assert set(PLACES) >= {"general", "demo_county"}
    assert petitions.petitions("demo_county").place == "demo_county"
    assert petitions.petitions("nowhere").place == petitions.petitions().place == "general"
    assert "emergency" in petitions.petitions("demo_county").kinds
    assert len(petitions.petitions().digest) == 64


@pytest.mark.parametrize("place", PLACES)
def test_each_file_is_dated_whole_and_plain(place: str) -> None:
    found = petitions.petitions(place)
    assert found.past(found.look_again_on) and not found.past(found.as_of)
    assert found.as_of <= date(2026, 12, 31)
    for said in found.texts():
        assert said.en and said.es
        assert not list(unsaid(said.en)), said.en
    for said in (found.intro, *found.says):
        assert reading.plain(said.en, "en"), said.en
        assert reading.plain(said.es, "es"), said.es
    for kind in found.kinds.values():
        told = parts(kind.rule, {})
        assert {one.code for one in told.asks} <= CODES
        assert "01" in {one.code for one in told.asks}
        assert told.courts


@pytest.mark.parametrize("place", PLACES)
def test_what_would_name_a_place_warns_of_it(place: str) -> None:
    """Only a place that the other person knows belongs on a paper that they are handed."""
    kind = petitions.petitions(place).kinds["temporary"]
    assert [id for id, words in kind.asks.items() if words.place and not words.careful] == []
    assert any(words.place for words in kind.asks.values())


def test_contact_that_is_wanted_takes_the_place_of_no_contact() -> None:
    kind = petitions.petitions("demo_county").kinds["temporary"].rule
    assert {one.id for one in parts(kind, {"wants_contact": False}).asks} & {
        "no_contact",
        "contact_one_way",
    } == {"no_contact"}
    yes = {one.id for one in parts(kind, {"wants_contact": True}).asks}
    assert yes & {"no_contact", "contact_one_way"} == {"contact_one_way"}
    open_ = parts(kind, {})
    assert {"no_contact", "contact_one_way"} <= {one.id for one in open_.asks}
    assert "wants_contact" in open_.open


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.update(look_again_on=data["as_of"]), "looked at again before"),
        (lambda data: data["questions"].append(dict(data["questions"][0])), "stands twice"),
        (
            lambda data: data["questions"].append({**data["questions"][0], "fact": "other"}),
            "nothing hangs on",
        ),
        (lambda data: data["questions"].pop(), "nobody asks for"),
        (lambda data: data["evidence"].pop(0), "there is no evidence"),
        (lambda data: data["sources"].pop("ncic"), "there is no source"),
        (lambda data: data["kinds"][0]["asks"][0].update(kind="possession"), "there is no kind of term"),
        (lambda data: data["kinds"][0]["asks"][1].update(when={"if": 1}), "not a condition"),
        (lambda data: data["kinds"][0]["asks"][0].update(code="10"), "does not match"),
    ],
)
def test_file_with_a_fault_is_refused(change: Callable[[Any], None], says: str) -> None:
    data = yaml.safe_load((files.HERE / petitions.FOLDER / "general.yaml").read_bytes())
    assert petitions.built(copy.deepcopy(data), "").place == "general"
    change(data)
    with pytest.raises(LibraryError, match=says):
        petitions.built(files.parse(yaml.safe_dump(data).encode(), "petition", "general"), "")
