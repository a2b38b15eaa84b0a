"""Rights and options: dated, sourced, complete, plain, and past their day when nobody has looked again."""

import re
from datetime import date, timedelta

import pytest
from tests.house.test_words import unsaid
from tests.library.test_plain_words import hard

from shelterbelt.library import guides, rights
from shelterbelt.library.files import LibraryError, read
from shelterbelt.library.rights import COUNTRY, OTHERWISE, Page

PAGES = rights.pages()
TOPICS = {
    "orders",
    "after_a_call",
    "compensation",
    "housing",
    "work",
    "immigration",
    "children",
    "phones",
    "privacy",
}
STATUTE = re.compile(r"\d+ (USC|CFR) [\dA-Za-z.\-]+$")


def test_every_promised_topic_is_there_and_the_place_comes_before_the_country() -> None:
    assert {page.topic for page in PAGES if page.place == COUNTRY} == TOPICS
    assert [page.place for page in PAGES if page.topic == "orders"] == [OTHERWISE, COUNTRY]


def test_another_place_gets_the_countrys_pages_and_never_the_imagined_countys() -> None:
    assert {page.topic for page in rights.pages("nowhere")} == TOPICS
    assert {page.place for page in rights.pages("nowhere")} == {COUNTRY}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.place}-{page.topic}")
def test_a_page_is_dated_and_says_when_it_is_past(page: Page) -> None:
    assert page.as_of < page.look_again_on <= page.as_of + timedelta(days=366)
    assert not page.past(page.look_again_on - timedelta(days=1))
    assert page.past(page.look_again_on)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.place}-{page.topic}")
def test_a_page_is_plain_leads_nowhere_and_blames_nobody(page: Page) -> None:
    for language in ("en", "es"):
        assert not list(hard([said.by(language) for said in page.texts()], language))
    for said in page.texts():
        assert not list(unsaid(said.en))
        assert "!" not in said.es


def test_what_is_said_of_federal_law_names_its_statute_and_the_rest_says_that_it_differs() -> None:
    for page in (page for page in PAGES if page.place == COUNTRY):
        cited = [source for section in page.sections for source in section.sources]
        assert cited
        assert all(STATUTE.match(source.cite) and source.address.startswith("https://") for source in cited)
        told = " ".join(said.en for said in page.texts())
        assert page.topic in ("immigration", "privacy") or "differs from state to state" in told


def test_what_a_minor_may_do_alone_is_what_the_countys_rule_says() -> None:
    told = " ".join(said.en for said in rights.page(OTHERWISE, "young").texts())
    assert "Counseling from 12. An advocate or a doctor from 14. A shelter or a court order from 16." in told
    ages = {line["code"]: line["from_age"] for line in read("minors/demo_county.yaml", "minors")["grounds"]}
    assert (ages["counseling"], ages["advocacy"], ages["medical"], ages["shelter"]) == (12, 14, 14, 16)
    assert ages["own_order"] == 16


def test_a_report_that_a_page_names_is_in_force() -> None:
    (cited,) = {
        s.cite for s in (x for y in rights.page(OTHERWISE, "after_a_call").sections for x in y.sources)
    }
    known = {one.citation for one in guides.obliging(OTHERWISE, "advocates", on=date(2026, 11, 22))}
    assert cited in known


def test_a_page_that_is_not_there_is_refused() -> None:
    for place, topic in (("us", "weather"), ("..", "choices/levels"), ("us/../us", "orders")):
        with pytest.raises(LibraryError):
            rights.page(place, topic)
