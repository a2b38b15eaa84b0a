"""A row in, a row out: in order, in bounded room, and a wrong row stops nothing."""

import io
import json
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import numpy as np
import pytest
from tests.engines.agreement import AT, NUMBERS, codes, random_answers, random_cases

from shelterbelt.engines import lines
from shelterbelt.engines.answer_lines import Answers
from shelterbelt.engines.lines import BATCH, LONGEST, Row, answered, numbered
from shelterbelt.engines.timeline_lines import Timelines
from shelterbelt.library import files
from shelterbelt.library.assessments import assessment, names, unsure
from shelterbelt.rules.draws import draws
from shelterbelt.rules.hazard import Line, chances, forecast
from shelterbelt.rules.levels import Level
from shelterbelt.rules.scoring import detect, score
from shelterbelt.rules.sheets import Danger
from shelterbelt.rules.timeline import Happening, Spell, Timeline

DA5 = Answers(assessment("da5", "1").instrument, "d")
DA = Answers(assessment("danger_assessment", "1").instrument, "d")
HITS = Answers(assessment("hits", "1").instrument, "d")
FORECAST = Timelines(NUMBERS)
NOW = "2026-03-04T12:30:00Z"


def told(engine: Answers | Timelines, *rows: Any) -> list[Row]:
    """What is answered; a row may be an object or the very bytes."""
    text = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    read, work = engine.read, engine.work
    found = list(answered(numbered(io.BytesIO(text).readline), read, work))  # type: ignore[arg-type]
    for fine, line in found:
        assert fine is ("fault" not in json.loads(line))
    return [json.loads(line) for _, line in found]


@pytest.mark.parametrize(("id", "version"), names(only_product=True))
def test_every_instrument_answers_rows_as_rules_does(id: str, version: str) -> None:
    instrument = assessment(id, version).instrument
    engine = Answers(instrument, "d")
    answers = random_answers(engine.table, 40, np.random.default_rng(1))
    rows = [codes(instrument, row) for row in answers]
    for row, said in zip(rows, told(engine, *({"answers": row} for row in rows)), strict=True):
        rule: Any = score(instrument, row) if isinstance(instrument, Danger) else detect(instrument, row)
        expected = {name: getattr(rule, name) for name in said if name not in ("row", "digest", "norms")}
        for name, value in expected.items():
            if name == "level":
                value = None if value is None else value.word
            if name == "contradictions":
                value = [list(pair) for pair in value]
            if isinstance(value, tuple):
                value = list(value)
            assert (sorted(said[name]) if name.endswith("does") else said[name]) == (
                sorted(value) if name.endswith("does") else value
            ), name
        if isinstance(instrument, Danger):
            bins = {one.norm: [one.bin, one.lowest_bin, one.highest_bin] for one in rule.norms}
            assert {norm: list(found.values()) for norm, found in said["norms"].items()} == bins


def test_two_answers_that_exclude_each_other_are_told() -> None:
    said = told(DA, {"answers": {"left_after_cohabiting_12m": "yes", "never_lived_together": "yes"}})
    assert said[0]["contradictions"] == [["left_after_cohabiting_12m", "never_lived_together"]]


def test_a_judgement_raises_and_is_told() -> None:
    (said,) = told(DA5, {"answers": {"violence_increased_12m": "yes"}, "judged": "high"})
    assert (said["band"], said["raised_to"], said["level"]) == ("high", "high", "high")


def as_row(timeline: Timeline, known_at: Any) -> Row:
    def dated(one: Any) -> Row:
        pairs = ((name, getattr(one, name)) for name in one.__slots__)
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in pairs
            if value is not None
        }

    row: Row = {"at": AT.isoformat(), "band": None if timeline.band is None else timeline.band.word}
    row |= {"happenings": [dated(one) for one in timeline.happenings]}
    row |= {"spells": [dated(one) for one in timeline.spells]}
    return row if known_at is None else row | {"known_at": known_at.isoformat()}


