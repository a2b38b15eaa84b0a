"""Reads a field scenario and makes of it, by its number and a roll, where people were each second and what devices sent.

It knows no rule of watching. Every chance is drawn from the scenario's number and the roll: nobody chooses a lucky one.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from shelterbelt.rules import zones
from shelterbelt.rules.earth import RADIUS, Plane, Point, apart, turned
from shelterbelt.rules.fixes import MARKS, Said

FOLDER = Path(__file__).parent / "scenarios"
SECOND = 1000
RESPONDENT, SURVIVOR = "respondent", "survivor"
SIDES = (RESPONDENT, SURVIVOR)
ZONE, PAIR = "zone", "pair"
PLACE, TAMPERING, QUIET = "place", "tampering", "quiet"
NEAR = 500.0  # metres: two people so near are near; the usual distance of a pair's alarm
SIXTY_EIGHT = math.sqrt(
    2 * math.log(1 / 0.32)
)  # a stated accuracy holds 68 of 100 errors (Android's own definition)
MEMORY = 60.0  # seconds after which an error has mostly become another one, unless a scenario says so


class StoryError(ValueError):
    """A scenario's file is wrong."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one second of the story until another, something is different about a device."""

    from_: float
    until: float
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Device:
    """How one device reports: each so many seconds, so many metres off, so many seconds late."""

    every: float
    metres: float
    delay: float = 2.0
    speed: bool = True
    clock: float = 0.0
    battery: tuple[float, float] | None = None
    error: float | None = None
    memory: float = MEMORY
    doubled: float = 0.0
    mixed: float = 0.0
    jumps: tuple[float, float] = (0.0, 0.0)
    spans: tuple[Span, ...] = ()

    def at(self, second: float) -> dict[str, Any]:
        """What holds at a second of the story: the usual, and over it what its spans say."""
        now: dict[str, Any] = {"every": self.every, "metres": self.metres, "error": self.error}
        for span in self.spans:
            if span.from_ <= second < span.until:
                now |= span.changes
        return now


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned meeting: from when until when, in which circle, and which watches it covers."""

    from_: int
    until: int
    middle: Point
    metres: float


@dataclass(frozen=True, slots=True)
class Must:
    """What has to be raised, from which second it is true, until when it helps; and whether physics lets anybody know."""

    raises: str
    came: int | None
    by: int | None
    physics: str
    kinds: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One report of a device as it arrived: when it was taken, when it came in, and whether its place was the true one."""

    side: int
    taken_s: float
    arrived_ms: int
    said: Said
    true: bool


@dataclass(frozen=True)
class Story:
    """One scenario."""

    name: str
    number: int
    title: str
    imitates: str
    kind: str
    begins_ms: int
    origin: Point
    lasts: int
    zone: zones.Zone | None
    ways: Mapping[str, Sequence[Mapping[str, Any]]]
    devices: Mapping[str, Device]
    must: Must
    plan: Plan | None = None
    down: tuple[int, int] | None = None
    door: Point | None = None
    drawn: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def truth(self) -> Mapping[str, tuple[Point, ...]]:
        """Where each was at each second, in metres to the east and north of the origin."""
        return {who: tuple(_track(way, self.lasts)) for who, way in self.ways.items()}

    def position(self, point: Point) -> Point:
        """A point of the story as latitude and longitude."""
        plane = Plane(*self.origin)
        round_ = math.cos(math.radians(plane.latitude)) * RADIUS
        east = turned(plane.longitude + math.degrees(point[0] / round_))
        return plane.latitude + math.degrees(point[1] / RADIUS), east

    def distance(self, second: int) -> float:
        """How far in truth: beyond the zone's edge, or between the two, less what makes them near. 0 or below: it is so."""
        here = self.position(self.truth[RESPONDENT][second])
        if self.zone is not None:
            return zones.beyond(self.zone, *here)
        return apart(*here, *self.position(self.truth[SURVIVOR][second])) - NEAR

    @cached_property
    def distances(self) -> tuple[float, ...]:
        """`distance` for every second."""
        return tuple(self.distance(second) for second in range(self.lasts + 1))

    def covered(self, second: int) -> bool:
        """Whether a planned meeting covers this second: in its span, everybody in its circle."""
        if self.plan is None or not self.plan.from_ <= second < self.plan.until:
            return False
        at, reach = self.plan.middle, self.plan.metres
        return all(math.dist(track[second], at) <= reach for track in self.truth.values())

    @cached_property
    def so(self) -> tuple[bool, ...]:
        """For every second, whether in truth somebody is where they are not to be, or near whom, and no plan covers it."""
        return tuple(far <= 0 and not self.covered(second) for second, far in enumerate(self.distances))

    def left_to_the_door(self, second: int) -> float | None:
        """Metres that are left, in truth, to the other one or to the door that the zone protects; None without a door."""
        here = self.truth[RESPONDENT][second]
        if self.kind == PAIR:
            return math.dist(here, self.truth[SURVIVOR][second])
        return None if self.door is None else math.dist(here, self.door)


