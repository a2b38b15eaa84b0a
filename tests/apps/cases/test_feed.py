"""The police export reader: a bad row refuses only itself, and none of its content leaves with it."""

import csv
import io
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shelterbelt.cases import feed
from shelterbelt.rules.fields import clean_text

AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
HEADING = [
    *("report_number", "happened_at", "offence_code", "offence", "place", "location_kind", "arrest"),
    *("survivor_name", "survivor_born_on", "survivor_phone"),
    *("other_name", "other_born_on", "other_phone", "narrative"),
]
GOOD = {
    "report_number": "R-1",
    "happened_at": "2026-03-01 21:15",
    "offence_code": "13B",
    "offence": "Simple assault",
    "place": "100 block of Elm St",
    "location_kind": "home",
    "arrest": "yes",
    "survivor_name": "Maribel Okonjo",
    "survivor_born_on": "1990-02-28",
    "survivor_phone": "555-0144",
    "other_name": "Denis Varga",
    "other_born_on": "",
    "other_phone": "",
    "narrative": "A neighbour called.",
}
MAPPING = """
name: small
key: [id]
date_format: "%m/%d/%Y %I:%M:%S %p"
timezone: America/Chicago
fields:
  happened_at: {column: when}
  place: {column: place}
"""


def export(*rows: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADING)
    writer.writeheader()
    writer.writerows({**GOOD, "report_number": f"R-{n}", **row} for n, row in enumerate(rows, 1))
    return out.getvalue().encode()


def small(*lines: str, heading: str = "id,when,place") -> feed.Reading:
    return feed.read("\n".join([heading, *lines, ""]).encode(), feed.mapping(MAPPING), at=AT)


def generic(*rows: dict[str, str]) -> tuple[list[feed.FeedRow], list[feed.Refusal], feed.Counts]:
    reading = feed.read(export(*rows), feed.shipped("generic"), at=AT)
    return *parted(reading), reading.counts


def parted(reading: feed.Reading) -> tuple[list[feed.FeedRow], list[feed.Refusal]]:
    found = list(reading)
    return [r for r in found if isinstance(r, feed.FeedRow)], [
        r for r in found if isinstance(r, feed.Refusal)
    ]


def codes(reading: feed.Reading) -> list[tuple[int, str, str]]:
    return [(r.line, r.column, r.code) for r in parted(reading)[1]]


@pytest.fixture(scope="module")
def oracles() -> Path:
    where = os.environ.get("SHELTERBELT_ORACLES")
    if not where:
        pytest.skip("SHELTERBELT_ORACLES names no folder")
    return Path(where)


def test_chicago_file_gives_1523_domestic_rows_of_9999(oracles: Path) -> None:
    path = oracles / "incidents" / "chicago_crimes_10k_2015.csv"
    reading = feed.read(path, feed.shipped("chicago"), at=AT)
    rows, refusals = parted(reading)
    counts = reading.counts
    assert (counts.read, counts.matched, counts.taken, counts.refused, counts.repeated) == (
        9999,
        1523,
        1523,
        0,
        0,
    )
    assert not refusals
    assert len({row.key for row in rows}) == 1523
    first = rows[0]
    assert (first.line, first.key, first.reference) == (3, "9955861", "HY144838")
    assert first.happened_at == datetime(2015, 2, 9, 5, 41, 42, tzinfo=UTC)
    assert (first.offence, first.location_kind, first.arrest) == (
        "BATTERY: DOMESTIC BATTERY SIMPLE",
        "home",
        True,
    )


def test_chicago_dates_agree_with_strptime_and_zoneinfo(oracles: Path) -> None:
    from zoneinfo import ZoneInfo

    path = oracles / "incidents" / "chicago_crimes_10k_2015.csv"
    rows = {r.key: r for r in feed.read(path, feed.shipped("chicago"), at=AT) if isinstance(r, feed.FeedRow)}
    with path.open(newline="") as file:
        for raw in csv.DictReader(file):
            if raw["Domestic"] == "true":
                local = datetime.strptime(raw["Date"], "%m/%d/%Y %I:%M:%S %p")
                assert rows[raw["ID"]].happened_at == local.replace(tzinfo=ZoneInfo("America/Chicago"))