def test_timelines_are_answered_as_rules_does() -> None:
    drawn = draws(NUMBERS, seed=3, n=20)
    engine = Timelines(NUMBERS, draws=drawn, chances=True)
    cases = random_cases(50, np.random.default_rng(2))
    rows = [as_row(timeline, known_at) for timeline, _, known_at in cases]
    validator = files.validator("timeline")
    for row, (timeline, _, known_at), said in zip(rows, cases, told(engine, *rows), strict=True):
        validator.validate(row)
        for one in chances(NUMBERS, timeline, at=AT, known_at=known_at, draws=drawn):
            mine = said[one.line][one.process][f"{one.hours:g}"]
            assert (mine["band"], mine["band_lo"], mine["band_hi"]) == (one.band, one.band_lo, one.band_hi)
            pairs = {"p": one.p, "p_lo": one.lo, "p_hi": one.hi, "ratio": one.ratio, "ratio_hi": one.ratio_hi}
            assert all(abs(mine[name] - value) < 2e-9 for name, value in pairs.items() if value is not None)


def test_every_answer_says_which_of_its_numbers_are_no_plain_findings() -> None:
    found = assessment("odara", "1")
    (said,) = told(Answers(found.instrument, found.digest, unsure=unsure(found)), {"answers": {}})
    assert said["unsure"]["M"] == [
        "points",
        "missing",
        "norm.hilton2004_construction",
        "norm.hilton2010_pooled",
    ]
    assert said["unsure"]["P"] == ["bands", "levels"]
    row = {
        "at": NOW,
        "band": "high",
        "happenings": [{"type": "order_served", "at": NOW}, {"type": "arrest", "at": NOW}],
        "spells": [{"state": "gps_bilateral", "from_at": NOW}],
    }
    (said,) = told(FORECAST, row)
    assert {"event.order_served", "shift", "caps", "bands"} <= set(said["unsure"]["P"])
    assert "state.gps_bilateral" in said["unsure"]["F/P"]
    assert not any("event.arrest" in codes for codes in said["unsure"].values())
    known = {code: tag for tag, codes in said["unsure"].items() for code in codes}
    timeline = Timeline(
        (Happening("order_served", AT, AT), Happening("arrest", AT, AT)),
        (Spell("gps_bilateral", AT, AT),),
        Level.HIGH,
    )
    assert {one.code for one in forecast(NUMBERS, timeline, at=AT).assumed} <= set(known)
    assert all(NUMBERS.tags[code] == tag for code, tag in known.items())


def test_chances_come_only_where_they_were_asked_for() -> None:
    (said,) = told(FORECAST, {"at": NOW})
    assert {name for line in Line for p in said[line].values() for h in p.values() for name in h} == {
        "band",
        "ratio",
    }


WRONG_ANSWERS: dict[str, Any] = {
    "it is not JSON (at character 2)": b"{answers",
    "it is not UTF-8 (at byte 12)": b'{"answers":\xff}',
    "it is no object": b"[1]",
    "it is not JSON that can be read": b'{"answers": NaN}',
    f"it is longer than {LONGEST} bytes": b'{"answers": {}, "case": "' + b"a" * LONGEST + b'"}',
    "a name stands twice": b'{"answers": {"strangulation_attempt": "yes", "strangulation_attempt": "no"}}',
    "no such name: answer": {"answer": {}},
    "answers must be an object": {"answers": []},
    "case must be a text of 1 to 200 characters": {"case": 7, "answers": {}},
    "not a question of da5: jealous": {"answers": {"jealous": "yes"}},
    "not an answer to strangulation_attempt": {"answers": {"strangulation_attempt": "maybe"}},
    "not an answer to violence_increased_12m": {"answers": {"violence_increased_12m": ["yes"]}},
    "judged names no band of the instrument": {"answers": {}, "judged": "low"},
}


@pytest.mark.parametrize("fault", WRONG_ANSWERS)
def test_a_wrong_row_of_answers_is_told_what_is_wrong_and_stops_nothing(fault: str) -> None:
    found = told(DA5, {"answers": {}}, WRONG_ANSWERS[fault], {"case": "last", "answers": {}})
    assert found[1]["fault"] == fault
    assert [row["row"] for row in found] == [1, 2, 3]
    assert found[2]["case"] == "last"


def test_a_row_nested_beyond_reason_is_told_so() -> None:
    (found,) = told(DA5, b"[" * 200_000)
    assert found["fault"] == "it is not JSON that can be read"


