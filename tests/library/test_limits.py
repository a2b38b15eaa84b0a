"""What is told about reports before anybody writes: by agency, by day, complete, and plain."""

from datetime import date

import pytest
from tests.house.test_words import unsaid

from shelterbelt.library import limits
from shelterbelt.library.guides import OTHERWISE, statutes
from shelterbelt.measures import reading

TODAY, BEFORE_THE_LAW = date(2026, 11, 22), date(2023, 12, 31)


def test_an_advocate_says_beforehand_what_is_reported_about_children() -> None:
    (found,) = limits.limits_for("advocates", on=TODAY)
    assert found.statute == "child_harm_report"
    assert found.topics == {"children"}
    assert "12-301" in found.citation


def test_a_hospital_says_more_than_an_advocate() -> None:
    found = {one.statute for one in limits.limits_for("hospital", on=TODAY)}
    assert found == {"child_harm_report", "weapon_injury_report"}


def test_only_the_topics_that_can_be_written_about_are_told() -> None:
    assert [one.statute for one in limits.limits_for("hospital", ["injuries"], on=TODAY)] == [
        "weapon_injury_report"
    ]
    assert limits.limits_for("hospital", ["orders"], on=TODAY) == ()


def test_a_law_that_is_not_in_force_yet_is_not_told() -> None:
    assert limits.limits_for("hospital", on=BEFORE_THE_LAW) == ()


def test_where_nothing_obliges_another_sentence_stands_there() -> None:
    assert limits.limits_for("court", on=TODAY) == ()
    assert limits.without().es


@pytest.mark.parametrize("kind", ["advocates", "shelter", "hospital", "police"])
def test_every_statute_that_words_can_set_off_is_told_by_whom_it_obliges(kind: str) -> None:
    asked = {one.id for one in statutes(OTHERWISE) if kind in one.kinds} - {"order_service_report"}
    assert {one.statute for one in limits.limits_for(kind, on=TODAY)} == asked


def test_another_place_gets_the_imagined_countys_words() -> None:
    assert limits.limits_for("shelter", on=TODAY, jurisdiction="nowhere") == limits.limits_for(
        "shelter", on=TODAY
    )


def test_every_limit_is_plain_in_both_languages_and_blames_nobody() -> None:
    told = [limits.before(), limits.without(), *(one.says for one in limits.limits_for("hospital", on=TODAY))]
    for said in told:
        assert reading.plain(said.en, "en"), said.en
        assert reading.plain(said.es, "es"), said.es
        assert not list(unsaid(said.en))