def test_a_good_row_comes_back_whole() -> None:
    rows, refusals, _ = generic({})
    assert refusals == []
    row = rows[0]
    assert row.survivor == feed.Party("Maribel Okonjo", date(1990, 2, 28), "555-0144")
    assert row.perpetrator == feed.Party("Denis Varga", None, "")
    assert row.happened_at == datetime(2026, 3, 2, 3, 15, tzinfo=UTC)
    assert (row.line, row.key, row.arrest, row.narrative, row.note) == (
        2,
        "R-1",
        True,
        "A neighbour called.",
        "",
    )


def test_a_party_the_file_does_not_name_is_none() -> None:
    rows, _, _ = generic({"other_name": " "})
    assert rows[0].perpetrator is None


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"report_number": "  "}, "report_number", "key_missing"),
        ({"report_number": "x" * 201}, "report_number", "too_long"),
        ({"happened_at": ""}, "happened_at", "missing"),
        ({"happened_at": "03/01/2026 21:15"}, "happened_at", "date_format"),
        ({"happened_at": "2026-02-30 21:15"}, "happened_at", "date_format"),
        ({"happened_at": "2026-03-01 24:15"}, "happened_at", "date_format"),
        ({"happened_at": "２０26-03-01 21:15"}, "happened_at", "date_format"),
        ({"happened_at": "2026-03-08 02:30"}, "happened_at", "time_nonexistent"),
        ({"happened_at": "2026-11-21 09:01"}, "happened_at", "future"),
        ({"happened_at": "9999-12-31 23:59"}, "happened_at", "future"),
        ({"happened_at": "1899-12-31 23:59"}, "happened_at", "too_old"),
        ({"arrest": "perhaps"}, "arrest", "value_unknown"),
        ({"survivor_name": "x" * 301}, "survivor_name", "too_long"),
        ({"narrative": "x" * 20_001}, "narrative", "too_long"),
        ({"survivor_born_on": "28.2.1990"}, "survivor_born_on", "date_format"),
        ({"survivor_born_on": "2027-01-01"}, "survivor_born_on", "future"),
        ({"survivor_born_on": "2026-03-02"}, "survivor_born_on", "born_after"),
        ({"survivor_born_on": "1888-01-01"}, "survivor_born_on", "too_old"),
        ({"survivor_name": "Nul\0"}, "survivor_name", "nul"),
    ],
)
def test_a_bad_row_refuses_only_itself(change: dict[str, str], column: str, code: str) -> None:
    rows, refusals, counts = generic({}, change, {})
    assert [(r.line, r.column, r.code) for r in refusals] == [(3, column, code)]
    assert [row.line for row in rows] == [2, 4]
    assert (counts.read, counts.taken, counts.refused) == (3, 2, 1)
    value = next(iter(change.values())).strip()
    assert not value or value not in refusals[0].message


def test_an_hour_that_happens_twice_takes_the_first_and_says_so() -> None:
    rows, _, _ = generic({"happened_at": "2025-11-02 01:30"})
    assert (rows[0].happened_at, rows[0].note) == (datetime(2025, 11, 2, 6, 30, tzinfo=UTC), "clock_repeated")


def test_a_row_with_a_cell_too_few_or_too_many_is_refused() -> None:
    assert codes(small("1,01/02/2026 10:00:00 AM", "2,01/02/2026 10:00:00 AM,x,y")) == [
        (2, "", "cells"),
        (3, "", "cells"),
    ]


def test_bytes_in_another_encoding_refuse_their_row_and_name_the_column() -> None:
    lines = [b"id,when,place", b"1,01/02/2026 10:00:00 AM,Caf\xe9", "2,01/02/2026 10:00:00 AM,Café".encode()]
    rows, refusals = parted(feed.read(b"\n".join(lines), feed.mapping(MAPPING), at=AT))
    assert [(r.line, r.column, r.code) for r in refusals] == [(2, "place", "encoding")]
    assert rows[0].place == "Café"


def test_the_stated_encoding_is_used() -> None:
    lines = b"id,when,place\n1,01/02/2026 10:00:00 AM,Caf\xe9\n"
    by = feed.mapping(MAPPING + "encoding: cp1252\n")
    assert parted(feed.read(lines, by, at=AT))[0][0].place == "Café"


