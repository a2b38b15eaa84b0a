"""Other ways to ask of each fix in which of its device's zones it lies, and whether the other of its pair is near.

All ask the same: an area in degrees, a circle by the sphere, the other's last place as it arrived. None of them has a
state, an accuracy or a late fix: what the engine does besides is not asked of them.
"""

import ctypes
import math
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.watching_stream import Country
from shelterbelt.rules import zones
from shelterbelt.rules.earth import RADIUS, apart

NEAR = 500.0
Answer = tuple[int, int]  # how often a fix lay in a zone, and how often the other was near
POSTGRES = Path("/usr/lib/postgresql/15/bin")


def degrees(zone: Any) -> Any:
    """This function will return an area's ring as (longitude, latitude)."""
    points = np.array(zone.points)
    wide = RADIUS * math.cos(math.radians(zone.plane.latitude))
    east = zone.plane.longitude + np.degrees(points[:, 0] / wide)
    return np.stack([east, zone.plane.latitude + np.degrees(points[:, 1] / RADIUS)], axis=1)


class Python:
    """Plain Python at its best: each device's own zones, a box first, prepared shapes of Shapely for areas."""

    def __init__(self, country: Country) -> None:
        import shapely

        self.point, self.own = shapely.Point, {}
        for _, device, zone in country.watched.zones:
            ring = None
            if zone.shape == zones.AREA:
                ring = shapely.Polygon(degrees(zone))
                shapely.prepare(ring)
                box = ring.bounds
            else:
                north, east = zone.plane.latitude, zone.plane.longitude
                up = zone.reach / 111_000
                side = up / math.cos(math.radians(north + up)) * 1.001
                box = (east - side, north - up, east + side, north + up)
            self.own.setdefault(device, []).append((*box, ring, zone.plane, zone.reach))
        self.last: dict[int, tuple[float, float]] = {}

    def run(self, frames: Any) -> Answer:
        """One fix after the other."""
        inside = near = 0
        columns = (frames[name].tolist() for name in ("device", "latitude", "longitude"))
        for device, north, east in zip(*columns, strict=True):
            for west, south, right, top, ring, plane, reach in self.own.get(device, ()):
                if not (west <= east <= right and south <= north <= top):
                    continue
                if ring is None:
                    inside += apart(north, east, plane.latitude, plane.longitude) <= reach
                else:
                    inside += ring.contains(self.point(east, north))
            other = self.last.get(device ^ 1)
            if other is not None and abs(other[0] - north) < 0.01:
                near += apart(north, east, *other) <= NEAR
            self.last[device] = (north, east)
        return inside, near


def haversine(a: Any, b: Any, c: Any, d: Any) -> Any:
    """This function will return metres between many positions."""
    a, b, c, d = (np.radians(one) for one in (a, b, c, d))
    square = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return 2 * RADIUS * np.arcsin(np.sqrt(square))


class Shapely:
    """Shapely over whole batches: a tree of all boxes, then the owner, then the shape itself. Zones alone."""

    def __init__(self, country: Country) -> None:
        import shapely

        self.shapely = shapely
        found, self.owner, self.reach = [], [], []
        for _, device, zone in country.watched.zones:
            self.owner.append(device)
            self.reach.append(zone.reach)
            if zone.shape == zones.AREA:
                found.append(shapely.Polygon(degrees(zone)))
                continue
            up = zone.reach / 111_000
            side = up / math.cos(math.radians(zone.plane.latitude + up)) * 1.001
            north, east = zone.plane.latitude, zone.plane.longitude
            found.append(shapely.box(east - side, north - up, east + side, north + up))
        self.shapes, self.boxes = np.array(found), shapely.envelope(np.array(found))
        shapely.prepare(self.shapes)
        self.owners, self.reaches = np.array(self.owner), np.array(self.reach)
        self.middles = np.array([(z.plane.latitude, z.plane.longitude) for *_, z in country.watched.zones])
        self.tree = shapely.STRtree(self.boxes)

    def run(self, frames: Any) -> Answer:
        """In batches of a hundred thousand; -1 where it does not answer."""
        inside = 0
        for at in range(0, len(frames), 100_000):
            part = frames[at : at + 100_000]
            points = self.shapely.points(part["longitude"], part["latitude"])
            fix, zone = self.tree.query(points)
            mine = self.owners[zone] == part["device"][fix]
            fix, zone = fix[mine], zone[mine]
            circle = self.reaches[zone] > 0
            inside += int(self.shapely.contains(self.shapes[zone[~circle]], points[fix[~circle]]).sum())
            fix, zone = fix[circle], zone[circle]
            metres = haversine(
                part["latitude"][fix], part["longitude"][fix], self.middles[zone, 0], self.middles[zone, 1]
            )
            inside += int((metres <= self.reaches[zone]).sum())
        return inside, -1


