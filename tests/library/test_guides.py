"""What to do when somebody asks for records is complete for every kind, and never says what must not be said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.house.test_words import unsaid

from shelterbelt.library import guides, shelf
from shelterbelt.rules.bases import GROUNDS

COUNTY = "demo_county"
AT = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_there_is_a_guide_for_every_kind_of_demand_and_no_other() -> None:
    assert {guide.kind for guide in guides.guides(COUNTY)} == set(GROUNDS)
    assert [guide.order for guide in guides.guides(COUNTY)] == list(range(1, len(GROUNDS) + 1))


def test_a_jurisdiction_without_guides_of_its_own_gets_the_imagined_ones() -> None:
    assert guides.guides("nowhere") == guides.guides(COUNTY)


@pytest.mark.parametrize("guide", guides.guides(COUNTY), ids=lambda guide: guide.kind)
def test_no_guide_blames_or_names_a_gender(guide: guides.Guide) -> None:
    lines = (guide.title, guide.short, guide.means, *guide.known_by, *guide.now, *guide.do_not, *guide.reply)
    lines += (*guide.write_down, *(step.text for step in guide.steps))
    assert [fault for line in lines for fault in unsaid(line)] == []


@pytest.mark.parametrize("guide", guides.guides(COUNTY), ids=lambda guide: guide.kind)
def test_every_step_has_a_due_time_that_never_lies_before_the_demand(guide: guides.Guide) -> None:
    assert any(step.id == "call_lawyer" for step in guide.steps)
    for deadline in (None, AT + timedelta(hours=1), AT + timedelta(days=20)):
        for step in guide.steps:
            assert step.due(AT, deadline) >= AT


def test_what_only_answers_who_asks_has_one_reply_and_names_nobody() -> None:
    for kind in ("own_file", "next_of_kin"):
        guide = guides.guide(COUNTY, kind)
        assert guide is not None
        assert guide.reply
        assert any("neither confirm nor deny" in line for line in guide.reply)
    relative = guides.guide(COUNTY, "next_of_kin")
    assert relative is not None
    assert "complied" not in relative.outcomes


def test_a_statute_counts_only_while_it_is_in_force_and_names_categories_that_exist() -> None:
    assert guides.statutes(COUNTY)
    for one in guides.statutes(COUNTY):
        assert set(one.categories) <= shelf.codes("release_categories") | {"case_file"}
        assert one.tag == "P"
        assert one in guides.obliging(COUNTY, one.kinds[0], on=one.valid_from)
        assert one not in guides.obliging(COUNTY, one.kinds[0], on=one.valid_from - timedelta(days=1))
    assert guides.obliging(COUNTY, "prosecutor", on=date(2026, 1, 1)) == ()
