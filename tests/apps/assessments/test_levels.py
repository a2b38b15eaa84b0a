"""The level through its actions: it goes up by anybody, and nothing that is said lowers it."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.actions.levels import Said
from shelterbelt.assessments.models import LevelSet, Reassessment
from shelterbelt.cases.actions import correct_roles
from shelterbelt.cases.models import Case, Incident
from shelterbelt.exchange.collect import collected
from shelterbelt.response.follow import follow
from shelterbelt.rules.levels import Level, Source
from shelterbelt.store.asker import as_agency
from tests.apps.assessments.cast import acting, again, agreed, asked, judged, kinds, level_of, report
from tests.world import AT, DAY, HOUR, Town, town

LEVELS = ("low", "medium", "high", "extreme")


@pytest.fixture
def here(node: None) -> Town:
    return town()


def forecast(here: Town, case: Case, level: Level, *, at=AT, **more):  # type: ignore[no-untyped-def]
    with as_agency(here.police.id, at=at):
        return actions.raise_level(case, Said(level, Source.FORECAST, **more), by=None, at=at)


def test_raising_is_free_and_a_lower_choice_changes_nothing(here: Town) -> None:
    _, case = report(here)
    assert judged(case, "extreme", by=here.detective).problem is None
    refused = judged(case, "low", by=here.detective, at=AT + HOUR)
    assert refused.problem == "level.reassessment_needed"
    assert level_of(case) == "extreme"
    with as_agency(here.police.id, at=AT):
        row = Case.objects.get(id=case.id)
        assert (row.level, row.level_rank) == ("extreme", 4)
        assert [line.level for line in queries.levels_of(row)] == ["extreme"]
        assert queries.levels_of(row)[0].factors == ("gun_access",)


def test_second_click_sets_a_level_once(here: Town) -> None:
    _, case = report(here)
    for _click in range(2):
        judged(case, "high", by=here.detective, once="A" * 22, seen="medium")
    with as_agency(here.police.id, at=AT):
        assert LevelSet.objects.filter(case=case).count() == 1


def test_level_that_moved_meanwhile_is_told_and_not_overwritten(here: Town) -> None:
    _, case = report(here)
    judged(case, "extreme", by=here.detective, seen="medium")
    with pytest.raises(actions.LevelMoved):
        judged(case, "high", by=here.supervisor, at=AT + timedelta(minutes=1), seen="medium")
    assert level_of(case) == "extreme"


def test_reading_agency_may_not_set_a_level(here: Town) -> None:
    _, case = report(here)
    with as_agency(here.police.id, at=AT), pytest.raises(NotForYou):
        actions.set_level(case, "extreme", [], "", by=here.prosecutor_worker, at=AT)


def test_the_survivors_own_view_raises_and_a_lower_one_is_kept_and_lowers_nothing(here: Town) -> None:
    _, case = report(here)
    judged(case, "extreme", by=here.detective, survivors=True)
    assert level_of(case) == "extreme"
    told = judged(case, "low", by=here.detective, at=AT + HOUR, survivors=True)
    assert (told.problem, level_of(case)) == ("level.reassessment_needed", "extreme")
    with as_agency(here.police.id, at=AT + HOUR):
        lines = queries.levels_of(Case.objects.get(id=case.id))
        assert [(line.source, line.level, line.moved) for line in lines] == [
            ("survivor", "low", False),
            ("survivor", "extreme", True),
        ]
        assert kinds(lines[0].id) == ["level.raised"]


def test_who_raised_what_and_when_a_person_last_looked_is_told(here: Town) -> None:
    _, case = report(here)
    judged(case, "high", by=here.detective)
    forecast(here, case, Level.HIGH, at=AT + HOUR)
    with as_agency(here.police.id, at=AT + HOUR):
        found, lines = queries.held_by(Case.objects.get(id=case.id), at=AT + HOUR)
    assert (found.level, found.last_reviewed_at) == (Level.HIGH, AT)
    assert [(line.source, line.set_by) for line in lines] == [
        ("forecast", None),
        ("judgement", here.detective.id),
    ]


def test_the_forecast_is_not_told_its_own_echo(here: Town) -> None:
    _, case = report(here)

    def told() -> Level | None:
        with as_agency(here.police.id, at=AT):
            return queries.judged_level(Case.objects.get(id=case.id), at=AT + HOUR)

    assert told() is None
    forecast(here, case, Level.EXTREME)
    assert told() is None
    judged(case, "extreme", by=here.detective, at=AT + HOUR, survivors=True)
    assert told() is Level.EXTREME


def test_a_machine_says_its_level_and_never_a_persons(here: Town) -> None:
    _, case = report(here)
    with as_agency(here.police.id, at=AT), pytest.raises(ValueError, match="set_level"):
        actions.raise_level(case, Said(Level.EXTREME, Source.JUDGEMENT), by=None, at=AT)


def test_what_rests_on_an_incident_that_is_anothers_is_undone_and_nothing_else(here: Town) -> None:
    first, case = report(here)
    other = again(here, case, at=AT + HOUR, happened_at=AT)
    judged(case, "high", by=here.detective)
    with acting(here.detective):
        actions.set_level(
            case, "extreme", [], "The second one", by=here.detective, at=AT + HOUR, incident=other
        )
    forecast(here, case, Level.EXTREME, at=AT + HOUR, rests_on=(other.id, first.id))
    assert level_of(case) == "extreme"
    with acting(here.supervisor, AT + 2 * HOUR):
        swapped = {case.survivor_id: "perpetrator", case.other_id: "survivor"}
        moved = correct_roles(other, swapped, reason="Turned round", by=here.supervisor, at=AT + 2 * HOUR)
    assert moved is not None and moved.id != case.id
    follow(here.police.id, at=AT + 2 * HOUR)
    assert level_of(case) == "high"
    assert level_of(moved) == "medium"
    with as_agency(here.police.id, at=AT + 2 * HOUR):
        rows = LevelSet.objects.filter(case=case).order_by("id")
        assert [(row.level, row.undone_because) for row in rows] == [
            ("high", ""),
            ("extreme", "roles_corrected"),
            ("extreme", "roles_corrected"),
        ]
        assert kinds(rows[1].id) == ["level.set", "level.undone"]


def test_roles_corrected_back_raise_again_what_they_had_undone(here: Town) -> None:
    _, case = report(here)
    other = again(here, case, at=AT + HOUR, happened_at=AT)
    with acting(here.detective):
        actions.set_level(
            case, "extreme", ["gun_access"], "", by=here.detective, at=AT + HOUR, incident=other
        )
    for hours, roles in ((2, ("perpetrator", "survivor")), (3, ("survivor", "perpetrator"))):
        at = AT + hours * HOUR
        with acting(here.supervisor, at):
            said = dict(zip((case.survivor_id, case.other_id), roles, strict=True))
            correct_roles(other, said, reason="Looked again", by=here.supervisor, at=at)
        follow(here.police.id, at=at)
        assert level_of(case) == ("medium" if hours == 2 else "extreme")
    follow(here.police.id, at=AT + 4 * HOUR)
    with as_agency(here.police.id, at=AT + 4 * HOUR):
        assert LevelSet.objects.filter(case=case, undone_at=None).count() == 1


def test_a_judgement_may_rest_only_on_an_incident_of_its_case(here: Town) -> None:
    _, case = report(here)
    elsewhere, _ = report(here)
    with pytest.raises(NotForYou):
        judged(case, "high", by=here.detective, incident=elsewhere)


def test_a_worker_who_sees_less_shows_no_lower_level(here: Town) -> None:
    """What a wall hides from whoever writes the next line still counts for the case."""
    from shelterbelt.access.walls import raise_wall

    first, case = report(here)
    with acting(here.detective):
        actions.set_level(case, "extreme", [], "This report", by=here.detective, at=AT, incident=first)
    with as_agency(here.police.id, at=AT):
        wall = {"basis": "reviewer", "reason": "", "by": None, "at": AT}
        raise_wall(first.id, agency=here.police.id, worker=here.officer_two.id, **wall)
    with acting(here.officer_two, AT + HOUR):
        assert not LevelSet.objects.filter(case=case).exists()
        actions.set_level(case, "extreme", ["stalking"], "", by=here.officer_two, at=AT + HOUR)
        with pytest.raises(ValueError, match="set_level"):
            actions.ask_reassessment(
                case, "extreme", [], "x", asked_survivor=True, by=here.officer_two, at=AT + HOUR
            )
    assert level_of(case) == "extreme"


def test_who_gets_it_released_gets_what_holds_and_nothing_of_what_was_said_later(here: Town) -> None:
    _, case = report(here)
    judged(case, "extreme", by=here.detective)
    agreed(asked(case, "high", by=here.detective, at=AT + HOUR), by=here.supervisor, at=AT + 2 * HOUR)
    forecast(here, case, Level.EXTREME, at=AT + 4 * HOUR)

    def told(hours: int) -> list[str]:
        with as_agency(here.police.id, at=AT + 5 * HOUR):
            ends = {"danger_level": AT + hours * HOUR}
            (section,) = collected(case.id, frozenset({"danger_level"}), at=AT + 5 * HOUR, written_until=ends)
            return [row["value"] for row in section["rows"] if row["label"] == "Danger level"]

    assert [told(hours) for hours in (-1, 1, 3, 5)] == [[], ["Extreme"], ["High"], ["Extreme"]]


def test_a_level_of_before_stands_until_somebody_looks_again(here: Town) -> None:
    """Rows that were written when one person alone could lower: the last of them is where the case begins."""
    _, case = report(here)
    for hours, level in ((0, "extreme"), (1, "high")):
        judged(case, "extreme", by=here.detective, at=AT + hours * HOUR)
        with as_agency(here.police.id, at=AT):
            LevelSet.objects.filter(case=case, set_at=AT + hours * HOUR).update(source="", level=level)
    with as_agency(here.police.id, at=AT + HOUR):
        found, lines = queries.held_by(Case.objects.get(id=case.id), at=AT + HOUR)
    assert (found.level, found.last_reviewed_at) == (Level.HIGH, AT + HOUR)
    assert [line.level for line in lines] == ["high"]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_to_a_case_its_level_falls_only_by_two_people_or_a_corrected_input(
    here: Town, seed: int
) -> None:
    rng = random.Random(seed)
    _, case = report(here)
    other = again(here, case, at=AT, happened_at=AT - HOUR)
    life = Life(here, case, other)
    for step in range(1, 25):
        life.at, before = AT + step * HOUR, level_of(case)
        what = rng.choice(("judge", "survivor", "forecast", "ask", "agree", "incident", "follow"))
        fell = getattr(life, what)(rng.choice(LEVELS), before)
        after = level_of(case)
        assert fell or LEVELS.index(after) >= LEVELS.index(before), what
        with as_agency(here.police.id, at=life.at):
            assert queries.standing_of(Case.objects.get(id=case.id), at=life.at).level.word == after


@dataclass
class Life:
    """What may happen to a case; each act says whether the level may fall by it."""

    here: Town
    case: Case
    other: Incident
    at: datetime = AT
    waiting: Reassessment | None = None

    def judge(self, level: str, _before: str) -> bool:
        judged(self.case, level, by=self.here.detective, at=self.at)
        return False

    def survivor(self, level: str, _before: str) -> bool:
        judged(self.case, level, by=self.here.officer, at=self.at, survivors=True)
        return False

    def forecast(self, level: str, _before: str) -> bool:
        forecast(self.here, self.case, Level[level.upper()], at=self.at, rests_on=(self.other.id,))
        return False

    def ask(self, level: str, before: str) -> bool:
        if LEVELS.index(level) < LEVELS.index(before):
            self.waiting = asked(self.case, level, by=self.here.detective, at=self.at)
        return False

    def agree(self, _level: str, _before: str) -> bool:
        row, self.waiting = self.waiting, None
        try:
            return row is not None and agreed(row, by=self.here.supervisor, at=self.at) is not None
        except (actions.Settled, actions.LevelMoved):
            return False

    def incident(self, _level: str, _before: str) -> bool:
        again(self.here, self.case, at=self.at, happened_at=self.at - DAY)
        return False

    def follow(self, _level: str, _before: str) -> bool:
        follow(self.here.police.id, at=self.at)
        return False