def stories(folder: Path = FOLDER) -> tuple[Story, ...]:
    """This function will return every scenario of a folder, by number."""
    found = sorted((story(path) for path in folder.glob("*.yaml")), key=lambda one: one.number)
    return tuple(found)


def story(path: Path) -> Story:
    """This function will return the scenario of a file. Raises StoryError for words that it does not know."""
    data = yaml.safe_load(path.read_text())
    known = {
        "title",
        "imitates",
        "begins",
        "origin",
        "lasts",
        "zone",
        "door",
        "respondent",
        "survivor",
        "must",
        "plan",
        "down",
    }
    if set(data) - known:
        raise StoryError(f"{path.name}: {sorted(set(data) - known)}")
    origin = tuple(data["origin"])
    people = {who: data[who] for who in SIDES if who in data}
    begins: datetime = data["begins"]
    bare = Story("", 0, "", "", ZONE, 0, origin, 0, None, {}, {}, _must(data["must"]))
    return Story(
        name=path.stem,
        number=int(path.stem[:2]),
        title=data["title"],
        imitates=" ".join(data["imitates"].split()),
        kind=ZONE if "zone" in data else PAIR,
        begins_ms=int(begins.timestamp()) * SECOND,
        origin=origin,
        lasts=data["lasts"],
        zone=_zone(bare, data["zone"]) if "zone" in data else None,
        ways={who: told["way"] for who, told in people.items()},
        devices={who: _device(told["device"]) for who, told in people.items()},
        must=_must(data["must"]),
        plan=_plan(data["plan"]) if "plan" in data else None,
        down=tuple(data["down"]) if "down" in data else None,
        door=tuple(data["door"]) if "door" in data else None,
        drawn=data.get("zone", {}),
    )


def _zone(story: Story, told: Mapping[str, Any]) -> zones.Zone:
    if "circle" in told:
        return zones.circle(*story.position(tuple(told["circle"])), told["metres"])
    if "area" in told:
        return zones.area([story.position(tuple(point)) for point in told["area"]])
    return zones.street([story.position(tuple(point)) for point in told["street"]], told["metres"])


def _device(told: Mapping[str, Any]) -> Device:
    spans = tuple(
        Span(one["from"], one["until"], {k: v for k, v in one.items() if k not in ("from", "until")})
        for one in told.get("spans", ())
    )
    rest = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items() if k != "spans"}
    return Device(**rest, spans=spans)


def _must(told: Mapping[str, Any]) -> Must:
    return Must(
        raises=told["raise"],
        came=told.get("came"),
        by=told.get("by"),
        physics=told["physics"],
        kinds=tuple(told.get("kinds", ())),
        why=" ".join(told["why"].split()),
    )


def _plan(told: Mapping[str, Any]) -> Plan:
    return Plan(told["from"], told["until"], tuple(told["middle"]), told["metres"])