def test_a_byte_order_mark_is_accepted() -> None:
    reading = feed.read(b"\xef\xbb\xbf" + export({}), feed.shipped("generic"), at=AT)
    assert len(list(reading)) == 1


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_counts_lines_alike(ending: str) -> None:
    text = ending.join(["id,when,place", '1,01/02/2026 10:00:00 AM,"a', 'b"', "2,x,y", ""])
    rows, refusals = parted(feed.read(text.encode(), feed.mapping(MAPPING), at=AT))
    assert [row.line for row in rows] == [2]
    assert [r.line for r in refusals] == [4]


def test_an_unclosed_quotation_mark_does_not_swallow_the_rows_after_it() -> None:
    good = [f"{n},01/02/2026 10:00:00 AM,Elm" for n in range(3, 60)]
    reading = small("1,01/02/2026 10:00:00 AM,Elm", '2,01/02/2026 10:00:00 AM,"Elm', *good)
    rows, refusals = parted(reading)
    assert [(r.line, r.code) for r in refusals] == [(3, "quotes")]
    assert len(rows) == 58


@pytest.mark.parametrize("line", ['a","', '"a', ',"', '"""', '"', 'a"",""', "\0", '","'])
def test_a_file_of_nothing_but_quotation_marks_ends_and_takes_nothing(line: str) -> None:
    reading = small(*[line] * 4000)
    assert parted(reading)[0] == []
    assert reading.counts.refused == reading.counts.read > 0


def test_one_endless_line_is_refused_and_the_next_row_is_read() -> None:
    good = "2,01/02/2026 10:00:00 AM,Elm"
    reading = small("1,01/02/2026 10:00:00 AM," + "x" * 3_000_000, good)
    rows, refusals = parted(reading)
    assert [(r.line, r.code) for r in refusals] == [(2, "line_too_long")]
    assert [(row.line, row.place) for row in rows] == [(3, "Elm")]


def test_an_endless_line_inside_quotation_marks_costs_no_later_row() -> None:
    good = "3,01/02/2026 10:00:00 AM,Elm"
    rows, _ = parted(small('1,01/02/2026 10:00:00 AM,"', "x" * 3_000_000, good))
    assert [(row.line, row.place) for row in rows] == [(4, "Elm")]


def test_a_key_met_twice_is_a_repeat_and_not_a_refusal() -> None:
    rows, refusals, counts = generic({}, {"report_number": "R-1"}, {})
    assert (len(rows), refusals, counts.repeated, counts.taken) == (2, [], 1, 2)


def test_a_refused_row_does_not_block_its_corrected_repeat() -> None:
    rows, refusals, counts = generic({"happened_at": "x"}, {"report_number": "R-1"})
    assert (len(rows), len(refusals), counts.repeated) == (1, 1, 0)


def test_where_decides_before_anything_else_is_read() -> None:
    by = feed.mapping(MAPPING + 'where:\n  - {column: place, in: ["Elm", "Oak"]}\n')
    text = "id,when,place\n1,01/02/2026 10:00:00 AM,Elm\n2,not a date,Ash\n3,01/02/2026 10:00:00 AM,Oak\n"
    reading = feed.read(text.encode(), by, at=AT)
    assert [type(r) for r in reading] == [feed.FeedRow, feed.FeedRow]
    assert (reading.counts.read, reading.counts.matched) == (3, 2)


def test_blank_lines_are_nothing() -> None:
    reading = small("", "1,01/02/2026 10:00:00 AM,Elm", "", "")
    assert [r.line for r in reading] == [3]
    assert reading.counts.read == 1


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"id,when\n1,2\n", "'place', which is not in the file"),
        (b"id,when,place,id\n", "'id', which is there more than once"),
        ("id,when,place\n1,x,y".encode("utf-16"), "first line"),
        (b"\x00\x01\x02" * 400_000, "first line"),
    ],
)
def test_a_file_that_is_no_such_export_is_refused_as_a_whole(raw: bytes, words: str) -> None:
    with pytest.raises(feed.FeedError, match=words):
        list(feed.read(raw, feed.mapping(MAPPING), at=AT))


def test_the_time_of_reading_needs_a_zone() -> None:
    with pytest.raises(feed.FeedError):
        feed.read(b"", feed.mapping(MAPPING), at=datetime(2026, 1, 1))


