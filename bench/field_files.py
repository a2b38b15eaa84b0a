"""Writes scenarios as plain files, for whoever tries another system, or a tracker's maker, by the same ways."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.field_story import SIDES, Story, sent
from bench.field_watch import arrivals
from shelterbelt.rules.fixes import MARKS
from shelterbelt.rules.frames import unframed

FIXES = ("device", "time", "latitude", "longitude", "received", "metres", "speed", "battery", "marks")


def exported(every: Sequence[Story], folder: Path) -> int:
    """This function will write each scenario as files that `shelterbelt watch replay` reads, and its truth by the second."""
    for story in every:
        here = folder / story.name
        here.mkdir(parents=True, exist_ok=True)
        _csv(here / "truth.csv", ("who", "second", "latitude", "longitude"), _truth(story))
        _csv(here / "fixes.csv", FIXES, _fixes(story))
        if story.zone is None:
            _csv(here / "pairs.csv", ("pair", "one", "two"), [("pair", *SIDES)])
        else:
            (here / "zones.geojson").write_text(json.dumps(_geojson(story)))
    print(f"{len(every)} scenarios in {folder}")
    return 0


def _fixes(story: Story) -> Iterator[tuple[object, ...]]:
    """What came in, in the order of arrival."""
    for _, frame in arrivals(story, sent(story, 0)):
        for one in unframed(frame):
            fix = one.fix
            marks = " ".join(name for name, bit in MARKS.items() if fix.marks & bit)
            said = ("" if fix.speed < 0 else fix.speed, "" if fix.battery < 0 else fix.battery, marks)
            place = (fix.latitude, fix.longitude)
            yield (SIDES[one.device], _instant(fix.ms), *place, _instant(one.received_ms), fix.metres, *said)


def _instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def _truth(story: Story) -> Iterator[tuple[object, ...]]:
    for who in SIDES:
        for second, point in enumerate(story.truth.get(who, ())):
            yield (who, second, *(round(one, 7) for one in story.position(point)))


def _csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def _geojson(story: Story) -> dict[str, object]:
    told = story.drawn
    if "circle" in told:
        latitude, longitude = story.position(tuple(told["circle"]))
        shape: dict[str, object] = {"type": "Point", "coordinates": [longitude, latitude]}
    else:
        points = [story.position(tuple(point))[::-1] for point in told.get("area", told.get("street"))]
        area = "area" in told
        shape = (
            {"type": "Polygon", "coordinates": [[*points, points[0]]]}
            if area
            else {"type": "LineString", "coordinates": points}
        )
    wide = "radius" if "circle" in told else "metres"
    properties = {"name": "zone", "device": SIDES[0], **({wide: told["metres"]} if "metres" in told else {})}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    return {"type": "FeatureCollection", "features": [feature]}
