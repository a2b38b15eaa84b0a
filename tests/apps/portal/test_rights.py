"""The room of rights and options: dated pages of the place, a notice when past, what is reported, in both languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import RequestFactory

from shelterbelt.library import rights
from shelterbelt.portal.rights import views
from shelterbelt.store.asker import as_agency
from tests.apps.portal.visiting import Visiting, account_for
from tests.world import AT


@pytest.fixture(scope="module")
def visiting(own_town: Any) -> Visiting:
    return Visiting(account_for(None, own_town.advocates))


def text(answer: Any) -> str:
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def test_the_room_lists_the_pages_of_the_place_before_those_of_the_country(visiting: Visiting) -> None:
    answer = visiting.get("rights-home")
    told = text(answer)
    assert answer.status_code == 200
    assert told.index("Protection orders in Demo County") < told.index("Money after a crime")
    assert "/rights" not in answer.content.decode()


def test_every_page_opens_with_its_day_and_its_sources_as_text_and_no_way_out_but_the_exit(
    visiting: Visiting,
) -> None:
    for one in rights.pages():
        answer = visiting.get("rights-page", one.place, one.topic)
        page = unescape(answer.content.decode())
        assert answer.status_code == 200
        assert "As of November 1, 2026" in text(answer)
        assert all(source.cite in page for section in one.sections for source in section.sources)
        assert not re.findall(r'href="https?://', page)


def test_a_page_past_its_day_says_so_and_one_before_it_does_not(visiting: Visiting) -> None:
    day = rights.page("us", "housing").look_again_on
    for at, past in ((datetime(day.year, day.month, day.day, tzinfo=UTC), True), (AT, False)):
        answer = views.page(RequestFactory().get("/"), replace(visiting.visitor, at=at), "us", "housing")
        assert ("may be out of date" in text(answer)) is past


def test_a_page_of_another_place_and_one_that_is_not_there_are_absent(visiting: Visiting) -> None:
    for place, topic in (("us", "weather"), ("elsewhere", "orders"), ("..", "choices")):
        assert visiting.get("rights-page", place, topic).status_code == 404


def test_what_is_reported_stands_there_before_anything_is_written(visiting: Visiting) -> None:
    told = text(visiting.get("rights-limits"))
    assert "Please read this before you write" in told
    assert "If a child may be in danger" in told
    assert "gun or a knife" not in told
    assert "12-301" in told


def test_the_room_speaks_spanish(own_town: Any) -> None:
    spanish = Visiting(account_for(None, own_town.advocates), language="es")
    told = text(spanish.get("rights-home")) + text(spanish.get("rights-limits"))
    told += text(spanish.get("rights-page", "us", "housing"))
    assert "Derechos y opciones" in told
    assert "Al 1 de noviembre de 2026" in told
    for english in ("Rights", "All pages", "Take care", "As of", "report", "whole country"):
        assert english not in told, english


def test_the_second_passphrase_opens_no_page_of_it(own_town: Any) -> None:
    decoy = Visiting(account_for(None, own_town.advocates), decoy=True)
    assert decoy.get("rights-home").status_code == 404


def test_an_agency_of_no_known_place_shows_the_countrys_law_alone(own_town: Any) -> None:
    agency = own_town.shelter
    with as_agency(agency.id, at=AT):
        type(agency).objects.filter(id=agency.id).update(protocol="", fictional=False)
    told = text(Visiting(account_for(None, agency)).get("rights-home"))
    type(agency).objects.filter(id=agency.id).update(protocol=agency.protocol, fictional=agency.fictional)
    assert "Demo County" not in told
    assert "Housing" in told