class Redis:
    """Redis' own geography: a set of each device's circles, and of all last places; three commands a fix. No areas."""

    def __init__(self, country: Country) -> None:
        import redis

        self.folder = tempfile.TemporaryDirectory()
        socket = f"{self.folder.name}/redis.sock"
        words = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--daemonize", "no"]
        self.server = subprocess.Popen(words, stdout=subprocess.DEVNULL, cwd=self.folder.name)
        self.client = redis.Redis(unix_socket_path=socket)
        for _ in range(100):
            try:
                self.client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        self.reach = {}
        pipe = self.client.pipeline(transaction=False)
        for n, (watch, device, zone) in enumerate(country.watched.zones):
            if zone.shape == zones.CIRCLE:
                pipe.geoadd(f"z{device}", (zone.plane.longitude, zone.plane.latitude, str(watch)))
                self.reach[watch] = zone.reach
            if n % 10_000 == 0:
                pipe.execute()
        pipe.execute()

    def run(self, frames: Any) -> Answer:
        """A pipeline of three commands a fix: where it is, its circles within 500 m, how far the other is."""
        inside = near = 0
        for one in frames:
            device, east, north = int(one["device"]), float(one["longitude"]), float(one["latitude"])
            pipe = self.client.pipeline(transaction=False)
            pipe.geoadd("last", (east, north, str(device)))
            pipe.geosearch(f"z{device}", longitude=east, latitude=north, radius=500, unit="m", withdist=True)
            pipe.geodist("last", str(device), str(device ^ 1), "m")
            _, found, metres = pipe.execute()
            inside += sum(far <= self.reach[int(watch)] for watch, far in found)
            near += metres is not None and metres <= NEAR
        return inside, near

    def end(self) -> None:
        """Stop the server."""
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()


class PostGIS:
    """PostGIS, a function call for each fix, or sets of ten thousand; zones by device, no tree needed."""

    def __init__(self, country: Country) -> None:
        import psycopg

        self.folder = tempfile.mkdtemp(prefix="sb-postgis-")
        subprocess.run(["chown", "postgres", self.folder], check=True)
        _postgres(f"{POSTGRES}/initdb -D {self.folder}/data -A trust")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c synchronous_commit=off -c jit=off"
        _postgres(f'{POSTGRES}/pg_ctl -w -D {self.folder}/data -o "{options}" -l {self.folder}/log start')
        self.client = psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True)
        self.client.execute(POSTGIS)
        with self.client.cursor().copy("copy zone (device, radius, place) from stdin") as copy:
            for _, device, zone in country.watched.zones:
                middle = f"POINT({zone.plane.longitude!r} {zone.plane.latitude!r})"
                if zone.shape == zones.AREA:
                    ring = degrees(zone).tolist()
                    middle = f"POLYGON(({','.join(f'{x!r} {y!r}' for x, y in [*ring, ring[0]])}))"
                copy.write_row((device, zone.reach or None, f"SRID=4326;{middle}"))
        self.client.execute("create index on zone (device); analyze zone")

    def run(self, frames: Any) -> Answer:
        """One prepared call a fix."""
        self.client.execute("truncate last")
        inside = near = 0
        with self.client.cursor() as cursor:
            for one in frames:
                row = (int(one["device"]), float(one["longitude"]), float(one["latitude"]))
                found = cursor.execute("select * from taken(%s, %s, %s)", row, prepare=True).fetchone()
                inside, near = inside + found[0], near + found[1]
        return inside, near

    def batches(self, frames: Any) -> Answer:
        """Ten thousand at once; the zones alone are counted, for nearness is as of the end of a batch."""
        inside = 0
        self.client.execute("truncate last")
        for at in range(0, len(frames), 10_000):
            part = frames[at : at + 10_000]
            self.client.execute("truncate batch")
            with self.client.cursor().copy("copy batch from stdin") as copy:
                columns = (part[name].tolist() for name in ("device", "longitude", "latitude"))
                for n, row in enumerate(zip(*columns, strict=True)):
                    copy.write_row((n, *row))
            inside += self.client.execute(BATCH).fetchone()[0]
            self.client.execute(BATCH_LAST)
            self.client.execute(BATCH_NEAR).fetchone()
        return inside, -1

    def end(self) -> None:
        """Stop the server and take everything away."""
        self.client.close()
        _postgres(f"{POSTGRES}/pg_ctl -m fast -D {self.folder}/data stop")
        subprocess.run(["rm", "-rf", self.folder], check=True)


