"""A file of fixes is watched as a node would: the same from rules and engine, and what is no such file is refused plainly."""

import json
from pathlib import Path

import pytest

from shelterbelt.config.cli import main

ZONES = {
    "type": "FeatureCollection",
    "features": [
        {
            "properties": {"name": "home", "device": "t1", "radius": 300},
            "geometry": {"type": "Point", "coordinates": [-105.0, 40.0]},
        },
        {
            "properties": {"name": "school"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[-105.02, 40.02], [-105.01, 40.02], [-105.01, 40.03], [-105.02, 40.02]]],
            },
        },
        {
            "properties": {"device": "t1", "metres": 50},
            "geometry": {"type": "LineString", "coordinates": [[-105.1, 40.0], [-105.1, 40.01]]},
        },
    ],
}
FIXES = """device,time,received,latitude,longitude,metres,speed,battery,marks
t1,2026-03-01T10:00:00Z,,40.01,-105.0,10,,80,
p1,1772359205000,,40.0,-105.0,10,1.5,80,
t1,2026-03-01T10:01:00Z,,40.0,-105.0,10,,10,strap jammed
t1,2026-03-01T10:02:00Z,,0,0,10,,10,
t1,2026-03-01T10:03:00Z,,-89.9,40,10,,10,
t1,2026-03-01T10:13:00Z,,nan,40,,,,
t1,2026-03-01T10:33:00+00:00,2026-03-01T10:34:00Z,40.021,-105.0125,10,,10,
"""
WANTED = [
    ("signal", "t1", "strap", "2026-03-01T10:01:00.000Z", 4),
    ("signal", "t1", "jammed", "2026-03-01T10:01:00.000Z", 4),
    ("signal", "t1", "battery_low", "2026-03-01T10:01:00.000Z", 4),
    ("zone", "home", "entered", "2026-03-01T10:01:00.000Z", 4),
    ("pair", "A", "came_near", "2026-03-01T10:01:00.000Z", 4),
    ("silence", "t1", "silent", "2026-03-01T10:16:00.000Z", 8),
    ("silence", "t1", "back", "2026-03-01T10:34:00.000Z", 8),
    ("zone", "home", "lost", "2026-03-01T10:11:00.000Z", 8),
    ("zone", "school", "entered", "2026-03-01T10:33:00.000Z", 8),
    ("pair", "A", "lost", "2026-03-01T10:05:05.000Z", 8),
    ("silence", "p1", "silent", "2026-03-01T10:15:05.000Z", None),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "z.geojson").write_text(json.dumps(ZONES))
    (tmp_path / "p.csv").write_text("pair,one,two\nA,t1,p1\n")
    (tmp_path / "f.csv").write_text(FIXES)
    return tmp_path


def replayed(files: Path, *words: str) -> int:
    named = [f"--pairs={files / 'p.csv'}", f"--zones={files / 'z.geojson'}", str(files / "f.csv")]
    return main(["watch", "replay", *named, *words])


@pytest.mark.parametrize("engine", ["rules", "fast"])
def test_what_would_have_been_told_is_told_line_by_line(
    files: Path, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    (files / "f.csv").write_text(
        FIXES.replace("2026-03-01T10:03:00Z,,-89.9,40", "2026-03-01T10:03:00Z,,-85,40")
    )
    assert replayed(files, "--engine", engine) == 0
    out, err = capsys.readouterr()
    told = [json.loads(line) for line in out.splitlines()]
    assert [(one["of"], one["watch"], one["kind"], one["at"], one["line"]) for one in told][:5] == WANTED[:5]
    assert not any(one["taken_back"] or one["late_alone"] for one in told)
    assert "line 5: no place" in err and "7 fixes, 2 of them without a place" in err


def test_a_fix_without_a_place_tells_nothing_and_its_line_is_named(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "f.csv").write_text(FIXES.replace(",-89.9,40,", ",-105,40,"))
    assert replayed(files) == 0
    out, err = capsys.readouterr()
    told = [json.loads(line) for line in out.splitlines()]
    assert [(one["of"], one["watch"], one["kind"], one["at"], one["line"]) for one in told] == WANTED
    assert [f"line {n}: no place" in err for n in range(4, 9)] == [False, True, True, True, False]


def test_degrees_the_wrong_way_round_are_no_place(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zones = json.loads(json.dumps(ZONES).replace("-105.0, 40.0", "15.0, 48.0"))
    (files / "z.geojson").write_text(json.dumps(zones))
    (files / "f.csv").write_text("device,time,latitude,longitude\nt1,1772359205000,15.001,48.001\n")
    assert replayed(files) == 0
    assert "line 2: latitude and longitude are swapped" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("f.csv", "", "line 1: these columns are needed"),
        ("f.csv", "device,time,latitude\n", "missing: longitude"),
        ("f.csv", "device,time,latitude,longitude,colour\n", "line 1: each column once"),
        ("f.csv", "device,time,latitude,longitude\nt1,2026-03-01T10:00:00,1,1\n", "line 2: time"),
        (
            "f.csv",
            "device,time,latitude,longitude\nt1,yesterday,1,1\n",
            "line 2: time 'yesterday' is no instant",
        ),
        ("f.csv", "device,time,latitude,longitude\nt1,1772359205000,1\n", "line 2: 4 columns"),
        ("f.csv", "device,time,latitude,longitude\n,1772359205000,1,1\n", "line 2: no device"),
        ("f.csv", "device,time,latitude,longitude,marks\nt1,1772359205000,1,1,red\n", "line 2: marks are"),
        (
            "f.csv",
            "device,time,latitude,longitude,speed\nt1,1772359205000,1,1,fast\n",
            "line 2: speed 'fast'",
        ),
        ("f.csv", "device,time,latitude,longitude\n" + "t" * 5000 + "\n", "line 2: longer than"),
        ("p.csv", "pair,one,two\nA,t1,t1\n", "line 2: a pair has a name and two devices"),
        ("p.csv", "pair,one,two\nA,t1,p1\nA,t1,p2\n", "line 3: there is a pair 'A' already"),
        ("z.geojson", "{", "this is no GeoJSON"),
        ("z.geojson", "[" * 5000, "this is no GeoJSON"),
        ("z.geojson", "[]", "a FeatureCollection is needed"),
        ("z.geojson", '{"features": [7]}', "feature 1: no zone"),
        (
            "z.geojson",
            '{"features": [{"properties": {"radius": 300}, "geometry": {"type": "Point", "coordinates": [40, -105]}}]}',
            "feature 1: no zone (a zone lies on the map",
        ),
        (
            "z.geojson",
            '{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0]]]}}]}',
            "feature 1: no zone",
        ),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_line(
    files: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, says: str
) -> None:
    (files / name).write_text(text)
    assert replayed(files) == 1
    err = capsys.readouterr().err
    assert says in err and name in err and "Traceback" not in err