def test_naughty_strings_survive_every_text_field_or_are_refused(oracles: Path) -> None:
    naughty = [s for s in json.loads((oracles / "naughty" / "blns.json").read_text()) if s.strip()]
    fields = [
        "offence_code",
        "offence",
        "place",
        "location_kind",
        "survivor_name",
        "survivor_phone",
        "narrative",
    ]
    for name in [*fields, "other_name", "other_phone", "report_number"]:
        rows, refusals, counts = generic(*({name: text} for text in naughty))
        assert counts.read == len(naughty) == counts.taken + counts.refused + counts.repeated
        assert {r.code for r in refusals} <= {"too_long", "control", "key_unusable"}
        if name == "narrative":
            cleaned = [clean_text(text, 20_000) for text in naughty]
            assert [row.narrative for row in rows] == [text for text, problem in cleaned if not problem]


@pytest.mark.parametrize("name", ["happened_at", "arrest", "survivor_born_on"])
def test_naughty_strings_never_pass_for_a_date_or_an_answer(oracles: Path, name: str) -> None:
    naughty = [s for s in json.loads((oracles / "naughty" / "blns.json").read_text()) if s.strip()]
    rows, refusals, _ = generic(*({name: text} for text in naughty))
    assert rows == []
    assert all(r.column == name for r in refusals)


def test_names_in_any_script_are_kept_as_written() -> None:
    names = ["نورة", "Siobhán O’Dwyer-Nguyễn", "王小明", "Ẹ̀bùn", "X"]
    rows, _, _ = generic(*({"survivor_name": name} for name in names))
    assert [row.survivor.name for row in rows if row.survivor] == names


def test_signs_that_turn_a_name_round_are_taken_out() -> None:
    rows, _, _ = generic({"survivor_name": "\u202eabc\u2066d"})
    assert [row.survivor.name for row in rows if row.survivor] == ["abcd"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t + "colour: red\n", "colour"),
        (lambda t: t.replace("{column: place}", "{colum: place}"), "fields.place"),
        (lambda t: t.replace("key: [id]", "key: []"), "key"),
        (lambda t: t.replace("America/Chicago", "America/Atlantis"), "time zone"),
        (lambda t: t.replace("America/Chicago", "../../etc/passwd"), "time zone"),
        (lambda t: t.replace("%m/%d/%Y", "%j/%Y"), "directive"),
        (lambda t: t.replace("%m/%d/%Y", "%d/%Y"), "month"),
        (lambda t: t.replace(" %I:%M:%S %p", ""), "hour"),
        (lambda t: t.replace("%I", "%Y"), "twice"),
        (lambda t: t + "name: again\n", "twice"),
        (
            lambda t: t.replace("{column: when}", "&x {column: when}").replace("{column: place}", "*x"),
            "alias",
        ),
        (lambda _: "- a\n- b\n", "top level"),
        (lambda t: t + "x: [\n", "YAML"),
        (lambda t: t + "encoding: utf-16\n", "encoding"),
        (lambda _: "# " + "x" * 70_000, "too long"),
        (lambda _: "[" * 20_000, "YAML"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_place(change: Callable[[str], str], words: str) -> None:
    with pytest.raises(feed.FeedError, match=words):
        feed.mapping(change(MAPPING))


def test_a_bare_yes_in_a_mapping_is_the_word_and_not_a_truth_value() -> None:
    by = feed.mapping(MAPPING + "  arrest: {column: held, values: {yes: yes, no: no, true: yes}}\n")
    text = "id,when,place,held\n1,01/02/2026 10:00:00 AM,Elm,true\n2,01/02/2026 10:00:00 AM,Elm,no\n"
    assert [row.arrest for row in parted(feed.read(text.encode(), by, at=AT))[0]] == [True, False]


def test_two_key_columns_cannot_run_into_each_other() -> None:
    by = feed.mapping(MAPPING.replace("[id]", "[id, place]"))
    text = "id,when,place\n1,01/02/2026 10:00:00 AM,23\n12,01/02/2026 10:00:00 AM,3\n"
    assert len({row.key for row in parted(feed.read(text.encode(), by, at=AT))[0]}) == 2


def test_months_by_name_and_time_in_its_own_column_are_read() -> None:
    text = MAPPING.replace("%m/%d/%Y %I:%M:%S %p", "%d %b %Y %H:%M").replace(
        "{column: when}", "{columns: [day, hour]}"
    )
    rows, refusals = parted(
        feed.read(b"id,day,hour,place\n1,3 Mar 2026,06:30,Elm\n", feed.mapping(text), at=AT)
    )
    assert refusals == []
    assert rows[0].happened_at == datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