def _postgres(words: str) -> None:
    subprocess.run(["su", "postgres", "-c", words], check=True, stdout=subprocess.DEVNULL, cwd="/")


LIES_IN = """case when z.radius is null then st_contains(z.place, {point})
    else st_distancesphere(z.place, {point}) <= z.radius end"""
POSTGIS = f"""
create extension postgis;
create table zone (device bigint, radius float8, place geometry);
create unlogged table last (device bigint primary key, place geometry) with (fillfactor = 50);
create unlogged table batch (n int, device bigint, east float8, north float8);
create function taken(d bigint, east float8, north float8) returns table (inside bigint, near bigint) as $$
declare here geometry := st_setsrid(st_makepoint(east, north), 4326);
begin
  insert into last values (d, here) on conflict (device) do update set place = excluded.place;
  return query select
    (select count(*) from zone z where z.device = d and {LIES_IN.format(point="here")}),
    (select count(*) from last o where o.device = d # 1 and st_distancesphere(o.place, here) <= {NEAR});
end $$ language plpgsql;
"""
BATCH = f"""select count(*) from batch b join zone z using (device)
    cross join lateral (select st_setsrid(st_makepoint(b.east, b.north), 4326) as p) here
    where {LIES_IN.format(point="here.p")}"""
BATCH_LAST = """insert into last select distinct on (device) device, st_setsrid(st_makepoint(east, north), 4326)
    from batch order by device, n desc on conflict (device) do update set place = excluded.place"""
BATCH_NEAR = f"""select count(*) from batch b join last o on o.device = b.device # 1
    where st_distancesphere(o.place, st_setsrid(st_makepoint(b.east, b.north), 4326)) <= {NEAR}"""


class Kernel:
    """The same question in C, with the engine's layout of zones: boxes first, own zones alone."""

    def __init__(self, country: Country) -> None:
        from shelterbelt.engines.watching_build import laid_out

        self.folder = tempfile.TemporaryDirectory()
        source, library = Path(__file__).with_name("watching_kernel.c"), f"{self.folder.name}/kernel.so"
        words = ["gcc", "-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC", str(source)]
        subprocess.run([*words, "-o", library, "-lm"], check=True)
        self.kernel = ctypes.CDLL(library).take
        self.arrays = laid_out(country.watched, 1)
        self.last = np.zeros((2 * country.pairs, 2))
        self.known = np.zeros(2 * country.pairs, np.uint8)

    def run(self, frames: Any) -> Answer:
        """All of them in one call."""
        return self._run(frames, [ctypes.c_void_p()] * 4)

    def states(self, frames: Any) -> Answer:
        """Instead of that, a whole machine of states, which drops what is late. It answers nothing that others answer."""
        zones = len(self.arrays["boxes"])
        states = [np.zeros(one, np.uint8) for one in (64 * len(self.known), zones, 8 * zones, 32)]
        found = self._run(frames, [ctypes.c_void_p(one.ctypes.data) for one in states])
        self.told = states[-1].view(np.int64).tolist()
        return found

    def _run(self, frames: Any, states: list[ctypes.c_void_p]) -> Answer:
        self.known[:] = 0
        answer = np.zeros(2, np.int64)
        names = ("own", "boxes", "shapes", "points")
        arrays = [np.ascontiguousarray(frames), *(self.arrays[name] for name in names), self.last, self.known]
        places = [ctypes.c_void_p(one.ctypes.data) for one in (*arrays, answer)]
        self.kernel(ctypes.c_int64(len(frames)), *places, *states)
        return int(answer[0]), int(answer[1])
