"""The whole report on invented lives: forecasts that are right are told to be, and groups are looked at apart."""

from dataclasses import replace

import numpy as np
import pytest
from tests.measures.cases_for_tests import NUMBERS, case, day, happened, outcome

from shelterbelt.measures.drift import Norm
from shelterbelt.measures.figures import Figure, Withheld
from shelterbelt.measures.observed import Case
from shelterbelt.measures.report import UNKNOWN, Report, report
from shelterbelt.measures.windows import windows
from shelterbelt.rules.hazard import Line, chances
from shelterbelt.rules.kernels import Process
from shelterbelt.scenarios.lives import EVERYTHING, World, lives


def lived(seed: int, count: int, world: World | None = None) -> list[Case]:
    return [life.latent for life in lives(NUMBERS, seed, count, reporting=EVERYTHING, world=world)]


@pytest.fixture(scope="module")
def found() -> Report:
    return report(NUMBERS, lived(31, 260), norms={"odara": Norm(2.9)})


def row(found: Report, process: Process, hours: float):
    return next(one for one in found.whole if (one.process, one.hours) == (process, hours))


def test_a_week_of_a_right_forecast_is_told_to_be_right(found: Report) -> None:
    one = row(found, Process.CONTACT, 168.0)
    assert one.if_holds.lo < 1 < one.if_holds.hi
    assert one.calibration.slope.lo < 1 < one.calibration.slope.hi
    assert one.told_apart.lo > 0.55


def test_right_numbers_are_told_to_be_right_along_the_days_as_they_went(found: Report) -> None:
    for process in Process:
        assert found.as_it_went[process].lo < 1 < found.as_it_went[process].hi
    assert not any(one.warns for one in found.moved if one.what.endswith(".expected"))


def test_every_process_and_horizon_has_its_row_and_says_where_there_is_too_little(found: Report) -> None:
    assert len(found.whole) == 15
    little = row(found, Process.SEVERE, 24.0)
    for told in (
        little.share,
        little.if_holds,
        little.told_apart,
        little.calibration.slope,
        little.sign.odds,
    ):
        assert isinstance(told, Withheld)


def test_no_figure_anywhere_rests_on_fewer_than_thirty_events(found: Report) -> None:
    for one in (*found.whole, *found.bands, *found.groups):
        parts = (one.share, one.if_holds, one.if_fails, one.told_apart, one.distance, one.calibration.level)
        assert all(isinstance(told, Withheld) or told.events >= 30 for told in parts)


def test_higher_bands_hold_more_of_what_came(found: Report) -> None:
    contact = [one for one in found.bands if (one.process, one.hours) == (Process.CONTACT, 720.0)]
    shares = [one.share.value for one in contact if isinstance(one.share, Figure)]
    assert len(shares) >= 3
    assert shares == sorted(shares)


def test_groups_are_looked_at_apart_and_add_up(found: Report) -> None:
    whole = row(found, Process.CONTACT, 720.0)
    for by in ("race", "survivor_sex", "other_sex", "same_sex", "language"):
        own = [o for o in found.groups if (o.by, o.process, o.hours) == (by, Process.CONTACT, 720.0)]
        assert sum(one.n for one in own) == whole.n


def test_a_group_for_which_the_forecast_is_wrong_stands_out() -> None:
    """Half of what came to one group is not known to the forecast's numbers: twice as much comes."""
    some = [
        replace(one, groups={"language": "es" if n % 2 else "en"})
        for n, one in enumerate(lived(8, 130))
        if n % 2 == 0
    ]
    doubled = replace(
        NUMBERS,
        baseline={p: replace(b, p_180d=1 - (1 - b.p_180d) ** 3) for p, b in NUMBERS.baseline.items()},
    )
    more = [life.latent for life in lives(doubled, 9, 65, reporting=EVERYTHING)]
    some += [replace(one, id=f"more{one.id}", groups={"language": "es"}) for one in more]
    found = report(NUMBERS, some)
    by = {
        one.value: one.if_holds
        for one in found.groups
        if (one.process, one.hours) == (Process.CONTACT, 720.0)
    }
    assert by["es"].lo > 1.4
    assert by["en"].lo < 1.2 < by["es"].lo


def test_a_group_that_nobody_wrote_down_is_named_and_not_guessed() -> None:
    some = [replace(one, groups={"race": "first"} if n % 2 else {}) for n, one in enumerate(lived(3, 30))]
    found = report(NUMBERS, some)
    assert {(one.by, one.value) for one in found.groups} == {("race", "first"), ("race", UNKNOWN)}


def test_drift_of_scores_is_told() -> None:
    risen = report(NUMBERS, lived(4, 40, World(mean_score=5.5)), norms={"odara": Norm(2.9)})
    assert next(one for one in risen.moved if one.what == "odara.mean").warns
    same = report(NUMBERS, lived(4, 40, World(mean_score=2.9)), norms={"odara": Norm(2.9)})
    assert not next(one for one in same.moved if one.what == "odara.mean").warns


def test_a_forecast_that_is_off_is_told() -> None:
    half = replace(
        NUMBERS,
        baseline={p: replace(b, p_180d=1 - (1 - b.p_180d) ** 0.5) for p, b in NUMBERS.baseline.items()},
    )
    some = lived(6, 150)
    assert next(one for one in report(half, some).moved if one.what == "contact.expected").warns


def test_without_a_case_there_is_no_report() -> None:
    with pytest.raises(ValueError, match="no case"):
        report(NUMBERS, [])


# Windows


def test_a_forecast_is_made_with_what_was_known_on_its_day() -> None:
    one = case(happened("physical_incident", 0.0), happened("physical_incident", 31.0))
    found = next(w for w in windows(NUMBERS, [one]) if (w.process, w.hours) == (Process.PHYSICAL, 168.0))
    expected = {
        made.hours: made.p
        for made in chances(NUMBERS, case(happened("physical_incident", 0.0)).timeline(day(30)), at=day(30))
        if (made.process, made.line) == (Process.PHYSICAL, Line.IF_FAILS)
    }
    assert found.fails[1] == expected[168.0]
    assert found.fails[2] > found.fails[1]


@pytest.mark.parametrize("every", [1, 7, 30, 100])
def test_windows_of_a_case_never_overlap_and_are_followed_to_their_end(every: int) -> None:
    for found in windows(NUMBERS, [case()], every=every):
        ends = found.at + found.hours / 24
        assert (found.at[1:] >= ends[:-1] - 1e-9).all()
        assert ends[-1] <= 200
        assert found.at[0] == 0


def test_what_comes_on_the_day_itself_belongs_to_the_window_before() -> None:
    one = case(outcomes=(outcome(Process.CONTACT, 30.0), outcome(Process.CONTACT, 61.0)))
    found = next(w for w in windows(NUMBERS, [one]) if (w.process, w.hours) == (Process.CONTACT, 720.0))
    assert np.flatnonzero(found.came).tolist() == [0, 2]