def test_a_detection_takes_no_judgement() -> None:
    assert told(HITS, {"answers": {}, "judged": "high"})[0]["fault"].startswith(
        "a detection takes no judgement"
    )


HIT = {"type": "physical_incident", "at": NOW}
AFTER = {"state": "gps_bilateral", "from_at": NOW}
INSTANT = "is no instant with its offset, such as 2026-03-04T12:30:00Z"
WRONG_TIMELINES: dict[str, Row] = {
    "it needs at: the instant of the forecast": {"case": "A-1"},
    f"at {INSTANT}": {"at": "2026-03-04T12:30:00"},
    f"known_at {INSTANT}": {"at": NOW, "known_at": None},
    "at is an instant that does not exist": {"at": "2026-02-30T12:30:00Z"},
    "band names no level": {"at": NOW, "band": "none"},
    "happenings must be a list": {"at": NOW, "happenings": {}},
    "happenings 2 is no object": {"at": NOW, "happenings": [HIT, 3]},
    "happenings 1: no such name: kind": {"at": NOW, "happenings": [{"kind": "arson", "at": NOW}]},
    "happenings 1: type names no happening of the parameters": {"at": NOW, "happenings": [{**HIT, "type": "arson"}]},
    "happenings 1: it needs at, and planned is true or false": {"at": NOW, "happenings": [{**HIT, "planned": 1}]},
    "happenings 1: what is planned needs recorded_at": {"at": NOW, "happenings": [{**HIT, "planned": True}]},
    "spells 1: it needs from_at": {"at": NOW, "spells": [{"state": "gps_bilateral"}]},
    "spells 1: state names no state of the parameters": {"at": NOW, "spells": [{**AFTER, "state": "peace"}]},
    "spells 1: it ends before it begins": {"at": NOW, "spells": [{**AFTER, "until_at": "2026-03-03T12:30:00Z"}]},
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG_TIMELINES)
def test_a_wrong_timeline_is_told_what_is_wrong_and_stops_nothing(fault: str) -> None:
    found = told(FORECAST, WRONG_TIMELINES[fault], {"case": "last", "at": NOW})
    assert found[0]["fault"] == fault
    assert found[1]["case"] == "last"


@pytest.mark.parametrize("fault", WRONG_ANSWERS | WRONG_TIMELINES)
def test_the_schemas_refuse_nothing_that_is_read(fault: str) -> None:
    """Codes, existing days and orders are beyond a schema; what it does refuse must be refused in reading too."""
    row = (WRONG_ANSWERS | WRONG_TIMELINES)[fault]
    engine, schema = (DA5, "answers") if fault in WRONG_ANSWERS else (FORECAST, "timeline")
    if isinstance(row, dict) and not files.validator(schema).is_valid(row):
        assert "fault" in told(engine, row)[0]


def test_blank_rows_are_passed_over_and_counted() -> None:
    assert [row["row"] for row in told(DA5, b"", {"answers": {}}, b"  ", b"", {"answers": {}})] == [2, 5]


def test_a_line_without_end_takes_no_room() -> None:
    asked: list[int] = []

    def source(most: int) -> bytes:
        asked.append(most)
        return b"x" * most if len(asked) < 50 else b"x\n" if len(asked) == 50 else b""

    found = list(numbered(source))
    assert len(found) == 1
    assert len(found[0][1]) == LONGEST + 1
    assert set(asked) == {LONGEST + 1}


def test_no_more_than_one_batch_is_read_ahead() -> None:
    seen = 0

    def endless() -> Iterator[tuple[int, bytes]]:
        nonlocal seen
        for seen in count(1):
            yield seen, b'{"answers": {}}'

    rows = answered(endless(), DA5.read, DA5.work)
    assert len(list(islice(rows, BATCH + 5))) == BATCH + 5
    assert seen == 2 * BATCH


def test_a_fault_never_holds_what_a_case_holds() -> None:
    secret = "Robin Example " * 20
    rows = [{"answers": {"strangulation_attempt": secret}}, {"answers": {}, "judged": secret}]
    assert all(secret[:20] not in json.dumps(row) for row in told(DA5, *rows))
    assert len(lines.short(secret)) == 61
