"""The thirty-five field scenarios say what is true of them, and the published report is what comes out of them."""

from functools import cache

import pytest
from bench.field_judge import came_and_by, possible
from bench.field_report import FOLDER, Result, result, table
from bench.field_story import PLACE, QUIET, Story, sent, stories

CHANCE = -1  # the last cell counts a hundred rolls, which are not drawn here


@cache
def results() -> tuple[Result, ...]:
    """Every scenario with the one roll that is published."""
    return tuple(map(result, stories()))


def ids(one: Story) -> str:
    """What a test is called."""
    return one.name


def test_there_are_thirty_five_of_both_kinds_and_each_says_what_it_imitates() -> None:
    found = stories()
    assert [one.number for one in found] == list(range(1, 36))
    assert {one.kind for one in found} == {"zone", "pair"}
    assert min(sum(one.kind == kind for one in found) for kind in ("zone", "pair")) >= 10
    assert all(len(one.imitates) > 60 and len(one.must.why) > 15 for one in found)
    assert len({one.title for one in found}) == 35


@pytest.mark.parametrize("story", stories(), ids=ids)
def test_what_a_scenario_says_of_its_truth_is_so(story: Story) -> None:
    came, by = came_and_by(story)
    if story.must.raises == PLACE:
        assert (story.must.came, story.must.by) == (came, by)
    if story.must.raises == QUIET:
        assert (came, story.must.came, story.must.by) == (None, None, None)
    assert all(len(track) == story.lasts + 1 for track in story.truth.values())
    reports = sent(story, 0)
    assert reports == sent(story, 0)
    assert reports != sent(story, 1)
    assert ("possible" if possible(story, reports) else "forbidden") == story.must.physics


def test_the_published_report_is_what_comes_out() -> None:
    published = [line for line in (FOLDER / "report.md").read_text().splitlines() if line.startswith("| ")]
    cells = {tuple(line.split("|")[1 : CHANCE - 1]) for line in published}
    for line in list(table(results()))[2:]:
        assert tuple(line.split("|")[1 : CHANCE - 1]) in cells, "run `python -m bench.field --write`"


def test_whatever_anybody_could_know_in_time_is_told_in_time_but_for_our_own_outage() -> None:
    missed = [
        one.story.name for one in results() if one.first.possible and one.first.class_ in ("partial", "none")
    ]
    assert missed == ["31-server-outage"]


def test_what_nobody_can_know_is_told_as_unknown_and_never_as_nothing_but_where_the_device_lies() -> None:
    nothing = [one.story.name for one in results() if one.first.class_ == "none"]
    assert nothing == ["17-left-at-home"]