def _track(way: Sequence[Mapping[str, Any]], lasts: int) -> Iterator[Point]:
    """Each second of a way: `at` where it begins, `stay` so many seconds, `to` a point at `speed` metres a second."""
    here: Point = tuple(way[0]["at"])
    second, begun = 0, 0.0
    for leg in way[1:]:
        there = tuple(leg["to"]) if "to" in leg else here
        needs = leg["stay"] if "stay" in leg else math.dist(here, there) / leg["speed"]
        while second <= min(begun + needs, lasts):
            share = (second - begun) / needs if needs else 1.0
            yield here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share
            second += 1
        here, begun = there, begun + needs
    while second <= lasts:
        yield here
        second += 1


def sent(story: Story, roll: int) -> tuple[Sent, ...]:
    """This function will return what all devices of a scenario sent, in the order in which it arrived.

    A roll is one drawing of the phase of each device, of its errors and of its delays; the same for ever.
    """
    found = [
        one
        for side, who in enumerate(SIDES)
        if who in story.devices
        for one in _reports(story, side, who, roll)
    ]
    return tuple(sorted(found, key=lambda one: (one.arrived_ms, one.side, one.taken_s)))


def _reports(story: Story, side: int, who: str, roll: int) -> Iterator[Sent]:
    device, track = story.devices[who], story.truth[who]
    chance = random.Random(f"{story.number}/{roll}/{who}")
    second = chance.uniform(0, device.every)
    error, before = [chance.gauss(0, 1), chance.gauss(0, 1)], second
    while second <= story.lasts:
        now = device.at(second)
        error = _wandered(error, second - before, device.memory, chance)
        before = second
        late = device.delay + chance.expovariate(1.0) + chance.uniform(0, device.mixed)
        jump, angle = chance.random() < device.jumps[0], chance.uniform(0, math.tau)
        if not now.get("lost"):
            here = _between(track, second)
            said = _said(
                story, device, now, here, _off(error, now, device.jumps[1] if jump else 0.0, angle), second
            )
            arrived = max(second + late, now.get("held", 0.0))
            one = Sent(side, second, _ms(story, arrived), said, "place" not in now and not jump)
            yield one
            if chance.random() < device.doubled:
                again = Sent(side, second, _ms(story, arrived + chance.uniform(1, 120)), said, one.true)
                yield again
        second += now["every"] + (chance.uniform(-2, 2) if now["every"] >= 30 else 0.0)


def _wandered(error: Sequence[float], seconds: float, memory: float, chance: random.Random) -> list[float]:
    """An error a while later: it keeps a part of what it was (a Gauss–Markov process), so that it wanders."""
    kept = math.exp(-seconds / memory)
    return [kept * one + math.sqrt(1 - kept * kept) * chance.gauss(0, 1) for one in error]


def _off(error: Sequence[float], now: Mapping[str, Any], jump: float, angle: float) -> Point:
    size = (now["metres"] if now["error"] is None else now["error"]) / SIXTY_EIGHT
    return error[0] * size + jump * math.cos(angle), error[1] * size + jump * math.sin(angle)


def _said(
    story: Story, device: Device, now: Mapping[str, Any], here: tuple[Point, float], off: Point, second: float
) -> Said:
    (x, y), fast = here
    if "place" in now:
        (x, y), fast = tuple(now["place"]), 0.0
    latitude, longitude = story.position((x + off[0], y + off[1]))
    battery = -1
    if device.battery is not None:
        battery = max(0, round(device.battery[0] - device.battery[1] * second / 3600))
    marks = sum(MARKS[name] for name in now.get("marks", ()))
    speed = round(fast, 1) if device.speed else -1.0
    stamp = _ms(story, second + device.clock)
    return Said(round(latitude, 7), round(longitude, 7), now["metres"], stamp, speed, battery, marks)


def _between(track: Sequence[Point], second: float) -> tuple[Point, float]:
    """Where somebody is between two seconds, and how fast."""
    low = min(int(second), len(track) - 1)
    high = min(low + 1, len(track) - 1)
    share = second - low
    (ax, ay), (bx, by) = track[low], track[high]
    return (ax + (bx - ax) * share, ay + (by - ay) * share), math.dist(track[low], track[high])


def _ms(story: Story, second: float) -> int:
    return story.begins_ms + round(second * SECOND)
